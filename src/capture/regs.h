/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the registers of a syscall stop say: PTRACE_GET_SYSCALL_INFO where the kernel has
 * it (5.3), else PTRACE_GETREGSET.
 */
#ifndef IOTRACE_CAPTURE_REGS_H
#define IOTRACE_CAPTURE_REGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum syscall_op { OP_NONE, OP_ENTRY, OP_EXIT };

struct syscall_regs {
	enum syscall_op op; /* OP_NONE where only registers could be read */
	uint32_t abi;       /* RAW_ABI_* flag, 0: native */
	uint32_t nr;        /* at entry; without the x32 bit */
	uint64_t args[6];   /* at entry */
	int64_t ret;        /* at exit */
	uint64_t ip, sp;
};

/* Reads TID, which is in a syscall, seccomp or event stop. WANT is taken as op where the
 * kernel does not tell it. False: the tracee is gone. */
bool regs_read(pid_t tid, enum syscall_op want, struct syscall_regs *);

/* Sets argument I (0-5) of the call that TID is about to make. */
bool regs_set_arg(pid_t tid, unsigned i, uint64_t value);

/* The call that TID is about to make is not made and fails with ENOSYS. */
bool regs_deny_call(pid_t tid);

#endif
