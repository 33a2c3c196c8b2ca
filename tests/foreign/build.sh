#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# gcc and make -j2: a package of Debian where its source can be had, and our own workload.
# The objects must be the same to the byte.
. "$(dirname -- "$0")/group.sh"

needs='gcc=gcc make=make'
items='own hello'
steady='own'
limit=600

run_own()
{
	cp "$KIT"/source/*.[ch] "$KIT"/source/*.def . || exit
	# The smaller half is enough.
	cat >Makefile <<-'END'
		objects = attach.o expect.o mem.o params.o sys.o task.o uring.o sc_dup.o sc_dir.o
		all: library.a
		library.a: $(objects)
		%.o: %.c
			$(CC) -std=gnu11 -D_GNU_SOURCE -O1 -I. -c -o $@ $<
		library.a:
			$(AR) crD $@ $(objects)
	END
	make -j2 >log 2>&1
	echo "make $?"
	sort log
	sha256sum ./*.o ./*.a
	make
	echo 'syntax error' >mem.c
	make -j2 -k >log 2>&1
	echo "make $?"
	sort log
}

run_hello()
{
	cp -Rp "$KIT"/prepared/hello-* . && cd hello-* || exit 99
	{ ./configure --disable-nls && make -j2 && make check && ./hello; } >../log 2>&1
	echo "status $?"
	sort ../log
	sha256sum hello src/*.o
}

# With lists and a cache of its own, so that the system's stay as they are.
prepare()
{
	[ "$1" = hello ] || return 0
	command -v apt-get >/dev/null && . /etc/os-release || return
	mkdir -p state/lists/partial cache/archives/partial
	echo "deb-src http://deb.debian.org/debian $VERSION_CODENAME main" >sources.list
	set -- apt-get -q -o Dir::Etc::SourceList="$PWD/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::State="$PWD/state" \
		-o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$PWD/cache" \
		-o APT::Sandbox::User=
	"$@" update && "$@" source --download-only hello && tar -xf hello_*.orig.tar.gz
}

even()
{
	# In the order of two jobs there is luck; configure tells the year of files it made.
	grep -vE 'conftest|Entering|Leaving'
}

serve "$@"
