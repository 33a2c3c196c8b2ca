/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One wait status: which stop it is (ptrace(2), "Stopped states") and what follows from
 * it. Every path ends in a resume, a PTRACE_LISTEN, or a child that waits for its
 * creator's event.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "capture/inline.h"
#include "capture/interrupt.h"
#include "capture/regs.h"
#include "capture/restart.h"
#include "capture/stop_engine.h"

#define SYSCALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */

/* Whatever stop comes first answers our PTRACE_INTERRUPT (kernel/signal.c, ptrace_stop: any
 * trap clears a pending STOP trap). */
static void
answered(struct stop_engine *e, struct tracee *t)
{
	if (!t->interrupting)
		return;
	t->interrupting = false;
	stall_stopped(e, t, clock_boot_ns());
}

void
stops_resume(struct stop_engine *e, struct tracee *t, int signo)
{
	answered(e, t);
	enum __ptrace_request how = PTRACE_CONT;
	if (t->in_syscall || !t->seccomp)
		how = PTRACE_SYSCALL;
	if (signo && restart_wants_step(e, t, signo)) {
		how = PTRACE_SINGLESTEP;
		t->stepping = true;
	}
	inline_resume(t);
	/* ESRCH: killed while it stood; its end comes as a wait status of its own. */
	ptrace(how, t->tid, 0, signo);
}

static void
record_signal(struct stop_engine *e, struct tracee *t, const siginfo_t *si, uint64_t when_ns)
{
	struct raw_rec *rec = stop_engine_record(e, RAW_SIGNAL, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = (uint64_t)si->si_signo;
	rec->args[1] = (uint64_t)(int64_t)si->si_code;
	rec->args[2] = (uint64_t)si->si_pid;
	rec->args[3] = (uint64_t)si->si_uid;
	switch (si->si_signo) {
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
		rec->args[4] = (uint64_t)(uintptr_t)si->si_addr;
		break;
	case SIGCHLD:
		rec->args[4] = (uint64_t)(int64_t)si->si_status;
		break;
	default:
		break;
	}
	stop_engine_queue(e, t, rec);
}

/* Is this SIGTRAP ours, from stepping into a handler? Then it must not be delivered. */
static bool
is_step_trap(const struct tracee *t, int signo, const siginfo_t *si)
{
	return t->stepping && signo == SIGTRAP &&
	       (si->si_code == SIGTRAP || si->si_code == TRAP_TRACE || si->si_code == TRAP_BRKPT);
}

static void
signal_stop(struct stop_engine *e, struct tracee *t, const struct stop *s, int signo)
{
	siginfo_t si;
	if (ptrace(PTRACE_GETSIGINFO, t->tid, 0, &si) < 0) {
		stops_resume(e, t, signo);
		return;
	}
	if (t->attaching)
		calls_found(e, t, s->when_ns);
	bool step = is_step_trap(t, signo, &si);
	t->stepping = false;
	if (step) {
		restart_stepped(e, t);
		stops_resume(e, t, 0);
		return;
	}
	record_signal(e, t, &si, s->when_ns);
	stops_resume(e, t, signo);
}

/* PTRACE_EVENT_STOP: the first stop of a child, an answer to PTRACE_INTERRUPT, a
 * group-stop or its end. */
static void
event_stop(struct stop_engine *e, struct tracee *t, const struct stop *s, int signo)
{
	if (!t->known) {
		births_hold(e, t);
		return;
	}
	struct syscall_regs r;
	if (t->attaching)
		calls_found(e, t, s->when_ns);
	else if (t->interrupting && regs_read_all(t->tid, &r))
		interrupt_mend(t, &r);
	if (signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU) {
		/* A stopped program must look stopped: not resumed, yet able to wake. */
		t->listening = true;
		answered(e, t);
		ptrace(PTRACE_LISTEN, t->tid, 0, 0);
		return;
	}
	t->listening = false;
	stops_resume(e, t, 0);
}

/* A syscall-entry- or exit-stop, or the seccomp stop that stands for the entry. The
 * kernel tells which, where it can; else entries and exits alternate. */
static void
syscall_stop(struct stop_engine *e, struct tracee *t, const struct stop *s)
{
	struct syscall_regs r;
	if (!regs_read(t->tid, t->in_syscall ? OP_EXIT : OP_ENTRY, &r))
		return; /* killed: its end follows */
	if (r.op == OP_EXIT && t->attaching) {
		calls_found(e, t, s->when_ns);
	} else if (r.op == OP_EXIT) {
		interrupt_mend(t, &r);
		calls_exit(e, t, &r, s->when_ns);
	} else {
		t->attaching = false;
		calls_abandon(e, t, s->when_ns);
		inline_call(e, t, &r);
		calls_enter(e, t, &r);
	}
	stops_resume(e, t, 0);
}

static void
event(struct stop_engine *e, struct tracee *t, const struct stop *s, int signo)
{
	switch (s->status >> 16) {
	case PTRACE_EVENT_STOP:
		event_stop(e, t, s, signo);
		return;
	case PTRACE_EVENT_SECCOMP:
		syscall_stop(e, t, s);
		return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		births_child(e, t, s);
		break;
	case PTRACE_EVENT_EXEC:
		t = births_exec(e, t, s);
		break;
	case PTRACE_EVENT_EXIT:
		calls_abandon(e, t, s->when_ns);
		uring_ending(e, t, s->when_ns);
		faults_report(e, t, s->when_ns);
		break;
	default:
		break;
	}
	stops_resume(e, t, 0);
}

void
stops_handle(struct stop_engine *e, const struct stop *s)
{
	struct tracee *t = births_tracee(e, s);
	if (!t)
		return;
	e->stops++;
	if (!WIFSTOPPED(s->status)) {
		births_end(e, t, s);
		return;
	}
	if (!inline_stopped(e, t, s)) {
		stops_resume(e, t, 0);
		return;
	}
	int signo = WSTOPSIG(s->status);
	if (s->status >> 16)
		event(e, t, s, signo);
	else if (signo == SYSCALL_STOP)
		syscall_stop(e, t, s);
	else
		signal_stop(e, t, s, signo);
}
