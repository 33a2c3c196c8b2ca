#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Recordings and what each output makes of them, byte for byte: a change of a format shows
# here, on purpose or not. What is true of the events is for the live tests to say.
#
#   run.sh           compares NAME.txt, .csv, .jsonl, .summary, .folded with what NAME.iotrace gives
#   run.sh --accept  takes what comes out now as right: read the diff before you commit it
#   run.sh --record  makes the recordings anew, after a change of the record's layout
set -u

here=$(cd "$(dirname "$0")" && pwd)
iotrace=${IOTRACE:-${top_builddir:-.}/iotrace}
workload=${IOWORKLOAD:-${top_builddir:-.}/ioworkload}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-golden.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

if [ "${1:-}" = --record ]; then
	for scenario in rename-basic socketpair-basic fork-inherit hostile-names aio-setup \
	                sleep-syscalls signal-reexec; do
		dir=/tmp/golden
		rm -rf "$dir" && mkdir "$dir" || exit 1
		(cd "$dir" && IOWORKLOAD_DIR=$dir "$iotrace" -e all -P "$dir*" -q \
			-o "$here/$scenario.iotrace" -- "$workload" "$scenario") >/dev/null || exit 1
		rm -rf "$dir"
	done
	exit 0
fi

for recording in "$here"/*.iotrace; do
	name=$(basename "$recording" .iotrace)
	for suffix in txt csv jsonl summary folded; do
		"$iotrace" report -o "$tmp/out.$suffix" "$recording" 2>"$tmp/err" || {
			echo "FAIL $name.$suffix: $(cat "$tmp/err")"
			failed=$((failed + 1))
			continue
		}
		[ "${1:-}" = --accept ] && cp "$tmp/out.$suffix" "$here/$name.$suffix"
		if cmp -s "$tmp/out.$suffix" "$here/$name.$suffix"; then
			passed=$((passed + 1))
		else
			echo "FAIL $name.$suffix differs:"
			diff "$here/$name.$suffix" "$tmp/out.$suffix" | head -n 10
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
