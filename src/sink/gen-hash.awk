# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hashes of scripts as a page's Content-Security-Policy names them, as a C string: reads
# lines of sha256sum(1), whose digits become base64 (RFC 4648).
#
#   sha256sum a.js b.js | awk -f gen-hash.awk > hashes.inc

function base64(hex,   digits, out, i, v, k)
{
	digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	# 64 hexadecimal digits are 42 groups of six bits and four that are left.
	hex = hex "00"
	for (i = 1; i <= 64; i += 3) {
		v = 0
		for (k = 0; k < 3; k++)
			v = v * 16 + index("0123456789abcdef", substr(hex, i + k, 1)) - 1
		out = out substr(digits, int(v / 64) + 1, 1) substr(digits, v % 64 + 1, 1)
	}
	return substr(out, 1, 43) "="
}

!/^[0-9a-f]+ / || length($1) != 64 {
	print "not a line of sha256sum: " $0 > "/dev/stderr"
	failed = 1
	exit
}
{ list = list (list == "" ? "" : " ") "'sha256-" base64($1) "'" }
END {
	if (failed || NR != 2)
		exit 1
	printf "\"%s\"\n", list
}
