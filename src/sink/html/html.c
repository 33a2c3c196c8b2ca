/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sink: adds up while the run lasts, writes the sections at its end.
 */
#include "sink/html/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/flame_svg.h"
#include "sink/outfile.h"

#define NOTES_MAX    32u
/* About half a megabyte, twice that with the longest names. */
#define FLAME_FRAMES 2000u
#define FLAME_NAME   300u

static const struct agg_limits error_limits = { .max_keys = 2048,
						.key_bytes = 1u << 20,
						.histogram_bytes = 1u << 20 };

static int
html_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct html *h = xcalloc(1, sizeof(*h));
	h->sink = (struct sink){ .ops = &sink_html_ops, .out = out };
	h->top = cfg->top;
	h->agg = agg_new(NULL);
	h->patterns = patterns_new(h->agg);
	h->timeline = timeline_new();
	h->proctree = proctree_new();
	h->flame = flame_new(&flame_by_picture, NULL);
	agg_table_init(&h->errors, &error_limits);
	*sink = &h->sink;
	return 0;
}

static void
html_free(struct html *h)
{
	patterns_free(h->patterns);
	agg_free(h->agg);
	timeline_free(h->timeline);
	proctree_free(h->proctree);
	flame_free(h->flame);
	agg_table_fini(&h->errors);
	free(h->error_info);
	strbuf_fini(&h->key);
	strbuf_fini(&h->notes);
	free(h->command);
	free(h->host);
	free(h->version);
	free(h->engine);
	free(h);
}

static void
keep(char **kept, struct text t)
{
	free(*kept);
	*kept = t.p && t.len ? xmemdup0(t.p, t.len) : NULL;
}

static int
html_session(struct sink *sink, const struct session_info *info)
{
	struct html *h = container_of(sink, struct html, sink);
	free(h->command);
	h->command = session_command(info);
	for (char *c = h->command; c && *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' '; /* a script of several lines is a heading of one */
	keep(&h->host, info->host);
	keep(&h->version, info->version);
	keep(&h->engine, info->engine);
	h->epoch_offset_ns = info->epoch_offset_ns;
	h->start_ns = info->start_ns;
	h->has_session = true;
	timeline_start(h->timeline, info->start_ns);
	return 0;
}

static uint32_t
row_plus_1(size_t row)
{
	return row == AGG_NO_ROW ? 0 : (uint32_t)row + 1;
}

static void
add_error(struct html *h, const struct event *ev, const struct agg_rows *rows)
{
	const struct agg_sample s = { .c = { [AGG_calls] = 1 },
				      .latency_ns = ev->latency_ns,
				      .timed = true };
	strbuf_reset(&h->key);
	strbuf_addmem(&h->key, ev->error.p, ev->error.len);
	strbuf_addch(&h->key, ' ');
	strbuf_addmem(&h->key, ev->syscall.p, ev->syscall.len);
	size_t row = agg_table_add(&h->errors, h->key.p, h->key.len, &s);
	if (row == AGG_NO_ROW || row < h->nerrors)
		return;
	h->error_info = xreallocarray(h->error_info, row + 1, sizeof(*h->error_info));
	h->nerrors = row + 1;
	h->error_info[row] = (struct html_error){
		.call = row_plus_1(rows->in[AGG_SYSCALL]),
		.errnum = row_plus_1(rows->in[AGG_ERRNO]),
		.file = row_plus_1(rows->in[AGG_FILE]),
		.process = row_plus_1(rows->in[AGG_PROCESS]),
	};
}

static int
html_emit(struct sink *sink, const struct event *ev)
{
	struct html *h = container_of(sink, struct html, sink);
	struct agg_rows rows = agg_add(h->agg, ev);
	patterns_add(h->patterns, ev, &rows);
	timeline_add(h->timeline, ev);
	proctree_add(h->proctree, ev);
	flame_add(h->flame, ev);
	if (event_has(ev, EV_error))
		add_error(h, ev, &rows);
	return 0;
}

static int
html_count(struct sink *sink, const struct event *ev)
{
	struct event counted = *ev;
	counted.event_flags |= EVENT_COUNTED_ONLY;
	return html_emit(sink, &counted);
}

static int
html_notice(struct sink *sink, const struct notice *n)
{
	struct html *h = container_of(sink, struct html, sink);
	if (n->kind == NOTICE_FAULTS)
		agg_add_faults(h->agg, n->pid, n->comm, n->faults);
	if (n->kind != NOTICE_TEXT || !n->text.p || h->nnotes == NOTES_MAX)
		return 0;
	h->nnotes++;
	strbuf_adds(&h->notes, "<li>");
	escape_xml(&h->notes, n->text.p, n->text.len);
	strbuf_adds(&h->notes, "</li>\n");
	return 0;
}

static struct text
blob_text(const struct raw_rec *rec, unsigned kind)
{
	const struct raw_blob *blob = raw_blob_find(rec, kind, 0);
	return blob ? (struct text){ raw_blob_data(blob), blob->len }
		    : (struct text){ 0 };
}

/* Events tell of processes only if such calls are selected; the records always do. */
static int
html_record(struct sink *sink, const struct raw_rec *rec)
{
	struct html *h = container_of(sink, struct html, sink);
	struct proctree *t = h->proctree;
	struct text comm = { 0 }, program;
	if (rec->kind == RAW_TASK_NEW || rec->kind == RAW_TASK_EXEC ||
	    rec->kind == RAW_TASK_COMM)
		comm = blob_text(rec, RAW_BLOB_COMM);
	if (rec->kind == RAW_TASK_NEW) {
		proctree_task(t, rec->pid, rec->tid, (int32_t)rec->args[0], comm,
			      rec->enter_ns);
	} else if (rec->kind == RAW_TASK_EXEC) {
		program = blob_text(rec, RAW_BLOB_PATH);
		proctree_exec(t, rec->tid, (int32_t)rec->args[0], comm, program);
		if (program.p)
			patterns_executed(h->patterns, program);
	} else if (rec->kind == RAW_TASK_COMM) {
		proctree_comm(t, rec->pid, rec->tid, comm);
	} else if (rec->kind == RAW_TASK_EXIT) {
		proctree_exit(t, rec->tid, rec->args[1] == 1, (int)rec->args[0],
			      rec->enter_ns);
	}
	return 0;
}

static int
put_flame(struct html *h)
{
	const struct flame_svg_opts opts = {
		.metric = FLAME_METRIC_latency,
		.title = "Time in calls",
		.max_frames = FLAME_FRAMES,
		.max_name = FLAME_NAME,
		.embedded = true,
	};
	struct strbuf *b = outfile_buf(h->sink.out);
	strbuf_adds(
		b,
		"<section id=\"flame\" aria-labelledby=\"flame-h\">\n"
		"<h2 id=\"flame-h\">Flame graph</h2>\n"
		"<p>Who spent time in calls, on what: each frame is as wide as the time "
		"of all calls below it. <span class=\"js\">Click or press Enter to zoom, "
		"arrow keys to walk.</span></p>\n"
		"<div class=\"scroll flame\">\n");
	int err = flame_svg_write(h->sink.out, h->flame, &opts);
	strbuf_adds(outfile_buf(h->sink.out), "</div>\n</section>\n");
	return err;
}

static int
put_page(struct html *h)
{
	const struct findings_input input = {
		.agg = h->agg,
		.patterns = h->patterns,
		.start_ns = h->start_ns,
		.wall_ns = h->wall_ns,
	};
	struct findings found = findings_judge(&input);
	struct strbuf *b = outfile_buf(h->sink.out);
	html_head(b, h);
	html_overview(b, h);
	html_findings(b, h, &found);
	findings_fini(&found);
	int err = put_flame(h);
	if (err)
		return err;
	html_timeline(b, h);
	html_heat(b, h);
	html_tables(b, h);
	html_processes(b, h);
	html_errors(b, h);
	html_about(b, h);
	html_tail(b);
	return outfile_room(h->sink.out);
}

static int
html_close(struct sink *sink, const struct session_end *end)
{
	struct html *h = container_of(sink, struct html, sink);
	int err = 0;
	if (end) {
		bool known = h->has_session && end->end_ns > h->start_ns;
		h->end = end;
		h->wall_ns = known ? end->end_ns - h->start_ns : 0;
		err = put_page(h);
	}
	html_free(h);
	return err;
}

const struct sink_ops sink_html_ops = {
	.name = "html",
	.suffix = ".html",
	.help = "a report for any browser: findings, flame graph, time line, tables",
	.reads = AGG_READS | PATTERNS_READS | TIMELINE_READS | FLAME_READS,
	.open = html_open,
	.session = html_session,
	.emit = html_emit,
	.count = html_count,
	.notice = html_notice,
	.record = html_record,
	.close = html_close,
};
