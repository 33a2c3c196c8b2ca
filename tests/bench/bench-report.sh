#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How fast a recording becomes each output, on one processor. The recording is of real
# programs that look at and read many files, made here. CPU time is told beside wall time:
# where they differ, the machine had other things to do. Medians.
#
#   BENCH_RUNS=5             counted runs of each output (one more is not counted)
#   BENCH_TREES=/usr/include what the programs of the recording read
set -euo pipefail

build=$(cd "${top_builddir:-.}" && pwd)
iotrace=$build/iotrace
runs=${BENCH_RUNS:-5}
trees=${BENCH_TREES:-/usr/include}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
TIMEFORMAT='%R %U %S'

# shellcheck disable=SC2086 # trees are words
"$iotrace" -q -o "$tmp/x.iotrace" -- sh -c 'find "$@"; tar -cf - "$@" | cat' sh $trees \
	>/dev/null 2>&1 || true
"$iotrace" report -q -o "$tmp/x.csv" --columns=seq "$tmp/x.iotrace"
events=$(($(wc -l <"$tmp/x.csv") - 1))

echo
echo "report: $events events, recording of $(stat -c %s "$tmp/x.iotrace") bytes, one processor"
printf '%-10s %12s %12s %9s %9s\n' output 'events/s' 'events/cpu s' 'wall s' 'bytes/ev'
for format in summary parquet csv jsonl text; do
	: >"$tmp/times"
	for ((run = 0; run <= runs; run++)); do
		{ time taskset -c 0 "$iotrace" report -q -o "$format:$tmp/out" "$tmp/x.iotrace"; } \
			2>>"$tmp/times"
	done
	size=$(stat -c %s "$tmp/out")
	tail -n "$runs" "$tmp/times" | awk '{ print $1, $2 + $3 }' | sort -n |
		awk -v n="$events" -v format="$format" -v size="$size" '
		{ wall[NR] = $1; cpu[NR] = $2 }
		END {
			m = int((NR + 1) / 2)
			printf "%-10s %12.0f %12.0f %9.3f %9.1f\n", format, n / wall[m],
				n / cpu[m], wall[m], size / n
		}'
done
