#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# All scenarios in the mode inline of live.tbl.
exec "$(dirname -- "$0")/run-live.sh" --mode inline "$@"
