#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs that use seccomp themselves say and end under iotrace as they do without it,
# with and without our filter; and the rows are those that doc/semantics.md promises.

. "$(dirname -- "$0")/../lib.sh"
OWN_FILTER=$(built "${OWN_FILTER:-$top_builddir/own_filter}")
need_ptrace
cd "$work" || exit 99
if ! "$OWN_FILTER" log >/dev/null 2>&1 && [ $? -eq 77 ]; then
	echo 'skip: seccomp filters are refused here'
	exit 77
fi

# run COMMAND...: leaves output and status, that of a signal as shells tell it.
run() {
	bounded "$@" >out 2>err
	status=$?
}

# same NAME WAY OPTION...: traced as untraced.
same() {
	name=$1 way=$2
	shift 2
	run "$OWN_FILTER" "$way"
	plain=$status
	mv out plain.out
	if [ "$plain" -eq 77 ]; then
		skip "$name" 'this kernel does not have it'
		return 1
	fi
	run "$IOTRACE" "$@" -o rows.jsonl -- "$OWN_FILTER" "$way"
	if [ "$status" -ne "$plain" ]; then
		fail "$name" "status $status instead of $plain" err
	elif ! cmp -s out plain.out; then
		diff plain.out out >why
		fail "$name" 'the program sees something else' why
	else
		pass
		return
	fi
	return 1
}

# rows NAME ERROR: every access to the test's own path is a row with ERROR; "none": there is
# no row.
rows() {
	grep '"file":"/own-filter-test"' rows.jsonl | sed -n 's/.*"error":"\([A-Z]*\)".*/\1/p' \
		>errors
	if [ "$(cat errors)" = "${2#none}" ]; then
		pass
	else
		fail "$1" "rows of access do not say $2" errors
	fi
}

while read -r way with without; do
	same "$way" "$way" -e all && {
		rows "$way" "$with"
		n=$(grep -c 'has a seccomp filter of its own' err)
		if [ "$n" -eq 1 ]; then
			pass
		else
			fail "$way" "said $n times that there is a filter" err
		fi
	}
	same "$way-no-seccomp" "$way" -e all --no-seccomp && {
		rows "$way-no-seccomp" "$without"
		if grep -q 'of its own' err; then
			fail "$way-no-seccomp" 'a remark for nothing' err
		else
			pass
		fi
	}
	same "$way-network" "$way" -e Network
done <<'END'
errno none EDOM
log ENOENT ENOENT
notify none EXDEV
trace-0 ENOSYS ENOSYS
trace-7 ENOSYS ENOSYS
trace-65535 ENOSYS ENOSYS
stacked none EDOM
END

# Here there is no second access, or a result that nobody promised.
for way in trap kill-thread kill-process strict strict-killed; do
	same "$way" "$way" -e all
	same "$way-no-seccomp" "$way" -e all --no-seccomp
	same "$way-network" "$way" -e Network
done
finish
