/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of processes and threads in a Chrome trace, and the arrows from the call that
 * made a task to the task's first call. Kept are a few words a thread.
 */
#ifndef IOTRACE_SINK_TRACE_TASKS_H
#define IOTRACE_SINK_TRACE_TASKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "event/event.h"

struct trace_writer;

/* A zeroed struct is ready. */
struct trace_tasks {
	struct hash by_tid; /* struct trace_task, owned */
	size_t n;
	uint64_t arrows; /* drawn so far: their ids */
};

void trace_tasks_fini(struct trace_tasks *);

/* Writes the names of the event's thread and process if they are new or changed: readers
 * take the last ones they find. */
void trace_tasks_name(struct trace_tasks *, struct trace_writer *, const struct event *);

/* The event's slice has been written: draws the arrow that it begins or ends, if the
 * other end is known. */
void trace_tasks_link(struct trace_tasks *, struct trace_writer *, const struct event *);

/* Thread TID ended; the next one of that number is another one. */
void trace_tasks_exit(struct trace_tasks *, int32_t tid);

#endif
