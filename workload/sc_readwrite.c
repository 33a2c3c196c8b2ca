/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing: every call that does it, its bytes and its place in the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "scenario.h"

/* Creates rwfile.txt with 21 bytes and leaves it open for reading and writing in fd[0],
 * for reading in fd[1], for writing in fd[2]. */
static void
rw_setup(struct run *r)
{
	static const int how[] = { O_RDWR, O_RDONLY, O_WRONLY };

	file_make("rwfile.txt", "twenty-one bytes here");
	for (int i = 0; i < 3; i++)
		r->fd[i] = (int)want_ok(
			sys(SYS_openat, AT_FDCWD, "rwfile.txt", how[i], 0), "open");
}

static void
basic_run(struct run *r)
{
	char buf[32];
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, "new.txt", O_RDWR | O_CREAT, 0600),
			  "openat");

	(void)r;
	want(sys(SYS_write, fd, "twenty-one bytes here", 21L), 21, "write");
	want(sys(SYS_lseek, fd, 0L, SEEK_SET), 0, "lseek");
	want(sys(SYS_read, fd, buf, 32L), 21, "read");
	want(sys(SYS_read, fd, buf, 32L), 0, "read at the end");
	want(sys(SYS_write, fd, "", 0L), 0, "write of nothing");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_readwrite_basic = {
	.name = "readwrite-basic",
	.help = "write, lseek, read to the end of the file",
	.run = basic_run,
	.expect =
		"openat FS open ret=$a fd=$a file=@/new.txt\n"
		"write FS fd ret=21 bytes=21 requested=21 offset=0 fd=$a file=@/new.txt\n"
		"lseek FS fd ret=0 fd=$a file=@/new.txt\n"
		"read FS fd ret=21 bytes=21 requested=32 offset=0 fd=$a file=@/new.txt\n"
		"read FS fd ret=0 requested=32 offset=21 fd=$a file=@/new.txt\n"
		"write FS fd ret=0 fd=$a file=@/new.txt\n"
		"close FS fd fd=$a file=@/new.txt\n",
};

static void
offsets_run(struct run *r)
{
	char buf[8];
	long copy, append;

	copy = want_ok(sys(SYS_dup, r->fd[0]), "dup");
	want(sys(SYS_read, r->fd[0], buf, 5L), 5, "read");
	want(sys(SYS_read, copy, buf, 5L), 5, "read of the duplicate");
	want(sys(SYS_read, r->fd[1], buf, 5L), 5, "read of another opening");
	want(sys(SYS_lseek, copy, -3L, SEEK_END), 18, "lseek");
	want(sys(SYS_read, r->fd[0], buf, 8L), 3, "read");
	want(sys(SYS_pread64, r->fd[0], buf, 4L, 7L), 4, "pread64");
	want(sys(SYS_read, copy, buf, 8L), 0, "read");
	append = want_ok(sys(SYS_openat, AT_FDCWD, "rwfile.txt", O_WRONLY | O_APPEND, 0),
			 "open");
	want(sys(SYS_write, append, "tail", 4L), 4, "write");
	want(sys(SYS_write, append, "tail", 4L), 4, "write");
}

const struct scenario sc_readwrite_offsets = {
	.name = "readwrite-offsets",
	.help = "the position is the open file's: dup shares it, open does not",
	.setup = rw_setup,
	.run = offsets_run,
	.expect =
		"dup FS fd ret=$c fd=$c file=@/rwfile.txt\n"
		"read FS fd ret=5 bytes=5 offset=0 fd=$a file=@/rwfile.txt\n"
		"read FS fd ret=5 bytes=5 offset=5 fd=$c file=@/rwfile.txt\n"
		"read FS fd ret=5 bytes=5 offset=0 fd=$b file=@/rwfile.txt\n"
		"lseek FS fd ret=18 fd=$c file=@/rwfile.txt\n"
		"read FS fd ret=3 bytes=3 offset=18 fd=$a file=@/rwfile.txt\n"
		"pread64 FS fd ret=4 bytes=4 offset=7 fd=$a file=@/rwfile.txt\n"
		"read FS fd ret=0 offset=21 fd=$c file=@/rwfile.txt\n"
		"openat FS open ret=$d fd=$d file=@/rwfile.txt flags=O_WRONLY|O_APPEND\n"
		"write FS fd ret=4 bytes=4 offset=21 fd=$d file=@/rwfile.txt\n"
		"write FS fd ret=4 bytes=4 offset=25 fd=$d file=@/rwfile.txt\n",
};

static void
pread_run(struct run *r)
{
	char buf[64];

	want(sys(SYS_pread64, r->fd[0], buf, 15L, 0L), 15, "pread64");
	want(sys(SYS_pread64, r->fd[0], buf, 64L, 11L), 10, "pread64");
	want(sys(SYS_pread64, r->fd[0], buf, 64L, 100L), 0, "pread64");
}

const struct scenario sc_readwrite_pread = {
	.name = "readwrite-pread",
	.help = "pread64 at, before and behind the end",
	.setup = rw_setup,
	.run = pread_run,
	.expect = "pread64 FS fd ret=15 bytes=15 requested=15 offset=0 fd=$a "
		  "file=@/rwfile.txt\n"
		  "pread64 FS fd ret=10 bytes=10 requested=64 offset=11 fd=$a "
		  "file=@/rwfile.txt\n"
		  "pread64 FS fd ret=0 requested=64 offset=100 fd=$a file=@/rwfile.txt\n",
};

static void
pwrite_run(struct run *r)
{
	want(sys(SYS_pwrite64, r->fd[0], "pwrite", 6L, 3L), 6, "pwrite64");
	want(sys(SYS_pwrite64, r->fd[2], "far", 3L, 5000000000L), 3,
	     "pwrite64 behind 4 GiB");
}

const struct scenario sc_readwrite_pwrite = {
	.name = "readwrite-pwrite",
	.help = "pwrite64, also behind 4 GiB",
	.setup = rw_setup,
	.run = pwrite_run,
	.expect = "pwrite64 FS fd ret=6 bytes=6 offset=3 fd=$a file=@/rwfile.txt\n"
		  "pwrite64 FS fd ret=3 bytes=3 offset=5000000000 fd=$c "
		  "file=@/rwfile.txt\n",
};

static void
mode_run(struct run *r)
{
	char buf[8];

	want(sys(SYS_read, r->fd[2], buf, 8L), -EBADF, "read of a write-only file");
	want(sys(SYS_write, r->fd[1], buf, 8L), -EBADF, "write of a read-only file");
	want(sys(SYS_read, 99999, buf, 8L), -EBADF, "read of no descriptor");
	want(sys(SYS_read, -1, buf, 8L), -EBADF, "read of -1");
	want(sys(SYS_write, 99999, buf, 8L), -EBADF, "write of no descriptor");
	want(sys(SYS_pread64, r->fd[0], buf, 8L, -1L), -EINVAL, "pread64");
	want(sys(SYS_pwrite64, r->fd[0], buf, 8L, -1L), -EINVAL, "pwrite64");
	want(sys(SYS_lseek, r->fd[0], -1L, SEEK_SET), -EINVAL, "lseek");
	want(sys(SYS_lseek, r->fd[0], 0L, 77), -EINVAL, "lseek");
}

const struct scenario sc_readwrite_invalid = {
	.name = "readwrite-invalid",
	.help = "the wrong mode, no descriptor, negative places",
	.setup = rw_setup,
	.run = mode_run,
	.expect = "read FS fd ret=-EBADF requested=8 fd=$c file=@/rwfile.txt\n"
		  "write FS fd ret=-EBADF requested=8 fd=$b file=@/rwfile.txt\n"
		  "read FS fd ret=-EBADF fd=99999\n"
		  "read FS fd ret=-EBADF fd=-\n"
		  "write FS fd ret=-EBADF fd=99999\n"
		  "pread64 FS fd ret=-EINVAL fd=$a file=@/rwfile.txt\n"
		  "pwrite64 FS fd ret=-EINVAL fd=$a file=@/rwfile.txt\n"
		  "lseek FS fd ret=-EINVAL fd=$a file=@/rwfile.txt\n"
		  "lseek FS fd ret=-EINVAL fd=$a file=@/rwfile.txt\n",
};

static void
wronly_run(struct run *r)
{
	char buf[8];

	for (int i = 0; i < 5; i++)
		want(sys(SYS_read, r->fd[2], buf, 8L), -EBADF, "read");
}

const struct scenario sc_readwrite_wronly_read = {
	.name = "readwrite-wronly-read",
	.help = "read of a write-only file, five times",
	.setup = rw_setup,
	.run = wronly_run,
	.expect = "5* read FS fd ret=-EBADF requested=8 fd=$c file=@/rwfile.txt\n",
};

static void
rdonly_run(struct run *r)
{
	for (int i = 0; i < 5; i++)
		want(sys(SYS_write, r->fd[1], "bytes", 5L), -EBADF, "write");
}

const struct scenario sc_readwrite_rdonly_write = {
	.name = "readwrite-rdonly-write",
	.help = "write of a read-only file, five times",
	.setup = rw_setup,
	.run = rdonly_run,
	.expect = "5* write FS fd ret=-EBADF requested=5 fd=$b file=@/rwfile.txt\n",
};

static void
pread_invalid_run(struct run *r)
{
	char buf[8];

	for (int i = 0; i < 5; i++)
		want(sys(SYS_pread64, r->fd[0], buf, 8L, -1L), -EINVAL, "pread64");
}

const struct scenario sc_readwrite_pread_invalid = {
	.name = "readwrite-pread-invalid",
	.help = "pread64 of a negative place, five times",
	.setup = rw_setup,
	.run = pread_invalid_run,
	.expect = "5* pread64 FS fd ret=-EINVAL requested=8 fd=$a file=@/rwfile.txt\n",
};

static void
pwrite_invalid_run(struct run *r)
{
	for (int i = 0; i < 5; i++)
		want(sys(SYS_pwrite64, r->fd[0], "bytes", 5L, -1L), -EINVAL, "pwrite64");
}

const struct scenario sc_readwrite_pwrite_invalid = {
	.name = "readwrite-pwrite-invalid",
	.help = "pwrite64 of a negative place, five times",
	.setup = rw_setup,
	.run = pwrite_invalid_run,
	.expect = "5* pwrite64 FS fd ret=-EINVAL requested=5 fd=$a file=@/rwfile.txt\n",
};
