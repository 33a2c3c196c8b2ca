#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Collapsed stacks hold what the rows hold (folded.py), add up to what the summary says, and
# have the functions of the stack root first.

. "$(dirname -- "$0")/../lib.sh"
command -v python3 >/dev/null 2>&1 || { echo "skipped: no python3"; exit 77; }

if python3 -B "$testdir/folded.py" "$IOTRACE" "$testdir"/../golden/*.iotrace >"$work/said" 2>&1
then
	pass
else
	fail rows "stacks are not those of the rows" "$work/said"
fi

# The calls that the summary of $1 counts in its first line, and those of a folded file.
same_totals()
{
	"$IOTRACE" report -q -o "$work/x.summary" -o "$work/x.folded" "$@" \
		"$testdir/../golden/signal-reexec.iotrace" || return 1
	calls=$(sed -n '1s/.* \([0-9]*\) calls (.*/\1/p' "$work/x.summary")
	sum=$(awk '{ n += $NF } END { print n + 0 }' "$work/x.folded")
	echo "summary: $calls calls, folded: $sum" >"$work/said"
	[ "$calls" = "$sum" ]
}

for options in '' --sample=FS=0 --sample=FS=3 --failed-only '--by=file' '--by=flags,dir'; do
	if same_totals ${options:+"$options"}; then
		pass
	else
		fail "totals $options" "differ" "$work/said"
	fi
done

if ! "$IOWORKLOAD" --probe >/dev/null 2>&1; then
	skip stack "this system lets us trace nothing"
	finish
fi
bounded "$IOTRACE" -q -k -e rename -o "$work/s.folded" --by=comm,stack,syscall -- \
	"$IOWORKLOAD" rename-basic >"$work/said" 2>&1
cat "$work/s.folded" >>"$work/said"
# The libraries need not have symbols, the program has.
if grep -q '^ioworkload;.*;main;.*;rename [1-9][0-9]*$' "$work/s.folded"; then
	pass
else
	fail stack "no stack from main to rename" "$work/said"
fi
finish
