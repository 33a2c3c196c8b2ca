#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tracer's memory must not grow with the number of events: ten million of them (or
# $BENCH_EVENTS) into a recording, and a peak of less than 64 MiB; then from the recording
# into a Parquet file, likewise. Fails beyond it.
set -euo pipefail

build=$(cd "${top_builddir:-.}" && pwd)
events=${BENCH_EVENTS:-10000000}
limit_kib=65536
tmp=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# On one processor a stop costs least, so this takes minutes rather than tens of them.
taskset -c 0 "$build/iobench" measure "$tmp/run" \
	"$build/iotrace" -q -e read -o "$tmp/x.iotrace" -- "$build/iobench" read1 "$events"

# tell WHAT FILE: prints the figures of the run, and fails if it took too much memory.
tell()
{
	local wall_ns peak_kib
	read -r wall_ns peak_kib _ <"$tmp/run"
	awk -v ns="$wall_ns" -v kib="$peak_kib" -v n="$events" -v limit=$limit_kib \
		-v what="$1" -v size="$(stat -c %s "$2")" 'BEGIN {
		printf "%d events in %.1f s (%.2f us an event), %s %.1f MiB (%.1f bytes an event)\n",
			n, ns / 1e9, ns / 1e3 / n, what, size / 1048576, size / n
		printf "peak memory of iotrace %.1f MiB, limit %.0f MiB\n", kib / 1024,
			limit / 1024
		exit !(kib > 0 && kib < limit)
	}'
}

tell recording "$tmp/x.iotrace"
rm "$tmp/run"
"$build/iobench" measure "$tmp/run" "$build/iotrace" report -q -o "$tmp/x.parquet" "$tmp/x.iotrace"
tell Parquet "$tmp/x.parquet"
