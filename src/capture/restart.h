/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupted calls. A call that a signal cut short returns one of the kernel's restart
 * codes at its exit stop; what the program sees is decided only afterwards, when the
 * signal is delivered (arch/x86/kernel/signal.c: arch_do_signal_or_restart, handle_signal):
 *
 *   no handler runs            the kernel makes the call again (-516: restart_syscall)
 *   handler, restart promised  the frame's saved registers point back at the call
 *   handler, not promised      the frame's saved registers hold -EINTR
 *
 * We do not guess: a signal that may run a handler is delivered with PTRACE_SINGLESTEP,
 * which stops on the handler's first instruction, and the frame there is read.
 *
 * A call that goes on is held back and folded with its continuation into one record with
 * the first entry, the last result and a count; one that does not is let go as it was.
 */
#ifndef IOTRACE_CAPTURE_RESTART_H
#define IOTRACE_CAPTURE_RESTART_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/regs.h"
#include "capture/stop_engine.h"

/* Is RET one of ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK? */
bool restart_code(int64_t ret);

/* The finished record of T carries a restart code: holds it back. */
void restart_hold(struct stop_engine *, struct tracee *t, uint64_t sp);

/*
 * At an entry: if the call is the continuation of one held back, moves that record into
 * t->rec with restarts + 1 and returns true; the exit of this entry completes it.
 */
bool restart_resume(struct stop_engine *, struct tracee *t, const struct syscall_regs *);

/* SIGNO is about to be delivered: must the tracee be stepped into its handler? */
bool restart_wants_step(struct stop_engine *, struct tracee *t, int signo);

/* Stepped: T stands on a handler's first instruction or is elsewhere; decides. */
void restart_stepped(struct stop_engine *, struct tracee *t);

/* T is let go: what becomes of the held calls will not be seen. */
void restart_abandon_all(struct stop_engine *, struct tracee *t, uint64_t when_ns);

/* T will not carry on any call (exec, end): lets go of all. */
void restart_release_all(struct stop_engine *, struct tracee *t);

#endif
