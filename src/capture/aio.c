/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/aio.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/maps.h"
#include "capture/mem.h"
#include "capture/regs.h"
#include "capture/stop_engine.h"

#define EVENT_BYTES 32u	  /* struct io_event */
#define EVENTS_MAX  2048u /* in one record: 64 KiB */
#define RINGS_MAX   4096u
#define RING_MAGIC  0xa10a10a1u
#define RING_NR_MAX (1u << 24)
#define RING_NAME   "/[aio]"

/* fs/aio.c, struct aio_ring; the events follow. The kernel alone writes tail. */
struct ring_header {
	uint32_t id, nr, head, tail;
	uint32_t magic, compat, incompat, header_length;
};

void
aio_rings_fini(struct aio_rings *rs)
{
	free(rs->v);
	*rs = (struct aio_rings){ 0 };
}

void
aio_want_calls(unsigned char *want)
{
	static const unsigned state[] = { SYS_io_setup, SYS_io_destroy, SYS_io_getevents,
					  SYS_io_pgetevents, SYS_io_cancel };
	static const unsigned peek[] = { SYS_exit_group, SYS_execve, SYS_execveat };
	for (size_t i = 0; i < ARRAY_SIZE(state); i++)
		want[state[i]] |= WANT_STATE;
	for (size_t i = 0; i < ARRAY_SIZE(peek); i++)
		want[peek[i]] |= WANT_PEEK;
}

static struct aio_seen *
find(const struct aio_rings *rs, pid_t pid, uint64_t ctx)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->v[i].pid == pid && rs->v[i].ctx == ctx)
			return &rs->v[i];
	return NULL;
}

static void
forget(struct aio_rings *rs, const struct aio_seen *s)
{
	rs->v[s - rs->v] = rs->v[--rs->n];
}

static bool
read_header(const struct tracee *t, uint64_t ctx, struct ring_header *h)
{
	return ctx && mem_read(t->tid, ctx, h, sizeof(*h)) == sizeof(*h) &&
	       h->magic == RING_MAGIC && h->header_length == sizeof(*h) && h->nr &&
	       h->nr <= RING_NR_MAX && h->tail < h->nr;
}

/* A ring that is met for the first time holds nothing of requests that we have seen. */
static void
begin(struct aio_rings *rs, pid_t pid, uint64_t ctx, const struct ring_header *h)
{
	if (rs->n == RINGS_MAX)
		return;
	if (rs->n == rs->cap) {
		rs->cap = rs->cap ? 2 * rs->cap : 4;
		rs->v = xreallocarray(rs->v, rs->cap, sizeof(*rs->v));
	}
	rs->v[rs->n++] =
		(struct aio_seen){ .pid = pid, .ctx = ctx, .nr = h->nr, .tail = h->tail };
}

/* N events from place AT on, which lie in one piece, as a record; false if they cannot be
 * read. */
static bool
queue_events(struct stop_engine *e, struct tracee *t, uint64_t ctx, uint32_t at,
	     uint32_t n, uint64_t when_ns)
{
	struct raw_rec *rec = stop_engine_record(e, RAW_COMPLETIONS, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = RAW_RING_AIO;
	rec->args[1] = ctx;
	size_t len = (size_t)n * EVENT_BYTES, max = len;
	void *p = raw_build_blob_begin(&e->scratch, &max);
	uint64_t addr = ctx + sizeof(struct ring_header) + (uint64_t)at * EVENT_BYTES;
	if (!p || max < len || mem_read(t->tid, addr, p, len) != len)
		return false;
	raw_build_blob_end(&e->scratch, RAW_BLOB_OUT, 0, 0, len);
	stop_engine_queue(e, t, e->scratch.rec);
	return true;
}

static void
look(struct stop_engine *e, struct tracee *t, uint64_t ctx, uint64_t when_ns)
{
	struct ring_header h;
	struct aio_seen *s = find(&e->aio, t->pid, ctx);
	bool readable = read_header(t, ctx, &h);
	if (s && (!readable || s->nr != h.nr)) {
		forget(&e->aio, s);
		s = NULL;
	}
	if (!readable)
		return;
	if (!s) {
		begin(&e->aio, t->pid, ctx, &h);
		return;
	}
	while (s->tail != h.tail) {
		uint32_t n = (h.tail > s->tail ? h.tail : h.nr) - s->tail;
		if (n > EVENTS_MAX)
			n = EVENTS_MAX;
		if (!queue_events(e, t, ctx, s->tail, n, when_ns)) {
			forget(&e->aio, s);
			return;
		}
		s->tail = (s->tail + n) % h.nr;
	}
}

static void
look_at_all(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	/* From the end: a ring that turns out unreadable is replaced by the last one. */
	for (size_t i = e->aio.n; i > 0; i--)
		if (e->aio.v[i - 1].pid == t->pid)
			look(e, t, e->aio.v[i - 1].ctx, when_ns);
}

/* Without the requests their completions mean nothing. */
static bool
wanted(const struct stop_engine *e)
{
	return e->want[SYS_io_submit] & WANT_EVENT;
}

struct seized {
	struct stop_engine *e;
	struct tracee *t;
};

static void
seized_map(void *arg, const struct map *m)
{
	const struct seized *s = arg;
	struct ring_header h;
	/* The file has no link in any directory (fs/aio.c: aio_private_file): " (deleted)"
	 * follows its name. */
	if (!m->shared || strncmp(m->name, RING_NAME, sizeof(RING_NAME) - 1) != 0 ||
	    !read_header(s->t, m->start, &h) || h.head >= h.nr)
		return;
	/* What has completed and was not taken out yet is still to be had. */
	h.tail = h.head;
	begin(&s->e->aio, s->t->pid, m->start, &h);
	look(s->e, s->t, m->start, clock_boot_ns());
}

void
aio_seized(struct stop_engine *e, struct tracee *t)
{
	if (wanted(e) && e->use_proc)
		maps_each(t->pid, seized_map, &(struct seized){ e, t });
}

void
aio_enter(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r)
{
	struct aio_seen *s;
	if (!wanted(e))
		return;
	switch (r->nr) {
	case SYS_io_submit:
		look(e, t, r->args[0], clock_boot_ns());
		break;
	case SYS_io_destroy:
		look(e, t, r->args[0], clock_boot_ns());
		/* Another ring may come to this address before the call returns. */
		s = find(&e->aio, t->pid, r->args[0]);
		if (s)
			forget(&e->aio, s);
		break;
	case SYS_exit_group:
	case SYS_execve:
	case SYS_execveat:
		if (e->aio.n)
			look_at_all(e, t, clock_boot_ns());
		break;
	default:
		break;
	}
}

static bool
uses_ring(const struct stop_engine *e, const struct raw_rec *rec)
{
	if (!wanted(e) || rec->flags & (RAW_ABI_I386 | RAW_ABI_X32))
		return false;
	return rec->nr == SYS_io_submit || rec->nr == SYS_io_getevents ||
	       rec->nr == SYS_io_pgetevents || rec->nr == SYS_io_cancel;
}

void
aio_exit(struct stop_engine *e, struct tracee *t)
{
	struct raw_rec *rec = t->rec.rec;
	struct ring_header h;
	if (!uses_ring(e, rec))
		return;
	const struct aio_seen *s = find(&e->aio, t->pid, rec->args[0]);
	if (s && read_header(t, rec->args[0], &h) && h.nr == s->nr)
		rec->flags |= RAW_RING_READ;
}

void
aio_exit_done(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	if (uses_ring(e, t->rec.rec))
		look(e, t, t->rec.rec->args[0], when_ns);
}

void
aio_forget(struct stop_engine *e, pid_t pid)
{
	for (size_t i = e->aio.n; i > 0; i--)
		if (e->aio.v[i - 1].pid == pid)
			forget(&e->aio, &e->aio.v[i - 1]);
}
