/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Latencies over time: a column for a bin of the time line, a row for a power of two; the
 * darker, the more calls. The numbers are in the columns' titles and in the table below.
 */
#include <inttypes.h>

#include "base/units.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

#define SHADES 5u
#define BIN    10u
#define ROW    12u

/* The rows in use, and the largest number in a cell. */
struct heat {
	const struct timeline *t;
	size_t low, high; /* inclusive */
	uint32_t max;
	uint64_t sums[TIMELINE_LATENCIES];
	uint64_t all;
};

static struct heat
heat_of(const struct timeline *t)
{
	struct heat heat = { .t = t, .low = TIMELINE_LATENCIES };
	for (size_t k = 0; k < TIMELINE_LATENCIES; k++) {
		for (size_t i = 0; i < t->nbins; i++) {
			uint32_t n = t->latencies[i][k];
			heat.sums[k] += n;
			if (n > heat.max)
				heat.max = n;
		}
		if (!heat.sums[k])
			continue;
		heat.all += heat.sums[k];
		heat.high = k;
		if (heat.low == TIMELINE_LATENCIES)
			heat.low = k;
	}
	return heat;
}

/* 0 for none, then by orders of magnitude up to SHADES for the largest. */
static unsigned
shade_of(const struct heat *heat, uint32_t n)
{
	unsigned shade = SHADES;
	if (!n)
		return 0;
	for (uint32_t least = heat->max / 4; shade > 1 && n <= least; least /= 4)
		shade--;
	return shade;
}

static size_t
nrows(const struct heat *heat)
{
	return heat->high - heat->low + 1;
}

static void
put_class(struct strbuf *b, size_t latency)
{
	if (!latency) {
		strbuf_adds(b, "below ");
		units_add_time(b, timeline_latency_low(1));
		return;
	}
	units_add_time(b, timeline_latency_low(latency));
	if (latency + 1 == TIMELINE_LATENCIES) {
		strbuf_adds(b, " and more");
		return;
	}
	strbuf_adds(b, " to ");
	units_add_time(b, timeline_latency_low(latency + 1));
}

static void
put_shade(struct strbuf *b, const struct heat *heat, unsigned shade)
{
	size_t was = b->len;
	strbuf_addf(b, "<path class=\"h%u\" d=\"", shade);
	size_t head = b->len;
	for (size_t i = 0; i < heat->t->nbins; i++)
		for (size_t k = heat->low; k <= heat->high; k++)
			if (shade_of(heat, heat->t->latencies[i][k]) == shade)
				strbuf_addf(b, "M%zu,%zuh%uv%uh-%uz", i * BIN,
					    (heat->high - k) * ROW, BIN, ROW, BIN);
	if (b->len == head)
		b->len = was;
	else
		strbuf_adds(b, "\"/>\n");
}

static void
put_hits(struct strbuf *b, const struct heat *heat)
{
	const struct timeline *t = heat->t;
	for (size_t i = 0; i < t->nbins; i++) {
		strbuf_addf(b,
			    "<rect class=\"hit\" x=\"%zu\" width=\"%u\" "
			    "height=\"%zu\"><title>",
			    i * BIN, BIN, nrows(heat) * ROW);
		units_add_time(b, i * t->bin_ns);
		strbuf_adds(b, " to ");
		units_add_time(b, (i + 1) * t->bin_ns);
		const char *sep = ": ";
		for (size_t k = heat->high + 1; k-- > heat->low;) {
			if (!t->latencies[i][k])
				continue;
			strbuf_adds(b, sep);
			html_n(b, t->latencies[i][k], "call");
			strbuf_adds(b, " of ");
			put_class(b, k);
			sep = "\n";
		}
		strbuf_adds(b, sep[0] == ':' ? ": no calls</title></rect>\n"
					     : "</title></rect>\n");
	}
}

/* The least latency of a row, at its lower edge; every third is enough. */
static void
put_labels(struct strbuf *b, const struct heat *heat)
{
	for (size_t k = heat->low; k <= heat->high; k++) {
		if ((heat->high - k) % 3)
			continue;
		strbuf_addf(b, "<p class=\"tick\" style=\"top:%.1f%%\">",
			    100.0 * ((double)(heat->high - k) + 0.5) /
				    (double)nrows(heat));
		if (k)
			units_add_time(b, timeline_latency_low(k));
		else
			strbuf_adds(b, "less");
		strbuf_adds(b, "</p>\n");
	}
}

static void
put_table(struct strbuf *b, const struct heat *heat)
{
	strbuf_adds(b, "<details><summary>How many calls took how long</summary>\n"
		       "<table class=\"plain\"><thead><tr><th scope=\"col\">Latency</th>"
		       "<th scope=\"col\">Calls</th><th scope=\"col\" class=\"wide\">Part"
		       "</th></tr></thead>\n<tbody>\n");
	for (size_t k = heat->low; k <= heat->high; k++) {
		strbuf_adds(b, "<tr><th scope=\"row\">");
		put_class(b, k);
		strbuf_adds(b, "</th>");
		html_td_count(b, heat->sums[k]);
		strbuf_adds(b, "<td class=\"wide\">");
		html_bar(b, heat->sums[k], heat->all);
		html_share(b, heat->sums[k], heat->all);
		strbuf_adds(b, "</td></tr>\n");
	}
	strbuf_adds(b, "</tbody></table></details>\n");
}

void
html_heat(struct strbuf *b, const struct html *h)
{
	struct heat heat = heat_of(h->timeline);
	strbuf_adds(b, "<section id=\"heat\" aria-labelledby=\"heat-h\">\n"
		       "<h2 id=\"heat-h\">Latency over time</h2>\n");
	if (!heat.all) {
		strbuf_adds(b, "<p>No call returned.</p>\n</section>\n");
		return;
	}
	strbuf_adds(b,
		    "<p>How long calls took, slow ones on top; the stronger a field, the "
		    "more "
		    "calls. Lines that appear for a moment are a disk or a peer that was "
		    "slow then.</p>\n<div class=\"chartbox heat\">\n");
	strbuf_addf(b,
		    "<svg class=\"chart\" viewBox=\"0 0 %zu %zu\" "
		    "preserveAspectRatio=\"none\" "
		    "role=\"img\" style=\"height:%zupx\" aria-label=\"Latencies over "
		    "time; the "
		    "table below has their distribution\">\n",
		    heat.t->nbins * BIN, nrows(&heat) * ROW, nrows(&heat) * ROW);
	for (unsigned s = 1; s <= SHADES; s++)
		put_shade(b, &heat, s);
	put_hits(b, &heat);
	strbuf_adds(b, "</svg>\n");
	put_labels(b, &heat);
	strbuf_adds(b, "</div>\n<p class=\"range\"><span>0</span><span>");
	units_add_time(b, heat.t->nbins * heat.t->bin_ns);
	strbuf_adds(b, "</span></p>\n");
	put_table(b, &heat);
	strbuf_adds(b, "</section>\n");
}
