#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [--quick] [--list] [GROUP[/ITEM]]...
#
# Programs that know nothing of iotrace, untraced and under it: with `-e all` and with the
# default selection. Exit status and output must be the same, no event may be lost, nothing
# may hang or live on. Without names: everything; --quick: what is small, quick and steady.
#
# A group is a file GROUP.sh beside this one (their head: group.sh). What is missing on this
# machine is skipped and named; as root `./bootstrap packages foreign` installs it. Each run
# gets an empty directory, an environment of its own and, if we are root, the rights of
# nobody. Wants iotrace and watchdog in $top_builddir, or where IOTRACE and WATCHDOG say.
#
# FOREIGN_OPTIONS are more options for iotrace, as --no-seccomp.
#
# The table: verdicts (ok, exit N, hang, left: processes that lived on), events and lost
# ones of -e all, its time as a multiple of the untraced run's, and what differed. A
# difference counts when it is there three times in a row, and no untraced run shows the
# same; known.tbl names causes of differences that no tracer can avoid.
set -u

LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
iotrace=${IOTRACE:-$build/iotrace}
watchdog=${WATCHDOG:-$build/watchdog}
tries=3
quick=0 list=0 names=()
for arg; do
	case $arg in
	--quick) quick=1 ;;
	--list) list=1 ;;
	-*)
		echo "usage: $0 [--quick] [--list] [GROUP[/ITEM]]..." >&2
		exit 125
		;;
	*) names+=("$arg") ;;
	esac
done
for program in "$iotrace" "$watchdog"; do
	[ -x "$program" ] || {
		echo "$0: $program is not built" >&2
		exit 99
	}
done

# Where nobody may go too: the build directory may be closed to others.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-foreign.XXXXXX") || exit 99
scratch=$(cd "$scratch" && pwd -P)
current=
# shellcheck disable=SC2317 # called by trap
clean_up()
{
	if [ -n "$current" ] && kill "$current" 2>/dev/null; then
		wait "$current"
	fi
	chmod -R u+rwX "$scratch" 2>/dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 99' HUP INT TERM
chmod 755 "$scratch"
mkdir -p "$scratch/kit/prepared" "$scratch/out"
cp "$iotrace" "$scratch/kit/iotrace" && cp "$here"/*.sh "$here"/*.tbl "$scratch/kit" || exit 99
cp -R "$here/../../workload" "$scratch/kit/source" || exit 99
chmod -R a+rX "$scratch/kit"

# The rights of nobody, where they can be had. env: background jobs of a shell ignore these.
become=(env --default-signal=INT,QUIT)
if [ "$(id -u)" = 0 ]; then
	user=$(id -u nobody) && usergroup=$(id -g nobody) || exit 99
	become+=(setpriv --reuid="$user" --regid="$usergroup" --clear-groups)
	chown "$user:$usergroup" "$scratch/out"
fi
if ! "${become[@]}" test -x "$scratch/kit/iotrace"; then
	echo "skip: nobody may not use $scratch; set TMPDIR to a directory open to all"
	exit 77
fi
if ! "${become[@]}" "$scratch/kit/iotrace" -q -- true 2>/dev/null; then
	echo 'skip: this system lets us trace nothing (ptrace is refused)'
	exit 77
fi

# group VERB...: what the group's file $group says.
group()
{
	"$scratch/kit/$group.sh" "$@"
}

# Runs $item, with the words before it: in an empty directory, for a bounded time. Leaves
# status and nanoseconds; output in $scratch/raw.
run_item()
{
	local start
	chmod -R u+rwX "$scratch/box" 2>/dev/null
	rm -rf "$scratch/box"
	mkdir -p "$scratch/box/tmp" "$scratch/box/home" "$scratch/box/work"
	[ "$(id -u)" != 0 ] || chown -R "$user:$usergroup" "$scratch/box"
	start=${EPOCHREALTIME/./}
	(cd "$scratch/box/work" && exec "$watchdog" -t "$limit" "${become[@]}" \
		env -i PATH="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LC_ALL=C TZ=UTC \
		HOME="$scratch/box/home" TMPDIR="$scratch/box/tmp" USER=nobody \
		QUICK=$quick KIT="$scratch/kit" \
		"$@" "$scratch/kit/$group.sh" run "$item") \
		>"$scratch/raw" 2>&1 </dev/null &
	current=$!
	wait "$current"
	status=$?
	current=
	took=$((${EPOCHREALTIME/./} - start))
	case $status in
	0) verdict=ok ;;
	123) verdict=left ;;
	124) verdict=hang ;;
	*) verdict="exit $status" ;;
	esac
}

# run_as WAY OPTION...: the item untraced (plain) or traced with the options; verdict and
# evened output go to $scratch/WAY.result.
run_as()
{
	local way=$1
	shift
	rm -f "$scratch/out/summary"
	if [ "$way" = plain ]; then
		run_item
	else
		# shellcheck disable=SC2086 # words
		run_item "$scratch/kit/iotrace" -q "$@" ${FOREIGN_OPTIONS-} --top=1 -o "summary:$scratch/out/summary" --
	fi
	{
		echo "verdict: $verdict"
		group even "$item" <"$scratch/raw" | sed "s,$scratch/box,BOX,g"
	} >"$scratch/$way.result"
	case $verdict in
	hang | left) sed -n '/^watchdog: /,$ p' "$scratch/raw" >"$scratch/stuck" ;;
	esac
}

# What the accounts of the last traced run say.
accounts()
{
	events=- lost=-
	if [ -s "$scratch/out/summary" ]; then
		read -r events lost < <(sed -n \
			's/^Events: \([0-9]*\);.*counted only: \([0-9]*\);.*lost: \([0-9]*\).*/\1 \3/p' \
			"$scratch/out/summary")
	fi
}

# Differences of $1.result that no untraced run shows.
differences()
{
	diff "$scratch/plain.result" "$scratch/$1.result" | sed -n 's/^[<>] //p' |
		if [ -s "$scratch/plain.seen" ]; then
			grep -vxF -f "$scratch/plain.seen"
		else
			cat
		fi
}

# traced WAY OPTION...: traces $item until it is like an untraced run, $tries times at most.
# Sets note where it was not like it; returns 1 if it never was.
traced()
{
	local way=$1 try differing=
	for ((try = 1; try <= tries; try++)); do
		run_as "$@"
		accounts
		case $verdict in
		hang | left)
			note="$way: $verdict"
			return 1
			;;
		esac
		if [ "$lost" != 0 ]; then
			note="$way: lost $lost; $(tail -n 1 "$scratch/raw" | cut -c1-120)"
			return 1
		fi
		if cmp -s "$scratch/plain.result" "$scratch/$way.result"; then
			[ $try = 1 ] || note="$way: $differing once in $try runs"
			return 0
		fi
		# What changes from run to run without us is no difference.
		local keep_verdict=$verdict keep_took=$took
		cp "$scratch/plain.result" "$scratch/plain.first"
		run_as plain
		sort -u "$scratch/plain.result" "$scratch/plain.first" "$scratch/plain.seen" \
			-o "$scratch/plain.seen"
		cp "$scratch/plain.first" "$scratch/plain.result"
		verdict=$keep_verdict took=$keep_took
		differing=$(differences "$way" | head -n 1 | cut -c1-70)
		if [ -z "$differing" ]; then
			note="$way: as untraced runs differ, too"
			return 0
		fi
	done
	note="$way: $differing"
	return 1
}

known_cause()
{
	local pattern cause
	while IFS=$'\t' read -r pattern cause; do
		# shellcheck disable=SC2053,SC2254 # a pattern
		case $group/$item in
		\#*) ;;
		$pattern)
			echo "$cause"
			return
			;;
		esac
	done <"$scratch/kit/known.tbl"
}

row='%-28s %-9s %-9s %9s %5s %6s  %s\n'
passed=0 failed=0 skipped=0 repeated=0

compare()
{
	local note='' plain plain_took ratio=- cause ok=1 all_events all_lost all_verdict
	: >"$scratch/plain.seen"
	run_as plain
	plain=$verdict plain_took=$took
	if [ "$plain" = hang ] || [ "$plain" = left ]; then
		printf "$row" "$group/$item" "$plain" - - - - "skipped: cannot even run untraced"
		skipped=$((skipped + 1))
		return
	fi
	traced all -e all || ok=0
	all_verdict=$verdict all_events=$events all_lost=$lost
	ratio=$(awk -v a="$took" -v b="$plain_took" 'BEGIN { printf "%.2f", a / b }')
	[ $ok = 0 ] || traced default || ok=0
	if [ $ok = 1 ]; then
		passed=$((passed + 1))
		[ -z "$note" ] || repeated=$((repeated + 1))
	else
		cause=$(known_cause)
		if [ -n "$cause" ]; then
			skipped=$((skipped + 1))
			note="known: $cause"
		else
			failed=$((failed + 1))
			note="DIFFERS $note"
		fi
	fi
	printf "$row" "$group/$item" "$plain" "$all_verdict" "$all_events" "$all_lost" \
		"$ratio" "$note"
	case $note in
	DIFFERS*hang | DIFFERS*left) head -n 60 "$scratch/stuck" | cut -c1-300 ;;
	esac
}

# Whether the names on the command line want $group/$item.
wanted()
{
	local name
	[ ${#names[@]} -gt 0 ] || return 0
	for name in "${names[@]}"; do
		# shellcheck disable=SC2053 # patterns are welcome
		[[ $group == $name || $group/$item == $name ]] && return 0
	done
	return 1
}

[ $list = 1 ] || printf "$row" program untraced traced events lost time differences
for file in "$scratch"/kit/*.sh; do
	group=$(basename "$file" .sh)
	case $group in
	run | group) continue ;;
	esac
	if [ $quick = 1 ]; then
		items=$(group quick)
	else
		items=$(group list)
	fi
	limit=$(group limit)
	for item in $items; do
		wanted || continue
		if [ $list = 1 ]; then
			echo "$group/$item"
		elif missing=$(group missing "$item") && [ -n "$missing" ]; then
			printf "$row" "$group/$item" - - - - - "skipped: needs $missing"
			skipped=$((skipped + 1))
		elif ! (cd "$scratch/kit/prepared" && group prepare "$item") >"$scratch/raw" 2>&1; then
			printf "$row" "$group/$item" - - - - - "skipped: $(tail -n 1 "$scratch/raw")"
			skipped=$((skipped + 1))
		else
			chmod -R a+rX "$scratch/kit/prepared"
			compare
		fi
	done
done
[ $list = 0 ] || exit 0
[ $repeated = 0 ] || echo "$repeated of them differed in a run that was like it when repeated"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] || exit 1
[ $passed -gt 0 ] || exit 77
