#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What iotrace doctor says under obstacles that are really there, and that iotrace does with
# them what the doctor said: it works by another way, or names the cause. The obstacles are
# those of containers (a seccomp filter), other tracers, namespaces and a missing /proc.

. "$(dirname -- "$0")/../lib.sh"
DENY=$(built "${DENY:-$top_builddir/deny}")
need_ptrace
# It looks for leaks by ptrace, which is what is refused here.
ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS

# doctor STATUS: runs the rest of the line, which ends in the doctor.
doctor() {
	wanted=$1
	shift
	bounded "$@" "$IOTRACE" doctor >"$work/lines" 2>"$work/stderr"
	status=$?
	[ "$status" -eq "$wanted" ]
}

# says VERDICT CHECK [WORDS]: whether the doctor said that.
says() {
	grep -q "^$1  *$2 .*${3-}" "$work/lines"
}

# expect NAME COMMAND...: pass if it succeeds.
expect() {
	name=$1
	shift
	if "$@"; then
		pass
	else
		fail "$name" "doctor: status $status instead of $wanted, or not these words" \
			"$work/lines"
	fi
}

# rows NAME COMMAND...: the same events as ever under iotrace that COMMAND runs.
rows() {
	name=$1
	shift
	{
		printf '#!/bin/sh\nexec'
		printf ' "%s"' "$@" "$IOTRACE"
		printf ' "$@"\n'
	} >"$work/iotrace"
	chmod +x "$work/iotrace"
	if IOTRACE=$work/iotrace "$testdir/run-live.sh" open-basic readwrite-offsets \
		rename-basic fork-inherit exec-comm thread-comm-fdtable-filter \
		signal-restart >"$work/out" 2>&1; then
		pass
	else
		fail "$name" 'rows differ' "$work/out"
	fi
}

# can COMMAND...: whether that runs here, untraced.
can() {
	"$@" true >/dev/null 2>&1
}

doctor 0
expect here says ok ptrace
expect here-sums-up grep -q '^Tracing works here' "$work/lines"

"$IOTRACE" doctor --json >"$work/json"
if command -v python3 >/dev/null 2>&1; then
	if python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert d["works"] is True
assert len(d["checks"]) == 10
for c in d["checks"]:
    assert c["status"] in ("ok", "limited", "problem") and c["found"]
    assert c["status"] == "ok" or c["effect"]
' "$work/json" 2>"$work/why"; then
		pass
	else
		fail json 'not what was promised' "$work/why"
	fi
else
	skip json 'no python3'
fi

# Of the profiles of containers.
if can "$DENY" acct --; then
	doctor 1 "$DENY" ptrace --
	expect deny-ptrace says problem ptrace 'remedy: .*SYS_PTRACE'
	bounded "$DENY" ptrace -- "$IOTRACE" true >"$work/lines" 2>&1
	status=$? wanted=125
	expect deny-ptrace-run [ "$status" -eq 125 ]
	expect deny-ptrace-line grep -q 'seccomp profile.*SYS_PTRACE' "$work/lines"

	doctor 0 "$DENY" process_vm_readv process_vm_writev --
	expect deny-memory says limited memory 'word by word'
	rows deny-memory-rows "$DENY" process_vm_readv process_vm_writev --

	doctor 0 "$DENY" seccomp --
	expect deny-seccomp says limited seccomp 'every call'
	rows deny-seccomp-rows "$DENY" seccomp --

	doctor 0 "$DENY" pidfd_getfd kcmp perf_event_open bpf keyctl userfaultfd unshare --
	expect deny-usual says ok ptrace
	rows deny-usual-rows "$DENY" pidfd_getfd kcmp perf_event_open bpf keyctl userfaultfd \
		unshare --
else
	skip deny 'seccomp filters are refused here'
fi

if command -v strace >/dev/null 2>&1; then
	doctor 1 strace -f -o /dev/null --
	expect traced says problem ptrace 'itself is traced'
else
	skip traced 'no strace'
fi

# A user namespace gives no rights outside of it.
if can unshare -Ur; then
	doctor 0 unshare -Ur
	expect user-namespace says ok namespaces 'namespace'
	rows user-namespace-rows unshare -Ur
else
	skip user-namespace 'user namespaces are refused here'
fi
if can unshare -Urpf --mount-proc; then
	doctor 0 unshare -Urpf --mount-proc
	expect pid-namespace says ok proc
	rows pid-namespace-rows unshare -Urpf --mount-proc
	# The /proc of the parent namespace tells of other processes.
	doctor 0 unshare -Urpf
	expect foreign-proc says limited proc 'another PID namespace'
else
	skip pid-namespace 'PID namespaces are refused here'
fi
if can unshare -Urm sh -c 'mount -t tmpfs none /proc && true'; then
	doctor 0 unshare -Urm sh -c 'mount -t tmpfs none /proc && exec "$@"' sh
	expect no-proc says limited proc 'not mounted'
else
	skip no-proc 'nothing can be mounted here'
fi

if [ "$(id -u)" = 0 ] && can setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$IOTRACE" --version; then
	doctor 0 setpriv --reuid 65534 --regid 65534 --clear-groups
	expect plain-user says limited setuid 'sudo iotrace'
	doctor 0 setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs
	expect no-new-privs says limited setuid 'no_new_privs'
else
	skip plain-user 'not root, or the tree is not for others to enter'
fi
finish
