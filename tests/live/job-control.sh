#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Job control on a terminal: ^Z, fg, bg and ^C do under an interactive shell what they do
# without iotrace, whether the shell starts iotrace or iotrace the shell. The oracle is the
# shell: what it says of its jobs, and what the program answers when it runs again.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
for need in script bash; do
	if ! command -v $need >/dev/null; then
		echo "skip: $need is missing"
		exit 77
	fi
done
cd "$work" || exit 99
terminal=
trap '[ -z "$terminal" ] || kill -KILL "$terminal" 2>/dev/null; rm -rf "$scratch"' EXIT

# within CONDITION...: waits a while until it holds.
within() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1500 ] || return 1
		sleep 0.02
	done
}

# begin COMMAND: runs it on a terminal whose keyboard is descriptor 5, and screen a file.
begin() {
	rm -f keys && mkfifo keys
	: >screen
	# A job of a shell without job control ignores SIGINT: env resets it.
	bounded env --default-signal=INT,QUIT script -qfec "$1" /dev/null <keys >screen 2>&1 &
	terminal=$!
	exec 5>keys
}

# types TEXT: as printf(1) understands it; ^Z is \032, ^C \003.
types() {
	printf "$1" >&5
}

# The screen, as lines.
shown() {
	tr -d '\r' <screen
}

appears() {
	shown | grep -qE -e "$1"
}

at_prompt() {
	[ "$(shown | tail -n 1)" = 'ready> ' ]
}

# command_line TEXT: types it once the shell asks for it.
command_line() {
	within at_prompt
	types "$1"
}

# sees NAME PATTERN: the line appears.
sees() {
	if within appears "$2"; then
		pass
	else
		shown | tail -n 15 >tail
		fail "$1" "no line like $2" tail
	fi
}

is_twice() {
	[ "$(shown | grep -cx "$1")" -ge 2 ]
}

# twice NAME WORD: the line was typed, and cat has written it.
twice() {
	if within is_twice "$2"; then
		pass
	else
		shown | tail -n 15 >tail
		fail "$1" "cat did not write $2" tail
	fi
}

over() {
	exec 5>&-
	wait "$terminal"
	status=$?
	terminal=
	if [ "$status" -eq "$2" ]; then
		pass
	else
		fail "$1" "the shell ended with $status instead of $2"
	fi
}

# The outer shell that script(1) starts would drop PS1.
shell="env PS1='ready> ' TERM=dumb HISTFILE=/dev/null bash --norc --noprofile --noediting -i"

# The same keys, without iotrace and with it; the expectations are the shell's own.
for tracer in '' "'$IOTRACE' -q -e all -o rows.csv --"; do
	case=${tracer:+traced-}job
	begin "$shell"
	sees $case '^ready> '
	command_line "$tracer cat\n"
	types 'one\n'
	twice $case one
	types '\032'
	sees $case 'Stopped'
	command_line 'jobs; echo "jobs:$?"\n'
	sees $case '^jobs:0$'
	command_line 'fg\n'
	types 'two\n'
	twice $case two
	types '\032'
	within sh -c '[ "$(grep -c Stopped screen)" -ge 3 ]'
	# In the background it may not read the terminal.
	command_line 'bg; sleep 0.2\n'
	command_line 'echo "state:$(jobs)"\n'
	sees $case 'state:.*Stopped'
	command_line 'fg\n'
	types 'three\n'
	twice $case three
	types '\003'
	command_line 'echo "status:$?"\n'
	sees $case '^status:130$'
	command_line 'exit 7\n'
	over $case 7
done

# An interactive shell as the traced program, and its jobs.
begin "'$IOTRACE' -q -e all -o rows.csv -- $shell"
sees traced-shell '^ready> '
command_line 'cat\n'
types 'one\n'
twice traced-shell one
types '\032'
sees traced-shell 'Stopped'
command_line 'fg\n'
types 'two\n'
twice traced-shell two
types '\003'
command_line 'echo "status:$?"\n'
sees traced-shell '^status:130$'
command_line 'sleep 100 &\n'
command_line 'kill %%1; wait %%1; echo "killed:$?"\n'
sees traced-shell '^killed:143$'
command_line 'exit 9\n'
over traced-shell 9

finish
