#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs that have more rights than who runs them: under root's iotrace they keep them;
# under a plain user's the kernel takes them away, which is said once, with the remedy; and
# no_new_privs is set only where a filter could not be had without it.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace

# as_user COMMAND...: as a user without any rights.
as_user() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

if [ "$(id -u)" != 0 ]; then
	echo 'skip: only root can make such programs'
	exit 77
fi
if ! as_user "$IOTRACE" --version >/dev/null 2>&1; then
	echo 'skip: no setpriv, or the tree is not for others to enter'
	exit 77
fi
chmod 755 "$work"
cd "$work" || exit 99
mkdir -m 777 open

# says NAME OUTPUT REMARKS COMMAND...: what the program prints, and how often iotrace says
# that it lost its rights.
says() {
	name=$1 output=$2 remarks=$3
	shift 3
	bounded "$@" >out 2>err
	status=$?
	n=$(grep -c 'runs without its .*: run iotrace as root' err)
	if [ "$status" -ne 0 ]; then
		fail "$name" "status $status" err
	elif ! grep -qE "^$output\$" out; then
		fail "$name" "printed $(head -n 1 out) instead of $output" err
	elif [ "$n" -ne "$remarks" ]; then
		fail "$name" "said $n times instead of $remarks" err
	else
		pass
	fi
}

# Whether a tracer has root's rights here: in containers root may have fewer.
keeps() {
	"$IOTRACE" doctor | grep -q '^ok  *setuid'
}

cp "$(command -v id)" suid && chmod 4755 suid
if [ "$(as_user ./suid -u)" = 0 ]; then
	says suid-user 65534 1 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$IOTRACE" -o open/a.csv -- sh -c './suid -u && ./suid -u'
	says suid-user-no-seccomp 65534 1 setpriv --reuid 65534 --regid 65534 \
		--clear-groups "$IOTRACE" --no-seccomp -o open/b.csv -- ./suid -u
	if keeps; then
		says suid-root 0 0 "$IOTRACE" -o open/c.csv -- setpriv --reuid 65534 \
			--regid 65534 --clear-groups ./suid -u
	else
		skip suid-root 'root lacks a capability here'
	fi
else
	skip suid 'set-user-ID programs do not work here'
fi

cp "$(command -v grep)" capable
if setcap cap_net_raw+ep capable 2>/dev/null &&
	as_user ./capable -q 'CapEff:.*2000$' /proc/self/status; then
	says caps-user 'CapEff:.*0' 1 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$IOTRACE" -o open/d.csv -- ./capable CapEff /proc/self/status
	if keeps; then
		says caps-root 'CapEff:.*2000' 0 "$IOTRACE" -o open/e.csv -- setpriv \
			--reuid 65534 --regid 65534 --clear-groups \
			./capable CapEff /proc/self/status
	else
		skip caps-root 'root lacks a capability here'
	fi
else
	skip caps 'no setcap, or file capabilities do not work here'
fi

# PR_SET_NO_NEW_PRIVS is seen by the program.
says nnp-user 'NoNewPrivs:	1' 0 setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$IOTRACE" -o open/f.csv -- grep NoNewPrivs /proc/self/status
says nnp-not-needed 'NoNewPrivs:	0' 0 setpriv --reuid 65534 --regid 65534 \
	--clear-groups "$IOTRACE" --no-seccomp -o open/g.csv -- \
	grep NoNewPrivs /proc/self/status
if keeps; then
	says nnp-root 'NoNewPrivs:	0' 0 "$IOTRACE" -o open/h.csv -- \
		grep NoNewPrivs /proc/self/status
fi
finish
