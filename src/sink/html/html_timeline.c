/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls and bytes over time, as columns of the busiest process names on top of each
 * other. One picture of three panels, stretched to the width of the page: text stands
 * beside it, not in it. Each bin has an invisible column over all panels that tells its
 * numbers.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

#define CLASSES 6u  /* the last: all others */
#define BIN	10u /* units of the picture */
#define PANEL	90u
#define GAP	22u /* for the panel's heading */
#define PANELS	3u
#define HEIGHT	(PANELS * (PANEL + GAP))

static const char *const panel_names[PANELS] = { "Calls", "Bytes read", "Bytes written" };

/* What is drawn: the tracks that have a colour of their own, and all others as one. */
struct chart {
	const struct timeline *t;
	const struct timeline_track *named[CLASSES - 1];
	size_t nnamed;
	struct timeline_track *rest; /* owned; NULL if there are no others */
	size_t nrest;
};

static uint64_t
value(const struct timeline_bin *bin, unsigned panel)
{
	const uint64_t v[PANELS] = { bin->calls, bin->bytes_read, bin->bytes_written };
	return v[panel];
}

static void
add_to_rest(struct chart *c, const struct timeline_track *track)
{
	if (!c->rest)
		c->rest = xcalloc(1, sizeof(*c->rest));
	c->nrest++;
	for (size_t i = 0; i <= TIMELINE_BINS; i++) {
		struct timeline_bin *to =
			i < TIMELINE_BINS ? &c->rest->bins[i] : &c->rest->sum;
		const struct timeline_bin *from =
			i < TIMELINE_BINS ? &track->bins[i] : &track->sum;
		to->calls += from->calls;
		to->bytes_read += from->bytes_read;
		to->bytes_written += from->bytes_written;
	}
}

/* Busiest first; what came too late for a name of its own comes last. */
static int
track_cmp(const void *va, const void *vb)
{
	const struct timeline_track *a = *(const struct timeline_track *const *)va;
	const struct timeline_track *b = *(const struct timeline_track *const *)vb;
	if (!a->comm[0] != !b->comm[0])
		return a->comm[0] ? -1 : 1;
	return a->sum.calls < b->sum.calls ? 1 : a->sum.calls > b->sum.calls ? -1 : 0;
}

static struct chart
chart_of(const struct timeline *t)
{
	struct chart c = { .t = t };
	const struct timeline_track *sorted[TIMELINE_NAMES + 1];
	for (size_t i = 0; i < t->ntracks; i++)
		sorted[i] = t->tracks[i];
	qsort(sorted, t->ntracks, sizeof(sorted[0]), track_cmp);
	for (size_t i = 0; i < t->ntracks; i++) {
		if (c.nnamed < CLASSES - 1 && sorted[i]->comm[0])
			c.named[c.nnamed++] = sorted[i];
		else
			add_to_rest(&c, sorted[i]);
	}
	return c;
}

/* Class I of the chart; the last is the rest. */
static const struct timeline_track *
class_of(const struct chart *c, size_t i)
{
	return i < c->nnamed ? c->named[i] : c->rest;
}

static size_t
nclasses(const struct chart *c)
{
	return c->nnamed + (c->rest != NULL);
}

static struct timeline_bin
bin_sum(const struct chart *c, size_t bin)
{
	struct timeline_bin sum = { 0 };
	for (size_t i = 0; i < nclasses(c); i++) {
		const struct timeline_bin *b = &class_of(c, i)->bins[bin];
		sum.calls += b->calls;
		sum.bytes_read += b->bytes_read;
		sum.bytes_written += b->bytes_written;
	}
	return sum;
}

static uint64_t
panel_max(const struct chart *c, unsigned panel)
{
	uint64_t max = 0;
	for (size_t i = 0; i < c->t->nbins; i++) {
		struct timeline_bin sum = bin_sum(c, i);
		if (value(&sum, panel) > max)
			max = value(&sum, panel);
	}
	return max;
}

static void
put_class_name(struct strbuf *b, const struct chart *c, size_t i)
{
	if (i < c->nnamed)
		escape_xml(b, c->named[i]->comm, html_whole(c->named[i]->comm, 64));
	else
		strbuf_adds(b, "all others");
}

/* The columns of one class in one panel as a path, on top of the classes before it. */
static void
put_columns(struct strbuf *b, const struct chart *c, unsigned panel, uint64_t max,
	    size_t class)
{
	double foot = panel * (PANEL + GAP) + GAP + PANEL;
	size_t was = b->len;
	strbuf_addf(b, "<path class=\"c%zu\" d=\"",
		    class < c->nnamed ? class : CLASSES - 1);
	size_t head = b->len;
	for (size_t i = 0; i < c->t->nbins; i++) {
		uint64_t below = 0, v = value(&class_of(c, class)->bins[i], panel);
		for (size_t k = 0; k < class; k++)
			below += value(&class_of(c, k)->bins[i], panel);
		if (!v)
			continue;
		double high = PANEL * (double)v / (double)max;
		double base = PANEL * (double)below / (double)max;
		if (high < 0.5)
			high = 0.5; /* is to be seen, however little */
		strbuf_addf(b, "M%zu,%.1fh%uv-%.1fh-%uz", i * BIN, foot - base, BIN, high,
			    BIN);
	}
	if (b->len == head)
		b->len = was;
	else
		strbuf_adds(b, "\"/>\n");
}

static void
put_span(struct strbuf *b, const struct timeline *t, size_t bin)
{
	units_add_time(b, bin * t->bin_ns);
	strbuf_adds(b, " to ");
	units_add_time(b, (bin + 1) * t->bin_ns);
}

/* "12.0ms to 13.0ms: 10 calls, ...", a line for each class that did something. */
static void
put_bin_text(struct strbuf *b, const struct chart *c, size_t bin)
{
	struct timeline_bin sum = bin_sum(c, bin);
	put_span(b, c->t, bin);
	strbuf_adds(b, ": ");
	html_n(b, sum.calls, "call");
	strbuf_adds(b, ", read ");
	units_add_bytes(b, sum.bytes_read);
	strbuf_adds(b, ", written ");
	units_add_bytes(b, sum.bytes_written);
	for (size_t i = 0; i < nclasses(c); i++) {
		const struct timeline_bin *one = &class_of(c, i)->bins[bin];
		if (!one->calls)
			continue;
		strbuf_adds(b, "\n");
		put_class_name(b, c, i);
		strbuf_adds(b, ": ");
		html_n(b, one->calls, "call");
		if (one->bytes_read) {
			strbuf_adds(b, ", read ");
			units_add_bytes(b, one->bytes_read);
		}
		if (one->bytes_written) {
			strbuf_adds(b, ", written ");
			units_add_bytes(b, one->bytes_written);
		}
	}
}

static void
put_picture(struct strbuf *b, const struct chart *c)
{
	size_t width = c->t->nbins * BIN;
	strbuf_addf(b,
		    "<svg class=\"chart\" viewBox=\"0 0 %zu %u\" "
		    "preserveAspectRatio=\"none\" "
		    "role=\"img\" aria-label=\"Calls and bytes over time; the table "
		    "below has "
		    "the numbers\">\n",
		    width, HEIGHT);
	for (unsigned p = 0; p < PANELS; p++) {
		uint64_t max = panel_max(c, p);
		strbuf_addf(b, "<path class=\"axis\" d=\"M0,%uh%zu\"/>\n",
			    (p + 1) * (PANEL + GAP), width);
		for (size_t i = 0; max && i < nclasses(c); i++)
			put_columns(b, c, p, max, i);
	}
	for (size_t i = 0; i < c->t->nbins; i++) {
		strbuf_addf(b,
			    "<rect class=\"hit\" x=\"%zu\" width=\"%u\" "
			    "height=\"%u\"><title>",
			    i * BIN, BIN, HEIGHT);
		put_bin_text(b, c, i);
		strbuf_adds(b, "</title></rect>\n");
	}
	strbuf_adds(b, "</svg>\n");
}

/* Headings of the panels stand over the picture, at the heights of its gaps. */
static void
put_panel_names(struct strbuf *b, const struct chart *c)
{
	for (unsigned p = 0; p < PANELS; p++) {
		uint64_t max = panel_max(c, p);
		strbuf_addf(b, "<p class=\"panel\" style=\"top:%.1f%%\">%s, at most ",
			    100.0 * p / PANELS, panel_names[p]);
		if (p == 0)
			units_add_count(b, max);
		else
			units_add_bytes(b, max);
		strbuf_adds(b, " in ");
		units_add_time(b, c->t->bin_ns);
		strbuf_adds(b, "</p>\n");
	}
}

static void
put_legend(struct strbuf *b, const struct chart *c)
{
	strbuf_adds(b, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < nclasses(c); i++) {
		const struct timeline_bin *sum = &class_of(c, i)->sum;
		strbuf_addf(
			b,
			"<li><svg width=\"24\" height=\"14\" aria-hidden=\"true\"><path "
			"class=\"c%zu\" d=\"M0,0h24v14h-24z\"/></svg> <bdi>",
			i < c->nnamed ? i : CLASSES - 1);
		put_class_name(b, c, i);
		strbuf_adds(b, "</bdi>: ");
		html_n(b, sum->calls, "call");
		strbuf_adds(b, ", read ");
		units_add_bytes(b, sum->bytes_read);
		strbuf_adds(b, ", written ");
		units_add_bytes(b, sum->bytes_written);
		strbuf_adds(b, "</li>\n");
	}
	strbuf_adds(b, "</ul>\n");
}

static void
put_table(struct strbuf *b, const struct chart *c)
{
	strbuf_adds(b, "<details><summary>The time line as a table</summary>\n"
		       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"The time line as a table\"><table class=\"plain\">\n"
		       "<thead><tr><th scope=\"col\">Since the start</th>"
		       "<th scope=\"col\">Calls</th><th scope=\"col\">Read</th>"
		       "<th scope=\"col\">Written</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->t->nbins; i++) {
		struct timeline_bin sum = bin_sum(c, i);
		if (!sum.calls)
			continue;
		strbuf_adds(b, "<tr><th scope=\"row\">");
		put_span(b, c->t, i);
		strbuf_adds(b, "</th>");
		html_td_count(b, sum.calls);
		html_td_bytes(b, sum.bytes_read);
		html_td_bytes(b, sum.bytes_written);
		strbuf_adds(b, "</tr>\n");
	}
	strbuf_adds(b, "</tbody></table></div></details>\n");
}

/* The fills of the classes: told apart by their patterns, too. */
static void
put_patterns(struct strbuf *b)
{
	static const char *const strokes[CLASSES] = {
		"",	  "M0,8L8,0", "M0,0L8,8",
		"M0,4h8", "M4,0v8",   "M2,2h2v2h-2zM6,6h2v2h-2z",
	};
	strbuf_adds(b, "<svg width=\"0\" height=\"0\" class=\"defs\" "
		       "aria-hidden=\"true\"><defs>\n");
	for (size_t i = 0; i < CLASSES; i++)
		strbuf_addf(b,
			    "<pattern id=\"p%zu\" width=\"8\" height=\"8\" "
			    "patternUnits=\"userSpaceOnUse\"><rect class=\"k%zu\" "
			    "width=\"8\" "
			    "height=\"8\"/><path class=\"ink\" d=\"%s\"/></pattern>\n",
			    i, i, strokes[i]);
	strbuf_adds(b, "</defs></svg>\n");
}

void
html_timeline(struct strbuf *b, const struct html *h)
{
	const struct timeline *t = h->timeline;
	strbuf_adds(b, "<section id=\"timeline\" aria-labelledby=\"timeline-h\">\n"
		       "<h2 id=\"timeline-h\">Time line</h2>\n");
	if (!t->nbins) {
		strbuf_adds(b, "<p>No calls, no time line.</p>\n</section>\n");
		return;
	}
	struct chart c = chart_of(t);
	strbuf_adds(b,
		    "<p>Calls and bytes by process name, at the moment at which a call "
		    "returned. A column is ");
	units_add_time(b, t->bin_ns);
	strbuf_adds(b, " wide.</p>\n");
	put_patterns(b);
	put_legend(b, &c);
	strbuf_adds(b, "<div class=\"chartbox\">\n");
	put_picture(b, &c);
	put_panel_names(b, &c);
	strbuf_adds(b, "</div>\n<p class=\"range\"><span>0</span><span>");
	units_add_time(b, t->nbins * t->bin_ns);
	strbuf_adds(b, "</span></p>\n");
	put_table(b, &c);
	strbuf_adds(b, "</section>\n");
	free(c.rest);
}
