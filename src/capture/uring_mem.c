/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a ring, by the program's mapping or by one of our own that lives for one
 * read. A mapping that is not the ring's any more (unmapped, and something else put
 * there) is known by the sizes that the kernel wrote to its head and that no longer fit.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/mem.h"
#include "capture/stop_engine.h"
#include "capture/uring.h"

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* The head is short: 64 bytes since Linux 5.4, below 512 before. */
#define HEAD_MAX 1024u

static size_t
max_size(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Bytes of the head, up to the last word that is looked at; 0 where that is no head. */
static size_t
head_bytes(const struct uring_params *p)
{
	size_t n = max_size(p->sq_off.head, p->sq_off.tail);
	n = max_size(n, max_size(p->cq_off.tail, p->cq_off.overflow));
	n = max_size(n, max_size(p->sq_off.ring_mask, p->cq_off.ring_mask)) + 4;
	return n <= HEAD_MAX ? n : 0;
}

static uint32_t
word(const char *head, uint32_t off)
{
	uint32_t v;
	memcpy(&v, head + off, sizeof(v));
	return v;
}

/* Is it the head of this ring? *H is what it says. */
static bool
take_head(const struct uring_params *p, const char *head, struct uring_head *h)
{
	h->sq_head = word(head, p->sq_off.head);
	h->sq_tail = word(head, p->sq_off.tail);
	h->cq_tail = word(head, p->cq_off.tail);
	h->overflow = word(head, p->cq_off.overflow);
	return word(head, p->sq_off.ring_mask) == p->sq_entries - 1 &&
	       word(head, p->cq_off.ring_mask) == p->cq_entries - 1;
}

static bool
read_mapped(struct stop_engine *e, const struct tracee *t, const struct uring *u,
	    enum uring_region region, uint64_t off, void *buf, size_t len)
{
	const struct uring_view *v = uring_view_find(&e->urings, u, t->pid);
	return v && v->at[region] &&
	       mem_read(t->tid, v->at[region] + off, buf, len) == len;
}

int
uring_borrow(pid_t pid, int num)
{
	cleanup_fd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, num, 0);
}

/* The pages of its submissions. */
static size_t
sqes_bytes(const struct uring_params *p)
{
	size_t n = (size_t)p->sq_entries * (p->flags & URING_SETUP_SQE128 ? 128 : 64);
	return (n + 4095) / 4096 * 4096;
}

static bool
read_borrowed(struct stop_engine *e, const struct tracee *t, const struct uring *u,
	      enum uring_region region, uint64_t off, void *buf, size_t len)
{
	static const uint64_t offsets[] = { URING_OFF_SQ_RING, URING_OFF_CQ_RING,
					    URING_OFF_SQES };
	struct stat st;
	int num = uring_fd_of(&e->urings, u, t->pid);
	if (num < 0 || u->p.flags & URING_SETUP_NO_MMAP)
		return false;
	cleanup_fd int fd = uring_borrow(t->pid, num);
	/* The number may mean another file by now. What has a type can be cut while it is
	 * mapped, which would end us; a ring has none, and its mappings do not shrink. */
	if (fd < 0 || fstat(fd, &st) || st.st_mode & S_IFMT)
		return false;
	/* Of the submissions since Linux 6.14 all must be mapped or none. */
	size_t bytes = region == URING_SQES ? sqes_bytes(&u->p) : (size_t)off + len;
	if (off + len > bytes)
		return false;
	void *p = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, (off_t)offsets[region]);
	if (p == MAP_FAILED)
		return false;
	memcpy(buf, (const char *)p + off, len);
	munmap(p, bytes);
	return true;
}

bool
uring_read(struct stop_engine *e, struct tracee *t, const struct uring *u,
	   enum uring_region region, uint64_t off, void *buf, size_t len)
{
	return read_mapped(e, t, u, region, off, buf, len) ||
	       read_borrowed(e, t, u, region, off, buf, len);
}

bool
uring_head(struct stop_engine *e, struct tracee *t, const struct uring *u,
	   enum uring_region region, struct uring_head *h)
{
	char head[HEAD_MAX];
	size_t len = head_bytes(&u->p);
	if (!len)
		return false;
	if (read_mapped(e, t, u, region, 0, head, len) && take_head(&u->p, head, h))
		return true;
	/* What was there is gone: what follows must not be looked for there either. */
	struct uring_view *v = uring_view_find(&e->urings, u, t->pid);
	if (v && v->at[region])
		v->at[region] = v->at[URING_SQES] = 0;
	return read_borrowed(e, t, u, region, 0, head, len) && take_head(&u->p, head, h);
}
