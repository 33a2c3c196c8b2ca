/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io_uring rings that a thread calls by an index of its own instead of a descriptor, and
 * what a ring does to descriptors without a call that could be seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "scenario.h"

#define RING "file=anon_inode:[io_uring]"

/* include/uapi/linux/io_uring.h of Linux 5.18 and 6.3 */
#define BY_INDEX_ENTER 16L	   /* IORING_ENTER_REGISTERED_RING */
#define BY_INDEX       0x80000000L /* IORING_REGISTER_USE_REGISTERED_RING */
enum { REGISTER_RING_FDS = 20, UNREGISTER_RING_FDS = 21 };

struct rsrc_update {
	uint32_t offset, resv;
	uint64_t data;
};

static long
ring_new(void)
{
	struct io_uring_params p;

	memset(&p, 0, sizeof(p));
	return need(sys(SYS_io_uring_setup, 4L, &p), "io_uring_setup");
}

/* Registers RING with this thread; its index. */
static long
ring_register(long ring)
{
	struct rsrc_update up = { .offset = ~0u, .data = (uint64_t)ring };
	long ret = sys(SYS_io_uring_register, ring, REGISTER_RING_FDS, &up, 1);

	if (ret == -EINVAL)
		skip("IORING_REGISTER_RING_FDS: not in this kernel");
	want(ret, 1, "IORING_REGISTER_RING_FDS");
	return up.offset;
}

static long
enter(long index, long flags)
{
	return sys(SYS_io_uring_enter, index, 0, 0, flags, NULL, 0L);
}

/* A decoy with the number that the index will be: standard input is a file. */
static void
decoy_setup(struct run *r)
{
	file_make("decoy.txt", "decoy");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "decoy.txt", O_RDONLY, 0), "open");
	want(sys(SYS_dup2, r->fd[0], 0), 0, "dup2");
}

static void
registered_run(struct run *r)
{
	static union {
		struct io_uring_probe p;
		char room[sizeof(struct io_uring_probe) +
			  8 * sizeof(struct io_uring_probe_op)];
	} probe;
	long ring = ring_new(), ret;

	(void)r;
	want(ring_register(ring), 0, "the index of the ring");
	for (int i = 0; i < 5; i++)
		want(enter(0, BY_INDEX_ENTER), 0, "io_uring_enter");
	for (int i = 0; i < 5; i++) {
		memset(&probe, 0, sizeof(probe));
		ret = sys(SYS_io_uring_register, 0, IORING_REGISTER_PROBE | BY_INDEX,
			  &probe, 8);
		if (ret == -EINVAL)
			skip("a registered ring in io_uring_register: not in this "
			     "kernel");
		want(ret, 0, "IORING_REGISTER_PROBE");
	}
}

const struct scenario sc_iouring_registered_ring = {
	.name = "iouring-registered-ring",
	.help = "index 0 is the ring, not standard input",
	.needs = "io_uring, Linux 6.3",
	.setup = decoy_setup,
	.run = registered_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "io_uring_register AIO fd ret=1 fd=$a " RING "\n"
		  "5* io_uring_enter AIO fd fd=$a " RING "\n"
		  "5* io_uring_register AIO fd fd=$a " RING "\n",
};

static int
foreign_thread(struct thread *t)
{
	(void)t;
	want(enter(0, BY_INDEX_ENTER), -EINVAL, "io_uring_enter of nobody's index");
	return 0;
}

static void
lifecycle_run(struct run *r)
{
	struct rsrc_update up = { .offset = 0 };
	struct thread t = { 0 };
	long ring = ring_new();

	want(ring_register(ring), 0, "the index of the ring");
	for (int i = 0; i < 3; i++)
		want(enter(0, BY_INDEX_ENTER), 0, "io_uring_enter");
	want(sys(SYS_close, ring), 0, "close");
	want(sys(SYS_openat, AT_FDCWD, "decoy.txt", O_RDONLY, 0), ring, "openat");
	for (int i = 0; i < 4; i++)
		want(enter(0, BY_INDEX_ENTER), 0, "io_uring_enter");
	thread_start(r, &t, foreign_thread, 0);
	thread_join(&t);
	want(sys(SYS_io_uring_register, 0, UNREGISTER_RING_FDS | BY_INDEX, &up, 1), 1,
	     "IORING_UNREGISTER_RING_FDS");
	for (int i = 0; i < 2; i++)
		want(enter(0, BY_INDEX_ENTER), -EBADF, "io_uring_enter");
}

const struct scenario sc_iouring_ring_lifecycle = {
	.name = "iouring-ring-lifecycle",
	.help = "a registered ring: open, its number reused, another thread, "
		"unregistered",
	.needs = "io_uring, Linux 6.3",
	.ignore = "futex",
	.setup = decoy_setup,
	.run = lifecycle_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "io_uring_register AIO fd ret=1 fd=$a " RING "\n"
		  "3* io_uring_enter AIO fd fd=$a " RING "\n"
		  "close FS fd fd=$a " RING "\n"
		  "openat FS open ret=$a fd=$a file=@/decoy.txt\n"
		  "4* io_uring_enter AIO fd " RING "\n"
		  "clone Process proc ret=$t1\n"
		  "io_uring_register AIO fd ret=1 " RING "\n"
		  "2* io_uring_enter AIO fd ret=-EBADF file=io_uring:reg[0]\n"
		  "t1: io_uring_enter AIO fd ret=-EINVAL file=io_uring:reg[0]\n"
		  "t1: exit Process null ret=-\n",
};

/* ---- descriptors changed by the ring ---- */

/* A ring with its queues mapped. */
struct ring {
	long fd;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
	struct io_uring_params p;
};

static void *
ring_map(const struct ring *ring, size_t len, long off)
{
	return (void *)want_ok(sys(SYS_mmap, NULL, len, PROT_READ | PROT_WRITE,
				   MAP_SHARED, ring->fd, off),
			       "mmap of the ring");
}

static void
ring_open(struct ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	ring->fd = need(sys(SYS_io_uring_setup, 4L, &ring->p), "io_uring_setup");
	ring->sq = ring_map(ring, ring->p.sq_off.array + ring->p.sq_entries * 4ul,
			    IORING_OFF_SQ_RING);
	ring->cq = ring_map(ring,
			    ring->p.cq_off.cqes +
				    ring->p.cq_entries * sizeof(struct io_uring_cqe),
			    IORING_OFF_CQ_RING);
	ring->sqes =
		ring_map(ring, ring->p.sq_entries * sizeof(*ring->sqes), IORING_OFF_SQES);
}

static uint32_t *
word_at(char *base, uint32_t off)
{
	return (uint32_t *)(void *)(base + off);
}

/* Submits one request and waits for it; its result. */
static long
ring_do(struct ring *ring, struct io_uring_sqe sqe)
{
	uint32_t *tail = word_at(ring->sq, ring->p.sq_off.tail);
	uint32_t *head = word_at(ring->cq, ring->p.cq_off.head);
	uint32_t at = *tail & *word_at(ring->sq, ring->p.sq_off.ring_mask);
	uint32_t done = *head & *word_at(ring->cq, ring->p.cq_off.ring_mask);
	struct io_uring_cqe *cqes = (void *)(ring->cq + ring->p.cq_off.cqes);
	long result;

	ring->sqes[at] = sqe;
	word_at(ring->sq, ring->p.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	want(sys(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0L), 1,
	     "io_uring_enter");
	result = cqes[done].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static void
reopen_setup(struct run *r)
{
	file_make("first.txt", "one");
	file_make("second.txt", "other");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "first.txt", O_RDONLY, 0), "open");
}

static void
reopen_run(struct run *r)
{
	struct io_uring_sqe close = { .opcode = IORING_OP_CLOSE, .fd = r->fd[0] };
	struct io_uring_sqe open = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD };
	struct ring ring;
	char buf[8];

	open.addr = (uintptr_t) "second.txt";
	ring_open(&ring);
	for (int i = 0; i < 2; i++)
		want(sys(SYS_pread64, r->fd[0], buf, 8L, 0L), 3, "pread64");
	want(ring_do(&ring, close), 0, "IORING_OP_CLOSE");
	want(ring_do(&ring, open), r->fd[0], "IORING_OP_OPENAT");
	for (int i = 0; i < 2; i++)
		want(sys(SYS_pread64, r->fd[0], buf, 8L, 0L), 5, "pread64");
}

const struct scenario sc_iouring_reopen = {
	.name = "iouring-reopen",
	.help = "a number closed and opened again by the ring alone",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap",
	.setup = reopen_setup,
	.run = reopen_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "2* pread64 FS fd ret=3 bytes=3 fd=$f file=@/first.txt\n"
		  "io_uring_enter AIO fd ret=1 fd=$a " RING "\n"
		  "uring_close AIO request fd=$f file=@/first.txt\n"
		  "io_uring_enter AIO fd ret=1 fd=$a " RING "\n"
		  "uring_openat AIO request ret=$f fd=$f file=@/second.txt\n"
		  "2* pread64 FS fd ret=5 bytes=5 fd=$f file=@/second.txt\n",
};
