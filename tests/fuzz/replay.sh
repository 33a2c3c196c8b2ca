#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs every fuzz target over its corpus: fuzz_NAME over tests/fuzz/corpus/NAME.
#
# To add a target NAME: write tests/fuzz/fuzz_NAME.c with LLVMFuzzerTestOneInput (fuzz.h),
# put a few small inputs into tests/fuzz/corpus/NAME, and add to FUZZ_TARGETS and below it
# in Makefile.am what fuzz_raw has there. To fuzz: configure CC=clang --enable-fuzzing,
# make check, then ./fuzz_NAME -max_total_time=60 NEWDIR tests/fuzz/corpus/NAME.
# Inputs that crashed go into the corpus under a name that says what was wrong.

: "${srcdir:=.}"

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2086 # a list of words
	set -- $FUZZ_TARGETS
fi
if [ $# -eq 0 ]; then
	echo "no fuzz targets: set FUZZ_TARGETS or name them" >&2
	exit 1
fi

status=0
for target; do
	corpus=$srcdir/tests/fuzz/corpus/${target#fuzz_}
	if ! [ -n "$(ls -A "$corpus" 2>/dev/null)" ]; then
		echo "FAIL: $target: no corpus in $corpus" >&2
		status=1
	elif ! "./$target" -runs=0 "$corpus"; then
		echo "FAIL: $target" >&2
		status=1
	fi
done
exit $status
