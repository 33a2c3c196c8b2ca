/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What io_submit(2) takes becomes rows of its own: every kind of operation, what is not
 * taken, and all the ways in which a completion comes, or does not.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "scenario.h"

static char buf[256];

static aio_context_t
context(void)
{
	aio_context_t ctx = 0;

	need(sys(SYS_io_setup, 8L, &ctx), "io_setup");
	return ctx;
}

static struct iocb
block(int op, int fd, const void *data, size_t len, long long offset)
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

/* Reaps N completions one after the other; each must have the result WANTED. */
static void
reap(aio_context_t ctx, int n, long wanted)
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

/* Waits, without a call, until N completions have come in all. Then a submission of
 * nothing lets a tracer look. */
static void
settle(aio_context_t ctx, uint32_t n)
{
	struct iocb *none[1] = { NULL };

	while (ring_tail(ctx) < n)
		;
	want(sys(SYS_io_submit, ctx, 0L, none), 0, "io_submit of nothing");
}

static void
file_setup(struct run *r)
{
	file_make("aio.dat",
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "aio.dat", O_RDWR, 0L), "open");
	/* Mapped, so that no ring comes to lie there. */
	r->val[0] = want_ok(sys(SYS_mmap, NULL, 4096L, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1L, 0L),
			    "mmap");
}

/* The same, and an empty pipe: r->fd[1] to read, r->fd[2] to write. */
static void
pipe_setup(struct run *r)
{
	int ends[2];

	file_setup(r);
	want(sys(SYS_pipe2, ends, 0L), 0, "pipe2");
	r->fd[1] = ends[0];
	r->fd[2] = ends[1];
}

static void
destroy(aio_context_t ctx)
{
	want(sys(SYS_io_destroy, ctx), 0, "io_destroy");
}

#define SETUP	"io_setup AIO null\n"
#define SUBMIT	"io_submit AIO null ret=1\n"
#define REAP	"io_getevents AIO null ret=1\n"
#define LOOK	"io_submit AIO null ret=0\n"
#define DESTROY "io_destroy AIO null\n"
#define ON_FILE " aio_id=* fd=$f file=@/aio.dat flags=O_RDWR\n"
#define ON_PIPE " aio_id=* fd=$p file=~pipe:* flags=O_RDONLY\n"

/* ---- operations ---- */

static void
pread_pwrite_run(struct run *r)
{
	aio_context_t ctx = context();
	struct iocb wr = block(IOCB_CMD_PWRITE, r->fd[0], "sixteen bytes ok", 16, 64);
	struct iocb rd = block(IOCB_CMD_PREAD, r->fd[0], buf, 100, 32);
	struct iocb past = block(IOCB_CMD_PREAD, r->fd[0], buf, 10, 4096);
	struct iocb bad = block(IOCB_CMD_PREAD, r->fd[0], (void *)r->val[0], 16, 0);
	struct iocb *list[] = { &wr, &rd, &past, &bad };
	static const long wanted[] = { 16, 48, 0, -EFAULT };

	for (int i = 0; i < 4; i++) {
		want(sys(SYS_io_submit, ctx, 1L, &list[i]), 1, "io_submit");
		reap(ctx, 1, wanted[i]);
	}
	destroy(ctx);
}

const struct scenario sc_aio_pread_pwrite = {
	.name = "aio-pread-pwrite",
	.help = "a write, a short read, one at the end, one into a bad buffer",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	struct iov iov[2] = { { buf, 10 }, { buf + 10, 30 } };
	struct iocb wr = block(IOCB_CMD_PWRITEV, r->fd[0], iov, 2, 8);
	struct iocb rd = block(IOCB_CMD_PREADV, r->fd[0], iov, 2, 48);
	struct iocb *list[] = { &wr, &rd };

	memset(buf, 'v', 40);
	want(sys(SYS_io_submit, ctx, 2L, list), 2, "io_submit");
	reap(ctx, 1, 40);
	reap(ctx, 1, 16);
	destroy(ctx);
}

const struct scenario sc_aio_vectored = {
	.name = "aio-vectored",
	.help = "a write and a short read of two buffers each, submitted together",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	struct iocb full = block(IOCB_CMD_FSYNC, r->fd[0], NULL, 0, 0);
	struct iocb data = block(IOCB_CMD_FDSYNC, r->fd[0], NULL, 0, 0);
	struct iocb *list[] = { &full, &data };

	need(sys(SYS_io_submit, ctx, 1L, &list[0]), "IOCB_CMD_FSYNC");
	settle(ctx, 1);
	want(sys(SYS_io_submit, ctx, 1L, &list[1]), 1, "io_submit");
	settle(ctx, 2);
	reap(ctx, 2, 0);
	destroy(ctx);
}

const struct scenario sc_aio_sync = {
	.name = "aio-sync",
	.help = "fsync and fdatasync as requests",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = file_setup,
	.run = sync_run,
	.expect = SETUP SUBMIT
	"aio_fsync AIO request ret=0 offset=- requested=-" ON_FILE LOOK SUBMIT
	"aio_fdsync AIO request ret=0 offset=- requested=-" ON_FILE LOOK
	"2* " REAP DESTROY,
};

static void
poll_run(struct run *r)
{
	aio_context_t ctx = context();
	struct iocb cb = block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb };

	cb.aio_buf = POLLIN;
	need(sys(SYS_io_submit, ctx, 1L, list), "IOCB_CMD_POLL");
	want(sys(SYS_write, r->fd[2], "x", 1L), 1, "write");
	settle(ctx, 1);
	reap(ctx, 1, POLLIN | POLLRDNORM);
	destroy(ctx);
}

const struct scenario sc_aio_poll = {
	.name = "aio-poll",
	.help = "a pipe becomes readable",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = pipe_setup,
	.run = poll_run,
	.expect = SETUP SUBMIT
	"write FS fd ret=1 bytes=1 fd=? file=~pipe:*\n"
	"aio_poll AIO request ret=65 offset=- requested=-" ON_PIPE LOOK REAP DESTROY,
};

static void
eventfd_run(struct run *r)
{
	aio_context_t ctx = context();
	int efd = (int)want_ok(sys(SYS_eventfd2, 0L, 0L), "eventfd2");
	struct iocb cb = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb };
	uint64_t n = 0;

	cb.aio_flags = IOCB_FLAG_RESFD;
	cb.aio_resfd = (uint32_t)efd;
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	want(sys(SYS_read, efd, &n, sizeof(n)), 8, "read");
	want((long)n, 1, "completions that the eventfd tells");
	reap(ctx, 1, 16);
	want(sys(SYS_close, efd), 0, "close");
	destroy(ctx);
}

const struct scenario sc_aio_eventfd = {
	.name = "aio-eventfd",
	.help = "a completion that an eventfd tells of",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
	.run = eventfd_run,
	.expect = SETUP
	"eventfd2 IPC eventfd ret=$e fd=$e file=~anon_inode:*eventfd*\n" SUBMIT
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE
	"read FS fd ret=8 bytes=8 fd=$e file=~anon_inode:*eventfd*\n" REAP
	"close FS fd fd=$e file=~anon_inode:*eventfd*\n" DESTROY,
};

/* ---- what is not taken ---- */

static void
partial_run(struct run *r)
{
	aio_context_t ctx = context();
	struct iocb good = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb closed = block(IOCB_CMD_PREAD, 999, buf, 16, 0);
	struct iocb *list[] = { &good, &closed, &good };

	want(sys(SYS_io_submit, ctx, 3L, list), 1, "io_submit of one that is bad");
	want(sys(SYS_io_submit, ctx, 2L, list + 1), -EBADF,
	     "io_submit, the bad one first");
	list[1] = (struct iocb *)r->val[0];
	want(sys(SYS_io_submit, ctx, 3L, list), 1, "io_submit of a bad pointer");
	reap(ctx, 2, 16);
	destroy(ctx);
}

const struct scenario sc_aio_partial_submit = {
	.name = "aio-partial-submit",
	.help = "io_submit stops at the first that it cannot take",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	struct iocb cb = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
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
	destroy(ctx);
}

const struct scenario sc_aio_bad_iocb = {
	.name = "aio-bad-iocb",
	.help = "seven submissions that are refused: no request",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
	.run = bad_iocbs_run,
	.expect = SETUP "2* io_submit AIO null ret=-EFAULT\n"
			"5* io_submit AIO null ret=-EINVAL\n" DESTROY,
};

/* ---- how they end ---- */

static void
resubmit_run(struct run *r)
{
	aio_context_t ctx = context();
	struct iocb cb = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb, &cb };

	want(sys(SYS_io_submit, ctx, 2L, list), 2, "io_submit");
	cb.aio_offset = 60;
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	reap(ctx, 2, 16);
	reap(ctx, 1, 4);
	destroy(ctx);
}

const struct scenario sc_aio_resubmit = {
	.name = "aio-resubmit",
	.help = "one control block three times, twice in one call",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	volatile uint32_t *ring = (volatile uint32_t *)ctx; /* [2] is where to take */
	struct iocb cb = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb *list[] = { &cb };

	/* More often than the ring has places: it wraps. */
	for (uint32_t i = 0; i < 300; i++) {
		cb.aio_offset = i % 64;
		want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
		while (ring[2] == ring[3])
			;
		ring[2] = (ring[2] + 1) % ring[1];
	}
	destroy(ctx);
}

const struct scenario sc_aio_user_reap = {
	.name = "aio-user-reap",
	.help = "300 reads whose completions the program takes from the ring by itself",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	struct iocb cb[8], *list[8];
	struct thread t;

	for (int i = 0; i < 8; i++) {
		cb[i] = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 4 * i);
		list[i] = &cb[i];
	}
	thread_start(r, &t, reaper, (long)ctx);
	want(sys(SYS_io_submit, ctx, 4L, list), 4, "io_submit");
	want(sys(SYS_io_submit, ctx, 4L, list + 4), 4, "io_submit");
	thread_join(&t);
	destroy(ctx);
}

const struct scenario sc_aio_thread_reap = {
	.name = "aio-thread-reap",
	.help = "one thread submits, another one waits for the completions",
	.needs = "CONFIG_AIO",
	.setup = file_setup,
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
	aio_context_t ctx = context();
	struct iocb cb = block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb };
	struct io_event done;

	cb.aio_buf = POLLIN;
	need(sys(SYS_io_submit, ctx, 1L, list), "IOCB_CMD_POLL");
	want(sys(SYS_io_cancel, ctx, &cb, &done), -EINPROGRESS, "io_cancel");
	settle(ctx, 1);
	want(sys(SYS_io_cancel, ctx, &cb, &done), -EINVAL, "io_cancel of what is over");
	reap(ctx, 1, 0);
	destroy(ctx);
}

const struct scenario sc_aio_cancel = {
	.name = "aio-cancel",
	.help = "a poll is cancelled and completes",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = pipe_setup,
	.run = cancel_run,
	.expect = SETUP SUBMIT "io_cancel AIO null ret=-EINPROGRESS\n"
			       "aio_poll AIO request" ON_PIPE LOOK
			       "io_cancel AIO null ret=-EINVAL\n" REAP DESTROY,
};

static void
destroy_run(struct run *r)
{
	aio_context_t ctx = context();
	struct iocb rd = block(IOCB_CMD_PREAD, r->fd[0], buf, 16, 0);
	struct iocb cb = block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &rd, &cb };

	cb.aio_buf = POLLIN;
	if (sys(SYS_io_submit, ctx, 2L, list) != 2)
		skip("IOCB_CMD_POLL");
	destroy(ctx);
}

const struct scenario sc_aio_destroy_inflight = {
	.name = "aio-destroy-inflight",
	.help = "io_destroy while a poll waits: it ends unseen; a read was over before",
	.needs = "CONFIG_AIO, Linux 4.18",
	.setup = pipe_setup,
	.run = destroy_run,
	.expect = SETUP
	"io_submit AIO null ret=2\n"
	"aio_pread AIO request ret=16 bytes=16 requested=16 offset=0" ON_FILE DESTROY
	"aio_poll AIO request ret=- latency_ns=-" ON_PIPE,
};

static void
never_reaped_run(struct run *r)
{
	struct iocb cb = block(IOCB_CMD_POLL, r->fd[1], NULL, 0, 0);
	struct iocb *list[] = { &cb, &cb };
	aio_context_t ctx;
	long pid = child_fork();

	if (!pid) {
		ctx = context();
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
	.setup = pipe_setup,
	.run = never_reaped_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: " SETUP "p1: io_submit AIO null ret=2\n"
		  "p1: exit_group Process null ret=-\n"
		  "p1: 2* aio_poll AIO request ret=- latency_ns=-" ON_PIPE,
};
