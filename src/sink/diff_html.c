/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison as one small page, without scripts and without anything from elsewhere: it
 * reads in any browser, light or dark, on a phone, and from a store of CI artifacts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "diff/diff.h"
#include "sink/outfile.h"
#include "sink/sink.h"

#define DEFAULT_TOP 50

struct diff_html {
	struct sink sink;
	struct sink_cfg cfg;
};

/* clang-format off */
static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>iotrace diff</title>\n"
	"<style>\n"
	":root { color-scheme: light dark; --line: #c8ccd0; --more: #a3260f; --less: #17643a; }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  :root { --line: #4a5056; --more: #ff9c87; --less: #7fd6a1; } }\n"
	"body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto;\n"
	"  padding: 1rem; }\n"
	"h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }\n"
	".wide { overflow-x: auto; }\n"
	"table { border-collapse: collapse; width: 100%; }\n"
	"th, td { padding: .2rem .5rem; border-bottom: 1px solid var(--line);\n"
	"  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }\n"
	"th:nth-child(n+4), td:nth-child(n+4) { text-align: left; }\n"
	"td:last-child { white-space: normal; overflow-wrap: anywhere; width: 100%;\n"
	"  min-width: 9rem; }\n"
	".increased, .appeared { color: var(--more); }\n"
	".decreased, .vanished { color: var(--less); }\n"
	"dt { font-weight: bold; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }\n"
	"</style>\n</head>\n<body>\n<h1>iotrace diff</h1>\n";
/* clang-format on */

static void
add_text(struct strbuf *b, const char *p, size_t len)
{
	escape_xml(b, p, len);
}

static void
add_side(struct strbuf *b, const char *which, const struct diff_side *side)
{
	strbuf_addf(b, "<dt>%s</dt><dd>", which);
	add_text(b, side->file, strlen(side->file));
	if (side->command) {
		strbuf_adds(b, "<br><code>");
		add_text(b, side->command, strlen(side->command));
		strbuf_adds(b, "</code>");
	}
	strbuf_adds(b, "</dd>\n");
}

static void
add_value(struct strbuf *b, const struct diff_change *c, bool after)
{
	bool absent = after ? c->kind == DIFF_VANISHED : c->kind == DIFF_APPEARED;
	strbuf_adds(b, "<td>");
	if (absent)
		strbuf_adds(b, "–");
	else
		diff_add_value(b, c->metric, after ? c->after : c->before);
	strbuf_adds(b, "</td>");
}

static void
add_change(struct strbuf *b, const struct diff_change *c)
{
	strbuf_adds(b, "<tr>");
	add_value(b, c, false);
	add_value(b, c, true);
	strbuf_addf(b, "<td class=\"%s\">", diff_kind_name(c->kind));
	diff_add_percent(b, c);
	strbuf_addf(b, "</td><td>%s</td><td>", diff_metrics[c->metric].name);
	if (c->name.p)
		add_text(b, c->name.p, c->name.len);
	else
		strbuf_adds(b, "(all)");
	strbuf_adds(b, "</td></tr>\n");
}

static void
add_table(struct strbuf *b, const struct diff_html *s, unsigned table)
{
	size_t n, top = s->cfg.top ? s->cfg.top : DEFAULT_TOP;
	const struct diff_change *changes = diff_of_table(s->cfg.diff, table, &n);
	if (!n)
		return;
	strbuf_addf(b, "<h2>%s</h2>\n<p>%zu difference%s", diff_table_title(table), n,
		    n == 1 ? "" : "s");
	if (n > top)
		strbuf_addf(b, ", the %zu that weigh most", top);
	strbuf_adds(b, ".</p>\n");
	strbuf_addf(
		b,
		"<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th>before</th>"
		"<th>after</th><th>change</th><th>what</th><th>%s</th></tr></thead>\n"
		"<tbody>\n",
		diff_table_name(table));
	for (size_t i = 0; i < n && i < top; i++)
		add_change(b, &changes[i]);
	strbuf_adds(b, "</tbody></table></div>\n");
}

static int
diff_html_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct diff_html *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = &sink_diff_html_ops, .out = out };
	s->cfg = *cfg;
	*sink = &s->sink;
	return 0;
}

static int
diff_html_close(struct sink *sink, const struct session_end *end)
{
	struct diff_html *s = container_of(sink, struct diff_html, sink);
	int err = 0;
	if (end) {
		struct strbuf *b = outfile_buf(sink->out);
		struct strbuf words = { 0 };
		strbuf_adds(b, head);
		diff_add_headline(&words, s->cfg.diff);
		strbuf_adds(b, "<p>");
		add_text(b, strbuf_str(&words), words.len);
		strbuf_adds(b, "</p>\n<dl>\n");
		strbuf_fini(&words);
		add_side(b, "Before", s->cfg.diff->before);
		add_side(b, "After", s->cfg.diff->after);
		strbuf_adds(b, "</dl>\n");
		add_table(b, s, DIFF_TOTAL);
		for (unsigned table = 0; table < AGG_TABLES; table++)
			add_table(b, s, table);
		strbuf_adds(b, "</body>\n</html>\n");
		err = outfile_room(sink->out);
	}
	free(s);
	return err;
}

const struct sink_ops sink_diff_html_ops = {
	.name = "html",
	.suffix = ".html",
	.help = "the same as one self-contained page",
	.open = diff_html_open,
	.close = diff_html_close,
};
