/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows live in chunks, so that growing moves none of them and needs no second copy; an
 * open-addressing index of row numbers finds them by name.
 */
#include "agg/agg_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"

#define INDEX_FIRST 64u

void
agg_table_init(struct agg_table *t, const struct agg_limits *limits)
{
	*t = (struct agg_table){ .limits = *limits };
	t->pool.max = limits->histogram_bytes;
}

static struct agg_row *
row_at(const struct agg_table *t, size_t i)
{
	return &t->chunks[i / AGG_CHUNK_ROWS][i % AGG_CHUNK_ROWS];
}

void
agg_table_fini(struct agg_table *t)
{
	for (size_t i = 0; i < t->nrows; i++)
		histogram_fini(&row_at(t, i)->latency, &t->pool);
	histogram_fini(&t->other.latency, &t->pool);
	for (size_t i = 0; i < t->nrows; i += AGG_CHUNK_ROWS)
		free(t->chunks[i / AGG_CHUNK_ROWS]);
	free(t->chunks);
	free(t->index);
	arena_fini(&t->names);
	*t = (struct agg_table){ 0 };
}

const struct agg_row *
agg_table_row(const struct agg_table *t, size_t i)
{
	return row_at(t, i);
}

static bool
row_is(const struct agg_row *r, const char *key, size_t len)
{
	return r->len == len && !memcmp(r->name, key, len);
}

/* The slot of KEY, or the free one where it would go. The index is never full. */
static uint32_t *
index_slot(const struct agg_table *t, uint32_t hash, const char *key, size_t len)
{
	size_t i = hash & (t->index_cap - 1);
	for (; t->index[i]; i = (i + 1) & (t->index_cap - 1)) {
		const struct agg_row *r = row_at(t, t->index[i] - 1);
		if (r->hash == hash && row_is(r, key, len))
			break;
	}
	return &t->index[i];
}

static void
index_grow(struct agg_table *t)
{
	t->index_cap = t->index_cap ? t->index_cap * 2 : INDEX_FIRST;
	free(t->index);
	t->index = xcalloc(t->index_cap, sizeof(*t->index));
	for (size_t row = 0; row < t->nrows; row++) {
		size_t i = row_at(t, row)->hash & (t->index_cap - 1);
		while (t->index[i])
			i = (i + 1) & (t->index_cap - 1);
		t->index[i] = (uint32_t)row + 1;
	}
}

static bool
has_room(const struct agg_table *t, size_t len)
{
	size_t bytes = (t->nrows + 1) * sizeof(struct agg_row) + t->name_bytes + len + 1;
	return t->nrows < t->limits.max_keys && bytes <= t->limits.key_bytes;
}

static struct agg_row *
row_new(struct agg_table *t, const char *key, size_t len, uint32_t hash)
{
	size_t i = t->nrows;
	if (i % AGG_CHUNK_ROWS == 0) {
		size_t n = i / AGG_CHUNK_ROWS;
		t->chunks = xreallocarray(t->chunks, n + 1, sizeof(t->chunks[0]));
		t->chunks[n] = xcalloc(AGG_CHUNK_ROWS, sizeof(struct agg_row));
	}
	struct agg_row *r = row_at(t, i);
	r->name = arena_memdup0(&t->names, key, len);
	r->len = (uint32_t)len;
	r->hash = hash;
	t->name_bytes += len + 1;
	t->nrows++;
	return r;
}

/* The number of KEY's row, made if there is room, else AGG_NO_ROW. */
static size_t
row_get(struct agg_table *t, const char *key, size_t len)
{
	if (t->nrows && row_is(row_at(t, t->last), key, len))
		return t->last;
	if (t->nrows * 4 >= t->index_cap * 3)
		index_grow(t);
	uint32_t hash = (uint32_t)hash_bytes(key, len);
	uint32_t *slot = index_slot(t, hash, key, len);
	if (!*slot) {
		if (!has_room(t, len))
			return AGG_NO_ROW;
		row_new(t, key, len, hash);
		*slot = (uint32_t)t->nrows;
	}
	t->last = *slot - 1;
	return t->last;
}

size_t
agg_table_find(const struct agg_table *t, const char *key, size_t len)
{
	if (!t->nrows)
		return AGG_NO_ROW;
	uint32_t row = *index_slot(t, (uint32_t)hash_bytes(key, len), key, len);
	return row ? row - 1 : AGG_NO_ROW;
}

void
agg_row_add(struct agg_row *r, struct histogram_pool *pool, const struct agg_sample *s)
{
	for (size_t i = 0; i < AGG_COUNTERS; i++)
		r->c[i] += s->c[i];
	if (s->timed)
		histogram_add(&r->latency, pool, s->latency_ns);
}

void
agg_row_merge(struct agg_row *to, struct histogram_pool *pool, const struct agg_row *from)
{
	for (size_t i = 0; i < AGG_COUNTERS; i++)
		to->c[i] += from->c[i];
	histogram_merge(&to->latency, pool, &from->latency);
}

size_t
agg_table_add(struct agg_table *t, const char *key, size_t len,
	      const struct agg_sample *s)
{
	size_t row = row_get(t, key, len);
	agg_row_add(row == AGG_NO_ROW ? &t->other : row_at(t, row), &t->pool, s);
	return row;
}

unsigned
agg_table_coarse(const struct agg_table *t)
{
	unsigned coarse = t->other.latency.coarse;
	for (size_t i = 0; i < t->nrows; i++)
		if (row_at(t, i)->latency.coarse > coarse)
			coarse = row_at(t, i)->latency.coarse;
	return coarse;
}
