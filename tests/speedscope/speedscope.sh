#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Collapsed stacks and Chrome traces in speedscope, whose page comes from the npm registry into
# the build directory; speedscope.py has the tests.

. "$(dirname -- "$0")/../lib.sh"
for program in python3 chromium chromedriver; do
	command -v $program >/dev/null || { echo "skip: $program is not installed"; exit 77; }
done
npm_packages tests/speedscope/node
python3 -B "$testdir/speedscope.py" "$node/node_modules/speedscope/dist/release"
