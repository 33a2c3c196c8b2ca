/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run in words, and where the time of its calls went.
 */
#include <inttypes.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

/* "on Tuesday 24 November 2026, 01:43:59 UTC" */
static void
put_date(struct strbuf *b, const struct html *h)
{
	time_t start = (time_t)(((int64_t)h->start_ns + h->epoch_offset_ns) /
				(int64_t)NSEC_PER_SEC);
	struct tm tm;
	char date[64], iso[64];
	if (!h->has_session || !gmtime_r(&start, &tm))
		return;
	strftime(date, sizeof(date), "%e %B %Y, %H:%M:%S UTC", &tm);
	strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%SZ", &tm);
	strbuf_addf(b, ", on <time datetime=\"%s\">%s</time>", iso, date);
}

static void
put_where(struct strbuf *b, const struct html *h)
{
	strbuf_adds(b, "<p class=\"where\">Traced by iotrace");
	if (h->version) {
		strbuf_addch(b, ' ');
		escape_xml(b, h->version, html_whole(h->version, 60));
	}
	if (h->host) {
		strbuf_adds(b, " on the host <bdi>");
		escape_xml(b, h->host, html_whole(h->host, 100));
		strbuf_adds(b, "</bdi>");
	}
	put_date(b, h);
	strbuf_adds(b, ".</p>\n");
}

static void
put_bold_bytes(struct strbuf *b, uint64_t bytes)
{
	strbuf_adds(b, "<b>");
	units_add_bytes(b, bytes);
	strbuf_adds(b, "</b>");
}

static void
put_amounts(struct strbuf *b, const struct html *h)
{
	const uint64_t *c = h->agg->total.c;
	uint64_t processes = h->proctree->n + h->proctree->more;
	strbuf_adds(b, "<p class=\"lede\">");
	if (h->wall_ns) {
		strbuf_adds(b, "In <b>");
		units_add_time(b, h->wall_ns);
		strbuf_adds(b, "</b> ");
	}
	units_add_count(b, processes);
	strbuf_adds(b, processes == 1 ? " process made <b>" : " processes made <b>");
	html_n(b, c[AGG_calls], "traced call");
	strbuf_adds(b, "</b>");
	if (c[AGG_errors]) {
		strbuf_adds(b, ", of which <b>");
		units_add_count(b, c[AGG_errors]);
		strbuf_adds(b, "</b> (");
		html_share(b, c[AGG_errors], c[AGG_calls]);
		strbuf_adds(b, ") failed");
	}
	strbuf_adds(b, ". They read ");
	put_bold_bytes(b, c[AGG_bytes_read]);
	strbuf_adds(b, " and wrote ");
	put_bold_bytes(b, c[AGG_bytes_written]);
	strbuf_adds(b, ".</p>\n");
}

/* What they acted on, in the order of the table. */
static const struct {
	enum file_class class;
	const char *name, *help;
} classes[] = {
	{ FILE_REGULAR, "Files and directories",
	  "names in a file system, also of sockets and FIFOs" },
	{ FILE_PIPE, "Pipes", "includes waiting for the other end" },
	{ FILE_SOCKET, "Sockets", "includes waiting for the other end" },
	{ FILE_DEVICE, "Devices", "/dev, terminals included" },
	{ FILE_KERNEL, "Kernel", "/proc and /sys" },
	{ FILE_OTHER, "Other descriptors",
	  "eventfd, timerfd, names whose place is unknown" },
	{ FILE_NONE, "No file", "calls that act on no file" },
};

static void
put_classes(struct strbuf *b, const struct html *h)
{
	const struct pattern_sum *sums = h->patterns->by_class;
	uint64_t all = h->agg->total.latency.sum;
	strbuf_adds(b,
		    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		    "aria-label=\"What the calls acted on\">\n<table class=\"plain\">\n"
		    "<caption>What the calls acted on</caption>\n<thead><tr>"
		    "<th scope=\"col\">What</th><th scope=\"col\">Calls</th>"
		    "<th scope=\"col\">Bytes</th><th scope=\"col\">Time in calls</th>"
		    "<th scope=\"col\" class=\"wide\">Part of "
		    "it</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		const struct pattern_sum *s = &sums[classes[i].class];
		if (!s->calls)
			continue;
		strbuf_addf(b, "<tr><th scope=\"row\">%s <small>%s</small></th>",
			    classes[i].name, classes[i].help);
		html_td_count(b, s->calls);
		html_td_bytes(b, s->bytes);
		html_td_time(b, s->ns);
		strbuf_adds(b, "<td class=\"wide\">");
		html_bar(b, s->ns, all);
		html_share(b, s->ns, all);
		strbuf_adds(b, "</td></tr>\n");
	}
	strbuf_adds(b, "</tbody></table></div>\n");
}

static void
put_time(struct strbuf *b, const struct html *h)
{
	uint64_t ns = h->agg->total.latency.sum;
	strbuf_adds(b, "<p>All threads together spent <b>");
	units_add_time(b, ns);
	strbuf_adds(b, "</b> in these calls");
	if (h->wall_ns) {
		strbuf_adds(b, ", <b>");
		html_share(b, ns, h->wall_ns);
		strbuf_adds(
			b,
			"</b> of the wall time (more than 100% where threads overlap)");
	}
	strbuf_adds(
		b, ". A call&#8217;s time runs from its entry to its return: work of the "
		   "kernel, waiting for a disk, and also waiting for somebody else, for "
		   "example at a pipe. Tracing itself adds some microseconds to each "
		   "call.</p>\n");
}

void
html_overview(struct strbuf *b, const struct html *h)
{
	strbuf_adds(b, "<header id=\"overview\" tabindex=\"-1\">\n<h1>");
	if (h->command)
		html_command(b, h->command);
	else
		strbuf_adds(b, "Attached processes");
	strbuf_adds(b, "</h1>\n");
	put_where(b, h);
	if (!h->agg->total.c[AGG_calls]) {
		strbuf_adds(b, "<p class=\"lede\">There is no traced call in this run");
		if (h->end->filtered) {
			strbuf_adds(b, "; the filters dropped ");
			html_n(b, h->end->filtered, "event");
		} else {
			strbuf_adds(b, ": nothing of what was selected (<code>-e</code>) "
				       "happened");
		}
		strbuf_adds(b, ".</p>\n</header>\n");
		return;
	}
	put_amounts(b, h);
	put_time(b, h);
	put_classes(b, h);
	strbuf_adds(b, "</header>\n");
}
