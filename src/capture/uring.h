/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io_uring rings of the tracees: which ring a call means, where its queues are, and what
 * they hold at a stop.
 *
 *   uring.c       what calls tell of rings
 *   uring_refs.c  what leads to a ring: descriptors, places of registered rings
 *   uring_mem.c   reading the memory that a ring shares with the program
 *   uring_seized.c rings that are older than the trace
 *   uring_queue.c submissions at io_uring_enter, completions at every stop
 *
 * A ring is found by (process, descriptor) as io_uring_setup made it; copies of
 * descriptors by fork, and by kcmp(2) where they were made by dup or sent. Its queues are
 * read at the addresses of the program's own mappings, which its mmap calls told; where
 * that does not work (unmapped already, kernels before 6.10 whose ring pages cannot be
 * read from outside) the ring is mapped into the tracer for that moment through
 * pidfd_getfd(2). It is never kept mapped: that would keep open what the program closed.
 *
 * Everything in a ring is the program's to change at any time. Offsets and counts are
 * those the kernel gave at the setup; what is read only bounds how much is copied.
 */
#ifndef IOTRACE_CAPTURE_URING_H
#define IOTRACE_CAPTURE_URING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"
#include "raw/raw_uring.h"

struct stop_engine;
struct syscall_regs;
struct tracee;

enum uring_region { URING_SQ, URING_CQ, URING_SQES, URING_REGIONS };

struct uring {
	unsigned id;
	struct uring_params p;
	uint32_t cq_seen;  /* completions up to here are in records */
	uint32_t overflow; /* the kernel's count of completions it dropped, as seen */
	pid_t user;	   /* tid that entered it last: whose stops look at it */
	unsigned refs;	   /* of urings.refs */
	/* Older than the trace: what of its layout is certain by now, see uring_seized.c.
	 */
	bool seized, sqes_settled, cqes_settled, array_settled;
	/* user_data of submissions whose result will be a descriptor, with their number
	 */
	struct hash makers;
};

/* What leads to a ring. */
struct uring_ref {
	struct uring *ring;
	pid_t owner; /* process of a descriptor, thread of a place */
	int num;
	bool place; /* NUM is a place of IORING_REGISTER_RING_FDS */
};

/* Where a process has mapped a ring; 0: nowhere known. */
struct uring_view {
	struct uring *ring;
	pid_t pid;
	uint64_t at[URING_REGIONS];
};

struct urings {
	struct uring_ref *refs;	  /* owned */
	struct uring_view *views; /* owned */
	size_t nrefs, nviews;
	unsigned made;	  /* numbers given out */
	bool said_sqpoll; /* remarks that were made */
	bool said_unknown;
	bool said_unreadable;
};

void urings_fini(struct urings *);

/* ---- for calls.c; only where rings are traced ---- */

/* Adds the calls that must stop for it (enum want by number). */
void uring_want_calls(unsigned char *want);

/* At the entry of a call that will be recorded, before its record is begun: completions
 * that showed meanwhile. */
void uring_before(struct stop_engine *, struct tracee *, const struct syscall_regs *);

/* At the entry, behind what the table says: adds what the submissions are. */
void uring_entry(struct stop_engine *, struct tracee *);

/* At the exit, before the record is queued: adds which ring it was; learns. */
void uring_exit(struct stop_engine *, struct tracee *);

/* Behind that: completions that the call showed. */
void uring_after(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* Does this mmap map a ring? Then its exit must be seen. */
bool uring_maps(const struct stop_engine *, const struct tracee *,
		const struct syscall_regs *);

/* ---- for attach.c, births.c and stops.c ---- */

/* T, the first thread of a process that was running already, was seized: takes up the
 * rings that it has open. What is in flight there was submitted before. */
void uring_seized(struct stop_engine *, struct tracee *t);

/* A process was made: its descriptors and memory are copies. */
void uring_forked(struct stop_engine *, pid_t parent, pid_t child);

/* T is about to end, its memory still there: a last look. */
void uring_ending(struct stop_engine *, struct tracee *, uint64_t when_ns);

/* Thread TID is gone; with it process PID if that is not 0, by exit or exec. */
void uring_gone(struct stop_engine *, pid_t tid, pid_t pid, uint64_t when_ns);

/* ---- uring_mem.c ---- */

/* What the head of the queues says. */
struct uring_head {
	uint32_t sq_head, sq_tail, cq_tail, overflow;
};

/* Reads it, as the region of submissions or completions has it; T is a task that uses the
 * ring. False: the ring cannot be read. */
bool uring_head(struct stop_engine *, struct tracee *t, const struct uring *,
		enum uring_region, struct uring_head *);

/* LEN bytes at OFF of a region whose head has just been read. */
bool uring_read(struct stop_engine *, struct tracee *t, const struct uring *,
		enum uring_region, uint64_t off, void *buf, size_t len);

/* Descriptor NUM of process PID as one of ours, or -1. */
int uring_borrow(pid_t pid, int num);

/* ---- uring_seized.c ---- */

/* Learns from what the queues hold how long their entries are, where that is not settled
 * yet: before completions are read, and with those that T is SUBMITTING. */
void uring_settle(struct stop_engine *, struct tracee *t, struct uring *,
		  bool submitting);

/* ---- uring_queue.c ---- */

/* Copies the submissions of the io_uring_enter that T is about to make. */
void uring_submissions(struct stop_engine *, struct tracee *t, struct uring *);

/* Queues records of the completions in the ring that were in none yet. */
void uring_harvest(struct stop_engine *, struct tracee *t, struct uring *,
		   uint64_t when_ns);

/* Copies the descriptors that the io_uring_register of T registers, if it does. */
void uring_files(struct stop_engine *, struct tracee *t, const struct uring *);

/* ---- uring_refs.c ---- */

/* What NUM of OWNER leads to, as it is known, or NULL. */
struct uring_ref *uring_ref_find(const struct urings *, pid_t owner, int num, bool place);

/* NUM of OWNER leads to the ring from now on. */
void uring_ref_add(struct urings *, struct uring *, pid_t owner, int num, bool place);

/* It leads there no longer; the ring ends with the last that does, in a record of the
 * task PID, TID. */
void uring_ref_drop(struct stop_engine *, struct uring_ref *, pid_t pid, pid_t tid,
		    uint64_t when_ns);

/* The ring that NUM of T is, also if it is a copy made by dup or passed in a message. */
struct uring *uring_find(struct urings *, const struct tracee *t, int num, bool place);

struct uring_view *uring_view_find(const struct urings *, const struct uring *,
				   pid_t pid);
struct uring_view *uring_view_add(struct urings *, struct uring *, pid_t pid);

/* Forgets views of the ring (NULL: of all) by process PID (0: by all). */
void uring_views_drop(struct urings *, const struct uring *, pid_t pid);

/* A number under which process PID has the ring open, or -1. */
int uring_fd_of(const struct urings *, const struct uring *, pid_t pid);

/* ---- uring.c, for its siblings ---- */

/* Are they as the kernel writes them? */
bool uring_params_valid(const struct uring_params *);

/* Tells the user, once, that a ring could not be read. */
void uring_say_unreadable(struct stop_engine *);

#endif
