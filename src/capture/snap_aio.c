/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What io_submit(2) points to: control blocks, the iovecs of the vectored ones, and the
 * descriptors that they name.
 */
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/uio.h>

#include "capture/mem.h"
#include "capture/snap_msg.h"

#define IOCBS_MAX 1024u
#define IOVEC_MAX 1024u /* UIO_MAXIOV */
#define FDS_MAX	  256u

_Static_assert(sizeof(struct iocb) == 64, "raw.h");

static uint64_t
iovec_sum(const struct tracee *t, uint64_t addr, uint64_t count)
{
	struct iovec iov[IOVEC_MAX];
	uint64_t sum = 0;
	if (count > IOVEC_MAX)
		return UINT64_MAX;
	size_t len = (size_t)count * sizeof(iov[0]);
	if (len && mem_read(t->tid, addr, iov, len) != len)
		return UINT64_MAX;
	for (size_t i = 0; i < count; i++)
		sum += iov[i].iov_len;
	return sum;
}

/* The blocks, up to the first that cannot be read: there the kernel stops, too
 * (fs/aio.c: io_submit). Returns how many. */
static size_t
add_blocks(struct tracee *t, unsigned arg, const uint64_t *ptrs, size_t have,
	   uint64_t count)
{
	size_t max = have * sizeof(struct iocb), n = 0;
	char *p = max ? raw_build_blob_begin(&t->rec, &max) : NULL;
	if (!p)
		return 0;
	while (n < have && (n + 1) * sizeof(struct iocb) <= max &&
	       mem_read(t->tid, ptrs[n], p + n * sizeof(struct iocb),
			sizeof(struct iocb)) == sizeof(struct iocb))
		n++;
	unsigned flags = 0;
	if (n < count)
		flags = n < IOCBS_MAX ? RAW_BLOB_FAULT : RAW_BLOB_TRUNC;
	raw_build_blob_end(&t->rec, RAW_BLOB_IOCBS, arg, flags, n * sizeof(struct iocb));
	return n;
}

/* Block I of the record, which moves when something is added. */
static struct iocb
block(const struct tracee *t, unsigned arg, size_t i)
{
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_IOCBS, arg);
	struct iocb cb;
	memcpy(&cb, (const char *)raw_blob_data(b) + i * sizeof(cb), sizeof(cb));
	return cb;
}

static void
add_refs(struct tracee *t, unsigned arg, const uint64_t *ptrs, size_t n)
{
	struct raw_iocb_ref refs[IOCBS_MAX];
	for (size_t i = 0; i < n; i++) {
		struct iocb cb = block(t, arg, i);
		bool vectored = cb.aio_lio_opcode == IOCB_CMD_PREADV ||
				cb.aio_lio_opcode == IOCB_CMD_PWRITEV;
		refs[i].addr = ptrs[i];
		refs[i].bytes =
			vectored ? iovec_sum(t, cb.aio_buf, cb.aio_nbytes) : UINT64_MAX;
	}
	raw_build_add(&t->rec, RAW_BLOB_IOCB_REFS, arg, 0, refs, n * sizeof(refs[0]));
}

/* Descriptors that the data of the call name, each described once. */
struct data_fds {
	int fd[FDS_MAX];
	size_t n;
};

static void
add_fd(struct tracee *t, struct data_fds *seen, int fd)
{
	if (fd < 0)
		return;
	/* Most blocks of a call name the same one. */
	for (size_t i = seen->n; i > 0; i--)
		if (seen->fd[i - 1] == fd)
			return;
	if (seen->n == FDS_MAX || RAW_RECORD_MAX - t->rec.rec->size < 2 * PROC_NAME_MAX) {
		/* Those that are missing from here on may well be open. */
		t->rec.rec->flags &= ~(unsigned)RAW_FDS_KNOWN;
		return;
	}
	seen->fd[seen->n++] = fd;
	snap_fd(t, RAW_ARG_DATA, fd, PROC_FD_INFO | PROC_FD_STAT);
}

void
snap_iocbs(struct tracee *t, unsigned arg, uint64_t addr, uint64_t count, bool use_proc)
{
	if (!addr || !count || (int64_t)count < 0)
		return;
	uint64_t ptrs[IOCBS_MAX];
	size_t n = count < IOCBS_MAX ? (size_t)count : IOCBS_MAX;
	n = mem_read(t->tid, addr, ptrs, n * sizeof(ptrs[0])) / sizeof(ptrs[0]);
	n = add_blocks(t, arg, ptrs, n, count);
	if (!n)
		return;
	add_refs(t, arg, ptrs, n);
	struct data_fds seen = { .n = 0 };
	for (size_t i = 0; use_proc && i < n; i++) {
		struct iocb cb = block(t, arg, i);
		add_fd(t, &seen, (int)cb.aio_fildes);
		if (cb.aio_flags & IOCB_FLAG_RESFD)
			add_fd(t, &seen, (int)cb.aio_resfd);
	}
}
