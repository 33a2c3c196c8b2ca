/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Letting go of attached programs as they were. A tracee can only be detached at a stop, so
 * each is interrupted and detached at whatever stop comes first; what that stop holds
 * back (a signal, a group-stop, a call to be made again) takes its course then (ptrace(2),
 * PTRACE_DETACH). All at once and in any order: a vfork(2) parent stops only after its
 * child went on [kernel/fork.c: wait_for_vfork_done].
 *
 * Who cannot stop in time (asleep in the kernel, such a parent) stays attached until we
 * end, which lets it go as well.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "capture/interrupt.h"
#include "capture/regs.h"
#include "capture/restart.h"
#include "capture/stop_engine.h"

#define SYSCALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */
#define PATIENCE_NS UINT64_C(2000000000)
#define PAUSE_NS 200000

/* Does the record of T end in an orderly way, at the stop S? Its call may be over. */
static void
settle_call(struct stop_engine *e, struct tracee *t, const struct stop *s)
{
	struct syscall_regs r;
	bool syscall = s->status >> 16 == 0 && WSTOPSIG(s->status) == SYSCALL_STOP;
	bool event_stop = s->status >> 16 == PTRACE_EVENT_STOP;
	if ((syscall || event_stop) && regs_read(t->tid, OP_NONE, &r)) {
		if (r.op != OP_ENTRY)
			interrupt_mend(t, &r);
		if (r.op == OP_EXIT && !restart_code(r.ret))
			calls_exit(e, t, &r, s->when_ns);
	}
	calls_abandon(e, t, s->when_ns);
	restart_abandon_all(e, t, s->when_ns);
}

/* The signal that T must go on with. */
static int
signal_at(const struct tracee *t, const struct stop *s)
{
	int signo = WSTOPSIG(s->status);
	if (s->status >> 16 || signo == SYSCALL_STOP)
		return 0;
	return t->stepping && signo == SIGTRAP ? 0 : signo;
}

static void
let_go(struct stop_engine *e, const struct stop *s)
{
	struct tracee *t = births_tracee(e, s);
	if (!t)
		return;
	if (!WIFSTOPPED(s->status)) {
		births_end(e, t, s);
		return;
	}
	int event = s->status >> 16;
	/* A child that was born in the meantime is traced and has a stop to come. */
	if ((event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	     event == PTRACE_EVENT_CLONE) && s->message)
		births_child(e, t, s);
	if (event == PTRACE_EVENT_EXEC)
		t = births_exec(e, t, s);
	settle_call(e, t, s);
	if (ptrace(PTRACE_DETACH, t->tid, 0, signal_at(t, s)) == 0)
		t->attached = false;
}

/* Is there anybody whom we wait for? */
static bool
any_attached(const struct stop_engine *e)
{
	size_t pos = 0;
	uint64_t tid;
	void *t;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &t))
		if (((const struct tracee *)t)->attached)
			return true;
	return false;
}

/* Newborns that wait for word of their creator go at once; the others are asked to stop. */
static void
ask_all(struct stop_engine *e)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		struct tracee *t = v;
		if (t->held_at_birth && ptrace(PTRACE_DETACH, t->tid, 0, 0) == 0)
			t->attached = false;
		else if (t->attached)
			interrupt_ask(t);
	}
}

void
detach_all(struct stop_engine *e)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	if (!any_attached(e))
		return;
	ask_all(e);
	uint64_t until = clock_boot_ns() + PATIENCE_NS;
	while (any_attached(e) && clock_boot_ns() < until) {
		while (e->nextbatch < e->nbatch)
			let_go(e, &e->batch[e->nextbatch++]);
		e->nbatch = e->nextbatch = 0;
		int n = stop_engine_collect(e, WNOHANG);
		if (n < 0 && n != -EINTR)
			return;
		if (n == 0)
			nanosleep(&pause, NULL);
	}
}
