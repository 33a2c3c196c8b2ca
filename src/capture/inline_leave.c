/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Out of the agent. A tracee may stop at any of the agent's instructions, for a signal or an
 * interrupt. What it sees of itself must be its own: so it is put back to before its call,
 * or on to behind it, as if there had been an ordinary system call instruction.
 *
 *   on the way in, or before the call   back: the call is made again
 *   the call was interrupted            its instruction is the program's: the kernel's
 *                                       restart then goes there
 *   behind the call                     on, with the result
 *   at a trampoline's own call          the call is the program's; it stops as ever
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "capture/inline_impl.h"
#include "capture/regs.h"

#define NO_CALL UINT64_MAX /* orig_rax: the kernel is to restart nothing */
#define SYSCALL_LEN 2

/* The trampoline that ADDR lies in or, if it is a patched instruction's pad, leads to. */
static const unsigned char *
trampoline_at(const struct image *im, uint64_t addr, uint64_t *offset)
{
	for (unsigned i = 0; i < 2; i++) {
		uint64_t at = addr - im->pool_at[i];
		if (at < im->arena->npool * TRAMPOLINE_BYTES) {
			*offset = at % TRAMPOLINE_BYTES;
			return im->arena->pool + (at - *offset);
		}
	}
	for (unsigned i = 0; i < im->npads; i++)
		if (im->pad[i] == addr) {
			*offset = 0;
			return im->arena->pool + i * TRAMPOLINE_BYTES;
		}
	return NULL;
}

static uint64_t
next_of(const unsigned char *trampoline)
{
	uint64_t next;
	memcpy(&next, trampoline + TRAMPOLINE_NEXT, sizeof(next));
	return next;
}

/* At a trampoline: before its system call or behind it. */
static void
leave_trampoline(struct user_regs_struct *r, const unsigned char *trampoline, uint64_t offset)
{
	uint64_t next = next_of(trampoline);
	if (offset <= TRAMPOLINE_FALLBACK) {
		r->rip = next - SYSCALL_LEN;
		return;
	}
	r->rip = r->rcx = next;
}

static void
load_frame(struct user_regs_struct *r, const struct agent_frame *f, uint64_t rsp)
{
	r->r15 = f->r15;
	r->r14 = f->r14;
	r->r13 = f->r13;
	r->r12 = f->r12;
	r->r11 = r->eflags = f->flags;
	r->r10 = f->r10;
	r->r9 = f->r9;
	r->r8 = f->r8;
	r->rbp = f->rbp;
	r->rbx = f->rbx;
	r->rdi = f->rdi;
	r->rsi = f->rsi;
	r->rdx = f->rdx;
	r->rax = f->rax;
	r->rip = r->rcx = f->next;
	r->rsp = rsp;
}

/* On the way in, before the frame is complete: no register of the program's is touched, but
 * the stack may be the agent's. */
static void
leave_entry(struct user_regs_struct *r, const struct image *im, const struct slot *s)
{
	uint64_t offset;
	const unsigned char *trampoline = trampoline_at(im, r->r11, &offset);
	if (r->rsp - ARENA_ADDR <= ARENA_BYTES)
		r->rsp = s->rsp;
	if (trampoline)
		r->rip = next_of(trampoline) - SYSCALL_LEN;
}

/* The agent made the call, and its record is not complete: it becomes one of ours. */
static void
take_over(struct stop_engine *e, struct tracee *t, const struct slot *s, uint64_t nr,
	  const struct user_regs_struct *r)
{
	struct syscall_regs regs = {
		.op = OP_ENTRY,
		.nr = (uint32_t)nr,
		.args = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 },
		.ip = r->rip,
		.sp = r->rsp,
	};
	uint64_t now = clock_boot_ns();
	calls_enter(e, t, &regs);
	if (t->recording)
		t->rec.rec->enter_ns = tsc_clock_ns(&e->agent->clock, s->entry_tsc);
	regs.op = OP_EXIT;
	regs.ret = (int64_t)r->rax;
	calls_exit(e, t, &regs, now);
}

/* The frame is complete. */
static void
leave_agent(struct stop_engine *e, struct tracee *t, struct user_regs_struct *r, struct slot *s)
{
	struct agent_frame f;
	struct raw_rec begun;
	uint64_t cur = s->cur < SLOT_BYTES - sizeof(begun) ? s->cur : SLOT_RECORDS;
	memcpy(&f, (char *)s + SLOT_RECORDS - sizeof(f), sizeof(f));
	memcpy(&begun, (char *)s + cur, sizeof(begun));
	uint64_t ret = r->rax, orig = r->orig_rax;
	bool interrupted = s->phase == SLOT_BEFORE && r->rip >= e->agent->head.blessed &&
			   r->rip < e->agent->head.told;
	bool committed = s->cur != s->begin;
	bool after = s->phase == SLOT_AFTER && !committed;
	load_frame(r, &f, s->rsp);
	r->orig_rax = NO_CALL;
	if (interrupted) {
		uint64_t nr = r->rax;
		r->rax = ret;
		r->orig_rax = orig;
		take_over(e, t, s, nr, r);
	} else if (after) {
		r->rax = s->ret;
		take_over(e, t, s, begun.nr, r);
	} else if (!committed) {
		r->rip -= SYSCALL_LEN;
	}
	s->phase = SLOT_IDLE;
}

/* A call of ours that stopped only because the slot was full goes to the agent again. */
static bool
again(const struct stop_engine *e, const struct stop *s, struct user_regs_struct *r, bool full)
{
	if (!full || s->status >> 16 != PTRACE_EVENT_SECCOMP || r->orig_rax >= AGENT_CALLS ||
	    e->agent->tables->serve[r->orig_rax] != SERVE)
		return false;
	r->rip -= SYSCALL_LEN;
	r->rax = r->orig_rax;
	r->orig_rax = NO_CALL;
	return true;
}

/* Where T stands, and what becomes of it. */
struct stand {
	const unsigned char *trampoline; /* NULL: at none */
	uint64_t offset;		 /* in the trampoline */
	bool agent;			 /* in the agent's code */
};

static struct stand
stand_of(const struct inline_agent *agent, const struct image *im, uint64_t ip)
{
	struct stand s = { .agent = ip >= agent->head.enter && ip < agent->head.end };
	if (!s.agent)
		s.trampoline = trampoline_at(im, ip, &s.offset);
	return s;
}

/* Moves R out of where S says it is. */
static void
leave(struct stop_engine *e, struct tracee *t, const struct stand *s, bool fault,
      struct user_regs_struct *r)
{
	struct slot *slot = inline_slot(t);
	if (s->trampoline)
		leave_trampoline(r, s->trampoline, s->offset);
	else if (fault && r->rip == e->agent->head.enter)
		/* gs is the program's and leads nowhere: without the agent. */
		r->rip = r->r11 + TRAMPOLINE_FALLBACK;
	else if (r->rip < e->agent->head.saved)
		leave_entry(r, t->image, slot);
	else
		leave_agent(e, t, r, slot);
}

bool
inline_stopped(struct stop_engine *e, struct tracee *t, const struct stop *stop)
{
	struct user_regs_struct r;
	if (!e->agent)
		return true;
	inline_drain(e);
	if (!t->image || ptrace(PTRACE_GETREGS, t->tid, 0, &r) < 0)
		return true;
	const struct slot *slot = inline_slot(t);
	const struct stand s = stand_of(e->agent, t->image, r.rip);
	bool full = slot->limit && slot->cur + SLOT_RECORD_MAX > slot->limit;
	bool fault = s.agent && stop->status >> 16 == 0 && WSTOPSIG(stop->status) == SIGSEGV;
	bool called = s.trampoline && s.offset > TRAMPOLINE_FALLBACK;
	bool moved = s.agent || s.trampoline || t->gs_due;
	if (s.agent || s.trampoline)
		leave(e, t, &s, fault, &r);
	if (t->gs_due)
		r.gs_base = ARENA_ADDR + t->slot * SLOT_BYTES;
	t->gs_due = false;
	inline_drain_slot(e, t);
	bool over = fault || (called && again(e, stop, &r, full));
	if (moved)
		ptrace(PTRACE_SETREGS, t->tid, 0, &r);
	return !over;
}
