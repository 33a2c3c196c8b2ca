/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors out of thin air: pipes, events, timers, memory files, watches, pidfds; and
 * System V objects, which have none.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include "scenario.h"

static void
pipe_run(struct run *r)
{
	int p[2], q[2];
	char buf[8];

	(void)r;
	want(sys(SYS_pipe, p), 0, "pipe");
	want(sys(SYS_write, p[1], "pipe", 4L), 4, "write");
	want(sys(SYS_read, p[0], buf, 8L), 4, "read");
	want(sys(SYS_pipe2, q, O_CLOEXEC | O_NONBLOCK), 0, "pipe2");
	want(sys(SYS_read, q[0], buf, 8L), -EAGAIN, "read");
	want(sys(SYS_close, p[0]), 0, "close");
	want(sys(SYS_close, p[1]), 0, "close");
	want(sys(SYS_close, q[0]), 0, "close");
	want(sys(SYS_close, q[1]), 0, "close");
	want(sys(SYS_pipe2, q, 3), -EINVAL, "pipe2 with bad flags");
}

const struct scenario sc_pipe_basic = {
	.name = "pipe-basic",
	.help = "pipe and pipe2; both ends have one name",
	.run = pipe_run,
	.expect = "pipe IPC pipe fd=$r file=$p~pipe:[*]\n"
		  "write FS fd ret=4 bytes=4 fd=$w file=$p\n"
		  "read FS fd ret=4 bytes=4 fd=$r file=$p\n"
		  "pipe2 IPC pipe fd=$r2 file=$q~pipe:[*]\n"
		  "read FS fd ret=-EAGAIN fd=$r2 file=$q\n"
		  "close FS fd fd=$r file=$p\n"
		  "close FS fd fd=$w file=$p\n"
		  "close FS fd fd=$r2 file=$q\n"
		  "close FS fd fd=$w2 file=$q\n"
		  "pipe2 IPC pipe ret=-EINVAL\n",
};

static void
eventfd_run(struct run *r)
{
	uint64_t one = 1, got = 0;
	long a = want_ok(sys(SYS_eventfd, 3), "eventfd"), b;

	(void)r;
	b = want_ok(sys(SYS_eventfd2, 0, O_CLOEXEC | O_NONBLOCK), "eventfd2");
	want(sys(SYS_read, a, &got, 8L), 8, "read");
	want(sys(SYS_write, b, &one, 8L), 8, "write");
	want(sys(SYS_close, a), 0, "close");
	want(sys(SYS_close, b), 0, "close");
	want(sys(SYS_eventfd2, 0, 3), -EINVAL, "eventfd2 with bad flags");
}

const struct scenario sc_eventfd_basic = {
	.name = "eventfd-basic",
	.help = "eventfd and eventfd2",
	.run = eventfd_run,
	.expect = "eventfd IPC eventfd ret=$a fd=$a file=anon_inode:[eventfd]\n"
		  "eventfd2 IPC eventfd ret=$b fd=$b file=anon_inode:[eventfd]\n"
		  "read FS fd ret=8 bytes=8 fd=$a file=anon_inode:[eventfd]\n"
		  "write FS fd ret=8 bytes=8 fd=$b file=anon_inode:[eventfd]\n"
		  "close FS fd fd=$a file=anon_inode:[eventfd]\n"
		  "close FS fd fd=$b file=anon_inode:[eventfd]\n"
		  "eventfd2 IPC eventfd ret=-EINVAL\n",
};

static void
pipe2_run(struct run *r)
{
	int p[2];

	(void)r;
	want(sys(SYS_pipe2, p, O_CLOEXEC | O_NONBLOCK), 0, "pipe2");
	want(sys(SYS_close, p[0]), 0, "close");
	want(sys(SYS_close, p[1]), 0, "close");
}

const struct scenario sc_pipe2_basic = {
	.name = "pipe2-basic",
	.help = "pipe2 and two closes, all by one name",
	.run = pipe2_run,
	.expect = "pipe2 IPC pipe fd=$r file=$p~pipe:[*]\n"
		  "close FS fd fd=$r file=$p\n"
		  "close FS fd fd=$w file=$p\n",
};

static void
eventfd2_run(struct run *r)
{
	uint64_t one = 1;
	long fd = want_ok(sys(SYS_eventfd2, 0, O_CLOEXEC | O_NONBLOCK), "eventfd2");

	(void)r;
	want(sys(SYS_read, fd, &one, 8L), -EAGAIN, "read");
	want(sys(SYS_write, fd, &one, 8L), 8, "write");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_eventfd2_basic = {
	.name = "eventfd2-basic",
	.help = "eventfd2, not to be waited for",
	.run = eventfd2_run,
	.expect = "eventfd2 IPC eventfd ret=$a fd=$a file=anon_inode:[eventfd]\n"
		  "read FS fd ret=-EAGAIN fd=$a file=anon_inode:[eventfd]\n"
		  "write FS fd ret=8 bytes=8 fd=$a file=anon_inode:[eventfd]\n"
		  "close FS fd fd=$a file=anon_inode:[eventfd]\n",
};

/* userfaultfd(2): for faults of user code only, which needs no privilege */
#define USER_MODE_ONLY 1

static void
air_run(struct run *r)
{
	struct itimerspec when = { { 0, 0 }, { 1000, 0 } };
	uint64_t mask = 1u << (SIGUSR2 - 1);
	long fd = want_ok(sys(SYS_memfd_create, "air", 1), "memfd_create");

	(void)r;
	want(sys(SYS_write, fd, "memory", 6L), 6, "write");
	want(sys(SYS_close, fd), 0, "close");
	fd = need(sys(447L, 0L), "memfd_secret");
	want(sys(SYS_close, fd), 0, "close");
	fd = sys(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY);
	fd = need(fd == -EINVAL ? -ENOSYS : fd, "userfaultfd");
	want(sys(SYS_close, fd), 0, "close");
	fd = want_ok(sys(SYS_signalfd, -1, &mask, 8L), "signalfd");
	want(sys(SYS_close, fd), 0, "close");
	fd = want_ok(sys(SYS_signalfd4, -1, &mask, 8L, O_NONBLOCK), "signalfd4");
	want(sys(SYS_signalfd4, fd, &mask, 8L, O_NONBLOCK), fd, "signalfd4 again");
	want(sys(SYS_close, fd), 0, "close");
	fd = want_ok(sys(SYS_timerfd_create, 1, 0), "timerfd_create");
	want(sys(SYS_timerfd_settime, fd, 0, &when, NULL), 0, "timerfd_settime");
	want(sys(SYS_timerfd_gettime, fd, &when), 0, "timerfd_gettime");
	want(sys(SYS_close, fd), 0, "close");
}

#define CLOSED(name) "close FS fd fd=$a file=" name "\n"

/* clang-format off */
const struct scenario sc_fd_from_air_eventfd_users = {
	.name = "fd-from-air-eventfd-users",
	.help = "memfd, memfd_secret, userfaultfd, signalfd, timerfd",
	.needs = "Linux 5.14, memfd_secret, userfaultfd",
	.run = air_run,
	.expect = "memfd_create IPC eventfd ret=$a fd=$a file=/memfd:air\n"
		  "write FS fd ret=6 bytes=6 fd=$a file=/memfd:air\n"
		  CLOSED("/memfd:air")
		  "memfd_secret IPC eventfd ret=$a fd=$a file=/secretmem\n"
		  CLOSED("/secretmem")
		  "userfaultfd IPC eventfd ret=$a fd=$a file=anon_inode:[userfaultfd]\n"
		  CLOSED("anon_inode:[userfaultfd]")
		  "signalfd IPC eventfd ret=$a fd=$a file=anon_inode:[signalfd]\n"
		  CLOSED("anon_inode:[signalfd]")
		  "2* signalfd4 IPC eventfd ret=$a fd=$a file=anon_inode:[signalfd]\n"
		  CLOSED("anon_inode:[signalfd]")
		  "timerfd_create IPC eventfd ret=$a fd=$a file=anon_inode:[timerfd]\n"
		  "timerfd_settime IPC fd fd=$a file=anon_inode:[timerfd]\n"
		  "timerfd_gettime IPC fd fd=$a file=anon_inode:[timerfd]\n"
		  CLOSED("anon_inode:[timerfd]"),
};
/* clang-format on */

static void
inotify_run(struct run *r)
{
	long fd = want_ok(sys(SYS_inotify_init1, O_NONBLOCK), "inotify_init1"), wd;

	(void)r;
	wd = want_ok(sys(SYS_inotify_add_watch, fd, ".", IN_CREATE), "inotify_add_watch");
	want(sys(SYS_inotify_rm_watch, fd, wd), 0, "inotify_rm_watch");
	want(sys(SYS_inotify_add_watch, fd, "nothing", IN_CREATE), -ENOENT,
	     "inotify_add_watch");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_inotify_basic = {
	.name = "inotify-basic",
	.help = "a watch put on a directory and taken away",
	.run = inotify_run,
	.expect = "inotify_init1 IPC eventfd ret=$a fd=$a file=anon_inode:inotify\n"
		  "inotify_add_watch IPC fd-pathname ret=>0 fd=$a file=~@*\n"
		  "inotify_rm_watch IPC fd fd=$a file=anon_inode:inotify\n"
		  "inotify_add_watch IPC fd-pathname ret=-ENOENT fd=$a file=@/nothing\n"
		  "close FS fd fd=$a file=anon_inode:inotify\n",
};

/* ---- fanotify: marks by name, by descriptor, by neither ---- */

/* fanotify_init(2), fanotify_mark(2) */
enum { REPORT_FID = 0x200, MARK_ADD = 1, MARK_FLUSH = 0x80, ON_MODIFY = 2 };

static void
fanotify_setup(struct run *r)
{
	want(sys(SYS_mkdir, "sub", 0755), 0, "mkdir");
	file_make("sub/in.txt", "in");
	file_make("flush.txt", "not looked at");
	r->fd[0] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "sub", O_RDONLY | O_DIRECTORY, 0), "open");
	r->val[0] = (long)(uintptr_t)bad_addr();
}

/* A mark on PATH below DIR. */
static long
mark(long group, long dir, const void *path)
{
	return sys(SYS_fanotify_mark, group, MARK_ADD, (long)ON_MODIFY, dir, path);
}

static void
fanotify_run(struct run *r)
{
	char absolute[4096];
	long group = need(sys(SYS_fanotify_init, REPORT_FID, O_RDONLY), "fanotify_init"),
	     ret;

	snprintf(absolute, sizeof(absolute), "%s/sub/in.txt", r->dir);
	ret = mark(group, AT_FDCWD, absolute);
	if (ret == -ENODEV || ret == -EXDEV) /* fanotify_mark(2): no fsid to report */
		ret = -EOPNOTSUPP;
	want(need(ret, "fanotify_mark"), 0, "fanotify_mark");
	want(mark(group, r->fd[0], "in.txt"), 0, "fanotify_mark, relative");
	want(mark(group, r->fd[0], NULL), 0, "fanotify_mark of the descriptor");
	want(sys(SYS_fanotify_mark, group, MARK_FLUSH, 0L, AT_FDCWD, "flush.txt"), 0,
	     "FAN_MARK_FLUSH");
	want(mark(group, AT_FDCWD, ""), -ENOENT, "fanotify_mark of nothing");
	want(mark(group, AT_FDCWD, (void *)(uintptr_t)r->val[0]), -EFAULT,
	     "fanotify_mark of a bad address");
	want(mark(group, AT_FDCWD, "missing"), -ENOENT, "fanotify_mark");
	want(sys(SYS_close, group), 0, "close");
}

#define GROUP "anon_inode:[fanotify]"

const struct scenario sc_fanotify_marks = {
	.name = "fanotify-marks",
	.help = "marks by absolute and relative name, by descriptor, flushed, refused",
	.needs = "fanotify, Linux 5.13 without privileges",
	.setup = fanotify_setup,
	.run = fanotify_run,
	.expect = "fanotify_init IPC eventfd ret=$g fd=$g file=" GROUP "\n"
		  "fanotify_mark IPC fd-pathname fd=$g file=@/sub/in.txt\n"
		  "fanotify_mark IPC fd-pathname fd=$g file=@/sub/in.txt\n"
		  "fanotify_mark IPC fd-pathname fd=$g file=@/sub\n"
		  "fanotify_mark IPC fd-pathname fd=$g file=" GROUP "\n"
		  "fanotify_mark IPC fd-pathname ret=-ENOENT fd=$g file=?\n"
		  "fanotify_mark IPC fd-pathname ret=-EFAULT fd=$g file=?\n"
		  "fanotify_mark IPC fd-pathname ret=-ENOENT fd=$g file=@/missing\n"
		  "close FS fd fd=$g file=" GROUP "\n",
};
