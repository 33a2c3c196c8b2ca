/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* A percentile of fewer calls is an accident. */
#define PERCENTILE_CALLS 20u

const struct diff_metric_desc diff_metrics[DIFF_METRICS] = {
#define DIFF_METRIC(id, name, unit, minimum, factor, help) \
	[DIFF_##id] = { name, DIFF_##unit, minimum, factor },
#include "diff/metrics.def"
};

static const struct {
	const char *title, *name;
} tables[DIFF_TABLES] = {
	[AGG_SYSCALL] = { "Calls", "call" },
	[AGG_FILE] = { "Files", "file" },
	[AGG_DIRECTORY] = { "Directories", "directory" },
	[AGG_PROCESS] = { "Processes", "process" },
	[AGG_ERRNO] = { "Errors", "error" },
	[DIFF_TOTAL] = { "The whole run", "run" },
};

const char *
diff_table_title(unsigned table)
{
	return tables[table].title;
}

const char *
diff_table_name(unsigned table)
{
	return tables[table].name;
}

uint64_t
diff_value(const struct agg_row *row, enum diff_metric metric)
{
	if (!row)
		return 0;
	switch (metric) {
	case DIFF_CALLS:
		return row->c[AGG_calls];
	case DIFF_ERRORS:
		return row->c[AGG_errors];
	case DIFF_READ:
		return row->c[AGG_bytes_read];
	case DIFF_WRITTEN:
		return row->c[AGG_bytes_written];
	case DIFF_LATENCY:
		return row->latency.sum;
	case DIFF_P95:
		return histogram_permille(&row->latency, 950);
	case DIFF_METRICS:
		break;
	}
	return 0;
}

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* The share of the run that the difference is; of a percentile, of the call's own time.
 */
static double
weigh(const struct diff *d, enum diff_metric metric, uint64_t a, uint64_t b)
{
	if (metric == DIFF_P95)
		return 0;
	uint64_t x = diff_value(&d->before->agg->total, metric);
	uint64_t y = diff_value(&d->after->agg->total, metric);
	uint64_t whole = x > y ? x : y;
	return whole ? (double)distance(a, b) / (double)whole : 0;
}

static void
add(struct diff *d, const struct diff_change *c)
{
	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 64;
		d->changes = xreallocarray(d->changes, d->cap, sizeof(*d->changes));
	}
	d->changes[d->n++] = *c;
}

/* Is the step from A to B one that a user should hear of? */
static bool
matters(const struct diff *d, enum diff_metric metric, uint64_t a, uint64_t b)
{
	const struct diff_metric_desc *m = &diff_metrics[metric];
	uint64_t by = distance(a, b);
	return by >= m->minimum &&
	       (double)by * 100 > (double)a * d->threshold_pct * m->factor;
}

static bool
has_percentiles(const struct agg_row *a, const struct agg_row *b)
{
	return a->latency.count >= PERCENTILE_CALLS &&
	       b->latency.count >= PERCENTILE_CALLS;
}

static void
compare_rows(struct diff *d, unsigned table, struct text name, const struct agg_row *a,
	     const struct agg_row *b)
{
	for (unsigned i = 0; i < DIFF_METRICS; i++) {
		enum diff_metric metric = (enum diff_metric)i;
		uint64_t x = diff_value(a, metric), y = diff_value(b, metric);
		if (!matters(d, metric, x, y) ||
		    (metric == DIFF_P95 && !has_percentiles(a, b)) ||
		    (metric == DIFF_ERRORS && table == AGG_ERRNO)) /* the same as calls */
			continue;
		const struct diff_change c = {
			.table = table,
			.name = name,
			.kind = y > x ? DIFF_INCREASED : DIFF_DECREASED,
			.metric = metric,
			.before = x,
			.after = y,
			.weight = weigh(d, metric, x, y),
		};
		add(d, &c);
	}
}

/* A row that only one side has: its calls, however few. */
static void
add_single(struct diff *d, unsigned table, struct text name, const struct agg_row *a,
	   const struct agg_row *b)
{
	struct diff_change c = {
		.table = table,
		.name = name,
		.kind = a ? DIFF_VANISHED : DIFF_APPEARED,
		.metric = DIFF_CALLS,
		.before = diff_value(a, DIFF_CALLS),
		.after = diff_value(b, DIFF_CALLS),
	};
	for (unsigned i = 0; i < DIFF_P95; i++) {
		enum diff_metric metric = (enum diff_metric)i;
		double w = weigh(d, metric, diff_value(a, metric), diff_value(b, metric));
		if (w > c.weight)
			c.weight = w;
	}
	add(d, &c);
}

/* The name that users see: processes without the pid that all have. */
static struct text
name_of(unsigned table, const struct agg_row *r)
{
	struct text t = { r->name, r->len };
	const char *blank = table == AGG_PROCESS ? memchr(t.p, ' ', t.len) : NULL;
	if (blank) {
		t.len -= (size_t)(blank + 1 - t.p);
		t.p = blank + 1;
	}
	return t;
}

static int
by_key(const void *a, const void *b)
{
	const struct agg_row *x = *(const struct agg_row *const *)a;
	const struct agg_row *y = *(const struct agg_row *const *)b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->name, y->name, n);
	return c ? c : (x->len > y->len) - (x->len < y->len);
}

/* The rows of T in the order of their names; the caller frees. */
static const struct agg_row **
sorted_rows(const struct agg_table *t)
{
	const struct agg_row **rows = xreallocarray(NULL, t->nrows + 1, sizeof(*rows));
	for (size_t i = 0; i < t->nrows; i++)
		rows[i] = agg_table_row(t, i);
	if (t->nrows)
		qsort(rows, t->nrows, sizeof(*rows), by_key);
	return rows;
}

static void
compare_table(struct diff *d, unsigned table)
{
	const struct agg_table *ta = &d->before->agg->tables[table];
	const struct agg_table *tb = &d->after->agg->tables[table];
	const struct agg_row **a = sorted_rows(ta), **b = sorted_rows(tb);
	for (size_t i = 0, k = 0; i < ta->nrows || k < tb->nrows;) {
		int order = i == ta->nrows   ? 1
			    : k == tb->nrows ? -1
					     : by_key(&a[i], &b[k]);
		if (order < 0)
			add_single(d, table, name_of(table, a[i]), a[i], NULL);
		else if (order > 0)
			add_single(d, table, name_of(table, b[k]), NULL, b[k]);
		else
			compare_rows(d, table, name_of(table, a[i]), a[i], b[k]);
		i += order <= 0;
		k += order >= 0;
	}
	free(a);
	free(b);
}

static int
by_weight(const void *a, const void *b)
{
	const struct diff_change *x = a, *y = b;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	/* Times differ from run to run by themselves: what is counted goes first. */
	bool x_time = diff_metrics[x->metric].unit == DIFF_TIME;
	bool y_time = diff_metrics[y->metric].unit == DIFF_TIME;
	if (x_time != y_time)
		return x_time - y_time;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
	int c = n ? memcmp(x->name.p, y->name.p, n) : 0;
	if (c || x->name.len != y->name.len)
		return c ? c : (x->name.len > y->name.len ? 1 : -1);
	return (x->metric > y->metric) - (x->metric < y->metric);
}

void
diff_init(struct diff *d, const struct diff_side *before, const struct diff_side *after,
	  unsigned threshold_pct)
{
	*d = (struct diff){ .before = before,
			    .after = after,
			    .threshold_pct = threshold_pct };
	for (unsigned table = 0; table < AGG_TABLES; table++)
		compare_table(d, table);
	compare_rows(d, DIFF_TOTAL, (struct text){ 0 }, &before->agg->total,
		     &after->agg->total);
	if (d->n)
		qsort(d->changes, d->n, sizeof(*d->changes), by_weight);
}

void
diff_fini(struct diff *d)
{
	free(d->changes);
	*d = (struct diff){ 0 };
}

const struct diff_change *
diff_of_table(const struct diff *d, unsigned table, size_t *n)
{
	size_t first = 0, end;
	while (first < d->n && d->changes[first].table < table)
		first++;
	for (end = first; end < d->n && d->changes[end].table == table;)
		end++;
	*n = end - first;
	return *n ? d->changes + first : NULL;
}
