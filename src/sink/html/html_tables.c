/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The totals of the summary as tables. report.js makes them sortable and searchable by
 * the numbers in data-v; without it they are sorted by time.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/xalloc.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

enum unit { UNIT_COUNT, UNIT_SIZE, UNIT_TIME, UNIT_SHARE };

enum column {
#define COLUMN(name, unit, value) COL_##name,
#include "sink/summary_columns.def"
#undef COLUMN
	COLUMNS
};

static const struct {
	const char *name;
	enum unit unit;
} columns[COLUMNS] = {
#define COLUMN(name_, unit_, value) [COL_##name_] = { #name_, UNIT_##unit_ },
#include "sink/summary_columns.def"
#undef COLUMN
};

struct table_desc {
	enum agg_table_id id;
	const char *anchor, *title, *heading, *about;
	size_t top;
	bool has_faults; /* the column majflt means something */
	bool searchable; /* names, that a reader may look for */
};

static const struct table_desc tables[] = {
	{ AGG_SYSCALL, "calls", "Calls", "call", "Each system call that was traced.", 500,
	  false, false },
	{ AGG_FILE, "files", "Files", "file",
	  "Names as the kernel had them, also those that were looked for in vain.", 200,
	  false, true },
	{ AGG_DIRECTORY, "directories", "Directories", "directory",
	  "Files by the directory they are in, not those below it.", 100, false, true },
	{ AGG_PROCESS, "process-table", "Processes by time", "process",
	  "By pid and name: a process that changed its name has a row for each.", 200,
	  true, true },
};

static uint64_t
column_value(const struct agg_row *r, enum column col)
{
	switch (col) {
#define COLUMN(name, unit, value) \
	case COL_##name: \
		return value;
#include "sink/summary_columns.def"
#undef COLUMN
	case COLUMNS:
		break;
	}
	return 0;
}

static bool
column_shown(const struct table_desc *d, enum column col)
{
	return col != COL_majflt || d->has_faults;
}

static int
row_cmp(const void *va, const void *vb)
{
	const struct agg_row *a = *(const struct agg_row *const *)va;
	const struct agg_row *b = *(const struct agg_row *const *)vb;
	if (a->latency.sum != b->latency.sum)
		return a->latency.sum < b->latency.sum ? 1 : -1;
	return strcmp(a->name, b->name);
}

static void
put_share(struct strbuf *b, const struct html *h, uint64_t ns)
{
	if (!h->wall_ns || !ns) {
		strbuf_adds(b, "<td data-v=\"0\">&#8211;</td>");
		return;
	}
	strbuf_addf(b, "<td data-v=\"%" PRIu64 "\" data-u=\"s\">", ns);
	units_add_share(b, ns, h->wall_ns);
	strbuf_adds(b, "</td>");
}

static void
put_cells(struct strbuf *b, const struct html *h, const struct table_desc *d,
	  const struct agg_row *r)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		uint64_t v = column_value(r, (enum column)i);
		if (!column_shown(d, (enum column)i))
			continue;
		switch (columns[i].unit) {
		case UNIT_COUNT:
			html_td_count(b, v);
			break;
		case UNIT_SIZE:
			html_td_bytes(b, v);
			break;
		case UNIT_TIME:
			html_td_time(b, v);
			break;
		case UNIT_SHARE:
			put_share(b, h, v);
			break;
		}
	}
	strbuf_adds(b, "</tr>\n");
}

static void
put_name(struct strbuf *b, const struct table_desc *d, const struct agg_row *r)
{
	strbuf_adds(b, "<tr><th scope=\"row\">");
	if (d->id == AGG_PROCESS)
		html_process(b, r->name, r->len);
	else
		html_name(b, (struct text){ r->name, r->len });
	strbuf_adds(b, "</th>");
}

/* Rows that stand for many: not to be sorted among the others. */
static void
put_foot(struct strbuf *b, const struct html *h, const struct table_desc *d,
	 const struct agg_row **rows, size_t shown)
{
	const struct agg_table *t = &h->agg->tables[d->id];
	struct agg_row rest = { 0 };
	struct histogram_pool pool = { .max = SIZE_MAX };
	for (size_t i = shown; i < t->nrows; i++)
		agg_row_merge(&rest, &pool, rows[i]);
	strbuf_adds(b, "</tbody>\n<tfoot>\n");
	if (shown < t->nrows) {
		strbuf_adds(b, "<tr><th scope=\"row\">");
		units_add_count(b, t->nrows - shown);
		strbuf_adds(b, " more</th>");
		put_cells(b, h, d, &rest);
	}
	if (t->other.c[AGG_calls]) {
		strbuf_adds(
			b,
			"<tr><th scope=\"row\">names that came too late to be kept</th>");
		put_cells(b, h, d, &t->other);
	}
	if (d->id == AGG_SYSCALL) {
		strbuf_adds(b, "<tr class=\"all\"><th scope=\"row\">All calls</th>");
		put_cells(b, h, d, &h->agg->total);
	}
	strbuf_adds(b, "</tfoot></table></div>\n");
	histogram_fini(&rest.latency, &pool);
}

static void
put_headings(struct strbuf *b, const struct table_desc *d)
{
	strbuf_addf(b, "<thead><tr><th scope=\"col\">%s</th>", d->heading);
	for (unsigned i = 0; i < COLUMNS; i++)
		if (column_shown(d, (enum column)i))
			strbuf_addf(b, "<th scope=\"col\"%s>%s</th>",
				    i == COL_total ? " aria-sort=\"descending\"" : "",
				    columns[i].name);
	strbuf_adds(b, "</tr></thead>\n<tbody>\n");
}

static void
put_table(struct strbuf *b, const struct html *h, const struct table_desc *d)
{
	const struct agg_table *t = &h->agg->tables[d->id];
	size_t top = h->top ? h->top : d->top;
	size_t shown = t->nrows < top ? t->nrows : top;
	const struct agg_row **rows = xcalloc(t->nrows + 1, sizeof(*rows));
	for (size_t i = 0; i < t->nrows; i++)
		rows[i] = agg_table_row(t, i);
	qsort(rows, t->nrows, sizeof(rows[0]), row_cmp);
	if (shown < t->nrows) {
		strbuf_addf(b, "<p>Shown are the %zu that took most time, of ", shown);
		units_add_count(b, t->nrows);
		strbuf_adds(b, "; the rest is added up in the last row.</p>\n");
	}
	strbuf_addf(
		b,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: %s\">"
		"<table class=\"sortable%s\">\n",
		d->title, d->searchable ? " searchable" : "");
	put_headings(b, d);
	for (size_t i = 0; i < shown; i++) {
		put_name(b, d, rows[i]);
		put_cells(b, h, d, rows[i]);
	}
	put_foot(b, h, d, rows, shown);
	free(rows);
}

void
html_tables(struct strbuf *b, const struct html *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		const struct table_desc *d = &tables[i];
		strbuf_addf(b,
			    "<section id=\"%s\" aria-labelledby=\"%s-h\">\n"
			    "<h2 id=\"%s-h\">%s</h2>\n",
			    d->anchor, d->anchor, d->anchor, d->title);
		if (h->agg->tables[d->id].nrows) {
			strbuf_addf(b, "<p>%s</p>\n", d->about);
			put_table(b, h, d);
		} else {
			strbuf_adds(b, "<p>None.</p>\n");
		}
		strbuf_adds(b, "</section>\n");
	}
}
