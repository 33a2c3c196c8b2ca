/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing by vectors, and advice about reading, which moves nothing.
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
vectors_run(struct run *r)
{
	char a[8], b[24];
	struct iov in[2] = { { a, 7 }, { b, 24 } }, out[2] = { { a, 7 }, { b, 9 } };
	long fd = r->fd[0];

	want(sys(SYS_readv, fd, in, 2L), 21, "readv");
	want(sys(SYS_writev, fd, out, 2L), 16, "writev");
	want(sys(SYS_preadv, fd, in, 2L, 10L, 0L), 27, "preadv");
	want(sys(SYS_pwritev, fd, out, 2L, 0L, 0L), 16, "pwritev");
	want(sys(SYS_preadv2, fd, in, 1L, 1L, 0L, 0L), 7, "preadv2");
	want(sys(SYS_preadv2, fd, in, 1L, -1L, -1L, 0L), 0, "preadv2 at the position");
	want(sys(SYS_pwritev2, fd, out, 2L, 2L, 0L, (long)RWF_DSYNC), 16, "pwritev2");
	want(sys(SYS_readv, fd, in, 0L), 0, "readv of nothing");
}

const struct scenario sc_readwrite_vectors = {
	.name = "readwrite-vectors",
	.help = "readv, writev, preadv, pwritev, preadv2, pwritev2",
	.setup = rw_setup,
	.run = vectors_run,
	.expect = "readv FS fd ret=21 bytes=21 requested=31 offset=0 fd=$a "
		  "file=@/rwfile.txt\n"
		  "writev FS fd ret=16 bytes=16 requested=16 offset=21 fd=$a "
		  "file=@/rwfile.txt\n"
		  "preadv FS fd ret=27 bytes=27 requested=31 offset=10 fd=$a "
		  "file=@/rwfile.txt\n"
		  "pwritev FS fd ret=16 bytes=16 requested=16 offset=0 fd=$a "
		  "file=@/rwfile.txt\n"
		  "preadv2 FS fd ret=7 bytes=7 requested=7 offset=1 fd=$a "
		  "file=@/rwfile.txt\n"
		  "preadv2 FS fd ret=0 requested=7 offset=37 fd=$a file=@/rwfile.txt\n"
		  "pwritev2 FS fd ret=16 bytes=16 requested=16 offset=2 fd=$a "
		  "file=@/rwfile.txt\n"
		  "readv FS fd fd=$a file=@/rwfile.txt\n",
};

static void
readv_run(struct run *r)
{
	char a[7] = "", b[8] = "";
	struct iov v[2] = { { a, 7 }, { b, 8 } };

	want(sys(SYS_readv, r->fd[0], v, 2L), 15, "readv");
}

const struct scenario sc_readwrite_readv = {
	.name = "readwrite-readv",
	.help = "readv of two vectors, 15 bytes",
	.setup = rw_setup,
	.run = readv_run,
	.expect = "readv FS fd ret=15 bytes=15 requested=15 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
writev_run(struct run *r)
{
	char a[7] = "", b[8] = "";
	struct iov v[2] = { { a, 7 }, { b, 8 } };

	want(sys(SYS_writev, r->fd[0], v, 2L), 15, "writev");
}

const struct scenario sc_readwrite_writev = {
	.name = "readwrite-writev",
	.help = "writev of two vectors, 15 bytes",
	.setup = rw_setup,
	.run = writev_run,
	.expect = "writev FS fd ret=15 bytes=15 requested=15 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
preadv_run(struct run *r)
{
	char a[8] = "", b[8] = "";
	struct iov v[2] = { { a, 8 }, { b, 8 } };

	want(sys(SYS_preadv, r->fd[0], v, 2L, 0L, 0L), 16, "preadv");
}

const struct scenario sc_readwrite_preadv = {
	.name = "readwrite-preadv",
	.help = "preadv of two vectors, 16 bytes",
	.setup = rw_setup,
	.run = preadv_run,
	.expect = "preadv FS fd ret=16 bytes=16 requested=16 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
preadv2_run(struct run *r)
{
	char a[8] = "", b[9] = "";
	struct iov v[2] = { { a, 8 }, { b, 9 } };

	want(sys(SYS_preadv2, r->fd[0], v, 2L, 0L, 0L, 0L), 17, "preadv2");
}

const struct scenario sc_readwrite_preadv2 = {
	.name = "readwrite-preadv2",
	.help = "preadv2 of two vectors, 17 bytes",
	.setup = rw_setup,
	.run = preadv2_run,
	.expect = "preadv2 FS fd ret=17 bytes=17 requested=17 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
pwritev_run(struct run *r)
{
	char a[8] = "", b[9] = "";
	struct iov v[2] = { { a, 8 }, { b, 9 } };

	want(sys(SYS_pwritev, r->fd[0], v, 2L, 0L, 0L), 17, "pwritev");
}

const struct scenario sc_readwrite_pwritev = {
	.name = "readwrite-pwritev",
	.help = "pwritev of two vectors, 17 bytes",
	.setup = rw_setup,
	.run = pwritev_run,
	.expect = "pwritev FS fd ret=17 bytes=17 requested=17 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
pwritev2_run(struct run *r)
{
	char a[9] = "", b[9] = "";
	struct iov v[2] = { { a, 9 }, { b, 9 } };

	want(sys(SYS_pwritev2, r->fd[0], v, 2L, 0L, 0L, 0L), 18, "pwritev2");
}

const struct scenario sc_readwrite_pwritev2 = {
	.name = "readwrite-pwritev2",
	.help = "pwritev2 of two vectors, 18 bytes",
	.setup = rw_setup,
	.run = pwritev2_run,
	.expect = "pwritev2 FS fd ret=18 bytes=18 requested=18 offset=0 fd=$a "
		  "file=@/rwfile.txt\n",
};

static void
readahead_run(struct run *r)
{
	want(sys(SYS_readahead, r->fd[0], 0L, 4096L), 0, "readahead");
	want(sys(SYS_readahead, r->fd[2], 0L, 4096L), -EBADF, "readahead");
}

const struct scenario sc_readwrite_readahead = {
	.name = "readwrite-readahead",
	.help = "readahead, also of a write-only file",
	.setup = rw_setup,
	.run = readahead_run,
	.expect = "readahead FS fd fd=$a file=@/rwfile.txt\n"
		  "readahead FS fd ret=-EBADF fd=$c file=@/rwfile.txt\n",
};

static void
fadvise_run(struct run *r)
{
	want(sys(SYS_fadvise64, r->fd[0], 0L, 0L, POSIX_FADV_SEQUENTIAL), 0, "fadvise64");
	want(sys(SYS_fadvise64, r->fd[0], 0L, 0L, 99), -EINVAL, "fadvise64");
}

const struct scenario sc_readwrite_fadvise64 = {
	.name = "readwrite-fadvise64",
	.help = "fadvise64, also of no known advice",
	.setup = rw_setup,
	.run = fadvise_run,
	.expect = "fadvise64 FS fd fd=$a file=@/rwfile.txt\n"
		  "fadvise64 FS fd ret=-EINVAL fd=$a file=@/rwfile.txt\n",
};

static void
cachestat_run(struct run *r)
{
	uint64_t range[2] = { 0, 0 }, stat[5];

	want(need(sys(451L, r->fd[0], range, stat, 0L), "cachestat"), 0, "cachestat");
}

const struct scenario sc_readwrite_cachestat = {
	.name = "readwrite-cachestat",
	.help = "cachestat",
	.needs = "Linux 6.5",
	.setup = rw_setup,
	.run = cachestat_run,
	.expect = "cachestat FS fd fd=$a file=@/rwfile.txt\n",
};

static void
readahead_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_readahead, 99999, 0L, 4096L), -EBADF, "readahead");
}

const struct scenario sc_readwrite_readahead_ebadf = {
	.name = "readwrite-readahead-ebadf",
	.help = "readahead of no descriptor, five times",
	.run = readahead_ebadf_run,
	.expect = "5* readahead FS fd ret=-EBADF fd=99999\n",
};

static void
fadvise_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fadvise64, 99999, 0L, 0L, POSIX_FADV_NORMAL), -EBADF,
		     "fadvise64");
}

const struct scenario sc_readwrite_fadvise64_ebadf = {
	.name = "readwrite-fadvise64-ebadf",
	.help = "fadvise64 of no descriptor, five times",
	.run = fadvise_ebadf_run,
	.expect = "5* fadvise64 FS fd ret=-EBADF fd=99999\n",
};
