/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One traced thread, as far as the meaning of its calls depends on it: its name, and the
 * counted objects it may share with others.
 */
#ifndef IOTRACE_MODEL_TASK_H
#define IOTRACE_MODEL_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

struct aio_ctx;
struct fdtable;
struct fsctx;
struct istr;
struct ofd;

/* The address space: threads and CLONE_VM share it. */
struct mm {
	unsigned refs;
	uint64_t brk; /* as the last brk(2) told; 0: none seen */
	struct hash aio; /* AIO contexts: id to struct aio_ctx, owned */
	struct aio_ctx **ended; /* borrowed: where they go when this ends */
};

/* ENDED is the head of the list that takes its AIO contexts when the last reference is
 * gone. */
struct mm *mm_new(uint64_t brk, struct aio_ctx **ended);
struct mm *mm_ref(struct mm *);
void mm_unref(struct mm *);

/* A name and when it began. Calls are reported when they end; one that blocked while the
 * thread was renamed is to show the name it was entered under. */
struct task_name {
	struct istr *s; /* counted; NULL: unknown */
	uint64_t since_ns;
};

#define TASK_NAMES 4u
/* IO_RINGFD_REG_MAX, include/linux/io_uring_types.h */
#define TASK_RINGS 16u

/* A ring registered with IORING_REGISTER_RING_FDS. */
struct task_ring {
	struct ofd *ofd; /* counted; NULL: free, or made without a descriptor */
	int32_t fd;	 /* number it was registered from, -1 none */
	bool used;
};

struct task {
	int32_t tid, pid;
	int32_t former_tid; /* before a successful exec of another thread, else 0 */
	struct task_name names[TASK_NAMES]; /* newest first */
	struct fdtable *files;		    /* counted */
	struct fsctx *fs;		    /* counted */
	struct mm *mm;			    /* counted */
	struct task_ring *rings;	    /* owned, TASK_RINGS of them; NULL: none */
	uint64_t exec_ns;		    /* when it last executed a program, 0 never */
	uint64_t last_end_ns;		    /* end of the last event, for the gap */
	bool has_last;
};

/* A task that owns nothing yet. */
struct task *task_new(int32_t pid, int32_t tid);
void task_free(struct task *);

/* The task has NAME (takes over the reference) from NS on. */
void task_rename(struct task *, struct istr *name, uint64_t ns);

/* Its name at NS (borrowed), or NULL. */
const struct istr *task_name_at(const struct task *, uint64_t ns);

/* Registered rings. INDEX is the tracee's and may be anything. */
void task_ring_set(struct task *, uint32_t index, int32_t fd, struct ofd *);
void task_ring_clear(struct task *, uint32_t index);
const struct task_ring *task_ring_find(const struct task *, uint32_t index);
void task_rings_free(struct task *);

#endif
