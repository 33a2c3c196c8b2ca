/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Totals by key: a row for each distinct byte string up to a bound, one row for all that
 * came later. First come, first kept: a row that is shown has all its calls. Rows are
 * never moved or removed.
 */
#ifndef IOTRACE_AGG_AGG_TABLE_H
#define IOTRACE_AGG_AGG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/histogram.h"
#include "base/arena.h"

enum agg_counter {
#define COUNTER(id, help) AGG_##id,
#include "agg/counters.def"
#undef COUNTER
	AGG_COUNTERS
};

struct agg_row {
	const char *name; /* borrowed from the table; NUL-terminated; NULL: no key */
	uint32_t len, hash;
	uint64_t c[AGG_COUNTERS];
	struct histogram latency; /* ns, of the calls that returned */
};

struct agg_limits {
	size_t max_keys;
	size_t key_bytes;
	size_t histogram_bytes;
};

/* What one call adds. */
struct agg_sample {
	uint64_t c[AGG_COUNTERS];
	uint64_t latency_ns;
	bool timed; /* latency_ns is one */
};

#define AGG_CHUNK_ROWS 256u

/* Embedded; read rows through the functions below. */
struct agg_table {
	struct agg_limits limits;
	struct agg_row **chunks; /* owned, each AGG_CHUNK_ROWS rows, owned */
	size_t nrows;
	struct agg_row other; /* the keys beyond the limits; no name */
	uint32_t *index;      /* owned: row number + 1 by hash, 0 is free */
	size_t index_cap;     /* a power of two */
	struct arena names;
	size_t name_bytes;
	struct histogram_pool pool;
	size_t last; /* where the last sample went, if there are rows */
};

void agg_table_init(struct agg_table *, const struct agg_limits *);
void agg_table_fini(struct agg_table *);

/* No row of its own: a key among the others, or an event without one. */
#define AGG_NO_ROW SIZE_MAX

/* Adds a sample to the row of KEY, or to the others'. KEY is copied if it is new. Returns
 * the number of the row, for what callers keep beside the table, or AGG_NO_ROW. */
size_t agg_table_add(struct agg_table *, const char *key, size_t len,
		     const struct agg_sample *);

/* The number of KEY's row, or AGG_NO_ROW. */
size_t agg_table_find(const struct agg_table *, const char *key, size_t len);

/* Row I of [0, nrows), in the order the keys came. */
const struct agg_row *agg_table_row(const struct agg_table *, size_t i);

/* Adds the sample to a row that stands alone (a grand total). */
void agg_row_add(struct agg_row *, struct histogram_pool *, const struct agg_sample *);

/* Adds all of FROM to TO. */
void agg_row_merge(struct agg_row *to, struct histogram_pool *,
		   const struct agg_row *from);

/* How coarse the coarsest histogram became for lack of memory; 0 is the rule. */
unsigned agg_table_coarse(const struct agg_table *);

#endif
