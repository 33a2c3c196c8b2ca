#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# stress-ng: every stressor for a second, with little memory, as a plain user.
. "$(dirname -- "$0")/group.sh"

needs='stress-ng=stress-ng'
# Left out:
#   vm-segv	traces a child of its own, which stops itself and waits for that tracer: it
#		hangs under every tracer
left_out='vm-segv'
items=$(stress-ng --stressors 2>/dev/null | tr ' ' '\n' | grep -vxE "$left_out")
steady='dup fork futex pthread sigchld sigrt sigsegv timer vfork'

run_item()
{
	# Kilobytes of memory, and blocks of 512 bytes a file: some take all there is, and
	# fill the disk of everybody.
	ulimit -v 4000000 && ulimit -f 500000 || exit 99
	if [ "$QUICK" = 1 ]; then
		set -- "$1" --"$1"-ops 20
	fi
	name=$1
	shift
	stress-ng --"$name" 1 "$@" --timeout 1 --temp-path . --vm-bytes 64M
}

# What it says of times, pids and sizes; lines that come or not as the second goes.
even()
{
	sed -E 's/[0-9]+(\.[0-9]+)?/N/g' | grep -E 'fail|error|abort|skip|successful|unsuccess' |
		sort -u
}

serve "$@"
