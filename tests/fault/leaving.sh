#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When recording ends before the program does: outputs are finished at once, the program
# goes on as if nobody had been there, its status comes through, and what is sent to iotrace
# from then on reaches it.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99
tracer=
trap '[ -z "$tracer" ] || kill -KILL "$tracer" 2>/dev/null; rm -rf "$scratch"' EXIT

# within CONDITION...: waits a while until it holds.
within() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1500 ] || return 1
		sleep 0.02
	done
}

expect() {
	name=$1 what=$2
	shift 2
	if "$@"; then
		pass
	else
		fail "$name" "$what" err
	fi
}

nobody_left() {
	[ -z "$(left_in "$work/box")" ]
}

# begin SCRIPT OPTION...: SCRIPT under iotrace in an own directory, once it says "started".
begin() {
	script=$1
	shift
	rm -rf box ./*.jsonl ./*.iotrace* && mkdir box
	# A job of a shell without job control ignores SIGINT: env resets it.
	env --default-signal=INT "$IOTRACE" -q -e all -o out.jsonl -o out.iotrace "$@" -- \
		sh -c "cd box; $script" >out 2>err </dev/null &
	tracer=$!
	within [ -e box/started ] || fail begin 'the program did not start' err
}

# The outputs are there, whole, while iotrace lives.
outputs_finished() {
	[ -e out.jsonl ] && [ -e out.iotrace ] && kill -0 "$tracer" &&
		"$IOTRACE" report -q -o again.jsonl out.iotrace && cmp -s out.jsonl again.jsonl
}

# ended NAME STATUS: iotrace ends with STATUS and leaves nothing.
ended() {
	wait "$tracer"
	status=$?
	tracer=
	expect "$1" "status $status instead of $2" [ "$status" -eq "$2" ]
	expect "$1" 'processes left' within nobody_left
}

# Makes files, forks and executes once it is told to.
work_later='echo >started; while ! [ -e go ]; do sleep 0.05; done;
	(cd ..; ls) >listed; sh -c "cat listed >copied; exit 7"'

# unharmed NAME: what work_later does after the end of recording is done, and no row.
unharmed() {
	echo >box/go
	ended "$1" 7
	expect "$1" 'the program was disturbed' grep -qsx out box/copied
	expect "$1" 'recorded after the end' [ "$(grep -c '"file":"[^"]*/listed"' out.jsonl)" -eq 0 ]
}

for signal in INT TERM HUP; do
	begin "$work_later" --detach-on-exit
	kill -$signal "$tracer"
	expect "detach-on-exit-$signal" 'outputs are not finished' within outputs_finished
	unharmed "detach-on-exit-$signal"
done

# The first signal is for the program, the second one ends recording, a third one is for
# the program again.
begin 'trap "echo >got" INT; '"$work_later"
kill -INT "$tracer"
expect second-signal 'the first did not reach the program' within [ -e box/got ]
expect second-signal 'the first ended recording' [ ! -e out.jsonl ]
kill -INT "$tracer"
expect second-signal 'outputs are not finished' within outputs_finished
unharmed second-signal

begin 'trap "echo >got" INT; trap "echo >got2; exit 9" TERM; '"$work_later"
kill -INT "$tracer"
within [ -e box/got ]
kill -INT "$tracer"
within outputs_finished
kill -TERM "$tracer"
ended third-signal 9
expect third-signal 'it did not reach the program' [ -e box/got2 ]

# Without a signal.
begin "$work_later" --duration=200ms
expect duration 'outputs are not finished' within outputs_finished
unharmed duration
begin "$work_later" --limit=5
expect limit 'outputs are not finished' within outputs_finished
expect limit 'not five rows' [ "$(wc -l <out.jsonl)" -eq 5 ]
unharmed limit

# Killed while it only keeps the program going: a filtered program cannot run alone.
begin "$work_later" --detach-on-exit
kill -INT "$tracer"
within outputs_finished
kill -KILL "$tracer"
wait "$tracer" 2>/dev/null
tracer=
expect killed 'processes live on' within nobody_left
expect killed 'the outputs are gone' [ -s out.jsonl ]

# What the command leaves running holds iotrace, and hears what is sent to it.
begin 'sh -c "trap \"echo >heard; exit\" TERM; echo >started; while :; do sleep 0.05; done" & 
	echo $$ >pid; while ! [ -e go ]; do sleep 0.05; done; exit 3'
within [ -s box/pid ]
echo >box/go
within [ ! -d "/proc/$(cat box/pid)" ]
expect background 'iotrace did not wait' kill -0 "$tracer"
kill -TERM "$tracer"
ended background 3
expect background 'the signal did not reach it' [ -e box/heard ]

finish
