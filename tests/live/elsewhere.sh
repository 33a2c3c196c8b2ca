#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Programs without a libc, with another one, and in other places: their rows name the file
# "elsewhere.txt" as doc/semantics.md says. In a chroot that is the name from outside; where
# the program has a mount namespace with a root of its own, the name that it has there.

. "$(dirname -- "$0")/../lib.sh"
ELSEWHERE=$(built "${ELSEWHERE:-$top_builddir/elsewhere}")
need_ptrace
cd "$work" || exit 99
mkdir -p root/work root/proc
cp "$ELSEWHERE" root/elsewhere || exit 99

# can COMMAND...: whether that runs here, untraced, and ends as the program does.
can() {
	"$@" >/dev/null 2>&1
	[ $? -eq 7 ]
}

# names NAME FILE COMMAND...: traced it ends as ever, and four calls or more name FILE.
names() {
	name=$1 file=$2
	shift 2
	if ! can "$@"; then
		skip "$name" 'cannot be had here'
		return
	fi
	timeout -k 5 60 "$IOTRACE" -e all $options -o rows.jsonl -- "$@" >out 2>err
	status=$?
	if [ "$status" -ne 7 ]; then
		fail "$name" "status $status instead of 7" err
		return
	fi
	# The program itself is another file.
	grep '/elsewhere.txt"' rows.jsonl | sed 's/.*"file":"\([^"]*\)".*/\1/' >files
	if [ "$(sort -u files)" = "$file" ] && [ "$(wc -l <files)" -ge 4 ] &&
		! [ -s err ]; then
		pass
	else
		cat err >>files
		fail "$name" "not the file $file" files
	fi
}

if ! can sh -c 'cd root/work && exec ../elsewhere'; then
	echo 'FAIL: the program does not work untraced' >&2
	exit 1
fi
for options in '' --no-seccomp --no-proc; do
	names "raw$options" "$work/root/work/elsewhere.txt" \
		sh -c 'cd root/work && exec ../elsewhere'
	names "user-namespace$options" "$work/root/work/elsewhere.txt" \
		unshare -Ur sh -c 'cd root/work && exec ../elsewhere'
	names "pid-namespace$options" "$work/root/work/elsewhere.txt" \
		unshare -Urpf --mount-proc sh -c 'cd root/work && ../elsewhere'
	names "no-proc-inside$options" "$work/root/work/elsewhere.txt" \
		unshare -Urm sh -c 'mount -t tmpfs none /proc && cd root/work && exec ../elsewhere'
	names "chroot$options" "$work/root/elsewhere.txt" \
		unshare -Ur chroot "$work/root" /elsewhere
	names "mount-namespace$options" /mnt/elsewhere.txt \
		unshare -Urm sh -c 'mount -t tmpfs none /mnt && cp root/elsewhere /mnt && cd /mnt &&
			exec ./elsewhere'
	names "bwrap$options" /work/elsewhere.txt \
		bwrap --unshare-all --bind "$work/root" / --chdir /work /elsewhere
	names "bwrap-with-proc$options" /tmp/work/elsewhere.txt \
		bwrap --unshare-all --ro-bind / / --tmpfs /tmp --bind "$work/root" /tmp \
		--proc /proc --dev /dev --chdir /tmp/work /tmp/elsewhere
done

# Other C libraries, and none that is loaded.
cat >libc.c <<'END'
#include <stdio.h>
int main(void)
{
	FILE *f = fopen("elsewhere.txt", "w+");
	char buf[8];
	if (!f || fputs("text", f) < 0 || fseek(f, 0, SEEK_SET) || !fgets(buf, sizeof(buf), f))
		return 1;
	return fclose(f) ? 2 : 7;
}
END
options= source=libc.c
# libc NAME COMPILER OPTION...
libc() {
	name=$1
	shift
	if "$@" -o "$name" "$source" 2>/dev/null; then
		names "$name" "$work/elsewhere.txt" "./$name"
	else
		skip "$name" "cannot be built by $*"
	fi
}
libc glibc-static cc -static
libc musl musl-gcc
libc musl-static musl-gcc -static
if command -v go >/dev/null 2>&1; then
	cat >main.go <<-'END'
		package main

		import "os"

		func main() {
			if os.WriteFile("elsewhere.txt", []byte("text"), 0600) != nil {
				os.Exit(1)
			}
			if _, err := os.ReadFile("elsewhere.txt"); err != nil {
				os.Exit(2)
			}
			os.Exit(7)
		}
	END
	source=main.go
	libc go-program go build
else
	skip go-program 'no go'
fi
finish
