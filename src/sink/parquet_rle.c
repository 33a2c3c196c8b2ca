/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packed values come in groups of eight, and only the last group of all may be filled up.
 * So a run that follows packed values first gives some of its own to their last group.
 */
#include "sink/parquet_rle.h"

#include <assert.h>

#include "sink/parquet_thrift.h"

#define GROUP 8u

unsigned
parquet_bit_width(uint32_t max)
{
	return max ? 32u - (unsigned)__builtin_clz(max) : 0;
}

static void
add_run(struct strbuf *b, uint32_t value, size_t n, unsigned width)
{
	thrift_add_varint(b, (uint64_t)n << 1);
	for (unsigned bit = 0; bit < width; bit += 8)
		strbuf_addch(b, (char)(value >> bit));
}

static void
add_packed(struct strbuf *b, const uint32_t *values, size_t n, unsigned width)
{
	if (!n)
		return;
	size_t groups = (n + GROUP - 1) / GROUP;
	thrift_add_varint(b, (uint64_t)groups << 1 | 1);
	uint64_t bits = 0;
	unsigned have = 0;
	for (size_t i = 0; i < groups * GROUP; i++) {
		bits |= (uint64_t)(i < n ? values[i] : 0) << have;
		for (have += width; have >= 8; have -= 8, bits >>= 8)
			strbuf_addch(b, (char)bits);
	}
}

void
parquet_rle_encode(struct strbuf *b, const uint32_t *values, size_t n, unsigned width)
{
	assert(width <= 32);
	size_t packed = 0; /* [packed, i) waits to be packed */
	for (size_t i = 0; i < n;) {
		size_t end = i + 1;
		while (end < n && values[end] == values[i])
			end++;
		size_t start = packed + (i - packed + GROUP - 1) / GROUP * GROUP;
		if (start + GROUP <= end) {
			add_packed(b, values + packed, start - packed, width);
			add_run(b, values[start], end - start, width);
			packed = end;
		}
		i = end;
	}
	add_packed(b, values + packed, n - packed, width);
}
