/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry and exit of calls: a record is begun at the entry stop, completed at the exit
 * stop and queued. One tracee has one call in flight, so the record lives in the tracee.
 */
#include <errno.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/abi.h"
#include "capture/interrupt.h"
#include "capture/mem.h"
#include "capture/own_filter.h"
#include "capture/regs.h"
#include "capture/restart.h"
#include "capture/snap.h"
#include "capture/stop_engine.h"
#include "capture/unwind.h"
#include "table/foreign.h"
#include "table/syscall_desc.h"

/* Are number and arguments of REC those of the x86_64 table? */
static bool
is_native(const struct raw_rec *rec)
{
	return !(rec->flags & (RAW_ABI_I386 | RAW_ABI_X32)) || rec->flags & RAW_AS_NATIVE;
}

/* Of calls that only another ABI has, the registers are all we know. */
static const struct capspec *
capspec_of(const struct raw_rec *rec)
{
	static const struct capspec plain = { .nargs = 0 };
	return is_native(rec) ? syscall_capspec(rec->nr) : &plain;
}

static unsigned
want_of(const struct stop_engine *e, const struct syscall_regs *r)
{
	unsigned nr = r->nr;
	if (r->abi && !r->as_native)
		nr = r->foreign->desc->nr;
	return e->want[nr < e->nwant ? nr : e->nwant - 1];
}

void
calls_check_comm(struct stop_engine *e, struct tracee *t)
{
	char comm[16];
	if (!e->use_proc || !(t->comm_stale || e->comm_watch))
		return;
	t->comm_stale = false;
	if (!proc_comm(&t->proc, comm) || !strcmp(comm, t->comm))
		return;
	memcpy(t->comm, comm, sizeof(comm));
	stop_engine_record(e, RAW_TASK_COMM, t);
	raw_build_add(&e->scratch, RAW_BLOB_COMM, 0, 0, comm, strlen(comm));
	stop_engine_queue(e, t, e->scratch.rec);
}

static void
check_root(const struct stop_engine *e, struct tracee *t)
{
	if (t->root_epoch == e->root_epoch)
		return;
	char root[PROC_NAME_MAX];
	ssize_t n = proc_link(&t->proc, "root", root, sizeof(root) - 1);
	free(t->root);
	t->root = n > 1 ? xmemdup0(root, (size_t)n) : NULL;
	t->root_epoch = e->root_epoch;
}

/* A clone that would escape us: under the filter it would run with every traced call
 * failing. The flag only asks not to be traced; without it nothing else differs. */
static void
keep_child_traced(struct tracee *t, const struct syscall_regs *r)
{
	uint64_t flags;
	if (r->nr == SYS_clone && r->args[0] & CLONE_UNTRACED) {
		regs_set_arg(t->tid, r->abi, 0, r->args[0] & ~(uint64_t)CLONE_UNTRACED);
	} else if (r->nr == SYS_clone3 &&
		   mem_read(t->tid, r->args[0], &flags, sizeof(flags)) == sizeof(flags) &&
		   flags & CLONE_UNTRACED) {
		flags &= ~(uint64_t)CLONE_UNTRACED;
		mem_write(t->tid, r->args[0], &flags, sizeof(flags));
	}
}

static bool
changes_root(unsigned nr)
{
	return nr == SYS_chroot || nr == SYS_pivot_root || nr == SYS_setns || nr == SYS_unshare;
}

bool
calls_opens_comm(const struct raw_rec *rec)
{
	if (!(syscall_desc(rec->nr)->ret == RET_fd))
		return false;
	for (const struct raw_blob *b = raw_blob_first(rec); b; b = raw_blob_next(rec, b)) {
		const char *end = (const char *)raw_blob_data(b) + b->len;
		if (b->kind == RAW_BLOB_CSTR && b->len >= 4 && !memcmp(end - 4, "comm", 4))
			return true;
	}
	return false;
}

/* Are the queues of io_uring looked at? */
static bool
reads_rings(const struct stop_engine *e)
{
	return e->cfg->io_uring == IO_URING_TRACE && e->want[SYS_io_uring_enter] & WANT_EVENT;
}

/* Begins the record of the call and copies what it refers to. */
static void
begin_record(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r)
{
	calls_check_comm(e, t);
	struct raw_rec *rec = raw_build_start(&t->rec, RAW_SYSCALL, t->pid, t->tid);
	rec->nr = r->nr;
	rec->flags = r->abi | (r->as_native ? RAW_AS_NATIVE : 0u);
	rec->abi_nr = r->abi_nr;
	rec->ip = r->ip;
	memcpy(rec->args, r->args, sizeof(rec->args));
	if (e->use_proc)
		check_root(e, t);
	snap_entry(t, capspec_of(rec), e->use_proc);
	if (reads_rings(e) && !r->abi)
		uring_entry(e, t);
	if (!e->comm_watch && is_native(t->rec.rec) && calls_opens_comm(t->rec.rec))
		e->comm_watch = true;
	if (e->unwinder && want_of(e, r) & WANT_EVENT)
		unwind_stack(e->unwinder, t);
}

/* The call has no exit that could tell more: its record is complete. */
static void
finish_noreturn(struct stop_engine *e, struct tracee *t)
{
	t->rec.rec->flags |= RAW_NO_RET;
	t->rec.rec->exit_ns = t->rec.rec->enter_ns;
	stop_engine_queue(e, t, t->rec.rec);
}

/* What is recorded of a call that is about to be made. */
static void
enter(struct stop_engine *e, struct tracee *t, struct syscall_regs *r)
{
	/* Without the filter every entry has its exit stop; with it only if we ask. */
	t->in_syscall = !t->seccomp;
	own_filter_enter(e, t, r);
	unsigned want = want_of(e, r);
	bool native = !r->abi || r->as_native;
	t->foreign = r->foreign;
	if (native || r->abi == RAW_ABI_X32) /* x32 has the same clones */
		keep_child_traced(t, r);
	if (e->unwinder && native)
		unwind_note_call(e->unwinder, t->pid, r->nr);
	/* The same number in every ABI. */
	if (r->nr == SYS_io_uring_setup && e->cfg->io_uring == IO_URING_DENY)
		regs_deny_call(t->tid);
	if (!r->abi && !r->denied && !e->quiet && !t->muted && !t->launching) {
		aio_enter(e, t, r);
		uring_before(e, t, r);
	}
	if (want & WANT_RING && uring_maps(e, t, r))
		want |= WANT_STATE;
	if (e->quiet || t->muted || !(want & (WANT_EVENT | WANT_STATE)))
		return;
	if (t->launching && r->nr != SYS_execve)
		return;
	if (restart_resume(e, t, r)) {
		t->recording = t->in_syscall = true;
		return;
	}
	begin_record(e, t, r);
	bool noreturn = !r->denied && capspec_of(t->rec.rec)->flags & CAP_NORETURN;
	t->recording = !noreturn;
	t->in_syscall |= !noreturn;
	/* As late as possible: what follows is only the resume. */
	t->rec.rec->enter_ns = clock_boot_ns();
	if (noreturn)
		finish_noreturn(e, t);
}

void
calls_enter(struct stop_engine *e, struct tracee *t, struct syscall_regs *r)
{
	if (r->abi)
		abi_translate(e->foreign, t->tid, r);
	enter(e, t, r);
	own_filter_punish(t, r);
	t->comm_stale |= r->nr == SYS_prctl || r->abi;
}

void
calls_exit(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r,
	   uint64_t when_ns)
{
	t->in_syscall = false;
	own_filter_exit(t);
	if (!t->recording)
		return;
	t->recording = false;
	struct raw_rec *rec = t->rec.rec;
	rec->exit_ns = when_ns;
	rec->ret = r->ret;
	if (restart_code(r->ret)) {
		restart_hold(e, t, r->sp);
		return;
	}
	if (is_native(rec) && changes_root(rec->nr) && r->ret >= 0)
		e->root_epoch++;
	snap_exit(t, capspec_of(rec), e->use_proc);
	aio_exit(e, t);
	bool rings = reads_rings(e) && !(t->rec.rec->flags & (RAW_ABI_I386 | RAW_ABI_X32));
	if (rings)
		uring_exit(e, t);
	stop_engine_queue(e, t, t->rec.rec);
	aio_exit_done(e, t, when_ns);
	if (rings)
		uring_after(e, t, when_ns);
	births_exec_done(e, t, when_ns);
}

/* Did the kernel enter by the instruction of 64-bit calls? Of an int $0x80 the registers
 * alone do not tell (arch/x86/entry: both set orig_rax). */
static bool
by_native_call(const struct tracee *t, const struct syscall_regs *r)
{
	static const unsigned char insn[] = { 0x0f, 0x05 };
	unsigned char got[sizeof(insn)];
	return !r->abi && r->nr != UINT32_MAX &&
	       mem_read(t->tid, r->ip - sizeof(got), got, sizeof(got)) == sizeof(got) &&
	       !memcmp(got, insn, sizeof(got));
}

void
calls_found(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	struct syscall_regs r;
	t->attaching = false;
	if (!regs_read_all(t->tid, &r))
		return;
	interrupt_mend(t, &r);
	if (!by_native_call(t, &r) || e->quiet)
		return;
	/* An exec has set the registers anew: of its arguments nothing is left. */
	if (!(want_of(e, &r) & (WANT_EVENT | WANT_STATE)) || r.nr == SYS_execve ||
	    r.nr == SYS_execveat || syscall_capspec(r.nr)->flags & CAP_NORETURN)
		return;
	begin_record(e, t, &r);
	t->rec.rec->flags |= RAW_NO_ENTER;
	t->rec.rec->enter_ns = t->seized_ns;
	t->recording = true;
	calls_exit(e, t, &r, when_ns);
}

void
calls_abandon(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	if (!t->recording)
		return;
	t->recording = false;
	struct raw_rec *rec = t->rec.rec;
	rec->kind = RAW_UNFINISHED;
	rec->flags |= RAW_NO_RET;
	rec->exit_ns = when_ns;
	stop_engine_queue(e, t, rec);
}
