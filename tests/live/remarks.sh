#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What cannot be seen is said, once, with how much of it there was; who sees everything has
# nothing to say. (The rows are for run-live.sh to compare.)

. "$(dirname -- "$0")/../lib.sh"
need_ptrace

# fresh: a new scratch directory.
fresh() {
	dir=$work/dir
	rm -rf "$dir" && mkdir "$dir" || exit 99
	IOWORKLOAD_DIR=$dir
	export IOWORKLOAD_DIR
}

skipped() {
	skip "$1" "$(sed -n 's/^ioworkload: skipped: //p' "$2")"
}

# remarks NAME PATTERN...: the summary's notes are these, a line each.
remarks() {
	name=$1
	shift
	sed -n 's/^Note: //p' "$work/run.summary" >"$work/notes"
	if [ "$(wc -l <"$work/notes")" -ne $# ]; then
		fail "$name" "not $# remarks" "$work/notes"
		return
	fi
	for pattern; do
		if ! grep -qE "^$pattern\$" "$work/notes"; then
			fail "$name" "does not say: $pattern" "$work/notes"
			return
		fi
	done
	pass
}

# attached NAME PATTERN...: iotrace comes when the scenario is set up.
attached() {
	fresh
	bounded "$IOWORKLOAD" --attach "$1" 2>"$work/stderr" &
	workload=$!
	if ! awaits "$dir/ready" $workload; then
		wait $workload
		skipped "$1" "$work/stderr"
		return
	fi
	bounded "$IOTRACE" -q -o "$work/run.summary" -p "$(cat "$dir/ready")" \
		>"$work/said" 2>&1
	wait $workload
	remarks "$@"
}

# launched NAME PATTERN...
launched() {
	fresh
	bounded "$IOTRACE" -q -o "$work/run.summary" -- "$IOWORKLOAD" "$1" \
		>"$work/said" 2>&1
	case $? in
	0) remarks "$@" ;;
	77) skipped "$1" "$work/said" ;;
	*) fail "$1" "exit status" "$work/said" ;;
	esac
}

launched aio-thread-reap
launched iouring-linked
launched aio-never-reaped '2 requests were submitted and never seen to complete'
attached aio-attach '2 completions of AIO have no submissions that were seen'
attached iouring-attach '1 completion of io_uring has no submission that was seen'
attached iouring-attach-new
launched iouring-sqpoll \
	'an io_uring has a kernel thread that takes its submissions .*IORING_SETUP_SQPOLL.*' \
	'[0-9]+ completions? of io_uring (was|were) counted whose submissions? a kernel thread took .*'
finish
