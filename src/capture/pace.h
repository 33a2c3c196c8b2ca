/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to wait for the next stop: asleep, or awake for a while first.
 *
 * To block and be woken costs two context switches, and where the tracee runs on another,
 * idle CPU the wake-up of that CPU on top: tens of microseconds a stop. To poll avoids
 * that. But where CPUs are scarce polling takes the time from the very program that is
 * waited for, and keeps it from being placed on our CPU. Which it is depends on machine,
 * load and program, so it is tried: a short row of waits each way, then the better one for
 * a long row, and again.
 */
#ifndef IOTRACE_CAPTURE_PACE_H
#define IOTRACE_CAPTURE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* How long a poll goes on before it gives up and sleeps, in ns. */
#define PACE_POLL_NS 50000u

enum pace_phase { PACE_TRY_SLEEP, PACE_TRY_POLL, PACE_RUN, PACE_PHASES };

struct pace {
	bool can_poll; /* more than one CPU */
	bool poll;     /* what to do now */
	enum pace_phase phase;
	unsigned left;       /* waits left in the phase */
	uint64_t last_ns;    /* end of the last wait */
	uint64_t cost_ns[2]; /* sum over a trial: [0] asleep, [1] polling */
};

/* CPUs: how many this process may run on. */
void pace_init(struct pace *, int cpus);

/* A wait ended at NOW_NS (boot time). Decides about the next: p->poll. */
void pace_waited(struct pace *, uint64_t now_ns);

#endif
