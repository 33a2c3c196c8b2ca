/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rings that are in use when the tracer comes, of every layout, small ones: nothing but
 * what they hold tells how long their entries are.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

#include "scenario.h"
#include "uring.h"

static struct uring ring;
static char buf[64];

static void
read_a(struct run *r, uint32_t len)
{
	uring_one(&ring, uring_sqe(IORING_OP_READ, r->fd[0], buf, len, 1), (long)len);
}

/* BEFORE requests have been made; with POLLED, one more is on its way. */
static void
open_ring(struct run *r, uint32_t flags, uint32_t before, int polled)
{
	int p[2];

	uring_files(r);
	want(sys(SYS_pipe2, p, 0L), 0, "pipe2");
	r->fd[2] = p[0];
	r->fd[3] = p[1];
	uring_open(&ring, flags);
	while (before--)
		read_a(r, 1);
	if (!polled)
		return;
	struct io_uring_sqe sqe = uring_sqe(IORING_OP_POLL_ADD, r->fd[2], NULL, 0, 0);
	sqe.poll32_events = POLLIN;
	sqe.user_data = 77;
	uring_queue(&ring, sqe);
	uring_enter(&ring, 0);
}

static void
requests(struct run *r)
{
	for (uint32_t i = 1; i <= 10; i++)
		read_a(r, i);
	/* A number that the ring opens anew. */
	uring_one(&ring, uring_sqe(IORING_OP_CLOSE, r->fd[0], NULL, 0, 0), 0);
	uring_one(&ring, uring_sqe(IORING_OP_OPENAT, AT_FDCWD, "b.txt", 0, 0), r->fd[0]);
	want(sys(SYS_read, r->fd[0], buf, 2L), 2, "read");
	uring_close(&ring);
}

#define REQUEST(n) \
	"io_uring_enter AIO fd ret=1 fd=$a " RING "\n" \
	"uring_read AIO request ret=" n " bytes=" n " requested=" n " offset=1" ON_A
#define REQUESTS \
	REQUEST("1") REQUEST("2") REQUEST("3") REQUEST("4") REQUEST("5") REQUEST("6") \
	REQUEST("7") REQUEST("8") REQUEST("9") REQUEST("10") \
	ENTER "uring_close AIO request ret=0" ON_A \
	ENTER "uring_openat AIO request ret=$f fd=$f file=@/b.txt\n" \
	"read FS fd ret=2 bytes=2 fd=$f file=@/b.txt\n" CLOSE

static void
used_setup(struct run *r)
{
	open_ring(r, 0, 3, 1);
}

static void
used_run(struct run *r)
{
	want(sys(SYS_write, r->fd[3], "x", 1L), 1, "write");
	uring_reap(&ring, 77, POLLIN);
	requests(r);
}

/* Of what was submitted before nobody can know more than that it completed. */
const struct scenario sc_iouring_attach = {
	.name = "iouring-attach",
	.help = "a ring that is in use, a request on its way, when the tracer comes",
	.needs = "io_uring, Linux 5.6",
	.how = HOW_ATTACH,
	.ignore = "munmap",
	.setup = used_setup,
	.run = used_run,
	.expect = "write FS fd ret=1 bytes=1 fd=$w file=~pipe:*\n" REQUESTS,
};

/* Once more for another layout; only the ring's setup differs. */
#define LAYOUT(id, flags, before, name_, help_, needs_) \
	static void id##_setup(struct run *r) \
	{ \
		open_ring(r, flags, before, 0); \
	} \
	const struct scenario sc_iouring_attach_##id = { \
		.name = name_, \
		.help = help_, \
		.needs = needs_, \
		.how = HOW_ATTACH, \
		.ignore = "munmap", \
		.setup = id##_setup, \
		.run = requests, \
		.expect = REQUESTS, \
	}

LAYOUT(new, 0, 0, "iouring-attach-new",
       "a ring that was made and not used yet when the tracer comes",
       "io_uring, Linux 5.6");
LAYOUT(sqe128, IORING_SETUP_SQE128, 1, "iouring-attach-sqe128",
       "the same, of long submissions, used once", "io_uring, Linux 5.19");
LAYOUT(cqe32, IORING_SETUP_SQE128 | IORING_SETUP_CQE32, 5, "iouring-attach-cqe32",
       "the same, of long entries, used five times", "io_uring, Linux 5.19");
LAYOUT(no_array, URING_NO_SQARRAY, 0, "iouring-attach-no-array",
       "the same, whose submissions are in order, not used yet", "io_uring, Linux 6.6");
LAYOUT(all, IORING_SETUP_SQE128 | IORING_SETUP_CQE32 | URING_NO_SQARRAY, 2,
       "iouring-attach-all", "the same, with all of that", "io_uring, Linux 6.6");
