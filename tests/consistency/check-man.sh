#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The manual pages know every option of cli/options.def and every column of
# event/fields.def.
set -eu
cd "${top_srcdir:-.}"
missing=0

# The pages without their markup: "\-" is a hyphen, "\fB" starts bold.
plain()
{
	sed 's/\\-/-/g; s/\\f[A-Z]//g; s/\\//g' "$1"
}

# need PAGE WORD: the word stands in the page, and not as part of a longer one.
need()
{
	plain "man/$1" | grep -E -q -e "(^|[^[:alnum:]_-])$2([^[:alnum:]_-]|\$)" || {
		echo "man/$1 does not mention $2"
		missing=$((missing + 1))
	}
}

options=$(sed -n 's/^OPTION([^"]*"\([a-z0-9-]*\)".*/--\1/p' src/cli/options.def)
columns=$(sed -n 's/^FIELD(\([a-z_]*\),.*/\1/p' src/event/fields.def)
for word in $options; do
	need iotrace.1 "$word"
done
for word in $columns; do
	need iotrace-format.5 "$word"
done
set -- $options
noptions=$#
set -- $columns
echo "$noptions options, $# columns, $missing missing"
[ "$missing" = 0 ] && [ "$noptions" -gt 0 ] && [ $# -gt 0 ]
