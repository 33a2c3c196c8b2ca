/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Parquet file of flat, optional columns, written front to back in bounded memory: rows
 * are collected into row groups, which are written when they are large, and the footer
 * tells where everything is.
 */
#ifndef IOTRACE_SINK_PARQUET_FILE_H
#define IOTRACE_SINK_PARQUET_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "sink/parquet_schema.h"

struct outfile;
struct parquet_file;

/* Begins a file with these N columns, at least one, on OUT, which stays the caller's. 0
 * or -errno. */
int parquet_file_new(struct outfile *out, const struct parquet_column_desc *, size_t n,
		     struct parquet_file **) IT_MUST_CHECK;

/* The value of column COL in the row at hand; each column takes one a row. STRING must be
 * UTF-8. Errors are kept for parquet_file_end_row. */
void parquet_file_null(struct parquet_file *, size_t col);
void parquet_file_number(struct parquet_file *, size_t col, int64_t);
void parquet_file_bytes(struct parquet_file *, size_t col, const char *p, size_t len);

/* Ends the row. 0 or the first -errno. */
int parquet_file_end_row(struct parquet_file *) IT_MUST_CHECK;

/* An entry for the footer; strings are UTF-8 and copied. */
void parquet_file_note(struct parquet_file *, const char *key, const char *value);

/* Writes what is left and the footer. 0 or -errno. */
int parquet_file_finish(struct parquet_file *) IT_MUST_CHECK;

/* NULL is allowed. */
void parquet_file_free(struct parquet_file *);

#endif
