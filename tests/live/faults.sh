#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Major page faults in the summary, against what getrusage(2) told the program itself and
# wait4(2) told its parent: of a launched program, one that is attached to, and one that
# runs on when the trace ends; and none where /proc is not asked.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace

# fresh NAME: a new scratch directory.
fresh() {
	dir=$work/$1
	mkdir "$dir" || exit 99
	IOWORKLOAD_DIR=$dir
	export IOWORKLOAD_DIR
}

# said WHO WHAT: the number in the line WHAT of WHO, 1 the child, 2 the parent.
said() {
	awk -v what="$2" -v child="$1" '
	NR == 1 { first = $1 }
	$2 == what && ($1 == first) == (child == 1) { print $3 }' "$dir/faults"
}

pid_of() {
	awk -v child="$1" 'NR == 1 { first = $1 } ($1 == first) == (child == 1) { print $1; exit }' \
		"$dir/faults"
}

# shown FILE PID: the column majflt of the process in the summary; 0 if it has none.
shown() {
	awk -v pid="$2" '
	/^Processes/ { on = 1; next }
	on && /majflt/ { for (i = 1; i <= NF; i++) if ($i == "majflt") col = i; next }
	on && NF == 0 { on = 0 }
	on && $(NF - 1) == pid && $NF == "ioworkload" { n += $col }
	END { print n + 0 }' "$1"
}

# is NAME GOT MIN MAX
is() {
	if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
		pass
	else
		fail "$1" "$2 major faults instead of $3 to $4" "$work/said"
	fi
}

run() {
	bounded "$IOTRACE" -q -e fadvise64,mmap "$@" >"$work/said" 2>&1
}

# ---- launched: the whole life; the child's to the fault ----
fresh launched
run -o "$work/run.summary" -o "$work/rec.iotrace" -- "$IOWORKLOAD" mmap-major-faults
status=$?
if [ $status -eq 77 ]; then
	echo "skip: $(sed -n 's/^ioworkload: skipped: //p' "$work/said")"
	exit 77
fi
if [ $status -ne 0 ]; then
	fail launched "exit status $status" "$work/said"
	finish
fi
n=$(said 1 life)
is launched-child "$(shown "$work/run.summary" "$(pid_of 1)")" "$n" "$n"
# Behind its own count the program may yet fault at its end, where memory is short.
n=$(said 2 life)
is launched "$(shown "$work/run.summary" "$(pid_of 2)")" "$n" $((n + 16))
"$IOTRACE" report -o "$work/again.summary" "$work/rec.iotrace" >"$work/said" 2>&1
if cmp -s "$work/run.summary" "$work/again.summary"; then
	pass
else
	diff "$work/run.summary" "$work/again.summary" >"$work/said"
	fail replayed "the recording tells another story" "$work/said"
fi
# The filter has its say: of tasks only comm, pid and tid are known here.
"$IOTRACE" report --comm=nobody -o "$work/again.summary" "$work/rec.iotrace" >"$work/said" 2>&1
is filtered "$(shown "$work/again.summary" "$(pid_of 2)")" 0 0

# ---- attached: without what was before ----
fresh attached
bounded "$IOWORKLOAD" --attach mmap-major-faults 2>"$work/workload" &
workload=$!
awaits "$dir/ready" $workload
run -o "$work/run.summary" -p "$(cat "$dir/ready")"
wait $workload
is attached "$(shown "$work/run.summary" "$(pid_of 2)")" "$(said 2 run)" \
	$(($(said 2 run) + $(said 2 setup) / 2))
n=$(said 1 life)
is attached-child "$(shown "$work/run.summary" "$(pid_of 1)")" "$n" "$n"

# ---- the trace ends, the program does not ----
fresh holding
bounded "$IOWORKLOAD" --attach mmap-major-faults hold=2 2>"$work/workload" &
workload=$!
awaits "$dir/ready" $workload
pid=$(cat "$dir/ready")
"$IOTRACE" -q -e fadvise64,mmap -o "$work/held.summary" -p "$pid" >"$work/said" 2>&1 &
tracer=$!
awaits "$dir/holding" $workload
kill -TERM $tracer
wait $tracer
touch "$dir/go"
wait $workload
is holding "$(shown "$work/held.summary" "$pid")" "$(said 2 run)" \
	$(($(said 2 run) + $(said 2 setup) / 2))

# ---- nobody to ask ----
fresh no-proc
run --no-proc -o "$work/run.summary" -- "$IOWORKLOAD" mmap-major-faults
is no-proc "$(shown "$work/run.summary" "$(pid_of 2)")" 0 0
finish
