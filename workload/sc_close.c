/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closing: one descriptor, ranges of them, ones that are not open.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "scenario.h"

/* closefile-0 to -2 at the numbers 100, 101, 102. */
static void
three_setup(struct run *r)
{
	char name[32];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "closefile-%d", i);
		r->fd[i] = (int)want_ok(
			sys(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT, 0600), "open");
		want(sys(SYS_dup2, r->fd[i], 100 + i), 100 + i, "dup2");
		want(sys(SYS_close, r->fd[i]), 0, "close");
	}
}

static void
basic_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 3; i++)
		want(sys(SYS_close, 100 + i), 0, "close");
}

const struct scenario sc_close_basic = {
	.name = "close-basic",
	.help = "three files closed",
	.setup = three_setup,
	.run = basic_run,
	.expect = "close FS fd fd=100 file=@/closefile-0\n"
		  "close FS fd fd=101 file=@/closefile-1\n"
		  "close FS fd fd=102 file=@/closefile-2\n",
};

static void
range_run(struct run *r)
{
	(void)r;
	need(sys(SYS_close_range, 100, 102, 0L), "close_range");
	for (int i = 0; i < 3; i++)
		want(sys(SYS_close, 100 + i), -EBADF, "close");
}

const struct scenario sc_close_range = {
	.name = "close-range",
	.help = "three files closed by one call; their numbers then name nothing",
	.needs = "Linux 5.9",
	.setup = three_setup,
	.run = range_run,
	.expect = "close_range FS two-fd fd=100 file=~@/closefile-*\n"
		  "close FS fd ret=-EBADF fd=100\n"
		  "close FS fd ret=-EBADF fd=101\n"
		  "close FS fd ret=-EBADF fd=102\n",
};

static void
bounded_run(struct run *r)
{
	(void)r;
	need(sys(SYS_close_range, 100, 101, 0L), "close_range");
	want(sys(SYS_write, 100, "x", 1L), -EBADF, "write");
	want(sys(SYS_write, 102, "x", 1L), 1, "write");
	want(sys(SYS_close_range, 103, 102, 0L), -EINVAL, "close_range upside down");
	want(sys(SYS_close_range, 100, 102, 0x1000L), -EINVAL, "close_range, bad flags");
	want(sys(SYS_write, 102, "y", 1L), 1, "write");
}

const struct scenario sc_close_range_bounded = {
	.name = "close-range-bounded",
	.help = "a range that spares a file; ranges that fail",
	.needs = "Linux 5.9",
	.setup = three_setup,
	.run = bounded_run,
	.expect = "close_range FS two-fd fd=100 file=~@/closefile-*\n"
		  "write FS fd ret=-EBADF fd=100\n"
		  "write FS fd ret=1 bytes=1 fd=102 file=@/closefile-2\n"
		  "close_range FS two-fd ret=-EINVAL fd=103 file=?\n"
		  "close_range FS two-fd ret=-EINVAL fd=100 file=?\n"
		  "write FS fd ret=1 bytes=1 fd=102 file=@/closefile-2\n",
};

static void
cloexec_run(struct run *r)
{
	(void)r;
	need(sys(SYS_close_range, 100, 101, CLOSE_RANGE_CLOEXEC), "close_range");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_fcntl, 100, F_GETFD), FD_CLOEXEC, "F_GETFD");
	want(sys(SYS_fcntl, 102, F_GETFD), 0, "F_GETFD");
}

const struct scenario sc_close_range_cloexec = {
	.name = "close-range-cloexec",
	.help = "a range that is only marked to be closed by exec",
	.needs = "Linux 5.11",
	.setup = three_setup,
	.run = cloexec_run,
	.expect = "close_range FS two-fd fd=100 file=~@/closefile-*\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/closefile-0 "
		  "flags=O_RDWR|O_CLOEXEC\n"
		  "fcntl FS fcntl ret=1 fd=100 file=@/closefile-0\n"
		  "fcntl FS fcntl ret=0 fd=102 file=@/closefile-2\n",
};

static void
empty_run(struct run *r)
{
	(void)r;
	need(sys(SYS_close_range, 9000, 9999, 0L), "close_range");
	for (int i = 0; i < 4; i++)
		want(sys(SYS_close_range, 9000, 9999, 0L), 0, "close_range");
}

const struct scenario sc_close_range_empty = {
	.name = "close-range-empty",
	.help = "a range without an open descriptor",
	.needs = "Linux 5.9",
	.run = empty_run,
	.expect = "5* close_range FS two-fd fd=9000\n",
};

static void
invalid_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_close, 99999), -EBADF, "close");
	want(sys(SYS_close, -1), -EBADF, "close");
}

const struct scenario sc_close_invalid_fd = {
	.name = "close-invalid-fd",
	.help = "close of what is not open: five times 99999, once -1",
	.run = invalid_run,
	.expect = "5* close FS fd ret=-EBADF fd=99999\n"
		  "close FS fd ret=-EBADF fd=-\n",
};

static void
double_run(struct run *r)
{
	(void)r;
	want(sys(SYS_close, 100), 0, "close");
	want(sys(SYS_close, 100), -EBADF, "close again");
}

const struct scenario sc_close_double_close = {
	.name = "close-double-close",
	.help = "a close of a file, and again of its number",
	.setup = three_setup,
	.run = double_run,
	.expect = "close FS fd fd=100 file=@/closefile-0\n"
		  "close FS fd ret=-EBADF fd=100\n",
};

/* 64 files at the numbers 300 on, which no tracer has seen opened. */
static void
untracked_setup(struct run *r)
{
	char name[32];
	long fd;

	(void)r;
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "untracked-%d", i);
		fd = want_ok(sys(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT, 0600),
			     "open");
		want(sys(SYS_dup2, fd, 300 + i), 300 + i, "dup2");
		want(sys(SYS_close, fd), 0, "close");
	}
	for (int i = 3; i < 300; i++)
		sys(SYS_dup2, 300, i); /* so that a new number is the one just closed */
}

static void
untracked_run(struct run *r)
{
	int p[2];

	(void)r;
	want(sys(SYS_write, 300, "x", 1L), 1, "write");
	for (int i = 0; i < 64; i++) {
		want(sys(SYS_close, 300 + i), 0, "close");
		want(sys(SYS_pipe2, p, 0), 0, "pipe2");
		want(p[0], 300 + i, "the number that pipe2 took");
		want(sys(SYS_close, p[1]), 0, "close");
	}
}

const struct scenario sc_close_untracked = {
	.name = "close-untracked",
	.help = "64 files opened before the tracer came: no close is named by what "
		"follows",
	.how = HOW_ATTACH,
	.setup = untracked_setup,
	.run = untracked_run,
	.expect = "write FS fd ret=1 bytes=1 fd=300 file=@/untracked-0\n"
		  "repeat 64\n"
		  "close FS fd fd=[300+i] file=@/untracked-[0+i]\n"
		  "pipe2 IPC pipe fd=[300+i] file=$_p~pipe:[*]\n"
		  "close FS fd fd=$w file=$_p\n"
		  "end\n",
};
