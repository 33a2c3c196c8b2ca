#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of the command line. The function for bash is called as bash would; what fish
# offers is asked of fish, and zsh's is checked for its syntax, where these shells are there.

# shellcheck source=tests/lib.sh
. "$(dirname -- "$0")/lib.sh"
completions=$(cd "$top_builddir/completions" && pwd)

# Of bash it is only of use while bash completes.
compopt()
{
	:
}
# shellcheck disable=SC1091
. "$completions/bash/iotrace" || fail bash 'cannot be read'

# offers WORDS WANTED...: behind WORDS, split as bash does, all of WANTED is offered, and
# nothing that stands behind "not". WORDS ends with the word at hand, "" if it is empty.
offers()
{
	local words=$1 wanted there=1
	eval "COMP_WORDS=($words)"
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_iotrace >"$work/said" 2>&1
	[ -s "$work/said" ] && fail "$words" 'it prints something' "$work/said"
	shift
	for wanted; do
		if [ "$wanted" = not ]; then
			there=0
		elif printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -e "$wanted"; then
			[ $there = 1 ] || fail "$words" "offers $wanted"
		else
			[ $there = 0 ] || fail "$words" "does not offer $wanted but ${COMPREPLY[*]:0:9}"
		fi
	done
	pass
}

cd "$work" || exit 99
touch csv-file.txt
mkdir dir
offers 'iotrace --tr' --trace= --tree not --sort= -e
offers 'iotrace -' -e -o --trace= --quiet not --json
offers 'iotrace report --' --filter= --sort= not --attach= --duration= --json
offers 'iotrace syscalls --' --json not --trace=
offers 'iotrace --trace = F' FS not Network all
offers 'iotrace --trace = ' FS all openat not newstat
offers 'iotrace -e FS,Net' FS,Network not Network
offers "iotrace -e 'FS,!clos'" 'FS,!close' not FS,close
offers 'iotrace --sample = re' read readv not FS
offers 'iotrace --format = ' csv jsonl parquet summary not seq
offers 'iotrace --columns = comm,fi' comm,file not file
offers 'iotrace report --sort = p9' p95 p99 not p50
offers 'iotrace --by = comm,sta' comm,stack
offers 'iotrace --metric = ' count latency bytes requested
offers 'iotrace --io-uring = d' deny not trace
offers 'iotrace --engine = ' auto stop
offers 'iotrace -o cs' csv: csv-file.txt not jsonl:
offers 'iotrace -o csv : d' dir not dirname: csv:
offers 'iotrace -o csv :' dir
offers "iotrace -p 1,$$" "1,$$"
offers 'iotrace re' report not --trace=
offers 'iotrace -q re' not report
offers 'iotrace -e FS rm' rm not FS
offers 'iotrace -o csv : dir/x.csv rm' rm not dir
offers 'iotrace ls --tr' not --trace=
offers 'iotrace ls -e ""' not FS
offers 'iotrace -- --tr' not --trace=
offers 'iotrace syscalls Net' Network

# What is not made from a table here must be what the program takes.
for option in --engine= --io-uring= --metric= --sort=; do
	eval "COMP_WORDS=(iotrace ${option%=} = '')"
	COMP_CWORD=3
	_iotrace
	for word in "${COMPREPLY[@]}"; do
		"$IOTRACE" -c "$option$word" >said 2>&1
		if grep -q unknown said || grep -q 'cannot sort' said; then
			fail "$option$word" 'is offered, but not taken' said
		else
			pass
		fi
	done
done

if command -v fish >/dev/null; then
	HOME=$work
	export HOME
	fish --no-config -n "$completions/fish/iotrace.fish" || fail fish 'syntax'
	# fish_offers LINE WANTED
	fish_offers()
	{
		if fish --no-config -c "source '$completions/fish/iotrace.fish'; complete -C '$1'" \
			2>said | cut -f1 | grep -qxF -e "$2"; then
			pass
		else
			fail "fish: $1" "does not offer $2" said
		fi
	}
	fish_offers 'iotrace --tra' --trace
	fish_offers 'iotrace --trace=FS,Net' --trace=FS,Network
	fish_offers 'iotrace report --sort=p9' --sort=p95
	fish_offers 'iotrace rep' report
else
	skip fish 'it is not installed'
fi
if command -v zsh >/dev/null; then
	if zsh -f -n "$completions/zsh/_iotrace" 2>said; then
		pass
	else
		fail zsh 'syntax' said
	fi
else
	skip zsh 'it is not installed'
fi
finish
