/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/parquet_thrift.h"

#include <assert.h>
#include <string.h>

/* Types of fields: thrift-compact-protocol.md, "Struct encoding". A bool is in its type. */
enum field_type {
	FIELD_TRUE = 1,
	FIELD_FALSE = 2,
	FIELD_I8 = 3,
	FIELD_I16 = 4,
	FIELD_I32 = THRIFT_I32,
	FIELD_I64 = 6,
	FIELD_BINARY = THRIFT_BINARY,
	FIELD_LIST = 9,
	FIELD_STRUCT = THRIFT_STRUCT,
};

void
thrift_add_varint(struct strbuf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		strbuf_addch(b, (char)(v | 0x80));
	strbuf_addch(b, (char)v);
}

/* Small numbers of either sign become short varints. */
static void
add_zigzag(struct strbuf *b, int64_t v)
{
	thrift_add_varint(b, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

static void
add_field(struct thrift *t, int id, enum field_type type)
{
	int delta = id - t->last_id[t->depth];
	assert(delta > 0);
	t->last_id[t->depth] = id;
	if (delta <= 15) {
		strbuf_addch(&t->out, (char)(delta << 4 | (int)type));
	} else {
		strbuf_addch(&t->out, (char)type);
		add_zigzag(&t->out, id);
	}
}

void
thrift_bool(struct thrift *t, int id, bool v)
{
	add_field(t, id, v ? FIELD_TRUE : FIELD_FALSE);
}

void
thrift_i8(struct thrift *t, int id, int8_t v)
{
	add_field(t, id, FIELD_I8);
	strbuf_addch(&t->out, (char)v);
}

void
thrift_i16(struct thrift *t, int id, int16_t v)
{
	add_field(t, id, FIELD_I16);
	add_zigzag(&t->out, v);
}

void
thrift_i32(struct thrift *t, int id, int32_t v)
{
	add_field(t, id, FIELD_I32);
	add_zigzag(&t->out, v);
}

void
thrift_i64(struct thrift *t, int id, int64_t v)
{
	add_field(t, id, FIELD_I64);
	add_zigzag(&t->out, v);
}

void
thrift_binary(struct thrift *t, int id, const void *p, size_t len)
{
	add_field(t, id, FIELD_BINARY);
	thrift_add_varint(&t->out, len);
	strbuf_addmem(&t->out, p, len);
}

void
thrift_string(struct thrift *t, int id, const char *s)
{
	thrift_binary(t, id, s, strlen(s));
}

void
thrift_struct(struct thrift *t, int id)
{
	add_field(t, id, FIELD_STRUCT);
	thrift_item_struct(t);
}

void
thrift_item_struct(struct thrift *t)
{
	assert(t->depth + 1 < THRIFT_DEPTH);
	t->last_id[++t->depth] = 0;
}

void
thrift_end(struct thrift *t)
{
	assert(t->depth > 0);
	strbuf_addch(&t->out, 0);
	t->depth--;
}

void
thrift_list(struct thrift *t, int id, enum thrift_type type, size_t n)
{
	add_field(t, id, FIELD_LIST);
	if (n < 15) {
		strbuf_addch(&t->out, (char)((int)n << 4 | (int)type));
	} else {
		strbuf_addch(&t->out, (char)(0xf0 | (int)type));
		thrift_add_varint(&t->out, n);
	}
}

void
thrift_item_i32(struct thrift *t, int32_t v)
{
	add_zigzag(&t->out, v);
}

void
thrift_item_string(struct thrift *t, const char *s)
{
	size_t len = strlen(s);
	thrift_add_varint(&t->out, len);
	strbuf_addmem(&t->out, s, len);
}
