#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# iotrace diff over recordings of runs whose differences are known, because this test made
# them: which files, how many calls and bytes more. Then exit codes and recordings that
# are none.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99

# ends NAME STATUS COMMAND...: the command ends with STATUS; output in out and err.
ends() {
	name=$1 wanted=$2
	shift 2
	timeout -k 5 60 "$@" >out 2>err </dev/null
	status=$?
	if [ "$status" -eq "$wanted" ]; then
		pass
	else
		fail "$name" "exit status $status instead of $wanted" err
		return 1
	fi
}

# has NAME FILE TEXT; lacks NAME FILE TEXT
has() {
	if grep -qF -- "$3" "$2"; then
		pass
	else
		fail "$1" "no \"$3\"" "$2"
	fi
}
lacks() {
	if grep -F -- "$3" "$2" >found; then
		fail "$1" "there is \"$3\"" found
	else
		pass
	fi
}

# file_change NAME CHANGE FILE REST: d.jsonl has it of that file here, by its normal name.
file_change() {
	if grep -q "\"table\":\"file\",\"change\":\"$2\",\"name\":\"[^\"]*/$3\",$4" d.jsonl
	then
		pass
	else
		fail "$1" "no $2 $3 $4" d.jsonl
	fi
}

# record FILE COMMAND...
record() {
	file=$1
	shift
	"$IOTRACE" -q -e FS -o "$file" -- "$@" >/dev/null 2>err ||
		fail record 'the program failed' err
}

head -c 100000 /dev/zero >data
head -c 100000 /dev/zero >more
# cat may copy in the kernel, dd reads and writes: 20 and 40 times 4096 bytes.
record a.iotrace sh -c 'dd if=data of=copy bs=4096 count=20; cat old 2>/dev/null; : >gone'
record b.iotrace sh -c 'dd if=data of=copy bs=4096 count=40; cat more >new; : >x.$$'
record c.iotrace sh -c 'dd if=data of=copy bs=4096 count=20; cat old 2>/dev/null; : >gone'

# ---- what differs ----
ends changes 0 "$IOTRACE" diff -o d.jsonl -o d.html -o d.txt a.iotrace b.iotrace
file_change appeared appeared more '"metric":"calls","before":0'
file_change appeared appeared new '"metric":"calls","before":0'
file_change vanished vanished gone '"metric":"calls"'
# dd reads 20 blocks, or the 25 that there are and the end of the file.
file_change bytes increased data '"metric":"read","before":81920,"after":100000,"percent":22.07'
file_change bytes increased copy '"metric":"written","before":81920,"after":100000'
has process d.jsonl "{\"table\":\"process\",\"change\":\"increased\",\"name\":\"dd\",\"metric\":\"written\""
has text d.txt "$(printf '%11s%12s%9s' 80.0K 97.7K +22%)"
has headline d.txt 'The second run took'
if awk 'length($0) > 80 { print; bad = 1 } END { exit bad }' d.txt >found; then
	pass
else
	fail width 'a line has more than 80 columns' found
fi
lacks html d.html 'http'
lacks html d.html '<script'
has html d.html '<td class="appeared">new</td>'
ends to-stdout 0 "$IOTRACE" diff a.iotrace b.iotrace
if cmp -s out d.txt; then
	pass
else
	fail to-stdout 'standard output differs from a file' out
fi

# ---- what does not ----
ends same 0 "$IOTRACE" diff --fail-on=calls,bytes,errors,latency,new-files a.iotrace a.iotrace
has same out 'No difference beyond 10%.'
# Two runs of the same differ in their times alone.
ends again 0 "$IOTRACE" diff --fail-on=calls,bytes,errors,new-files -o d.jsonl a.iotrace c.iotrace
grep -v -e '"table":"run",' -e '"metric":"latency"' -e '"metric":"p95"' d.jsonl >found
if [ -s found ]; then
	fail again 'differences that are none' found
else
	pass
fi

# ---- options ----
record p.iotrace sh -c ': >x.123456'
record q.iotrace sh -c ': >x.654321'
ends names 0 "$IOTRACE" diff --fail-on=new-files p.iotrace q.iotrace
ends exact-names 1 "$IOTRACE" diff --exact-names --fail-on=new-files p.iotrace q.iotrace
has exact-names err "iotrace: new-files: $work/x.654321 appeared"
ends fail-bytes 1 "$IOTRACE" diff -q --fail-on=bytes a.iotrace b.iotrace
has fail-bytes err 'iotrace: bytes: '
ends less-is-no-failure 0 "$IOTRACE" diff -q -P "$work/data" --fail-on=bytes b.iotrace a.iotrace
ends threshold 0 "$IOTRACE" diff -q -P "$work/data" --threshold=30 --fail-on=bytes \
	a.iotrace b.iotrace
ends below-threshold 1 "$IOTRACE" diff -q -P "$work/data" --threshold=20% --fail-on=bytes \
	a.iotrace b.iotrace
ends path 0 "$IOTRACE" diff -P "$work/gone" -o d.jsonl a.iotrace b.iotrace
lacks path d.jsonl /more
ends trace 0 "$IOTRACE" diff -e write -o d.jsonl a.iotrace b.iotrace
lacks trace d.jsonl '"name":"read"'
ends top 0 "$IOTRACE" diff --top=1 a.iotrace b.iotrace
has top out 'Files (1 of '

# Hostile names: control bytes and markup stay text.
record h.iotrace sh -c ': >"$(printf "<b>\\033[31m\\n&")"'
ends hostile 0 "$IOTRACE" diff -o d.html -o d.txt a.iotrace h.iotrace
lacks hostile d.html '<b>'
lacks hostile d.txt "$(printf '\033')"

# ---- mistakes ----
mistake() {
	name=$1 text=$2
	shift 2
	ends "$name" 125 "$IOTRACE" "$@" && has "$name" err "$text"
}
mistake one 'diff compares two recordings' diff a.iotrace
mistake three 'diff compares two recordings' diff a.iotrace b.iotrace c.iotrace
mistake absent 'none.iotrace' diff a.iotrace none.iotrace
mistake foreign 'data' diff a.iotrace data
mistake bad-item 'did you mean bytes?' diff --fail-on=bites a.iotrace b.iotrace
mistake bad-threshold "takes a percentage such as 10, not 'x'" diff --threshold=x a.iotrace b.iotrace
mistake bad-option "--limit is not for 'iotrace diff'" diff --limit=5 a.iotrace b.iotrace
mistake not-diff "--threshold is for 'iotrace diff'" report --threshold=5 a.iotrace
mistake bad-format 'choose text, jsonl, html' diff --format=csv a.iotrace b.iotrace
mistake bad-target 'cannot write' diff -o none/x.txt a.iotrace b.iotrace
if [ -w /dev/full ]; then
	mistake full 'No space left' diff -o text:/dev/full a.iotrace b.iotrace
fi
size=$(wc -c <b.iotrace)
head -c $((size - 30)) b.iotrace >cut.iotrace
ends cut 125 "$IOTRACE" diff a.iotrace cut.iotrace
has cut err 'cut.iotrace: '
record o.iotrace true
"$IOTRACE" -q -e read -o r.iotrace -- cat data >/dev/null
ends selections 0 "$IOTRACE" diff a.iotrace r.iotrace
has selections err 'hold different calls (FS and read)'
ends empty 0 "$IOTRACE" diff -P /none a.iotrace b.iotrace
has empty out 'No difference'

finish
