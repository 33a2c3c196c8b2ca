#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# iotrace deps against those who know: a program that touches each file in its own way and
# says what that makes of it, gcc's own list of headers, and make and ninja reading the
# depfile; then the verdicts of --assert.

. "$(dirname -- "$0")/../lib.sh"
need_ptrace
DEPS_CASES=$(built "${DEPS_CASES:-$top_builddir/deps_cases}")
here=$work/here
mkdir "$here"
cd "$here" || exit 99
umask 022

# listed FILE: "class<tab>name" of what FILE.jsonl has below this directory.
listed() {
	sed -n "s|^{\"file\":\"$here/\\([^\"]*\\)\",\"class\":\"\\([a-z]*\\)\".*|\\2	\\1|p" "$1" |
		sort
}

# same NAME WHAT WANTED GOT
same() {
	if diff "$3" "$4" >"$work/diff"; then
		pass
	else
		fail "$1" "$2" "$work/diff"
	fi
}

# ends NAME STATUS COMMAND...: the command ends with STATUS; its words are in $work/err.
ends() {
	name=$1 wanted=$2
	shift 2
	bounded "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ "$status" -eq "$wanted" ]; then
		pass
	else
		fail "$name" "exit status $status instead of $wanted" "$work/err"
		return 1
	fi
}

# says NAME TEXT: the last command said so.
says() {
	if grep -qF -- "$2" "$work/err"; then
		pass
	else
		fail "$1" "no word of: $2" "$work/err"
	fi
}

# ---- every way of touching a file ----
cases() {
	name=$1
	shift
	"$DEPS_CASES" prepare || return
	# shellcheck disable=SC2094 # read by the program, which leaves it as it is
	if ! "$IOTRACE" deps "$@" -o "$work/live.jsonl" -o "$work/live.txt" \
		-o "$work/live.d" -o "$work/run.iotrace" -- "$DEPS_CASES" run \
		9<inherited 2>"$work/err"; then
		fail "$name" 'the program failed' "$work/err"
	else
		"$DEPS_CASES" expect | sort >"$work/want"
		listed "$work/live.jsonl" >"$work/got"
		same "$name" 'another list' "$work/want" "$work/got"
		"$IOTRACE" report --deps -o "$work/again.jsonl" -o "$work/again.txt" \
			-o "$work/again.d" "$work/run.iotrace" 2>"$work/err"
		for form in jsonl txt d; do
			same "$name-report" "the recording gives another $form" \
				"$work/live.$form" "$work/again.$form"
		done
	fi
	rm -rf "$here"
	mkdir "$here"
	cd "$here" || exit 99
}
cases cases
cases cases-no-seccomp --no-seccomp

# ---- what the kernel loads by itself ----
loader=$(sed -n 's|.* \(/[^ ]*/ld-[^ ]*\)$|\1|p' /proc/self/maps | head -n 1)
if [ -n "$loader" ]; then
	ends loader 0 "$IOTRACE" deps -o loader.jsonl -- sed -n q /dev/null
	if grep -q "^{\"file\":\"$loader\",\"class\":\"input\"" loader.jsonl; then
		pass
	else
		fail loader "no $loader among the inputs" loader.jsonl
	fi
	rm -f loader.jsonl
else
	skip loader 'no loader in the map of sed'
fi

# ---- what gcc says of itself ----
# Sorted real names of what follows the colon of depfile $1.
prerequisites() {
	sed -e ':a' -e '/\\$/N' -e 's/\\\n//' -e 'ta' "$1" | sed -n '1s/^[^:]*://p' |
		tr ' ' '\n' | sed '/^$/d' | xargs -r realpath -- | sort -u
}
if command -v gcc >/dev/null; then
	printf '#include <stdio.h>\n#include "sub/a.h"\nint main(void) { return A; }\n' >a.c
	mkdir sub
	printf '#include <stdlib.h>\n#define A 0\n' >sub/a.h
	# One pass, so that no header is read for another reason.
	if ends gcc-MD 0 "$IOTRACE" deps -o ours.d --target=a.o -- gcc -MD -MF gcc.d -c -o a.o a.c
	then
		prerequisites gcc.d >"$work/want"
		prerequisites ours.d | grep -E '\.[ch]$' >"$work/got"
		same gcc-headers 'not the headers that gcc names' "$work/want" "$work/got"
		head -c 5 ours.d >"$work/got"
		printf 'a.o: ' >"$work/want"
		same gcc-target 'another target' "$work/want" "$work/got"
	fi
	rm -rf ./*
else
	skip gcc-MD 'no gcc'
fi

# ---- depfiles are read ----
# Names that both tools can read, with everything that needs an escape.
cat >gen.sh <<'EOT'
cat -- 'in one' 'in$two' 'in#three' 'in:four' 'in%five' 'in\six' 'in\ seven' 'in[8]' plain >"$1.tmp"
mv -- "$1.tmp" "$1"
EOT
for name in 'in one' 'in$two' 'in#three' 'in:four' 'in%five' 'in\six' 'in\ seven' 'in[8]' plain; do
	echo 1 >"$name"
done
ends depfile 0 "$IOTRACE" deps -o out.d -- sh gen.sh out
# rebuilds NAME WHETHER TOOL...: touching each name makes TOOL build anew.
rebuilds() {
	tool=$1
	shift
	"$@" >"$work/log" 2>&1 || fail "$tool" 'does not read the depfile' "$work/log"
	for name in 'in one' 'in$two' 'in#three' 'in:four' 'in%five' 'in\six' 'in\ seven' \
		'in[8]' plain; do
		: >built
		"$@" >"$work/log" 2>&1
		if [ -s built ]; then
			fail "$tool" "builds again before anything was touched ($name)" "$work/log"
		fi
		touch -d '2037-01-01' "$name"
		"$@" >"$work/log" 2>&1
		if [ -s built ]; then
			pass
		else
			fail "$tool" "does not see that '$name' is newer" "$work/log"
		fi
		touch -d '2001-01-01' "$name"
		touch out
		"$@" >"$work/log" 2>&1
	done
}
if command -v make >/dev/null; then
	touch -d '2001-01-01' in* plain gen.sh
	printf 'out:\n\t@echo x >>built; touch out\n-include out.d\n' >Makefile
	rebuilds make make -s
else
	skip make 'no make'
fi
if command -v ninja >/dev/null; then
	cat >build.ninja <<'EOT'
rule gen
  command = echo x >>built; sh gen.sh out && cp keep.d out.d
  depfile = out.d
  deps = gcc
build out: gen
EOT
	cp out.d keep.d
	ninja >"$work/log" 2>&1 || fail ninja 'does not read the depfile' "$work/log"
	ninja -t deps out 2>"$work/err" | sed -n 's/^    //p' | grep -v '^/' | sort >"$work/got"
	printf '%s\n' 'in one' 'in$two' 'in#three' 'in:four' 'in%five' 'in\six' 'in\ seven' \
		'in[8]' plain gen.sh | sort >"$work/want"
	same ninja 'reads other names' "$work/want" "$work/got"
else
	skip ninja 'no ninja'
fi
echo 1 >'a;b'
ends left-out 0 "$IOTRACE" deps -o out.d -- sh -c 'cat "a;b" plain >out'
says left-out "left out 1 name"
rm -rf ./*

# ---- --assert ----
echo 1 >file
mkdir build
ends holds 0 "$IOTRACE" deps -q --assert='no-write outside:build' --assert=no-network \
	--assert='no-read ./secret*' -- sh -c 'cat file >build/out'
ends no-write 124 "$IOTRACE" deps -q --assert='no-write outside:build,/nowhere' -- \
	sh -c 'echo >build/out; echo >other'
says no-write "assertion 'no-write outside:build,/nowhere' broken by sh (pid "
says no-write ": openat $here/other"
ends no-write-rename 124 "$IOTRACE" deps -q --assert='no-write ./other*' -- \
	mv other other2
says no-write-rename "other2"
ends no-read 124 "$IOTRACE" deps -q --assert='no-read file' -- cat file
says no-read " $here/file"
ends failed-lookup 124 "$IOTRACE" deps -q --assert='no-failed-lookups ./none*' -- \
	sh -c 'test -e none; test -e file'
says failed-lookup "$here/none"
# The command's own failure says more.
ends own-status 3 "$IOTRACE" deps -q --assert='no-read file' -- sh -c 'cat file; exit 3'
ends not-itself 124 "$IOTRACE" deps -q --assert='no-read file' -- sh -c 'cat file; true'
ends recorded 0 "$IOTRACE" deps -q -o rec.iotrace -- sh -c 'echo >other; cat file'
ends report-assert 124 "$IOTRACE" report --deps -q --assert='no-write outside:build' rec.iotrace
says report-assert "$here/other"
ends report-holds 0 "$IOTRACE" report --deps -q --assert='no-network' rec.iotrace
ends no-network-local 0 "$IOTRACE" deps -q --assert=no-network -- "$IOWORKLOAD" socketpair-basic
# TEST-NET-1 (RFC 5737): the attempt counts, nothing need answer, so a datagram socket that
# is only connected sends nothing.
if command -v bash >/dev/null; then
	ends no-network 124 "$IOTRACE" deps -q --assert=no-network -- \
		bash -c '(exec 3<>/dev/udp/192.0.2.1/9); true' &&
		says no-network 'connect 192.0.2.1:9'
	ends loopback 0 "$IOTRACE" deps -q --assert=no-network -- \
		bash -c '(exec 3<>/dev/udp/127.0.0.1/9); true'
else
	skip no-network 'no bash'
fi

# ---- mistakes ----
# mistake NAME TEXT OPTION...: one line with TEXT and 125.
mistake() {
	name=$1 text=$2
	shift 2
	ends "$name" 125 "$IOTRACE" "$@" && says "$name" "$text"
}
mistake bad-rule 'did you mean no-write?' deps --assert=no-wirte -- true
mistake bad-rule-far 'choose no-write' deps --assert=x -- true
mistake bad-argument 'no-network takes no argument' deps --assert='no-network /x' -- true
mistake bad-outside 'misses a directory' deps --assert='no-write outside:' -- true
mistake no-rule 'a rule is missing' deps --assert= -- true
mistake not-deps "--assert is for dependencies: add --deps" report --assert=no-network rec.iotrace
mistake not-run "--assert is for 'iotrace deps'" --assert=no-network -- true
mistake with-trace "--trace is not for 'iotrace deps'" deps -e FS -- true
mistake report-trace 'would leave gaps' report --deps -e FS rec.iotrace
mistake bad-format "unknown format 'csv': choose text, jsonl, make" deps --format=csv -- true
mistake nothing 'nothing to trace' deps

# ---- a recording that was not made for this ----
ends other-selection 0 "$IOTRACE" -q -o other.iotrace -- cat file
ends other-selection 0 "$IOTRACE" report --deps other.iotrace
says other-selection 'recorded without'
says other-selection '  file'
ends empty 0 "$IOTRACE" deps --no-follow --filter='pid == 0' -- true

finish
