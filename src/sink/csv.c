/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comma-separated values (RFC 4180): a header, then a row an event. A field is quoted
 * only where it must be, its bytes are the tracee's own. Rows end with a bare LF, which
 * readers of RFC 4180 take and awk, cut and sort need. On a terminal every byte that
 * could steer it is shown as \xHH.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/sink.h"

struct csv {
	struct sink sink;
	bool escape;
	struct strbuf shown; /* a field escaped for the terminal, before quoting */
	size_t ncolumns;
	int columns[]; /* enum event_field_id */
};

/* RFC 4180 quotes comma, quote and line breaks; spaces at the ends too, since many
 * readers trim what is not quoted. */
static bool
must_quote(const char *p, size_t len)
{
	if (len && (p[0] == ' ' || p[len - 1] == ' '))
		return true;
	for (size_t i = 0; i < len; i++)
		if (p[i] == ',' || p[i] == '"' || p[i] == '\n' || p[i] == '\r')
			return true;
	return false;
}

static void
put_quoted(struct strbuf *b, const char *p, size_t len)
{
	strbuf_addch(b, '"');
	while (len) {
		const char *quote = memchr(p, '"', len);
		size_t n = quote ? (size_t)(quote - p) + 1 : len;
		strbuf_addmem(b, p, n);
		if (quote)
			strbuf_addch(b, '"');
		p += n;
		len -= n;
	}
	strbuf_addch(b, '"');
}

static void
put_text(struct csv *csv, struct strbuf *b, struct text t)
{
	if (csv->escape) {
		strbuf_reset(&csv->shown);
		escape_terminal(&csv->shown, t.p, t.len);
		t = (struct text){ strbuf_str(&csv->shown), csv->shown.len };
	}
	if (must_quote(t.p, t.len))
		put_quoted(b, t.p, t.len);
	else
		strbuf_addmem(b, t.p, t.len);
}

static void
put_field(struct csv *csv, struct strbuf *b, const struct event *ev,
	  enum event_field_id id)
{
	const struct field_desc *f = &event_fields[id];
	if (!event_has(ev, id)) {
		strbuf_adds(b, f->absent);
		return;
	}
	switch (f->type) {
	case FIELD_TEXT:
		put_text(csv, b, event_field_text(ev, id));
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
csv_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	size_t n = cfg->columns ? cfg->ncolumns : EV_FIELD_COUNT;
	struct csv *csv = xcalloc(1, sizeof(*csv) + n * sizeof(csv->columns[0]));
	csv->sink = (struct sink){ .ops = &sink_csv_ops, .out = out };
	csv->escape = cfg->escape_terminal;
	csv->ncolumns = n;
	struct strbuf *b = outfile_buf(out);
	for (size_t i = 0; i < n; i++) {
		csv->columns[i] = cfg->columns ? cfg->columns[i] : (int)i;
		if (i)
			strbuf_addch(b, ',');
		strbuf_adds(b, event_fields[csv->columns[i]].name);
	}
	strbuf_addch(b, '\n');
	*sink = &csv->sink;
	return 0;
}

static int
csv_emit(struct sink *sink, const struct event *ev)
{
	struct csv *csv = container_of(sink, struct csv, sink);
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return 0;
	struct strbuf *b = outfile_buf(sink->out);
	for (size_t i = 0; i < csv->ncolumns; i++) {
		if (i)
			strbuf_addch(b, ',');
		put_field(csv, b, ev, (enum event_field_id)csv->columns[i]);
	}
	strbuf_addch(b, '\n');
	return outfile_room(sink->out);
}

static int
csv_close(struct sink *sink, const struct session_end *end IT_UNUSED)
{
	struct csv *csv = container_of(sink, struct csv, sink);
	int err = outfile_room(sink->out);
	strbuf_fini(&csv->shown);
	free(csv);
	return err;
}

const struct sink_ops sink_csv_ops = {
	.name = "csv",
	.suffix = ".csv",
	.help = "comma-separated values with a header (RFC 4180), a row an event",
	.reads = EVENT_ALL_BITS,
	.takes_columns = true,
	.open = csv_open,
	.emit = csv_emit,
	.tick = sink_tick_live,
	.close = csv_close,
};
