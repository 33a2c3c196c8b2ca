/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/restart.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <ucontext.h>

#include "capture/mem.h"

/* include/linux/errno.h: never seen by programs */
#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516

/* arch/x86/include/asm/sigframe.h: the return address, then the ucontext. */
#define FRAME_UCONTEXT 8u

/* The frames of 32-bit code, there and in asm/sigcontext_32.h: return address, signal,
 * then a sigcontext; or pointers to siginfo and ucontext, and these. */
#define IA32_SIGCONTEXT	   8u
#define IA32_RT_PUC	   12u
#define IA32_RT_UCONTEXT   144u /* behind 16 bytes and the siginfo of 128 */
#define IA32_UC_SIGCONTEXT 20u
#define IA32_SC_IP	   56u

bool
restart_code(int64_t ret)
{
	return ret == -ERESTARTSYS || ret == -ERESTARTNOINTR || ret == -ERESTARTNOHAND ||
	       ret == -ERESTART_RESTARTBLOCK;
}

/* Lets the held call I go as it stands: it was interrupted for good. */
static void
release(struct stop_engine *e, struct tracee *t, unsigned i)
{
	struct held_call *h = &t->held[i];
	h->rec.rec->flags |= RAW_INTERRUPTED;
	stop_engine_queue(e, t, h->rec.rec);
	struct held_call gone = *h;
	for (unsigned j = i; j + 1 < t->nheld; j++)
		t->held[j] = t->held[j + 1];
	t->held[--t->nheld] = gone; /* its buffer is used again */
}

void
restart_release_all(struct stop_engine *e, struct tracee *t)
{
	while (t->nheld)
		release(e, t, 0);
}

void
restart_abandon_all(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	for (unsigned i = 0; i < t->nheld; i++) {
		struct raw_rec *rec = t->held[i].rec.rec;
		rec->kind = RAW_UNFINISHED;
		rec->flags |= RAW_NO_RET;
		rec->exit_ns = when_ns;
		stop_engine_queue(e, t, rec);
	}
	t->nheld = 0;
}

void
restart_hold(struct stop_engine *e, struct tracee *t, uint64_t sp)
{
	if (t->nheld == TRACEE_HELD_MAX)
		release(e, t, 0);
	struct held_call *h = &t->held[t->nheld++];
	struct raw_build spare = h->rec;
	h->rec = t->rec;
	t->rec = spare;
	h->state = HELD_UNDECIDED;
	h->sp = sp;
	h->ours = t->interrupting;
}

/* Is the call that is entered the one that was held: the same instruction, number,
 * arguments and stack, or restart_syscall in its place? */
static bool
continues(const struct held_call *h, const struct syscall_regs *r)
{
	const struct raw_rec *rec = h->rec.rec;
	if (r->ip != rec->ip || r->sp != h->sp)
		return false;
	bool by_restart_syscall = rec->ret == -ERESTART_RESTARTBLOCK || rec->restarts;
	if (by_restart_syscall && r->nr == SYS_restart_syscall)
		return true;
	return rec->ret != -ERESTART_RESTARTBLOCK && r->nr == rec->nr && !memcmp(r->args, rec->args, sizeof(rec->args));
}

bool
restart_resume(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r)
{
	while (t->nheld) {
		struct held_call *h = &t->held[t->nheld - 1];
		if (continues(h, r)) {
			struct raw_build spare = t->rec;
			t->rec = h->rec;
			h->rec = spare;
			t->nheld--;
			t->rec.rec->restarts += !h->ours;
			return true;
		}
		/* A handler's own calls come before the continuation, further down the
		 * stack. Anything else means that the program went on without it. */
		if (h->state == HELD_RESUMES && r->sp < h->sp)
			return false;
		release(e, t, t->nheld - 1);
	}
	return false;
}

bool
restart_wants_step(struct stop_engine *e, struct tracee *t, int signo)
{
	if (!t->nheld || t->held[t->nheld - 1].state != HELD_UNDECIDED)
		return false;
	/* Where no handler runs the step makes the call again. The filter stops that at its
	 * entry; without the filter it would go unseen, so the handler must be certain. */
	if (t->seccomp)
		return true;
	int caught = e->use_proc ? proc_catches(t->tid, signo) : -1;
	if (caught < 0)
		release(e, t, t->nheld - 1); /* no proof to be had */
	return caught > 0;
}

/* The saved instruction pointer in a frame that the kernel built for 32-bit code at SP.
 * Its two kinds differ by where a handler with SA_SIGINFO finds the address of its
 * context. */
static bool
read_ia32_frame(const struct tracee *t, uint64_t sp, uint64_t *ip)
{
	uint32_t puc, eip;
	uint64_t at = sp + IA32_SIGCONTEXT;
	if (mem_read(t->tid, sp + IA32_RT_PUC, &puc, sizeof(puc)) != sizeof(puc))
		return false;
	if (puc == sp + IA32_RT_UCONTEXT)
		at = puc + IA32_UC_SIGCONTEXT;
	if (mem_read(t->tid, at + IA32_SC_IP, &eip, sizeof(eip)) != sizeof(eip))
		return false;
	*ip = eip;
	return true;
}

/* Reads the saved instruction pointer from the signal frame at the stack pointer. False
 * where there is no readable frame. */
static bool
read_frame(const struct tracee *t, uint64_t *ip)
{
	struct user_regs_struct u;
	if (ptrace(PTRACE_GETREGS, t->tid, 0, &u) < 0)
		return false;
	if (u.cs == USER32_CS)
		return read_ia32_frame(t, u.rsp, ip);
	ucontext_t uc;
	size_t need = offsetof(ucontext_t, uc_mcontext) + sizeof(uc.uc_mcontext);
	if (mem_read(t->tid, u.rsp + FRAME_UCONTEXT, &uc, need) != need)
		return false;
	*ip = (uint64_t)uc.uc_mcontext.gregs[REG_RIP];
	return true;
}

void
restart_stepped(struct stop_engine *e, struct tracee *t)
{
	if (!t->nheld || t->held[t->nheld - 1].state != HELD_UNDECIDED)
		return;
	struct held_call *h = &t->held[t->nheld - 1];
	uint64_t ip;
	/* 0f 05 and cd 80 alike; where sysenter was used the kernel goes back to an int
	 * 80 */
	const uint64_t syscall_bytes = 2;
	if (read_frame(t, &ip) && ip == h->rec.rec->ip - syscall_bytes) {
		h->state = HELD_RESUMES;
		return;
	}
	release(e, t, t->nheld - 1);
}
