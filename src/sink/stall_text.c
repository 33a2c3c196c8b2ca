/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/stall_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/escape.h"

/* Each frame on a line of its own. */
static void
put_stack(struct strbuf *b, struct text stack)
{
	while (stack.len) {
		const char *nl = memchr(stack.p, '\n', stack.len);
		size_t n = nl ? (size_t)(nl - stack.p) : stack.len;
		strbuf_adds(b, "    > ");
		escape_terminal(b, stack.p, n);
		strbuf_addch(b, '\n');
		n += nl != NULL;
		stack.p += n;
		stack.len -= n;
	}
}

static void
put_call(struct strbuf *b, const struct event *ev)
{
	strbuf_addf(b, "for %" PRIu64 ".%03" PRIu64 " s in ", ev->latency_ns / 1000000000,
		    ev->latency_ns / 1000000 % 1000);
	strbuf_addmem(b, ev->syscall.p, ev->syscall.len);
	strbuf_addch(b, '(');
	if (ev->args.p)
		strbuf_addmem(b, ev->args.p, ev->args.len);
	strbuf_addch(b, ')');
	/* Descriptors have their names among the arguments; paths may be relative there. */
	if (event_has(ev, EV_file) && ev->event_flags & EVENT_FILE_IS_PATH) {
		strbuf_adds(b, ", file ");
		escape_terminal(b, ev->file.p, ev->file.len);
	}
	if (event_has(ev, EV_peer)) {
		strbuf_adds(b, ", peer ");
		escape_terminal(b, ev->peer.p, ev->peer.len);
	}
}

void
stall_render(struct strbuf *b, const struct event *ev)
{
	strbuf_adds(b, ev->event_flags & EVENT_STALLED ? "stalled: " : "meanwhile: ");
	strbuf_addi64(b, ev->tid);
	if (event_has(ev, EV_comm)) {
		strbuf_adds(b, " (");
		escape_terminal(b, ev->comm.p, ev->comm.len);
		strbuf_addch(b, ')');
	}
	strbuf_addch(b, ' ');
	if (ev->event_flags & EVENT_NO_CALL)
		strbuf_addmem(b, ev->syscall.p, ev->syscall.len);
	else
		put_call(b, ev);
	strbuf_addch(b, '\n');
	if (event_has(ev, EV_stack))
		put_stack(b, ev->stack);
}
