/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slowest calls of each syscall, among those that do not wait for somebody's doing: a
 * read of a pipe or a socket, a lock or a terminal takes as long as the other side likes.
 */
#include "agg/patterns_impl.h"

#include <string.h>

static bool
may_wait_for_others(const struct pattern_event *pe)
{
	const struct syscall_desc *d = pe->ev->desc;
	if (d->family != FAMILY_FS && !(d->flags & SYSCALL_REQUEST))
		return true;
	if (pe->role == ROLE_SYNC)
		return false;
	return pe->class != FILE_REGULAR || pe->role == ROLE_LOCK ||
	       pe->role == ROLE_EXEC;
}

static uint32_t
row_plus_1(size_t row)
{
	return row == AGG_NO_ROW ? 0 : (uint32_t)row + 1;
}

void
patterns_add_latency(struct patterns *p, const struct pattern_event *pe)
{
	size_t row = pe->rows->in[AGG_SYSCALL];
	if (row == AGG_NO_ROW || !event_has(pe->ev, EV_ret) || may_wait_for_others(pe))
		return;
	p->calls = pattern_room(p->calls, &p->ncalls, row, sizeof(*p->calls));
	struct pattern_call *c = &p->calls[row];
	histogram_add(&c->latency, &p->pool, pe->ns);

	size_t at = PATTERN_SLOWEST;
	while (at && c->slowest[at - 1].latency_ns < pe->ns)
		at--;
	if (at == PATTERN_SLOWEST)
		return;
	memmove(&c->slowest[at + 1], &c->slowest[at],
		(PATTERN_SLOWEST - 1 - at) * sizeof(c->slowest[0]));
	c->slowest[at] = (struct pattern_slow){
		.latency_ns = pe->ns,
		.time_ns = pe->ev->time_ns,
		.file = row_plus_1(pe->rows->in[AGG_FILE]),
		.process = row_plus_1(pe->rows->in[AGG_PROCESS]),
	};
}
