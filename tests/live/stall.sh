#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --stall: every call that sleeps too long is told, by name, with its file and its thread,
# whether it is traced or not; and none of them notices, also not when a stop is needed to
# see its stack. The oracle is attachee's naps: a thread in each way to sleep, each wanting
# to be woken the right way.

. "$(dirname -- "$0")/../lib.sh"
ATTACHEE=$(built "${ATTACHEE:-$top_builddir/attachee}")
need_ptrace
cd "$work" || exit 99
tracer=
trap '[ -z "$tracer" ] || kill -KILL "$tracer" 2>/dev/null; rm -rf "$scratch"' EXIT

# within CONDITION...: waits a while until it holds.
within() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 1500 ] || return 1
		sleep 0.02
	done
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

# told TEXT: a line says of a thread that it is stalled in TEXT.
told() {
	grep -qE "^iotrace: stalled: [0-9]+ \(attachee\) for [0-9]+\.[0-9]+ s in $1" err
}

# What naps sleep in; the two that end by themselves are not waited for.
all_told() {
	told 'read\([0-9]+<pipe:\[[0-9]+\]>, ' && told 'poll\(\[\{fd=[0-9]+, ' &&
		told 'ppoll\(' && told 'select\(' && told 'pselect6\(' &&
		told 'epoll_wait\([0-9]+<anon_inode:\[eventpoll\]>, ' &&
		told 'epoll_pwait\(' && told 'recvfrom\([0-9]+<socket:\[[0-9]+\]>, ' &&
		told 'accept\([0-9]+<socket:' && told 'futex\(' && told 'semop\(' &&
		told 'msgrcv\(' && told 'rt_sigtimedwait\(' && told 'wait4\(' &&
		told 'flock\([0-9]+<[^>]*/naps\.lock>, LOCK_EX\)' &&
		told 'openat\(AT_FDCWD[^,]*, "naps\.fifo", [^)]*\), file /.*/naps\.fifo$' &&
		told 'read\([0-9]+<anon_inode:inotify>, '
}

every_thread_told() {
	sed -n 's/^iotrace: [a-z]*: \([0-9]*\) (.*/\1/p' err | sort -u >ids
	for task in /proc/"$pid"/task/*; do
		grep -qx "${task##*/}" ids || return 1
	done
}

# naps NAME OPTION...
naps() {
	name=$1
	shift
	rm -rf box in && mkdir box && mkfifo in
	(cd box && exec "$IOTRACE" -q --stall=1 "$@" -- "$ATTACHEE" naps) \
		<in >said 2>err &
	tracer=$!
	exec 5>in
	expect "$name" 'not every call is told' within all_told
	pid=$(sed -n 's/^ready //p' said)
	# The lines of a report come one by one as the threads stop for their stacks.
	expect "$name" 'not every thread is told' within every_thread_told
	echo >&5
	exec 5>&-
	wait "$tracer"
	status=$?
	tracer=
	expect "$name" "the program says: $(tr '\n' ';' <said)" [ "$status" -eq 0 ]
}

naps traced -e all
naps untraced -e chroot
naps stops -e chroot --no-seccomp
naps traced-stack -e all -k
expect traced-stack 'no stack' grep -q '^iotrace:     > .*libc' err
naps untraced-stack -e chroot -k
expect untraced-stack 'no stack' grep -q '^iotrace:     > .*libc' err
naps stops-stack -e chroot --no-seccomp -k

# One that runs.
"$IOTRACE" -q --stall=300ms -o rec.iotrace -- sh -c 'sleep 100 & sleeper=$!
	trap "kill $sleeper; exit 4" TERM; while :; do :; done' 2>err &
tracer=$!
expect running 'a busy thread is not told' within grep -qE 'meanwhile: [0-9]+ \(sh\) running$' err
expect running 'sleep is not told' within grep -qE '\(sleep\) for .* s in [a-z_]*nanosleep' err
kill -TERM "$tracer"
wait "$tracer"
status=$?
tracer=
expect running "status $status" [ "$status" -eq 4 ]
bounded "$IOTRACE" report rec.iotrace -o rows.csv 2>again
expect report 'the recording does not tell it' grep -q '^iotrace: stalled: ' again
bounded "$IOTRACE" report -q rec.iotrace -o rows.csv 2>again
expect report '-q is not quiet' [ ! -s again ]

# Nothing is said of what goes on.
bounded "$IOTRACE" -q --stall=20 -- sh -c 'sleep 0.5; exit 5' 2>err
expect silent "status $?" [ $? -eq 5 ]
expect silent 'something is said' [ ! -s err ]
finish
