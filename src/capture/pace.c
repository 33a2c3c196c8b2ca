/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/pace.h"

/* Waits in a trial and between trials: the worse way is taken in 1 of 66 waits. */
static const unsigned phase_waits[PACE_PHASES] = {
	[PACE_TRY_SLEEP] = 32,
	[PACE_TRY_POLL] = 32,
	[PACE_RUN] = 2048,
};

/* A program that computes or sleeps between its calls says nothing about waiting: what is
 * longer than this counts as this. */
#define COST_MAX_NS UINT64_C(150000)

static void
enter(struct pace *p, enum pace_phase phase)
{
	p->phase = phase;
	p->left = phase_waits[phase];
	if (phase == PACE_TRY_SLEEP)
		p->cost_ns[0] = p->cost_ns[1] = 0;
	p->poll = phase == PACE_RUN ? p->cost_ns[1] < p->cost_ns[0] : phase == PACE_TRY_POLL;
}

void
pace_init(struct pace *p, int cpus)
{
	*p = (struct pace){ .can_poll = cpus > 1 };
	enter(p, PACE_TRY_SLEEP);
}

void
pace_waited(struct pace *p, uint64_t now_ns)
{
	if (!p->can_poll)
		return;
	uint64_t cost = now_ns - p->last_ns;
	p->last_ns = now_ns;
	if (p->phase != PACE_RUN)
		p->cost_ns[p->poll] += cost < COST_MAX_NS ? cost : COST_MAX_NS;
	if (--p->left == 0)
		enter(p, (p->phase + 1) % PACE_PHASES);
}
