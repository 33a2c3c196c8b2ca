#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The limits of the style page: files of more than 1200 lines and functions of more than 100
# fail; from 800 and 70 on they are named. A function is what stands between a "{" and a "}"
# in the first column, which is where clang-format puts them.
set -eu
cd "${top_srcdir:-.}"
for dir in src workload tests; do
	[ -d $dir ] && find $dir -type f -name '*.[ch]' -print
done | LC_ALL=C sort | ${AWK:-awk} '
function measure(what, n, usual, hard)
{
	if (n <= usual)
		return
	if (n > hard) {
		printf "%s: %d lines, the limit is %d\n", what, n, hard
		bad++
	} else {
		printf "%s: %d lines, usual are %d at most\n", what, n, usual
	}
}
{
	file = $0
	nfiles++
	n = start = 0
	while ((getline line < file) > 0) {
		n++
		if (line ~ /^[A-Za-z_].*\(/) { name = line; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		if (line ~ /^\{/)
			start = n
		else if (line ~ /^\}/ && start) {
			measure(file ":" start ": " name "()", n - start - 1, 70, 100)
			start = 0
		}
	}
	close(file)
	measure(file, n, 800, 1200)
}
END {
	if (!nfiles) { print "no source files found"; exit 1 }
	printf "%d files, %d beyond the limits\n", nfiles, bad
	exit bad > 0
}'
