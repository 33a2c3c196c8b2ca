# SPDX-License-Identifier: GPL-2.0-or-later
# What the shell tests share. Sourced with $0 the test; wants IOTRACE, IOWORKLOAD and WATCHDOG
# in the environment or iotrace, ioworkload and watchdog in the current directory. Sets
# $work, a directory that goes away at the end, and TMPDIR, another one that must be empty
# then; counts: pass, fail, skip, then finish.

LC_ALL=C
export LC_ALL
top_builddir=${top_builddir:-.}
testdir=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

# The absolute name of a program we built.
built() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*) printf '%s/%s\n' "$(CDPATH= cd -- "$(dirname -- "$1")" && pwd)" \
		"$(basename -- "$1")" ;;
	esac
}

IOTRACE=$(built "${IOTRACE:-$top_builddir/iotrace}")
IOWORKLOAD=$(built "${IOWORKLOAD:-$top_builddir/ioworkload}")
WATCHDOG=$(built "${WATCHDOG:-$top_builddir/watchdog}")
for program in "$IOTRACE" "$IOWORKLOAD" "$WATCHDOG"; do
	if ! [ -x "$program" ]; then
		echo "$0: $program is not built" >&2
		exit 99
	fi
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-test.XXXXXX") || exit 99
scratch=$(CDPATH= cd -- "$scratch" && pwd -P)
trap 'rm -rf "$scratch"' EXIT
work=$scratch/work
TMPDIR=$scratch/tmp
export TMPDIR
mkdir "$work" "$TMPDIR" || exit 99
trap 'exit 99' HUP INT PIPE TERM

passed=0 failed=0 skipped=0

pass() {
	passed=$((passed + 1))
}

# fail NAME WHAT: a line and, if there is one, the file of details.
fail() {
	failed=$((failed + 1))
	printf 'FAIL %s: %s\n' "$1" "$2"
	if [ -n "${3-}" ] && [ -s "$3" ]; then
		head -n 20 "$3" | cut -c 1-600 | sed 's/^/    /'
		# A hang comes with the state of all threads: that is wanted whole.
		sed -n '21,$ { /^watchdog: /,$ p; }' "$3" | cut -c 1-600 | sed 's/^/    /'
	fi
}

skip() {
	skipped=$((skipped + 1))
	printf 'skip %s: %s\n' "$1" "$2"
}

finish() {
	left=$(ls -A "$TMPDIR" | tr '\n' ' ')
	[ -z "$left" ] || fail TMPDIR "files left: $left"
	printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ] || exit 1
	[ "$passed" -gt 0 ] || exit 77
	exit 0
}

# The bound of a single run. It must never be met by a run that goes well on a slow and
# loaded machine.
seconds=${TEST_SECONDS:-120}

# bounded COMMAND...: runs it for at most $seconds. Status 124: it hung; 123: processes that
# it started lived on. Both are printed to standard error with their states, and killed.
bounded() {
	"$WATCHDOG" -t "$seconds" "$@"
}

# awaits FILE PID: waits until FILE is there. False: PID, a background job of this shell,
# ended without it. Its parent is asked for, as its number may be another's by then.
awaits() {
	until [ -e "$1" ]; do
		grep -qs "^PPid:[[:space:]]*$$\$" "/proc/$2/status" || break
		sleep 0.01
	done
	[ -e "$1" ]
}

# Ends the whole test where nothing may be traced.
need_ptrace() {
	if ! "$IOWORKLOAD" --probe; then
		echo "skip: this system lets us trace nothing (ptrace is refused)"
		exit 77
	fi
}

# Installs what package-lock.json beside the test names from the npm registry, once for a
# build directory, into $1 there; sets $node to the place. Ends the test where that fails.
npm_packages() {
	for program in node npm timeout; do
		command -v $program >/dev/null || {
			echo "skip: $program is not installed"
			exit 77
		}
	done
	mkdir -p "$top_builddir/$1" || exit 99
	node=$(CDPATH= cd -- "$top_builddir/$1" && pwd)
	# What was interrupted has no stamp.
	cmp -s "$testdir/package-lock.json" "$node/stamp" && return
	rm -rf "$node/node_modules" "$node/stamp"
	cp "$testdir/package.json" "$testdir/package-lock.json" "$node" || exit 99
	chmod u+w "$node"/*.json
	if ! (cd "$node" && timeout 120 npm install --no-audit --no-fund --ignore-scripts) \
		>"$work/npm" 2>&1 </dev/null; then
		echo 'skip: packages could not be installed from the npm registry:'
		grep -v warn "$work/npm" | head -n 5
		exit 77
	fi
	cp "$testdir/package-lock.json" "$node/stamp"
}

# Prints the processes that work in directory $1 or below: leftovers of a run.
left_in() {
	for link in /proc/[0-9]*/cwd; do
		case $(readlink "$link" 2>/dev/null) in
		"$1" | "$1"/*)
			pid=${link#/proc/}
			pid=${pid%/cwd}
			[ "$pid" = $$ ] || printf '%s ' "$pid" \
				"$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")"
			;;
		esac
	done
}
