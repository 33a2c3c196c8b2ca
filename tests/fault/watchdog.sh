#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The watchdog of the live tests must bite: hangs, orphans, threads that ptrace holds.

. "$(dirname -- "$0")/../lib.sh"
mkdir "$work/box" && cd "$work/box" || exit 99

# wants NAME STATUS PATTERN OPTION-OR-COMMAND...: how it ends, and what its report has.
# Then nothing may be left that works in the box.
wants() {
	name=$1 wanted=$2 pattern=$3
	shift 3
	"$WATCHDOG" "$@" >out 2>err </dev/null
	status=$?
	left=$(cd / && left_in "$work/box")
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status instead of $wanted" err
	elif [ -n "$pattern" ] && ! grep -q -- "$pattern" err; then
		fail "$name" "nothing said of $pattern" err
	elif [ -n "$left" ]; then
		fail "$name" "lives on: $left"
	else
		pass
	fi
}

for status in 0 1 77 255; do
	wants "status-$status" $status '' sh -c "exit $status"
done
wants signal 139 '' sh -c 'ulimit -c 0; kill -SEGV $$'
wants no-command 126 'no-such-command' ./no-such-command
wants usage 125 usage
wants ends-late 5 '' sh -c 'sleep 0.3 & exit 5'
wants hang 124 'State: S' -t 0.3 sleep 1000
wants hang-of-many 124 '4 processes' -t 1 sh -c 'sleep 1000 & sleep 1000 & sleep 1000 & wait'
wants hang-stopped 124 'State: T' -t 1 sh -c 'kill -STOP $$'
wants hang-deaf 124 'SigIgn' -t 1 sh -c 'trap "" HUP INT TERM; while :; do sleep 1000; done'
wants left 123 'sleep 1000' -g 0.3 sh -c 'sleep 1000 & exit 0'
wants left-session 123 'sleep 1000' -g 0.3 sh -c 'setsid sleep 1000 & exit 0'
# A daemon: the one that started it is gone as well.
wants left-daemon 123 'sleep 1000' -g 0.3 sh -c '(setsid sh -c "sleep 1000 & exit 0")'
if "$IOWORKLOAD" --probe 2>/dev/null; then
	wants hang-traced 124 'TracerPid: [1-9]' -t 1 "$IOTRACE" -q -- sleep 1000
fi
"$WATCHDOG" sh -c 'echo >started; sleep 1000' 2>err &
pid=$!
while ! [ -e started ]; do
	sleep 0.01
done
kill -TERM $pid
wait $pid
status=$?
cd "$work" || exit 99
left=$(left_in "$work/box")
if [ "$status" -eq 143 ] && [ -z "$left" ]; then
	pass
else
	fail terminated "status $status, lives on: $left" box/err
fi
finish
