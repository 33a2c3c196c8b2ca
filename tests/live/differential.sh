#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# differential.sh [NAME]...: real programs, untraced, under strace and under iotrace. The
# output and the exit status must be those of the untraced run, and the multiset of
# (call, path, result) that of strace: for the default selection, and
# for some programs for all calls.
#
# What is left out of the comparison, and why:
#  - reads and writes of pipes, and their polls: how often a pipe is read until it is empty
#    depends on who runs when;
#  - inode numbers of pipes and sockets, addresses, process ids: other ones each time;
#  - descriptor numbers in the threaded program, whose threads open files at the same time;
#  - names made of random letters (cc??????.o of gcc, NAME-????????.o.tmp of clang,
#    tmp_obj_?????? and t?????? of git): the letters;
#  - calls that this strace has no name for.
# Those are left out on both sides alike.

. "$(dirname -- "$0")/../lib.sh"
ROWS_TSV=$(built "${ROWS_TSV:-$top_builddir/rows_tsv}")

if ! command -v strace >/dev/null 2>&1; then
	echo 'skip: no strace to compare with'
	exit 77
fi
need_ptrace

# Other people's settings must not be part of it.
HOME=$work/home
GIT_CONFIG_NOSYSTEM=1
PYTHONHASHSEED=0
PYTHONDONTWRITEBYTECODE=1
MAKEFLAGS=
export HOME GIT_CONFIG_NOSYSTEM PYTHONHASHSEED PYTHONDONTWRITEBYTECODE MAKEFLAGS
unset MAKELEVEL MFLAGS
mkdir "$work/home"

# ---- what the programs work on ----
fixture=$work/fixture
mkdir "$fixture"
(
	cd "$fixture" || exit 99
	mkdir -p tree/a/b tree/c "tree/with space"
	for i in 1 2 3 4 5 6 7 8; do
		echo "file $i" >"tree/a/f$i"
		echo "file $i" >"tree/a/b/g$i"
	done
	ln -s a/f1 tree/link
	ln -s nowhere tree/dangling
	tar cf tree.tar tree
	mkdir project
	cat >project/Makefile <<-'END'
		all: hello
		hello: main.o greet.o
			$(CC) -o $@ main.o greet.o
		main.o: main.c greet.h
		greet.o: greet.c greet.h
		clean:
			rm -f hello main.o greet.o
	END
	printf 'const char *greet(void);\n' >project/greet.h
	printf '#include "greet.h"\nconst char *greet(void) { return "hello"; }\n' \
		>project/greet.c
	printf '#include <stdio.h>\n#include "greet.h"\nint main(void) { return puts(greet()) < 0; }\n' \
		>project/main.c
	cat >threads.c <<-'END'
		#include <fcntl.h>
		#include <pthread.h>
		#include <stdio.h>
		#include <unistd.h>
		static void *work(void *arg)
		{
			char name[32], buf[16];
			snprintf(name, sizeof(name), "thread-%d", *(int *)arg);
			for (int i = 0; i < 20; i++) {
				int fd = open(name, O_RDWR | O_CREAT, 0600);
				int copy = dup(fd);
				if (pwrite(copy, name, 8, i) != 8 || pread(fd, buf, 8, i) != 8)
					return arg;
				close(copy);
				close(fd);
			}
			return NULL;
		}
		int main(void)
		{
			pthread_t t[8];
			int n[8];
			void *bad;
			for (int i = 0; i < 8; i++)
				n[i] = i, pthread_create(&t[i], NULL, work, &n[i]);
			for (int i = 0; i < 8; i++)
				if (pthread_join(t[i], &bad) || bad)
					return 1;
			return 0;
		}
	END
	if command -v git >/dev/null 2>&1; then
		git init -q repo && cd repo && cp -R ../tree . &&
			git add -A && git -c user.name=n -c user.email=e commit -qm first
	fi
) >/dev/null 2>&1
CC=${CC:-cc}
have_cc=no
if command -v ${CC%% *} >/dev/null 2>&1 &&
	$CC -pthread -o "$fixture/threads" "$fixture/threads.c" 2>/dev/null; then
	have_cc=yes
fi

# ---- one comparison ----

# The calls of the default selection, for strace: names it does not know are passed over.
selection=$("$IOTRACE" syscalls FS,AIO,Network --json | tr ',{' '\n\n' |
	sed -n 's/.*"name": *"\([a-z0-9_]*\)".*/?\1/p' | sort -u | paste -s -d , -)
if [ -z "$selection" ]; then
	echo 'FAIL: iotrace syscalls lists nothing' >&2
	exit 1
fi

# fresh: a new copy of the fixture, always by the same name.
fresh() {
	cd / && rm -rf "$work/run" &&
		cp -R "$fixture" "$work/run" && cd "$work/run" || exit 99
}

# With the agent a program has a few more mappings, and whoever reads of them gets more bytes.
own_maps=
if [ "${ENGINE-}" = inline ]; then
	own_maps='s/^(read	[^	]*	\/proc\/PID\/maps	).*/\1N/'
fi

# Leaves out and evens out what differs by nature.
even() {
	sed -E \
		-e 's/cc[A-Za-z0-9]{6}(\.[a-z.]+)?$/ccTEMP\1/; s/\/cc[A-Za-z0-9]{6}([.	])/\/ccTEMP\1/g' \
		-e 's/-[0-9a-f]{8}(\.o\.tmp|\.[a-z]+)	/-TEMP\1	/g' \
		-e 's/\/\.git\/t[A-Za-z0-9]{6}	/\/.git\/tTEMP	/' \
		-e "$own_maps" \
		-e 's/tmp_(obj|pack|idx|rev)_[A-Za-z0-9]{6}/tmp_\1_TEMP/g' \
		-e 's/sh-thd[.-][A-Za-z0-9]+/sh-thd-TEMP/g' |
		grep -Ev '^(read|write|readv|writev|poll|ppoll|splice|tee|lseek|ioctl)	[^	]*	pipe:\[N\]	' |
		grep -Ev '^syscall_' |
		sort
}

# compare NAME COMMAND...: the three runs. In $calls the selection for strace, in $options
# for iotrace; in $fds "any" if descriptor numbers are a matter of luck; in $folded a pattern
# of rows that strace has for the interruptions of what iotrace must show as one call.
compare() {
	name=$1
	shift
	fresh
	bounded "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	status0=$?
	mv "$work/stdout" "$work/0.out" && mv "$work/stderr" "$work/0.err"
	fresh
	bounded strace -f -y -q -s 0 -e "trace=$calls" -o "$work/strace.txt" \
		-- "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	fresh
	bounded "$IOTRACE" $options ${ENGINE:+--engine="$ENGINE"} -o "$work/rows.jsonl" -- "$@" \
		>"$work/stdout" 2>"$work/stderr" </dev/null
	status2=$?
	mv "$work/stdout" "$work/2.out" && mv "$work/stderr" "$work/2.err"
	cd "$work" || exit 99
	if [ "$status2" -ne "$status0" ]; then
		fail "$name" "exit status $status2 instead of $status0" "$work/2.err"
		return
	fi
	if ! cmp -s "$work/0.out" "$work/2.out" || ! cmp -s "$work/0.err" "$work/2.err"; then
		diff "$work/0.out" "$work/2.out" >"$work/diff"
		diff "$work/0.err" "$work/2.err" >>"$work/diff"
		fail "$name" 'the output is not that of the untraced run' "$work/diff"
		return
	fi
	if ! "$ROWS_TSV" "$work/rows.jsonl" >"$work/rows.tsv"; then
		fail "$name" 'the rows cannot be read'
		return
	fi
	awk -f "$testdir/strace-rows.awk" "$work/strace.txt" |
		awk -v fds="$fds" -f "$testdir/call-keys.awk" |
		grep -Ev "^${folded:-	}\$" | even >"$work/strace.keys"
	awk -v rows=iotrace -v fds="$fds" -f "$testdir/call-keys.awk" "$work/rows.tsv" | even >"$work/rows.keys"
	diff "$work/strace.keys" "$work/rows.keys" >"$work/diff"
	if ! [ -s "$work/strace.keys" ] || [ -s "$work/diff" ]; then
		fail "$name" "strace (<) and iotrace (>) differ in $(grep -c '^[<>]' \
			"$work/diff") of $(wc -l <"$work/strace.keys") calls" "$work/diff"
		[ -z "${KEEP-}" ] || cp "$work"/*.keys "$work"/*.tsv "$work"/*.txt \
			"$work"/*.jsonl "$KEEP"
		return
	fi
	pass
}

# want NAME TOOL: true if NAME is asked for and TOOL is there.
want() {
	case " $names " in
	"  " | *" $1 "*) ;;
	*) return 1 ;;
	esac
	if ! command -v "$2" >/dev/null 2>&1; then
		skip "$1" "no $2"
		return 1
	fi
}

names=$* calls=$selection options= fds= folded=
want true true && compare true true
want ls ls && compare ls ls -lR tree
want find find && compare find find tree /usr/include -name '*.h' -newer tree/a/f1
want tar-create tar && compare tar-create tar cf new.tar tree
want tar-extract tar && compare tar-extract tar xf tree.tar -C project
want cp cp && compare cp cp -a tree copy
want mv mv && compare mv mv tree/a/f1 tree/a/f2 tree/c
want grep grep && compare grep grep -r 'file 3' tree
want git-clone git && compare git-clone git -c pack.threads=1 clone -q --no-hardlinks repo clone
want git-log git && compare git-log git -C repo log --stat
want python python3 && compare python "$(python3 -c 'import sys; print(sys.executable)')" -S -c '
import os, json, tempfile
for base, dirs, files in os.walk("tree"):
    for f in sorted(files):
        p = os.path.join(base, f)
        print(os.path.islink(p) or open(p).read(), end="")
os.rename("tree/a/f1", "tree/a/renamed")
raise SystemExit(3)'
# shellcheck disable=SC2016
want bash bash && compare bash bash -c '
for f in tree/a/f*; do cat "$f" | tr a-z A-Z; done | sort -r
(sleep 0.01; echo late >late.txt) &
echo "$(wc -l <tree/a/f1)" >count.txt
wait
cat late.txt count.txt
exit 7'
want sh sh && compare sh sh -c 'cd tree/a && cat f1 ../a/f2 2>&1; cat missing; kill -TERM $$'
if [ "$have_cc" = yes ]; then
	want make make && compare make make -C project
	want compile true && compare compile $CC -O1 -c -o main.o project/main.c
	fds=any
	if [ "${ENGINE-}" = inline ]; then
		skip threads 'of a number, 32 former meanings are known: too few for how fast the agent is'
	else
		want threads true && compare threads ./threads
	fi
	fds=
else
	skip make 'no C compiler'
fi

# Every call of them: all there, none twice.
calls=all options='-e all'
want all-ls ls && compare all-ls ls -lR tree
want all-tar tar && compare all-tar tar xf tree.tar -C project
want all-sh sh && compare all-sh sh -c 'cat tree/a/f1; (exit 3); cat tree/a/f2 tree/none'
want all-python python3 && compare all-python \
	"$(python3 -c 'import sys; print(sys.executable)')" -S -c 'print(open("tree/a/f1").read())'

# Calls of the i386 table, in a program without a libc.
elf32=$work/elf32
if as --32 -o "$elf32.o" "$testdir/elf32.s" 2>/dev/null &&
	ld -m elf_i386 -o "$elf32" "$elf32.o" 2>/dev/null && (
		fresh
		"$elf32" || [ $? -eq 5 ]
	) 2>/dev/null; then
	# Each read is carried on: the handlers have SA_RESTART.
	folded='read	.*	\? ERESTART'
	want elf32 true && compare elf32 "$elf32"
	options='-e all --no-seccomp'
	want elf32-no-seccomp true && compare elf32-no-seccomp "$elf32"
else
	skip elf32 'no 32-bit programs can be made, or run'
fi
cd / || exit 99
finish
