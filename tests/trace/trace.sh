#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Chrome traces keep the rules of their format and hold the rows of the run: of recordings
# that are kept, and of scenarios with what traces of calls alone do not have (signals in
# calls, threads, requests). Then the checker itself: it must see each kind of breach.

. "$(dirname -- "$0")/../lib.sh"
command -v python3 >/dev/null 2>&1 || { echo "skipped: no python3"; exit 77; }

check()
{
	python3 -B "$testdir/check_trace.py" "$@"
}

# report_and_check NAME RECORDING
report_and_check()
{
	if ! "$IOTRACE" report -q -e all -o "$work/x.trace.json" -o "$work/x.csv" "$2" \
		2>"$work/err"; then
		fail "$1" "report failed" "$work/err"
	elif check "$work/x.trace.json" "$work/x.csv" >"$work/said"; then
		pass
	else
		fail "$1" "the trace breaks rules" "$work/said"
	fi
}

for recording in "$testdir"/../golden/*.iotrace; do
	report_and_check "$(basename "$recording" .iotrace)" "$recording"
done

# breach WHAT SED: the file with a line changed by SED is refused.
breach()
{
	"$IOTRACE" report -q -e all -o "$work/good.trace.json" \
		"$testdir/../golden/signal-reexec.iotrace" 2>/dev/null
	sed -e "$2" "$work/good.trace.json" >"$work/bad.trace.json"
	if cmp -s "$work/good.trace.json" "$work/bad.trace.json"; then
		fail "breach: $1" "there is nothing to change"
	elif check "$work/bad.trace.json" >"$work/said" 2>&1; then
		fail "breach: $1" "not seen" "$work/said"
	else
		pass
	fi
}

breach 'cut off' '$d'
breach 'not UTF-8' "s/ioworkload/\\xff/"
breach 'overlap' '/"ph":"X"/s/"dur":/"dur":9999999/'
breach 'whole microseconds' '/"ph":"X"/s/\("ts":[0-9]*\)\.[0-9]*/\1/'
breach 'an array' 's/"args":{/"args":{"a":[],/'
breach 'a thread without a name' '/thread_name/d'
breach 'an arrow without an end' '/"ph":"f"/d'
breach 'an arrow to nowhere' '/"ph":"f"/s/"ts":[0-9]*/"ts":99999999999999/'
breach 'an id that is a number' 's/"id":"0x1"/"id":1/'

# The rest is traced here and now.
trace()
{
	bounded "$IOTRACE" -e all -q -o "$work/r.iotrace" -o "$work/live.trace.json" -- \
		"$IOWORKLOAD" "$1" >"$work/out" 2>&1
	case $? in
	0) ;;
	77)
		skip "$1" "$(tail -n 1 "$work/out")"
		return
		;;
	*)
		fail "$1" "tracing it failed" "$work/out"
		return
		;;
	esac
	report_and_check "$1" "$work/r.iotrace"
	if ! cmp -s "$work/x.trace.json" "$work/live.trace.json"; then
		fail "$1" "report gives another file than the run did"
	fi
}

if "$IOWORKLOAD" --probe >"$work/out" 2>&1; then
	for scenario in signal-restart signal-handled-sleep aio-submit aio-destroy-inflight \
	                iouring-read iouring-unfinished exec-non-leader-thread thread-exit-keeps-fd \
	                fork-inherit; do
		trace "$scenario"
	done
else
	skip live "this system lets us trace nothing"
fi
finish
