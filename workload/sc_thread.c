/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads: descriptors and names that one changes under another.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* a.txt at 100, b.txt at 101, a pipe in fd[0], fd[1]. */
static void
ab_setup(struct run *r)
{
	file_make("a.txt", "a");
	file_make("b.txt", "bb");
	r->fd[2] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "a.txt", O_RDWR, 0), "open");
	r->fd[3] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "b.txt", O_RDWR, 0), "open");
	want(sys(SYS_dup2, r->fd[2], 100), 100, "dup2");
	want(sys(SYS_dup2, r->fd[3], 101), 101, "dup2");
	want(sys(SYS_pipe2, r->fd, 0), 0, "pipe2");
}

static int
keeps_thread(struct thread *t)
{
	want(sys(SYS_write, t->run->fd[1], "one", 3L), 3, "write");
	return 0;
}

static void
keeps_run(struct run *r)
{
	struct thread t = { 0 };

	thread_start(r, &t, keeps_thread, 0);
	thread_join(&t);
	want(sys(SYS_write, r->fd[1], "two", 3L), 3, "write");
}

const struct scenario sc_thread_exit_keeps_fd = {
	.name = "thread-exit-keeps-fd",
	.help = "a thread's end closes nothing",
	.ignore = "futex",
	.setup = ab_setup,
	.run = keeps_run,
	.expect = "clone Process proc ret=$t1\n"
		  "write FS fd ret=3 bytes=3 fd=$w file=$p~pipe:[*]\n"
		  "t1: write FS fd ret=3 bytes=3 fd=$w file=$p\n"
		  "t1: exit Process null ret=-\n",
};

static int
worker_thread(struct thread *t)
{
	int p[2];

	(void)t;
	want(sys(SYS_pipe2, p, 0), 0, "pipe2");
	want(sys(SYS_write, p[1], "one", 3L), 3, "write");
	return 0;
}

static void
worker_run(struct run *r)
{
	struct thread t = { 0 };

	thread_start(r, &t, worker_thread, 0);
	thread_join(&t);
}

const struct scenario sc_thread_exit_tid_worker = {
	.name = "thread-exit-tid-worker",
	.help = "a thread that makes a pipe, writes to it and ends",
	.ignore = "futex",
	.run = worker_run,
	.expect = "clone Process proc ret=$t1\n"
		  "t1: pipe2 IPC pipe fd=$r file=$p~pipe:[*]\n"
		  "t1: write FS fd ret=3 bytes=3 fd=$w file=$p\n"
		  "t1: exit Process null ret=-\n",
};

static int
fdtable_thread(struct thread *t)
{
	(void)t;
	want(sys(SYS_prctl, PR_SET_NAME, "iorworker"), 0, "prctl");
	want(sys(SYS_dup3, 101, 100, 0), 100, "dup3");
	return 0;
}

static void
fdtable_run(struct run *r)
{
	struct thread t = { 0 };
	char buf[8];

	want(sys(SYS_pread64, 100, buf, 8L, 0L), 1, "pread64");
	thread_start(r, &t, fdtable_thread, 0);
	thread_join(&t);
	want(sys(SYS_pread64, 100, buf, 8L, 0L), 2, "pread64");
}

const struct scenario sc_thread_comm_fdtable = {
	.name = "thread-comm-fdtable",
	.help = "another thread, by another name, rebinds a descriptor",
	.ignore = "futex",
	.setup = ab_setup,
	.run = fdtable_run,
	.expect = "pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "clone Process proc ret=$t1\n"
		  "pread64 FS fd ret=2 bytes=2 fd=100 file=@/b.txt\n"
		  "t1: prctl Process prctl\n"
		  "t1: dup3 FS dup3 ret=100 fd=100 file=@/b.txt comm=iorworker\n"
		  "t1: exit Process null ret=- comm=iorworker\n",
};

const struct scenario sc_thread_comm_fdtable_filter = {
	.name = "thread-comm-fdtable-filter",
	.help = "the same, with the other thread's rows filtered out",
	.options = "-e all --comm ioworkload",
	.ignore = "futex",
	.setup = ab_setup,
	.run = fdtable_run,
	.expect = "pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "clone Process proc ret=$t1\n"
		  "pread64 FS fd ret=2 bytes=2 fd=100 file=@/b.txt\n"
		  "t1: prctl Process prctl\n",
};

static int
reuse_thread(struct thread *t)
{
	char buf[8];

	want(sys(SYS_read, t->run->fd[0], buf, 8L), 4, "read");
	return 0;
}

static void
reuse_run(struct run *r)
{
	struct thread t = { 0 };
	long me = sys(SYS_getpid), tid = thread_start(r, &t, reuse_thread, 0);

	wait_blocked(me, tid, SYS_read);
	want(sys(SYS_close, r->fd[0]), 0, "close");
	want(sys(SYS_openat, AT_FDCWD, "b.txt", O_RDWR, 0), r->fd[0], "openat");
	want(sys(SYS_write, r->fd[0], "file", 4L), 4, "write");
	/* dup: the reading end is open in the sleeping call only */
	want(sys(SYS_write, r->fd[1], "pipe", 4L), 4, "write");
	thread_join(&t);
	want(sys(SYS_write, r->fd[0], "file", 4L), 4, "write");
}

const struct scenario sc_thread_fd_reuse = {
	.name = "thread-fd-reuse",
	.help = "a number closed and reused while another thread reads on it",
	.ignore = "futex sched_yield file=/proc/*",
	.setup = ab_setup,
	.run = reuse_run,
	.expect = "getpid Process null ret=$main\n"
		  "clone Process proc ret=$t1\n"
		  "close FS fd fd=$r file=$p~pipe:[*]\n"
		  "openat FS open ret=$r fd=$r file=@/b.txt\n"
		  "write FS fd ret=4 bytes=4 fd=$r file=@/b.txt\n"
		  "write FS fd ret=4 bytes=4 fd=$w file=$p\n"
		  "write FS fd ret=4 bytes=4 fd=$r file=@/b.txt\n"
		  "t1: read FS fd ret=4 bytes=4 fd=$r file=$p\n"
		  "t1: exit Process null ret=-\n",
};

static int
unshare_thread(struct thread *t)
{
	(void)t;
	need(sys(SYS_unshare, CLONE_FILES), "unshare");
	want(sys(SYS_dup2, 101, 100), 100, "dup2");
	want(sys(SYS_write, 100, "b", 1L), 1, "write");
	want(sys(SYS_close, 101), 0, "close");
	return 0;
}

static void
unshare_run(struct run *r)
{
	struct thread t = { 0 };

	thread_start(r, &t, unshare_thread, 0);
	thread_join(&t);
	want(sys(SYS_write, 100, "a", 1L), 1, "write");
	want(sys(SYS_write, 101, "b", 1L), 1, "write");
}

const struct scenario sc_thread_unshare_files = {
	.name = "thread-unshare-files",
	.help = "a thread that leaves the common descriptor table",
	.ignore = "futex",
	.setup = ab_setup,
	.run = unshare_run,
	.expect = "clone Process proc ret=$t1\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=101 file=@/b.txt\n"
		  "t1: unshare Process null\n"
		  "t1: dup2 FS fd ret=100 fd=100 file=@/b.txt\n"
		  "t1: write FS fd ret=1 bytes=1 fd=100 file=@/b.txt\n"
		  "t1: close FS fd fd=101 file=@/b.txt\n"
		  "t1: exit Process null ret=-\n",
};

/* ---- working directories ---- */

static void
chdir_setup(struct run *r)
{
	(void)r;
	want(sys(SYS_mkdir, "a", 0755), 0, "mkdir");
	want(sys(SYS_mkdir, "b", 0755), 0, "mkdir");
	file_make("a/f", "a");
	file_make("b/f", "bb");
	want(sys(SYS_mknod, "a/fifo", 0010600, 0L), 0, "mknod");
	want(sys(SYS_mknod, "b/fifo", 0010600, 0L), 0, "mknod");
	want(sys(SYS_chdir, "a"), 0, "chdir");
}

static int
chdir_thread(struct thread *t)
{
	long me = sys(SYS_getpid);

	(void)t;
	wait_blocked(me, me, SYS_openat);
	want(sys(SYS_chdir, "../b"), 0, "chdir");
	want_ok(sys(SYS_openat, AT_FDCWD, "../a/fifo", O_WRONLY, 0), "openat");
	return 0;
}

static void
chdir_run(struct run *r)
{
	struct thread t = { 0 };

	thread_start(r, &t, chdir_thread, 0);
	want_ok(sys(SYS_openat, AT_FDCWD, "fifo", O_RDONLY, 0), "openat");
	thread_join(&t);
	want(sys(SYS_access, "f", 0), 0, "access");
}

const struct scenario sc_thread_chdir_in_open = {
	.name = "thread-chdir-in-open",
	.help = "the cwd changed by another thread while an open sleeps",
	.ignore = "futex sched_yield file=/proc/*",
	.setup = chdir_setup,
	.run = chdir_run,
	.expect = "clone Process proc ret=$t1\n"
		  "openat FS open ret=$a fd=$a file=@/a/fifo\n"
		  "access FS pathname file=@/b/f\n"
		  "t1: getpid Process null ret=$main\n"
		  "t1: chdir FS pathname file=~@*b\n"
		  "t1: openat FS open ret=>=0 fd=? file=~@*a/fifo\n"
		  "t1: exit Process null ret=-\n",
};

static int
race_thread(struct thread *t)
{
	(void)t;
	for (int i = 0; i < 50; i++) {
		want(sys(SYS_chdir, "../b"), 0, "chdir");
		want(sys(SYS_chdir, "../a"), 0, "chdir");
	}
	return 0;
}

static void
race_run(struct run *r)
{
	struct thread t = { 0 };
	char buf[8];
	long fd;

	thread_start(r, &t, race_thread, 0);
	for (int i = 0; i < 100; i++) {
		fd = want_ok(sys(SYS_openat, AT_FDCWD, "f", O_RDONLY, 0), "openat");
		want_ok(sys(SYS_read, fd, buf, 8L), "read");
		want(sys(SYS_close, fd), 0, "close");
	}
	thread_join(&t);
}

const struct scenario sc_thread_chdir_race = {
	.name = "thread-chdir-race",
	.help = "a hundred opens by one name while another thread changes the cwd",
	.ignore = "futex",
	.setup = chdir_setup,
	.run = race_run,
	.expect = "clone Process proc ret=$t1\n"
		  "repeat 100\n"
		  "openat FS open ret=$a fd=$a file=$_f~@/*/f\n"
		  "read FS fd ret=$_n>0 bytes=$_n fd=$a file=$_f\n"
		  "close FS fd fd=$a file=$_f\n"
		  "end\n"
		  "t1: 100* chdir FS pathname file=~@*\n"
		  "t1: exit Process null ret=-\n",
};

static int
fs_thread(struct thread *t)
{
	(void)t;
	need(sys(SYS_unshare, CLONE_FS), "unshare");
	want(sys(SYS_chdir, "../b"), 0, "chdir");
	want(sys(SYS_access, "f", 0), 0, "access");
	return 0;
}

static void
fs_run(struct run *r)
{
	struct thread t = { 0 };

	thread_start(r, &t, fs_thread, 0);
	thread_join(&t);
	want(sys(SYS_access, "f", 0), 0, "access");
}

const struct scenario sc_thread_unshare_fs = {
	.name = "thread-unshare-fs",
	.help = "a thread with a cwd of its own",
	.ignore = "futex",
	.setup = chdir_setup,
	.run = fs_run,
	.expect = "clone Process proc ret=$t1\n"
		  "access FS pathname file=@/a/f\n"
		  "t1: unshare Process null\n"
		  "t1: chdir FS pathname file=~@*b\n"
		  "t1: access FS pathname file=@/b/f\n"
		  "t1: exit Process null ret=-\n",
};
