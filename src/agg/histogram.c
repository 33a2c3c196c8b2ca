/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three forms: up to two buckets inside the struct, a sorted array of (bucket, count)
 * packed in 32 bits each, and a plain array of 64-bit counts. While a histogram is packed
 * it holds at most ENTRY_MAX values, so no entry can overflow, however buckets are
 * joined.
 */
#include "agg/histogram.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define COUNT_BITS 21u
#define ENTRY_MAX  ((1u << COUNT_BITS) - 1)
#define COARSE_MAX HISTOGRAM_SUB_BITS

/* Sizes that fill a chunk of malloc(3) with its 8-byte header: 24, 56, 120, ... bytes. */
#define SPARSE_FIRST 6u
#define SPARSE_LAST  254u

_Static_assert(HISTOGRAM_BUCKETS <= 1u << (32 - COUNT_BITS), "a bucket fits an entry");

static unsigned
bucket_of(uint64_t v)
{
	const unsigned sub = 1u << HISTOGRAM_SUB_BITS;
	if (v < sub)
		return (unsigned)v;
	unsigned shift = 63u - (unsigned)__builtin_clzll(v) - HISTOGRAM_SUB_BITS;
	return ((shift + 1) << HISTOGRAM_SUB_BITS) + (unsigned)((v >> shift) & (sub - 1));
}

/* The least value of a finest bucket; that of the one behind the last is UINT64_MAX. */
static uint64_t
bucket_low(unsigned b)
{
	const unsigned sub = 1u << HISTOGRAM_SUB_BITS;
	if (b < sub)
		return b;
	if (b >= HISTOGRAM_BUCKETS)
		return UINT64_MAX;
	unsigned shift = (b >> HISTOGRAM_SUB_BITS) - 1;
	return (uint64_t)(sub + (b & (sub - 1))) << shift;
}

static unsigned
entry_bucket(uint32_t e)
{
	return e >> COUNT_BITS;
}

static uint32_t *
entries(struct histogram *h)
{
	return h->cap ? h->u.sparse : h->u.few;
}

static const uint32_t *
entries_const(const struct histogram *h)
{
	return h->cap ? h->u.sparse : h->u.few;
}

static size_t
dense_len(const struct histogram *h)
{
	return HISTOGRAM_BUCKETS >> h->coarse;
}

static size_t
storage_bytes(const struct histogram *h)
{
	return h->is_dense ? dense_len(h) * sizeof(uint64_t) : h->cap * sizeof(uint32_t);
}

static void
drop_storage(struct histogram *h, struct histogram_pool *pool)
{
	pool->used -= storage_bytes(h);
	if (h->is_dense)
		free(h->u.dense);
	else if (h->cap)
		free(h->u.sparse);
}

void
histogram_fini(struct histogram *h, struct histogram_pool *pool)
{
	drop_storage(h, pool);
	*h = (struct histogram){ 0 };
}

static void
make_dense(struct histogram *h, struct histogram_pool *pool)
{
	uint64_t *dense = xcalloc(dense_len(h), sizeof(*dense));
	const uint32_t *e = entries(h);
	for (unsigned i = 0; i < h->n; i++)
		dense[entry_bucket(e[i])] = e[i] & ENTRY_MAX;
	drop_storage(h, pool);
	h->u.dense = dense;
	h->is_dense = true;
	h->cap = h->n = 0;
	pool->used += storage_bytes(h);
}

/* Joins each pair of buckets of a packed histogram. */
static void
make_coarser(struct histogram *h)
{
	uint32_t *e = entries(h);
	unsigned out = 0;
	for (unsigned i = 0; i < h->n; i++) {
		unsigned b = entry_bucket(e[i]) >> 1;
		uint32_t count = e[i] & ENTRY_MAX;
		if (out && entry_bucket(e[out - 1]) == b)
			e[out - 1] += count;
		else
			e[out++] = b << COUNT_BITS | count;
	}
	h->n = (uint16_t)out;
	h->coarse++;
}

/* Makes room for one more bucket, by memory or by joining buckets. */
static void
make_room(struct histogram *h, struct histogram_pool *pool)
{
	unsigned cap = h->cap ? h->cap * 2u + 2u : SPARSE_FIRST;
	size_t more = cap > SPARSE_LAST ? dense_len(h) * sizeof(uint64_t)
					: (cap - h->cap) * sizeof(uint32_t);
	if (h->coarse < COARSE_MAX && pool->used + more > pool->max) {
		make_coarser(h);
		return;
	}
	if (cap > SPARSE_LAST) {
		make_dense(h, pool);
		return;
	}
	uint32_t *grown = xreallocarray(h->cap ? h->u.sparse : NULL, cap, sizeof(*grown));
	if (!h->cap)
		memcpy(grown, h->u.few, sizeof(h->u.few));
	h->u.sparse = grown;
	h->cap = (uint16_t)cap;
	pool->used += more;
}

/* Where bucket B is or belongs among the packed entries. */
static unsigned
entry_find(const uint32_t *e, unsigned n, unsigned b)
{
	unsigned low = 0;
	while (low < n) {
		unsigned mid = (low + n) / 2;
		if (entry_bucket(e[mid]) < b)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* Counts N more values in the finest bucket FINE; h->count has them already. */
static void
add_bucket(struct histogram *h, struct histogram_pool *pool, unsigned fine, uint64_t n)
{
	if (!h->is_dense && h->count > ENTRY_MAX)
		make_dense(h, pool);
	while (!h->is_dense) {
		unsigned b = fine >> h->coarse;
		uint32_t *e = entries(h);
		unsigned i = entry_find(e, h->n, b);
		if (i < h->n && entry_bucket(e[i]) == b) {
			e[i] += (uint32_t)n;
			return;
		}
		if (h->n < (h->cap ? h->cap : HISTOGRAM_FEW)) {
			memmove(e + i + 1, e + i, (h->n - i) * sizeof(*e));
			e[i] = b << COUNT_BITS | (uint32_t)n;
			h->n++;
			return;
		}
		make_room(h, pool);
	}
	h->u.dense[fine >> h->coarse] += n;
}

void
histogram_add(struct histogram *h, struct histogram_pool *pool, uint64_t value)
{
	if (!h->count || value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->count++;
	h->sum += value;
	add_bucket(h, pool, bucket_of(value), 1);
}

/* The count of the I-th bucket in use or allocated, its number in *B. */
static uint64_t
bucket_at(const struct histogram *h, size_t i, unsigned *b)
{
	if (h->is_dense) {
		*b = (unsigned)i;
		return h->u.dense[i];
	}
	uint32_t e = entries_const(h)[i];
	*b = entry_bucket(e);
	return e & ENTRY_MAX;
}

static size_t
bucket_slots(const struct histogram *h)
{
	return h->is_dense ? dense_len(h) : h->n;
}

void
histogram_merge(struct histogram *to, struct histogram_pool *pool,
		const struct histogram *from)
{
	if (!from->count)
		return;
	if (!to->count || from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	to->count += from->count;
	to->sum += from->sum;
	for (size_t i = 0; i < bucket_slots(from); i++) {
		unsigned b;
		uint64_t n = bucket_at(from, i, &b);
		unsigned middle = (b << from->coarse) + (1u << from->coarse) / 2;
		if (n)
			add_bucket(to, pool, middle, n);
	}
}

/* The middle of bucket B, within the values that were seen. */
static uint64_t
bucket_middle(const struct histogram *h, unsigned b)
{
	uint64_t low = bucket_low(b << h->coarse);
	uint64_t next = bucket_low((b + 1) << h->coarse);
	uint64_t middle = low + (next - low - 1) / 2;
	if (middle < h->min)
		return h->min;
	return middle > h->max ? h->max : middle;
}

uint64_t
histogram_permille(const struct histogram *h, unsigned permille)
{
	assert(permille <= 1000);
	if (!h->count)
		return 0;
	uint64_t skip = h->count / 1000 * (1000 - permille) +
			h->count % 1000 * (1000 - permille) / 1000;
	uint64_t rank = h->count - skip, seen = 0;
	if (rank == h->count)
		return h->max;
	if (rank <= 1)
		return h->min;
	for (size_t i = 0; i < bucket_slots(h); i++) {
		unsigned b;
		seen += bucket_at(h, i, &b);
		if (seen >= rank)
			return bucket_middle(h, b);
	}
	return h->max;
}

unsigned
histogram_error_pct(unsigned coarse)
{
	unsigned per_octave = 1u << (HISTOGRAM_SUB_BITS + 1);
	return ((100u << coarse) + per_octave - 1) / per_octave;
}
