/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "PAR1", the row groups, the footer, its length in 4 bytes, "PAR1". Of a row group that
 * was written only its metadata is kept, about 4 KiB.
 */
#include "sink/parquet_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/parquet_column.h"

/* Readers work on row groups in parallel and skip those whose statistics tell them to:
 * a quarter of a million rows each, fewer if they are long. */
#define GROUP_ROWS  262144u
#define GROUP_BYTES ((size_t)16 << 20)
/* What is held is looked at every so many rows. */
#define LOOK_ROWS 256u

/* Of the format, for readers that ask: 2 has logical types. */
#define FORMAT_VERSION 2
/* Some readers go by it to work around the bugs of a writer: "NAME version X.Y.Z". */
#define CREATED_BY PACKAGE_NAME " version " PACKAGE_VERSION

static const char MAGIC[] = { 'P', 'A', 'R', '1' };

struct parquet_file {
	struct outfile *out; /* borrowed */
	int err;	     /* the first, -errno */
	uint64_t offset;     /* in the file */
	struct parquet_packer *packer; /* owned */
	struct parquet_column *columns; /* owned */
	size_t ncolumns;
	uint64_t group_rows, rows;
	struct thrift groups; /* struct RowGroup, one after the other */
	size_t ngroups;
	struct thrift notes; /* struct KeyValue, likewise */
	size_t nnotes;
};

static void
keep_error(struct parquet_file *f, int rc)
{
	if (f->err == 0)
		f->err = rc;
}

static void
put(struct parquet_file *f, const void *p, size_t len)
{
	keep_error(f, outfile_write(f->out, p, len));
	f->offset += len;
}

int
parquet_file_new(struct outfile *out, const struct parquet_column_desc *columns, size_t n,
		 struct parquet_file **file)
{
	assert(n > 0);
	struct parquet_packer *packer = parquet_packer_new();
	if (!packer)
		return -ENOMEM;
	struct parquet_file *f = xcalloc(1, sizeof(*f));
	f->out = out;
	f->packer = packer;
	f->columns = xcalloc(n, sizeof(*f->columns));
	f->ncolumns = n;
	for (size_t i = 0; i < n; i++)
		parquet_column_init(&f->columns[i], &columns[i]);
	put(f, MAGIC, sizeof(MAGIC));
	*file = f;
	return 0;
}

void
parquet_file_null(struct parquet_file *f, size_t col)
{
	keep_error(f, parquet_column_null(&f->columns[col], f->packer));
}

void
parquet_file_number(struct parquet_file *f, size_t col, int64_t v)
{
	keep_error(f, parquet_column_number(&f->columns[col], f->packer, v));
}

void
parquet_file_bytes(struct parquet_file *f, size_t col, const char *p, size_t len)
{
	keep_error(f, parquet_column_bytes(&f->columns[col], f->packer, p, len));
}

static void
write_group(struct parquet_file *f)
{
	struct parquet_sizes sizes = { 0 };
	uint64_t start = f->offset;
	struct thrift *t = &f->groups;
	thrift_item_struct(t); /* RowGroup */
	thrift_list(t, 1, THRIFT_STRUCT, f->ncolumns);
	for (size_t i = 0; i < f->ncolumns; i++)
		keep_error(f, parquet_column_write(&f->columns[i], f->packer, f->out,
						   &f->offset, t, &sizes));
	thrift_i64(t, 2, (int64_t)sizes.unpacked);
	thrift_i64(t, 3, (int64_t)f->group_rows);
	thrift_i64(t, 5, (int64_t)start);
	thrift_i64(t, 6, (int64_t)sizes.packed);
	thrift_end(t);
	f->ngroups++;
	f->rows += f->group_rows;
	f->group_rows = 0;
}

static bool
group_is_large(const struct parquet_file *f)
{
	if (f->group_rows >= GROUP_ROWS)
		return true;
	if (f->group_rows % LOOK_ROWS)
		return false;
	size_t held = 0;
	for (size_t i = 0; i < f->ncolumns; i++)
		held += parquet_column_held(&f->columns[i]);
	return held >= GROUP_BYTES;
}

int
parquet_file_end_row(struct parquet_file *f)
{
	f->group_rows++;
	if (f->err == 0 && group_is_large(f))
		write_group(f);
	return f->err;
}

void
parquet_file_note(struct parquet_file *f, const char *key, const char *value)
{
	thrift_item_struct(&f->notes); /* KeyValue */
	thrift_string(&f->notes, 1, key);
	thrift_string(&f->notes, 2, value);
	thrift_end(&f->notes);
	f->nnotes++;
}

/* The order that min and max of each column are in: that of its type. */
static void
add_orders(struct thrift *t, int id, size_t n)
{
	thrift_list(t, id, THRIFT_STRUCT, n);
	for (size_t i = 0; i < n; i++) {
		thrift_item_struct(t); /* union ColumnOrder */
		thrift_struct(t, 1);   /* TypeDefinedOrder */
		thrift_end(t);
		thrift_end(t);
	}
}

/* struct FileMetaData. */
static void
make_footer(const struct parquet_file *f, struct thrift *t)
{
	thrift_item_struct(t);
	thrift_i32(t, 1, FORMAT_VERSION);
	thrift_list(t, 2, THRIFT_STRUCT, f->ncolumns + 1);
	thrift_item_struct(t); /* SchemaElement, the root */
	thrift_string(t, 4, "event");
	thrift_i32(t, 5, (int32_t)f->ncolumns);
	thrift_end(t);
	for (size_t i = 0; i < f->ncolumns; i++)
		parquet_schema_column(t, &f->columns[i].desc);
	thrift_i64(t, 3, (int64_t)f->rows);
	thrift_list(t, 4, THRIFT_STRUCT, f->ngroups);
	strbuf_addmem(&t->out, f->groups.out.p, f->groups.out.len);
	thrift_list(t, 5, THRIFT_STRUCT, f->nnotes);
	strbuf_addmem(&t->out, f->notes.out.p, f->notes.out.len);
	thrift_string(t, 6, CREATED_BY);
	add_orders(t, 7, f->ncolumns);
	thrift_end(t);
}

int
parquet_file_finish(struct parquet_file *f)
{
	if (f->group_rows && f->err == 0)
		write_group(f);
	struct thrift footer = { 0 };
	make_footer(f, &footer);
	/* The length has 4 bytes: enough for a million row groups. */
	if (footer.out.len > INT32_MAX)
		keep_error(f, -EFBIG);
	uint32_t len = (uint32_t)footer.out.len;
	put(f, footer.out.p, footer.out.len);
	put(f, &len, sizeof(len));
	put(f, MAGIC, sizeof(MAGIC));
	strbuf_fini(&footer.out);
	return f->err;
}

void
parquet_file_free(struct parquet_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->ncolumns; i++)
		parquet_column_fini(&f->columns[i]);
	free(f->columns);
	parquet_packer_free(f->packer);
	strbuf_fini(&f->groups.out);
	strbuf_fini(&f->notes.out);
	free(f);
}
