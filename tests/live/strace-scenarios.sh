#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# strace-scenarios.sh [NAME]...: every scenario of ioworkload under strace and under
# iotrace, all calls: the multiset of (call, path, result) must be the same. What is left
# out: rows that the scenario itself lets come any number of times (its ignore line), calls
# that this strace has no name for, what strace-scenarios.tbl lists, and the rows of
# requests, which strace does not have. Scenarios that need a helper, or that a tracer
# attaches to, are for run-live.sh.

. "$(dirname -- "$0")/../lib.sh"
ROWS_TSV=$(built "${ROWS_TSV:-$top_builddir/rows_tsv}")

if ! command -v strace >/dev/null 2>&1; then
	echo 'skip: no strace to compare with'
	exit 77
fi
need_ptrace
dir=$work/dir
IOWORKLOAD_DIR=$dir
export IOWORKLOAD_DIR
: >"$work/unknown"
: >"$work/known"

# fresh: a new scratch directory, always by the same name.
fresh() {
	cd / && rm -rf "$dir" && mkdir "$dir" || exit 99
}

# Adds to $work/unknown those names of calls that this strace does not have.
ask_strace() {
	cut -f 1 "$1" | sort -u | while read -r call; do
		grep -qx "$call" "$work/known" "$work/unknown" && continue
		if strace -e "trace=$call" true 2>/dev/null; then
			echo "$call" >>"$work/known"
		else
			echo "$call" >>"$work/unknown"
		fi
	done
}

# The keys of standard input without what is not compared of scenario $1.
even() {
	sed -E -e 's/#[0-9]+	/#N	/g; s/ioworkload-[0-9]+/ioworkload-N/g' \
		-e 's/^(readlink	[^	]*	\/proc\/self	).*/\1LENGTH/' \
		-e 's/\/task\/[0-9]+\//\/task\/TID\//g' |
		awk -F'\t' -v OFS='\t' -v name="$1" -v ignored="$(sed -n 's/^ignore //p' \
			"$work/expect")" -v table="$testdir/strace-scenarios.tbl" \
			-v unknown="$work/unknown" '
		function pattern(glob) {
			gsub(/\./, "\\.", glob)
			gsub(/\*/, ".*", glob)
			gsub(/\?/, ".", glob)
			return "^" glob "$"
		}
		function rule(what) {
			for (i = 1; i <= n; i++)
				if (kind[i] == what && $1 ~ calls[i])
					return 1
			return 0
		}
		BEGIN {
			while ((getline line <table) > 0) {
				split(line, f, "\t")
				if (f[1] !~ /^#/ && name ~ pattern(f[2])) {
					kind[++n] = f[1]
					calls[n] = pattern(f[3])
				}
			}
			while ((getline line <unknown) > 0)
				drop[line] = 1
			m = split(ignored, f, " ")
			for (i = 1; i <= m; i++)
				if (sub(/^file=/, "", f[i]))
					files[++nfiles] = pattern(f[i])
				else
					drop[f[i]] = 1
		}
		$1 in drop || $1 ~ /^syscall_/ || rule("call") { next }
		{
			for (i = 1; i <= nfiles; i++)
				if ($3 ~ files[i])
					next
			if (rule("file"))
				$2 = $3 = ""
			if (rule("result"))
				$4 = ""
			print
		}' | sort
}

# traced TRACER...: the scenario $name under it; 0 if it ended as it should.
traced() {
	fresh
	bounded "$@" -- "$IOWORKLOAD" "$name" >"$work/said" 2>&1 </dev/null
	status=$?
	case $status in
	77) skip "$name" "$(sed -n 's/^ioworkload: skipped: //p' "$work/said")" ;;
	"${wanted:-0}") return 0 ;;
	*) fail "$name" "exit status $status under $1" "$work/said" ;;
	esac
	return 1
}

# said WHAT: the words behind the name in the table's line WHAT of scenario $name.
said() {
	while IFS='	' read -r what names words why; do
		# shellcheck disable=SC2254
		case $what/$name in
		"$1"/$names) echo "$words $why" ;;
		esac
	done <"$testdir/strace-scenarios.tbl"
}

one() {
	name=$1
	why=$(said skip)
	if [ -n "$why" ]; then
		skip "$name" "${why#- }"
		return
	fi
	options=$(said option)
	if ! "$IOWORKLOAD" --expect "$name" >"$work/expect" 2>"$work/said"; then
		fail "$name" "no such scenario" "$work/said"
		return
	fi
	if grep -qE '^(attach|helper)$' "$work/expect"; then
		skip "$name" "is run with $(grep -E '^(attach|helper)$' "$work/expect")"
		return
	fi
	wanted=$(sed -n 's/^status //p' "$work/expect")
	traced strace -f -y -q -s 0 -e trace=all -o "$work/strace.txt" || return
	traced "$IOTRACE" -q -e all ${options%% *} --filter='kind != request' -o "$work/rows.jsonl" || return
	cd "$work" || exit 99
	awk -f "$testdir/strace-rows.awk" "$work/strace.txt" |
		awk -f "$testdir/call-keys.awk" >"$work/strace.all"
	"$ROWS_TSV" "$work/rows.jsonl" |
		awk -v rows=iotrace -f "$testdir/call-keys.awk" >"$work/rows.all"
	ask_strace "$work/rows.all"
	even "$name" <"$work/strace.all" >"$work/strace.keys"
	even "$name" <"$work/rows.all" >"$work/rows.keys"
	diff "$work/strace.keys" "$work/rows.keys" >"$work/diff"
	if ! [ -s "$work/strace.keys" ] || [ -s "$work/diff" ]; then
		fail "$name" "strace (<) and iotrace (>) differ in $(grep -c '^[<>]' \
			"$work/diff") of $(wc -l <"$work/strace.keys") calls" "$work/diff"
		return
	fi
	pass
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- $("$IOWORKLOAD" --list | awk '{ print $1 }')
fi
for scenario; do
	one "$scenario"
done
cd / || exit 99
finish
