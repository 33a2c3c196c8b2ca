/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stall: calls that do not come back. Every now and then it is seen what each thread is
 * in; when a call has lasted longer than it may, what all of them do is queued, a
 * RAW_IN_FLIGHT each. Nothing is stopped for that: a call that we record is known, of the
 * others /proc/TID/syscall tells. Only a stack (-k) that was not taken when the call began
 * needs a stop, by interrupt.h.
 *
 * A call is told of when it is older than the limit, and again each time its age has
 * doubled; there is at most one report in the time of the limit. Waiting for one's children is
 * no stall as long as other processes run: theirs are looked at as well.
 */
#ifndef IOTRACE_CAPTURE_STALL_H
#define IOTRACE_CAPTURE_STALL_H

#include <stdbool.h>
#include <stdint.h>

struct stop_engine;
struct tracee;

/* What a thread was seen in. */
struct stall_watch {
	uint32_t nr; /* the call, or UINT32_MAX: none; then args[0] is enum raw_idle */
	uint64_t args[6], sp, pc;
	uint64_t since_ns; /* it is in that call since then, at least */
	uint64_t switches; /* how often it had given up its CPU by then */
	uint64_t told_ns;  /* age when it was last told of; 0: never */
	bool wants_stack;  /* we interrupted it for that */
	bool disturbed;	   /* and so it was switched on our account */
};

/* When nothing was asked for yet. */
struct stall {
	uint64_t look_ns;   /* when to look again */
	uint64_t report_ns; /* no report before */
};

/* Looks, if it is time. NOW_NS: CLOCK_BOOTTIME. */
void stall_check(struct stop_engine *, uint64_t now_ns);

/* T stands: takes the stack that it was interrupted for, if any. */
void stall_stopped(struct stop_engine *, struct tracee *t, uint64_t now_ns);

#endif
