#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The flame graph in Chromium; flame_svg.py has the tests, browser.py says how they work.
command -v python3 >/dev/null 2>&1 || { echo "skipped: no python3"; exit 77; }
exec python3 -B "$(dirname "$0")/flame_svg.py"
