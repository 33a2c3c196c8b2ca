/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dictionary of a column of bytes: each distinct value once, numbered in the order
 * they came, kept as the dictionary page will have them.
 */
#ifndef IOTRACE_SINK_PARQUET_DICT_H
#define IOTRACE_SINK_PARQUET_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Beyond it the values are too different for a dictionary to save anything. */
#define PARQUET_DICT_BYTES ((size_t)1 << 20)

/* A zeroed struct is a valid empty one. */
struct parquet_dict {
	struct strbuf page; /* the values, PLAIN: length in 4 bytes, then the bytes */
	uint32_t *offsets;  /* owned: where in page each value begins */
	uint32_t n, offsets_cap;
	uint32_t *slots; /* owned: a number + 1 by hash, 0 is free */
	size_t nslots;   /* a power of two */
	uint32_t last;   /* the number given out last, if n */
};

void parquet_dict_fini(struct parquet_dict *);

/* Forgets the values, keeps the memory. */
void parquet_dict_reset(struct parquet_dict *);

/* The number of the LEN bytes at P in *INDEX, a new one if *ADDED. False if they are new
 * and there is no room. */
bool parquet_dict_index(struct parquet_dict *, const char *p, size_t len, uint32_t *index,
			bool *added);

#endif
