#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a traced program could see of iotrace, and what a run could leave behind: descriptors,
# limits, signal settings, environment; processes, files. The truth is the untraced run.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
cd "$work" || exit 99

# ---- what the program sees ----
cat >see.sh <<'END'
# FILE GROUP: tells what this process is like; then its child does, into FILE.child.
exec >"$1"
find "/proc/$$/fd" -printf '%f %l\n'
# By the shell itself: it may block signals while it waits for others.
# Not the filter and its switch, which are known: Seccomp, NoNewPrivs.
while IFS= read -r line; do
	case $line in
	Umask* | Uid* | Gid* | Groups* | Sig[PBIC]* | Shd* | Cap*) echo "$line" ;;
	esac
done <"/proc/$$/status"
cat "/proc/$$/limits" "/proc/$$/cgroup" "/proc/$$/oom_score_adj"
env | grep -v '^_='
# Group, session, terminal and its group; nice and policy.
awk -v group="$2" '{
	sub(/.*\) /, "")
	print $3 == group, $4, $5, $6, $17, $39
}' "/proc/$$/stat"
case $1 in
*.child) ;;
*) sh see.sh "$1.child" "$2" ;;
esac
END

# sees NAME OPTION...: a traced shell and its child see what they see untraced.
sees() {
	name=$1
	shift
	group=$(awk '{ sub(/.*\) /, ""); print $3 }' /proc/$$/stat)
	rm -rf plain traced
	mkdir seen
	bounded sh see.sh seen/it "$group" 2>err </dev/null
	mv seen plain && mkdir seen
	bounded "$IOTRACE" -q "$@" -- sh see.sh seen/it "$group" 2>>err </dev/null
	status=$?
	mv seen traced
	if [ "$status" -ne 0 ] || ! [ -s traced/it.child ]; then
		fail "$name" "status $status" err
	elif ! diff -r plain traced >diff 2>&1; then
		fail "$name" "the program sees a difference" diff
	else
		pass
	fi
}

outputs='-o a.jsonl -o a.csv -o a.txt -o a.summary -o a.iotrace'
# shellcheck disable=SC2086 # words
for options in '' '-e all' '--no-seccomp' '--no-proc' "-e all $outputs" '-e kill'; do
	sees "sees${options:+ $options}" $options
done
(
	exec 3</dev/null 5>file 9<file
	sees 'sees-inherited' -e all $outputs
	trap '' HUP USR1
	sees 'sees-ignored-signals' -e all
	umask 027
	ulimit -n 80
	ulimit -c 0
	sees 'sees-limits' -e all $outputs
	[ "$failed" -eq 0 ]
) || failed=$((failed + 1))

# ---- many descriptors, by numbers beyond what we could have reserved ----
cat >many.bash <<'END'
# COUNT COMMAND...: opens that many descriptors, from 300 on, then becomes COMMAND.
count=$1
shift
ulimit -n $((count + 500)) || exit 77
for ((fd = 300; fd < count + 300; fd++)); do
	eval "exec $fd</dev/null"
done
exec "$@"
END
# A listing by one who opens the directory by the lowest free number.
listing='ls -l /proc/self/fd | awk "{ print \$(NF-2), \$NF }" | sed "s/\[[0-9]*\]//; s,/proc/[0-9]*/fd,/proc/PID/fd,"'
if command -v bash >/dev/null 2>&1; then
	for count in 20 200 800; do
		bounded bash many.bash $count sh -c "$listing" >plain.txt 2>err </dev/null
		status=$?
		if [ $status -eq 77 ]; then
			skip "many-$count" 'the limit of descriptors is lower'
			continue
		fi
		bounded bash many.bash $count "$IOTRACE" -e all -o m.jsonl -- \
			sh -c "$listing" >traced.txt 2>>err </dev/null
		if ! [ "$(wc -l <plain.txt)" -gt $count ]; then
			fail "many-$count" 'the descriptors were not opened' plain.txt
		elif ! diff plain.txt traced.txt >diff; then
			fail "many-$count" 'the program sees other descriptors' diff
		elif ! [ -s m.jsonl ]; then
			fail "many-$count" 'no rows'
		else
			pass
		fi
	done
else
	skip many 'no bash'
fi

# ---- attached ----
open_in() {
	for fd in /proc/"$1"/fd/*; do
		printf '%s %s\n' "${fd##*/}" "$(readlink "$fd")"
	done
}
mkfifo never
sh -c 'exec 3<>never; echo >ready; read -r line <&3' </dev/null >/dev/null 2>&1 &
target=$!
while ! [ -e ready ] || ! grep -q 'State:	S' /proc/$target/status; do
	sleep 0.01
done
open_in $target >before
grep -E '^(Sig[PBIC]|Shd|State|Seccomp|TracerPid|NoNew)' /proc/$target/status >>before
bounded "$IOTRACE" -e all -o at.jsonl --duration=300ms -p $target 2>err
status=$?
open_in $target >after
grep -E '^(Sig[PBIC]|Shd|State|Seccomp|TracerPid|NoNew)' /proc/$target/status >>after
kill $target
wait $target 2>/dev/null
if [ $status -ne 0 ]; then
	fail attached "status $status" err
elif ! diff before after >diff; then
	fail attached 'the process is not as it was' diff
else
	pass
fi

# ---- what is left: the watchdog sees processes, we see files ----

# nothing_left NAME STATUS FILE...: the last run ended so and box has these files only.
nothing_left() {
	name=$1 wanted=$2
	shift 2
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status instead of $wanted" err
	elif [ "$(ls -A box | tr '\n' ' ')" != "${*:+$* }" ]; then
		fail "$name" "files: $(ls -A box | tr '\n' ' ')instead of: $*"
	elif [ -n "$(ls -A "$TMPDIR")" ]; then
		fail "$name" "in TMPDIR: $(ls -A "$TMPDIR")"
	else
		pass
	fi
	rm -rf box
	mkdir box
}

mkdir box
bounded "$IOTRACE" -e all -o box/a.jsonl -o box/a.iotrace -- true 2>err
status=$?
nothing_left normal 0 a.iotrace a.jsonl
bounded "$IOTRACE" -e all -o box/a.jsonl -o box/a.iotrace -- ./no-such 2>err
status=$?
nothing_left not-found 127
bounded sh -c '"$0" --format=jsonl -o - -o box/a.csv -- true >/dev/full' "$IOTRACE" 2>err
status=$?
nothing_left full-disk 125 a.csv
bounded sh -c '{ "$0" --format=jsonl -o - -o box/a.csv -- sh -c "ls -R /usr/include >/dev/null"
	echo $? >status; } | head -n 1' "$IOTRACE" >/dev/null 2>err
status=$(cat status)
nothing_left closed-pipe 125 a.csv

# killed SIGNAL PROGRAM: ends iotrace so once PROGRAM, a line for sh, has made "started".
killed() {
	rm -f started
	# A job of a shell without job control ignores SIGINT: env resets it.
	bounded sh -c '
		env --default-signal=INT "$0" -e all -o box/a.jsonl -o box/a.iotrace -- \
			sh -c "$2" &
		while ! [ -e started ]; do sleep 0.01; done
		kill -$1 $!
		wait $!' "$IOTRACE" "$1" "$2" 2>err
	status=$?
}
for signal in INT:130 TERM:143 HUP:129; do
	killed ${signal%:*} 'echo >started; exec sleep 1000'
	nothing_left "ended-${signal%:*}" ${signal#*:} a.iotrace a.jsonl
done
# With it go all that it traces, also those in other sessions.
killed KILL 'sleep 1000 & setsid sh -c "echo >started; sleep 1000; :" & wait'
# Nobody could tidy up: the recording is there to be read, under its own name, and the
# hidden file of the other output.
rm -f box/.a.jsonl.iotrace-??????
nothing_left killed 137 a.iotrace.part
finish
