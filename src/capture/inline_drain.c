/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that the agent made, as records of the stream. A slot is the tracee's to write:
 * each record is copied before it is looked at, and what is not sound ends the service of
 * the task that wrote it, and says so.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <x86intrin.h>

#include "base/clock.h"
#include "capture/inline_impl.h"
#include "raw/raw_check.h"

/* Ticks between two readings of the counter that nothing came between. */
#define CLOSE_TOGETHER 2000u
#define TRIES 8

void
tsc_clock_add(struct tsc_clock *c, uint64_t tsc, uint64_t ns)
{
	size_t last = (c->n - 1) % TSC_KNOTS;
	if (c->n && (tsc <= c->tsc[last] || ns <= c->ns[last]))
		return;
	c->tsc[c->n % TSC_KNOTS] = tsc;
	c->ns[c->n % TSC_KNOTS] = ns;
	c->n++;
}

void
tsc_clock_sync(struct tsc_clock *c)
{
	uint64_t tsc = 0, ns = 0, best = UINT64_MAX;
	for (int i = 0; i < TRIES && best > CLOSE_TOGETHER; i++) {
		uint64_t before = __rdtsc(), now = clock_boot_ns(), apart = __rdtsc() - before;
		if (apart >= best)
			continue;
		best = apart;
		tsc = before + apart / 2;
		ns = now;
	}
	tsc_clock_add(c, tsc, ns);
}

uint64_t
tsc_clock_ns(const struct tsc_clock *c, uint64_t tsc)
{
	if (c->n < 2)
		return c->n ? c->ns[0] : 0;
	/* The latest piece that begins before TSC, or the oldest that is known. */
	uint64_t oldest = c->n > TSC_KNOTS ? c->n - TSC_KNOTS : 0, k = c->n - 2;
	while (k > oldest && c->tsc[k % TSC_KNOTS] > tsc)
		k--;
	size_t from = k % TSC_KNOTS, to = (k + 1) % TSC_KNOTS;
	if (tsc <= c->tsc[from])
		return c->ns[from];
	uint64_t ticks = c->tsc[to] - c->tsc[from], ns = c->ns[to] - c->ns[from];
	return c->ns[from] + (uint64_t)((__uint128_t)(tsc - c->tsc[from]) * ns / ticks);
}

static void
distrust(struct stop_engine *e, struct tracee *t)
{
	char text[128];
	struct raw_rec *rec = stop_engine_record(e, RAW_LOST, t);
	rec->enter_ns = rec->exit_ns = clock_boot_ns();
	snprintf(text, sizeof(text), "thread %d wrote into the memory that it shares with "
		 "iotrace: its records there are lost", t->tid);
	raw_build_add(&e->scratch, RAW_BLOB_TEXT_NOTE, 0, 0, text, strlen(text));
	stop_engine_queue(e, t, e->scratch.rec);
	t->distrusted = true;
}

/* When the call of T's next record returned; false: there is none in front of END. */
static bool
next_exit(struct tracee *t, uint64_t end, uint64_t *exit_tsc)
{
	const char *at = (const char *)inline_slot(t) + t->drained;
	if (t->distrusted || t->drained + sizeof(struct raw_rec) > end)
		return false;
	memcpy(exit_tsc, at + offsetof(struct raw_rec, exit_ns), sizeof(*exit_tsc));
	return true;
}

/* Where T's records end now. */
static uint64_t
end_of_records(struct stop_engine *e, struct tracee *t)
{
	uint64_t cur = __atomic_load_n(&inline_slot(t)->cur, __ATOMIC_ACQUIRE);
	if (!t->distrusted && (cur < t->drained || cur > SLOT_BYTES))
		distrust(e, t);
	return t->distrusted ? 0 : cur;
}

/* Queues T's next record, in front of END. */
static void
take(struct stop_engine *e, struct tracee *t, uint64_t end)
{
	_Alignas(8) char copy[SLOT_RECORD_MAX];
	struct raw_rec *rec = (struct raw_rec *)(void *)copy;
	const char *at = (const char *)inline_slot(t) + t->drained;
	uint32_t size;
	memcpy(&size, at, sizeof(size));
	if (size < sizeof(*rec) || size > sizeof(copy) || size > end - t->drained) {
		distrust(e, t);
		return;
	}
	memcpy(copy, at, size);
	t->drained += size;
	rec->size = size;
	rec->pid = t->pid;
	rec->tid = t->tid;
	rec->seq = 1; /* the queue numbers them */
	rec->flags = RAW_BY_AGENT;
	rec->enter_ns = tsc_clock_ns(&e->agent->clock, rec->enter_ns);
	rec->exit_ns = tsc_clock_ns(&e->agent->clock, rec->exit_ns);
	if (rec->kind != RAW_SYSCALL || rec->nr >= AGENT_CALLS || raw_check(copy, size)) {
		distrust(e, t);
		return;
	}
	e->agent_calls += (e->want[rec->nr] & WANT_EVENT) != 0;
	e->comm_watch |= calls_opens_comm(rec);
	stop_engine_queue(e, t, rec);
}

void
inline_drain_slot(struct stop_engine *e, struct tracee *t)
{
	if (t->slot == NO_SLOT)
		return;
	uint64_t end = end_of_records(e, t);
	while (!t->distrusted && t->drained < end)
		take(e, t, end);
	inline_slot(t)->cur = t->drained = SLOT_RECORDS;
}

/* No record that is committed after this is of a call that returned before the time it
 * gives. */
static uint64_t
settled(const struct stop_engine *e)
{
	const struct tsc_clock *c = &e->agent->clock;
	size_t pos = 0;
	uint64_t tid, until = c->tsc[(c->n - 1) % TSC_KNOTS];
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		const struct tracee *t = v;
		if (!t->image || t->slot == NO_SLOT)
			continue;
		const struct slot *s = inline_slot(t);
		if (__atomic_load_n(&s->phase, __ATOMIC_ACQUIRE) == SLOT_AFTER &&
		    s->entry_tsc < until)
			until = s->entry_tsc;
	}
	return until;
}

/* The task whose next record is of the call that returned first, not behind UNTIL. */
static struct tracee *
first_of_all(struct stop_engine *e, uint64_t until, uint64_t *end)
{
	struct tracee *first = NULL;
	size_t pos = 0;
	uint64_t tid, exit_tsc;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		struct tracee *t = v;
		if (!t->image || t->slot == NO_SLOT)
			continue;
		uint64_t its_end = end_of_records(e, t);
		if (!next_exit(t, its_end, &exit_tsc) || exit_tsc > until)
			continue;
		until = exit_tsc;
		first = t;
		*end = its_end;
	}
	return first;
}

void
inline_drain(struct stop_engine *e)
{
	struct tracee *t;
	uint64_t end;
	if (!e->agent)
		return;
	tsc_clock_sync(&e->agent->clock);
	/* The order matters: what one thread closed another may have opened since. */
	uint64_t until = settled(e);
	while ((t = first_of_all(e, until, &end)))
		take(e, t, end);
	if (e->comm_watch)
		inline_end_service_of_all(e);
}
