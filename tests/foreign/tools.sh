#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The small tools: coreutils under dash and bash, and busybox with its own shell, do the same
# fixed script.
. "$(dirname -- "$0")/group.sh"

needs='ls=coreutils find=findutils'
needs_busybox='busybox=busybox'
items='dash bash busybox'
steady=$items

run_item()
{
	case $1 in
	busybox)
		bin=$(cd .. && pwd)/bin
		mkdir "$bin" && ln -s "$(command -v busybox)" "$bin/busybox" &&
			busybox --install -s "$bin" || exit 99
		PATH=$bin
		exec busybox sh "$0" run script
		;;
	script) script ;;
	*) exec "$1" "$0" run script ;;
	esac
}

files()
{
	umask 022
	mkdir -p a/b/c 'with space' && cd a || return
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "line $i" >"f$i"
	done
	cp f1 f2 b && mv f3 b/c/moved && ln f4 hard && ln -s f5 soft && ln -s nowhere dangling
	cp -R b copy && rm -r b && ls -R . && readlink soft dangling
	chmod 000 f6 && cat f6
	chmod 640 f6 && stat -c '%n %a %s %h %F' f* hard soft
	dd if=/dev/zero of=zero bs=1k count=100 2>/dev/null && wc -c zero
	truncate -s 5000 zero && wc -c <zero
	find . -type f -name 'f*' -exec basename {} \; | sort
	find . -type l | sort | xargs ls -d
	touch -d '2020-02-02 02:02:02' f7 && ls -l --full-time f7 2>/dev/null || date -r f7
	du -a copy | awk '{ print $2 }' | sort
	cmp f1 f2
	cat f1 nofile f2
	rmdir copy
	mkfifo pipe && { echo through >pipe & } && cat pipe && wait
	cd ..
}

text()
{
	i=0
	while [ $i -lt 200 ]; do
		i=$((i + 1))
		echo "$((i * 7919 % 1009)) word$((i % 17))"
	done >numbers
	sort -n numbers | head -n 5
	sort -k2,2 -k1,1n numbers | uniq -f 1 -c | tail -n 3
	cut -d' ' -f2 numbers | sort | uniq -c | sort -rn | head -n 2
	tr 'a-z' 'A-Z' <numbers | tail -n 1
	sed -n '5,7s/word/W/p' numbers
	grep -c word1 numbers
	md5sum numbers && cksum numbers
	split -l 50 numbers part. && cat part.* | cmp - numbers && ls part.*
	yes | head -n 1000 | wc -l
	seq 1 2000 | tee copy | tail -n 1 && wc -l <copy
	od -c numbers | head -n 2
}

processes()
{
	false
	echo "false $?"
	sh -c 'exit 42'
	echo "exit $?"
	sh -c 'kill -TERM $$' 2>/dev/null
	echo "term $?"
	sh -c 'trap "echo caught; exit 3" USR1; kill -USR1 $$; echo not reached'
	echo "trap $?"
	sleep 30 &
	kill $!
	wait $! 2>/dev/null
	echo "killed $?"
	(sleep 0.1; exit 9) &
	wait $!
	echo "waited $?"
	timeout 0.2 sleep 30
	echo "timeout $?"
	timeout -s KILL 0.2 sleep 30 2>/dev/null
	echo "timeout kill $?"
	yes | head -n 1
	(trap '' PIPE; yes 2>/dev/null; echo "yes ended $?" >&2) | head -n 1
	nice -n 5 nice
	env -i A=b env
	echo one two | xargs -n 1 echo
	for i in 1 2 3 4 5 6 7 8; do
		(for j in 1 2 3 4 5; do /bin/true; done; echo "child $i") &
	done | sort
	wait
	no-such-command 2>/dev/null
	echo "no command $?"
	./a/f1 2>/dev/null
	echo "no program $?"
	echo full >/dev/full
	echo "full $?"
	cat <&-
	echo "closed $?"
}

script()
{
	files
	text
	processes
	ls /no/such/dir /dev/null
}

# dash and bash tell their own name and the line, the tools of busybox their applet.
even()
{
	sed -E 's/: [0-9]+: /: N: /; s/line [0-9]+: +([0-9]+ )?/line N: /'
}

serve "$@"
