/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stop engine from inside: its state, and who does what.
 *
 *   stop_engine.c  engine_ops: open, next, close; waiting in batches
 *   stops.c        one wait status: what kind of stop it is and what follows
 *   calls.c        syscall entry and exit stops: the record of a call
 *   restart.c      interrupted calls: does the kernel carry them on?
 *   births.c       new tasks, exec, ends
 *   launch.c       starting the command under trace
 *   attach.c       seizing what runs already
 *   detach.c       letting go of it
 *   faults.c       major page faults of tasks
 *   interrupt.c    stopping a tracee without the program noticing
 *   uring*.c       io_uring: submissions and completions, read from the rings
 *   own_filter.c  programs with seccomp filters of their own, or in strict mode
 *   stall.c        what all threads do when a call does not return
 *   regs.c abi.c   registers of a syscall stop; calls of other ABIs in x86_64's terms
 *   pace.c         waiting asleep or awake
 *   aio.c          completions of AIO, read from their rings
 *   snap.c mem.c maps.c procfs.c unwind.c   copying what a call refers to
 */
#ifndef IOTRACE_CAPTURE_STOP_ENGINE_H
#define IOTRACE_CAPTURE_STOP_ENGINE_H

#include <linux/filter.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/aio.h"
#include "capture/engine.h"
#include "capture/outq.h"
#include "capture/pace.h"
#include "capture/seccomp_filter.h"
#include "capture/tracee.h"
#include "capture/uring.h"

#define BATCH_MAX 64

/* A wait status that was collected and waits for its turn. */
struct stop {
	pid_t tid;
	int status;
	uint64_t when_ns; /* taken right after wait4(2) told it */
	uint64_t message; /* PTRACE_GETEVENTMSG, for events that have one */
};

struct foreign_table;
struct inline_agent;
struct unwinder;
struct syscall_regs;

struct stop_engine {
	struct engine base;
	struct capture_cfg *cfg; /* borrowed */
	struct tracees tracees;
	struct outq out;
	unsigned orphans; /* children held at their first stop, creator not yet told */
	struct raw_build scratch; /* for records that are made in one go */
	unsigned char *want;      /* owned: enum want, a byte per number */
	size_t nwant;
	struct foreign_table *foreign; /* owned */
	bool use_proc;    /* /proc can be asked about tracees */
	bool use_seccomp; /* launched tracees carry the filter */
	/* Names of tasks change by prctl and exec, which stop, or by writing a comm file
	 * of /proc: once one may be open, names are read at every call. */
	bool comm_watch;
	unsigned root_epoch; /* counts calls that may change a root directory */

	pid_t command;      /* pid of the launched command, 0: none */
	int command_status; /* its wait status, -1: not ended */
	bool ended; /* RAW_END is queued */
	bool quiet;   /* records are no longer wanted: keep tracees going */
	bool drops_privileges; /* set-user-ID programs run without their privileges */
	bool said_unprivileged, said_filter;

	/* Twice: each stop that is handled may put one back. */
	struct stop batch[2 * BATCH_MAX];
	unsigned nbatch, nextbatch;
	uint64_t stops; /* handled, for the end record */
	struct pace pace;
	struct aio_rings aio;
	struct urings urings;
	struct unwinder *unwinder; /* owned; NULL without -k */
	struct stall stall;
	struct inline_agent *agent; /* owned; NULL: every call stops */
	uint64_t agent_calls;	    /* selected ones, without a stop */
	volatile sig_atomic_t interrupt_stop, forward_signal;
};

/* --- stops.c --- */

/* Does what the stop calls for, and resumes the tracee unless it must wait. */
void stops_handle(struct stop_engine *, const struct stop *);

/* Resumes T with SIGNO (0: none), in the way its state asks for. */
void stops_resume(struct stop_engine *, struct tracee *t, int signo);

/* --- calls.c --- */

/* At the entry of a call: begins its record if it is wanted. Puts the registers of a call
 * by another ABI in terms of x86_64. */
void calls_enter(struct stop_engine *, struct tracee *, struct syscall_regs *);

/* At the exit of the call: completes its record, which ended at WHEN_NS. */
void calls_exit(struct stop_engine *, struct tracee *, const struct syscall_regs *,
                uint64_t when_ns);

/* T stands for the first time since it was attached to: begins the record of the call that
 * its registers show, if any, and completes it if the call is over. */
void calls_found(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* The call in flight will not return: queues it as cut short. */
void calls_abandon(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* Does the call open a file called "comm"? It may be one of /proc. */
bool calls_opens_comm(const struct raw_rec *);

/* Brings the task's name up to date: queues RAW_TASK_COMM if it changed. */
void calls_check_comm(struct stop_engine *, struct tracee *);

/* --- births.c --- */

/* The tracee of a stop; made on the spot for a tid that was never seen. */
struct tracee *births_tracee(struct stop_engine *, const struct stop *);

/* A fork, vfork or clone event of T: introduces the child. */
void births_child(struct stop_engine *, struct tracee *t, const struct stop *);

/* A child's first stop, and its creator's event has not told of it: it must wait. */
void births_hold(struct stop_engine *, struct tracee *);

/* An exec event, reported under the leader's tid. Returns the tracee that goes on. */
struct tracee *births_exec(struct stop_engine *, struct tracee *, const struct stop *);

/* Queues RAW_TASK_EXEC if an exec of T has been seen and its call is done. */
void births_exec_done(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* T is gone: queues what was left of it and frees it. */
void births_end(struct stop_engine *, struct tracee *t, const struct stop *);

/* Queues RAW_TASK_NEW for a task that starts to be traced. */
void births_announce(struct stop_engine *, struct tracee *, pid_t creator, uint64_t flags,
                     enum raw_task_origin, uint64_t when_ns);

/* Queues what the process of T has open and where it works: for a process that has no
 * creator among the tracees. */
void births_seed(struct stop_engine *, struct tracee *t);

/* --- faults.c --- */

/* T was seized: what it faulted so far is not of this trace. */
void faults_seized(const struct stop_engine *, struct tracee *);

/* T is about to end or to be let go: queues RAW_TASK_FAULTS, once. */
void faults_report(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* The same for all tracees, which run on when the stream ends. */
void faults_report_all(struct stop_engine *, uint64_t when_ns);

/* --- launch.c, attach.c, detach.c --- */

/* Starts the command and runs it up to its exec; 0 or -errno with cfg->err. */
int launch_command(struct stop_engine *) IT_MUST_CHECK;

/* Seizes the processes of cfg->pids; 0 if one could be, else -errno with cfg->err. */
int attach_processes(struct stop_engine *) IT_MUST_CHECK;

/* Lets go of all attached tracees, leaving them as they were. */
void detach_all(struct stop_engine *);

/* --- stop_engine.c --- */

/* Takes one wait status, if there is one, into the batch: 1, 0, or -errno. FLAGS: WNOHANG
 * or 0. There must be room. */
int stop_engine_collect(struct stop_engine *, int flags);

/* Waits for and handles stops until DONE says so or no tracee is left. */
void stop_engine_run_until(struct stop_engine *, bool (*done)(const struct stop_engine *));

/* STATUS of TID came while something else was waited for: it is handled in its turn. */
void stop_engine_put_back(struct stop_engine *, pid_t tid, int status);

/* Starts a record of KIND for T in the scratch buffer. */
struct raw_rec *stop_engine_record(struct stop_engine *, unsigned kind,
                                   const struct tracee *t);

/* Queues the scratch record; nothing when recording was ended or T is muted. */
void stop_engine_queue(struct stop_engine *, const struct tracee *t,
                       const struct raw_rec *rec);

/* Queues a remark for the user. */
void stop_engine_note(struct stop_engine *, const char *text);

/* Options every tracee gets. */
unsigned long stop_engine_ptrace_options(const struct stop_engine *, bool launched);

#endif
