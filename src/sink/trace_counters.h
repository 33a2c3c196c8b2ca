/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a Chrome trace: bytes per second of all processes, and how many AIO and
 * io_uring requests were in flight. They stand at process 0, "all processes".
 */
#ifndef IOTRACE_SINK_TRACE_COUNTERS_H
#define IOTRACE_SINK_TRACE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct trace_writer;

/* A zeroed struct is ready. */
struct trace_counters {
	uint64_t bin, bin_ns;	/* the current bin, and how long bins are */
	uint64_t read, written; /* in it */
	unsigned samples;	/* since bins were last made longer */
	bool named, idle;
	/* When requests began and ended: twice the time, plus 1 at the end. owned */
	uint64_t *steps;
	size_t nsteps, cap;
};

void trace_counters_fini(struct trace_counters *);

/* Counts an event's bytes where it ended. */
void trace_counters_bytes(struct trace_counters *, struct trace_writer *,
			  const struct event *);

/* A request that is in the file was in flight from START to END. */
void trace_counters_request(struct trace_counters *, uint64_t start_ns, uint64_t end_ns);

/* Writes what is pending. 0 or -errno of the outfile. */
int trace_counters_end(struct trace_counters *, struct trace_writer *);

#endif
