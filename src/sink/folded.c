/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collapsed stacks, a line for each place where events end: "frame;frame;frame VALUE".
 * flamegraph.pl, inferno and speedscope read it. The format has no escapes: a semicolon
 * in a name splits the frame there. A line break would split the line and is \x0a or
 * \x0d.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/flame_sink.h"
#include "sink/outfile.h"

static int
folded_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	return flame_sink_open(&sink_folded_ops, cfg, &flame_by_default, out, sink);
}

static void
put_frame(struct strbuf *line, struct text name, bool terminal)
{
	if (terminal) {
		escape_terminal(line, name.p, name.len);
		return;
	}
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == '\n')
			strbuf_adds(line, "\\x0a");
		else if (name.p[i] == '\r')
			strbuf_adds(line, "\\x0d");
		else
			strbuf_addch(line, name.p[i]);
	}
}

/* flamegraph.pl and inferno take "stack 12 34" for the two values of a comparison, so a
 * name that ends in a blank and a number must not. Where that blank is, or LEN. */
static size_t
misleading_blank(const char *p, size_t len)
{
	size_t i = len;
	while (i && ((p[i - 1] >= '0' && p[i - 1] <= '9') || p[i - 1] == '.'))
		i--;
	if (!i || i == len || !strchr(" \t\v\f", p[i - 1]))
		return len;
	return i - 1;
}

static void
put_line(struct strbuf *out, const struct strbuf *stack, uint64_t value)
{
	size_t blank = misleading_blank(stack->p, stack->len);
	strbuf_addmem(out, stack->p, blank);
	if (blank < stack->len) {
		strbuf_addf(out, "\\x%02x", (unsigned char)stack->p[blank]);
		strbuf_addmem(out, stack->p + blank + 1, stack->len - blank - 1);
	}
	strbuf_addch(out, ' ');
	strbuf_addu64(out, value);
	strbuf_addch(out, '\n');
}

/* A node that is still to be written, on top of the first `prefix` bytes of the stack. */
struct pending {
	uint32_t node;
	size_t prefix;
};

static int
put_tree(struct flame_sink *s)
{
	struct pending *todo = NULL;
	uint32_t *kids = NULL;
	size_t n = 0, cap = 0, kids_cap = 0;
	struct strbuf stack = { 0 };
	uint32_t node = FLAME_ROOT;
	int err = 0;
	for (;;) {
		uint64_t self = flame_self(s->flame, node, s->cfg.metric);
		if (self && node != FLAME_ROOT)
			put_line(outfile_buf(s->sink.out), &stack, self);
		err = outfile_room(s->sink.out);
		size_t nkids =
			flame_children(s->flame, node, s->cfg.metric, &kids, &kids_cap);
		if (n + nkids > cap) {
			cap = (n + nkids) * 2;
			todo = xreallocarray(todo, cap, sizeof(*todo));
		}
		while (nkids)
			todo[n++] = (struct pending){ kids[--nkids], stack.len };
		if (!n || err)
			break;
		struct pending next = todo[--n];
		node = next.node;
		stack.len = next.prefix;
		if (stack.len)
			strbuf_addch(&stack, ';');
		put_frame(&stack, flame_name(flame_node(s->flame, node)),
			  s->cfg.escape_terminal);
	}
	free(todo);
	free(kids);
	strbuf_fini(&stack);
	return err;
}

static int
folded_close(struct sink *sink, const struct session_end *end)
{
	struct flame_sink *s = container_of(sink, struct flame_sink, sink);
	int err = 0;
	if (end) {
		err = put_tree(s);
		flame_sink_remarks(s, end);
	}
	flame_sink_free(s);
	return err;
}

const struct sink_ops sink_folded_ops = {
	.name = "folded",
	.suffix = ".folded",
	.help = "collapsed stacks for flamegraph.pl, inferno, speedscope (--by, "
		"--metric)",
	.reads = FLAME_READS,
	.takes_by = true,
	.open = folded_open,
	.session = flame_sink_session,
	.emit = flame_sink_emit,
	.count = flame_sink_count,
	.close = folded_close,
};
