/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader must know to trust the numbers: what was left out, lost, and what tracing
 * cost.
 */
#include "base/escape.h"
#include "base/units.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

static void
put_row(struct strbuf *b, const char *name, uint64_t n, const char *help)
{
	strbuf_addf(b, "<tr><th scope=\"row\">%s <small>%s</small></th><td>", name, help);
	units_add_count(b, n);
	strbuf_adds(b, "</td></tr>\n");
}

static void
put_tracer(struct strbuf *b, const struct html *h)
{
	const struct session_end *end = h->end;
	strbuf_adds(b, "<p>The calls were captured by the engine <code>");
	if (h->engine)
		escape_xml(b, h->engine, html_whole(h->engine, 60));
	else
		strbuf_adds(b, "unknown");
	strbuf_adds(b, "</code>");
	if (end->stops) {
		strbuf_adds(b, " in ");
		html_n(b, end->stops, "stop");
	}
	if (end->tracer_cpu_ns) {
		strbuf_adds(b, ". It took ");
		units_add_time(b, end->tracer_cpu_ns);
		strbuf_adds(b, " of CPU time");
		if (h->wall_ns) {
			strbuf_adds(b, ", ");
			html_share(b, end->tracer_cpu_ns, h->wall_ns);
			strbuf_adds(b, " of the wall time");
		}
	}
	strbuf_adds(b, ".</p>\n");
}

static void
put_remarks(struct strbuf *b, const struct html *h)
{
	if (!h->end->complete)
		strbuf_adds(b, "<p><b>Incomplete:</b> the records end before the run "
			       "did.</p>\n");
	if (h->end->counted_only)
		strbuf_adds(b, "<p>Calls counted only (<code>--sample</code>) are in the "
			       "totals of "
			       "calls, processes and errors; they have no bytes and no "
			       "files.</p>\n");
	if (!h->nnotes)
		return;
	strbuf_adds(b, "<h3>Remarks of the tracer</h3>\n<ul>\n");
	strbuf_addmem(b, h->notes.p, h->notes.len);
	strbuf_adds(b, "</ul>\n");
}

void
html_about(struct strbuf *b, const struct html *h)
{
	const struct session_end *end = h->end;
	strbuf_adds(b, "<section id=\"about\" aria-labelledby=\"about-h\">\n"
		       "<h2 id=\"about-h\">About these numbers</h2>\n<table "
		       "class=\"plain\"><tbody>\n");
	put_row(b, "Events", end->events, "calls shown here");
	put_row(b, "Counted only", end->counted_only, "left out by sampling");
	put_row(b, "Filtered out", end->filtered, "dropped by filters");
	put_row(b, "Lost", end->lost, "should be 0");
	strbuf_adds(b, "</tbody></table>\n");
	put_tracer(b, h);
	put_remarks(b, h);
	strbuf_addf(
		b,
		"<p>total: time of all calls together; share: total as part of the wall "
		"time, over 100%% where threads overlap; p50, p95, p99: 50, 95, 99 of "
		"100 "
		"calls took no longer (within %u%%); majflt: page faults that waited for "
		"a "
		"disk. Sizes are in powers of 1024. What is read or written through a "
		"memory mapping makes no call and is in no table.</p>\n"
		"<p>The file names, arguments and process names in this page are those "
		"of "
		"the traced programs; think of that before you pass it "
		"on.</p>\n</section>\n",
		histogram_error_pct(0));
}
