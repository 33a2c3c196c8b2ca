/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What failed: by error and call, with the file where it happened first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"
#include "table/flags.h"

#define ROWS 200u

/* Not "No such file or directory" for those who know, but for those who do not. */
static void
put_meaning(struct strbuf *b, const struct agg_row *errnum)
{
	int n = errno_find(errnum->name, errnum->len);
	if (n > 0 && n < 512) /* from there on kernel-internal codes */
		strbuf_addf(b, " <small>%s</small>", strerror(n));
}

static const struct agg_row *
row_of(const struct html *h, enum agg_table_id id, uint32_t number)
{
	return number ? agg_table_row(&h->agg->tables[id], number - 1) : NULL;
}

static void
put_row(struct strbuf *b, const struct html *h, size_t i)
{
	const struct agg_row *r = agg_table_row(&h->errors, i);
	const struct html_error *e = &h->error_info[i];
	const struct agg_row *errnum = row_of(h, AGG_ERRNO, e->errnum);
	const struct agg_row *call = row_of(h, AGG_SYSCALL, e->call);
	const struct agg_row *file = row_of(h, AGG_FILE, e->file);
	const struct agg_row *process = row_of(h, AGG_PROCESS, e->process);
	strbuf_adds(b, "<tr><th scope=\"row\">");
	if (errnum) {
		escape_xml(b, errnum->name, errnum->len);
		put_meaning(b, errnum);
	}
	strbuf_adds(b, "</th><td class=\"text\">");
	if (call)
		escape_xml(b, call->name, call->len);
	strbuf_adds(b, "</td>");
	html_td_count(b, r->c[AGG_calls]);
	html_td_time(b, r->latency.sum);
	strbuf_adds(b, "<td class=\"text\">");
	if (file)
		html_name(b, (struct text){ file->name, file->len });
	strbuf_adds(b, "</td><td class=\"text\">");
	if (process)
		html_process(b, process->name, process->len);
	strbuf_adds(b, "</td></tr>\n");
}

struct item {
	uint64_t calls;
	size_t row;
};

static int
item_cmp(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;
	if (a->calls != b->calls)
		return a->calls < b->calls ? 1 : -1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void
put_table(struct strbuf *b, const struct html *h)
{
	size_t n = h->errors.nrows;
	struct item *items = xcalloc(n + 1, sizeof(*items));
	for (size_t i = 0; i < n; i++)
		items[i] = (struct item){ agg_table_row(&h->errors, i)->c[AGG_calls], i };
	qsort(items, n, sizeof(items[0]), item_cmp);
	strbuf_adds(
		b,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"Table: Errors\"><table class=\"sortable searchable\">\n<thead><tr>"
		"<th scope=\"col\">error</th><th scope=\"col\" class=\"text\">call</th>"
		"<th scope=\"col\" aria-sort=\"descending\">calls</th>"
		"<th scope=\"col\">total</th><th scope=\"col\" class=\"text\">first "
		"on</th>"
		"<th scope=\"col\" class=\"text\">first by</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < n && i < ROWS; i++)
		put_row(b, h, items[i].row);
	strbuf_adds(b, "</tbody></table></div>\n");
	if (n > ROWS || h->errors.other.c[AGG_calls])
		strbuf_adds(b,
			    "<p>Rarer ones are left out; the table of calls counts all "
			    "errors.</p>\n");
	free(items);
}

void
html_errors(struct strbuf *b, const struct html *h)
{
	strbuf_adds(b, "<section id=\"errors\" aria-labelledby=\"errors-h\">\n"
		       "<h2 id=\"errors-h\">Errors</h2>\n");
	if (!h->errors.nrows) {
		strbuf_adds(b, "<p>No call failed.</p>\n</section>\n");
		return;
	}
	strbuf_adds(
		b, "<p>Many of them are normal: programs try names until one exists, and "
		   "read until there is nothing more.</p>\n");
	put_table(b, h);
	strbuf_adds(b, "</section>\n");
}
