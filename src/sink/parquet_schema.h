/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types that columns of our Parquet files have. All columns are flat and optional.
 */
#ifndef IOTRACE_SINK_PARQUET_SCHEMA_H
#define IOTRACE_SINK_PARQUET_SCHEMA_H

#include <stdbool.h>

#include "sink/parquet_thrift.h"

enum parquet_type {
	PARQUET_I32,
	PARQUET_U32,
	PARQUET_I64,
	PARQUET_U64,
	PARQUET_TIMESTAMP, /* microseconds since the Epoch, UTC */
	PARQUET_STRING,	   /* UTF-8 */
	PARQUET_BYTES,
};

/* enum Type of parquet.thrift. */
enum parquet_physical { PHYSICAL_INT32 = 1, PHYSICAL_INT64 = 2, PHYSICAL_BYTE_ARRAY = 6 };

struct parquet_column_desc {
	const char *name; /* borrowed */
	enum parquet_type type;
};

enum parquet_physical parquet_physical(enum parquet_type);

/* Are values compared as signed numbers, in statistics? Bytes are not. */
bool parquet_is_signed(enum parquet_type);

/* Adds the column's struct SchemaElement. */
void parquet_schema_column(struct thrift *, const struct parquet_column_desc *);

#endif
