/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The totals of a run as text: a line on the whole, a table for each kind of key, and at
 * the end what a reader must know to trust it: what was left out, what was lost, what
 * tracing cost.
 */
#include "sink/summary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agg/agg.h"
#include "base/escape.h"
#include "base/layout.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/sink.h"
#include "sink/summary_table.h"
#include "table/flags.h"

/* Remarks are few; a stream that has more than these is broken in a way these tell. */
#define NOTES_MAX 32u

struct summary {
	struct sink sink;
	struct agg *agg;  /* owned */
	unsigned top;	  /* 0: default_top of the table */
	const char *sort; /* borrowed or a literal; NULL: default_sort of the table */
	size_t width; /* of the terminal; 0: none */
	bool colour;
	uint64_t start_ns;
	bool has_session;
	char *command;	     /* owned, safe to show; NULL: none */
	char *engine;	     /* owned, safe to show; NULL: none */
	struct strbuf notes; /* a line each */
	unsigned nnotes;
};

/* The text of an errno's name, to spare the reader the look-up. */
static void
explain_errno(struct strbuf *b, const struct agg_row *r)
{
	int errnum = errno_find(r->name, r->len);
	if (errnum > 0 && errnum < 512) /* from there on kernel-internal codes */
		strbuf_addf(b, " (%s)", strerror(errnum));
}

struct table_desc {
	const char *title, *heading, *default_sort;
	unsigned default_top;
	void (*explain)(struct strbuf *, const struct agg_row *);
};

static const struct table_desc tables[AGG_TABLES] = {
	[AGG_SYSCALL] = { "Calls", "call", "total", 20, NULL },
	[AGG_FILE] = { "Files", "file", "total", 10, NULL },
	[AGG_DIRECTORY] = { "Directories", "directory", "total", 10, NULL },
	[AGG_PROCESS] = { "Processes", "pid and name", "total", 10, NULL },
	[AGG_ERRNO] = { "Errors", "error", "calls", 10, explain_errno },
};

static int
summary_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	if (cfg->sort && !summary_sort_valid(cfg->sort))
		return -EINVAL;
	struct summary *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = &sink_summary_ops, .out = out };
	s->agg = agg_new(NULL);
	s->top = cfg->top;
	s->sort = cfg->sort;
	s->width = cfg->width;
	s->colour = cfg->colour;
	*sink = &s->sink;
	return 0;
}

/* LEN bytes at P safe to show; NULL if there are none. The caller frees. */
static char *
escaped_dup(const char *p, size_t len)
{
	struct strbuf b = { 0 };
	escape_terminal(&b, p, len);
	return b.p;
}

static int
summary_session(struct sink *sink, const struct session_info *info)
{
	struct summary *s = container_of(sink, struct summary, sink);
	free(s->command);
	free(s->engine);
	char *command = session_command(info);
	s->command = command ? escaped_dup(command, strlen(command)) : NULL;
	free(command);
	s->engine = escaped_dup(info->engine.p, info->engine.len);
	s->start_ns = info->start_ns;
	s->has_session = true;
	return 0;
}

static int
summary_emit(struct sink *sink, const struct event *ev)
{
	agg_add(container_of(sink, struct summary, sink)->agg, ev);
	return 0;
}

static int
summary_notice(struct sink *sink, const struct notice *n)
{
	struct summary *s = container_of(sink, struct summary, sink);
	if (n->kind == NOTICE_FAULTS)
		agg_add_faults(s->agg, n->pid, n->comm, n->faults);
	if (n->kind != NOTICE_TEXT || !n->text.p || s->nnotes == NOTES_MAX)
		return 0;
	s->nnotes++;
	strbuf_adds(&s->notes, "Note: ");
	escape_terminal(&s->notes, n->text.p, n->text.len);
	strbuf_addch(&s->notes, '\n');
	return 0;
}

/* Appends the lines of TEXT, each broken to fit where there is a terminal. */
static void
put_fitting(struct strbuf *b, const struct summary *s, const struct strbuf *text)
{
	if (!s->width) {
		strbuf_addmem(b, text->p, text->len);
		return;
	}
	for (const char *line = strbuf_str(text); *line;) {
		size_t len = strcspn(line, "\n");
		char *words = xmemdup0(line, len);
		layout_wrap(b, words, 0, 0, s->width);
		free(words);
		line += len + (line[len] == '\n');
	}
}

/* The command, shortened to a line of its own on a terminal: it may be very long. */
static void
put_command(struct strbuf *b, const struct summary *s)
{
	const char *command = s->command ? s->command : "Attached processes";
	if (s->width) {
		strbuf_adds(b, s->colour ? "\033[1m" : "");
		layout_shorten(b, command, strlen(command), s->width);
		strbuf_adds(b, s->colour ? "\033[m\n" : "\n");
	} else {
		strbuf_addf(b, "%s: ", command);
	}
}

static void
put_head(struct strbuf *b, const struct summary *s, uint64_t wall_ns)
{
	const struct agg_row *all = &s->agg->total;
	if (wall_ns) {
		units_add_time(b, wall_ns);
		strbuf_adds(b, " wall time, ");
	}
	strbuf_addf(b, "%" PRIu64 " calls", all->c[AGG_calls] - all->c[AGG_requests]);
	if (all->c[AGG_requests])
		strbuf_addf(b, " and %" PRIu64 " requests", all->c[AGG_requests]);
	strbuf_addf(b, " (%" PRIu64 " failed), ", all->c[AGG_errors]);
	units_add_size(b, all->c[AGG_bytes_read]);
	strbuf_adds(b, "B read, ");
	units_add_size(b, all->c[AGG_bytes_written]);
	strbuf_adds(b, "B written\n");
}

/* What the headings mean: on a terminal behind the tables, where it is not in the way. */
static void
put_legend(struct strbuf *b, const struct summary *s)
{
	if (!s->agg->total.c[AGG_calls])
		return;
	strbuf_addf(
		b,
		"Times run from a call's entry to its return. total: of all calls; share:"
		" total as part of%cwall time, over 100%% where threads overlap; p95: 95"
		" of 100 calls took no longer (within %u%%).\n",
		s->width ? ' ' : '\n', histogram_error_pct(0));
}

static void
put_tables(struct strbuf *b, const struct summary *s, uint64_t wall_ns)
{
	for (unsigned i = 0; i < AGG_TABLES; i++) {
		const struct table_desc *d = &tables[i];
		struct summary_view view = {
			.table = &s->agg->tables[i],
			.total = i == AGG_SYSCALL ? &s->agg->total : NULL,
			.title = i == AGG_SYSCALL && s->agg->total.c[AGG_requests]
					 ? "Calls and requests"
					 : d->title,
			.heading = d->heading,
			.sort = s->sort ? s->sort : d->default_sort,
			.top = s->top ? s->top : d->default_top,
			.wall_ns = wall_ns,
			.width = s->width,
			.colour = s->colour,
			.faults = i == AGG_PROCESS,
			.explain = d->explain,
		};
		summary_table_render(b, &view);
	}
}

static void
put_end(struct strbuf *b, const struct summary *s, const struct session_end *end,
	uint64_t wall_ns)
{
	strbuf_addf(b,
		    "Events: %" PRIu64 "; counted only: %" PRIu64
		    "; filtered out: %" PRIu64 "; lost: %" PRIu64 "\n",
		    end->events, end->counted_only, end->filtered, end->lost);
	if (end->counted_only)
		strbuf_adds(b,
			    "Calls counted only (--sample) have no bytes and no files in"
			    " the tables.\n");
	uint64_t calls = end->events + end->counted_only + end->filtered - end->requests;
	strbuf_addf(b, "Engine: %s took %" PRIu64 " calls",
		    s->engine ? s->engine : "unknown", calls);
	if (end->agent_calls)
		strbuf_addf(b, ", %" PRIu64 " without a stop, the others",
			    end->agent_calls);
	if (end->stops)
		strbuf_addf(b, " in %" PRIu64 " stops", end->stops);
	strbuf_addch(b, '\n');
	if (end->requests)
		strbuf_addf(b,
			    "Requests: %" PRIu64 " of AIO and io_uring, events besides"
			    " the calls that submitted them\n",
			    end->requests);
	if (end->tracer_cpu_ns) {
		strbuf_adds(b, "Tracer: ");
		units_add_time(b, end->tracer_cpu_ns);
		strbuf_adds(b, " of CPU time, ");
		units_add_share(b, end->tracer_cpu_ns, wall_ns);
		strbuf_adds(b, " of wall time\n");
	}
	if (!end->complete)
		strbuf_adds(b, "Incomplete: the records end before the run did.\n");
	strbuf_addmem(b, s->notes.p, s->notes.len);
}

static int
summary_count(struct sink *sink, const struct event *ev)
{
	struct event counted = *ev;
	counted.event_flags |= EVENT_COUNTED_ONLY;
	return summary_emit(sink, &counted);
}

static int
summary_close(struct sink *sink, const struct session_end *end)
{
	struct summary *s = container_of(sink, struct summary, sink);
	int err = 0;
	if (end) {
		bool known = s->has_session && end->end_ns > s->start_ns;
		uint64_t wall_ns = known ? end->end_ns - s->start_ns : 0;
		struct strbuf *b = outfile_buf(sink->out);
		struct strbuf prose = { 0 };
		put_command(b, s);
		put_head(&prose, s, wall_ns);
		if (!s->width)
			put_legend(&prose, s);
		put_fitting(b, s, &prose);
		strbuf_addch(b, '\n');
		put_tables(b, s, wall_ns);
		strbuf_reset(&prose);
		if (s->width)
			put_legend(&prose, s);
		put_end(&prose, s, end, wall_ns);
		put_fitting(b, s, &prose);
		strbuf_fini(&prose);
		err = outfile_room(sink->out);
	}
	agg_free(s->agg);
	free(s->command);
	free(s->engine);
	strbuf_fini(&s->notes);
	free(s);
	return err;
}

const struct sink_ops sink_summary_ops = {
	.name = "summary",
	.suffix = ".summary",
	.help = "totals per call, file, directory, process and error, with percentiles",
	.reads = AGG_READS,
	.open = summary_open,
	.session = summary_session,
	.emit = summary_emit,
	.count = summary_count,
	.notice = summary_notice,
	.close = summary_close,
};
