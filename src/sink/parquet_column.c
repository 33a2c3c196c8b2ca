/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values go into the open page, the page when it is full into the chunk's list of packed
 * pages. Numbers are written plain, which zstd packs well. Bytes are numbered by a
 * dictionary until it is full; the pages after that one are plain.
 */
#include "sink/parquet_column.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/parquet_rle.h"

/* A page is what a reader unpacks at a time; the format recommends 8 KiB to 1 MiB. */
#define PAGE_ROWS  16384u
#define PAGE_BYTES ((size_t)256 << 10)

/* A bound that is longer is left out, which the format allows: paths have 4096 bytes. */
#define BOUND_BYTES ((size_t)256)

/* 1.5 million events of find and grep: level 1 made 33.4 MB, level 3 34.1 in more time. */
#define LEVEL 1

/* Names and numbers of parquet.thrift. */
enum { PAGE_DATA = 0, PAGE_DICTIONARY = 2 };
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3, ENCODING_RLE_DICTIONARY = 8 };
enum { CODEC_ZSTD = 6 };

struct parquet_packer {
	ZSTD_CCtx *zstd; /* owned */
	struct strbuf page, packed;
	struct thrift header;
};

struct parquet_packer *
parquet_packer_new(void)
{
	struct parquet_packer *p = xcalloc(1, sizeof(*p));
	p->zstd = ZSTD_createCCtx();
	if (p->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(
			       p->zstd, ZSTD_c_compressionLevel, LEVEL)))
		return p;
	parquet_packer_free(p);
	return NULL;
}

void
parquet_packer_free(struct parquet_packer *p)
{
	if (!p)
		return;
	ZSTD_freeCCtx(p->zstd);
	strbuf_fini(&p->page);
	strbuf_fini(&p->packed);
	strbuf_fini(&p->header.out);
	free(p);
}

static bool
is_bytes(const struct parquet_column *c)
{
	return parquet_physical(c->desc.type) == PHYSICAL_BYTE_ARRAY;
}

void
parquet_column_init(struct parquet_column *c, const struct parquet_column_desc *desc)
{
	*c = (struct parquet_column){ .desc = *desc };
	c->levels = xcalloc(PAGE_ROWS, sizeof(*c->levels));
	if (is_bytes(c))
		c->indices = xcalloc(PAGE_ROWS, sizeof(*c->indices));
	c->plain = !is_bytes(c);
}

void
parquet_column_fini(struct parquet_column *c)
{
	free(c->levels);
	free(c->indices);
	strbuf_fini(&c->values);
	parquet_dict_fini(&c->dict);
	strbuf_fini(&c->pages);
	strbuf_fini(&c->bounds.min_bytes);
	strbuf_fini(&c->bounds.max_bytes);
	*c = (struct parquet_column){ 0 };
}

size_t
parquet_column_held(const struct parquet_column *c)
{
	return c->pages.len + c->dict.page.len + c->values.len +
	       (c->rows + c->count) * sizeof(uint32_t);
}

/* --- pages --- */

/* struct PageHeader, with the header of its kind inside. */
static void
make_header(struct thrift *t, int kind, int encoding, uint32_t values, size_t unpacked,
	    size_t packed)
{
	strbuf_reset(&t->out);
	t->last_id[0] = 0;
	t->depth = 0;
	thrift_item_struct(t);
	thrift_i32(t, 1, kind);
	thrift_i32(t, 2, (int32_t)unpacked);
	thrift_i32(t, 3, (int32_t)packed);
	thrift_struct(t, kind == PAGE_DATA ? 5 : 7);
	thrift_i32(t, 1, (int32_t)values);
	thrift_i32(t, 2, encoding);
	if (kind == PAGE_DATA) {
		thrift_i32(t, 3, ENCODING_RLE); /* of definition levels */
		thrift_i32(t, 4, ENCODING_RLE); /* of repetition levels: there are none */
	}
	thrift_end(t);
	thrift_end(t);
}

/* Compresses PAGE and appends it to TO, behind its header; the bytes it would have taken
 * unpacked into *UNPACKED. 0 or -ENOMEM. */
static int
pack_page(struct parquet_packer *p, int kind, int encoding, uint32_t values,
	  const struct strbuf *page, struct strbuf *to, uint64_t *unpacked)
{
	size_t room = ZSTD_compressBound(page->len);
	char *packed = strbuf_reserve(&p->packed, room);
	size_t n = ZSTD_compress2(p->zstd, packed, room, page->p, page->len);
	if (ZSTD_isError(n))
		return -ENOMEM;
	make_header(&p->header, kind, encoding, values, page->len, n);
	strbuf_addmem(to, p->header.out.p, p->header.out.len);
	strbuf_addmem(to, packed, n);
	*unpacked += p->header.out.len + page->len;
	return 0;
}

/* Definition levels, behind their length in 4 bytes. */
static void
add_levels(struct strbuf *b, const uint32_t *levels, size_t n)
{
	uint32_t len = 0;
	size_t at = b->len;
	strbuf_addmem(b, &len, sizeof(len));
	parquet_rle_encode(b, levels, n, 1);
	len = (uint32_t)(b->len - at - sizeof(len));
	memcpy(b->p + at, &len, sizeof(len));
}

static int
end_page(struct parquet_column *c, struct parquet_packer *p)
{
	if (!c->rows)
		return 0;
	struct strbuf *page = &p->page;
	strbuf_reset(page);
	add_levels(page, c->levels, c->rows);
	int encoding = ENCODING_PLAIN;
	/* Without any value there may be no dictionary to refer to. */
	if (c->plain || !c->count) {
		strbuf_addmem(page, c->values.p, c->values.len);
	} else {
		unsigned width = parquet_bit_width(c->dict.n ? c->dict.n - 1 : 0);
		strbuf_addch(page, (char)width);
		parquet_rle_encode(page, c->indices, c->count, width);
		encoding = ENCODING_RLE_DICTIONARY;
	}
	int rc = pack_page(p, PAGE_DATA, encoding, c->rows, page, &c->pages, &c->unpacked);
	c->chunk_rows += c->rows;
	c->chunk_nulls += c->rows - c->count;
	c->rows = c->count = 0;
	strbuf_reset(&c->values);
	return rc;
}

static int
end_row(struct parquet_column *c, struct parquet_packer *p, uint32_t level)
{
	c->levels[c->rows++] = level;
	c->count += level;
	return c->rows == PAGE_ROWS || c->values.len >= PAGE_BYTES ? end_page(c, p) : 0;
}

/* --- values --- */

int
parquet_column_null(struct parquet_column *c, struct parquet_packer *p)
{
	return end_row(c, p, 0);
}

static void
widen_by_number(struct parquet_bounds *b, int64_t v, bool is_signed)
{
	/* Flipping the sign bit orders unsigned values as signed ones. */
	int64_t flip = is_signed ? 0 : INT64_MIN;
	if (!b->known || (v ^ flip) < (b->min_num ^ flip))
		b->min_num = v;
	if (!b->known || (v ^ flip) > (b->max_num ^ flip))
		b->max_num = v;
	b->known = true;
}

int
parquet_column_number(struct parquet_column *c, struct parquet_packer *p, int64_t v)
{
	assert(!is_bytes(c));
	if (parquet_physical(c->desc.type) == PHYSICAL_INT32) {
		uint32_t word = (uint32_t)v;
		strbuf_addmem(&c->values, &word, sizeof(word));
	} else {
		strbuf_addmem(&c->values, &v, sizeof(v));
	}
	widen_by_number(&c->bounds, v, parquet_is_signed(c->desc.type));
	return end_row(c, p, 1);
}

/* As memcmp, a prefix before what it begins. */
static int
compare(const char *p, size_t len, const struct strbuf *b)
{
	size_t n = len < b->len ? len : b->len;
	int order = n ? memcmp(p, b->p, n) : 0;
	return order ? order : (len > b->len) - (len < b->len);
}

static void
set_bytes(struct strbuf *b, const char *p, size_t len)
{
	strbuf_reset(b);
	strbuf_addmem(b, p, len);
}

static void
widen_by_bytes(struct parquet_bounds *b, const char *p, size_t len)
{
	if (!b->known || compare(p, len, &b->min_bytes) < 0)
		set_bytes(&b->min_bytes, p, len);
	if (!b->known || compare(p, len, &b->max_bytes) > 0)
		set_bytes(&b->max_bytes, p, len);
	b->known = true;
}

int
parquet_column_bytes(struct parquet_column *c, struct parquet_packer *p, const char *bytes,
		     size_t len)
{
	assert(is_bytes(c));
	bool added = true;
	uint32_t index;
	if (!c->plain) {
		if (parquet_dict_index(&c->dict, bytes, len, &index, &added)) {
			c->indices[c->count] = index;
		} else {
			int rc = end_page(c, p);
			if (rc < 0)
				return rc;
			c->plain = true;
		}
	}
	if (c->plain) {
		uint32_t prefix = (uint32_t)len;
		strbuf_addmem(&c->values, &prefix, sizeof(prefix));
		strbuf_addmem(&c->values, bytes, len);
	}
	if (added || c->plain)
		widen_by_bytes(&c->bounds, bytes, len);
	return end_row(c, p, 1);
}

/* --- the column chunk --- */

static void
add_bound(struct thrift *t, int id, const struct parquet_column *c, int64_t num,
	  const struct strbuf *bytes)
{
	if (is_bytes(c)) {
		if (bytes->len <= BOUND_BYTES)
			thrift_binary(t, id, bytes->p, bytes->len);
	} else if (parquet_physical(c->desc.type) == PHYSICAL_INT32) {
		int32_t word = (int32_t)num;
		thrift_binary(t, id, &word, sizeof(word));
	} else {
		thrift_binary(t, id, &num, sizeof(num));
	}
}

/* struct Statistics, field ID. Fields 1 and 2 would be the same of undefined order. */
static void
add_statistics(struct thrift *t, int id, const struct parquet_column *c)
{
	const struct parquet_bounds *b = &c->bounds;
	thrift_struct(t, id);
	thrift_i64(t, 3, (int64_t)c->chunk_nulls);
	if (b->known) {
		add_bound(t, 5, c, b->max_num, &b->max_bytes);
		add_bound(t, 6, c, b->min_num, &b->min_bytes);
	}
	thrift_end(t);
}

/* The dictionary page is PLAIN, too. */
static void
add_encodings(struct thrift *t, int id, bool dictionary)
{
	thrift_list(t, id, THRIFT_I32, dictionary ? 3 : 2);
	thrift_item_i32(t, ENCODING_PLAIN);
	thrift_item_i32(t, ENCODING_RLE);
	if (dictionary)
		thrift_item_i32(t, ENCODING_RLE_DICTIONARY);
}

/* struct ColumnChunk. */
static void
add_metadata(struct thrift *t, const struct parquet_column *c, uint64_t offset,
	     size_t dictionary_len, uint64_t packed)
{
	thrift_item_struct(t);
	thrift_i64(t, 2, 0); /* file_offset: there is no copy of this elsewhere */
	thrift_struct(t, 3); /* ColumnMetaData */
	thrift_i32(t, 1, (int32_t)parquet_physical(c->desc.type));
	add_encodings(t, 2, dictionary_len > 0);
	thrift_list(t, 3, THRIFT_BINARY, 1);
	thrift_item_string(t, c->desc.name);
	thrift_i32(t, 4, CODEC_ZSTD);
	thrift_i64(t, 5, (int64_t)c->chunk_rows);
	thrift_i64(t, 6, (int64_t)c->unpacked);
	thrift_i64(t, 7, (int64_t)packed);
	thrift_i64(t, 9, (int64_t)(offset + dictionary_len));
	if (dictionary_len)
		thrift_i64(t, 11, (int64_t)offset);
	add_statistics(t, 12, c);
	thrift_end(t);
	thrift_end(t);
}

static void
reset_chunk(struct parquet_column *c)
{
	parquet_dict_reset(&c->dict);
	c->plain = !is_bytes(c);
	strbuf_reset(&c->pages);
	c->unpacked = c->chunk_rows = c->chunk_nulls = 0;
	c->bounds.known = false;
}

int
parquet_column_write(struct parquet_column *c, struct parquet_packer *p, struct outfile *out,
		     uint64_t *offset, struct thrift *t, struct parquet_sizes *sizes)
{
	int rc = end_page(c, p);
	struct strbuf first = { 0 }; /* the dictionary page, if there is one */
	if (rc == 0 && c->dict.n > 0)
		rc = pack_page(p, PAGE_DICTIONARY, ENCODING_PLAIN, c->dict.n,
			       &c->dict.page, &first, &c->unpacked);
	if (rc == 0)
		rc = outfile_write(out, first.p, first.len);
	if (rc == 0)
		rc = outfile_write(out, c->pages.p, c->pages.len);
	uint64_t packed = first.len + c->pages.len;
	add_metadata(t, c, *offset, first.len, packed);
	*offset += packed;
	sizes->packed += packed;
	sizes->unpacked += c->unpacked;
	strbuf_fini(&first);
	reset_chunk(c);
	return rc;
}
