/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON lines: one object an event, keys in column order, absent columns left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sink/json.h"
#include "sink/outfile.h"
#include "sink/sink.h"

struct jsonl {
	struct sink sink;
};

struct key {
	const char *p;
	size_t len;
};

/* ,"name": of each column. */
static const struct key keys[EV_FIELD_COUNT] = {
#define FIELD(name, type, absent, unit, help) \
	[EV_##name] = { ",\"" #name "\":", sizeof(",\"" #name "\":") - 1 },
#include "event/fields.def"
#undef FIELD
};

static void
put_field(struct strbuf *b, const struct event *ev, enum event_field_id id)
{
	const struct field_desc *f = &event_fields[id];
	switch (f->type) {
	case FIELD_TEXT:
		json_add_text(b, f->name, event_field_text(ev, id));
		break;
	case FIELD_U64:
		strbuf_addu64(b, (uint64_t)event_field_num(ev, id));
		break;
	case FIELD_I64:
	case FIELD_U32:
	case FIELD_I32:
		strbuf_addi64(b, event_field_num(ev, id));
		break;
	}
}

static int
jsonl_open(const struct sink_cfg *cfg IT_UNUSED, struct outfile *out, struct sink **sink)
{
	struct jsonl *j = xcalloc(1, sizeof(*j));
	j->sink = (struct sink){ .ops = &sink_jsonl_ops, .out = out };
	*sink = &j->sink;
	return 0;
}

static int
jsonl_emit(struct sink *sink, const struct event *ev)
{
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return 0;
	struct strbuf *b = outfile_buf(sink->out);
	strbuf_addch(b, '{');
	size_t comma = 1; /* of the first key, left out */
	for (uint64_t rest = ev->has & EVENT_ALL_BITS; rest; rest &= rest - 1) {
		enum event_field_id id = (enum event_field_id)__builtin_ctzll(rest);
		strbuf_addmem(b, keys[id].p + comma, keys[id].len - comma);
		put_field(b, ev, id);
		comma = 0;
	}
	strbuf_addmem(b, "}\n", 2);
	return outfile_room(sink->out);
}

static int
jsonl_close(struct sink *sink, const struct session_end *end IT_UNUSED)
{
	int err = outfile_room(sink->out);
	free(container_of(sink, struct jsonl, sink));
	return err;
}

const struct sink_ops sink_jsonl_ops = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.help = "one JSON object an event; absent values are absent",
	.reads = EVENT_ALL_BITS,
	.open = jsonl_open,
	.emit = jsonl_emit,
	.tick = sink_tick_live,
	.close = jsonl_close,
};
