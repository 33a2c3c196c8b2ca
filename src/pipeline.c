/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pipeline.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/complain.h"
#include "base/escape.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "decode/decode.h"
#include "deps/deps.h"
#include "filter/filter.h"
#include "progress.h"
#include "sink/outfile.h"
#include "sink/sink.h"
#include "sink/stall_text.h"
#include "table/selection.h"

struct output {
	struct outfile *file; /* owned; NULL once it failed or is finished */
	struct sink *sink;    /* owned; likewise */
	const struct sink_ops *ops;
};

struct pipeline {
	const struct options *opt; /* borrowed */
	struct engine *engine;     /* borrowed, while running */
	struct output *outputs;    /* owned */
	size_t noutputs;
	struct decoder *decoder; /* owned; NULL where no output reads events */
	struct deps *deps;	 /* owned; NULL where nobody asks */
	struct pipeline_watch watch;
	struct selection recorded; /* what a recording holds */
	bool has_recorded;
	/* For sampling, or NULL: how many of each number came; behind the calls the requests
	 * that they submitted. owned */
	uint64_t *seen;
	struct session_end totals;
	struct progress progress;
	uint64_t lost;
	uint64_t last_ns;
	bool limit_reached;
	bool ok;
};

/* A line for the user, "iotrace: " in front. */
static void IT_PRINTF(2, 3)
say(struct pipeline *p, const char *fmt, ...)
{
	va_list ap;
	progress_erase(&p->progress);
	va_start(ap, fmt);
	complain_va(fmt, ap);
	va_end(ap);
}

static void
fail(struct pipeline *p, struct output *o, int err)
{
	say(p, "%s: %s", outfile_name(o->file), strerror(-err));
	p->ok = false;
	if (o->sink)
		(void)!o->ops->close(o->sink, NULL);
	outfile_discard(o->file);
	o->sink = NULL;
	o->file = NULL;
}

/* Calls the slot OP of every output that has it. */
#define EACH_OUTPUT(p, op, ...)                                                          \
	do {                                                                             \
		for (size_t i_ = 0; i_ < (p)->noutputs; i_++) {                          \
			struct output *o_ = &(p)->outputs[i_];                           \
			if (!o_->sink || !o_->ops->op)                                   \
				continue;                                                \
			int err_ = o_->ops->op(o_->sink, ##__VA_ARGS__);                 \
			if (err_)                                                        \
				fail((p), o_, err_);                                     \
		}                                                                        \
	} while (0)

/* --- events --- */

/* 1 in N calls of a number become events; the first is one of them. */
static bool
sampled_out(struct pipeline *p, const struct event *ev)
{
	if (!p->seen)
		return false;
	size_t last = syscall_nr_max + 1;
	size_t nr = ev->desc->flags & SYSCALL_UNKNOWN ? last : ev->desc->nr;
	uint32_t rate = p->opt->sample[nr];
	uint64_t n = p->seen[ev->desc->flags & SYSCALL_REQUEST ? last + 1 + nr : nr]++;
	return rate == 0 || n % rate != 0;
}

static void
on_event(void *arg, const struct event *ev)
{
	struct pipeline *p = arg;
	uint64_t end_ns = ev->time_ns + ev->latency_ns;
	if (end_ns > p->last_ns)
		p->last_ns = end_ns;
	if (p->limit_reached)
		return;
	p->totals.requests += (ev->desc->flags & SYSCALL_REQUEST) != 0;
	if (!filter_pass(p->opt->filter, ev)) {
		p->totals.filtered++;
		return;
	}
	if (sampled_out(p, ev)) {
		p->totals.counted_only++;
		EACH_OUTPUT(p, count, ev);
		return;
	}
	p->totals.events++;
	if (p->deps)
		deps_add(p->deps, ev);
	if (p->watch.event)
		p->watch.event(p->watch.arg, ev);
	EACH_OUTPUT(p, emit, ev);
	if (p->opt->limit && p->totals.events == p->opt->limit) {
		p->limit_reached = true;
		if (p->engine)
			p->engine->ops->interrupt(p->engine, ENGINE_END, 0);
	}
}

/* Does an output on standard error show notices by itself? */
static bool
stderr_shows_notices(const struct pipeline *p)
{
	for (size_t i = 0; i < p->noutputs; i++)
		if (p->outputs[i].sink && p->outputs[i].ops->notice && !p->opt->outputs[i].target)
			return true;
	return false;
}

/* Does the filter pass something of which only the task is known? */
static bool
filter_passes_task(const struct pipeline *p, const struct notice *n)
{
	struct event ev = { .desc = syscall_desc(UINT_MAX),
			    .pid = n->pid,
			    .tid = n->tid,
			    .comm = n->comm };
	ev.has = EVENT_BIT(pid) | EVENT_BIT(tid) | (n->comm.p ? EVENT_BIT(comm) : 0);
	return filter_pass(p->opt->filter, &ev);
}

static void
on_notice(void *arg, const struct notice *n)
{
	struct pipeline *p = arg;
	if (p->limit_reached || (n->kind == NOTICE_FAULTS && !filter_passes_task(p, n)))
		return;
	if (n->kind == NOTICE_TEXT && !p->opt->quiet && !stderr_shows_notices(p)) {
		struct strbuf line = { 0 };
		escape_terminal(&line, n->text.p, n->text.len);
		say(p, "%s", strbuf_str(&line));
		strbuf_fini(&line);
	}
	EACH_OUTPUT(p, notice, n);
}

static void
on_program(void *arg, const struct program *program)
{
	struct pipeline *p = arg;
	if (p->deps && !p->limit_reached)
		deps_add_program(p->deps, program);
}

/* Part of a report that was asked for (--stall), so -q does not silence it. */
static void
on_in_flight(void *arg, const struct event *ev)
{
	const struct pipeline *p = arg;
	struct strbuf text = { 0 };
	if (p->opt->quiet && !p->opt->stall_ns)
		return;
	stall_render(&text, ev);
	for (const char *line = strbuf_str(&text); *line;) {
		size_t n = strcspn(line, "\n");
		say(arg, "%.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
	strbuf_fini(&text);
}

/* --- records --- */

static struct text
session_text(const struct raw_rec *rec, unsigned kind)
{
	const struct raw_blob *b = raw_blob_find(rec, kind, 0);
	if (!b)
		return (struct text){ 0 };
	return (struct text){ raw_blob_data(b), b->len };
}

static bool
wants(const struct pipeline *p, enum event_field_id id)
{
	if (filter_reads(p->opt->filter, id))
		return true;
	for (size_t i = 0; i < p->noutputs; i++)
		if (p->outputs[i].ops->reads >> id & 1)
			return true;
	return false;
}

/* Is there anybody who looks at events, not only at records? */
static bool
events_matter(const struct pipeline *p)
{
	if (p->opt->limit || p->opt->stall_ns || p->deps || p->watch.event)
		return true;
	for (size_t i = 0; i < p->noutputs; i++)
		if (p->outputs[i].ops->emit || p->outputs[i].ops->count)
			return true;
	return false;
}

/* A recording knows what was selected when it was made: that is shown, unless the reader
 * selects anew. */
static const unsigned char *
selected(struct pipeline *p, const struct raw_rec *rec)
{
	if (p->opt->select_given || p->opt->command == CMD_TRACE)
		return p->opt->selection.on;
	struct text select = session_text(rec, RAW_BLOB_TEXT_SELECT);
	if (!select.p)
		return p->opt->selection.on;
	char err[256];
	char *list = xmemdup0(select.p, select.len);
	selection_init(&p->recorded);
	p->has_recorded = !selection_add(&p->recorded, list, err, sizeof(err));
	free(list);
	if (!p->has_recorded)
		selection_fini(&p->recorded);
	return p->has_recorded ? p->recorded.on : p->opt->selection.on;
}

/* A recording may have been made without some of the calls that dependencies show in. */
static void
say_unselected(const struct pipeline *p, struct text list)
{
	struct strbuf wanted = { 0 }, missing = { 0 };
	struct selection want, have;
	char err[256];
	size_t n = 0;
	selection_init(&want);
	selection_init(&have);
	deps_selection(&wanted);
	char *select = list.p ? xmemdup0(list.p, list.len) : xstrdup("");
	bool ok = !selection_add(&want, strbuf_str(&wanted), err, sizeof(err)) &&
		  !selection_add(&have, select, err, sizeof(err));
	for (unsigned nr = 0; ok && nr <= syscall_nr_max; nr++)
		if (selection_has(&want, nr) && !selection_has(&have, nr) && n++ < 4)
			strbuf_addf(&missing, "%s%s", missing.len ? ", " : "",
				    syscall_desc(nr)->name);
	if (n && !p->opt->quiet)
		fprintf(stderr,
			"iotrace: recorded without %zu calls that show dependencies "
			"(%s%s): "
			"use 'iotrace deps -o FILE.iotrace' to record\n",
			n, strbuf_str(&missing), n > 4 ? ", ..." : "");
	free(select);
	selection_fini(&want);
	selection_fini(&have);
	strbuf_fini(&wanted);
	strbuf_fini(&missing);
}

static void
start_session(struct pipeline *p, const struct raw_rec *rec)
{
	struct session_info info = {
		.host = session_text(rec, RAW_BLOB_TEXT_HOST),
		.command = session_text(rec, RAW_BLOB_TEXT_COMMAND),
		.version = session_text(rec, RAW_BLOB_TEXT_VERSION),
		.engine = session_text(rec, RAW_BLOB_TEXT_ENGINE),
		.select = session_text(rec, RAW_BLOB_TEXT_SELECT),
		.cwd = session_text(rec, RAW_BLOB_TEXT_CWD),
		.epoch_offset_ns = (int64_t)rec->args[0],
		.start_ns = rec->args[1],
	};
	p->last_ns = info.start_ns;
	if (p->deps) {
		deps_set_cwd(p->deps, info.cwd);
		say_unselected(p, info.select);
	}
	if (p->watch.session)
		p->watch.session(p->watch.arg, &info);
	EACH_OUTPUT(p, session, &info);
	if (p->decoder || !events_matter(p))
		return;
	const struct decode_cfg cfg = { .selected = selected(p, rec),
		                        .want_args = wants(p, EV_args) };
	const struct decode_out out = {
		.event = on_event,
		.notice = on_notice,
		.in_flight = on_in_flight,
		.program = on_program,
		.arg = p,
	};
	p->decoder = decoder_new(&cfg, &out);
}

/* Without a decoder nobody would hear the remarks. */
static void
say_note(struct pipeline *p, const struct raw_rec *rec)
{
	struct text note = session_text(rec, RAW_BLOB_TEXT_NOTE);
	const struct notice n = { .kind = NOTICE_TEXT, .time_ns = rec->enter_ns, .text = note };
	if (note.p)
		on_notice(p, &n);
}

static void
take_record(struct pipeline *p, const struct raw_rec *rec)
{
	EACH_OUTPUT(p, record, rec);
	switch ((enum raw_kind)rec->kind) {
	case RAW_SESSION:
		start_session(p, rec);
		break;
	case RAW_END:
		p->totals.complete = true;
		p->totals.end_ns = rec->args[0];
		p->totals.tracer_cpu_ns = rec->args[1];
		p->totals.stops = rec->args[3];
		p->totals.agent_calls = rec->args[4];
		break;
	case RAW_LOST:
		p->totals.lost += rec->args[0] ? rec->args[0] : 1;
		break;
	case RAW_NOTE:
		if (!p->decoder)
			say_note(p, rec);
		break;
	case RAW_TASK_NEW:
	case RAW_TASK_EXIT:
	case RAW_TASK_EXEC:
	case RAW_TASK_COMM:
	case RAW_SYSCALL:
	case RAW_UNFINISHED:
	case RAW_SIGNAL:
	case RAW_FD_SEED:
	case RAW_FS_SEED:
	case RAW_COMPLETIONS:
	case RAW_RING_END:
	case RAW_TASK_FAULTS:
	case RAW_IN_FLIGHT:
	case RAW_KIND_MAX:
		break;
	}
	if (p->decoder)
		decoder_feed(p->decoder, rec);
}

void
pipeline_tick(struct pipeline *p)
{
	EACH_OUTPUT(p, tick);
}

const struct deps *
pipeline_deps(const struct pipeline *p)
{
	return p->deps;
}

const struct session_end *
pipeline_totals(const struct pipeline *p)
{
	return &p->totals;
}

void
pipeline_watch(struct pipeline *p, const struct pipeline_watch *watch)
{
	p->watch = *watch;
}

void
pipeline_show_progress(struct pipeline *p, uint64_t done, uint64_t total)
{
	const struct session_end *t = &p->totals;
	progress_show(&p->progress, done, total,
		      t->events + t->counted_only + t->filtered);
}

bool
pipeline_complete(const struct pipeline *p)
{
	return p->totals.complete || p->limit_reached;
}

bool
pipeline_run(struct pipeline *p, struct engine *engine,
	     void (*poll)(void *arg, struct engine *), void *arg)
{
	const struct raw_rec *rec;
	p->engine = engine;
	for (;;) {
		poll(arg, engine);
		int n = engine->ops->next(engine, &rec);
		if (n == -EINTR)
			continue;
		if (n < 0) {
			say(p, "waiting for the program: %s", strerror(-n));
			p->ok = false;
		}
		if (n <= 0)
			break;
		take_record(p, rec);
	}
	p->engine = NULL;
	return p->ok;
}

/* --- opening and closing --- */

/* What an output has to say beside itself. */
static void
on_say(void *arg, const char *output, const char *line)
{
	struct pipeline *p = arg;
	if (!p->opt->quiet)
		say(p, "%s: %s", output, line);
}

/* https://no-color.org: set and not empty. */
static bool
wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static int
open_output(struct pipeline *p, const struct output_spec *spec, char *err, size_t errlen)
{
	struct output *o = &p->outputs[p->noutputs];
	const char *why = NULL;
	int code = outfile_open(spec->target, &o->file, &why);
	if (code) {
		snprintf(err, errlen, "cannot write '%.300s': %s", spec->target ? spec->target : "",
			 why ? why : strerror(-code));
		return code;
	}
	p->noutputs++;
	o->ops = spec->format;
	const struct sink_cfg cfg = {
		.columns = p->opt->columns,
		.ncolumns = p->opt->ncolumns,
		.top = p->opt->top,
		.sort = p->opt->sort,
		.escape_terminal = outfile_is_tty(o->file),
		.colour = outfile_is_tty(o->file) && wants_colour(),
		.width = outfile_columns(o->file),
		.deps = p->deps,
		.deps_target = p->opt->deps_target,
		.deps_all = p->opt->deps_all,
		.by = p->opt->by.n ? &p->opt->by : NULL,
		.metric = p->opt->metric,
		.say = on_say,
		.say_arg = p,
	};
	code = o->ops->open(&cfg, o->file, &o->sink);
	if (code)
		snprintf(err, errlen, "cannot write '%.300s': %s", outfile_name(o->file),
			 strerror(-code));
	return code;
}

/* Does an output write to a terminal before the end? */
static bool
rows_on_terminal(const struct pipeline *p)
{
	for (size_t i = 0; i < p->noutputs; i++)
		if (p->outputs[i].ops->tick && outfile_is_tty(p->outputs[i].file))
			return true;
	return false;
}

int
pipeline_open(const struct options *opt, struct pipeline **out, char *err, size_t errlen)
{
	struct pipeline *p = xcalloc(1, sizeof(*p));
	p->opt = opt;
	p->ok = true;
	if (opt->deps)
		p->deps = deps_new(&opt->rules);
	if (opt->noutputs)
		p->outputs = xcalloc(opt->noutputs, sizeof(*p->outputs));
	if (opt->sample)
		p->seen = xcalloc(2 * ((size_t)syscall_nr_max + 2), sizeof(*p->seen));
	for (size_t i = 0; i < opt->noutputs; i++) {
		int code = open_output(p, &opt->outputs[i], err, errlen);
		if (code) {
			pipeline_free(p);
			return code;
		}
	}
	progress_init(&p->progress, opt->command == CMD_REPORT && !opt->quiet &&
					    !rows_on_terminal(p));
	*out = p;
	return 0;
}

bool
pipeline_finish(struct pipeline *p)
{
	progress_erase(&p->progress);
	if (!p->totals.complete)
		p->totals.end_ns = p->last_ns;
	if (p->decoder)
		decoder_end(p->decoder, p->totals.end_ns);
	if (p->deps)
		deps_finish(p->deps);
	for (size_t i = 0; i < p->noutputs; i++) {
		struct output *o = &p->outputs[i];
		if (!o->sink)
			continue;
		int err = o->ops->close(o->sink, &p->totals);
		o->sink = NULL;
		if (err) {
			fail(p, o, err);
			continue;
		}
		const char *name = outfile_name(o->file);
		char *said = xstrdup(name);
		err = outfile_commit(o->file);
		o->file = NULL;
		if (err) {
			say(p, "%s: %s", said, strerror(-err));
			p->ok = false;
		}
		free(said);
	}
	return p->ok;
}

void
pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->noutputs; i++) {
		struct output *o = &p->outputs[i];
		if (o->sink)
			(void)!o->ops->close(o->sink, NULL);
		outfile_discard(o->file);
	}
	decoder_free(p->decoder);
	deps_free(p->deps);
	if (p->has_recorded)
		selection_fini(&p->recorded);
	free(p->seen);
	free(p->outputs);
	free(p);
}
