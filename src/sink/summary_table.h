/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One table of the summary: the top rows of an agg_table, sorted, aligned, with what is
 * not shown added up in a last row.
 */
#ifndef IOTRACE_SINK_SUMMARY_TABLE_H
#define IOTRACE_SINK_SUMMARY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg_table.h"
#include "base/strbuf.h"

struct summary_view {
	const struct agg_table *table;
	const struct agg_row *total; /* shown as a last row; or NULL */
	const char *title;	     /* "Files" */
	const char *heading;	     /* of the names: "file" */
	const char *sort;	     /* a valid column */
	size_t top;		     /* rows to show */
	uint64_t wall_ns;	     /* what share is of; 0: unknown */
	bool faults;		     /* show the column majflt */
	size_t width;		     /* of the terminal; 0: none, lines may be long */
	bool colour;		     /* the terminal has it */
	/* Appends what follows the name in its row, or NULL. */
	void (*explain)(struct strbuf *, const struct agg_row *);
};

/* Appends the table and an empty line; nothing if it has no rows. */
void summary_table_render(struct strbuf *, const struct summary_view *);

#endif
