/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/stall.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "capture/interrupt.h"
#include "capture/proc_tasks.h"
#include "capture/procfs.h"
#include "capture/snap.h"
#include "capture/stop_engine.h"
#include "capture/unwind.h"
#include "table/syscall_desc.h"

/* Looking costs some microseconds a thread; the tick that wakes us comes every 200 ms. */
#define LOOK_MIN_NS UINT64_C(100000000)
#define LOOK_MAX_NS UINT64_C(1000000000)

static void
set_idle(struct stall_watch *w, enum raw_idle idle)
{
	if (w->nr != UINT32_MAX || w->args[0] != idle)
		*w = (struct stall_watch){ .nr = UINT32_MAX, .args = { idle } };
}

/* Is W what the thread was in at the last look, and not left since? After a stop of ours
 * the call goes on, perhaps as restart_syscall, and has been switched once more. */
static bool
same_call(const struct stall_watch *old, const struct stall_watch *w)
{
	if (old->nr == UINT32_MAX || old->sp != w->sp || old->pc != w->pc)
		return false;
	if (old->disturbed)
		return true;
	if (old->switches != w->switches)
		return false;
	return w->nr == SYS_restart_syscall ||
	       (old->nr == w->nr && !memcmp(old->args, w->args, sizeof(w->args)));
}

static void
take(struct stall_watch *old, const struct stall_watch *w, uint64_t now_ns)
{
	if (!same_call(old, w)) {
		*old = *w;
		old->since_ns = now_ns;
		return;
	}
	old->switches = w->switches;
	old->disturbed = false;
}

/* Does the record of T tell what it is in? A restart_syscall by itself does not: it goes on
 * with a call that was not recorded. */
static bool
record_tells(const struct tracee *t)
{
	return t->recording && t->rec.rec->nr != SYS_restart_syscall;
}

/* Brings t->watch up to date. */
static void
look(struct tracee *t, uint64_t now_ns)
{
	struct stall_watch *old = &t->watch, w = { 0 };
	struct proc_status st;
	if (record_tells(t)) {
		const struct raw_rec *rec = t->rec.rec;
		if (old->since_ns != rec->enter_ns)
			*old = (struct stall_watch){ .nr = rec->nr, .since_ns = rec->enter_ns };
		return;
	}
	if (proc_status(t->tid, &st))
		return;
	if (t->listening || st.state == 'T') {
		set_idle(old, RAW_IDLE_STOPPED);
		return;
	}
	w.switches = st.switches;
	switch (proc_syscall(t->tid, &w.nr, w.args, &w.sp, &w.pc)) {
	case PROC_IN_CALL:
		/* Numbers of 32-bit calls are others; where the stack is below 4 GiB they
		 * may be such. */
		if (w.sp >> 32)
			take(old, &w, now_ns);
		else
			set_idle(old, RAW_IDLE_BLOCKED);
		break;
	case PROC_BLOCKED:
		set_idle(old, RAW_IDLE_BLOCKED);
		break;
	case PROC_RUNNING:
		set_idle(old, RAW_IDLE_RUNNING);
		break;
	}
}

static bool
is_watched(const struct tracee *t)
{
	return t->known && !t->muted && !t->launching && !t->attaching;
}

static bool
is_over(const struct stop_engine *e, const struct stall_watch *w, uint64_t now_ns)
{
	return w->nr != UINT32_MAX && w->since_ns && now_ns > w->since_ns &&
	       now_ns - w->since_ns >= e->cfg->stall_ns;
}

/* Is there a reason to report? */
static bool
is_due(const struct stop_engine *e, const struct tracee *t, uint64_t now_ns, bool alone)
{
	const struct stall_watch *w = &t->watch;
	if (!is_over(e, w, now_ns))
		return false;
	if ((w->nr == SYS_wait4 || w->nr == SYS_waitid) && !alone)
		return false;
	return !w->told_ns || now_ns - w->since_ns >= 2 * w->told_ns;
}

/* Queues what T is in by its watch, with its stack if it stands. */
static void
describe(struct stop_engine *e, struct tracee *t, uint64_t now_ns, bool stands)
{
	const struct stall_watch *w = &t->watch;
	struct raw_build in_use = t->rec;
	t->rec = (struct raw_build){ 0 };
	struct raw_rec *rec = raw_build_start(&t->rec, RAW_IN_FLIGHT, t->pid, t->tid);
	rec->nr = w->nr;
	rec->flags = RAW_NO_RET | (is_over(e, w, now_ns) ? RAW_STALLED : 0u);
	memcpy(rec->args, w->args, sizeof(rec->args));
	rec->enter_ns = w->nr == UINT32_MAX ? now_ns : w->since_ns;
	rec->exit_ns = now_ns;
	if (w->nr != UINT32_MAX)
		snap_entry(t, syscall_capspec(w->nr), e->use_proc);
	if (stands)
		unwind_stack(e->unwinder, t);
	stop_engine_queue(e, t, t->rec.rec);
	raw_build_fini(&t->rec);
	t->rec = in_use;
}

static void
report_recorded(struct stop_engine *e, struct tracee *t, uint64_t now_ns)
{
	struct raw_rec *rec = raw_build_copy(&e->scratch, t->rec.rec);
	rec->kind = RAW_IN_FLIGHT;
	rec->flags |= RAW_NO_RET | (is_over(e, &t->watch, now_ns) ? RAW_STALLED : 0u);
	rec->exit_ns = now_ns;
	stop_engine_queue(e, t, rec);
}

static void
report(struct stop_engine *e, struct tracee *t, uint64_t now_ns)
{
	struct stall_watch *w = &t->watch;
	if (is_over(e, w, now_ns))
		w->told_ns = now_ns - w->since_ns;
	if (record_tells(t)) {
		report_recorded(e, t, now_ns);
		return;
	}
	/* The stack needs a stop; the record waits for it. connect(2) with a time-out would
	 * not survive that (interrupt.h). */
	if (e->unwinder && w->nr != SYS_connect && !t->listening && interrupt_ask(t)) {
		w->wants_stack = w->disturbed = true;
		return;
	}
	describe(e, t, now_ns, false);
}

void
stall_stopped(struct stop_engine *e, struct tracee *t, uint64_t now_ns)
{
	bool wanted = t->watch.wants_stack;
	t->watch.wants_stack = false;
	if (wanted && !record_tells(t) && !e->quiet)
		describe(e, t, now_ns, true);
}

void
stall_check(struct stop_engine *e, uint64_t now_ns)
{
	if (!e->cfg->stall_ns || now_ns < e->stall.look_ns || e->quiet)
		return;
	uint64_t pause_ns = e->cfg->stall_ns / 8;
	pause_ns = pause_ns < LOOK_MIN_NS ? LOOK_MIN_NS : pause_ns;
	e->stall.look_ns = now_ns + (pause_ns > LOOK_MAX_NS ? LOOK_MAX_NS : pause_ns);
	size_t pos = 0;
	uint64_t tid;
	void *v;
	pid_t pid = 0;
	bool alone = true, due = false;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		struct tracee *t = v;
		alone &= !pid || t->pid == pid;
		pid = t->pid;
		if (is_watched(t))
			look(t, now_ns);
	}
	for (pos = 0; hash_next(&e->tracees.by_tid, &pos, &tid, &v);)
		due |= is_watched(v) && is_due(e, v, now_ns, alone);
	if (!due || now_ns < e->stall.report_ns)
		return;
	e->stall.report_ns = now_ns + e->cfg->stall_ns;
	for (pos = 0; hash_next(&e->tracees.by_tid, &pos, &tid, &v);)
		if (is_watched(v))
			report(e, v, now_ns);
}
