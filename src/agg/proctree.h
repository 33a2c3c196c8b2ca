/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who started whom: the processes of a run as a tree, built from the births and ends of
 * tasks. A process is what it was last: its name after its last exec. At most
 * PROCTREE_MAX are kept; how many more there were is counted.
 */
#ifndef IOTRACE_AGG_PROCTREE_H
#define IOTRACE_AGG_PROCTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "event/event.h"

#define PROCTREE_MAX 16384u

struct process {
	int32_t pid;
	uint32_t parent;  /* number plus 1, always lower than its own; 0: none known */
	uint32_t threads; /* in its life, the first included */
	uint64_t start_ns, end_ns; /* boot time; end 0: not seen */
	int status;		   /* as waitpid(2); only with an end */
	char comm[64];		   /* NUL-terminated, cut there */
	char *program; /* the file it runs, cut at 255 bytes; owned; NULL: unknown */
	uint64_t calls, errors, bytes_read, bytes_written, ns;
};

struct proctree {
	struct process *p; /* owned */
	size_t n, cap;
	uint64_t more;	    /* processes that found no room */
	struct hash by_tid; /* of the living tasks to their process; number plus 1 */
};

struct proctree *proctree_new(void);
void proctree_free(struct proctree *); /* NULL is allowed */

/* A task of process PID begins; CREATOR is a tid or 0. */
void proctree_task(struct proctree *, int32_t pid, int32_t tid, int32_t creator,
		   struct text comm, uint64_t now_ns);

/* The process of TID, which was FORMER_TID, runs another program. */
void proctree_exec(struct proctree *, int32_t tid, int32_t former_tid, struct text comm,
		   struct text program);

/* A thread has another name; that of the first is the process's. */
void proctree_comm(struct proctree *, int32_t pid, int32_t tid, struct text comm);

/* A task is gone, and its process if LAST. */
void proctree_exit(struct proctree *, int32_t tid, bool last, int status,
		   uint64_t now_ns);

/* Adds a call to its process, which is made if nobody told of it. */
void proctree_add(struct proctree *, const struct event *);

#endif
