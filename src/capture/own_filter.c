/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of all filters the strictest answer counts, and of equal ones that of the youngest filter
 * (seccomp(2)). So a TRACE of the program's own comes to us, with its own data, where it
 * would fail with ENOSYS without a tracer. And strict mode is refused where there is a
 * filter already: the call is replaced by another one, for a filter that does the same.
 */
#include "capture/own_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "capture/mem.h"
#include "capture/regs.h"
#include "capture/stop_engine.h"

/* ABI of x86_64, "The stack frame": what lies below belongs to nobody. */
#define RED_ZONE 128u

#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)

/* What strict mode lets through (kernel/seccomp.c: mode1_syscalls, and arch/x86/include/asm
 * /seccomp.h for i386); for the rest we are asked. */
static const struct sock_filter strict_mode[] = {
	LOAD(arch),
	IF_EQUAL(AUDIT_ARCH_X86_64, 0, 5),
	LOAD(nr),
	IF_EQUAL(SYS_read, 9, 0),
	IF_EQUAL(SYS_write, 8, 0),
	IF_EQUAL(SYS_exit, 7, 0),
	IF_EQUAL(SYS_rt_sigreturn, 6, 5),
	LOAD(nr),
	IF_EQUAL(3, 4, 0),   /* read */
	IF_EQUAL(4, 3, 0),   /* write */
	IF_EQUAL(1, 2, 0),   /* exit */
	IF_EQUAL(119, 1, 0), /* sigreturn */
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | SECCOMP_DATA_STRICT),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

struct strict_block {
	struct sock_fprog prog;
	struct sock_filter code[ARRAY_SIZE(strict_mode)];
};

static bool
asks_strict_mode(const struct syscall_regs *r)
{
	if (r->nr == SYS_prctl)
		return r->args[0] == PR_SET_SECCOMP && r->args[1] == SECCOMP_MODE_STRICT;
	return r->nr == SYS_seccomp && r->args[0] == SECCOMP_SET_MODE_STRICT &&
	       !r->args[1] && !r->args[2];
}

static bool
asks_filter(const struct syscall_regs *r)
{
	if (r->nr == SYS_prctl)
		return r->args[0] == PR_SET_SECCOMP && r->args[1] == SECCOMP_MODE_FILTER &&
		       r->args[2];
	return r->nr == SYS_seccomp && r->args[0] == SECCOMP_SET_MODE_FILTER && r->args[2];
}

/* Makes the call one for a filter like strict mode, laid below the stack. */
static void
replace_strict_mode(struct tracee *t)
{
	struct user_regs_struct u;
	struct strict_block block = { .prog.len = ARRAY_SIZE(strict_mode) };
	if (ptrace(PTRACE_GETREGS, t->tid, 0, &u) < 0)
		return;
	uint64_t at = (u.rsp - RED_ZONE - sizeof(block)) & ~UINT64_C(15);
	block.prog.filter = (struct sock_filter *)(uintptr_t)(at + offsetof(struct strict_block,
									    code));
	memcpy(block.code, strict_mode, sizeof(strict_mode));
	if (!mem_write(t->tid, at, &block, sizeof(block)))
		return;
	struct user_regs_struct *before = xmalloc(sizeof(*before));
	*before = u;
	u.orig_rax = SYS_seccomp;
	u.rdi = SECCOMP_SET_MODE_FILTER;
	u.rsi = 0;
	u.rdx = at;
	if (ptrace(PTRACE_SETREGS, t->tid, 0, &u) < 0) {
		free(before);
		return;
	}
	free(t->replaced);
	t->replaced = before;
	t->in_syscall = true;
}

/* Said once: calls that it denies never stop for us. */
static void
remark(struct stop_engine *e, const struct tracee *t)
{
	char text[160];
	if (e->said_filter)
		return;
	e->said_filter = true;
	snprintf(text, sizeof(text), "process %d has a seccomp filter of its own: calls that it "
		 "denies are not seen (--no-seccomp shows them)", t->pid);
	stop_engine_note(e, text);
}

void
own_filter_enter(struct stop_engine *e, struct tracee *t, struct syscall_regs *r)
{
	if (r->filtered && r->filter_data == SECCOMP_DATA_STRICT) {
		r->denied = r->deadly = true;
		return;
	}
	if (r->filtered && r->filter_data != SECCOMP_DATA_OURS) {
		r->denied = regs_deny_call(t->tid);
		t->in_syscall = true;
		return;
	}
	if (r->abi || !t->seccomp || t->launching)
		return;
	if (asks_strict_mode(r))
		replace_strict_mode(t);
	else if (asks_filter(r))
		remark(e, t);
}

void
own_filter_punish(const struct tracee *t, const struct syscall_regs *r)
{
	/* kernel/seccomp.c: strict mode ends the thread with SIGKILL. */
	if (r->deadly)
		kill(t->pid, SIGKILL);
}

void
own_filter_exit(struct tracee *t)
{
	struct user_regs_struct u;
	struct user_regs_struct *before = t->replaced;
	if (!before)
		return;
	t->replaced = NULL;
	if (ptrace(PTRACE_GETREGS, t->tid, 0, &u) == 0) {
		u.orig_rax = before->orig_rax;
		u.rdi = before->rdi;
		u.rsi = before->rsi;
		u.rdx = before->rdx;
		ptrace(PTRACE_SETREGS, t->tid, 0, &u);
	}
	free(before);
}
