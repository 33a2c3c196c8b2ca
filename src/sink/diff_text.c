/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison for people: a headline in words, then a table for each kind of row, the
 * weightiest changes first. Lines fit 80 columns; long names keep their end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "diff/diff.h"
#include "sink/outfile.h"
#include "sink/sink.h"

#define WIDTH	    80
#define NAME_AT	    44
#define DEFAULT_TOP 10

struct diff_text {
	struct sink sink;
	struct sink_cfg cfg;
};

static void
add_wrapped(struct strbuf *b, const char *text)
{
	size_t column = 0;
	while (*text) {
		size_t len = strcspn(text, " ");
		if (column && column + 1 + len > WIDTH) {
			strbuf_addch(b, '\n');
			column = 0;
		} else if (column) {
			strbuf_addch(b, ' ');
			column++;
		}
		strbuf_addmem(b, text, len);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	strbuf_addch(b, '\n');
}

/* NAME safe to show in WIDTH columns: "..." for the beginning of a long one. */
static void
add_name(struct strbuf *b, struct text name, size_t width)
{
	struct strbuf safe = { 0 };
	escape_terminal(&safe, name.p, name.len);
	const char *p = strbuf_str(&safe), *end = p + safe.len;
	if (safe.len > width) {
		p = end - (width - 3);
		while (p < end && ((unsigned char)*p & 0xc0) == 0x80)
			p++; /* the rest of a character that was cut */
		strbuf_adds(b, "...");
	}
	strbuf_addmem(b, p, (size_t)(end - p));
	strbuf_fini(&safe);
}

/* A cell of a row that C tells of, right-aligned in WIDTH columns. */
static void
add_cell(struct strbuf *b, const struct diff_change *c, bool after, int width)
{
	struct strbuf cell = { 0 };
	bool absent = after ? c->kind == DIFF_VANISHED : c->kind == DIFF_APPEARED;
	if (absent)
		strbuf_addch(&cell, '-');
	else
		diff_add_value(&cell, c->metric, after ? c->after : c->before);
	strbuf_addf(b, "%*s", width, strbuf_str(&cell));
	strbuf_fini(&cell);
}

static void
add_change(struct strbuf *b, const struct diff_change *c)
{
	struct strbuf percent = { 0 };
	diff_add_percent(&percent, c);
	add_cell(b, c, false, 11);
	add_cell(b, c, true, 12);
	strbuf_addf(b, "%9s  %-8s  ", strbuf_str(&percent), diff_metrics[c->metric].name);
	strbuf_fini(&percent);
	if (c->name.p)
		add_name(b, c->name, WIDTH - NAME_AT);
	else
		strbuf_adds(b, "(all)");
	strbuf_addch(b, '\n');
}

static void
add_table(struct strbuf *b, const struct diff_text *s, unsigned table)
{
	size_t n, top = s->cfg.top ? s->cfg.top : DEFAULT_TOP;
	const struct diff_change *changes = diff_of_table(s->cfg.diff, table, &n);
	if (!n)
		return;
	strbuf_addf(b, "\n%s%s (", s->cfg.colour ? "\033[1m" : "",
		    diff_table_title(table));
	if (n > top)
		strbuf_addf(b, "%zu of ", top);
	strbuf_addf(b, "%zu difference%s)%s\n", n, n == 1 ? "" : "s",
		    s->cfg.colour ? "\033[0m" : "");
	strbuf_addf(b, "%11s%12s%9s  %-8s  %s\n", "before", "after", "change", "what",
		    diff_table_name(table));
	for (size_t i = 0; i < n && i < top; i++)
		add_change(b, &changes[i]);
}

static void
add_side(struct strbuf *b, const char *which, const struct diff_side *side)
{
	strbuf_addf(b, "%-7s", which);
	escape_terminal(b, side->file, strlen(side->file));
	if (side->command) {
		strbuf_adds(b, ": ");
		add_name(b, (struct text){ side->command, strlen(side->command) }, 50);
	}
	strbuf_addch(b, '\n');
}

static int
diff_text_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct diff_text *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = &sink_diff_text_ops, .out = out };
	s->cfg = *cfg;
	*sink = &s->sink;
	return 0;
}

static int
diff_text_close(struct sink *sink, const struct session_end *end)
{
	struct diff_text *s = container_of(sink, struct diff_text, sink);
	int err = 0;
	if (end) {
		struct strbuf *b = outfile_buf(sink->out);
		struct strbuf words = { 0 };
		add_side(b, "Before", s->cfg.diff->before);
		add_side(b, "After", s->cfg.diff->after);
		diff_add_headline(&words, s->cfg.diff);
		add_wrapped(b, strbuf_str(&words));
		strbuf_fini(&words);
		add_table(b, s, DIFF_TOTAL);
		for (unsigned table = 0; table < AGG_TABLES; table++)
			add_table(b, s, table);
		err = outfile_room(sink->out);
	}
	free(s);
	return err;
}

const struct sink_ops sink_diff_text_ops = {
	.name = "text",
	.suffix = ".txt",
	.help = "a headline and a table for each kind of row",
	.open = diff_text_open,
	.close = diff_text_close,
};
