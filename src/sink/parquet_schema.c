/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a column's type is told to readers: the physical type, the converted type that old
 * readers know and the logical type that replaced it (parquet-format, LogicalTypes.md).
 */
#include "sink/parquet_schema.h"

#include "base/compiler.h"

/* Names and numbers of parquet.thrift. */
enum { REPETITION_OPTIONAL = 1 };
enum { CONVERTED_UTF8 = 0, CONVERTED_TIMESTAMP_MICROS = 10, CONVERTED_NONE = -1 };
enum { CONVERTED_UINT_32 = 13, CONVERTED_UINT_64 = 14 };
enum { CONVERTED_INT_32 = 17, CONVERTED_INT_64 = 18 };
enum { LOGICAL_STRING = 1, LOGICAL_TIMESTAMP = 8, LOGICAL_INTEGER = 10 };
enum { TIME_UNIT_MICROS = 2 };

struct type_desc {
	enum parquet_physical physical;
	int converted;
	int bits; /* of an integer */
	bool is_signed;
};

static const struct type_desc types[] = {
	[PARQUET_I32] = { PHYSICAL_INT32, CONVERTED_INT_32, 32, true },
	[PARQUET_U32] = { PHYSICAL_INT32, CONVERTED_UINT_32, 32, false },
	[PARQUET_I64] = { PHYSICAL_INT64, CONVERTED_INT_64, 64, true },
	[PARQUET_U64] = { PHYSICAL_INT64, CONVERTED_UINT_64, 64, false },
	[PARQUET_TIMESTAMP] = { PHYSICAL_INT64, CONVERTED_TIMESTAMP_MICROS, 0, true },
	[PARQUET_STRING] = { PHYSICAL_BYTE_ARRAY, CONVERTED_UTF8, 0, false },
	[PARQUET_BYTES] = { PHYSICAL_BYTE_ARRAY, CONVERTED_NONE, 0, false },
};

enum parquet_physical
parquet_physical(enum parquet_type type)
{
	return types[type].physical;
}

bool
parquet_is_signed(enum parquet_type type)
{
	return types[type].is_signed;
}

static void
add_logical(struct thrift *t, enum parquet_type type)
{
	switch (type) {
	case PARQUET_I32:
	case PARQUET_U32:
	case PARQUET_I64:
	case PARQUET_U64:
		thrift_struct(t, LOGICAL_INTEGER);
		thrift_i8(t, 1, (int8_t)types[type].bits);
		thrift_bool(t, 2, types[type].is_signed);
		break;
	case PARQUET_TIMESTAMP:
		thrift_struct(t, LOGICAL_TIMESTAMP);
		thrift_bool(t, 1, true); /* isAdjustedToUTC */
		thrift_struct(t, 2);
		thrift_struct(t, TIME_UNIT_MICROS);
		thrift_end(t);
		thrift_end(t);
		break;
	case PARQUET_STRING:
		thrift_struct(t, LOGICAL_STRING);
		break;
	case PARQUET_BYTES:
		return;
	}
	thrift_end(t);
}

void
parquet_schema_column(struct thrift *t, const struct parquet_column_desc *c)
{
	thrift_item_struct(t); /* SchemaElement */
	thrift_i32(t, 1, (int32_t)types[c->type].physical);
	thrift_i32(t, 3, REPETITION_OPTIONAL);
	thrift_string(t, 4, c->name);
	if (types[c->type].converted != CONVERTED_NONE) {
		thrift_i32(t, 6, types[c->type].converted);
		thrift_struct(t, 10);
		add_logical(t, c->type);
		thrift_end(t);
	}
	thrift_end(t);
}
