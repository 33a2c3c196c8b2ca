#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Attaching and letting go: that every thread is found, that nothing in the program shows
# that somebody was there, and that it is left as it was. The oracle is /proc and what the
# program itself (attachee.c) says.

. "$(dirname -- "$0")/../lib.sh"
ATTACHEE=$(built "${ATTACHEE:-$top_builddir/attachee}")
need_ptrace
cd "$work" || exit 99
target='' tracer=''
trap 'kill -KILL $target $tracer 2>/dev/null; rm -rf "$scratch"' EXIT

# within CONDITION...: waits a while until it holds.
within() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1500 ] || return 1
		sleep 0.02
	done
}

# begin MODE: starts attachee and waits until it is ready: its pid is $pid.
begin() {
	rm -rf box in said && mkdir box && mkfifo in
	(cd box && exec timeout -k 5 120 "$ATTACHEE" "$1") <in >said 2>&1 &
	target=$!
	exec 5>in
	if ! within grep -qs "^ready" said; then
		fail "$1" 'attachee did not get ready' said
		exit 1
	fi
	pid=$(sed -n 's/^ready //p' said)
}

# attach OPTION...: iotrace with -p $pid; returns when rows come or, with a quiet program,
# when its threads stand under it. Rows go to rows.csv, words to err.
attach() {
	rm -f rows.csv
	switches "$pid" >switches.before
	timeout -k 5 120 "$IOTRACE" -e all --format=csv -o - "$@" >rows.csv 2>err &
	tracer=$!
	within traced "$pid"
}

# How often each thread of the process gave up its CPU by itself: proc_pid_status(5).
switches() {
	cat /proc/"$1"/task/*/status 2>/dev/null | awk '/^Pid:/ { tid = $2 }
		/^voluntary_ctxt_switches:/ { print tid, $2 }'
}

# settled PID: since attach began each thread has stopped and is asleep in its call again.
# Before that a tracer that is killed leaves calls interrupted.
settled() {
	switches "$1" | awk 'NR == FNR { before[$1] = $2; next }
		$2 < before[$1] + 2 { exit 1 }' switches.before - && all_in "$1" S
}

# release: the line that attachee waits for; its verdict is compared with 0.
release() {
	echo >&5
	exec 5>&-
	wait "$target"
	verdict=$?
	target=
	if [ "$verdict" -ne 0 ]; then
		fail "$1" "the program says ($verdict):" said
		return 1
	fi
}

# What /proc/TASK/status says of KEY, for all threads of the process: each_thread PID KEY
each_thread() {
	for task in /proc/"$1"/task/*; do
		sed -n "s/^$2:[[:space:]]*//p" "$task/status" 2>/dev/null
	done
}

# The threads of the process that nobody traces. Zombies cannot be traced.
free_threads() {
	cat /proc/"$1"/task/*/status 2>/dev/null | awk '/^State:/ { dead = $2 ~ /[ZX]/ }
		/^Pid:/ { tid = $2 } /^TracerPid:/ && !$2 && !dead { print tid }'
}

# Are all threads of the process traced? Of one that ends while we look /proc tells half a
# story, so only who is found twice counts.
traced() {
	free_threads "$1" >free
	! [ -s free ] || ! free_threads "$1" | grep -qxF -f free
}

untraced() {
	! each_thread "$1" TracerPid | grep -qv '^0$'
}

# Nothing is pending for any thread or for the process.
nothing_pending() {
	! { each_thread "$1" SigPnd; each_thread "$1" ShdPnd; } | grep -q '[1-9a-f]'
}

# all_in PID STATES: every thread is in one of the states (letters of proc_pid_status(5)).
all_in() {
	! each_thread "$1" State | grep -qv "^[$2]"
}

nobody_left() {
	[ -z "$(left_in "$work/box")" ]
}

# leave SIGNAL: iotrace is told to end; its status is 0.
leave() {
	# The child of timeout is iotrace; timeout passes the signal on.
	kill -"$1" "$tracer"
	wait "$tracer"
	status=$?
	tracer=
	return "$status"
}

expect() {
	name=$1 what=$2
	shift 2
	if "$@"; then
		pass
	else
		fail "$name" "$what" err
	fi
}

# ---- sleeping calls ----
for signal in INT TERM HUP; do
	begin naps
	attach -p "$pid"
	expect naps 'not every thread is traced' traced "$pid"
	[ "$signal" = INT ] || within settled "$pid"
	expect "naps-$signal" "iotrace ended with $status" leave "$signal"
	expect "naps-$signal" 'still traced' untraced "$pid"
	expect "naps-$signal" 'not asleep as before' within all_in "$pid" S
	expect "naps-$signal" 'a signal is left' nothing_pending "$pid"
	release "naps-$signal" && pass
done
# Again and again.
begin naps
for n in 1 2 3 4 5 6 7 8; do
	timeout -k 5 60 "$IOTRACE" -q -e all --duration=10ms -p "$pid" 2>err || break
done
expect naps-often 'iotrace failed' [ -s err -o "$n" = 8 ]
expect naps-often 'still traced' untraced "$pid"
release naps-often && pass
# Killed, it lets go as well.
begin naps
attach -p "$pid"
within settled "$pid"
tracing=$(each_thread "$pid" TracerPid | head -n 1)
kill -KILL "$tracing"
wait "$tracer" 2>/dev/null
tracer=
expect naps-killed 'still traced' within untraced "$pid"
expect naps-killed 'not asleep as before' within all_in "$pid" S
expect naps-killed 'a signal is left' nothing_pending "$pid"
release naps-killed && pass

# ---- group-stops ----
begin naps
kill -STOP "$pid"
within all_in "$pid" T
attach -p "$pid"
expect stopped-before 'the group runs under the tracer' all_in "$pid" Tt
leave INT
expect stopped-before 'not stopped any more' all_in "$pid" T
kill -CONT "$pid"
expect stopped-before 'SIGCONT does not wake it' within all_in "$pid" S
release stopped-before && pass

begin naps
attach -p "$pid"
within settled "$pid"
kill -STOP "$pid"
expect stopped-during 'does not stop' within all_in "$pid" Tt
leave INT
expect stopped-during 'not stopped any more' within all_in "$pid" T
attach -p "$pid"
kill -CONT "$pid"
expect continued-during 'SIGCONT does not wake it' within all_in "$pid" S
leave INT
expect continued-during 'not asleep' within all_in "$pid" S
expect continued-during 'a signal is left' nothing_pending "$pid"
release continued-during && pass

# ---- what is running and what is found ----
begin zombie-leader
attach -p "$pid"
expect zombie-leader 'not every thread is traced' traced "$pid"
echo >&5
exec 5>&-
wait "$tracer" 2>/dev/null
status=$?
wait "$target"
verdict=$?
tracer='' target=''
expect zombie-leader "iotrace ended with $status" [ "$status" -eq 0 ]
expect zombie-leader "the program ended with $verdict" [ "$verdict" -eq 0 ]
expect zombie-leader 'its last call is not a row' grep -q exit_group rows.csv

# Every thread is there, again and again, while threads make threads.
begin threads
missed=0
for n in 1 2 3 4 5 6 7 8 9 10; do
	attach -p "$pid"
	within [ -s rows.csv ]
	for look in 1 2 3 4 5; do
		traced "$pid" || missed=$((missed + 1))
	done
	leave INT || missed="$missed and status $status"
	untraced "$pid" || missed="$missed and still traced"
done
expect threads "threads missed: $missed" [ "$missed" = 0 ]
release threads && pass

# descendants PID: prints all, by asking every process for its parent.
descendants() {
	awk '/^Pid:/ { pid = $2 } /^PPid:/ { parent[pid] = $2 }
		/^State:/ { state = $2 } /^Pid:/ && state ~ /[ZX]/ { dead[pid] = 1 }
		END {
			in_tree[root] = 1
			do {
				more = 0
				for (p in parent)
					if (!(p in in_tree) && (parent[p] in in_tree)) {
						in_tree[p] = more = 1
						if (!(p in dead))
							print p
					}
			} while (more)
		}' root="$1" /proc/[0-9]*/status 2>/dev/null
}

tree_traced() {
	for process in "$pid" $(descendants "$pid"); do
		traced "$process" || return 1
	done
}

begin tree
have_descendants() {
	descendants "$pid" >before
	[ "$(wc -l <before)" -eq 5 ]
}
expect tree 'not five descendants' within have_descendants
attach --tree -p "$pid"
expect tree 'not all are traced' within tree_traced
leave INT
for process in "$pid" $(descendants "$pid"); do
	untraced "$process" || fail tree "$process is still traced"
done
attach -p "$pid"
expect no-tree 'a child is traced without --tree' untraced "$(head -n 1 before)"
leave INT
release tree && pass
expect tree 'processes left' within nobody_left

begin forks
missed=0
for n in 1 2 3 4 5 6 7 8 9 10; do
	attach --tree -p "$pid"
	within [ -s rows.csv ]
	for look in 1 2 3; do
		tree_traced || missed=$((missed + 1))
	done
	leave INT || missed="$missed and status $status"
done
expect forks "processes missed: $missed" [ "$missed" = 0 ]
release forks && pass

# Several; one that is not there is said and is no reason to fail.
begin read
first=$pid
sleep 100 &
second=$!
attach -p "$first,$second" -p 999999999
expect several 'not both are traced' within traced "$second"
kill "$second"
echo >&5
exec 5>&-
wait "$tracer" 2>/dev/null
status=$?
tracer=''
wait "$target"
target=
expect several "iotrace ended with $status" [ "$status" -eq 0 ]
expect several 'not one line of the third' [ "$(grep -c '^iotrace: .*999999999' err)" -eq 1 ]

# ---- the call in flight ----
begin read
attach -p "$pid"
within settled "$pid"
echo word >&5
exec 5>&-
wait "$tracer" 2>/dev/null
tracer=''
wait "$target"
target=
# seq,time,gap,latency,comm,pid,tid,syscall,...: the first row is the read, with its file,
# its bytes, no latency and no restart that the program did not have.
head -n 2 rows.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	NR == 2 && $(at["syscall"]) == "read" && $(at["fd"]) == 0 && $(at["bytes"]) == 5 &&
		$(at["latency_ns"]) == "" && $(at["restarts"]) == 0 &&
		$(at["file"]) ~ /\/in$/ {
		found = 1 }
	END { exit !found }'
expect in-flight 'the first row is not the read' [ $? -eq 0 ]

# ---- what cannot be attached to ----
# refuses NAME TEXT PID: one line with TEXT, 125.
refuses() {
	timeout -k 5 60 "$IOTRACE" -q -p "$3" 2>err >out
	status=$?
	if [ "$status" -ne 125 ] || [ "$(wc -l <err)" -ne 1 ] || ! grep -q "$2" err; then
		fail "$1" "status $status, or not one line with '$2'" err
	else
		pass
	fi
}
refuses absent 'no process 999999999' 999999999
begin naps
for thread in /proc/"$pid"/task/*; do
	thread=${thread##*/}
	[ "$thread" = "$pid" ] || break
done
refuses thread "thread of process $pid" "$thread"
attach -p "$pid"
refuses traced 'already traced' "$pid"
leave INT
release refused && pass
begin tree
find_zombie() {
	zombie=$(cat /proc/[0-9]*/status 2>/dev/null | awk -v parent="$pid" '
		/^State:/ { dead = $2 == "Z" } /^Pid:/ { pid = $2 }
		/^PPid:/ && dead && $2 == parent { print pid }')
	[ -n "$zombie" ]
}
within find_zombie
refuses zombie 'has ended' "$zombie"
release refused && pass
if grep -q '^Kthread:.*1' /proc/2/status 2>/dev/null; then
	refuses kernel-thread 'kernel' 2
fi
timeout -k 5 60 "$IOTRACE" -q -p 999999999,999999998 2>err
expect none-of-two "status $?" [ $? -eq 125 -a "$(wc -l <err)" -eq 2 ]

finish
