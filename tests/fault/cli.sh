#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bad input and bad luck at the command line: one clear line and the documented status,
# never a crash, a hang, a tracee that lives on or a part of a file in place of the whole.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99
umask 022

# run COMMAND...: leaves status, out, err.
run() {
	bounded "$@" >out 2>err </dev/null
	status=$?
}

# wants NAME STATUS: the last run ended so, and not by a crash or a time-out.
wants() {
	if [ "$status" -ne "$2" ]; then
		fail "$1" "exit status $status instead of $2" err
		return 1
	fi
}

# complains NAME STATUS TEXT COMMAND...: ends with STATUS, one line that names iotrace and
# has TEXT, perhaps a pointer to --help, and nothing on standard output.
complains() {
	name=$1 wanted=$2 text=$3
	shift 3
	run "$@"
	wants "$name" "$wanted" || return
	if [ -s out ]; then
		fail "$name" 'something on standard output' out
	elif ! head -n 1 err | grep -q '^iotrace: ' || ! grep -qF -- "$text" err; then
		fail "$name" "no line of iotrace with \"$text\"" err
	elif [ "$(grep -vc '^Try ' err)" -ne 1 ]; then
		fail "$name" 'more than one line' err
	else
		pass
	fi
}

# true if CONDITION..., else a failure.
check() {
	name=$1 what=$2
	shift 2
	if "$@"; then
		pass
	else
		fail "$name" "$what" err
	fi
}

# ---- usage ----
complains no-command 125 '' "$IOTRACE"
complains unknown-option 125 frobnicate "$IOTRACE" --frobnicate -- true
complains missing-argument 125 '' "$IOTRACE" --trace
complains unknown-format 125 nosuch "$IOTRACE" --format=nosuch -- true
complains unknown-format-prefix 125 nosuch "$IOTRACE" -o nosuch:file -- true
complains unknown-suffix 125 .nosuch "$IOTRACE" -o file.nosuch -- true
complains unknown-family 125 Netwrok "$IOTRACE" -e Netwrok -- true
complains nearest-family 125 Network "$IOTRACE" -e Netwrok -- true
complains nearest-call 125 openat "$IOTRACE" -e opnat -- true
complains unknown-kind 125 nosuch "$IOTRACE" -e kind:nosuch -- true
complains empty-selection 125 '' "$IOTRACE" -e 'FS,!FS' -- true
complains bad-duration 125 soon "$IOTRACE" --duration=soon -- true
complains bad-limit 125 many "$IOTRACE" --limit=many -- true
complains bad-sample 125 read "$IOTRACE" --sample=read=x -- true
complains bad-column 125 nosuch "$IOTRACE" --columns=seq,nosuch -o x.csv -- true
complains bad-engine 125 steam "$IOTRACE" --engine=steam -- true
complains bad-slower 125 fast "$IOTRACE" --slower-than=fast -- true
complains no-such-pid 125 999999999 "$IOTRACE" -p 999999999
complains bad-pid 125 me "$IOTRACE" -p me
complains report-nothing 125 '' "$IOTRACE" report
complains syscalls-unknown 125 nosuch "$IOTRACE" syscalls nosuch
run "$IOTRACE" --filter='bytes > and comm == x' -- true
wants bad-filter 125 && check bad-filter 'no place of the mistake' \
	grep -qE 'column|\^|position|at [0-9]+' err
for option in --help --version; do
	run "$IOTRACE" $option
	wants "$option" 0 && check "$option" 'says nothing' [ -s out ]
done
run "$IOTRACE" syscalls io_submit
wants syscalls-requests 0 && check syscalls-requests 'lists no requests of io_submit' \
	grep -qE '^aio_pread +AIO +request +read +io_submit ' out
check syscalls-other-requests 'lists what io_submit does not take' \
	sh -c '! grep -q ^uring_ out'
check no-files 'a run that failed left files' [ -z "$(ls -A | grep -vxE 'out|err')" ]

# ---- the command's own status ----
complains command-missing 127 no-such-command env PATH=/usr/bin:/bin "$IOTRACE" -q -- no-such-command
complains command-missing-path 127 ./no/such "$IOTRACE" -q -- ./no/such
printf 'text\n' >plain && chmod 644 plain
complains command-not-executable 126 ./plain "$IOTRACE" -q -- ./plain
complains command-directory 126 /tmp "$IOTRACE" -q -- /tmp
for n in 0 1 3 124 125 255; do
	run "$IOTRACE" -q -- sh -c "exit $n"
	wants "status-$n" "$n" && pass
done
for signal in TERM KILL HUP SEGV PIPE USR1; do
	sh -c "kill -$signal \$\$" 2>/dev/null
	plain=$?
	sh -c '"$0" -q -- sh -c "kill -$1 \$\$"; exit $?' "$IOTRACE" $signal >out 2>err
	status=$?
	wants "signal-$signal" "$plain" && pass
done
check no-core 'iotrace left a core' [ -z "$(ls -A | grep core)" ]
run sh -c 'echo through | "$0" -q -- cat' "$IOTRACE"
wants stdin 0 && check stdin 'standard input did not pass' grep -qx through out
ls /proc/self/fd >fds
run "$IOTRACE" -q -- ls /proc/self/fd
check descriptors 'the command sees other descriptors' cmp -s out fds
"$IOTRACE" -q -- sh -c 'exit 5' <&- >&- 2>&-
status=$?
wants closed-streams 5 && pass
run "$IOTRACE" -q -- sh -c 'ulimit -c; umask; echo "$0"' name
sh -c 'ulimit -c; umask; echo "$0"' name >plain.out
check environment 'limits, umask or arguments differ' cmp -s out plain.out

# ---- outputs that cannot be written ----
complains output-no-directory 125 /no/such/dir "$IOTRACE" -o /no/such/dir/x.jsonl -- touch ran
check output-no-directory 'the command was run all the same' [ ! -e ran ]
mkdir dir.jsonl
complains output-is-directory 125 dir.jsonl "$IOTRACE" -o dir.jsonl -- touch ran
check output-is-directory 'the command was run all the same' [ ! -e ran ]
run sh -c '"$0" --format=jsonl -o - -o whole.csv -- sh -c "ls -R /usr/include >ls.txt; :" >/dev/full' \
	"$IOTRACE"
wants full-disk 125 && check full-disk 'not said once' [ "$(grep -c 'No space' err)" -eq 1 ]
check full-disk 'the command was disturbed' [ -s ls.txt ]
check full-disk 'the other output is not whole' grep -q 'exit_group\|close' whole.csv
run sh -c '"$0" --format=jsonl -o - -- sh -c "ls -R /usr/include >ls.txt; exit 3" >/dev/full' "$IOTRACE"
wants full-disk-and-failure 3 && pass
rm -f ls.txt
sh -c '"$0" --format=jsonl -o - -- sh -c "ls -R /usr/include >ls.txt; exit 0"; echo $? >status' \
	"$IOTRACE" 2>err | head -n 1 >out
status=$(cat status)
wants closed-pipe 125 && check closed-pipe 'the command was disturbed' [ -s ls.txt ]
check closed-pipe 'more than one line' [ "$(wc -l <err)" -le 1 ]
check closed-pipe 'no event came through' [ "$(wc -l <out)" -eq 1 ]
check dev-full 'the device was replaced' [ -c /dev/full ]

# ---- files that are there already ----
echo old >there.jsonl && chmod 640 there.jsonl
run "$IOTRACE" -o there.jsonl -- true
wants replaced 0 && check replaced 'mode not kept' [ "$(stat -c %a there.jsonl)" = 640 ]
check replaced 'not replaced' grep -q '"seq":1,' there.jsonl
echo old >target && ln -s target link.jsonl
run "$IOTRACE" -o link.jsonl -- true
check symlink 'a symbolic link was followed' grep -qx old target

# ---- recordings ----
run "$IOTRACE" -e all -o rec.iotrace -o rec.jsonl -- ls -R /usr/include/linux
wants record 0 && pass
size=$(stat -c %s rec.iotrace)
echo keep >kept.jsonl
: >empty.iotrace
head -c 4096 /dev/zero >zeros.iotrace
cp "$IOTRACE" program.iotrace
printf '\050\265\057\375' >magic.iotrace
for bad in empty zeros program magic; do
	run "$IOTRACE" report -o kept.jsonl $bad.iotrace
	wants "foreign-$bad" 125 && check "foreign-$bad" 'not one line' [ "$(wc -l <err)" -eq 1 ]
	check "foreign-$bad" 'the target was touched' grep -qx keep kept.jsonl
done
complains recording-missing 125 missing.iotrace "$IOTRACE" report missing.iotrace
complains recording-directory 125 dir.jsonl "$IOTRACE" report dir.jsonl
# Cut short: what is there is read, what is missing is said; never a signal.
for part in 1 5 20 50 90 99; do
	head -c $((size * part / 100)) rec.iotrace >cut.iotrace
	run "$IOTRACE" report -o cut.jsonl cut.iotrace
	check "cut-$part" "status $status" [ "$status" -eq 0 -o "$status" -eq 125 ]
	check "cut-$part" 'nothing is said' [ -s err ]
	if [ "$status" -eq 0 ]; then
		check "cut-$part" 'rows differ from the whole' \
			sh -c 'head -n "$(wc -l <cut.jsonl)" rec.jsonl | cmp -s - cut.jsonl'
	fi
done
# Bytes changed: any answer but a crash or a hang.
for at in 0 4 8 9 12 16 20 33 64 100 200 500 1000 2000 3000; do
	[ "$at" -lt "$size" ] || continue
	cp rec.iotrace bent.iotrace
	printf '\377' | dd of=bent.iotrace bs=1 seek=$at conv=notrunc 2>/dev/null
	run "$IOTRACE" report -o bent.jsonl bent.iotrace
	check "bent-$at" "status $status" [ "$status" -eq 0 -o "$status" -eq 125 ]
done

# ---- signals to iotrace ----

# gone: no process works in the directory any more; waits for it a while.
gone() {
	i=0
	while [ -n "$(left_in "$1")" ]; do
		i=$((i + 1))
		[ "$i" -lt 1200 ] || return 1
		sleep 0.05
	done
}

# started: waits until the traced command has begun.
started() {
	i=0
	while ! [ -e box/started ]; do
		i=$((i + 1))
		[ "$i" -lt 1200 ] || return 1
		sleep 0.05
	done
}

for signal in TERM:15 INT:2 HUP:1; do
	number=${signal#*:} signal=${signal%:*}
	rm -rf box && mkdir box
	# A job of a shell without job control ignores SIGINT: env resets it.
	env --default-signal="$signal" "$WATCHDOG" -t "$seconds" \
		"$IOTRACE" -o sig.jsonl -o sig.iotrace -- \
		sh -c 'cd box; echo >started; exec sleep 100' >out 2>err &
	pid=$!
	started
	tracer=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
	kill -$signal ${tracer:-$pid}
	wait $pid
	status=$?
	check "sig$signal" "status $status" [ "$status" -eq $((128 + number)) ]
	check "sig$signal" 'rows not whole' grep -q started sig.jsonl
	check "sig$signal" 'recording not whole' \
		sh -c '"$0" report -o sig2.jsonl sig.iotrace && cmp sig.jsonl sig2.jsonl' "$IOTRACE"
	check "sig$signal" 'processes live on' gone "$work/box"
	rm -f sig.jsonl sig2.jsonl sig.iotrace
done
# Who was told not to care for the terminal's end (nohup) goes on, and so does the program.
rm -rf box && mkdir box
env --ignore-signal=HUP "$WATCHDOG" -t "$seconds" "$IOTRACE" -o sig.jsonl -- \
	sh -c 'cd box; echo >started; while ! [ -e go ]; do sleep 0.05; done; exit 3' \
	>out 2>err &
pid=$!
started
tracer=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
kill -HUP ${tracer:-$pid}
touch box/go
wait $pid
status=$?
check sigHUP-ignored "status $status" [ "$status" -eq 3 ]
check sigHUP-ignored 'rows not whole' grep -q started sig.jsonl
rm -f sig.jsonl
# What the environment says changes nothing of what is recorded.
calls='--columns=syscall,ret,bytes,file'
env -i PATH="$PATH" "$IOTRACE" -q $calls -o plain.csv -- cat /etc/passwd >out 2>err
env -i PATH="$PATH" IOR_FILE_IDENT=0 IOR_LIBBPF_DEBUG=1 IOTRACE_DEBUG=1 LANG=xx TZ=Mars \
	COLUMNS=10 "$IOTRACE" -q $calls -o other.csv -- cat /etc/passwd >out 2>err
check environment 'another environment, other rows' sh -c 'grep -q etc/passwd plain.csv &&
	grep -v locale other.csv | cmp -s plain.csv -'
rm -f plain.csv other.csv
# Children in the background must not outlive a killed tracer either.
command='cd box; echo >started; (while :; do sleep 100; done) & while :; do sleep 100; done'
rm -rf box && mkdir box
"$IOTRACE" -o killed.jsonl -o killed.iotrace -- sh -c "$command" >out 2>err &
pid=$!
started
kill -KILL $pid
wait $pid 2>/dev/null
check sigKILL 'processes live on' gone "$work/box"
check sigKILL 'a part of a file in place of the whole' [ ! -e killed.jsonl ]
rm -f killed* .killed*
check no-temporary-files 'temporary files left' \
	[ -z "$(ls -A | grep -E '^\.|tmp|part' | head -n 3)" ]
finish
