#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every header compiles alone, with the flags of the build ($COMPILE, from the Makefile), and
# has the guard that its path says. Generated headers come from the build directory, which
# is the current one.
set -eu
src=${top_srcdir:-.}
bad=0 n=0

work=$(mktemp -d "${TMPDIR:-/tmp}/check-headers.XXXXXX")
trap 'rm -rf "$work"' EXIT
for dir in src workload; do
	[ -d "$src/$dir" ] || continue
	find "$src/$dir" -name '*.h' -print
done | LC_ALL=C sort >"$work/list"

while IFS= read -r header; do
	n=$((n + 1))
	path=${header#"$src"/}
	guard=IOTRACE_$(printf '%s' "${path#src/}" | tr 'a-z/.-' 'A-Z___')
	if ! grep -q "^#ifndef $guard\$" "$header" || ! grep -q "^#define $guard\$" "$header"; then
		echo "$path: its guard should be $guard"
		bad=$((bad + 1))
	fi
	printf '#include "%s"\n' "$(realpath "$header")" >"$work/$n.c"
	# The flags come as one string that make made for a shell.
	eval "${COMPILE:-cc -std=gnu11 -D_GNU_SOURCE -I\"\$src\"/src -Wall -Wextra}" \
		-I"'$src'" -Werror -fsyntax-only "'$work/$n.c'" </dev/null >"$work/out" 2>&1 || {
		echo "$path does not compile alone:"
		cat "$work/out"
		bad=$((bad + 1))
	}
done <"$work/list"

[ "$n" -gt 0 ] || {
	echo 'no headers found'
	exit 1
}
echo "$n headers, $bad bad"
[ "$bad" = 0 ]
