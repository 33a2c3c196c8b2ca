/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One column of a row group: takes a value or null a row, makes pages of them and keeps
 * these, compressed, until the row group is written. Columns are flat and optional.
 * The terms are those of the format's own description, parquet-format's README.md,
 * Encodings.md and parquet.thrift.
 */
#ifndef IOTRACE_SINK_PARQUET_COLUMN_H
#define IOTRACE_SINK_PARQUET_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "sink/parquet_dict.h"
#include "sink/parquet_schema.h"
#include "sink/parquet_thrift.h"

struct outfile;
struct parquet_packer;

/* Least and greatest value, in the order of the column's type. */
struct parquet_bounds {
	bool known;
	int64_t min_num, max_num;	   /* of numbers; U64 keeps its bits */
	struct strbuf min_bytes, max_bytes; /* of bytes, compared as unsigned */
};

struct parquet_column {
	struct parquet_column_desc desc;
	/* The page being filled. */
	uint32_t *levels;     /* owned: 1 for a value, 0 for null */
	uint32_t *indices;    /* owned: of the values in the dictionary; NULL: numbers */
	uint32_t rows, count; /* how many of each */
	struct strbuf values; /* PLAIN, where the page has no dictionary */
	/* The column chunk. */
	struct parquet_dict dict;
	bool plain;	     /* no dictionary (any more) */
	struct strbuf pages; /* finished ones, with their headers */
	uint64_t unpacked;   /* bytes of these before compression, headers included */
	uint64_t chunk_rows, chunk_nulls;
	struct parquet_bounds bounds;
};

/* What all columns of a file share to compress with. NULL: no memory. */
struct parquet_packer *parquet_packer_new(void);
void parquet_packer_free(struct parquet_packer *);

void parquet_column_init(struct parquet_column *, const struct parquet_column_desc *);
void parquet_column_fini(struct parquet_column *);

/* The value of the next row. 0, or -ENOMEM from compression. */
int parquet_column_null(struct parquet_column *, struct parquet_packer *);
int parquet_column_number(struct parquet_column *, struct parquet_packer *, int64_t);
int parquet_column_bytes(struct parquet_column *, struct parquet_packer *, const char *p,
			 size_t len);

/* How much memory the rows take that were not written. */
size_t parquet_column_held(const struct parquet_column *);

/* Of column chunks, before and after compression. */
struct parquet_sizes {
	uint64_t unpacked, packed;
};

/*
 * Writes the column chunk to OUT, which is at *OFFSET, and adds its metadata (struct
 * ColumnChunk) to META and its sizes to SIZES; then the column is empty. 0 or -errno.
 */
int parquet_column_write(struct parquet_column *, struct parquet_packer *, struct outfile *out,
			 uint64_t *offset, struct thrift *meta, struct parquet_sizes *);

#endif
