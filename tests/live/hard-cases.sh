#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs that are hard to trace: many short-lived tasks, an exec among busy threads, SIGKILL
# at any moment, tracers under the tracer, processes that let nobody look. Each ends as it
# should and nothing hangs or is left; of the calls that it counted itself each has one row.

. "$(dirname -- "$0")/../lib.sh"
HARD_CASES=$(built "${HARD_CASES:-$top_builddir/hard_cases}")
need_ptrace
cd "$work" || exit 99

# rows_differ: what is wrong with the rows by what the program said. A kernel may use a
# number for two tasks.
rows_differ() {
	awk -F'[, ]' '
	FNR == NR { if (FNR > 1) rows[$1]++; next }
	/^[0-9]/ { known[$1] = 1; least[$1] += $2; most[$1] += $3; total += $2 }
	END {
		for (tid in rows)
			if (!(tid in known))
				print tid ": rows of a task that made no call"
		for (tid in known)
			if (rows[tid] < least[tid] || rows[tid] > most[tid])
				print tid ": " rows[tid] + 0 " rows instead of " least[tid] \
					" to " most[tid]
		if (!total)
			print "no calls"
	}' rows.csv truth
}

# counted NAME STATUS WAY [NUMBER]: hard_cases, with $options, by way of $prefix.
counted() {
	name="$1${options:+ }$options" wanted=$2
	shift 2
	rm -f rows.csv
	# shellcheck disable=SC2086
	bounded $prefix "$IOTRACE" -q $options --filter 'syscall == getppid' \
		--columns=tid,syscall -o rows.csv -- "$HARD_CASES" "$@" >truth 2>err
	status=$?
	if [ "$status" -ne "$wanted" ]; then
		fail "$name" "status $status instead of $wanted" err
		return
	fi
	rows_differ >why
	if [ -s why ]; then
		fail "$name" 'calls were lost, or shown twice' why
	else
		pass
	fi
}

# refused NAME PATTERN COMMAND...: a tracer that cannot trace under ours says so and ends.
refused() {
	name=$1 pattern=$2
	shift 2
	if ! bounded "$@" >out 2>&1; then
		skip "$name" 'does not work here, even untraced'
		return
	fi
	bounded "$IOTRACE" -q -o rows.csv -- "$@" >out 2>&1 </dev/null
	status=$?
	if [ "$status" -ge 123 ] || ! grep -q "$pattern" out; then
		fail "$name" "status $status, or not the words: $pattern" out
	else
		pass
	fi
}

prefix=
for options in '-e all' '-e getppid' '-e all --no-seccomp' '-e getppid --no-proc'; do
	counted fork-bomb 7 fork-bomb 300
	counted thread-storm 7 thread-storm 300
	counted leader-exit 7 leader-exit
	counted exec-busy 7 exec-busy 20
	counted kills 7 kills 135
	for round in 1 2 3 4 5 6 7 8; do
		counted "killed-$round" 137 killed "$round"
	done
	counted trace-me 7 trace-me
	if grep -q '^# PTRACE_TRACEME: Operation not permitted' truth; then
		pass
	else
		fail trace-me 'the program is not told that it has a tracer' truth
	fi
	counted undumpable 7 undumpable
done

# Children that iotrace has from before it was iotrace are nobody's rows.
echo 'true & exec "$@"' >heir.sh
prefix='sh heir.sh'
options='-e all'
counted inherited-child 7 fork-bomb 20

# Whose tracer may do everything can look at such a process, others cannot.
prefix=
if [ "$(id -u)" -eq 0 ]; then
	prefix='setpriv --bounding-set=-all --inh-caps=-all'
	if ! $prefix true 2>err; then
		skip undumpable-unprivileged 'setpriv does not work here'
		prefix=
	fi
fi
for options in '-e all' '-e all --no-seccomp'; do
	counted undumpable-unprivileged 7 undumpable
done
prefix=

refused strace 'Operation not permitted' strace -f -o strace.out true
refused gdb 'Operation not permitted' gdb -nx -batch -ex run true
finish
