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

struct foreign_call;

/* The code segment of 32-bit code (arch/x86/include/asm/segment.h). */
#define USER32_CS 0x23

enum syscall_op { OP_NONE, OP_ENTRY, OP_EXIT };

struct syscall_regs {
	enum syscall_op op; /* OP_NONE where only registers could be read */
	uint32_t abi;       /* RAW_ABI_* flag, 0: native */
	uint32_t nr;        /* at entry; without the x32 bit */
	uint64_t args[6];   /* at entry */
	int64_t ret;        /* at exit */
	/* What abi_translate() makes of an entry by another ABI: the call, and if
	 * AS_NATIVE nr and args are x86_64's, abi_nr what raw_rec.abi_nr is to be. */
	const struct foreign_call *foreign;
	bool as_native;
	uint32_t abi_nr;
	uint64_t ip, sp;
	bool filtered;         /* a seccomp stop, and the kernel told FILTER_DATA of it */
	uint32_t filter_data;  /* SECCOMP_RET_DATA of the filter that decided */
	bool denied, deadly;   /* by own_filter_enter() */
};

/* Reads TID, which is in a syscall, seccomp or event stop. WANT is taken as op where the
 * kernel does not tell it. False: the tracee is gone. */
bool regs_read(pid_t tid, enum syscall_op want, struct syscall_regs *);

/* The same at any stop and without asking what the stop is: number, arguments and result as
 * the registers hold them. After a call that is over the number and arguments are still
 * those of the call; the number is UINT32_MAX where the kernel was not entered by a call. */
bool regs_read_all(pid_t tid, struct syscall_regs *);

/* Sets word I (0-5) of the call that TID is about to make by ABI (RAW_ABI_*, 0: native).
 */
bool regs_set_arg(pid_t tid, uint32_t abi, unsigned i, uint64_t value);

/* The call that TID is about to make is not made and fails with ENOSYS. */
bool regs_deny_call(pid_t tid);

#endif
