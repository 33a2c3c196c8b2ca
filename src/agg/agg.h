/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events added up: one grand total and a table for each kind of key in tables.def. Memory
 * is bounded by that file, whatever the traced programs do.
 */
#ifndef IOTRACE_AGG_AGG_H
#define IOTRACE_AGG_AGG_H

#include <stdint.h>

#include "agg/agg_table.h"
#include "base/strbuf.h"
#include "event/event.h"

enum agg_table_id {
#define AGG_TABLE(id, max_keys, key_bytes, histogram_bytes) AGG_##id,
#include "agg/tables.def"
#undef AGG_TABLE
	AGG_TABLES
};

/* The columns that agg_add reads, for sink_ops.reads. */
#define AGG_READS \
	(EVENT_BIT(latency_ns) | EVENT_BIT(comm) | EVENT_BIT(pid) | EVENT_BIT(syscall) | \
	 EVENT_BIT(ret) | EVENT_BIT(error) | EVENT_BIT(bytes) | EVENT_BIT(file))

struct agg {
	struct agg_table tables[AGG_TABLES];
	struct agg_row total; /* no name */
	struct histogram_pool total_pool;
	struct strbuf key; /* the key being built */
};

/* LIMITS: one for each table, or NULL for those of tables.def. */
struct agg *agg_new(const struct agg_limits *limits);
void agg_free(struct agg *);

/* Where an event went: the number of its row in each table, or AGG_NO_ROW. */
struct agg_rows {
	size_t in[AGG_TABLES];
};

/* Adds an event to every table where it has a key. One that was sampled out
 * (EVENT_COUNTED_ONLY) adds calls, errors and latency to its call, process and errno, but
 * no bytes and no files. */
struct agg_rows agg_add(struct agg *, const struct event *);

/* Adds N major page faults to process PID with the name COMM, and to the total. */
void agg_add_faults(struct agg *, int32_t pid, struct text comm, uint64_t n);

/*
 * What a file is listed under: the directory an absolute name is in, [socket], [pipe],
 * [anon_inode] and the like for what the kernel calls "socket:[45]", [memfd], and
 * [relative] for names whose place is unknown. Borrows from FILE or SCRATCH, or is a
 * literal; not NUL-terminated.
 */
struct text agg_directory(struct text file, struct strbuf *scratch);

#endif
