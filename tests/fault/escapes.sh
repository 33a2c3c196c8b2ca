#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Names that a program chooses for its files, itself and its arguments reach no terminal as
# they are: not by any message on standard error, not by any output that is text for people
# or for a browser. (CSV and folded stacks keep exact bytes in files, on purpose.)

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99

# An escape sequence, a line break, a C1 control in UTF-8, a byte that is no UTF-8, and a
# character that turns the direction of writing round.
bad=$(printf 'a\033[31m\nb\302\233c\377d\342\200\256e')

# clean NAME FILE: nothing in FILE that a terminal obeys.
clean() {
	if LC_ALL=C tr -d '\n\t' <"$2" | LC_ALL=C grep -aq \
		-e "$(printf '[\001-\037\177\377]')" -e "$(printf '\302[\200-\237]')" \
		-e "$(printf '\342\200\256')"; then
		LC_ALL=C sed -n l "$2" >why
		fail "$1" 'something raw is in it' why
	else
		pass
	fi
}

# message NAME LINES COMMAND...: what is said is clean, and so many lines.
message() {
	name=$1 lines=$2
	shift 2
	timeout -k 5 60 "$@" >out 2>err
	clean "$name" err
	if [ "$(wc -l <err)" -eq "$lines" ]; then
		pass
	else
		LC_ALL=C sed -n l err >why
		fail "$name" "$(wc -l <err) lines instead of $lines" why
	fi
}

message not-found 1 "$IOTRACE" -- "./$bad"
message no-directory 1 "$IOTRACE" -o "$bad/x.csv" true
message no-recording 1 "$IOTRACE" report "$bad"
mkdir "$bad.d"
message not-a-program 1 "$IOTRACE" -- "./$bad.d"
printf 'no recording' >"$bad.iotrace"
message no-format 1 "$IOTRACE" report "$bad.iotrace"
message call 2 "$IOTRACE" -e "$bad" true
message calls 2 "$IOTRACE" syscalls "$bad"
message filter 2 "$IOTRACE" --filter="$bad" true
message option 2 "$IOTRACE" "--$bad" true
message format 2 "$IOTRACE" --format="$bad" true
message suffix 2 "$IOTRACE" -o "$bad.d/x.zzz" true
message pid 2 "$IOTRACE" -p "$bad"
message columns 2 "$IOTRACE" --columns="$bad" true
message twice 2 "$IOTRACE" -o "$bad.csv" -o "$bad.csv" true

# The name of the program, its argument and a file all at once.
cp "$(command -v cat)" "$bad"
echo text >"$bad.txt"
timeout -k 5 60 "$IOTRACE" -e all -o run.iotrace -- "./$bad" "$bad.txt" "$bad.none" \
	>out 2>/dev/null
for format in txt jsonl summary svg html trace.json; do
	if "$IOTRACE" report -q -o "out.$format" run.iotrace 2>err; then
		clean "$format" "out.$format"
	else
		fail "$format" 'is not written' err
	fi
done
"$IOTRACE" report run.iotrace >out 2>err
clean text-on-stderr err

# Formats that keep exact bytes in a file escape them on a terminal.
if command -v script >/dev/null 2>&1; then
	for format in csv folded; do
		printf 'exec "%s" report -q -o %s:- run.iotrace\n' "$IOTRACE" "$format" >say
		script -qec 'sh say' /dev/null </dev/null 2>/dev/null | tr -d '\r' >out
		if [ -s out ]; then
			clean "$format-on-terminal" out
		else
			skip "$format-on-terminal" 'script gives no terminal here'
		fi
	done
else
	skip on-terminal 'no script'
fi
finish
