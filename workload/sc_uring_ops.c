/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of io_uring: each is a row of its own, named by what its descriptor or its
 * place among the registered files meant.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

#include "scenario.h"
#include "uring.h"

#ifndef IORING_RSRC_REGISTER_SPARSE
#define IORING_RSRC_REGISTER_SPARSE 1u
#endif

static char buf[64];

/* ---- transfers ---- */

static void
transfers(struct run *r, uint32_t flags)
{
	struct uring u;
	struct iov iov[2] = { { buf, 3 }, { buf + 3, 4 } };
	int fd = r->fd[0];

	uring_open(&u, flags);
	uring_one(&u, uring_sqe(IORING_OP_WRITE, fd, "XYZ", 3, 2), 3);
	uring_one(&u, uring_sqe(IORING_OP_READ, fd, buf, 32, 4), 12);
	uring_one(&u, uring_sqe(IORING_OP_READV, fd, iov, 2, 1), 7);
	uring_one(&u, uring_sqe(IORING_OP_WRITEV, fd, iov, 2, 9), 7);
	uring_one(&u, uring_sqe(IORING_OP_READ, fd, buf, 5, UINT64_MAX), 5);
	uring_one(&u, uring_sqe(IORING_OP_READ, fd, buf, 5, UINT64_MAX), 5);
	uring_one(&u, uring_sqe(IORING_OP_FSYNC, fd, NULL, 0, 0), 0);
	uring_one(&u, uring_sqe(IORING_OP_READ, 9999, buf, 5, 0), -EBADF);
	uring_close(&u);
}

static void
transfers_run(struct run *r)
{
	transfers(r, 0);
}

#define TRANSFERS \
	SETUP \
	ENTER "uring_write AIO request ret=3 bytes=3 requested=3 offset=2" ON_A ENTER \
	      "uring_read AIO request ret=12 bytes=12 requested=32 offset=4" ON_A ENTER \
	      "uring_readv AIO request ret=7 bytes=7 requested=7 offset=1" ON_A ENTER \
	      "uring_writev AIO request ret=7 bytes=7 requested=7 offset=9" ON_A ENTER \
	      "uring_read AIO request ret=5 bytes=5 requested=5 offset=?" ON_A ENTER \
	      "uring_read AIO request ret=5 bytes=5 requested=5 offset=?" ON_A ENTER \
	      "uring_fsync AIO request ret=0 offset=- requested=-" ON_A ENTER \
	      "uring_read AIO request ret=-EBADF requested=5 offset=- fd=9999\n" CLOSE

const struct scenario sc_iouring_read_write = {
	.name = "iouring-read-write",
	.help = "reads and writes through a ring, one of them of no descriptor",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = transfers_run,
	.expect = TRANSFERS,
};

static void
long_entries_run(struct run *r)
{
	transfers(r, IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
}

const struct scenario sc_iouring_sqe128 = {
	.name = "iouring-sqe128",
	.help = "the same with entries of twice the size",
	.needs = "io_uring, Linux 5.19",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = long_entries_run,
	.expect = TRANSFERS,
};

static void
no_array_run(struct run *r)
{
	transfers(r, URING_NO_SQARRAY);
}

const struct scenario sc_iouring_no_array = {
	.name = "iouring-no-array",
	.help = "the same in a ring without an array of places",
	.needs = "io_uring, Linux 6.6",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = no_array_run,
	.expect = TRANSFERS,
};

static void
no_mmap_run(struct run *r)
{
	transfers(r, URING_NO_MMAP);
}

const struct scenario sc_iouring_no_mmap = {
	.name = "iouring-no-mmap",
	.help = "the same in memory that the program brings along",
	.needs = "io_uring, Linux 6.5",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = no_mmap_run,
	.expect = TRANSFERS,
};

static void
no_fd_run(struct run *r)
{
	struct uring u;

	uring_open(&u, URING_NO_MMAP | URING_NO_FD);
	uring_one(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 8, 0), 8);
	uring_close(&u);
}

const struct scenario sc_iouring_no_fd = {
	.name = "iouring-no-fd",
	.help = "a ring without a descriptor",
	.needs = "io_uring, Linux 6.5",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = no_fd_run,
	.expect = "io_uring_setup AIO null ret=? fd=? file=?\n"
		  "io_uring_enter AIO fd ret=1 " RING "\n"
		  "uring_read AIO request ret=8 bytes=8 requested=8 offset=0" ON_A,
};

static void
buffers_run(struct run *r)
{
	struct iov iov = { buf, sizeof(buf) };
	struct uring u;

	uring_open(&u, 0);
	want(sys(SYS_io_uring_register, u.fd, IORING_REGISTER_BUFFERS, &iov, 1), 0,
	     "IORING_REGISTER_BUFFERS");
	uring_one(&u, uring_sqe(IORING_OP_READ_FIXED, r->fd[0], buf + 8, 10, 3), 10);
	uring_one(&u, uring_sqe(IORING_OP_WRITE_FIXED, r->fd[0], buf + 8, 6, 0), 6);
	uring_close(&u);
}

const struct scenario sc_iouring_fixed_buffers = {
	.name = "iouring-fixed-buffers",
	.help = "transfers from and to a registered buffer",
	.needs = "io_uring",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = buffers_run,
	.expect = SETUP
	"io_uring_register AIO fd fd=$a " RING "\n" ENTER
	"uring_read_fixed AIO request ret=10 bytes=10 requested=10 offset=3" ON_A ENTER
	"uring_write_fixed AIO request ret=6 bytes=6 requested=6 offset=0" ON_A CLOSE,
};

/* ---- registered files ---- */

static struct io_uring_sqe
fixed(struct io_uring_sqe sqe)
{
	sqe.flags |= IOSQE_FIXED_FILE;
	return sqe;
}

static void
fixed_run(struct run *r)
{
	int fds[3] = { r->fd[0], -1, r->fd[1] };
	struct io_uring_files_update up = { .offset = 1, .fds = (uintptr_t)&fds[2] };
	int other = r->fd[0];
	struct io_uring_sqe update = uring_sqe(IORING_OP_FILES_UPDATE, -1, &other, 1, 2);
	struct uring u;

	uring_open(&u, 0);
	want(sys(SYS_io_uring_register, u.fd, IORING_REGISTER_FILES, fds, 3), 0,
	     "IORING_REGISTER_FILES");
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 0, buf, 4, 0)), 4);
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 2, buf, 4, 0)), 4);
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 1, buf, 4, 0)), -EBADF);
	want(sys(SYS_io_uring_register, u.fd, IORING_REGISTER_FILES_UPDATE, &up, 1), 1,
	     "IORING_REGISTER_FILES_UPDATE");
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 1, buf, 4, 0)), 4);
	uring_one(&u, update, 1);
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 2, buf, 4, 0)), 4);
	/* The registered file is a reference of its own. */
	want(sys(SYS_close, r->fd[0]), 0, "close");
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 0, buf, 4, 0)), 4);
	want(sys(SYS_io_uring_register, u.fd, IORING_UNREGISTER_FILES, NULL, 0), 0,
	     "IORING_UNREGISTER_FILES");
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 0, buf, 4, 0)), -EBADF);
	uring_close(&u);
}

#define FIXED_READ \
	"uring_read AIO request ret=4 bytes=4 requested=4 offset=0 fd=- file=@/"
#define FIXED_BAD "uring_read AIO request ret=-EBADF requested=4 offset=- fd=-\n"
#define REGISTER  "io_uring_register AIO fd fd=$a " RING "\n"

const struct scenario sc_iouring_fixed_files = {
	.name = "iouring-fixed-files",
	.help = "reads of registered files, which are replaced and taken back",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = fixed_run,
	.expect = SETUP REGISTER ENTER FIXED_READ
	"a.txt\n" ENTER FIXED_READ "b.txt\n" ENTER FIXED_BAD
	"io_uring_register AIO fd ret=1 fd=$a " RING "\n" ENTER FIXED_READ "b.txt\n" ENTER
	"uring_files_update AIO request ret=1\n" ENTER FIXED_READ "a.txt\n"
	"close FS fd fd=$f file=@/a.txt\n" ENTER FIXED_READ
	"a.txt\n" REGISTER ENTER FIXED_BAD CLOSE,
};

static void
direct_run(struct run *r)
{
	struct io_uring_rsrc_register sparse = { .nr = 4,
						 .flags = IORING_RSRC_REGISTER_SPARSE };
	struct io_uring_sqe open = uring_sqe(IORING_OP_OPENAT, AT_FDCWD, "a.txt", 0, 0);
	struct io_uring_sqe close = uring_sqe(IORING_OP_CLOSE, 0, NULL, 0, 0);
	struct io_uring_sqe read;
	struct uring u;
	long place;

	(void)r;
	uring_open(&u, 0);
	need(sys(SYS_io_uring_register, u.fd, IORING_REGISTER_FILES2, &sparse,
		 sizeof(sparse)),
	     "IORING_REGISTER_FILES2");
	open.file_index = 2 + 1;
	uring_one(&u, open, 0);
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 2, buf, 4, 0)), 4);
	open.addr = (uintptr_t) "b.txt";
	open.file_index = IORING_FILE_INDEX_ALLOC;
	uring_queue(&u, open);
	uring_enter(&u, 1);
	place = need(uring_result(&u, open.user_data), "IORING_FILE_INDEX_ALLOC");
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, (int)place, buf, 4, 0)), 4);
	close.file_index = 2 + 1;
	uring_one(&u, close, 0);
	uring_one(&u, fixed(uring_sqe(IORING_OP_READ, 2, buf, 4, 0)), -EBADF);
	/* A link opens into the place that the next one reads. */
	open.addr = (uintptr_t) "a.txt";
	open.file_index = 3 + 1;
	open.flags = IOSQE_IO_LINK;
	read = fixed(uring_sqe(IORING_OP_READ, 3, buf, 4, 0));
	uring_queue(&u, open);
	uring_queue(&u, read);
	uring_enter(&u, 2);
	uring_reap(&u, open.user_data, 0);
	uring_reap(&u, read.user_data, 4);
	uring_close(&u);
}

const struct scenario sc_iouring_direct = {
	.name = "iouring-direct",
	.help = "files opened into places of the ring, without a descriptor",
	.needs = "io_uring, Linux 5.19",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = direct_run,
	.expect = SETUP REGISTER ENTER
	"uring_openat AIO request ret=0 file=@/a.txt flags=O_RDONLY\n" ENTER FIXED_READ
	"a.txt\n" ENTER
	"uring_openat AIO request ret=$p file=@/b.txt flags=O_RDONLY\n" ENTER FIXED_READ
	"b.txt\n" ENTER
	"uring_close AIO request ret=0 file=@/a.txt\n" ENTER FIXED_BAD ENTER2
	"uring_openat AIO request ret=0 file=@/a.txt flags=O_RDONLY\n" FIXED_READ
	"a.txt\n" CLOSE,
};

/* ---- links ---- */

static void
linked_run(struct run *r)
{
	struct io_uring_sqe write = uring_sqe(IORING_OP_WRITE, r->fd[0], "linked", 6, 0);
	struct io_uring_sqe sync = uring_sqe(IORING_OP_FSYNC, r->fd[0], NULL, 0, 0);
	struct io_uring_sqe read = uring_sqe(IORING_OP_READ, r->fd[0], buf, 6, 0);
	struct io_uring_sqe bad = uring_sqe(IORING_OP_READ, 9999, buf, 6, 0);
	struct uring u;

	write.flags = sync.flags = bad.flags = IOSQE_IO_LINK;
	bad.user_data = 0xbad;
	uring_open(&u, 0);
	uring_queue(&u, write);
	uring_queue(&u, sync);
	uring_queue(&u, read);
	uring_enter(&u, 3);
	uring_reap(&u, write.user_data, 6);
	uring_reap(&u, sync.user_data, 0);
	uring_reap(&u, read.user_data, 6);
	uring_queue(&u, bad);
	uring_queue(&u, read);
	uring_enter(&u, 2);
	uring_reap(&u, bad.user_data, -EBADF);
	uring_reap(&u, read.user_data, -ECANCELED);
	uring_close(&u);
}

const struct scenario sc_iouring_linked = {
	.name = "iouring-linked",
	.help = "operations that wait for each other; one that fails takes the next "
		"along",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = linked_run,
	.expect = SETUP ENTER3
	"uring_write AIO request ret=6 bytes=6 requested=6 offset=0" ON_A
	"uring_fsync AIO request ret=0" ON_A
	"uring_read AIO request ret=6 bytes=6 requested=6 offset=0" ON_A ENTER2
	"uring_read AIO request ret=-EBADF requested=6 fd=9999\n"
	"uring_read AIO request ret=-ECANCELED requested=6 offset=0" ON_A CLOSE,
};

static void
quiet_run(struct run *r)
{
	struct io_uring_sqe write = uring_sqe(IORING_OP_WRITE, r->fd[0], "linked", 6, 0);
	struct io_uring_sqe read = uring_sqe(IORING_OP_READ, r->fd[0], buf, 6, 0);
	struct uring u;

	write.flags = IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
	uring_open(&u, 0);
	if (!(u.p.features & IORING_FEAT_CQE_SKIP))
		skip("IOSQE_CQE_SKIP_SUCCESS: not in this kernel");
	uring_queue(&u, write);
	uring_queue(&u, read);
	uring_enter(&u, 1);
	uring_reap(&u, read.user_data, 6);
	/* Fails, says so, and the next one says nothing any more. */
	write.fd = 9999;
	uring_queue(&u, write);
	uring_queue(&u, read);
	uring_enter(&u, 1);
	uring_reap(&u, write.user_data, -EBADF);
	uring_close(&u);
}

const struct scenario sc_iouring_quiet = {
	.name = "iouring-quiet",
	.help = "an operation that says nothing if it succeeds, and those it is linked "
		"to",
	.needs = "io_uring, Linux 5.17",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = quiet_run,
	.expect = SETUP ENTER2
	"uring_write AIO request ret=6 bytes=6 requested=6 offset=0" ON_A
	"uring_read AIO request ret=6 bytes=6 requested=6 offset=0" ON_A ENTER2
	"uring_write AIO request ret=-EBADF requested=6 fd=9999\n"
	"uring_read AIO request ret=-ECANCELED requested=6 offset=0" ON_A CLOSE,
};
