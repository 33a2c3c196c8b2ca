/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the inline_*.c files share. */
#ifndef IOTRACE_CAPTURE_INLINE_IMPL_H
#define IOTRACE_CAPTURE_INLINE_IMPL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#include "agent/arena.h"
#include "base/hash.h"
#include "capture/inline.h"
#include "capture/stop_engine.h"

#define TSC_KNOTS 64u

/* CLOCK_BOOTTIME as a function of the time stamp counter, which the agent's records hold:
 * straight lines between moments when both were read. A piece never changes once it is
 * there, so times keep the order of the counter, whenever they are asked for. */
struct tsc_clock {
	uint64_t tsc[TSC_KNOTS], ns[TSC_KNOTS]; /* a ring, both rising */
	uint64_t n;				/* knots ever */
};

struct inline_agent {
	int id;		     /* of the segment; marked for removal */
	unsigned char *code; /* mapped here, writable */
	struct agent_head head;
	struct agent_tables *tables; /* in the segment */
	struct tsc_clock clock;
};

/* Memory that a program shares with its forks. */
struct arena {
	unsigned refs;
	int id, pool_id; /* marked for removal */
	unsigned char *slots, *pool;
	uint32_t used;	 /* slots in use, a bit each */
	unsigned npool;	 /* trampolines in use */
};

/* An address space with the agent in it. */
struct image {
	unsigned refs; /* tasks that run in it */
	struct arena *arena;
	/* The pool is mapped twice: within reach of the libraries and of the program. */
	uint64_t pool_at[2];
	struct hash sites;	    /* address to enum site_state, or how often it was used */
	unsigned npads;
	uint64_t pad[POOL_TRAMPOLINES]; /* by trampoline: the jump to it */
	bool off;    /* no call is served any more */
	bool own_gs; /* gs is the program's */
};

/* The slot for tasks that get none: it has no magic, and the agent serves no call there. */
#define NO_SLOT (ARENA_SLOTS - 1)

static inline struct slot *
inline_slot(const struct tracee *t)
{
	return (struct slot *)(void *)(t->image->arena->slots + t->slot * SLOT_BYTES);
}

/* Writes N bytes at ADDR of the stopped TID, also where it may not write itself. */
bool inline_poke(pid_t tid, uint64_t addr, const void *bytes, size_t n);

/* --- inline_boot.c --- */

/* Maps the segments into T, which stands before its first instruction. */
bool inline_boot(struct stop_engine *, struct tracee *t, struct image *);

/* --- inline.c --- */

/* From now on every call of IM stops. */
void inline_end_service(struct stop_engine *, struct image *im);

/* The same for all images: names of tasks are to be read at every call. */
void inline_end_service_of_all(struct stop_engine *);

/* --- inline_sites.c --- */

/* The offset in CODE, which begins with a system call instruction, of five dead bytes for a
 * jump: padding behind an instruction that never goes on. 0: none in reach of a short jump. */
size_t inline_find_pad(const unsigned char *code, size_t len);

/* T made a call that could be served with the instruction in front of IP: leads that to the
 * agent, if it can be and this was not the first time. */
void inline_site(struct tracee *t, uint64_t ip);

/* --- inline_drain.c --- */

/* Reads both clocks. What is asked for must not be later than the last reading. */
void tsc_clock_sync(struct tsc_clock *);

/* Adds a knot; one that does not rise is left out. */
void tsc_clock_add(struct tsc_clock *, uint64_t tsc, uint64_t ns);

/* CLOCK_BOOTTIME at TSC. */
uint64_t tsc_clock_ns(const struct tsc_clock *, uint64_t tsc);

/* Queues all records of T, which is stopped outside of the agent; its slot is empty then. */
void inline_drain_slot(struct stop_engine *, struct tracee *t);

#endif
