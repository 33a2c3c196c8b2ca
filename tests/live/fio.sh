#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fio keeps its own account of what it read and wrote: for each kind of job the operations
# and bytes of each file must be those of iotrace's rows, live and out of the recording.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
if ! command -v fio >/dev/null 2>&1; then
	echo "skip: fio is not installed"
	exit 77
fi

# The account of fio's JSON: FILE DIRECTION OPERATIONS BYTES.
of_fio() {
	awk -F'[:,]' '
	{ gsub(/[ \t"]/, "") }
	$1 == "jobname" { file = $2; way = "" }
	($1 == "read" || $1 == "write") && $2 == "{" { way = $1 }
	$1 == "trim" { way = "" }
	way && $1 == "io_bytes" { bytes = $2 }
	way && $1 == "total_ios" {
		if ($2 > 0)
			print file, way, $2, bytes
		way = ""
	}' "$1" | sort
}

# The same of rows "CALL,RET,BYTES,FILE": calls $2 read, $3 write.
of_rows() {
	awk -F, -v reads="$2" -v writes="$3" -v dir="$4/" '
	index($4, dir) == 1 && ($1 ~ reads || $1 ~ writes) && $2 > 0 {
		key = substr($4, length(dir) + 1) " " ($1 ~ reads ? "read" : "write")
		n[key]++
		bytes[key] += $3
	}
	END { for (key in n) printf "%s %d %d\n", key, n[key], bytes[key] }' "$1" | sort
}

# job NAME TRACED READS WRITES OPTION...: two processes with a file each.
job() {
	name=$1 traced=$2 reads=$3 writes=$4
	shift 4
	dir=$work/$name
	mkdir "$dir"
	# A job's file is called as the job.
	if ! bounded "$IOTRACE" -q -e "$traced" \
		--columns=syscall,ret,bytes,file -o "$work/rows.csv" \
		-o "$work/rec.iotrace" -- fio --output-format=json \
		--output="$work/fio.json" --size=4m --rw=randrw --directory="$dir" \
		--filename_format='$jobname' --disable_lat=1 "$@" --name=one --bs=4k \
		--name=two --bs=16k >"$work/said" 2>&1; then
		if grep -q 'not loadable\|not supported\|Function not impl\|unrecognized' \
			"$work/said" "$work/fio.json" 2>/dev/null; then
			skip "$name" "this fio or file system cannot do it"
		else
			fail "$name" "fio failed" "$work/said"
		fi
		return
	fi
	of_fio "$work/fio.json" >"$work/fio.txt"
	of_rows "$work/rows.csv" "$reads" "$writes" "$dir" >"$work/rows.txt"
	if ! [ -s "$work/fio.txt" ] || ! cmp -s "$work/fio.txt" "$work/rows.txt"; then
		diff "$work/fio.txt" "$work/rows.txt" >"$work/diff"
		fail "$name" "fio counts otherwise (<), iotrace (>)" "$work/diff"
		return
	fi
	"$IOTRACE" report --columns=syscall,ret,bytes,file -o "$work/again.csv" \
		"$work/rec.iotrace" >"$work/said" 2>&1
	if ! cmp -s "$work/rows.csv" "$work/again.csv"; then
		fail "$name" "the recording tells another story" "$work/said"
		return
	fi
	pass
}

libaio() {
	name=$1
	shift
	job "$name" AIO '^aio_preadv?$' '^aio_pwritev?$' --ioengine=libaio --iodepth=8 "$@"
}

io_uring() {
	name=$1
	shift
	job "$name" AIO '^uring_readv?(_fixed)?$' '^uring_writev?(_fixed)?$' \
		--ioengine=io_uring --iodepth=8 "$@"
}

job psync FS '^pread64$' '^pwrite64$' --ioengine=psync
libaio libaio
libaio libaio-batch --iodepth_batch_submit=4 --iodepth_batch_complete_max=8
libaio libaio-deep --iodepth=256
libaio libaio-vectored --libaio_vectored=1
libaio libaio-user-reap --userspace_reap=1
libaio libaio-direct --direct=1
libaio libaio-threads --thread=1
io_uring io_uring
io_uring io_uring-fixedbufs --fixedbufs=1
io_uring io_uring-registerfiles --registerfiles=1
io_uring io_uring-both --fixedbufs=1 --registerfiles=1
io_uring io_uring-batch --iodepth_batch_submit=4 --iodepth_batch_complete_max=8
io_uring io_uring-deep --iodepth=256
io_uring io_uring-vectored --nonvectored=0
io_uring io_uring-async --force_async=1
io_uring io_uring-threads --thread=1
finish
