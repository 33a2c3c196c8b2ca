# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What every group of foreign programs has. A group's file sets
#	needs	words PROGRAM=PACKAGE: who must be there, and Debian's name of its package;
#		needs_ITEM: the same for one of the runs
#	items	the names of its runs; steady: those that are quick and the same each time
#	limit	seconds that no run takes, however slow the machine (default 120)
# defines run_ITEM functions, or one run_item NAME for all; perhaps even(), which takes out
# of the output what differs from run to run anyway, and prepare ITEM, which fetches in
# $KIT/prepared what runs need; and ends with `serve "$@"`. Runs begin in an empty directory,
# beside it are home/ and tmp/; $KIT has a C program's source in source/. QUICK is 1 in the
# bounded form.

set -u
limit=120

even()
{
	cat
}

prepare()
{
	:
}

run_item()
{
	"run_$(echo "$1" | tr - _)"
}

# Prints the packages that are not there, for run $1.
print_missing()
{
	eval "more=\${needs_$(echo "$1" | tr - _)-}"
	for need in $needs $more; do
		case ${need%%=*} in
		/*) [ -e "${need%%=*}" ] || echo "${need#*=}" ;;
		*) command -v "${need%%=*}" >/dev/null 2>&1 || echo "${need#*=}" ;;
		esac
	done | sort -u | tr '\n' ' '
}

serve()
{
	case $1 in
	missing) print_missing "$2" ;;
	list) echo "$items" ;;
	quick) echo "$steady" ;;
	limit) echo "$limit" ;;
	prepare) prepare "$2" ;;
	run) run_item "$2" ;;
	even) even "$2" ;;
	esac
}
