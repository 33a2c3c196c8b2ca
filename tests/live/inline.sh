#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The agent in a program that makes it hard: every call that agent_storm counted has its
# row, neither more nor fewer, and the program sees nothing of it. The calls of its loader
# and of its last printf(3) come on top: they are those of the mode "none".

. "$(dirname -- "$0")/../lib.sh"
STORM=$(built "${STORM:-$top_builddir/agent_storm}")
need_ptrace

# rows FILE CALL: how many.
rows() {
	awk -F, -v call="$2" '$1 == call { n++ } END { print n + 0 }' "$1"
}

# trace NAME MODE: runs agent_storm, rows to $work/NAME.csv, what it said to $work/NAME.
trace() {
	bounded "$IOTRACE" --engine=inline --columns=syscall,ret -o "$work/$1.csv" \
		-o "$work/$1.summary" -- "$STORM" "$2" >"$work/$1" 2>"$work/$1.err"
	status=$?
	[ "$status" -eq 0 ] && return 0
	fail "$1" "status $status" "$work/$1.err"
	return 1
}

trace none none
if ! grep -q '^Engine: inline' "$work/none.summary"; then
	echo 'skip: System V shared memory is not to be had here'
	exit 77
fi

for mode in signals threads crowd bad; do
	trace $mode $mode || continue
	while read -r call count; do
		got=$(($(rows "$work/$mode.csv" "$call") - $(rows "$work/none.csv" "$call")))
		if [ "$got" -eq "$count" ]; then
			pass
		else
			fail "$mode $call" "$got rows, and $count calls were made"
		fi
	done <"$work/$mode"
	grep -q ' without a stop' "$work/$mode.summary" ||
		fail "$mode" 'no call was served by the agent' "$work/$mode.summary"
done

# What a program writes over the records are its own losses, and they are said.
if trace hostile hostile; then
	if [ "$(cat "$work/hostile")" = arena ] &&
		grep -q 'wrote into the memory that it shares' "$work/hostile.err" &&
		! grep -q 'lost: 0' "$work/hostile.summary"; then
		pass
	else
		fail hostile 'its losses are not said' "$work/hostile.err"
	fi
fi

finish
