#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Parquet files opened by a reader that people use: DuckDB, as a package for Node.js. It comes
# from the npm registry into the build directory, the version is in package.json. duckdb.mjs
# has the queries.

. "$(dirname -- "$0")/../lib.sh"
rows=$(built "$top_builddir/parquet_rows")
for program in node npm timeout; do
	command -v $program >/dev/null || {
		echo "skip: $program is not installed"
		exit 77
	}
done

# Once for a build directory. What was interrupted has no stamp.
node=$top_builddir/tests/parquet/node
mkdir -p "$node" || exit 99
node=$(CDPATH= cd -- "$node" && pwd)
if ! cmp -s "$testdir/package-lock.json" "$node/stamp"; then
	rm -rf "$node/node_modules" "$node/stamp"
	cp "$testdir/package.json" "$testdir/package-lock.json" "$node" || exit 99
	chmod u+w "$node"/*.json
	if ! (cd "$node" && timeout 120 npm install --no-audit --no-fund --ignore-scripts) \
		>"$work/npm" 2>&1 </dev/null; then
		echo 'skip: DuckDB could not be installed from the npm registry:'
		grep -v warn "$work/npm" | head -n 5
		exit 77
	fi
	cp "$testdir/package-lock.json" "$node/stamp"
fi
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
cp -R "$testdir" "$work/tree"
"$IOTRACE" -q -e all -o run.parquet -o run.csv -o run.summary --top=500 -- \
	sh -c 'find tree -type f -exec cat {} +; cat missing' >/dev/null 2>&1
# name, calls, errors: of the first table.
awk '/^Calls/ { on = 1; next } /^$/ { on = 0 } on && $NF ~ /^[a-z_0-9]+$/ && $1 ~ /^[0-9]/ {
	print $NF, $1, $2 == "-" ? 0 : $2 }' run.summary >run.calls
asks run run.parquet run.csv run.calls
finish
