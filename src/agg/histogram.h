/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Latencies of one key: count, sum, least and greatest exactly, percentiles from buckets.
 * A power of two is split into 32 equal buckets and a percentile is the middle of its
 * bucket, so it is at most 1/64 (1.6 %) off. Hundreds of thousands of keys have a
 * histogram each, most with a handful of values: storage starts inside the struct and
 * grows with the buckets in use, out of a pool. When the pool is spent, a histogram that
 * needs more joins neighbouring buckets instead, which doubles its error each time.
 */
#ifndef IOTRACE_AGG_HISTOGRAM_H
#define IOTRACE_AGG_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_SUB_BITS 5u
#define HISTOGRAM_BUCKETS  ((64u - HISTOGRAM_SUB_BITS + 1u) << HISTOGRAM_SUB_BITS)
#define HISTOGRAM_FEW	   2u

/* Memory that many histograms share. What may exceed it: a histogram that has come down
 * to a bucket a power of two (248 bytes), and the 15 KiB of one with two million values.
 */
struct histogram_pool {
	size_t used, max; /* bytes */
};

/* A zeroed struct is a valid empty one. */
struct histogram {
	uint64_t count, sum, min, max;
	union {
		uint32_t few[HISTOGRAM_FEW]; /* cap is 0 */
		uint32_t *sparse; /* owned; bucket and count, sorted by bucket */
		uint64_t *dense;  /* owned; a count for each bucket */
	} u;
	uint16_t n;	/* buckets in use, unless dense */
	uint16_t cap;	/* of sparse */
	uint8_t coarse; /* a bucket is 2^coarse of the finest ones */
	bool is_dense;
};

void histogram_fini(struct histogram *, struct histogram_pool *);

void histogram_add(struct histogram *, struct histogram_pool *, uint64_t value);

/* Adds all of FROM to TO. */
void histogram_merge(struct histogram *to, struct histogram_pool *,
		     const struct histogram *from);

/* The value that PERMILLE of 1000 values do not exceed (nearest rank); 0 if empty. */
uint64_t histogram_permille(const struct histogram *, unsigned permille);

/* The largest error of a percentile of a histogram with this `coarse`, in percent,
 * rounded up; for values below 32 it is half a bucket instead. */
unsigned histogram_error_pct(unsigned coarse);

#endif
