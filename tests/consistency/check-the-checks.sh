#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A check that cannot fail is none: plants one breach of each kind in a small tree and sees
# that the check for it says so, and that it passes without.
set -u
here=$(cd "${top_srcdir:-.}/tests/consistency" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/check the checks.XXXXXX")
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
failed=0 n=0

# expect STATUS CHECK TEXT: runs CHECK on the tree; it must end so and print TEXT.
expect()
{
	n=$((n + 1))
	out=$(top_srcdir=$work top_builddir=$work SANITIZERS='' \
		COMPILE="$cc -std=gnu11 -I'$work/src'" "$here/$2.sh" 2>&1)
	status=$?
	case $out in
	*"$3"*) said=yes ;;
	*) said=no ;;
	esac
	if [ $status != "$1" ] || [ $said = no ]; then
		printf '%s: status %s, not %s, or no "%s" in:\n%s\n' \
			"$2" $status "$1" "$3" "$out"
		failed=$((failed + 1))
	fi
}

put()
{
	mkdir -p "$work/$(dirname "$1")"
	cat >"$work/$1"
}

compile()
{
	# shellcheck disable=SC2086 # CC may hold options
	(
		cd "$work/src" || exit
		for source in main.c event/*.c; do
			[ ! -f $source ] || $cc -c -fno-common -fPIE -O1 -o ${source%c}o $source
		done
		ar rc ../libiotrace.a main.o
	)
}

put LAYERS <<'END'
layer base:
layer event:
layer sink: event
layer main: *
only zstd.h: base
pure event/event.h: stdint.h
no-io: event
END
put src/base/a.h <<'END'
#ifndef IOTRACE_BASE_A_H
#define IOTRACE_BASE_A_H
#endif
END
put src/event/event.h <<'END'
#ifndef IOTRACE_EVENT_EVENT_H
#define IOTRACE_EVENT_EVENT_H
#include <stdint.h>
#endif
END
put src/sink/sink.c <<'END'
#include "base/a.h"
#include "event/event.h"
END
put src/main.c <<'END'
static const char *const names[] = { "a", "b" };
const char *
name(int i)
{
	return names[i];
}
END
put tests/consistency/globals.allow </dev/null

# check-layers
expect 0 check-layers '4 files, 0 breaches'
echo '#include "sink/sink.h"' | put src/event/e.c
expect 1 check-layers 'src/event/e.c:1: event may not include sink'
echo '#include <zstd.h>' | put src/event/e.c
expect 1 check-layers '<zstd.h> is for base only'
echo '#include "event.h"' | put src/event/e.c
expect 1 check-layers 'event may not include main (event.h)'
rm "$work/src/event/e.c"
echo '#include <stdio.h>' >>"$work/src/event/event.h"
expect 1 check-layers 'nothing but stdint.h'
sed -i '$d' "$work/src/event/event.h"
echo 'int x;' | put src/new/x.c
expect 1 check-layers 'layer new is not in LAYERS'
rm -r "$work/src/new"

# check-headers
expect 0 check-headers '2 headers, 0 bad'
echo 'size_t a(void);' >>"$work/src/base/a.h"
expect 1 check-headers 'src/base/a.h does not compile alone'
sed -i '$d' "$work/src/base/a.h"
sed -i 's/BASE_A/A/' "$work/src/base/a.h"
expect 1 check-headers 'its guard should be IOTRACE_BASE_A_H'
sed -i 's/_A_H/_BASE_A_H/' "$work/src/base/a.h"

# check-globals
compile
expect 0 check-globals '2 objects, 0 bad'
for line in 'int g;' 'static int g = 1; int *f(void) { return &g; }' \
	'int *f(void) { static int g; return &g; }' '_Thread_local int g = 4;'; do
	cp "$work/src/main.c" "$work/saved.c"
	echo "$line" >>"$work/src/main.c"
	compile
	expect 1 check-globals 'main.o: g is writable'
	echo 'main.o g for this test' | put tests/consistency/globals.allow
	expect 0 check-globals '2 objects, 0 bad'
	echo 'main.o g' | put tests/consistency/globals.allow
	expect 1 check-globals 'has no reason'
	cp "$work/saved.c" "$work/src/main.c"
	compile
	echo 'main.o g for this test' | put tests/consistency/globals.allow
	expect 1 check-globals 'is not there'
	put tests/consistency/globals.allow </dev/null
done

# check-calls
echo 'int e(void) { return 0; }' | put src/event/e.c
compile
expect 0 check-calls '1 objects'
echo 'char *strcpy(char *, const char *); void c(char *a, const char *b) { strcpy(a, b); }' \
	>>"$work/src/main.c"
compile
expect 1 check-calls 'banned by the style page'
cp "$work/saved.c" "$work/src/main.c"
echo 'int open(const char *, int, ...); int e(void) { return open("/", 0); }' | put src/event/e.c
compile
expect 1 check-calls 'layer event only computes'
rm "$work"/src/event/e.?

# check-sizes
expect 0 check-sizes '0 beyond'
{
	printf 'int\nlong_one(int x)\n{\n'
	yes '	x++;' | head -n 100
	printf '	return x;\n}\n'
} | put src/long.c
expect 1 check-sizes 'long_one(): 101 lines, the limit is 100'
yes '/* */' | head -n 1201 | put src/long.c
expect 1 check-sizes 'src/long.c: 1201 lines, the limit is 1200'
rm "$work/src/long.c"

# check-man
put src/cli/options.def <<'END'
OPTION('o', "output", "FILE", "where")
OPTION(0, "sort", "COLUMN", "order")
END
put src/event/fields.def <<'END'
FIELD(seq, U64, "", "", "number")
FIELD(gap_ns, U64, "", "ns", "gap")
END
put man/iotrace.1 <<'END'
.TP
.BR \-o ", " \-\-output = FILE
.TP
\fB\-\-sort\fR=\fICOLUMN\fR
END
put man/iotrace-format.5 <<'END'
.B seq
.B gap_ns
END
expect 0 check-man '2 options, 2 columns, 0 missing'
echo 'OPTION(0, "top", "N", "most")' >>"$work/src/cli/options.def"
expect 1 check-man 'iotrace.1 does not mention --top'
sed -i '$d' "$work/src/cli/options.def"
echo 'FIELD(stack, TEXT, "", "", "stack")' >>"$work/src/event/fields.def"
expect 1 check-man 'iotrace-format.5 does not mention stack'

echo "$n expectations, $failed failed"
[ $failed = 0 ]
