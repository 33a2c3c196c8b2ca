#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table generators refuse nonsense, with the file and line of it: each case below adds
# one bad line to a table that is good, and names what the message must contain.
set -eu
src=${top_srcdir:-.}/src/table
awk=${AWK:-awk}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 cases=0

fresh()
{
	cp "$src"/*.def "$src"/*.tbl "$dir"
	chmod u+w "$dir"/*
}

# generate SCRIPT: what it says of the tables in $dir
generate()
{
	case $1 in
	gen-table.awk)
		set -- "$1" families.def kinds.def retkinds.def argtypes.def structs.tbl \
			flags.tbl syscalls.tbl ;;
	gen-flags.awk) set -- "$1" flags.tbl ;;
	gen-structs.awk) set -- "$1" structs.tbl ;;
	esac
	script=$src/$1
	case $script in
	/*) ;;
	*) script=$PWD/$script ;;
	esac
	shift
	(cd "$dir" && $awk -f "$script" "$@" 2>&1 >/dev/null)
}

# refuses SCRIPT TABLE LINE MESSAGE
refuses()
{
	cases=$((cases + 1))
	fresh
	printf '%s\n' "$3" >>"$dir/$2"
	line=$(wc -l <"$dir/$2" | tr -d ' ')
	if out=$(generate "$1"); then
		echo "$1 takes: $3"
		bad=1
	elif [ "$out" != "$2:$line: $4" ]; then
		echo "$1 says \"$out\" of: $3"
		echo "      wanted: \"$2:$line: $4\""
		bad=1
	fi
}

fresh
for script in gen-table.awk gen-flags.awk gen-structs.awk; do
	if ! out=$(generate $script) || [ -n "$out" ]; then
		echo "$script refuses the tables: $out"
		bad=1
	fi
done

row() { refuses gen-table.awk syscalls.tbl "$1" "$2"; }
row '999 x FS fd none zero' 'expected: nr name family kind bytes ret flags [argument...]'
row '9x9 x FS fd none zero -' 'bad number 9x9'
row '471 x FS fd none zero -' 'number 471 behind 471'
row '3 x FS fd none zero -' 'number 3 behind 471'
row '999 read FS fd none zero -' 'name read again'
row '999 x/newstat FS fd none zero -' 'name x/newstat again'
row '999 X FS fd none zero -' 'bad name X'
row '999 x Fs fd none zero -' 'unknown family Fs'
row '999 x FS fdd none zero -' 'unknown kind fdd'
row '999 x FS fd some bytes -' 'unknown bytes class some'
row '999 x FS fd none byte -' 'unknown ret byte'
row '999 x FS fd read zero -' 'bytes read of a result that is no byte count'
row '999 x FS fd none zero states' 'unknown flag states'
row '999 x FS fd none zero state,state' 'flag state twice'
row '999 x FS fd none zero obsolete' 'obsolete calls are Misc and null'
row '999 x FS fd none zero fd=b a:fd' 'no argument b'
row '999 x FS name none zero - a:path' 'kind name needs two paths'
row '999 x FS fd none zero - a:fd b:int c:int d:int e:int f:int g:int' '7 arguments'
row '999 x FS fd none zero - a' 'bad argument a'
row '999 x FS fd none zero - a:fd a:int' 'argument a twice'
row '999 x FS fd none zero - a:fdd' 'unknown type fdd of argument a'
row '999 x FS fd none zero - a:flags:opne' 'argument a: no set opne in flags.tbl'
row '999 x FS fd none zero - a:out:stta' 'argument a: no struct stta in structs.tbl'
row '999 x FS fd none zero - a:int:stat' 'type int of argument a takes no stat'
row '999 x FS fd none zero - a:buf_in b:size' 'argument a: which one measures it?'
row '999 x FS fd none zero - a:buf_in=c b:size' 'argument a is measured by c, which there is not'
row '999 x FS fd none zero - a:buf_in=b b:count' 'argument a cannot be measured by count b'
row '999 x FS fd none zero - a:iov=b b:size' 'argument a cannot be measured by size b'
row '999 x FS fd none zero - a:out:stat=b b:int' 'argument a cannot be measured by int b'
row '999 x FS fd none zero - a:out:fdset' 'argument a: struct without a size'

flag() { refuses gen-flags.awk flags.tbl "$1" "$2"; }
flag '[open]' 'set open again'
flag '[Open]' 'expected: [set] or [set] enum'
flag '#Form <fcntl.h>' 'unknown directive #Form <fcntl.h>'
flag '#From fcntl.h' 'bad header fcntl.h'
flag '#Mask 3' 'unknown directive #Mask 3'
flag 'O_X' 'expected: NAME value'
flag '0_X 1' 'bad name 0_X'
flag 'O_X 0x' 'bad value 0x'
flag 'O_X 017' 'bad value 017'

struct() { refuses gen-structs.awk structs.tbl "$1" "$2"; }
struct 'x' 'expected: name bytes'
struct 'X 8' 'bad name X'
struct 'x 0' 'bad size 0'
struct 'x sizeof' 'bad size sizeof'
struct 'int 4' "struct int again, first in line $(sed -n '/^int[[:blank:]]/=' "$src/structs.tbl")"

echo "$cases bad lines"
exit $bad
