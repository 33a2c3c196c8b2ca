/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "scenario.h"

static void *
map(const struct uring *u, size_t len, long off)
{
	return (void *)want_ok(
		sys(SYS_mmap, NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, u->fd, off),
		"mmap of the ring");
}

static uint32_t *
word(char *base, uint32_t off)
{
	return (uint32_t *)(void *)(base + off);
}

static size_t
sqe_bytes(const struct uring *u)
{
	size_t one = sizeof(struct io_uring_sqe);

	return u->p.flags & IORING_SETUP_SQE128 ? 2 * one : one;
}

static size_t
cqe_bytes(const struct uring *u)
{
	size_t one = sizeof(struct io_uring_cqe);

	return u->p.flags & IORING_SETUP_CQE32 ? 2 * one : one;
}

static size_t
queue_bytes(const struct uring *u)
{
	size_t sq = u->p.sq_off.array + u->p.sq_entries * 4ul;
	size_t cq = u->p.cq_off.cqes + u->p.cq_entries * cqe_bytes(u);

	return sq > cq ? sq : cq;
}

/* Room for a queue of URING_ENTRIES: a page. */
static char *
page(void)
{
	return (char *)want_ok(sys(SYS_mmap, NULL, 4096L, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1L, 0L),
			       "mmap");
}

void
uring_open(struct uring *u, uint32_t flags)
{
	memset(u, 0, sizeof(*u));
	u->p.flags = flags;
	if (flags & URING_NO_MMAP) {
		u->sq = u->cq = page();
		u->sqes = page();
		/* user_addr, the last word of each */
		memcpy((char *)(&u->p.cq_off + 1) - 8, &u->sq, 8);
		memcpy((char *)(&u->p.sq_off + 1) - 8, &u->sqes, 8);
	}
	u->fd = sys(SYS_io_uring_setup, (long)URING_ENTRIES, &u->p);
	if (u->fd == -EINVAL)
		skip("a flag of io_uring_setup: not in this kernel");
	need(u->fd, "io_uring_setup");
	if (!(u->p.features & IORING_FEAT_SINGLE_MMAP))
		skip("IORING_FEAT_SINGLE_MMAP: not in this kernel");
	if (flags & URING_NO_MMAP)
		return;
	u->sq = u->cq = map(u, queue_bytes(u), IORING_OFF_SQ_RING);
	u->sqes = map(u, u->p.sq_entries * sqe_bytes(u), IORING_OFF_SQES);
}

void
uring_close(struct uring *u)
{
	want(sys(SYS_munmap, u->sqes, u->p.sq_entries * sqe_bytes(u)), 0, "munmap");
	want(sys(SYS_munmap, u->sq, queue_bytes(u)), 0, "munmap");
	if (u->p.flags & URING_NO_FD)
		return;
	want(sys(SYS_close, u->fd), 0, "close");
}

void
uring_queue(struct uring *u, struct io_uring_sqe sqe)
{
	uint32_t *tail = word(u->sq, u->p.sq_off.tail);
	uint32_t at = *tail & *word(u->sq, u->p.sq_off.ring_mask);

	memcpy(u->sqes + at * sqe_bytes(u), &sqe, sizeof(sqe));
	if (!(u->p.flags & URING_NO_SQARRAY))
		word(u->sq, u->p.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	u->queued++;
}

void
uring_enter(struct uring *u, unsigned n)
{
	long flags = (n ? IORING_ENTER_GETEVENTS : 0) |
		     (u->p.flags & URING_NO_FD ? URING_BY_INDEX : 0);

	want(sys(SYS_io_uring_enter, u->fd, u->queued, n, flags, NULL, 0L), u->queued,
	     "io_uring_enter");
	u->queued = 0;
}

static struct io_uring_cqe
next(struct uring *u, uint64_t key)
{
	uint32_t *head = word(u->cq, u->p.cq_off.head);
	uint32_t *tail = word(u->cq, u->p.cq_off.tail);
	uint32_t at = *head & *word(u->cq, u->p.cq_off.ring_mask);
	struct io_uring_cqe cqe;

	while (__atomic_load_n(tail, __ATOMIC_ACQUIRE) == *head)
		__builtin_ia32_pause();
	memcpy(&cqe, u->cq + u->p.cq_off.cqes + at * cqe_bytes(u), sizeof(cqe));
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	want((long)cqe.user_data, (long)key, "user_data of a completion");
	return cqe;
}

uint32_t
uring_reap(struct uring *u, uint64_t key, long res)
{
	struct io_uring_cqe cqe = next(u, key);

	want(cqe.res, res, "result of a completion");
	return cqe.flags;
}

long
uring_result(struct uring *u, uint64_t key)
{
	return next(u, key).res;
}

struct io_uring_sqe
uring_sqe(int op, int fd, const void *addr, uint32_t len, uint64_t off)
{
	return (struct io_uring_sqe){ .opcode = (uint8_t)op,
				      .fd = fd,
				      .addr = (uintptr_t)addr,
				      .len = len,
				      .off = off,
				      .user_data = 0x100u + (unsigned)op };
}

void
uring_one(struct uring *u, struct io_uring_sqe sqe, long res)
{
	uring_queue(u, sqe);
	uring_enter(u, 1);
	uring_reap(u, sqe.user_data, res);
}

void
uring_files(struct run *r)
{
	file_make("a.txt", "0123456789abcdef");
	file_make("b.txt", "of the other");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "a.txt", O_RDWR, 0), "open");
	r->fd[1] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "b.txt", O_RDONLY, 0), "open");
}
