#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The differential test with the agent in the programs.
ENGINE=inline
export ENGINE
exec "$(dirname -- "$0")/differential.sh" "$@"
