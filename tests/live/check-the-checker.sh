#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_events must find what is wrong: rows written by hand, right and bent.

. "$(dirname -- "$0")/../lib.sh"
CHECK_EVENTS=$(built "${CHECK_EVENTS:-$top_builddir/check_events}")
cd "$work" || exit 99

# row SEQ TIME TID CALL FAMILY KIND REST
row() {
	printf '{"seq":%s,"time_ns":%s,"latency_ns":1,"comm":"ioworkload","pid":10,"tid":%s' \
		"$1" "$2" "$3"
	printf ',"syscall":"%s","family":"%s","kind":"%s"%s}\n' "$4" "$5" "$6" "$7"
}

{
	row 1 10 10 access FS pathname ',"ret":-2,"error":"ENOENT","file":"/ioworkload-begin"'
	row 2 20 10 openat FS open ',"fd":3,"ret":3,"file":"/d/a b"'
	row 3 30 11 read FS fd ',"fd":3,"ret":5,"bytes":5,"file":"/d/a b"'
	row 4 40 12 read FS fd ',"fd":3,"ret":5,"bytes":5,"file":"/d/a b"'
	row 5 50 10 read FS fd ',"fd":-1,"ret":-9,"error":"EBADF"'
	row 6 60 10 read FS fd ',"fd":-1,"ret":-9,"error":"EBADF"'
	row 7 70 10 close FS fd ',"fd":3,"ret":0,"file":"/x","file_raw":"L2QvYf8="'
	row 8 80 10 access FS pathname ',"ret":-2,"error":"ENOENT","file":"/ioworkload-end"'
} >good.jsonl

cat >expect <<'END'
scenario by-hand
options -e all
openat FS open ret=$a fd=$a file=@/a\x20b
1-3* read FS fd ret=-EBADF
close FS fd fd=$a file=@/a\xff
t1*2: read FS fd ret=$n>4 bytes=$n fd=$a file=~@/a*
END

# wants NAME STATUS: what the checker says of bad.jsonl.
wants() {
	"$CHECK_EVENTS" expect bad.jsonl /d >said 2>&1
	status=$?
	if [ "$status" -eq "$2" ]; then
		pass
	else
		fail "$1" "status $status instead of $2" said
	fi
}

# bent NAME STATUS SED-SCRIPT
bent() {
	sed "$3" good.jsonl >bad.jsonl
	wants "$1" "$2"
}

bent good 0 ''
bent fewer-allowed 0 '6d'
bent missing 1 '7d'
bent missing-task 1 '4d'
bent below-count 1 '5,6d'
bent twice 1 '2p'
bent other-file 1 '2s/a b/b/'
bent other-bytes 1 '3s/"bytes":5/"bytes":4/'
bent other-error 1 '5s/EBADF/EINVAL/'
bent other-family 1 '2s/"FS"/"IPC"/'
bent other-fd 1 '7s/"fd":3/"fd":4/'
bent other-name 1 '7s/L2QvYf8=/L2QvYf4=/'
bent other-comm 1 '2s/ioworkload/other/'
bent not-asked-for 1 '2s/"ret"/"old_file":"x","ret"/'
bent other-process 1 '3s/"pid":10/"pid":9/'
bent order 1 '2{h;d};5{G}'
bent order-of-ends 1 '4s/"time_ns":40/"time_ns":25/'
bent seq 1 '3s/"seq":3/"seq":9/'
bent time 1 '5s/"time_ns":50/"time_ns":5/'
bent no-marker 2 '8d'
# Without markers all rows count; in a block each round has its own numbers.
cp expect markers
cat >expect <<'END'
scenario by-hand-whole
whole
access FS pathname ret=-ENOENT file=/ioworkload-begin
openat FS open ret=$a fd=$a file=@/a\x20b
repeat 2
read FS fd ret=-EBADF time_ns=>=[50+i]
end
close FS fd fd=[3+i] file=@/a\xff
access FS pathname ret=-ENOENT file=/ioworkload-end
t1*2: read FS fd ret=$n>4 bytes=$n fd=$a file=~@/a*
END
bent whole-outside-of-a-block 1 ''
sed 's/\[3+i\]/3/' expect >expect.new && mv expect.new expect
bent whole 0 ''
bent whole-missing 1 '8d'
sed 's/\[50+i\]/[60+i]/' expect >expect.new && mv expect.new expect
bent whole-other-number 1 ''
mv markers expect
bent no-json 2 '3s/}/]/'
bent no-column 2 '3s/"bytes"/"octets"/'
finish
