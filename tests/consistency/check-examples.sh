#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The examples of iotrace(1) work as they stand: each command below a comment
#
#	.\" run: STATUS
#
# is run with the iotrace that was built, all in one directory one after the other, and must
# end with STATUS and say nothing about an error of iotrace itself.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
top=$(CDPATH= cd -- "${top_srcdir:-.}" && pwd)
page=$top/man/iotrace.1

# Prints "STATUS COMMAND" of each example, without the page's markup; lines that end in a
# backslash are joined with the next.
examples() {
	awk '
	/^\.\\" run: / { status = $3; command = ""; next }
	status == "" { next }
	{
		gsub(/\\\(aq/, "\047"); gsub(/\\\(dq/, "\""); gsub(/\\\(ti/, "~")
		gsub(/\\-/, "-"); gsub(/\\e/, "\\")
		more = sub(/\\$/, "")
		command = command $0
		if (more)
			next
		print status, command
		status = ""
	}
	END {
		if (status != "") {
			print "the last run: comment has no command" | "cat 1>&2"
			exit 1
		}
	}
	' "$page"
}

# What the examples work on, and no settings of the caller.
PATH=$work/bin:$PATH
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir "$work/bin" "$work/cwd" "$work/cwd/src"
ln -s "$IOTRACE" "$work/bin/iotrace"
cd "$work/cwd" || exit 99
echo 'some text' >src/a.txt
printf 'all: b.txt\nb.txt: src/a.txt\n\tcp src/a.txt b.txt\n' >Makefile

examples >"$work/examples" || exit 99
while read -r status command; do
	sh -c "$command" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" -eq 127 ] && [ "$status" -ne 127 ]; then
		skip "$command" 'a program is missing'
	elif [ "$got" -ne "$status" ]; then
		fail "$command" "status $got, not $status" "$work/err"
	elif grep -q '^iotrace: ' "$work/err"; then
		fail "$command" 'iotrace complains' "$work/err"
	else
		pass
	fi
done <"$work/examples"

# The README's examples need programs and places that are not here. But each option in them
# must be there, and what it shows of a summary must be what a summary looks like.
readme=$top/README.md
"$IOTRACE" --help >"$work/help"
sed -n 's/^    \$ \(iotrace .*\)/\1/p' "$readme" | sed 's/ -- .*//' | grep -o -e ' --[a-z][a-z-]*' |
	sort -u >"$work/options"
while read -r option; do
	if grep -q -e "$option[=[:space:]]" "$work/help"; then
		pass
	else
		fail "README.md: $option" 'is no option'
	fi
done <"$work/options"
"$IOTRACE" -q -o "$work/readme.summary" make -B >"$work/out" 2>&1
sed -n 's/^    \( *calls errors .*\)/\1/p' "$readme" | tr -s ' ' | sort -u >"$work/headings"
tr -s ' ' <"$work/readme.summary" >"$work/shown"
while read -r heading; do
	if grep -qxF -e " $heading" "$work/shown"; then
		pass
	else
		fail "README.md: $heading" 'is no heading of a summary' "$work/shown"
	fi
done <"$work/headings"
if [ -s "$work/options" ] && [ -s "$work/headings" ]; then
	pass
else
	fail README.md 'no examples found in it'
fi
finish
