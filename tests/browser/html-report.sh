#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The report in Chromium; html_report.py has the tests, browser.py says how they work. Two
# checkers come from the npm registry into the build directory, versions in package.json: axe
# for accessibility, html-validate for the markup. Without them their tests are skipped.

. "$(dirname -- "$0")/../lib.sh"
command -v python3 >/dev/null 2>&1 || { echo 'skip: no python3'; exit 77; }

# Once for a build directory. What was interrupted has no stamp.
node=$top_builddir/tests/browser/node
mkdir -p "$node" || exit 99
node=$(CDPATH= cd -- "$node" && pwd)
if ! cmp -s "$testdir/package-lock.json" "$node/stamp" && command -v npm >/dev/null 2>&1; then
	rm -rf "$node/node_modules" "$node/stamp"
	cp "$testdir/package.json" "$testdir/package-lock.json" "$node" || exit 99
	chmod u+w "$node"/*.json
	if (cd "$node" && timeout 120 npm install --no-audit --no-fund --ignore-scripts) \
		>"$work/npm" 2>&1 </dev/null; then
		cp "$testdir/package-lock.json" "$node/stamp"
	else
		echo 'the checkers could not be installed from the npm registry:'
		grep -v warn "$work/npm" | head -n 5
	fi
fi
CHECKERS=
[ ! -f "$node/stamp" ] || CHECKERS=$node/node_modules
export CHECKERS
python3 -B "$testdir/html_report.py"
