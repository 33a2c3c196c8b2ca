/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping a tracee on our own account, without the program noticing.
 *
 * PTRACE_INTERRUPT wakes a call that sleeps, as a signal does. Most calls then return one of
 * the kernel's restart codes, and as no signal is delivered the kernel makes them again.
 * Some return EINTR at once (signal(7), "Interruption of system calls and library functions
 * by stop signals"), and the program would see an EINTR without a cause. For those that have
 * done nothing by then, the result is replaced by the restart code that means: again,
 * unless a handler runs.
 */
#ifndef IOTRACE_CAPTURE_INTERRUPT_H
#define IOTRACE_CAPTURE_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/regs.h"
#include "capture/tracee.h"

/* Asks T to stop soon: PTRACE_EVENT_STOP, or what it was about to stop at anyway. False:
 * it stands already, or is gone. */
bool interrupt_ask(struct tracee *t);

/*
 * T, interrupted by us, stands in an event stop or at the exit of a call: R is what its
 * registers say. If the call returned EINTR because of us, it will be made again; then
 * r->ret is the restart code.
 */
void interrupt_mend(struct tracee *t, struct syscall_regs *r);

#endif
