/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rings that are older than the trace. Sizes and positions stand in the ring; where they
 * stand there, a ring of our own tells, as this kernel has the same layout for all.
 *
 * Nothing tells how long the entries of its queues are and whether places of submissions
 * are listed in an array (IORING_SETUP_SQE128, _CQE32, _NO_SQARRAY). The size of what can be
 * mapped does, where the alternatives differ by a page. In small rings what has been used
 * must do: the kernel hands out rings full of zeroes, and an entry that was used is not all
 * zeroes. Until the program has used two entries the alternatives mean the same place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/maps.h"
#include "capture/mem.h"
#include "capture/stop_engine.h"
#include "capture/uring.h"
#include "table/uring_ops.h"

#define RING_NAME  "anon_inode:[io_uring]"
#define PAGE	    4096u
#define UNIT_SQE    64u
#define UNIT_CQE    16u
#define CACHE_LINE  64u /* SMP_CACHE_BYTES: what follows the completions is aligned to it */

/* ---- what can be known ---- */

static uint64_t
pages(uint64_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

/* What kernels before 6.14 made of it: one folio (io_uring/memmap.c). */
static uint64_t
folio(uint64_t bytes)
{
	uint64_t n = PAGE;
	while (n < bytes)
		n *= 2;
	return n;
}

/* Is there something at ADDR of our own? Where there is not, reading it would end us. */
static bool
is_there(const void *addr)
{
	char c;
	return mem_read(getpid(), (uint64_t)(uintptr_t)addr, &c, 1) == 1;
}

/* Is a region that long? Some kernels map more than there is, with nothing behind it;
 * others refuse, and round up. */
static bool
size_fits(int fd, uint64_t offset, uint64_t bytes)
{
	uint64_t len = pages(bytes);
	char *p = mmap(NULL, len + PAGE, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (p != MAP_FAILED) {
		bool fits = is_there(p + len - PAGE) && !is_there(p + len);
		munmap(p, len + PAGE);
		return fits;
	}
	p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (p == MAP_FAILED)
		return false;
	munmap(p, len);
	p = mmap(NULL, folio(bytes) + PAGE, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (p != MAP_FAILED)
		munmap(p, folio(bytes) + PAGE);
	return p == MAP_FAILED;
}

/* io_uring/io_uring.c, rings_size(): for long entries the head is doubled too. */
static uint64_t
array_offset(const struct uring_params *p, bool long_cqes)
{
	uint64_t end = p->cq_off.cqes + (uint64_t)p->cq_entries * UNIT_CQE;
	if (long_cqes)
		end *= 2;
	return (end + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

static bool
is_zero(const char *p, size_t n)
{
	while (n && !*p)
		p++, n--;
	return !n;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* ---- the layout, as soon as it shows ---- */

enum length { LENGTH_UNKNOWN, LENGTH_SHORT, LENGTH_LONG };

/* How long are the entries, USED of which were used, in a queue that begins with N units of
 * SIZE bytes? Only short ones use the odd units, only long ones skip them. */
static enum length
judge_length(const char *units, size_t size, size_t used, size_t n)
{
	bool even = false;
	if (used < 2)
		return LENGTH_UNKNOWN;
	for (size_t i = 1; i < least(n, 2 * used); i++) {
		bool is_used = !is_zero(units + i * size, size);
		if (is_used && i % 2)
			return LENGTH_SHORT;
		even |= is_used;
	}
	return even ? LENGTH_LONG : LENGTH_UNKNOWN;
}

static void
judge_completions(struct stop_engine *e, struct tracee *t, struct uring *u)
{
	char units[PAGE];
	struct uring_head h;
	/* To the end of a cache line nothing follows short ones either. */
	size_t n = least((u->p.cq_entries + 3) / 4 * 4, PAGE / UNIT_CQE);
	if (u->cqes_settled || !uring_head(e, t, u, URING_CQ, &h) ||
	    !uring_read(e, t, u, URING_CQ, u->p.cq_off.cqes, units, n * UNIT_CQE))
		return;
	enum length len =
		judge_length(units, UNIT_CQE, least(h.cq_tail, u->p.cq_entries), n);
	u->cqes_settled = len != LENGTH_UNKNOWN;
	if (len == LENGTH_LONG)
		u->p.flags |= URING_SETUP_CQE32;
	u->p.sq_off.array = (uint32_t)array_offset(&u->p, len == LENGTH_LONG);
}

/* Does an array list the places of submissions? Not where it lists nothing, though
 * entries behind the first were used. */
static void
judge_array(struct stop_engine *e, struct tracee *t, struct uring *u, const char *sqes)
{
	char array[PAGE];
	size_t len = least((size_t)u->p.sq_entries * 4, sizeof(array));
	size_t second = u->p.flags & URING_SETUP_SQE128 ? 2 * UNIT_SQE : UNIT_SQE;
	u->p.flags &= ~URING_SETUP_NO_SQARRAY;
	if (!uring_read(e, t, u, URING_SQ, u->p.sq_off.array, array, len))
		return;
	bool listed = !is_zero(array, len), used = !is_zero(sqes + second, UNIT_SQE);
	if (!listed && used)
		u->p.flags |= URING_SETUP_NO_SQARRAY;
	/* Where the array is hangs on the length of completions. */
	u->array_settled = u->cqes_settled && (listed || used);
}

static void
judge_submissions(struct stop_engine *e, struct tracee *t, struct uring *u)
{
	char units[PAGE] = { 0 };
	struct uring_head h;
	size_t n = least(2 * (size_t)u->p.sq_entries, PAGE / UNIT_SQE);
	if ((u->sqes_settled && u->array_settled) ||
	    !uring_head(e, t, u, URING_SQ, &h) || h.sq_tail < 2 || u->p.sq_entries < 2 ||
	    !uring_read(e, t, u, URING_SQES, 0, units, n * UNIT_SQE))
		return;
	/* This operation uses the second half of a long entry. */
	if (!u->sqes_settled && (uint8_t)units[0] != URING_OP_uring_cmd) {
		enum length len = judge_length(units, UNIT_SQE,
					       least(h.sq_tail, u->p.sq_entries), n);
		u->sqes_settled = len != LENGTH_UNKNOWN;
		if (len == LENGTH_LONG)
			u->p.flags |= URING_SETUP_SQE128;
	}
	if (!u->array_settled)
		judge_array(e, t, u, units);
}

void
uring_settle(struct stop_engine *e, struct tracee *t, struct uring *u, bool submitting)
{
	if (!u->seized)
		return;
	judge_completions(e, t, u);
	if (submitting)
		judge_submissions(e, t, u);
}

/* ---- at the attach ---- */

/* Where the words of a ring's head are, from a ring of our own. */
static bool
probe(struct uring_params *p)
{
	*p = (struct uring_params){ 0 };
	cleanup_fd int fd = (int)syscall(SYS_io_uring_setup, 1, p);
	return fd >= 0;
}

/* Takes sizes and positions from the ring's head. */
static bool
read_head(int fd, struct uring *u)
{
	struct uring_params *p = &u->p;
	uint32_t words[PAGE / 4];
	void *m = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, URING_OFF_SQ_RING);
	if (m == MAP_FAILED)
		return false;
	memcpy(words, m, sizeof(words));
	munmap(m, PAGE);
	p->sq_entries = words[p->sq_off.ring_mask / 4] + 1;
	p->cq_entries = words[p->cq_off.ring_mask / 4] + 1;
	if (p->sq_entries != words[p->sq_off.ring_entries / 4] ||
	    p->cq_entries != words[p->cq_off.ring_entries / 4])
		return false;
	u->overflow = words[p->cq_off.overflow / 4];
	/* What has completed and was not taken out yet is still to be had. */
	u->cq_seen = words[p->cq_off.head / 4];
	p->sq_off.array = (uint32_t)array_offset(p, false);
	return true;
}

/* What the sizes alone tell. */
static void
judge_sizes(int fd, struct uring *u)
{
	struct uring_params *p = &u->p;
	uint64_t sqes = (uint64_t)p->sq_entries * UNIT_SQE;
	if (!size_fits(fd, URING_OFF_SQES, sqes))
		p->flags |= URING_SETUP_SQE128;
	u->sqes_settled = p->flags & URING_SETUP_SQE128 ||
			  !size_fits(fd, URING_OFF_SQES, 2 * sqes);
	uint64_t shorter = array_offset(p, false), longer = array_offset(p, true);
	uint64_t list = (uint64_t)p->sq_entries * 4;
	bool is_short = size_fits(fd, URING_OFF_SQ_RING, shorter) ||
			size_fits(fd, URING_OFF_SQ_RING, shorter + list);
	bool is_long = size_fits(fd, URING_OFF_SQ_RING, longer) ||
		       size_fits(fd, URING_OFF_SQ_RING, longer + list);
	u->cqes_settled = is_short != is_long;
	if (u->cqes_settled && is_long) {
		p->flags |= URING_SETUP_CQE32;
		p->sq_off.array = (uint32_t)longer;
	}
	if (!u->cqes_settled)
		return;
	bool without = size_fits(fd, URING_OFF_SQ_RING, p->sq_off.array);
	u->array_settled = without != size_fits(fd, URING_OFF_SQ_RING, p->sq_off.array + list);
	if (u->array_settled && without)
		p->flags |= URING_SETUP_NO_SQARRAY;
}

/* Has the ring a kernel thread? io_uring/fdinfo.c: "SqThread:", -1 for none. */
static bool
has_thread(pid_t pid, int num)
{
	char path[64];
	cleanup_free char *line = NULL;
	size_t room = 0;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, num);
	cleanup_fclose FILE *f = fopen(path, "re");
	while (f && getline(&line, &room, f) > 0)
		if (!strncmp(line, "SqThread:", 9))
			return strtol(line + 9, NULL, 10) > 0;
	return false;
}

struct seized {
	struct stop_engine *e;
	struct tracee *t;
	bool probed, failed;
	struct uring_params probe;
	unsigned rings;
	struct uring *ring;		/* borrowed: the last one */
	unsigned maps[URING_REGIONS];	/* how often each region is mapped */
	uint64_t at[URING_REGIONS];
};

static void
seize_ring(struct seized *s, int num)
{
	struct urings *us = &s->e->urings;
	cleanup_fd int fd = uring_borrow(s->t->pid, num);
	struct uring *u = xcalloc(1, sizeof(*u));
	u->p = s->probe;
	u->p.flags = has_thread(s->t->pid, num) ? URING_SETUP_SQPOLL : 0;
	if (fd < 0 || !read_head(fd, u) || !uring_params_valid(&u->p)) {
		free(u);
		return;
	}
	judge_sizes(fd, u);
	u->seized = true;
	u->id = ++us->made;
	u->user = s->t->tid;
	uring_ref_add(us, u, s->t->pid, num, false);
	s->ring = u;
}

static void
seized_fd(void *arg, int num)
{
	struct seized *s = arg;
	char name[PROC_NAME_MAX];
	struct raw_fd fd;
	ssize_t n = proc_fd(&s->t->proc, num, 0, &fd, name, sizeof(name));
	if (n != sizeof(RING_NAME) - 1 || memcmp(name, RING_NAME, (size_t)n) != 0)
		return;
	s->rings++;
	if (!s->probed)
		s->failed = !probe(&s->probe);
	s->probed = true;
	if (!s->failed && !uring_find(&s->e->urings, s->t, num, false))
		seize_ring(s, num);
}

static void
seized_map(void *arg, const struct map *m)
{
	struct seized *s = arg;
	enum uring_region region = m->offset == URING_OFF_SQ_RING   ? URING_SQ
				   : m->offset == URING_OFF_CQ_RING ? URING_CQ
				   : m->offset == URING_OFF_SQES    ? URING_SQES
								    : URING_REGIONS;
	if (region == URING_REGIONS || strcmp(m->name, RING_NAME) != 0)
		return;
	s->maps[region]++;
	s->at[region] = m->start;
}

/* Mappings do not tell of which ring they are: where there is one of each, they are of
 * the only one. Others are read through their descriptors. */
static void
find_mappings(struct seized *s)
{
	if (s->rings != 1 || !s->ring)
		return;
	maps_each(s->t->pid, seized_map, s);
	if (s->maps[URING_SQ] != 1 || s->maps[URING_CQ] > 1 || s->maps[URING_SQES] != 1)
		return;
	if (!s->at[URING_CQ])
		s->at[URING_CQ] = s->at[URING_SQ];
	struct uring_view *v = uring_view_add(&s->e->urings, s->ring, s->t->pid);
	memcpy(v->at, s->at, sizeof(v->at));
}

void
uring_seized(struct stop_engine *e, struct tracee *t)
{
	struct seized s = { .e = e, .t = t };
	if (!e->use_proc || e->cfg->io_uring != IO_URING_TRACE ||
	    !(e->want[SYS_io_uring_enter] & WANT_EVENT))
		return;
	proc_each_fd(&t->proc, seized_fd, &s);
	find_mappings(&s);
	uring_ending(e, t, clock_boot_ns());
}
