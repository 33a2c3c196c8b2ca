#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rings that are in use when the tracer comes: what was submitted before is counted, once,
# and said at the end; who sees everything has nothing to say. (The rows are compared by
# live-attach.sh.)

. "$(dirname -- "$0")/../lib.sh"
need_ptrace

# attached NAME NOTE: the summary of the scenario has this remark, and once.
attached() {
	dir=$work/$1
	mkdir "$dir" || exit 99
	IOWORKLOAD_DIR=$dir timeout -k 5 60 "$IOWORKLOAD" --attach "$1" 2>"$work/stderr" &
	workload=$!
	while ! [ -e "$dir/ready" ] && kill -0 $workload 2>/dev/null; do
		sleep 0.01
	done
	if ! [ -e "$dir/ready" ]; then
		wait $workload
		skip "$1" "$(sed -n 's/^ioworkload: skipped: //p' "$work/stderr")"
		return
	fi
	timeout -k 5 60 "$IOTRACE" -q -o "$work/run.summary" -p "$(cat "$dir/ready")" \
		>"$work/said" 2>&1
	wait $workload
	grep '^Note: ' "$work/run.summary" >"$work/notes"
	if [ "$(cat "$work/notes")" = "Note: $2" ]; then
		pass
	else
		fail "$1" "does not say: $2" "$work/notes"
	fi
}

attached aio-attach '2 completions of AIO have no submissions that were seen'

dir=$work/launched
mkdir "$dir" || exit 99
IOWORKLOAD_DIR=$dir "$IOTRACE" -q -o "$work/run.summary" -- "$IOWORKLOAD" aio-thread-reap \
	>"$work/said" 2>&1
case $? in
0)
	if grep '^Note: ' "$work/run.summary" >"$work/notes"; then
		fail launched "remarks on a run that was seen whole" "$work/notes"
	else
		pass
	fi
	;;
77) skip launched "$(sed -n 's/^ioworkload: skipped: //p' "$work/said")" ;;
*) fail launched "exit status" "$work/said" ;;
esac
finish
