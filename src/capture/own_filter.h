/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that use seccomp themselves, while our filter sits in them: what the kernel would
 * do without ours is done here (doc/decisions/0010).
 */
#ifndef IOTRACE_CAPTURE_OWN_FILTER_H
#define IOTRACE_CAPTURE_OWN_FILTER_H

struct stop_engine;
struct syscall_regs;
struct tracee;

/* The entry R of a call of T, which our filter or one of the program's own has stopped.
 * Sets r->denied if the call will fail with ENOSYS; asks for the exit stop if it needs it. */
void own_filter_enter(struct stop_engine *, struct tracee *t, struct syscall_regs *r);

/* Behind the record of that entry: ends a program in strict mode that made another call than
 * it may. */
void own_filter_punish(const struct tracee *t, const struct syscall_regs *r);

/* The exit of that call: puts back the registers that were changed. */
void own_filter_exit(struct tracee *t);

#endif
