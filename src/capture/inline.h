/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inline side of capture: an agent in the tracee makes calls and their records without
 * a stop (src/agent/), and all that it cannot do stops as ever. ARCHITECTURE.md has the
 * whole picture.
 *
 *   inline.c        which calls are served; images, slots and who has which
 *   inline_boot.c   putting the agent into a program that was just executed
 *   inline_sites.c  leading a system call instruction to the agent
 *   inline_leave.c  a stopped tracee is never in the agent: back to before, or on to after
 *   inline_drain.c  records that the agent made
 *
 * What must always hold: whatever stop a tracee is at, when inline_stopped() has seen it its
 * registers are those of the program at its own instructions, so that nothing else of the
 * engine, no signal handler and no unwinder ever sees the agent.
 */
#ifndef IOTRACE_CAPTURE_INLINE_H
#define IOTRACE_CAPTURE_INLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct inline_agent;
struct stop;
struct stop_engine;
struct syscall_regs;
struct tracee;

/* Address behind the instruction whose calls the filter lets through. */
uint64_t inline_blessed_ip(void);

/* Adds to e->want what must stop so that the agent's records can be understood, and what
 * ends its service. */
void inline_want_calls(unsigned char *want);

/* Makes the agent's segment; NULL where System V shared memory cannot be had. The calls
 * that it serves come from e->want. */
struct inline_agent *inline_open(const struct stop_engine *);
void inline_close(struct inline_agent *);

/* T has just executed a program, and stands before its first instruction: puts the agent
 * into it, if that is possible. */
void inline_exec(struct stop_engine *, struct tracee *t);

/* CHILD is a new task of T that has not run yet (FLAGS: CLONE_*). */
void inline_child(struct stop_engine *, const struct tracee *t, struct tracee *child,
		  uint64_t flags);

/* The same for a CHILD whose creator has not told of it and may be gone: a task of the process
 * CREATOR. Where none is left, the child goes on without the agent. */
void inline_orphan(struct stop_engine *, struct tracee *child, pid_t creator, uint64_t flags);

/* T is gone, or its program is: queues what is left of its records. */
void inline_end(struct stop_engine *, struct tracee *t);

/* T stands at S: queues the records made until now, of all tasks, and takes T out of the
 * agent. False: that was all that S was for; T is to be resumed without a signal. */
bool inline_stopped(struct stop_engine *, struct tracee *t, const struct stop *s);

/* T is about to be resumed: says whether its next calls are served. */
void inline_resume(const struct tracee *t);

/* T is about to make a call at an instruction of its own: puts the agent out of service
 * where the call asks for it, else leads the instruction to the agent. */
void inline_call(struct stop_engine *, struct tracee *t, const struct syscall_regs *);

/* Queues the records made until now. */
void inline_drain(struct stop_engine *);

#endif
