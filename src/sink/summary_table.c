/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name comes last in a row: names are shown whole, however long, and the numbers stay
 * aligned. Columns are as wide as their widest cell.
 */
#include "sink/summary_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/escape.h"
#include "base/layout.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/summary.h"

/* SGR of ECMA-48. */
#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define PLAIN "\033[m"

/* Names get at least so many columns of a terminal, and so many before others get any. */
#define NAME_LEAST 8u
#define NAME_USUAL 40u

enum unit { UNIT_COUNT, UNIT_SIZE, UNIT_TIME, UNIT_SHARE };

enum column {
#define COLUMN(name, unit, value) COL_##name,
#include "sink/summary_columns.def"
#undef COLUMN
	COLUMNS,
	/* For sorting only. */
	COL_bytes = COLUMNS,
	COL_name,
	SORT_COLUMNS
};

struct column_desc {
	const char *name;
	enum unit unit;
};

static const struct column_desc columns[SORT_COLUMNS] = {
#define COLUMN(name_, unit_, value) [COL_##name_] = { #name_, UNIT_##unit_ },
#include "sink/summary_columns.def"
#undef COLUMN
	[COL_bytes] = { "bytes", UNIT_SIZE },
	[COL_name] = { "name", UNIT_COUNT },
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
	case COL_bytes:
		return r->c[AGG_bytes_read] + r->c[AGG_bytes_written];
	case COL_name:
	case SORT_COLUMNS:
		break;
	}
	return 0;
}

/* Enough for nearly all values, so that the tables of a summary line up. */
static size_t
column_width(enum column col)
{
	static const size_t usual[] = {
		[UNIT_COUNT] = 6, [UNIT_SIZE] = 5, [UNIT_TIME] = 6, [UNIT_SHARE] = 6
	};
	size_t heading = strlen(columns[col].name);
	size_t cell = usual[columns[col].unit];
	return heading > cell ? heading : cell;
}

static enum column
column_find(const char *name)
{
	unsigned i = 0;
	while (i < SORT_COLUMNS && strcmp(columns[i].name, name) != 0)
		i++;
	return (enum column)i;
}

bool
summary_sort_valid(const char *name)
{
	return column_find(name) != SORT_COLUMNS;
}

const char *
summary_sort_names(void)
{
	return
#define COLUMN(name, unit, value) #name ", "
#include "sink/summary_columns.def"
#undef COLUMN
		"bytes, name";
}

struct sort_item {
	uint64_t key;
	const struct agg_row *row; /* borrowed */
};

/* Large before small, then by name. */
static int
item_cmp(const void *va, const void *vb)
{
	const struct sort_item *a = va, *b = vb;
	if (a->key != b->key)
		return a->key < b->key ? 1 : -1;
	return strcmp(a->row->name, b->row->name);
}

/* The table's rows in order; the caller frees. */
static struct sort_item *
sort_rows(const struct agg_table *t, enum column col)
{
	struct sort_item *items = xcalloc(t->nrows + 1, sizeof(*items));
	for (size_t i = 0; i < t->nrows; i++) {
		items[i].row = agg_table_row(t, i);
		items[i].key = column_value(items[i].row, col);
	}
	qsort(items, t->nrows, sizeof(*items), item_cmp);
	return items;
}

struct cell {
	size_t at, len; /* in the grid's text */
};

struct line {
	struct cell cells[COLUMNS];
	struct cell name; /* safe to show */
	bool is_sum;	  /* of other rows */
};

/* The cells of all lines, before their widths are known. */
struct grid {
	const struct summary_view *view;
	struct strbuf text;
	struct line *lines; /* owned */
	size_t n;
	size_t width[COLUMNS];
	bool hidden[COLUMNS];
	size_t name_width;
};

/* "-" says that there is nothing to show: no errors, no bytes, no call that returned. */
static void
put_value(struct grid *g, const struct agg_row *r, enum column col)
{
	struct strbuf *b = &g->text;
	uint64_t v = column_value(r, col);
	enum unit unit = columns[col].unit;
	bool of_time = unit == UNIT_TIME || unit == UNIT_SHARE;
	if (of_time ? !r->latency.count : !v) {
		strbuf_addch(b, '-');
		return;
	}
	switch (unit) {
	case UNIT_COUNT:
		strbuf_addu64(b, v);
		break;
	case UNIT_SIZE:
		units_add_size(b, v);
		break;
	case UNIT_TIME:
		units_add_time(b, v);
		break;
	case UNIT_SHARE:
		units_add_share(b, v, g->view->wall_ns);
		break;
	}
}

/* The row's own name, unless a sum has another. */
static void
put_name(struct grid *g, const struct agg_row *r, const char *name)
{
	if (name) {
		strbuf_adds(&g->text, name);
		return;
	}
	escape_terminal(&g->text, r->name, r->len);
	if (g->view->explain)
		g->view->explain(&g->text, r);
}

static void
add_line(struct grid *g, const struct agg_row *r, const char *name)
{
	struct line *line = &g->lines[g->n++];
	line->is_sum = name != NULL;
	line->name.at = g->text.len;
	put_name(g, r, name);
	line->name.len = g->text.len - line->name.at;
	for (unsigned i = 0; i < COLUMNS; i++) {
		struct cell *c = &line->cells[i];
		c->at = g->text.len;
		put_value(g, r, (enum column)i);
		c->len = g->text.len - c->at;
		if (c->len > g->width[i])
			g->width[i] = c->len;
	}
}

/* Has a cell of the column more than "-"? */
static bool
has_values(const struct grid *g, unsigned col)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct cell *c = &g->lines[i].cells[col];
		if (c->len != 1 || g->text.p[c->at] != '-')
			return true;
	}
	return false;
}

/* What the names may take if the columns that are not hidden stay. */
static size_t
name_room(const struct grid *g)
{
	size_t used = 2;
	for (unsigned i = 0; i < COLUMNS; i++)
		if (!g->hidden[i])
			used += g->width[i] + 1;
	return used < g->view->width ? g->view->width - used : 0;
}

/*
 * Decides what is shown. Faults are known of processes only. On a terminal columns without
 * values go, then those that tell least until the names have room, or as much as is usual;
 * what orders the rows stays.
 */
static void
fit(struct grid *g)
{
	static const enum column least[] = { COL_p99,	COL_p50,   COL_mean, COL_p95,
					     COL_share, COL_max,   COL_majflt,
					     COL_read,	COL_written, COL_total };
	g->hidden[COL_majflt] = !g->view->faults;
	g->name_width = SIZE_MAX;
	if (!g->view->width)
		return;
	size_t widest = strlen(g->view->heading);
	for (size_t i = 0; i < g->n; i++) {
		const struct cell *name = &g->lines[i].name;
		size_t width = layout_width(g->text.p + name->at, name->len);
		widest = width > widest ? width : widest;
	}
	size_t want = widest < NAME_USUAL ? widest : NAME_USUAL;
	for (unsigned i = 0; i < COLUMNS; i++)
		g->hidden[i] |= i != COL_calls && !has_values(g, i);
	enum column sort = column_find(g->view->sort);
	for (size_t i = 0; i < ARRAY_SIZE(least) && name_room(g) < want; i++)
		g->hidden[least[i]] |= least[i] != sort;
	g->name_width = name_room(g) > NAME_LEAST ? name_room(g) : NAME_LEAST;
}

static void
put_right(struct strbuf *b, const char *p, size_t len, size_t width)
{
	strbuf_addf(b, "%*s%.*s", (int)(width - len + 1), "", (int)len, p);
}

static void
put_style(struct strbuf *b, const struct grid *g, const char *sgr)
{
	if (g->view->colour)
		strbuf_adds(b, sgr);
}

static void
put_headings(struct strbuf *b, const struct grid *g)
{
	put_style(b, g, DIM);
	for (unsigned i = 0; i < COLUMNS; i++)
		if (!g->hidden[i])
			put_right(b, columns[i].name, strlen(columns[i].name),
				  g->width[i]);
	strbuf_addf(b, "  %s", g->view->heading);
	put_style(b, g, PLAIN);
	strbuf_addch(b, '\n');
}

static void
put_lines(struct strbuf *b, const struct grid *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct line *line = &g->lines[i];
		put_style(b, g, line->is_sum ? DIM : "");
		for (unsigned j = 0; j < COLUMNS; j++)
			if (!g->hidden[j])
				put_right(b, g->text.p + line->cells[j].at,
					  line->cells[j].len, g->width[j]);
		strbuf_adds(b, "  ");
		layout_shorten(b, g->text.p + line->name.at, line->name.len,
			       g->name_width);
		put_style(b, g, line->is_sum ? PLAIN : "");
		strbuf_addch(b, '\n');
	}
}

static void
put_title(struct strbuf *b, const struct grid *g, size_t shown)
{
	const struct summary_view *v = g->view;
	const struct agg_table *t = v->table;
	put_style(b, g, BOLD);
	strbuf_adds(b, v->title);
	put_style(b, g, PLAIN);
	if (shown < t->nrows)
		strbuf_addf(b, " (%zu of %zu, by %s)\n", shown, t->nrows, v->sort);
	else
		strbuf_addf(b, " (%zu, by %s)\n", t->nrows, v->sort);
}

/* What a reader must know about this table's limits, if it met them. */
static void
put_limits(struct strbuf *b, const struct agg_table *t)
{
	if (t->other.c[AGG_calls])
		strbuf_addf(b,
			    "[other] stands for the names that came after the first %zu: "
			    "%" PRIu64 " calls.\n",
			    t->nrows, t->other.c[AGG_calls]);
	unsigned coarse = agg_table_coarse(t);
	if (coarse)
		strbuf_addf(b,
			    "Percentiles of some names are only within %u%%: memory.\n",
			    histogram_error_pct(coarse));
}

void
summary_table_render(struct strbuf *b, const struct summary_view *v)
{
	const struct agg_table *t = v->table;
	if (!t->nrows)
		return;
	struct sort_item *items = sort_rows(t, column_find(v->sort));
	size_t shown = t->nrows < v->top ? t->nrows : v->top;
	struct grid g = { .view = v };
	g.lines = xcalloc(shown + 3, sizeof(*g.lines));
	for (unsigned i = 0; i < COLUMNS; i++)
		g.width[i] = column_width((enum column)i);
	for (size_t i = 0; i < shown; i++)
		add_line(&g, items[i].row, NULL);

	struct agg_row rest = { 0 };
	struct histogram_pool pool = { .max = SIZE_MAX };
	char rest_name[40];
	for (size_t i = shown; i < t->nrows; i++)
		agg_row_merge(&rest, &pool, items[i].row);
	snprintf(rest_name, sizeof(rest_name), "(%zu more)", t->nrows - shown);
	if (shown < t->nrows)
		add_line(&g, &rest, rest_name);
	if (t->other.c[AGG_calls])
		add_line(&g, &t->other, "[other]");
	if (v->total)
		add_line(&g, v->total, "(all)");

	fit(&g);
	put_title(b, &g, shown);
	put_headings(b, &g);
	put_lines(b, &g);
	put_limits(b, t);
	strbuf_addch(b, '\n');
	histogram_fini(&rest.latency, &pool);
	strbuf_fini(&g.text);
	free(g.lines);
	free(items);
}
