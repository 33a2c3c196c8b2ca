/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel knows of the traced tasks, rebuilt from their calls: names, descriptor
 * tables, open file descriptions, working directories. It knows no raw record and no
 * call; decode tells it what happened.
 *
 * The kernel's own word (struct ofd_facts, from /proc at a call's entry) always beats
 * what the model worked out, and mends it. Without it the model answers alone.
 */
#ifndef IOTRACE_MODEL_MODEL_H
#define IOTRACE_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/fdtable.h"
#include "model/fsctx.h"
#include "model/handles.h"
#include "model/ofd.h"
#include "model/peers.h"
#include "model/task.h"
#include "model/uring.h"

struct intern_pool;

/* Slots over all descriptor tables: a recording cannot make more, a system hardly has. */
#define MODEL_MAX_SLOTS ((size_t)1 << 22)

struct model {
	struct intern_pool *names; /* owned */
	struct hash tasks;	   /* tid to struct task, owned */
	struct ofd *ofds;	   /* all; owned by those that count them */
	struct fsctx *fsctxs;
	struct peers peers;
	struct handles handles;
	size_t slot_budget;
	struct aio_ctx *aio_ended; /* owned: contexts whose requests have no row yet */
	size_t requests;	   /* in flight, of all kinds */
	struct hash rings;	   /* io_uring: number to struct uring_ring, owned */
	size_t flights;		   /* operations in them */
	uint64_t
		invented; /* names made up for things that the kernel never named to us */
};

/* What the kernel says of a descriptor. */
struct ofd_facts {
	const char *name; /* borrowed, not terminated */
	size_t len;
	uint64_t dev, ino;
	int64_t pos;
	uint32_t flags; /* O_*, with O_CLOEXEC */
	uint32_t mode;
	bool deleted, has_flags, has_stat; /* has_flags covers pos */
};

struct model *model_new(void);
void model_free(struct model *);

/* Task TID, made up (as a thread of PID, if PID is known) when nobody announced it. */
struct task *model_task(struct model *, int32_t pid, int32_t tid);

/* Task TID or NULL. */
struct task *model_task_find(const struct model *, int32_t tid);

/* A task begins; CREATOR (0: unknown) made it with CLONE_* FLAGS. Replaces a task of the
 * same number that never ended. */
struct task *model_task_begin(struct model *, int32_t pid, int32_t tid, int32_t creator,
			      uint64_t flags);

/*
 * Task FORMER has executed a program and is called PID from now on; its descriptors
 * marked so are closed, its table and address space are its own. Returns it; *SUPERSEDED
 * tells whether it took the place of the group's leader.
 */
struct task *model_task_exec(struct model *, int32_t pid, int32_t former, uint64_t ns,
			     bool *superseded);

void model_task_end(struct model *, int32_t tid);

void model_task_rename(struct model *, struct task *, const char *name, size_t len,
		       uint64_t ns);

/* FD of the task was what the facts say when the call entered at NS. */
void model_fd_observe(struct model *, struct task *, int32_t fd, const struct ofd_facts *,
		      uint64_t ns);

/* FD of the task was not open at NS. */
void model_fd_absent(struct task *, int32_t fd, uint64_t ns);

/* A new description with what the facts say. One reference, the caller's. */
struct ofd *model_ofd_new(struct model *, const struct ofd_facts *);

/* The kernel's facts about a description the model already has. */
void model_ofd_observe(struct model *, struct ofd *, const struct ofd_facts *);

/* Remembers the address at the other end of a socket (takes over the reference). */
void model_set_peer(struct model *, struct ofd *, struct istr *addr);

/* A name such as "pipe:[#7]" for what the kernel has not named; the caller's reference.
 * The number is unique in the run, the '#' keeps it apart from an inode number. */
struct istr *model_invent(struct model *, const char *prefix);

/* Takes the table or the directories of the task apart from those of others. */
void model_unshare_files(struct task *);
void model_unshare_fs(struct model *, struct task *);

/* Directory OLD or file OLD is NEW now: everything open below it has another name, and
 * what was called NEW has none. EXCHANGE: both swapped. */
void model_rename(struct model *, const char *old, size_t oldlen, const char *new,
		  size_t newlen, bool exchange);

/* PATH is gone: what is open under that name is deleted. */
void model_unlink(struct model *, const char *path, size_t len);

/* Records are missing: nothing is known of descriptors and directories any more. */
void model_forget(struct model *);

#endif
