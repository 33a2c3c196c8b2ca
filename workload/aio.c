/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aio.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

aio_context_t
aio_context(void)
{
	aio_context_t ctx = 0;

	need(sys(SYS_io_setup, 8L, &ctx), "io_setup");
	return ctx;
}

struct iocb
aio_block(int op, int fd, const void *data, size_t len, long long offset)
{
	struct iocb cb;

	memset(&cb, 0, sizeof(cb));
	cb.aio_data = 0xd00d;
	cb.aio_lio_opcode = (uint16_t)op;
	cb.aio_fildes = (uint32_t)fd;
	cb.aio_buf = (uintptr_t)data;
	cb.aio_nbytes = len;
	cb.aio_offset = offset;
	return cb;
}

void
aio_reap(aio_context_t ctx, int n, long wanted)
{
	struct io_event done;

	while (n--) {
		want(sys(SYS_io_getevents, ctx, 1L, 1L, &done, NULL), 1, "io_getevents");
		want((long)done.res, wanted, "result of a request");
	}
}

/* Where the next completion goes, of the ring whose address the context is. */
static uint32_t
ring_tail(aio_context_t ctx)
{
	const volatile uint32_t *ring = (const volatile uint32_t *)ctx; /* fs/aio.c */

	return ring[3];
}

void
aio_settle(aio_context_t ctx, uint32_t n)
{
	struct iocb *none[1] = { NULL };

	while (ring_tail(ctx) < n)
		;
	want(sys(SYS_io_submit, ctx, 0L, none), 0, "io_submit of nothing");
}

void
aio_file_setup(struct run *r)
{
	file_make("aio.dat",
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "aio.dat", O_RDWR, 0L), "open");
	/* Mapped, so that no ring comes to lie there. */
	r->val[0] = want_ok(sys(SYS_mmap, NULL, 4096L, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1L, 0L),
			    "mmap");
}

void
aio_pipe_setup(struct run *r)
{
	int ends[2];

	aio_file_setup(r);
	want(sys(SYS_pipe2, ends, 0L), 0, "pipe2");
	r->fd[1] = ends[0];
	r->fd[2] = ends[1];
}

void
aio_destroy(aio_context_t ctx)
{
	want(sys(SYS_io_destroy, ctx), 0, "io_destroy");
}
