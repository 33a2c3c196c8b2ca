# SPDX-License-Identifier: GPL-2.0-or-later
#
# A script or style sheet that outputs carry, as a C string. Usage:
#
#   awk -f gen-asset.awk flame.js > flame.js.inc
#
# With -v plain=1 what the string holds is written as it is: for its hash.
#
# Indentation, empty lines and comments that fill a line (or several, from a line that starts
# with slash and star to one that ends with star and slash) stay behind. What would end the
# script early where it is embedded is refused: "]]>" in XML, "</" in HTML.

function fail(what)
{
	name = FILENAME
	sub(/.*\//, "", name)
	printf "%s:%d: %s\n", name, FNR, what > "/dev/stderr"
	status = 1
	exit 1
}

{
	sub(/^[ \t]+/, "")
	sub(/[ \t]+$/, "")
}
in_comment { in_comment = !/\*\/$/; next }
/^\/\*/ { in_comment = !/\*\/$/; next }
/^\/\// || !length($0) { next }
index($0, "]]>") { fail("\"]]>\" would end a CDATA section") }
index($0, "</") { fail("\"</\" could end a script element") }
/[^ -~\t]/ { fail("not ASCII: the encoding of a page is not known here") }
{ lines++ }
plain { print; next }
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	printf "\"%s\\n\"\n", $0
}
END {
	if (!status && in_comment)
		fail("the comment does not end")
	if (!status && !lines)
		fail("empty")
	exit status
}
