/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/regs.h"

#include <assert.h>
#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "raw/raw.h"

#define X32_BIT 0x40000000u

struct i386_regs { /* arch/x86/include/asm/user_32.h */
	uint32_t ebx, ecx, edx, esi, edi, ebp, eax, xds, xes, xfs, xgs, orig_eax, eip, xcs,
		eflags, esp, xss;
};

static void
set_nr(struct syscall_regs *r, uint64_t nr, bool i386)
{
	r->nr = (uint32_t)nr;
	if (i386) {
		r->abi = RAW_ABI_I386;
	} else if (r->nr & X32_BIT && r->nr != UINT32_MAX) {
		r->abi = RAW_ABI_X32;
		r->nr &= ~X32_BIT;
	}
}

/* Errors are negative; other words with the highest bit are addresses. */
static int64_t
i386_result(uint32_t eax)
{
	return eax > (uint32_t)-4096 ? (int32_t)eax : (int64_t)eax;
}

static void
from_native(struct syscall_regs *r, const struct user_regs_struct *u)
{
	bool i386 = u->cs == USER32_CS;
	set_nr(r, u->orig_rax, i386);
	uint64_t native[6] = { u->rdi, u->rsi, u->rdx, u->r10, u->r8, u->r9 };
	uint64_t compat[6] = { u->rbx, u->rcx, u->rdx, u->rsi, u->rdi, u->rbp };
	for (int i = 0; i < 6; i++)
		r->args[i] = i386 ? (uint32_t)compat[i] : native[i];
	r->ret = i386 ? i386_result((uint32_t)u->rax) : (int64_t)u->rax;
	r->ip = u->rip;
	r->sp = u->rsp;
}

static void
from_i386(struct syscall_regs *r, const struct i386_regs *u)
{
	set_nr(r, u->orig_eax, true);
	const uint32_t args[6] = { u->ebx, u->ecx, u->edx, u->esi, u->edi, u->ebp };
	for (int i = 0; i < 6; i++)
		r->args[i] = args[i];
	r->ret = i386_result(u->eax);
	r->ip = u->eip;
	r->sp = u->esp;
}

bool
regs_read_all(pid_t tid, struct syscall_regs *r)
{
	*r = (struct syscall_regs){ .op = OP_NONE };
	union {
		struct user_regs_struct native;
		struct i386_regs i386;
	} regs;
	struct iovec iov = { .iov_base = &regs, .iov_len = sizeof(regs) };
	if (ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &iov) < 0)
		return false;
	if (iov.iov_len == sizeof(regs.i386))
		from_i386(r, &regs.i386);
	else
		from_native(r, &regs.native);
	return true;
}

static bool
read_info(pid_t tid, struct syscall_regs *r)
{
	struct __ptrace_syscall_info info;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) < 0)
		return false;
	bool i386 = info.arch == AUDIT_ARCH_I386;
	r->ip = info.instruction_pointer;
	r->sp = info.stack_pointer;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		r->op = OP_EXIT;
		r->ret = info.exit.rval;
		r->abi = i386 ? RAW_ABI_I386 : 0;
		return true;
	}
	if (info.op == PTRACE_SYSCALL_INFO_NONE)
		return regs_read_all(tid, r);
	r->op = OP_ENTRY;
	r->filtered = info.op == PTRACE_SYSCALL_INFO_SECCOMP;
	if (r->filtered)
		r->filter_data = info.seccomp.ret_data;
	/* entry and seccomp begin alike: number and arguments. */
	set_nr(r, info.entry.nr, i386);
	for (int i = 0; i < 6; i++)
		r->args[i] = info.entry.args[i];
	return true;
}

bool
regs_read(pid_t tid, enum syscall_op want, struct syscall_regs *r)
{
	*r = (struct syscall_regs){ .op = OP_NONE };
	/* EIO: a kernel before 5.3. ESRCH: gone, the second try says so too. */
	if (!read_info(tid, r) && !regs_read_all(tid, r))
		return false;
	if (r->op == OP_NONE)
		r->op = want;
	return true;
}

bool
regs_set_arg(pid_t tid, uint32_t abi, unsigned i, uint64_t value)
{
	assert(i < 6);
	struct user_regs_struct u;
	if (ptrace(PTRACE_GETREGS, tid, 0, &u) < 0)
		return false;
	unsigned long long *native[6] = { &u.rdi, &u.rsi, &u.rdx, &u.r10, &u.r8, &u.r9 };
	unsigned long long *compat[6] = { &u.rbx, &u.rcx, &u.rdx, &u.rsi, &u.rdi, &u.rbp };
	/* Not by code segment: 64-bit code makes i386 calls by int $0x80. */
	*(abi == RAW_ABI_I386 ? compat[i] : native[i]) = value;
	return ptrace(PTRACE_SETREGS, tid, 0, &u) >= 0;
}

bool
regs_deny_call(pid_t tid)
{
	struct user_regs_struct u;
	if (ptrace(PTRACE_GETREGS, tid, 0, &u) < 0)
		return false;
	/* arch/x86/entry: the result is ENOSYS until a call has set another, and there is
	 * no call of that number. */
	u.orig_rax = UINT64_MAX;
	u.rax = (unsigned long long)-ENOSYS;
	return ptrace(PTRACE_SETREGS, tid, 0, &u) >= 0;
}
