/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chrome trace events, for Perfetto and chrome://tracing: a track a thread with its
 * calls, AIO and io_uring requests as asynchronous slices, signals and ends as instants,
 * counters.
 *
 * Events are written as their rows come, that is when calls end; readers sort by time. A
 * call during which a signal handler made others is longer than those, so slices nest.
 */
#include "sink/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sink/notice_text.h"
#include "sink/outfile.h"
#include "sink/sink.h"
#include "sink/trace_counters.h"
#include "sink/trace_tasks.h"
#include "sink/trace_writer.h"
#include "table/flags.h"

/* Requests share the tracks of those that are over, so that a reader sees as many tracks
 * as there were requests at a time. Beyond this many each has its own. */
#define LANES_MAX 4096u

struct trace {
	struct sink sink;
	struct sink_cfg cfg;
	struct trace_writer writer;
	struct trace_tasks tasks;
	struct trace_counters counters;
	uint64_t *lanes; /* owned: when the last request of each is over */
	size_t nlanes;
	bool has_head;
	uint64_t limit_ns; /* when the file was full; 0: it is not */
	uint64_t written, left_out;
	struct strbuf scratch;
};

static int
trace_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct trace *t = xcalloc(1, sizeof(*t));
	t->sink = (struct sink){ .ops = &sink_trace_ops, .out = out };
	t->cfg = *cfg;
	t->writer.out = out;
	*sink = &t->sink;
	return 0;
}

static int
trace_session(struct sink *sink, const struct session_info *info)
{
	struct trace *t = container_of(sink, struct trace, sink);
	if (!t->has_head)
		trace_writer_head(&t->writer, info);
	t->has_head = true;
	return outfile_room(sink->out);
}

/* Is there room for what happened at NS? Calls also see to the head of a file that has no
 * session. */
static bool
has_room(struct trace *t, uint64_t ns)
{
	if (!t->has_head) {
		t->has_head = true;
		trace_writer_head(&t->writer, NULL);
	}
	if (t->limit_ns)
		return false;
	if (t->writer.bytes < TRACE_BYTES_MAX)
		return true;
	t->limit_ns = ns ? ns : 1;
	return false;
}

/* What a slice tells besides its place, name and length. */
#define ARGS \
	(EVENT_ALL_BITS & ~(EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | \
			    EVENT_BIT(comm) | EVENT_BIT(pid) | EVENT_BIT(tid) | \
			    EVENT_BIT(syscall) | EVENT_BIT(family) | EVENT_BIT(kind)))

static void
put_args(struct trace_writer *w, const struct event *ev)
{
	uint64_t shown = ev->has & ARGS;
	if (!ev->restarts)
		shown &= ~EVENT_BIT(restarts);
	for (uint64_t rest = shown; rest; rest &= rest - 1) {
		enum event_field_id id = (enum event_field_id)__builtin_ctzll(rest);
		const struct field_desc *f = &event_fields[id];
		switch (f->type) {
		case FIELD_TEXT:
			trace_arg_text(w, f->name, event_field_text(ev, id));
			break;
		case FIELD_U64:
			trace_arg_u64(w, f->name, (uint64_t)event_field_num(ev, id));
			break;
		case FIELD_I64:
		case FIELD_U32:
		case FIELD_I32:
			trace_arg_i64(w, f->name, event_field_num(ev, id));
			break;
		}
	}
	if (ev->event_flags & EVENT_UNFINISHED)
		trace_arg_true(w, "unfinished");
	if (ev->event_flags & EVENT_INTERRUPTED)
		trace_arg_true(w, "interrupted");
}

/* --- calls --- */

static void
put_call(struct trace *t, const struct event *ev)
{
	struct trace_writer *w = &t->writer;
	/* How long a call had lasted when we attached is not known. */
	bool timed = event_has(ev, EV_latency_ns);
	trace_event_begin(w, timed ? TRACE_COMPLETE : TRACE_INSTANT, ev->syscall,
			  ev->time_ns, ev->pid, ev->tid);
	trace_event_cat(w, ev->family);
	if (timed)
		trace_event_dur(w, ev->latency_ns);
	else
		trace_event_members(w, "\"s\":\"t\"");
	put_args(w, ev);
	trace_event_end(w);
	trace_tasks_link(&t->tasks, w, ev);
}

/* --- requests --- */

/* A track that is free from START on; it is taken until END. */
static uint64_t
take_lane(struct trace *t, uint64_t start, uint64_t end)
{
	size_t i = 0;
	while (i < t->nlanes && t->lanes[i] > start)
		i++;
	if (i == LANES_MAX)
		return LANES_MAX + t->written;
	if (i == t->nlanes) {
		t->lanes = xreallocarray(t->lanes, i + 1, sizeof(*t->lanes));
		t->nlanes++;
	}
	t->lanes[i] = end;
	return i;
}

static void
put_request(struct trace *t, const struct event *ev)
{
	struct trace_writer *w = &t->writer;
	/* Without a latency it was never seen complete: it stays open, as does its track.
	 */
	bool over = event_has(ev, EV_latency_ns);
	uint64_t end = over ? ev->time_ns + ev->latency_ns : UINT64_MAX;
	uint64_t lane = take_lane(t, ev->time_ns, end);
	trace_event_begin(w, TRACE_ASYNC_BEGIN, ev->syscall, ev->time_ns, ev->pid,
			  ev->tid);
	trace_event_cat(w, ev->family);
	trace_event_id(w, lane + 1);
	put_args(w, ev);
	trace_event_end(w);
	if (!over)
		return;
	trace_event_begin(w, TRACE_ASYNC_END, ev->syscall, end, ev->pid, ev->tid);
	trace_event_cat(w, ev->family);
	trace_event_id(w, lane + 1);
	trace_event_end(w);
	trace_counters_request(&t->counters, ev->time_ns, end);
}

static int
trace_emit(struct sink *sink, const struct event *ev)
{
	struct trace *t = container_of(sink, struct trace, sink);
	if (has_room(t, ev->time_ns)) {
		trace_tasks_name(&t->tasks, &t->writer, ev);
		if (ev->desc->flags & SYSCALL_REQUEST)
			put_request(t, ev);
		else
			put_call(t, ev);
		t->written++;
	} else {
		t->left_out++;
	}
	trace_counters_bytes(&t->counters, &t->writer, ev);
	return outfile_room(sink->out);
}

/* --- what is not a call --- */

static int
trace_notice(struct sink *sink, const struct notice *n)
{
	struct trace *t = container_of(sink, struct trace, sink);
	struct trace_writer *w = &t->writer;
	if (n->kind == NOTICE_EXIT)
		trace_tasks_exit(&t->tasks, n->tid);
	if (!has_room(t, n->time_ns))
		return 0;
	const char *name = "iotrace", *scope = "\"s\":\"g\"";
	if (n->kind != NOTICE_TEXT) {
		const char *signal =
			n->kind == NOTICE_SIGNAL ? signal_name(n->signo) : "exit";
		name = signal ? signal : "signal";
		scope = "\"s\":\"t\"";
	}
	strbuf_reset(&t->scratch);
	notice_render(&t->scratch, n);
	trace_event_begin_literal(w, TRACE_INSTANT, name, n->time_ns, n->pid, n->tid);
	trace_event_members(w, scope);
	trace_arg_text(w, "text", (struct text){ t->scratch.p, t->scratch.len });
	trace_event_end(w);
	return outfile_room(sink->out);
}

/* --- the end --- */

static void
put_limit(struct trace *t)
{
	char line[160];
	snprintf(line, sizeof(line),
		 "full after %" PRIu64 " events, the next %" PRIu64
		 " are left out so that browsers can load it; choose with -P, --filter "
		 "or -e",
		 t->written, t->left_out);
	trace_event_begin_literal(&t->writer, TRACE_INSTANT, "iotrace: file full",
				  t->limit_ns, 0, 0);
	trace_event_members(&t->writer, "\"s\":\"g\"");
	trace_arg_text(&t->writer, "text", (struct text){ line, strlen(line) });
	trace_arg_u64(&t->writer, "left_out", t->left_out);
	trace_event_end(&t->writer);
	sink_say(&t->cfg, t->sink.out, line);
}

static int
put_end(struct trace *t, const struct session_end *end)
{
	struct trace_writer *w = &t->writer;
	(void)has_room(t, end->end_ns);
	int err = trace_counters_end(&t->counters, w);
	if (t->left_out)
		put_limit(t);
	trace_event_begin_literal(w, TRACE_METADATA, "iotrace_end", end->end_ns, 0, 0);
	trace_arg_u64(w, "events", t->written);
	trace_arg_u64(w, "left_out", t->left_out);
	trace_arg_u64(w, "counted_only", end->counted_only);
	trace_arg_u64(w, "filtered", end->filtered);
	trace_arg_u64(w, "lost", end->lost);
	if (end->complete)
		trace_arg_true(w, "complete");
	trace_event_end(w);
	trace_writer_tail(w);
	return err ? err : outfile_room(t->sink.out);
}

static int
trace_close(struct sink *sink, const struct session_end *end)
{
	struct trace *t = container_of(sink, struct trace, sink);
	int err = end ? put_end(t, end) : 0;
	trace_tasks_fini(&t->tasks);
	trace_counters_fini(&t->counters);
	strbuf_fini(&t->scratch);
	free(t->lanes);
	free(t);
	return err;
}

const struct sink_ops sink_trace_ops = {
	.name = "trace",
	.suffix = ".trace.json",
	.help = "Chrome trace events for Perfetto: threads, requests, bytes per second",
	.reads = EVENT_ALL_BITS,
	.open = trace_open,
	.session = trace_session,
	.emit = trace_emit,
	.notice = trace_notice,
	.close = trace_close,
};
