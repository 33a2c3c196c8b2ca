/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of AIO that are not taken, and all the ways in which a completion comes, or
 * does not.
 */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>

#include "aio.h"
#include "scenario.h"

static char buf[256];

/* ---- what is not taken ---- */

static void
partial_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb good = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb closed = aio_block(IOCB_CMD_PREAD, 999, buf, 16, 0);
	struct iocb *list[] = { &good, &closed, &good };

	want(sys(SYS_io_submit, ctx, 3L, list), 1, "io_submit of one that is bad");
	want(sys(SYS_io_submit, ctx, 2L, list + 1), -EBADF,
	     "io_submit, the bad one first");
	list[1] = (struct iocb *)r->val[0];
	want(sys(SYS_io_submit, ctx, 3L, list), 1, "io_submit of a bad pointer");
	aio_reap(ctx, 2, 16);
	aio_destroy(ctx);
}

const struct scenario sc_aio_partial_submit = {
	.name = "aio-partial-submit",
	.help = "io_submit stops at the first that it cannot take",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = partial_run,
	.expect = SETUP SUBMIT
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE
	"io_submit AIO null ret=-EBADF\n" SUBMIT
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE
	"2* " REAP DESTROY,
};

static void
bad_iocbs_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb cb = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb };
	struct iocb *null[] = { NULL };

	want(sys(SYS_io_submit, ctx, 1L, null), -EFAULT, "io_submit of NULL");
	want(sys(SYS_io_submit, ctx, 1L, r->val[0]), -EFAULT, "io_submit from nowhere");
	want(sys(SYS_io_submit, ctx, -1L, list), -EINVAL, "io_submit of -1");
	want(sys(SYS_io_submit, 0L, 1L, list), -EINVAL, "io_submit to no context");
	cb.aio_reserved2 = 1;
	want(sys(SYS_io_submit, ctx, 1L, list), -EINVAL, "io_submit, reserved field");
	cb.aio_reserved2 = 0;
	cb.aio_lio_opcode = 77;
	want(sys(SYS_io_submit, ctx, 1L, list), -EINVAL, "io_submit, operation 77");
	cb.aio_lio_opcode = IOCB_CMD_PREAD;
	cb.aio_flags = IOCB_FLAG_RESFD;
	cb.aio_resfd = (uint32_t)r->fd[0];
	want(sys(SYS_io_submit, ctx, 1L, list), -EINVAL, "io_submit, no eventfd");
	aio_destroy(ctx);
}

const struct scenario sc_aio_bad_iocb = {
	.name = "aio-bad-iocb",
	.help = "seven submissions that are refused: no request",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = bad_iocbs_run,
	.expect = SETUP "2* io_submit AIO null ret=-EFAULT\n"
			"5* io_submit AIO null ret=-EINVAL\n" DESTROY,
};

/* ---- how they end ---- */

static void
resubmit_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb cb = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb, &cb };

	want(sys(SYS_io_submit, ctx, 2L, list), 2, "io_submit");
	cb.aio_offset = 60;
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	aio_reap(ctx, 2, 16);
	aio_reap(ctx, 1, 4);
	aio_destroy(ctx);
}

const struct scenario sc_aio_resubmit = {
	.name = "aio-resubmit",
	.help = "one control block three times, twice in one call",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = resubmit_run,
	.expect = SETUP
	"io_submit AIO null ret=2\n"
	"2* aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE SUBMIT
	"aio_pread AIO request ret=4 bytes=4 requested=16 offset=60" ON_FILE
	"3* " REAP DESTROY,
};

/* As libraries do that find the ring's magic number: no io_getevents at all. */
static void
user_reap_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	volatile uint32_t *ring = (volatile uint32_t *)ctx; /* [2] is where to take */
	struct iocb cb = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb };

	/* More often than the ring has places: it wraps. */
	for (uint32_t i = 0; i < 300; i++) {
		cb.aio_offset = i % 64;
		want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
		while (ring[2] == ring[3])
			;
		ring[2] = (ring[2] + 1) % ring[1];
	}
	aio_destroy(ctx);
}

const struct scenario sc_aio_user_reap = {
	.name = "aio-user-reap",
	.help = "300 reads whose completions the program takes from the ring by itself",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = user_reap_run,
	.expect = SETUP "repeat 300\n" SUBMIT
			"aio_pread AIO request ret=>0 bytes=>0 requested=16" ON_FILE
			"end\n" DESTROY,
};

static int
reaper(struct thread *t)
{
	static struct io_event done[8];
	aio_context_t ctx = (aio_context_t)t->arg;

	want(sys(SYS_io_getevents, ctx, 8L, 8L, done, NULL), 8, "io_getevents");
	return 0;
}

static void
thread_reap_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb cb[8], *list[8];
	struct thread t;

	for (int i = 0; i < 8; i++) {
		cb[i] = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 4 * i);
		list[i] = &cb[i];
	}
	thread_start(r, &t, reaper, (long)ctx);
	want(sys(SYS_io_submit, ctx, 4L, list), 4, "io_submit");
	want(sys(SYS_io_submit, ctx, 4L, list + 4), 4, "io_submit");
	thread_join(&t);
	aio_destroy(ctx);
}

const struct scenario sc_aio_thread_reap = {
	.name = "aio-thread-reap",
	.help = "one thread submits, another one waits for the completions",
	.needs = "CONFIG_AIO",
	.setup = aio_file_setup,
	.run = thread_reap_run,
	.ignore = "futex",
	.expect = SETUP "clone Process proc ret=$t1\n"
			"repeat 2\n"
			"io_submit AIO null ret=4\n"
			"4* aio_pread AIO request ret=16 bytes=16 requested=16" ON_FILE
			"end\n" DESTROY "t1: io_getevents AIO null ret=8\n"
			"t1: exit Process null ret=-\n",
};

static void
cancel_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb cb = aio_block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb };
	struct io_event done;

	cb.aio_buf = POLLIN;
	need(sys(SYS_io_submit, ctx, 1L, list), "IOCB_CMD_POLL");
	want(sys(SYS_io_cancel, ctx, &cb, &done), -EINPROGRESS, "io_cancel");
	aio_settle(ctx, 1);
	want(sys(SYS_io_cancel, ctx, &cb, &done), -EINVAL, "io_cancel of what is over");
	aio_reap(ctx, 1, 0);
	aio_destroy(ctx);
}

const struct scenario sc_aio_cancel = {
	.name = "aio-cancel",
	.help = "a poll is cancelled and completes",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = aio_pipe_setup,
	.run = cancel_run,
	.expect = SETUP SUBMIT "io_cancel AIO null ret=-EINPROGRESS\n"
			       "aio_poll AIO request" ON_PIPE LOOK
			       "io_cancel AIO null ret=-EINVAL\n" REAP DESTROY,
};

static void
destroy_run(struct run *r)
{
	aio_context_t ctx = aio_context();
	struct iocb rd = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb cb = aio_block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &rd, &cb };

	cb.aio_buf = POLLIN;
	if (sys(SYS_io_submit, ctx, 2L, list) != 2)
		skip("IOCB_CMD_POLL");
	aio_destroy(ctx);
}

const struct scenario sc_aio_destroy_inflight = {
	.name = "aio-destroy-inflight",
	.help = "io_destroy while a poll waits: it ends unseen; a read was over before",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = aio_pipe_setup,
	.run = destroy_run,
	.expect = SETUP
	"io_submit AIO null ret=2\n"
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE DESTROY
	"aio_poll AIO request ret=- latency_ns=-" ON_PIPE,
};

static void
never_reaped_run(struct run *r)
{
	struct iocb cb = aio_block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb, &cb };
	aio_context_t ctx;
	long pid = child_fork();

	if (!pid) {
		ctx = aio_context();
		cb.aio_buf = POLLIN;
		want(sys(SYS_io_submit, ctx, 2L, list), 2, "io_submit");
		child_exit(0);
	}
	child_wait(pid);
}

const struct scenario sc_aio_never_reaped = {
	.name = "aio-never-reaped",
	.help = "a process ends while two polls wait",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = aio_pipe_setup,
	.run = never_reaped_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: " SETUP "p1: io_submit AIO null ret=2\n"
		  "p1: exit_group Process null ret=-\n"
		  "p1: 2* aio_poll AIO request ret=- latency_ns=-" ON_PIPE,
};

/* ---- a tracer that comes in the middle ---- */

/* One request has completed and waits in the ring, one is on its way. */
static void
attach_setup(struct run *r)
{
	aio_context_t ctx;
	struct iocb rd, poll;
	struct iocb *both[] = { &rd, &poll };

	aio_pipe_setup(r);
	ctx = aio_context();
	rd = aio_block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	poll = aio_block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	poll.aio_buf = POLLIN;
	if (sys(SYS_io_submit, ctx, 2L, both) != 2)
		skip("IOCB_CMD_POLL");
	aio_settle(ctx, 1);
	r->val[1] = (long)ctx;
}

static void
attach_run(struct run *r)
{
	aio_context_t ctx = (aio_context_t)r->val[1];
	struct iocb wr = aio_block(IOCB_CMD_PWRITE, r->fd[0], buf, 8, 0);
	struct iocb *list[] = { &wr };

	aio_reap(ctx, 1, 16);
	want(sys(SYS_write, r->fd[2], "x", 1L), 1, "write");
	aio_settle(ctx, 2);
	aio_reap(ctx, 1, POLLIN | POLLRDNORM);
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	aio_reap(ctx, 1, 8);
	aio_destroy(ctx);
}

const struct scenario sc_aio_attach = {
	.name = "aio-attach",
	.help = "a context that is in use when the tracer comes",
	.needs = "CONFIG_AIO",
	.how = HOW_ATTACH,
	.setup = attach_setup,
	.run = attach_run,
	/* Of what was submitted before nobody can know more than that it completed. */
	.expect = REAP
	"write FS fd ret=1 bytes=1 fd=$w file=~pipe:*\n" LOOK REAP SUBMIT
	"aio_pwrite AIO request ret=8 bytes=8 requested=8 offset=0" ON_FILE REAP DESTROY,
};
