#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tracing costs: each row is one command, run untraced, under iotrace with a recording,
# and under strace with the same selection and a seccomp filter, the three in turn so that a
# machine whose speed drifts treats them alike. Medians; ratios are medians of the ratios
# within a round. Everything runs twice, once as it comes and once bound to one processor.
#
#   BENCH_RUNS=5          counted rounds of each row (one more before them is not counted)
#   BENCH_ROWS='read1 …'  only these rows
#   BENCH_MODES='free pinned'
#   BENCH_READS=30000     reads of the rows read1 and threads
#   BENCH_SELECTION=FS,AIO,Network
set -euo pipefail

build=$(cd "${top_builddir:-.}" && pwd)
src=$(cd "${top_srcdir:-.}" && pwd)
iotrace=$build/iotrace
iobench=$build/iobench
runs=${BENCH_RUNS:-5}
reads=${BENCH_READS:-30000}
selection=${BENCH_SELECTION:-FS,AIO,Network}
rows=${BENCH_ROWS:-read1 find tar compile threads4 threads16 spawn200}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# shellcheck disable=SC2206 # words: CC may hold options
cc=(${CC:-cc})

command -v strace >/dev/null || {
	echo 'bench: strace is not installed' >&2
	exit 77
}

# The same calls for strace; "?" lets it pass over names that it does not know.
calls=$("$iotrace" syscalls --json "$selection" |
	sed -n 's/^{"nr":[0-9]*,"name":"\([^"]*\)".*/?\1/p' | paste -sd, -)
[ -n "$calls" ]

# Sets the array command to what a row runs.
row_command()
{
	case $1 in
	read1) command=("$iobench" read1 "$reads") ;;
	find) command=(find /usr) ;;
	tar) command=(tar -cf "$tmp/out.tar" /usr/include) ;;
	compile) command=("${cc[@]}" -D_GNU_SOURCE -O2 -c -o "$tmp/out.o" "$src/tests/bench/iobench.c") ;;
	threads4) command=("$iobench" threads 4 "$reads") ;;
	threads16) command=("$iobench" threads 16 "$reads") ;;
	spawn200) command=("$iobench" spawn 200 /bin/true) ;;
	*)
		echo "bench: no row '$1'" >&2
		exit 2
		;;
	esac
}

# once WAY FILE: runs the command that way and appends its figures to FILE.
once()
{
	local prefix=()
	case $1 in
	iotrace) prefix=("$iotrace" -q -e "$selection" -o "$tmp/x.iotrace" --) ;;
	strace) prefix=(strace -f --seccomp-bpf -o /dev/null -e "trace=$calls" --) ;;
	esac
	"${pin[@]}" "$iobench" measure "$2" "${prefix[@]}" "${command[@]}" \
		</dev/null >/dev/null 2>"$tmp/stderr" || {
		echo "bench: '${command[*]}' ($1) failed:" >&2
		tail -n 5 "$tmp/stderr" >&2
		exit 1
	}
}

# One round more than counted, the first to warm the caches; who begins, changes.
measure_row()
{
	local way round order=(untraced iotrace strace)
	rm -f "$tmp"/{untraced,iotrace,strace}.runs
	for ((round = 0; round <= runs; round++)); do
		for way in "${order[@]}"; do
			if ((round)); then
				once "$way" "$tmp/$way.runs"
			else
				once "$way" /dev/null
			fi
		done
		order=("${order[@]:1}" "${order[0]}")
	done
}

# Wall time, peak memory and status of the three runs of a round stand in one line.
print_row()
{
	paste -d' ' "$tmp"/{untraced,iotrace,strace}.runs | awk -v row="$1" '
	function median(a, n,   i, j, t)
	{
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && a[j - 1] > a[j]; j--) {
				t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
			}
		return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
	}
	{
		u[NR] = $1; i[NR] = $4; s[NR] = $7
		iu[NR] = $4 / $1; su[NR] = $7 / $1; is[NR] = $4 / $7
		if ($5 > rss) rss = $5
	}
	END {
		printf "%-10s %9.3f %9.3f %9.3f %10.2f %9.2f %9.2f %9.1f\n", row,
			median(u, NR) / 1e9, median(i, NR) / 1e9, median(s, NR) / 1e9,
			median(iu, NR), median(su, NR), median(is, NR), rss / 1024
	}'
}

echo "$("$iotrace" --version | head -n 1), $(strace --version | head -n 1), $(uname -sr), $(nproc) processors"
echo "selection $selection; medians of $runs runs; seconds, then ratios, then MiB"
for mode in ${BENCH_MODES:-free pinned}; do
	pin=()
	[ "$mode" = free ] || pin=(taskset -c 0)
	echo
	printf '%-10s %9s %9s %9s %10s %9s %9s %9s\n' "$mode" untraced iotrace strace \
		io/untr st/untr io/strace 'peak RSS'
	for row in $rows; do
		row_command "$row"
		measure_row
		print_row "$row"
	done
done
