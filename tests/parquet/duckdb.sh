#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Parquet files opened by a reader that people use: DuckDB, as a package for Node.js. It comes
# from the npm registry into the build directory, the version is in package.json. duckdb.mjs
# has the queries.

. "$(dirname -- "$0")/../lib.sh"
rows=$(built "$top_builddir/parquet_rows")
npm_packages tests/parquet/node
# Modules are looked for beside the script that wants them.
cp "$testdir/duckdb.mjs" "$node" && chmod u+w "$node/duckdb.mjs" || exit 99
if ! node "$node/duckdb.mjs" probe >"$work/said" 2>&1; then
	echo 'skip: DuckDB does not run here:'
	head -n 5 "$work/said"
	exit 77
fi

# asks NAME ARGUMENT...: duckdb.mjs finds everything as it should be.
asks() {
	if node "$node/duckdb.mjs" "$@" >"$work/said" 2>&1; then
		pass
	else
		fail "$1" 'DuckDB sees it otherwise' "$work/said"
	fi
}

cd "$work" || exit 99
"$rows" 300000 made.parquet made.csv || fail made 'cannot be written'
asks made made.parquet 300000
"$rows" 0 empty.parquet empty.csv || fail empty 'cannot be written'
asks empty empty.parquet

if ! "$IOWORKLOAD" --probe; then
	skip run 'this system lets us trace nothing (ptrace is refused)'
	finish
fi
cp -R "$testdir" "$work/tree" && chmod -R u+w "$work/tree" || exit 99
"$IOTRACE" -q -e all -o run.parquet -o run.csv -o run.summary --top=500 -- \
	sh -c 'find tree -type f -exec cat {} +; cat missing' >/dev/null 2>&1
# name, calls, errors: of the first table.
awk '/^Calls/ { on = 1; next } /^$/ { on = 0 } on && $NF ~ /^[a-z_0-9]+$/ && $1 ~ /^[0-9]/ {
	print $NF, $1, $2 == "-" ? 0 : $2 }' run.summary >run.calls
asks run run.parquet run.csv run.calls
finish
