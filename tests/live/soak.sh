#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# soak.sh [SCENARIO]...: the live suite again and again on a busy machine, for what shows
# only then. Each run is all scenarios (or those named) in one of the modes of live.tbl, in
# turn; every other run has a single processor. Prints what fails and counts at the end.
#
#   SOAK_RUNS=8     runs of the suite
#   SOAK_JOBS=2     runs at a time
#   SOAK_HOGS=N     processes that only burn time; default two a processor
#   SOAK_MODES=...  the modes
set -u

here=$(cd "$(dirname "$0")" && pwd)
runs=${SOAK_RUNS:-8} jobs=${SOAK_JOBS:-2} hogs=${SOAK_HOGS:-$(($(nproc) * 2))}
read -r -a modes <<<"${SOAK_MODES:-$(awk -F'\t' '$1 == "mode" { print $2 }' "$here/live.tbl" | tr '\n' ' ')}"
logs=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-soak.XXXXXX") || exit 99
children=()
clean_up()
{
	[ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null
	wait
	rm -rf "$logs"
}
trap clean_up EXIT
trap 'exit 99' HUP INT TERM

for ((i = 0; i < hogs; i++)); do
	(exec yes >/dev/null) &
	children+=($!)
done

# Job $1 takes every $jobs-th run.
job()
{
	local i mode pinned
	for ((i = $1; i < runs; i += jobs)); do
		mode=${modes[i % ${#modes[@]}]}
		pinned=()
		((i / ${#modes[@]} % 2 == 0)) || pinned=(taskset -c 0)
		"${pinned[@]}" "$here/run-live.sh" --mode "$mode" "${@:2}" \
			>"$logs/$i" 2>&1 </dev/null
		echo "status $?" >>"$logs/$i"
		grep -A 40 '^FAIL' "$logs/$i" | sed "s/^/run $i, $mode${pinned:+, one processor}: /"
	done
}
workers=()
for ((i = 0; i < jobs; i++)); do
	job $i "$@" &
	children+=($!)
	workers+=($!)
done
wait "${workers[@]}"

awk '
	/passed, .* failed,/ { runs++; passed += $1; failed += $3; skipped += $5 }
	/^FAIL .*: hangs/ { hangs++ }
	/^status / && $2 != 0 && $2 != 1 { broken++ }
	END {
		printf "%d runs of the suite: %d passed, %d failed, %d skipped; %d hangs\n",
			runs, passed, failed, skipped, hangs
		exit failed || broken || !runs
	}' "$logs"/[0-9]*
