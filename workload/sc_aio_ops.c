/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What io_submit(2) takes becomes rows of its own: every kind of operation.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "aio.h"
#include "scenario.h"

static char buf[256];

static void
pread_pwrite_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb wr = aio_block(IOCB_CMD_PWRITE, r->fd[0], "sixteen bytes ok", 16, 64);
	struct iocb rd = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 100, 32);
	struct iocb past = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 10, 4096);
	struct iocb bad = aio_block(IOCB_CMD_PREAD, r->fd[0], (void *)r->val[0], 16, 0);
	struct iocb *list[] = { &wr, &rd, &past, &bad };
	static const long wanted[] = { 16, 48, 0, -EFAULT };

	for (int i = 0; i < 4; i++) {
		want(sys(SYS_io_submit, ctx, 1L, &list[i]), 1, "io_submit");
		aio_reap(ctx, 1, wanted[i]);
	}
	aio_destroy(ctx);
}

const struct scenario sc_aio_pread_pwrite = {
	.name = "aio-pread-pwrite",
	.help = "a write, a short read, one at the end, one into a bad buffer",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = pread_pwrite_run,
	.expect = SETUP SUBMIT
	"aio_pwrite AIO request ret=16 bytes=16 requested=16 offset=64" ON_FILE REAP
		SUBMIT
	"aio_pread AIO request ret=48 bytes=48 requested=100 offset=32" ON_FILE REAP
		SUBMIT
	"aio_pread AIO request ret=0 bytes=0 requested=10 offset=4096" ON_FILE REAP SUBMIT
	"aio_pread AIO request ret=-EFAULT requested=16 offset=0" ON_FILE REAP DESTROY,
};

static void
vectored_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iov iov[2] = { { buf, 10 }, { buf + 10, 30 } };
	struct iocb wr = aio_block(IOCB_CMD_PWRITEV, r->fd[0], iov, 2, 8);
	struct iocb rd = aio_block(IOCB_CMD_PREADV, r->fd[0], iov, 2, 48);
	struct iocb *list[] = { &wr, &rd };

	memset(buf, 'v', 40);
	want(sys(SYS_io_submit, ctx, 2L, list), 2, "io_submit");
	aio_reap(ctx, 1, 40);
	aio_reap(ctx, 1, 16);
	aio_destroy(ctx);
}

const struct scenario sc_aio_vectored = {
	.name = "aio-vectored",
	.help = "a write and a short read of two buffers each, submitted together",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = vectored_run,
	.expect = SETUP
	"io_submit AIO null ret=2\n"
	"aio_pwritev AIO request ret=40 bytes=40 requested=40 offset=8" ON_FILE
	"aio_preadv AIO request ret=16 bytes=16 requested=40 offset=48" ON_FILE
	"2* " REAP DESTROY,
};

static void
sync_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb full = aio_block(IOCB_CMD_FSYNC, r->fd[0], NULL, 0, 0);
	struct iocb data = aio_block(IOCB_CMD_FDSYNC, r->fd[0], NULL, 0, 0);
	struct iocb *list[] = { &full, &data };

	need(sys(SYS_io_submit, ctx, 1L, &list[0]), "IOCB_CMD_FSYNC");
	aio_settle(ctx, 1);
	want(sys(SYS_io_submit, ctx, 1L, &list[1]), 1, "io_submit");
	aio_settle(ctx, 2);
	aio_reap(ctx, 2, 0);
	aio_destroy(ctx);
}

const struct scenario sc_aio_sync = {
	.name = "aio-sync",
	.help = "fsync and fdatasync as requests",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = aio_file_setup,
	.run = sync_run,
	.expect = SETUP SUBMIT
	"aio_fsync AIO request ret=0 offset=- requested=-" ON_FILE LOOK SUBMIT
	"aio_fdsync AIO request ret=0 offset=- requested=-" ON_FILE LOOK
	"2* " REAP DESTROY,
};

static void
poll_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb cb = aio_block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb };

	cb.aio_buf = POLLIN;
	need(sys(SYS_io_submit, ctx, 1L, list), "IOCB_CMD_POLL");
	want(sys(SYS_write, r->fd[2], "x", 1L), 1, "write");
	aio_settle(ctx, 1);
	aio_reap(ctx, 1, POLLIN | POLLRDNORM);
	aio_destroy(ctx);
}

const struct scenario sc_aio_poll = {
	.name = "aio-poll",
	.help = "a pipe becomes readable",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = aio_pipe_setup,
	.run = poll_run,
	.expect = SETUP SUBMIT
	"write FS fd ret=1 bytes=1 fd=? file=~pipe:*\n"
	"aio_poll AIO request ret=65 offset=- requested=-" ON_PIPE LOOK REAP DESTROY,
};

static void
eventfd_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	int efd = (int)want_ok(sys(SYS_eventfd2, 0L, 0L), "eventfd2");
	struct iocb cb = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb };
	uint64_t n = 0;

	cb.aio_flags = IOCB_FLAG_RESFD;
	cb.aio_resfd = (uint32_t)efd;
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	want(sys(SYS_read, efd, &n, sizeof(n)), 8, "read");
	want((long)n, 1, "completions that the eventfd tells");
	aio_reap(ctx, 1, 16);
	want(sys(SYS_close, efd), 0, "close");
	aio_destroy(ctx);
}

const struct scenario sc_aio_eventfd = {
	.name = "aio-eventfd",
	.help = "a completion that an eventfd tells of",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = eventfd_run,
	.expect = SETUP
	"eventfd2 IPC eventfd ret=$e fd=$e file=~anon_inode:*eventfd*\n" SUBMIT
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE
	"read FS fd ret=8 bytes=8 fd=$e file=~anon_inode:*eventfd*\n" REAP
	"close FS fd fd=$e file=~anon_inode:*eventfd*\n" DESTROY,
};
