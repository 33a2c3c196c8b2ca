#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program that uses liburing as its users do: what it says of its requests, and of plain
# calls on descriptors that the ring opened, must be the rows of iotrace, in the names too.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
if ! [ -x "$top_builddir/uring_program" ]; then
	echo 'skip: liburing >= 2.3 was not there when this was configured'
	exit 77
fi
PROGRAM=$(built "$top_builddir/uring_program")

# compared NAME OPTION...: with these options of iotrace.
compared() {
	name=$1
	shift
	dir=$work/$name
	mkdir "$dir" || exit 99
	bounded "$IOTRACE" -q -e AIO,pread64,pwrite64 "$@" \
		--filter="kind == request or file ~ '$dir/*'" \
		--columns=syscall,ret,bytes,file -o "$work/rows.csv" \
		-o "$work/rec.iotrace" -- "$PROGRAM" "$dir" >"$work/did" 2>"$work/said"
	status=$?
	if [ $status -eq 77 ]; then
		skip "$name" "$(sed 's/^uring_program: //' "$work/said")"
		return
	elif [ $status -ne 0 ]; then
		fail "$name" "exit status $status" "$work/said"
		return
	fi
	sort "$work/did" >"$work/did.sorted"
	sed 1d "$work/rows.csv" | sort >"$work/rows.sorted"
	if ! cmp -s "$work/did.sorted" "$work/rows.sorted"; then
		diff "$work/did.sorted" "$work/rows.sorted" >"$work/diff"
		fail "$name" 'the program (<) and iotrace (>) differ' "$work/diff"
		return
	fi
	"$IOTRACE" report --filter="kind == request or file ~ '$dir/*'" \
		--columns=syscall,ret,bytes,file -o "$work/again.csv" \
		"$work/rec.iotrace" >"$work/said" 2>&1
	if cmp -s "$work/rows.csv" "$work/again.csv"; then
		pass
	else
		fail "$name" 'the recording tells another story' "$work/said"
	fi
}

compared default
compared no-seccomp --no-seccomp
finish
