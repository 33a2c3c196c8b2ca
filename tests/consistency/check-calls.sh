#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the object files call: nothing that the style page bans, and in the layers that only
# compute (row no-io of LAYERS) nothing that reaches outside of the process.
set -eu
cd "${top_builddir:-.}"
layers=$(sed -n 's/^no-io: *//p' "${top_srcdir:-.}/LAYERS")
banned='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gmtime|localtime|ctime|asctime'
banned="$banned|mktemp|tmpnam|gets|alloca"
outside='f?open|openat|opendir|p?readv?|p?writev?|readlink(at)?|[lf]?stat(at)?|statx|access'
outside="$outside|getcwd|realpath|socket|connect|fork|exec[lv].*|waitpid|kill|ptrace"
outside="$outside|process_vm_readv|syscall|getenv|getpid|time|gettimeofday|clock_gettime"
bad=0

# refuse WHY PATTERN OBJECT...: none of the objects may call what the pattern names. With
# _FORTIFY_SOURCE and large files the names get "__" before and "64", "_chk", "_2" behind.
refuse()
{
	why=$1 pattern=$2
	shift 2
	if nm -A -u "$@" | grep -E "[ _]U (__)?($pattern)(64)?(_chk|_2)?\$"; then
		echo "$why"
		bad=1
	fi
}

refuse 'these functions are banned by the style page' "$banned" libiotrace.a src/*.o
n=0
for layer in $layers; do
	for object in "src/$layer"/*.o; do
		[ -f "$object" ] || continue
		n=$((n + 1))
		refuse "layer $layer only computes (no-io in LAYERS)" "$outside" "$object"
	done
done
[ "$n" -gt 0 ] || {
	echo 'no objects found'
	exit 1
}
echo "$n objects of layers that only compute"
[ $bad = 0 ]
