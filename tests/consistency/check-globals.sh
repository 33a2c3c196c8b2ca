#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# No writable data with static storage in iotrace, apart from globals.allow: everything hangs
# from structures that somebody owns. Read from the object files, so that no spelling of a
# definition hides one. Constant tables of pointers lie in .data.rel.ro and pass.
set -eu
[ -z "${SANITIZERS:-}" ] || {
	echo 'sanitizers put data of their own into every object'
	exit 77
}
allow=${top_srcdir:-.}/tests/consistency/globals.allow
build=${top_builddir:-.}
set -- "$build/libiotrace.a" "$build"/src/*.o
export LC_ALL=C

objdump -t "$@" | ${AWK:-awk} -v allow="$allow" '
# globals.allow: OBJECT SYMBOL REASON
FILENAME == allow {
	if ($0 !~ /^#|^[ \t]*$/) {
		allowed[$1 " " $2] = 1
		if (NF < 3) { print "globals.allow: " $1 " " $2 " has no reason"; bad++ }
	}
	next
}
/:[ \t]+file format / {
	object = $0
	sub(/:[ \t]+file format .*/, "", object)
	sub(/.*\//, "", object)
	sub(/^libiotrace_a-/, "", object)
	nobjects++
	next
}
# VALUE FLAGS SECTION<tab>SIZE NAME; flags may hold blanks, so cut at the tab.
/\t/ {
	tab = index($0, "\t")
	nleft = split(substr($0, 1, tab - 1), left, " ")
	section = left[nleft]
	nright = split(substr($0, tab + 1), right, " ")
	size = right[1]
	name = right[nright]
	if (section !~ /^(\.data|\.bss|\.tdata|\.tbss)(\..*)?$|^\*COM\*$/)
		next
	if (section ~ /^\.data\.rel\.ro/ || size ~ /^0+$/)
		next
	# statics of functions: NAME.NUMBER of gcc, FUNCTION.NAME of clang
	sub(/\.[0-9]+$/, "", name)
	sub(/^.*\./, "", name)
	if (object " " name in allowed) {
		used[object " " name] = 1
		next
	}
	printf "%s: %s is writable (section %s)\n", object, name, section
	bad++
}
END {
	if (!nobjects) { print "no objects found"; exit 1 }
	for (a in allowed)
		if (!(a in used)) { print "globals.allow: " a " is not there (any more)"; bad++ }
	printf "%d objects, %d bad\n", nobjects, bad
	exit bad > 0
}' "$allow" -
