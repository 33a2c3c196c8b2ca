/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program may pass: nothing, addresses that are not mapped, strings without an end
 * or ending at the last byte of a page, absurd counts, names made of control characters.
 * The calls fail or work as they would; each has its row; nobody crashes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

static void
null_run(struct run *r)
{
	char *const none[] = { NULL };
	int p[2];

	(void)r;
	want(sys(SYS_openat, AT_FDCWD, NULL, O_RDONLY, 0), -EFAULT, "openat");
	want(sys(SYS_stat, NULL, NULL), -EFAULT, "stat");
	want(sys(SYS_rename, NULL, "x"), -EFAULT, "rename");
	want(sys(SYS_rename, "missing", NULL), -EFAULT, "rename");
	want(sys(SYS_execve, NULL, none, none), -EFAULT, "execve");
	want(sys(SYS_pipe, NULL), -EFAULT, "pipe");
	want(sys(SYS_pipe2, p, 0), 0, "pipe2");
	want(sys(SYS_write, p[1], NULL, 4L), -EFAULT, "write");
	want(sys(SYS_writev, p[1], NULL, 2L), -EFAULT, "writev");
	want(sys(SYS_getcwd, NULL, 100L), -EFAULT, "getcwd");
	want(sys(SYS_nanosleep, NULL, NULL), -EFAULT, "nanosleep");
	want(sys(SYS_poll, NULL, 1L, 0), -EFAULT, "poll");
}

const struct scenario sc_hostile_null = {
	.name = "hostile-null",
	.help = "NULL where something should be",
	.run = null_run,
	.expect = "openat FS open ret=-EFAULT\n"
		  "stat FS pathname ret=-EFAULT\n"
		  "rename FS name ret=-EFAULT file=?\n"
		  "rename FS name ret=-EFAULT old_file=?\n"
		  "execve Process exec ret=-EFAULT\n"
		  "pipe IPC pipe ret=-EFAULT\n"
		  "pipe2 IPC pipe fd=? file=$p~pipe:[*]\n"
		  "write FS fd ret=-EFAULT fd=$w file=$p\n"
		  "writev FS fd ret=-EFAULT fd=$w file=$p\n"
		  "getcwd FS null ret=-EFAULT\n"
		  "nanosleep Time sleep ret=-EFAULT requested_sleep_ns=-1\n"
		  "poll Polling poll ret=-EFAULT nfds=1 timeout_ns=0\n",
};

static void
unmapped_setup(struct run *r)
{
	r->val[0] = (long)(uintptr_t)bad_addr();
	want(sys(SYS_pipe2, r->fd, 0), 0, "pipe2");
	want(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, r->fd + 2), 0, "socketpair");
}

static void
unmapped_run(struct run *r)
{
	long bad = r->val[0], top = (long)0xffff800000000000ul, w = r->fd[1],
	     s = r->fd[2];
	char *const none[] = { NULL };

	want(sys(SYS_openat, AT_FDCWD, bad, O_RDONLY, 0), -EFAULT, "openat");
	want(sys(SYS_openat, AT_FDCWD, top, O_RDONLY, 0), -EFAULT, "openat");
	want(sys(SYS_openat2, AT_FDCWD, "x", bad, 24L), -EFAULT, "openat2");
	want(sys(SYS_rename, bad, top), -EFAULT, "rename");
	want(sys(SYS_execve, "missing", bad, none), -ENOENT, "execve");
	want(sys(SYS_write, w, bad, 100L), -EFAULT, "write");
	want(sys(SYS_readv, w, bad, 1L), -EBADF, "readv");
	want(sys(SYS_writev, w, bad, 1L), -EFAULT, "writev");
	want(sys(SYS_sendmsg, s, bad, 0), -EFAULT, "sendmsg");
	want(sys(SYS_recvmsg, s, bad, 0), -EFAULT, "recvmsg");
	want(sys(SYS_sendmmsg, s, bad, 3, 0), -EFAULT, "sendmmsg");
	want(sys(SYS_connect, s, bad, 16), -EFAULT, "connect");
	want(sys(SYS_poll, bad, 3L, 0), -EFAULT, "poll");
	want(sys(SYS_ppoll, NULL, 0L, bad, NULL, 8L), -EFAULT, "ppoll");
	want(sys(SYS_select, 8, bad, NULL, NULL, NULL), -EFAULT, "select");
	want(sys(SYS_epoll_ctl, s, 1, w, bad), -EFAULT, "epoll_ctl");
	want(sys(SYS_io_submit, 0L, 1L, bad), -EINVAL, "io_submit");
	want(sys(SYS_rt_sigaction, 10, bad, NULL, 8L), -EFAULT, "rt_sigaction");
}

const struct scenario sc_hostile_unmapped = {
	.name = "hostile-unmapped",
	.help = "addresses that are mapped nowhere, of the user's and the kernel's half",
	.setup = unmapped_setup,
	.run = unmapped_run,
	.expect = "2* openat FS open ret=-EFAULT\n"
		  "openat2 FS open ret=-EFAULT file=@/x\n"
		  "rename FS name ret=-EFAULT\n"
		  "execve Process exec ret=-ENOENT file=@/missing\n"
		  "write FS fd ret=-EFAULT fd=$w file=$p~pipe:[*] requested=100\n"
		  "readv FS fd ret=-EBADF fd=$w file=$p\n"
		  "writev FS fd ret=-EFAULT fd=$w file=$p\n"
		  "sendmsg Network fd ret=-EFAULT fd=$s file=$n~socket:[*]\n"
		  "recvmsg Network fd ret=-EFAULT fd=$s file=$n\n"
		  "sendmmsg Network fd ret=-EFAULT fd=$s file=$n\n"
		  "connect Network fd ret=-EFAULT fd=$s file=$n\n"
		  "poll Polling poll ret=-EFAULT nfds=3 timeout_ns=0\n"
		  "ppoll Polling poll ret=-EFAULT timeout_ns=-2\n"
		  "select Polling poll ret=-EFAULT nfds=8 timeout_ns=-1\n"
		  "epoll_ctl Polling epoll-ctl ret=-EFAULT fd=$s file=$n epoll_op=ADD "
		  "epoll_target_fd=$w epoll_events=?\n"
		  "io_submit AIO null ret=-EINVAL\n"
		  "rt_sigaction Signals null ret=-EFAULT\n",
};

/* ---- strings at the ends of pages, too long, without an end ---- */

/* A string of LEN times "a/" behind a slash, its NUL the last byte before a hole. */
static char *
long_path(size_t len)
{
	char *s = tail_alloc(len + 1);

	for (size_t i = 0; i < len; i++)
		s[i] = i % 2 ? 'a' : '/';
	s[len] = '\0';
	return s;
}

static void
page_end_setup(struct run *r)
{
	char *s = tail_alloc(10), *big = tail_alloc(1 << 20);

	memset(s, 'e', 10);
	memset(big, 'x', 1 << 20);
	r->val[0] = (long)(uintptr_t)tail_str("at-the-end.txt");
	r->val[1] = (long)(uintptr_t)s; /* no NUL before the hole */
	r->val[2] = (long)(uintptr_t)long_path(PATH_MAX - 1);
	r->val[3] = (long)(uintptr_t)long_path(PATH_MAX);
	r->val[4] = (long)(uintptr_t)big;
	r->val[5] = (long)(uintptr_t)tail_str("");
	r->val[6] = (long)(uintptr_t)tail_str("new.txt");
}

static void
page_end_run(struct run *r)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, r->val[0], O_RDWR | O_CREAT, 0600),
			  "openat");

	want(sys(SYS_rename, r->val[0], r->val[6]), 0, "rename");
	want(sys(SYS_write, fd, tail_str("tail"), 5L), 5, "write");
	want(sys(SYS_openat, AT_FDCWD, r->val[1], O_RDONLY, 0), -EFAULT,
	     "openat, no end");
	want(sys(SYS_openat, AT_FDCWD, r->val[2], O_RDONLY, 0), -ENOENT,
	     "openat of 4095");
	want(sys(SYS_openat, AT_FDCWD, r->val[3], O_RDONLY, 0), -ENAMETOOLONG,
	     "openat of 4096");
	want(sys(SYS_openat, AT_FDCWD, r->val[4], O_RDONLY, 0), -ENAMETOOLONG,
	     "openat of 1 MiB");
	want(sys(SYS_stat, r->val[5], NULL), -ENOENT, "stat of nothing");
}

const struct scenario sc_hostile_page_end = {
	.name = "hostile-page-end",
	.help = "strings that end at a page, of 4095 and 4096 bytes, of 1 MiB without "
		"end",
	.ignore = "mmap munmap",
	.setup = page_end_setup,
	.run = page_end_run,
	.expect = "openat FS open ret=$a fd=$a file=@/at-the-end.txt\n"
		  "rename FS name file=@/new.txt old_file=@/at-the-end.txt\n"
		  "write FS fd ret=5 bytes=5 fd=$a file=@/new.txt\n"
		  "openat FS open ret=-EFAULT file=?\n"
		  "openat FS open ret=-ENOENT file={2047:/a}\n"
		  "openat FS open ret=-ENAMETOOLONG file=~{2000:/a}*\n"
		  "openat FS open ret=-ENAMETOOLONG file=~*{2000:xx}*\n"
		  "stat FS pathname ret=-ENOENT file=?\n",
};

static void
deep_run(struct run *r)
{
	char name[200];
	long fd;

	(void)r;
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < 25; i++) {
		want(sys(SYS_mkdir, name, 0700), 0, "mkdir");
		want(sys(SYS_chdir, name), 0, "chdir");
	}
	fd = want_ok(sys(SYS_openat, AT_FDCWD, "deep", O_RDWR | O_CREAT, 0600), "openat");
	want(sys(SYS_write, fd, "x", 1L), 1, "write");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_hostile_deep = {
	.name = "hostile-deep",
	.help = "a directory so deep that no path has room for its name",
	.run = deep_run,
	.expect = "repeat 25\n"
		  "mkdir FS pathname file=?\n"
		  "chdir FS pathname file=?\n"
		  "end\n"
		  "openat FS open ret=$a fd=$a file=?\n"
		  "write FS fd ret=1 bytes=1 fd=$a file=?\n"
		  "close FS fd fd=$a file=?\n",
};

static void
counts_run(struct run *r)
{
	char buf[16];
	struct iov v[2] = { { buf, 8 }, { NULL, 8 } }, huge = { buf, ~(size_t)0 };
	struct iov zero = { NULL, 0 };

	want(sys(SYS_readv, r->fd[0], v, -1L), -EINVAL, "readv of -1");
	want(sys(SYS_readv, r->fd[0], v, 1025L), -EINVAL, "readv of 1025");
	want(sys(SYS_writev, r->fd[1], &huge, 1L), -EINVAL,
	     "writev of a negative length");
	want(sys(SYS_writev, r->fd[1], &zero, 1L), 0, "writev of nothing");
	want(sys(SYS_writev, r->fd[1], v, 2L), -EFAULT, "writev up to a hole");
	want(sys(SYS_write, r->fd[1], buf, 8L), 8, "write");
	/* lib/iov_iter.c, import_iovec: the count is an unsigned int */
	want(sys(SYS_readv, r->fd[0], v, 0x7fffffff00000001L), 8, "readv of 2^32 n + 1");
	want(sys(SYS_write, r->fd[1], buf, 8L), 8, "write");
	want(sys(SYS_read, r->fd[0], buf, -1L), -EFAULT, "read of -1 bytes");
	want(sys(SYS_poll, NULL, 0xffffffffL, 0), -EINVAL, "poll of many");
	want(sys(SYS_select, -1, NULL, NULL, NULL, NULL), -EINVAL, "select of -1");
	want(sys(SYS_io_submit, 0L, -1L, NULL), -EINVAL, "io_submit of -1");
	want(sys(SYS_recvmmsg, r->fd[2], NULL, 0x7fffffff, MSG_DONTWAIT, NULL), -EFAULT,
	     "recvmmsg of many");
	want(sys(SYS_setsockopt, r->fd[2], SOL_SOCKET, SO_RCVBUF, buf, -1), -EINVAL,
	     "setsockopt of -1");
	want(sys(SYS_getdents64, r->fd[0], buf, -1L), -ENOTDIR, "getdents64 of -1");
	want(sys(600L, 1L, 2L, 3L), -ENOSYS, "a call that does not exist");
}

const struct scenario sc_hostile_counts = {
	.name = "hostile-counts",
	.help = "absurd counts and lengths, a call that does not exist",
	.setup = unmapped_setup,
	.run = counts_run,
	.expect = "2* readv FS fd ret=-EINVAL fd=$r file=$p~pipe:[*]\n"
		  "writev FS fd ret=-EINVAL fd=$w file=$p\n"
		  "writev FS fd ret=0 fd=$w file=$p\n"
		  "writev FS fd ret=-EFAULT requested=16 fd=$w file=$p\n"
		  "write FS fd ret=8 bytes=8 fd=$w file=$p\n"
		  "readv FS fd ret=8 bytes=8 fd=$r file=$p\n"
		  "write FS fd ret=8 bytes=8 fd=$w file=$p\n"
		  "read FS fd ret=-EFAULT fd=$r file=$p\n"
		  "poll Polling poll ret=-EINVAL nfds=? timeout_ns=0\n"
		  "select Polling poll ret=-EINVAL nfds=? timeout_ns=-1\n"
		  "io_submit AIO null ret=-EINVAL\n"
		  "recvmmsg Network fd ret=-EFAULT fd=$s file=$n~socket:[*]\n"
		  "setsockopt Network fd ret=-EINVAL fd=$s file=$n\n"
		  "getdents64 FS fd ret=-ENOTDIR fd=$r file=$p\n"
		  "syscall_600 Misc null ret=-ENOSYS\n",
};

static void
names_run(struct run *r)
{
	static const char *const names[] = {
		"two\nlines",  "tab\tquote\"back\\slash", "\033[31mred\a",
		"caf\xc3\xa9", "bad\xff\xfeutf8\xc3",	  "comma,semi;colon",
		" leading",    "\xe2\x80\xaereversed",
	};
	long fd;

	(void)r;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		fd = want_ok(sys(SYS_openat, AT_FDCWD, names[i], O_RDWR | O_CREAT, 0600),
			     "openat");
		want(sys(SYS_close, fd), 0, "close");
	}
}

#define NAMED(text) \
	"openat FS open ret=$a fd=$a file=@/" text "\n" \
	"close FS fd fd=$a file=@/" text "\n"

const struct scenario sc_hostile_names = {
	.name = "hostile-names",
	.help = "names of newlines, quotes, escape codes, broken UTF-8",
	.run = names_run,
	.expect = NAMED("two\\x0alines") NAMED("tab\\x09quote\"back\\\\slash")
		NAMED("\\x1b[31mred\\x07") NAMED("caf\\xc3\\xa9")
			NAMED("bad\\xff\\xfeutf8\\xc3") NAMED("comma,semi;colon")
				NAMED("\\x20leading") NAMED("\\xe2\\x80\\xaereversed"),
};
