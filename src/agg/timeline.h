/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls and bytes over time, by process name, and latencies over time. The bins are as
 * fine as the run allows: when it outlasts them, each two become one. A call belongs to
 * the moment in which it returned.
 */
#ifndef IOTRACE_AGG_TIMELINE_H
#define IOTRACE_AGG_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

#define TIMELINE_BINS	   128u		  /* even */
#define TIMELINE_FIRST_NS  UINT64_C(1000) /* a bin's length at the start */
#define TIMELINE_NAMES	   64u		  /* process names; later ones share one more */
#define TIMELINE_LATENCIES 28u

/* The columns that timeline_add reads, for sink_ops.reads. */
#define TIMELINE_READS \
	(EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(comm) | EVENT_BIT(ret) | \
	 EVENT_BIT(bytes))

struct timeline_bin {
	uint64_t calls, bytes_read, bytes_written;
};

struct timeline_track {
	char comm[64]; /* NUL-terminated, cut there; "" for the names that came late */
	struct timeline_bin bins[TIMELINE_BINS];
	struct timeline_bin sum;
};

struct timeline {
	uint64_t start_ns; /* boot time of bin 0 */
	uint64_t bin_ns;
	size_t nbins;					   /* in use */
	struct timeline_track *tracks[TIMELINE_NAMES + 1]; /* owned */
	size_t ntracks;
	/* Calls that returned, by bin and enum of timeline_latency. */
	uint32_t latencies[TIMELINE_BINS][TIMELINE_LATENCIES];
};

struct timeline *timeline_new(void);
void timeline_free(struct timeline *); /* NULL is allowed */

/* When the run began; before the first event. Without it that event is the start. */
void timeline_start(struct timeline *, uint64_t start_ns);

/* Adds an event; one that was sampled out has no bytes. */
void timeline_add(struct timeline *, const struct event *);

/* The class of a latency: its power of two, from 256 ns (0: less than 512 ns) up to 17 s
 * and more (the last). */
size_t timeline_latency(uint64_t latency_ns);

/* The least latency of a class; 0 for the first. */
uint64_t timeline_latency_low(size_t latency);

#endif
