#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Parquet files against a reader of our own that was written from the format's description
# (check_parquet.py), which also compares every value with the csv output of the same run.

. "$(dirname -- "$0")/../lib.sh"
rows=$(built "$top_builddir/parquet_rows")
command -v python3 >/dev/null || {
	echo 'skip: python3 is not installed'
	exit 77
}

# wants NAME LINE FILE.parquet [FILE.csv]: the reader finds nothing wrong and prints LINE.
wants() {
	name=$1 line=$2
	shift 2
	got=$(python3 "$testdir/check_parquet.py" "$@" 2>&1)
	status=$?
	if [ $status -eq 77 ]; then
		skip "$name" "$got"
	elif [ $status -eq 0 ] && { [ -z "$line" ] || [ "$got" = "$line" ]; }; then
		pass
	else
		printf '%s\n' "$got" >"$work/said"
		fail "$name" "the reader says other than '$line'" "$work/said"
	fi
}

# Made-up events: the ends of every type, a full dictionary, more than one row group.
cd "$work" || exit 99
for n in 0 1 2 16384 16385; do
	"$rows" $n made.parquet made.csv || fail "rows $n" 'cannot be written'
	wants "rows $n" "rows $n groups $((n > 0)) plain 0" made.parquet made.csv
done
"$rows" 263000 made.parquet made.csv || fail 'rows 263000' 'cannot be written'
wants 'rows 263000' 'rows 263000 groups 2 plain 1' made.parquet made.csv

# The reader itself: whatever byte is wrong, it must see it.
"$rows" 50 made.parquet made.csv
size=$(wc -c <made.parquet)
for at in 1 5 $((size / 5)) $((size / 3)) $((size / 2)) $((size - 300)) $((size - 6)); do
	{
		head -c $at made.parquet
		printf '\325'
		tail -c +$((at + 2)) made.parquet
	} >bad.parquet
	if cmp -s made.parquet bad.parquet; then
		fail "byte $at" 'was not changed'
	elif python3 "$testdir/check_parquet.py" bad.parquet made.csv >said 2>&1; then
		fail "byte $at" 'the reader does not see that it is wrong' said
	else
		pass
	fi
done

# Recordings with names that are not UTF-8, with AIO, signals and so on.
for recording in "$testdir"/../golden/*.iotrace; do
	name=$(basename "$recording" .iotrace)
	"$IOTRACE" report -q -o run.parquet -o run.csv "$recording" ||
		fail "$name" 'report failed'
	wants "$name" '' run.parquet run.csv
done
"$IOTRACE" report -q --columns=comm,file,time,pid -o run.parquet -o run.csv \
	"$testdir/../golden/hostile-names.iotrace" || fail columns 'report failed'
wants columns '' run.parquet run.csv
"$IOTRACE" report -q -o - --format=parquet "$testdir/../golden/rename-basic.iotrace" >piped
"$IOTRACE" report -q -o run.parquet "$testdir/../golden/rename-basic.iotrace"
if cmp piped run.parquet; then pass; else fail pipe 'other bytes than in a file'; fi

# An output that cannot be written leaves what was there.
echo precious >old.parquet
if [ -w /dev/full ]; then
	"$rows" 20000 /dev/full >said 2>&1 && fail full 'a full disk is no error'
	"$IOTRACE" report -q -o parquet:/dev/full \
		"$testdir/../golden/rename-basic.iotrace" 2>said
	[ $? -eq 125 ] && grep -q 'No space left' said && pass || fail full 'not said' said
fi

if ! "$IOWORKLOAD" --probe; then
	skip live 'this system lets us trace nothing (ptrace is refused)'
	finish
fi

# live NAME LINE OPTION... -- COMMAND...: a run, and the report of its recording.
live() {
	name=$1 line=$2
	shift 2
	if ! "$IOTRACE" -q -o live.iotrace -o live.parquet -o live.csv "$@" >said 2>&1; then
		fail "$name" 'the run failed' said
		return
	fi
	wants "$name" "$line" live.parquet live.csv
}
# same NAME: the report of that run is the same file.
same() {
	"$IOTRACE" report -q -o again.parquet live.iotrace
	if cmp live.parquet again.parquet >said; then
		pass
	else
		fail "$1" 'report writes another file than the run did' said
	fi
}
mkdir scratch
IOWORKLOAD_DIR=$work/scratch
export IOWORKLOAD_DIR
live all '' -e all -- "$IOWORKLOAD" hostile-names
same all
live uring '' -e all -- "$IOWORKLOAD" rename-basic
same uring
live one 'rows 1 groups 1 plain 0' --limit=1 -- cat /etc/passwd
live none 'rows 0 groups 0 plain 0' --filter='pid == 0' -- true
live sampled '' --sample=read=0,FS=3 -- cat /etc/passwd
if grep -q 'iotrace.sampling.*"syscall":"read","events":0,"counted_only":' live.parquet; then
	pass
else
	fail sampled 'the footer does not tell what was left out'
fi

# Killed in the middle: the program takes its tracer along, then dies with it.
"$IOTRACE" -q -o old.parquet -- sh -c 'kill -KILL $PPID; exec sleep 60' >said 2>&1
if [ "$(cat old.parquet)" = precious ]; then pass; else fail kill 'the old file is gone'; fi
finish
