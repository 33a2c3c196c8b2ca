/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of kernel AIO. The context is the address of a ring in the program's memory
 * (fs/aio.c, struct aio_ring) through which every completion passes, also those that the
 * program takes out by itself, without a call. So the ring is read, not what
 * io_getevents(2) returns: at the exit of the calls that use it, and at the entry of
 * those that add to it or end it. Between two looks there are no more new events than the
 * ring has room for, as none is admitted without room and admission is a call; only one
 * call that submits more than the whole ring while another thread reaps can outrun us.
 */
#ifndef IOTRACE_CAPTURE_AIO_H
#define IOTRACE_CAPTURE_AIO_H

#include <stdint.h>
#include <sys/types.h>

struct stop_engine;
struct syscall_regs;
struct tracee;

/* How far a ring was read. */
struct aio_seen {
	pid_t pid;
	uint32_t nr, tail; /* events it has room for; where the next one goes */
	uint64_t ctx;
};

/* Zero is empty. */
struct aio_rings {
	struct aio_seen *v; /* owned */
	size_t n, cap;
};

void aio_rings_fini(struct aio_rings *);

/* Calls whose stops are needed where io_submit is selected: adds to a byte per number. */
void aio_want_calls(unsigned char *want);

/* T, the first thread of a process that was running already, was seized: rings that it
 * has are read from now on. What is in them is of requests that were submitted before. */
void aio_seized(struct stop_engine *, struct tracee *);

/* At the entry of a call: what came since the last look, if the call adds or ends. */
void aio_enter(struct stop_engine *, struct tracee *, const struct syscall_regs *);

/* At the exit, before the record is queued: marks it RAW_RING_READ where that holds. */
void aio_exit(struct stop_engine *, struct tracee *);

/* Then, behind it: what came. */
void aio_exit_done(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* The process has another address space, or none. */
void aio_forget(struct stop_engine *, pid_t pid);

#endif
