/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of the page. Nothing in it may be loaded, and no script may run but the two
 * that were built in, named by their hashes: what traced programs chose is text and stays
 * it, even if an escape were missing somewhere.
 */
#include "base/escape.h"
#include "sink/flame_svg.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

static const char style[] =
#include <html/report.css.inc>
	;

static const char script[] =
#include <html/report.js.inc>
	;

/* Of the scripts as they stand between their tags. */
static const char hashes[] =
#include <html/hashes.inc>
	;

static const struct {
	const char *id, *title;
} sections[] = {
	{ "findings", "Findings" },
	{ "flame", "Flame graph" },
	{ "timeline", "Time line" },
	{ "heat", "Latency" },
	{ "calls", "Calls" },
	{ "files", "Files" },
	{ "directories", "Directories" },
	{ "processes", "Processes" },
	{ "errors", "Errors" },
	{ "about", "About" },
};

void
html_head(struct strbuf *b, const struct html *h)
{
	strbuf_addf(
		b,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		"'none'; "
		"style-src 'unsafe-inline'; img-src data:; script-src %s; base-uri "
		"'none'; "
		"form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
		hashes);
	if (h->command)
		escape_xml(b, h->command, html_whole(h->command, 80));
	else
		strbuf_adds(b, "Attached processes");
	strbuf_adds(b, " &#8211; iotrace</title>\n<style>\n");
	strbuf_adds(b, style);
	flame_svg_style(b);
	strbuf_adds(b, "</style>\n</head>\n<body>\n"
		       "<a class=\"skip\" href=\"#overview\">Skip to the report</a>\n"
		       "<nav aria-label=\"Sections\"><ul>\n");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		strbuf_addf(b, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id,
			    sections[i].title);
	strbuf_adds(b, "</ul></nav>\n<main>\n");
}

void
html_tail(struct strbuf *b)
{
	strbuf_adds(b, "</main>\n<script>");
	strbuf_adds(b, flame_svg_script());
	strbuf_adds(b, "</script>\n<script>");
	strbuf_adds(b, script);
	strbuf_adds(b, "</script>\n</body>\n</html>\n");
}
