/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes of files, and their data written out.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* meta.txt, open as fd[0]. */
static void
size_setup(struct run *r)
{
	file_make("meta.txt", "meta");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "meta.txt", O_RDWR, 0), "open");
}

static void
truncate_run(struct run *r)
{
	(void)r;
	want(sys(SYS_truncate, "meta.txt", 100L), 0, "truncate");
	want(sys(SYS_truncate, "meta.txt", -1L), -EINVAL, "truncate");
}

const struct scenario sc_truncate_basic = {
	.name = "truncate-basic",
	.help = "truncate, also to less than nothing",
	.setup = size_setup,
	.run = truncate_run,
	.expect = "truncate FS pathname file=@/meta.txt\n"
		  "truncate FS pathname ret=-EINVAL file=@/meta.txt\n",
};

static void
ftruncate_run(struct run *r)
{
	want(sys(SYS_ftruncate, r->fd[0], 5000000000L), 0, "ftruncate");
	want(sys(SYS_ftruncate, r->fd[0], 0L), 0, "ftruncate");
}

const struct scenario sc_truncate_ftruncate = {
	.name = "truncate-ftruncate",
	.help = "ftruncate beyond 4 GiB and to nothing",
	.setup = size_setup,
	.run = ftruncate_run,
	.expect = "2* ftruncate FS fd fd=$a file=@/meta.txt\n",
};

static void
fallocate_run(struct run *r)
{
	want(need(sys(SYS_fallocate, r->fd[0], 0, 0L, 4096L), "fallocate"), 0,
	     "fallocate");
}

const struct scenario sc_truncate_fallocate = {
	.name = "truncate-fallocate",
	.help = "fallocate moves no bytes",
	.needs = "a file system with fallocate",
	.setup = size_setup,
	.run = fallocate_run,
	.expect = "fallocate FS fd fd=$a file=@/meta.txt\n",
};

static void
truncate_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_truncate, "missing", 1L), -ENOENT, "truncate");
}

const struct scenario sc_truncate_enoent = {
	.name = "truncate-enoent",
	.help = "truncate of what is not there, five times",
	.run = truncate_enoent_run,
	.expect = "5* truncate FS pathname ret=-ENOENT file=@/missing\n",
};

static void
ftruncate_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_ftruncate, 99999, 1L), -EBADF, "ftruncate");
}

const struct scenario sc_truncate_ftruncate_ebadf = {
	.name = "truncate-ftruncate-ebadf",
	.help = "ftruncate of no descriptor, five times",
	.run = ftruncate_ebadf_run,
	.expect = "5* ftruncate FS fd ret=-EBADF fd=99999\n",
};

static void
fsync_run(struct run *r)
{
	want(sys(SYS_write, r->fd[0], "data", 4L), 4, "write");
	want(sys(SYS_fsync, r->fd[0]), 0, "fsync");
}

const struct scenario sc_sync_basic = {
	.name = "sync-basic",
	.help = "fsync of written data",
	.setup = size_setup,
	.run = fsync_run,
	.expect = "write FS fd ret=4 bytes=4 fd=$a file=@/meta.txt\n"
		  "fsync FS fd fd=$a file=@/meta.txt\n",
};

static void
fdatasync_run(struct run *r)
{
	want(sys(SYS_write, r->fd[0], "data", 4L), 4, "write");
	want(sys(SYS_fdatasync, r->fd[0]), 0, "fdatasync");
}

const struct scenario sc_sync_fdatasync = {
	.name = "sync-fdatasync",
	.help = "fdatasync of written data",
	.setup = size_setup,
	.run = fdatasync_run,
	.expect = "write FS fd ret=4 bytes=4 fd=$a file=@/meta.txt\n"
		  "fdatasync FS fd fd=$a file=@/meta.txt\n",
};

static void
sync_run(struct run *r)
{
	want(sys(SYS_sync), 0, "sync");
	want(sys(SYS_syncfs, r->fd[0]), 0, "syncfs");
}

const struct scenario sc_sync_sync = {
	.name = "sync-sync",
	.help = "sync, which has no file, and syncfs, which has one",
	.setup = size_setup,
	.run = sync_run,
	.expect = "sync FS null\n"
		  "syncfs FS fd fd=$a file=@/meta.txt\n",
};

static void
range_run(struct run *r)
{
	want(sys(SYS_sync_file_range, r->fd[0], 0L, 10L, 2L), 0, "sync_file_range");
	want(sys(SYS_sync_file_range, r->fd[0], -1L, 10L, 2L), -EINVAL,
	     "sync_file_range");
}

const struct scenario sc_sync_sync_file_range = {
	.name = "sync-sync-file-range",
	.help = "sync_file_range, also of a negative place",
	.setup = size_setup,
	.run = range_run,
	.expect = "sync_file_range FS fd fd=$a file=@/meta.txt\n"
		  "sync_file_range FS fd ret=-EINVAL fd=$a file=@/meta.txt\n",
};

static void
range_eof_run(struct run *r)
{
	want(sys(SYS_sync_file_range, r->fd[0], 2L, 0L, 7L), 0, "sync_file_range");
}

const struct scenario sc_sync_sync_file_range_to_eof = {
	.name = "sync-sync-file-range-to-eof",
	.help = "sync_file_range of no length: to the end",
	.setup = size_setup,
	.run = range_eof_run,
	.expect = "sync_file_range FS fd fd=$a file=@/meta.txt\n",
};

static void
fsync_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fsync, 99999), -EBADF, "fsync");
}

const struct scenario sc_sync_fsync_ebadf = {
	.name = "sync-fsync-ebadf",
	.help = "fsync of no descriptor, five times",
	.run = fsync_ebadf_run,
	.expect = "5* fsync FS fd ret=-EBADF fd=99999\n",
};

static void
fdatasync_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fdatasync, 99999), -EBADF, "fdatasync");
}

const struct scenario sc_sync_fdatasync_ebadf = {
	.name = "sync-fdatasync-ebadf",
	.help = "fdatasync of no descriptor, five times",
	.run = fdatasync_ebadf_run,
	.expect = "5* fdatasync FS fd ret=-EBADF fd=99999\n",
};

static void
range_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_sync_file_range, 99999, 0L, 0L, 0L), -EBADF,
		     "sync_file_range");
}

const struct scenario sc_sync_file_range_ebadf = {
	.name = "sync-file-range-ebadf",
	.help = "sync_file_range of no descriptor, five times",
	.run = range_ebadf_run,
	.expect = "5* sync_file_range FS fd ret=-EBADF fd=99999\n",
};
