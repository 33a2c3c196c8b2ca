/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes structures in Thrift's compact protocol, which Parquet's metadata is in
 * (thrift/doc/specs/thrift-compact-protocol.md). Fields must come in the order of their
 * ids, and what is begun must be ended.
 */
#ifndef IOTRACE_SINK_PARQUET_THRIFT_H
#define IOTRACE_SINK_PARQUET_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define THRIFT_DEPTH 8u

/* A zeroed struct stands in a structure without fields yet; strbuf_fini(&out) frees. */
struct thrift {
	struct strbuf out;
	int last_id[THRIFT_DEPTH]; /* of the fields of each structure we are in */
	unsigned depth;
};

/* The type of a list's items. */
enum thrift_type { THRIFT_I32 = 5, THRIFT_BINARY = 8, THRIFT_STRUCT = 12 };

void thrift_bool(struct thrift *, int id, bool);
void thrift_i8(struct thrift *, int id, int8_t);
void thrift_i16(struct thrift *, int id, int16_t);
void thrift_i32(struct thrift *, int id, int32_t);
void thrift_i64(struct thrift *, int id, int64_t);
void thrift_binary(struct thrift *, int id, const void *, size_t len);
void thrift_string(struct thrift *, int id, const char *);

/* A field that is a structure: its fields follow, then thrift_end. */
void thrift_struct(struct thrift *, int id);

/* A structure that is an item of a list, or stands alone; ends with thrift_end. */
void thrift_item_struct(struct thrift *);
void thrift_end(struct thrift *);

/* A field that is a list of N items, which follow; a list has no end. */
void thrift_list(struct thrift *, int id, enum thrift_type, size_t n);
void thrift_item_i32(struct thrift *, int32_t);
void thrift_item_string(struct thrift *, const char *);

/* Appends V as a varint, 7 bits a byte, low ones first (ULEB128). */
void thrift_add_varint(struct strbuf *, uint64_t v);

#endif
