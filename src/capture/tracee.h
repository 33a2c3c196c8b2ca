/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ptrace side of a task: what the tracer must remember between two of its stops. It
 * lives from the first stop of a tid to the wait status that reports its end. (What the
 * task means - its descriptors, its directory - is the model's, from records alone.)
 */
#ifndef IOTRACE_CAPTURE_TRACEE_H
#define IOTRACE_CAPTURE_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"
#include "capture/procfs.h"
#include "capture/stall.h"
#include "raw/raw_build.h"

/* Calls that a signal interrupted and that may yet go on; see restart.h. */
#define TRACEE_HELD_MAX 8

enum held_state {
	HELD_UNDECIDED, /* the restart code was seen, what the kernel does with it not yet */
	HELD_RESUMES,   /* a handler runs; behind it the kernel makes the call again */
};

struct held_call {
	struct raw_build rec; /* owned: the record as it was at the exit */
	enum held_state state;
	uint64_t sp; /* stack pointer at the call, to know it again */
	bool ours;   /* no signal but we interrupted it: that is no restart to tell of */
};

struct foreign_call;
struct user_regs_struct;

struct image;

struct tracee {
	pid_t tid, pid;
	bool known;      /* its NEW record is out: creator and start are clear */
	bool held_at_birth; /* its first stop came, its creator's event has not */
	bool in_syscall; /* between entry and exit stop of a call whose exit we want */
	bool recording;  /* rec holds the call in flight */
	bool launching;  /* runs our own code up to its exec: only that is recorded */
	bool muted;      /* kept going, not recorded (--no-follow) */
	bool attached;   /* not launched by us: survives us */
	bool attaching;  /* seized while it ran: its first stop is to come */
	bool interrupting; /* we asked for a stop that has not come yet */
	bool listening;  /* in group-stop, PTRACE_LISTEN */
	/* Owned: what the registers were before the call was replaced, or NULL. */
	struct user_regs_struct *replaced;
	bool stepping;   /* resumed with PTRACE_SINGLESTEP to see where a handler returns */
	bool seccomp;    /* our filter decides which calls stop it */
	/* The call in flight came through another ABI: this one (of the engine); or NULL.
	 */
	const struct foreign_call *foreign;
	uint64_t seized_ns; /* when it was attached to */
	int exec_former; /* tid before the exec in flight, 0: none */
	struct raw_build rec; /* owned */
	/* Major faults before the trace; negative: not known, or counted already. */
	int64_t faults_before;
	/* inline.h: the address space with the agent; NULL: the tracee has none. Counted. */
	struct image *image;
	unsigned slot;	   /* number of its slot in the arena */
	size_t drained;	   /* offset in the slot of the next record to queue */
	bool gs_due;	   /* gs_base is still to be set, at its first stop */
	bool distrusted;   /* what it wrote into its slot was no record */
	bool filtered;	   /* the program has a seccomp filter of its own */
	struct procdir proc;  /* owned handles */
	char comm[16];
	bool comm_stale;     /* made a call that may have changed it */
	char *root;          /* owned: root directory if it is not "/" */
	unsigned root_epoch; /* of the engine when root was read */
	struct held_call held[TRACEE_HELD_MAX];
	unsigned nheld;
	struct stall_watch watch;
};

struct tracees {
	struct hash by_tid;
	int keep_below; /* see procdir_open */
};

struct tracee *tracees_find(const struct tracees *, pid_t tid);

/* A new tracee of TID in process PID (0: not known yet). */
struct tracee *tracees_add(struct tracees *, pid_t tid, pid_t pid);

/* Another tid for T (exec by a thread that was not the leader). */
void tracees_rename(struct tracees *, struct tracee *t, pid_t tid);

/* Frees T. */
void tracees_remove(struct tracees *, struct tracee *t);

size_t tracees_count(const struct tracees *);

/* Frees all. */
void tracees_fini(struct tracees *);

#endif
