/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of patterns.c: each looks at an event for one sort of pattern.
 */
#ifndef IOTRACE_AGG_PATTERNS_IMPL_H
#define IOTRACE_AGG_PATTERNS_IMPL_H

#include "agg/patterns.h"

/* An event with what all parts ask of it. */
struct pattern_event {
	const struct event *ev;
	const struct agg_rows *rows;
	enum role role;
	enum file_class class;
	uint64_t ns; /* 0 if it did not return */
	bool ok;     /* returned without an error */
};

/* Adds a call of BYTES to SUM. */
static inline void
pattern_sum_add(struct pattern_sum *sum, uint64_t bytes, uint64_t ns)
{
	sum->calls++;
	sum->bytes += bytes;
	sum->ns += ns;
}

/* Remembers the process of PE. */
void pattern_who_add(struct pattern_who *, const struct pattern_event *pe);

/* ARRAY, of *N zeroed entries of SIZE bytes, with room for entry ROW; *N is never more
 * than twice what was needed. */
void *pattern_room(void *array, size_t *n, size_t row, size_t size);

void patterns_add_data(struct patterns *, const struct pattern_event *);
void patterns_add_lookup(struct patterns *, const struct pattern_event *);
void patterns_add_latency(struct patterns *, const struct pattern_event *);

void pattern_file_free(struct pattern_file *);

#endif
