#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-live.sh [--mode MODE] [NAME]...: runs each scenario of ioworkload under iotrace and
# compares the rows with what the scenario says must be seen; then reads the recording
# back and wants the same bytes. Without a name: all. MODE is one of live.tbl.

. "$(dirname -- "$0")/../lib.sh"
CHECK_EVENTS=$(built "${CHECK_EVENTS:-$top_builddir/check_events}")

mode=default
if [ "${1-}" = --mode ]; then
	mode=$2
	shift 2
fi

# What live.tbl says of $mode: options of iotrace, then of the checker.
mode_options=$(awk -F'\t' -v mode="$mode" '$1 == "mode" && $2 == mode { print $3 }' \
	"$testdir/live.tbl")
mode_checks=$(awk -F'\t' -v mode="$mode" '$1 == "mode" && $2 == mode { print $4 }' \
	"$testdir/live.tbl")
if ! grep -q "^mode	$mode	" "$testdir/live.tbl"; then
	echo "$0: no such mode: $mode" >&2
	exit 99
fi
need_ptrace

# A reason if scenario $1 tells nothing in this mode.
not_for_mode() {
	awk -F'\t' -v mode="$mode" -v name="$1" \
		'$1 == "skip" && $2 == mode && $3 == name { print $4 }' "$testdir/live.tbl"
}

# Whether live.tbl lets scenario $1 skip for reason $2; both are patterns there.
may_skip() {
	sed -n 's/^may-skip	//p' "$testdir/live.tbl" >"$work/may-skip"
	while IFS='	' read -r names reasons _; do
		# shellcheck disable=SC2254
		case $1 in
		$names)
			case $2 in
			$reasons) return 0 ;;
			esac
			;;
		esac
	done <"$work/may-skip"
	return 1
}

# What directive $1 of the expectation says; an empty line if it has no words.
directive() {
	sed -n "s/^$1\$//p; s/^$1 //p" "$work/expect"
}

# says DIRECTIVE: whether the expectation has it.
says() {
	grep -q "^$1\$" "$work/expect"
}

# Runs the rest of the line under a bound in the scratch directory of the scenario.
limited() {
	IOWORKLOAD_DIR=$dir bounded "$@"
}

# Runs scenario $1 and lets iotrace attach to it once it waits for that.
attached() {
	limited "$IOWORKLOAD" --attach "$1" 2>"$work/stderr" &
	workload=$!
	if awaits "$dir/ready" "$workload"; then
		# shellcheck disable=SC2046,SC2086 # options are words
		limited "$IOTRACE" $(directive options) $mode_options \
			-o "$out/rows.jsonl" -o "$out/rec.iotrace" -o "$out/run.summary" \
			--top=1000 -p "$(cat "$dir/ready")" >"$work/stdout" 2>>"$work/stderr"
		status=$?
		wait "$workload" || status=$?
	else
		wait "$workload"
		status=$?
	fi
}

# Runs scenario $1; leaves rows, recording and messages in $out, the status in $status.
traced() {
	dir=$work/dir out=$work/out
	rm -rf "$dir" "$out" && mkdir "$dir" "$out" || exit 99
	helper=
	if says helper; then
		limited "$IOWORKLOAD" --helper "$1" &
		helper=$!
	fi
	if says attach || [ "$mode" = attach ]; then
		attached "$1"
	else
		# shellcheck disable=SC2046,SC2086 # options are words
		limited "$IOTRACE" $(directive options) $mode_options \
			-o "$out/rows.jsonl" -o "$out/rec.iotrace" -o "$out/run.summary" \
			--top=1000 -- "$IOWORKLOAD" "$1" >"$work/stdout" 2>"$work/stderr"
		status=$?
	fi
	if [ -n "$helper" ]; then
		wait "$helper"
	fi
}

# The accounts of the run must balance: every call seen is a row, filtered out or counted
# only, nothing is lost, and the totals of calls are those that the expectation names.
balanced() {
	awk -v rows="$(wc -l <"$out/rows.jsonl")" -v totals="$(directive total)" '
	function number(s) { sub(/[;:]$/, "", s); return s + 0 }
	$NF == "call" { calls = 1 }
	calls && NF == 0 { calls = 0 }
	calls { of[$NF] = $1 }
	$1 == "Events:" {
		found = 1
		events = number($2); counted = number($5); filtered = number($8)
		if (events != rows)
			print events " events, " rows " rows"
		if (number($10) != 0)
			print "lost: " $0
		if (of["(all)"] != events + counted)
			print of["(all)"] " calls, " events + counted " events and counted"
	}
	END {
		if (!found)
			print "no accounts"
		n = split(totals, t, " ")
		for (i = 1; i <= n; i++) {
			split(t[i], kv, "=")
			if (of[kv[1]] != kv[2])
				print kv[1] ": " of[kv[1]] + 0 " calls instead of " kv[2]
		}
	}' "$out/run.summary" >"$work/accounts"
	! [ -s "$work/accounts" ]
}

# Whether the recording, read back, gives the same rows.
same_again() {
	# It knows its own selection; filters are for report to be told again.
	# shellcheck disable=SC2046
	"$IOTRACE" report \
		$(sed -n 's/ --no-follow//; s/ --io-uring=[a-z]*//; s/^options -e [^ ]*//p' "$work/expect") \
		-o "$out/again.jsonl" "$out/rec.iotrace" >"$work/stderr" 2>&1 &&
		cmp "$out/rows.jsonl" "$out/again.jsonl" >>"$work/stderr" 2>&1
}

# Scenario $1 has ended with $status: was it as it should?
ended_well() {
	wanted=$(directive status)
	if [ "$status" -eq 77 ]; then
		reason=$(sed -n 's/^ioworkload: skipped: //p' "$work/stderr")
		if may_skip "$1" "$reason"; then
			skip "$1" "$reason"
		else
			fail "$1" "skipped for a reason that live.tbl does not have: $reason"
		fi
	elif [ "$status" -eq 124 ]; then
		fail "$1" "hangs: still running after $seconds s" "$work/stderr"
	elif [ "$status" -eq 123 ]; then
		fail "$1" "processes left" "$work/stderr"
	elif [ "$status" -ne "${wanted:-0}" ]; then
		fail "$1" "exit status $status instead of ${wanted:-0}" "$work/stderr"
	else
		return 0
	fi
	return 1
}

one() {
	reason=$(not_for_mode "$1")
	if [ -n "$reason" ]; then
		skip "$1" "$reason"
		return
	fi
	if ! "$IOWORKLOAD" --expect "$1" >"$work/expect" 2>"$work/stderr"; then
		fail "$1" "no such scenario" "$work/stderr"
		return
	fi
	traced "$1"
	ended_well "$1" || return
	# shellcheck disable=SC2086
	if ! "$CHECK_EVENTS" $mode_checks "$work/expect" "$out/rows.jsonl" "$dir" \
		>"$work/check" 2>&1; then
		fail "$1" "rows differ" "$work/check"
		return
	fi
	if ! balanced; then
		fail "$1" "the accounts do not balance" "$work/accounts"
		return
	fi
	if ! same_again; then
		fail "$1" "the recording tells another story" "$work/stderr"
		return
	fi
	left=$(left_in "$dir")
	if [ -n "$left" ]; then
		fail "$1" "processes left: $left"
		return
	fi
	left=$(ls -A "$out" | tr '\n' ' ')
	if [ "$left" != "again.jsonl rec.iotrace rows.jsonl run.summary " ]; then
		fail "$1" "files left: $left"
		return
	fi
	pass
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- $("$IOWORKLOAD" --list | awk '{ print $1 }')
fi
for name; do
	one "$name"
done
finish
