/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * User stacks of stopped tracees, by libunwind over ptrace. What is learned of a process
 * (mappings, unwind tables, names of addresses) is kept until its mappings change.
 */
#ifndef IOTRACE_CAPTURE_UNWIND_H
#define IOTRACE_CAPTURE_UNWIND_H

#include <sys/types.h>

#include "capture/tracee.h"

struct unwinder;

struct unwinder *unwinder_new(void);
void unwinder_free(struct unwinder *); /* NULL is allowed */

/* Appends the stack of T, stopped, to its record as RAW_BLOB_STACK: a line a frame,
 * innermost first, "MODULE(SYMBOL+0xOFF) [0xOFFSET_IN_MODULE]". */
void unwind_stack(struct unwinder *, struct tracee *t);

/* Process PID makes call NR: if it changes mappings, what is known of it is stale. */
void unwind_note_call(struct unwinder *, pid_t pid, unsigned nr);

/* Process PID has a new program or is gone. */
void unwind_forget(struct unwinder *, pid_t pid);

/* Adds to WANT (enum want, by number) the calls unwind_note_call must hear of. */
void unwind_want_calls(unsigned char *want);

#endif
