/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parquet's hybrid of run lengths and packed bits (parquet-format, Encodings.md, "RLE / Bit-
 * Packing Hybrid"), in which definition levels and dictionary indices are written.
 */
#ifndef IOTRACE_SINK_PARQUET_RLE_H
#define IOTRACE_SINK_PARQUET_RLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* How many bits the values 0 to MAX need; 0 for 0. */
unsigned parquet_bit_width(uint32_t max);

/* Appends the N values, each below 2^WIDTH, WIDTH at most 32. */
void parquet_rle_encode(struct strbuf *, const uint32_t *values, size_t n, unsigned width);

#endif
