/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line a call in the dialect of `strace -f -ttt -T -y -o FILE`, so that what reads
 * strace's logs reads ours. A line is written when the call is over and carries the time
 * of its entry; there is no "<unfinished ...>" and "resumed" pair to join.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/notice_text.h"
#include "sink/outfile.h"
#include "sink/sink.h"

/* Where the "=" goes unless the call is longer: strace(1), -a. Counted from the start of
 * the line, pid and time included. */
#define EQUALS_COLUMN 40u
#define PID_COLUMNS   5u

struct text_sink {
	struct sink sink;
	int64_t epoch_offset_ns;
};

/* Seconds with six decimals, cut, not rounded, as strace shows them. */
static void
put_seconds(struct strbuf *b, uint64_t ns)
{
	uint64_t us = ns / 1000;
	strbuf_addu64(b, us / 1000000);
	char frac[7];
	frac[0] = '.';
	uint64_t rest = us % 1000000;
	for (unsigned i = 6; i; i--, rest /= 10)
		frac[i] = (char)('0' + rest % 10);
	strbuf_addmem(b, frac, sizeof(frac));
}

static void
put_spaces_to(struct strbuf *b, size_t start, size_t column)
{
	while (b->len - start < column)
		strbuf_addch(b, ' ');
}

static void
put_prefix(const struct text_sink *t, struct strbuf *b, int32_t tid, uint64_t time_ns)
{
	size_t start = b->len;
	strbuf_addi64(b, tid);
	put_spaces_to(b, start, PID_COLUMNS);
	strbuf_addch(b, ' ');
	put_seconds(b, time_ns + (uint64_t)t->epoch_offset_ns);
	strbuf_addch(b, ' ');
}

/* What follows the "=". Without decode's text the bare facts. */
static void
put_result(struct strbuf *b, const struct event *ev)
{
	if (ev->ret_text.p) {
		strbuf_addmem(b, ev->ret_text.p, ev->ret_text.len);
	} else if (!event_has(ev, EV_ret)) {
		strbuf_addch(b, '?');
	} else if (event_has(ev, EV_error)) {
		strbuf_adds(b, "-1 ");
		strbuf_addmem(b, ev->error.p, ev->error.len);
	} else {
		strbuf_addi64(b, ev->ret);
	}
}

/* Frames as strace -k shows them. Their text holds names of mapped files. */
static void
put_stack(struct strbuf *b, struct text stack)
{
	while (stack.len) {
		const char *nl = memchr(stack.p, '\n', stack.len);
		size_t n = nl ? (size_t)(nl - stack.p) : stack.len;
		strbuf_addmem(b, " > ", 3);
		escape_terminal(b, stack.p, n);
		strbuf_addch(b, '\n');
		n += nl != NULL;
		stack.p += n;
		stack.len -= n;
	}
}

static int
text_open(const struct sink_cfg *cfg IT_UNUSED, struct outfile *out, struct sink **sink)
{
	struct text_sink *t = xcalloc(1, sizeof(*t));
	t->sink = (struct sink){ .ops = &sink_text_ops, .out = out };
	*sink = &t->sink;
	return 0;
}

static int
text_session(struct sink *sink, const struct session_info *info)
{
	struct text_sink *t = container_of(sink, struct text_sink, sink);
	t->epoch_offset_ns = info->epoch_offset_ns;
	return 0;
}

static int
text_emit(struct sink *sink, const struct event *ev)
{
	struct text_sink *t = container_of(sink, struct text_sink, sink);
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return 0;
	struct strbuf *b = outfile_buf(sink->out);
	size_t start = b->len;
	put_prefix(t, b, ev->tid, ev->time_ns);
	strbuf_addmem(b, ev->syscall.p, ev->syscall.len);
	strbuf_addch(b, '(');
	if (ev->args.p)
		strbuf_addmem(b, ev->args.p, ev->args.len);
	/* strace's form for a call that its task's death cut short. */
	if (ev->event_flags & EVENT_UNFINISHED)
		strbuf_adds(b, " <unfinished ...>");
	strbuf_addch(b, ')');
	put_spaces_to(b, start, EQUALS_COLUMN - 1);
	strbuf_addmem(b, " = ", 3);
	put_result(b, ev);
	if (event_has(ev, EV_ret) && event_has(ev, EV_latency_ns)) {
		strbuf_addmem(b, " <", 2);
		put_seconds(b, ev->latency_ns);
		strbuf_addch(b, '>');
	}
	strbuf_addch(b, '\n');
	if (event_has(ev, EV_stack))
		put_stack(b, ev->stack);
	return outfile_room(sink->out);
}

static int
text_notice(struct sink *sink, const struct notice *n)
{
	struct text_sink *t = container_of(sink, struct text_sink, sink);
	struct strbuf *b = outfile_buf(sink->out);
	if (n->kind == NOTICE_FAULTS) /* a total, for the summary */
		return 0;
	put_prefix(t, b, n->tid, n->time_ns);
	notice_render(b, n);
	strbuf_addch(b, '\n');
	return outfile_room(sink->out);
}

static int
text_close(struct sink *sink, const struct session_end *end IT_UNUSED)
{
	int err = outfile_room(sink->out);
	free(container_of(sink, struct text_sink, sink));
	return err;
}

const struct sink_ops sink_text_ops = {
	.name = "text",
	.suffix = ".txt",
	.help = "one line a call, as strace -f -ttt -T -y writes it",
	.reads = EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(tid) |
		 EVENT_BIT(syscall) | EVENT_BIT(ret) | EVENT_BIT(error) |
		 EVENT_BIT(args) | EVENT_BIT(stack),
	.open = text_open,
	.session = text_session,
	.emit = text_emit,
	.notice = text_notice,
	.tick = sink_tick_live,
	.close = text_close,
};
