/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings in words; where there are none, what was looked for.
 */
#include "base/escape.h"
#include "base/units.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

static const struct {
	const char *class, *word;
} weights[] = {
	[FINDING_NEGLIGIBLE] = { "negligible", "negligible" },
	[FINDING_SMALL] = { "small", "small" },
	[FINDING_MEDIUM] = { "medium", "worth a look" },
	[FINDING_LARGE] = { "large", "large" },
};

static void
put_list(struct strbuf *b, const struct finding_list *list)
{
	if (!list->n)
		return;
	strbuf_addf(b, "<h4>%s</h4>\n<ul>\n", list->heading);
	for (size_t i = 0; i < list->n; i++) {
		const struct finding_item *item = &list->items[i];
		strbuf_adds(b, "<li>");
		html_name(b, item->name);
		size_t len = html_whole(item->detail, 600);
		strbuf_adds(b, " <span class=\"detail\">");
		escape_xml(b, item->detail, len);
		strbuf_adds(b, item->detail[len] ? "&#8230;</span></li>\n"
						 : "</span></li>\n");
	}
	if (list->more) {
		strbuf_adds(b, "<li class=\"more\">and ");
		units_add_count(b, list->more);
		strbuf_adds(b, " more</li>\n");
	}
	strbuf_adds(b, "</ul>\n");
}

static void
put_weight(struct strbuf *b, const struct html *h, const struct finding *f)
{
	strbuf_addf(b, "<span class=\"weight\">%s", weights[f->weight].word);
	if (h->wall_ns) {
		strbuf_adds(b, ": ");
		html_share(b, f->cost_ns, h->wall_ns);
		strbuf_adds(b, " of the wall time");
	}
	strbuf_adds(b, "</span>");
}

static void
put_content(struct strbuf *b, const struct finding *f)
{
	strbuf_adds(b, "<p>");
	escape_xml(b, f->what, html_whole(f->what, 4096));
	strbuf_adds(b, "</p>\n");
	for (size_t i = 0; i < FINDING_LISTS; i++)
		put_list(b, &f->lists[i]);
	strbuf_adds(b, "<p class=\"advice\"><b>What to do:</b> ");
	escape_xml(b, f->advice, html_whole(f->advice, 4096));
	strbuf_adds(b, "</p>\n");
}

/* What costs next to nothing is folded up. */
static void
put_finding(struct strbuf *b, const struct html *h, const struct finding *f)
{
	const char *id = f->kind->id;
	bool folded = f->weight == FINDING_NEGLIGIBLE;
	strbuf_addf(b, "<article class=\"finding %s\" aria-labelledby=\"f-%s\">\n",
		    weights[f->weight].class, id);
	strbuf_adds(b, folded ? "<details><summary>" : "");
	strbuf_addf(b, "<h3 id=\"f-%s\">%s ", id, f->kind->title);
	put_weight(b, h, f);
	strbuf_adds(b, folded ? "</h3></summary>\n" : "</h3>\n");
	put_content(b, f);
	strbuf_adds(b, folded ? "</details></article>\n" : "</article>\n");
}

/* The kinds that found nothing. */
static void
put_looked_at(struct strbuf *b, const struct findings *found)
{
	const char *sep = "";
	size_t nkinds = 0;
	while (finding_kinds[nkinds])
		nkinds++;
	if (found->n == nkinds)
		return;
	strbuf_adds(
		b,
		found->n
			? "<p class=\"looked\">Also looked for, and not found in amounts "
			  "that matter: "
			: "<p class=\"lede\">Nothing stands out.</p>\n"
			  "<p class=\"looked\">Looked for: ");
	for (size_t i = 0; finding_kinds[i]; i++) {
		bool made = false;
		for (size_t k = 0; k < found->n; k++)
			made |= found->f[k].kind == finding_kinds[i];
		if (made)
			continue;
		strbuf_addf(b, "%s%s", sep, finding_kinds[i]->looked_at);
		sep = ", ";
	}
	strbuf_adds(b,
		    ". From which amount on each is told is in iotrace-format(5).</p>\n");
}

/* What the reader must know of how much was seen. */
static void
put_limits(struct strbuf *b, const struct html *h)
{
	if (h->end->counted_only || h->end->filtered)
		strbuf_adds(b, "<p class=\"looked\">Only events that became rows are "
			       "judged: calls "
			       "that sampling or filters left out are not.</p>\n");
	if (h->patterns->not_followed) {
		strbuf_adds(b, "<p class=\"looked\">The first ");
		html_n(b, h->patterns->followed, "file");
		strbuf_adds(b, " with data were followed; ");
		html_n(b, h->patterns->not_followed, "call");
		strbuf_adds(b, " on later ones were not judged.</p>\n");
	}
}

void
html_findings(struct strbuf *b, const struct html *h, const struct findings *found)
{
	strbuf_adds(b, "<section id=\"findings\" aria-labelledby=\"findings-h\">\n"
		       "<h2 id=\"findings-h\">Findings</h2>\n");
	if (found->n)
		strbuf_adds(
			b,
			"<p>The most costly first. A cost is the time that all threads "
			"spent in the calls concerned: what could be saved at most, not "
			"what will be.</p>\n");
	for (size_t i = 0; i < found->n; i++)
		put_finding(b, h, &found->f[i]);
	if (h->agg->total.c[AGG_calls])
		put_looked_at(b, found);
	else
		strbuf_adds(b, "<p>Without calls there is nothing to judge.</p>\n");
	put_limits(b, h);
	strbuf_adds(b, "</section>\n");
}
