/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of other ABIs at their entry.
 */
#ifndef IOTRACE_CAPTURE_ABI_H
#define IOTRACE_CAPTURE_ABI_H

#include <sys/types.h>

struct foreign_table;
struct syscall_regs;

/* Puts R, the entry of a call of TID by another ABI, in terms of the x86_64 call of the
 * same meaning, where there is one; see syscall_regs. */
void abi_translate(struct foreign_table *, pid_t tid, struct syscall_regs *r);

#endif
