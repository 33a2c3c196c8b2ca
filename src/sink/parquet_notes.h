/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the footer of a Parquet file tells of the run, as pairs of texts: where, when and
 * how it was made, how many events, and what sampling left out of each call.
 */
#ifndef IOTRACE_SINK_PARQUET_NOTES_H
#define IOTRACE_SINK_PARQUET_NOTES_H

#include <stdbool.h>

#include "base/hash.h"
#include "sink/sink.h"

struct parquet_file;

/* How often each call came. A zeroed struct is a valid empty one. */
struct parquet_notes {
	struct hash tallies; /* struct parquet_tally by syscall_desc; values owned */
	bool sampled;
};

void parquet_notes_fini(struct parquet_notes *);

/* Counts an event, which became a row, or was only counted. */
void parquet_notes_count(struct parquet_notes *, const struct event *, bool is_row);

/* Notes what is known at the start, and at the end. */
void parquet_notes_session(struct parquet_file *, const struct session_info *);
void parquet_notes_end(const struct parquet_notes *, struct parquet_file *,
		       const struct session_end *);

#endif
