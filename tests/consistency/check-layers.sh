#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every #include of src/ against the file LAYERS, which also explains its rows. The tree to
# check is $top_srcdir; the result is the exit status and one line a breach.
set -eu
cd "${top_srcdir:-.}/src"

find . -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.inc' \) -print |
	sed 's|^\./||' | LC_ALL=C sort | ${AWK:-awk} '
function breach(what)
{
	printf "src/%s:%d: %s\n", file, lineno, what
	bad++
}

# The layer of a path below src/: its directory; files directly in src/ are "main".
function layer_of(path)
{
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "main"
}

function has(list, word)
{
	return list == "*" || index(" " list " ", " " word " ")
}

function check_own(name,   to)
{
	to = layer_of(name)
	if (name ~ /\.inc$/ && name !~ /\//)
		return # generated, beside the file that includes it
	if (to != layer && to != "base" && !(layer in may && has(may[layer], to)))
		breach(layer " may not include " to " (" name ")")
}

function check_include(name, own)
{
	if (file in pure && !has(pure[file], name))
		breach("may include nothing but " pure[file] ", not " name)
	if (own)
		check_own(name)
	else if (name in only && !has(only[name], layer))
		breach("<" name "> is for " only[name] " only")
}

# LAYERS first (as a file argument), then the names of the files on standard input.
FNR == 1 { nth++ }
nth == 1 {
	if ($0 ~ /^#|^[ \t]*$/)
		next
	kind = $1
	rest = substr($0, length(kind) + 2)
	at = match(rest, /:( |$)/)
	name = substr(rest, 1, at - 1)
	list = substr(rest, at + 2)
	if (kind == "layer") may[name] = list
	else if (kind == "only") only[name] = list
	else if (kind == "pure") pure[name] = list
	else if (kind != "no-io:") { # which is for check-calls.sh
		print "LAYERS: unknown row: " $0
		bad++
	}
	next
}
{
	file = $0
	layer = layer_of(file)
	nfiles++
	lineno = 0
	if (!(layer in may)) {
		breach("layer " layer " is not in LAYERS")
		next
	}
	while ((getline line < file) > 0) {
		lineno++
		if (match(line, /^[ \t]*#[ \t]*include[ \t]*["<][^">]*/)) {
			name = substr(line, RSTART, RLENGTH)
			own = name ~ /"/
			sub(/.*["<]/, "", name)
			check_include(name, own)
		}
	}
	close(file)
}
END {
	if (!nfiles) { print "no source files found"; exit 1 }
	printf "%d files, %d breaches\n", nfiles, bad
	exit bad > 0
}' ../LAYERS -
