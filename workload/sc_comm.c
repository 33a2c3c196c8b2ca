/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of threads: inherited, changed by themselves and by others, between calls and
 * within them.
 */
#include <fcntl.h>
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
short_thread(struct thread *t)
{
	char buf[8];

	(void)t;
	for (int i = 0; i < 4; i++)
		want(sys(SYS_pread64, 100, buf, 8L, 0L), 1, "pread64");
	return 0;
}

static void
forty(struct run *r, int (*fn)(struct thread *))
{
	struct thread t[40] = { 0 };

	for (int i = 0; i < 40; i++)
		thread_start(r, &t[i], fn, i);
	for (int i = 0; i < 40; i++)
		thread_join(&t[i]);
}

static void
short_run(struct run *r)
{
	forty(r, short_thread);
}

const struct scenario sc_thread_comm_short_lived = {
	.name = "thread-comm-short-lived",
	.help = "forty threads of four reads each: all rows, all named",
	.ignore = "futex",
	.setup = ab_setup,
	.run = short_run,
	.expect = "40* clone Process proc ret=>0\n"
		  "t1*40: 4* pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "t1*40: exit Process null ret=-\n",
};

const struct scenario sc_thread_comm_short_lived_filter = {
	.name = "thread-comm-short-lived-filter",
	.help = "the same with their name selected: none is missing",
	.options = "-e pread64,access --comm ioworkload",
	.setup = ab_setup,
	.run = short_run,
	.expect = "t1*40: 4* pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n",
};

static int
renamed_thread(struct thread *t)
{
	want(sys(SYS_pwrite64, 101, "x", 1L, 0L), 1, "pwrite64");
	want(sys(SYS_prctl, PR_SET_NAME, "iorworker"), 0, "prctl");
	return short_thread(t);
}

static void
renamed_run(struct run *r)
{
	forty(r, renamed_thread);
}

const struct scenario sc_thread_comm_renamed = {
	.name = "thread-comm-renamed",
	.help = "forty threads that rename themselves between calls",
	.ignore = "futex",
	.setup = ab_setup,
	.run = renamed_run,
	.expect = "40* clone Process proc ret=>0\n"
		  "t1*40: pwrite64 FS fd ret=1 bytes=1 fd=101 file=@/b.txt\n"
		  "t1*40: prctl Process prctl\n"
		  "t1*40: 4* pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt "
		  "comm=iorworker\n"
		  "t1*40: exit Process null ret=- comm=iorworker\n",
};

const struct scenario sc_thread_comm_renamed_filter = {
	.name = "thread-comm-renamed-filter",
	.help = "the same with the new name selected: the rows behind the renaming",
	.options = "-e pread64,pwrite64,access --comm iorworker",
	.how = HOW_WHOLE,
	.setup = ab_setup,
	.run = renamed_run,
	.expect = "t1*40: 4* pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt "
		  "comm=iorworker\n",
};

static int
sibling_thread(struct thread *t)
{
	char buf[8];

	want(sys(SYS_read, t->run->fd[0], buf, 8L), 1, "read");
	want(sys(SYS_pread64, 100, buf, 8L, 0L), 1, "pread64");
	return 0;
}

static void
sibling_run(struct run *r)
{
	struct thread t = { 0 };
	long me = sys(SYS_getpid), tid = thread_start(r, &t, sibling_thread, 0), fd;
	char name[64];

	wait_blocked(me, tid, SYS_read);
	snprintf(name, sizeof(name), "/proc/self/task/%ld/comm", tid);
	fd = want_ok(sys(SYS_openat, AT_FDCWD, name, O_WRONLY, 0), "openat");
	want(sys(SYS_write, fd, "by-sibling", 10L), 10, "write");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_write, r->fd[1], "x", 1L), 1, "write");
	thread_join(&t);
}

const struct scenario sc_thread_comm_sibling = {
	.name = "thread-comm-sibling",
	.help = "a thread renamed through /proc while it reads: from the next row on",
	.ignore = "futex sched_yield file=/proc/*",
	.setup = ab_setup,
	.run = sibling_run,
	.expect = "getpid Process null ret=$main\n"
		  "clone Process proc ret=$t1\n"
		  "write FS fd ret=1 bytes=1 fd=$w file=$p~pipe:[*]\n"
		  "t1: read FS fd ret=1 bytes=1 fd=$r file=$p\n"
		  "t1: pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt comm=by-sibling\n"
		  "t1: exit Process null ret=- comm=by-sibling\n",
};

/* ---- renamed late: by prctl, through one's own file, by another thread ---- */

#define LATE 12

static void
write_comm(const char *file, const char *comm, long len)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, file, O_WRONLY, 0), "openat");

	want(sys(SYS_write, fd, comm, len), len, "write");
	want(sys(SYS_close, fd), 0, "close");
}

static void
four_writes(void)
{
	for (int i = 0; i < 4; i++)
		want(sys(SYS_pwrite64, 101, "x", 1L, 0L), 1, "pwrite64");
}

/* Thread N of LATE: named by itself in one way or the other, or by the first thread. */
static int
late_thread(struct thread *t)
{
	short_thread(t);
	if (t->arg % 3 == 0)
		want(sys(SYS_prctl, PR_SET_NAME, "iorlate"), 0, "prctl");
	else if (t->arg % 3 == 1)
		write_comm("/proc/thread-self/comm", "iorlate", 7);
	else
		step_set(t, 1);
	if (t->arg % 3 == 2)
		step_wait(t, 2);
	four_writes();
	return 0;
}

static void
late_run(struct run *r)
{
	struct thread t[LATE] = { 0 };
	char file[64];
	long tid;

	short_thread(&t[0]);
	for (int i = 0; i < LATE; i++) {
		tid = thread_start(r, &t[i], late_thread, i);
		if (i % 3 == 2) {
			step_wait(&t[i], 1);
			snprintf(file, sizeof(file), "/proc/self/task/%ld/comm", tid);
			write_comm(file, "iorlate", 7);
			step_set(&t[i], 2);
		}
		thread_join(&t[i]);
	}
	want(sys(SYS_prctl, PR_SET_NAME, "iorlate"), 0, "prctl");
	four_writes();
	want(sys(SYS_prctl, PR_SET_NAME, "ioworkload"), 0, "prctl");
}

#define OLD_READS  "4* pread64 FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
#define NEW_WRITES "4* pwrite64 FS fd ret=1 bytes=1 fd=101 file=@/b.txt comm=iorlate\n"

const struct scenario sc_thread_comm_late_rename = {
	.name = "thread-comm-late-rename",
	.help = "the first thread and twelve others renamed in three ways",
	.options = "-e pread64,pwrite64,access",
	.setup = ab_setup,
	.run = late_run,
	.expect = OLD_READS NEW_WRITES "t1*12: " OLD_READS "t1*12: " NEW_WRITES,
};

const struct scenario sc_thread_comm_late_rename_old = {
	.name = "thread-comm-late-rename-old",
	.help = "the same with the old name selected",
	.options = "-e pread64,pwrite64,access --comm ioworkload",
	.setup = ab_setup,
	.run = late_run,
	.expect = OLD_READS "t1*12: " OLD_READS,
};

const struct scenario sc_thread_comm_late_rename_new = {
	.name = "thread-comm-late-rename-new",
	.help = "the same with the new name selected",
	.options = "-e pread64,pwrite64,access --comm iorlate",
	.how = HOW_WHOLE,
	.setup = ab_setup,
	.run = late_run,
	.expect = NEW_WRITES "t1*12: " NEW_WRITES,
};

/* ---- renamed within a call ---- */

static void
in_open_setup(struct run *r)
{
	ab_setup(r);
	want(sys(SYS_mknod, "fifo", 0010600, 0L), 0, "mknod");
}

static int
in_open_thread(struct thread *t)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, "fifo", O_RDONLY, 0), "openat");

	(void)t;
	four_writes();
	want(sys(SYS_close, fd), 0, "close");
	return 0;
}

static void
in_open_run(struct run *r)
{
	struct thread t = { 0 };
	long me = sys(SYS_getpid), tid = thread_start(r, &t, in_open_thread, 0);
	char file[64];

	wait_blocked(me, tid, SYS_openat);
	snprintf(file, sizeof(file), "/proc/self/task/%ld/comm", tid);
	write_comm(file, "iorlate", 7);
	want_ok(sys(SYS_openat, AT_FDCWD, "fifo", O_WRONLY, 0), "openat");
	thread_join(&t);
}

const struct scenario sc_thread_comm_rename_in_open = {
	.name = "thread-comm-rename-in-open",
	.help = "a thread renamed while its open sleeps: from the next row on",
	.ignore = "futex sched_yield file=/proc/*",
	.setup = in_open_setup,
	.run = in_open_run,
	.expect = "getpid Process null ret=$main\n"
		  "clone Process proc ret=$t1\n"
		  "openat FS open ret=$w fd=$w file=@/fifo\n"
		  "t1: openat FS open ret=$r fd=$r file=@/fifo\n"
		  "t1: " NEW_WRITES "t1: close FS fd fd=$r file=@/fifo comm=iorlate\n"
		  "t1: exit Process null ret=- comm=iorlate\n",
};
