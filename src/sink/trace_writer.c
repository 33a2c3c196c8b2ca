/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/trace_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "sink/outfile.h"
#include "sink/sink.h"

static struct strbuf *
buf(const struct trace_writer *w)
{
	return outfile_buf(w->out);
}

static void
put_string(struct strbuf *b, struct text t)
{
	strbuf_addch(b, '"');
	escape_json(b, t.p, t.len);
	strbuf_addch(b, '"');
}

/* The format counts in microseconds, with decimals for what is finer. */
static void
put_us(struct strbuf *b, uint64_t ns)
{
	strbuf_addu64(b, ns / 1000);
	unsigned rest = (unsigned)(ns % 1000);
	const char frac[] = { '.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10),
			      (char)('0' + rest % 10) };
	strbuf_addmem(b, frac, sizeof(frac));
}

static void
put_info(struct strbuf *b, const char *key, struct text value)
{
	if (!value.p)
		return;
	strbuf_addf(b, ",\"%s\":", key);
	put_string(b, value);
}

void
trace_writer_head(struct trace_writer *w, const struct session_info *info)
{
	struct strbuf *b = buf(w);
	strbuf_adds(b, "{\"otherData\":{\"clock\":\"CLOCK_BOOTTIME\"");
	if (info) {
		char *command = session_command(info);
		put_info(b, "host", info->host);
		put_info(b, "command",
			 (struct text){ command, command ? strlen(command) : 0 });
		put_info(b, "version", info->version);
		put_info(b, "engine", info->engine);
		/* as text: it is beyond what a double holds exactly */
		strbuf_adds(b, ",\"epoch_offset_ns\":\"");
		strbuf_addi64(b, info->epoch_offset_ns);
		strbuf_addch(b, '"');
		free(command);
	}
	strbuf_adds(b, "},\n\"traceEvents\":[\n");
}

void
trace_writer_tail(struct trace_writer *w)
{
	strbuf_adds(buf(w), w->any ? "\n]}\n" : "]}\n");
}

void
trace_event_begin(struct trace_writer *w, enum trace_phase phase, struct text name,
		  uint64_t ns, int32_t pid, int32_t tid)
{
	struct strbuf *b = buf(w);
	w->at = b->len;
	if (w->any)
		strbuf_adds(b, ",\n");
	w->any = true;
	w->any_args = false;
	strbuf_adds(b, "{\"ph\":\"");
	strbuf_addch(b, (char)phase);
	strbuf_adds(b, "\",\"name\":");
	put_string(b, name);
	strbuf_adds(b, ",\"ts\":");
	put_us(b, ns);
	strbuf_adds(b, ",\"pid\":");
	strbuf_addi64(b, pid);
	strbuf_adds(b, ",\"tid\":");
	strbuf_addi64(b, tid);
}

void
trace_event_begin_literal(struct trace_writer *w, enum trace_phase phase,
			  const char *name, uint64_t ns, int32_t pid, int32_t tid)
{
	trace_event_begin(w, phase, (struct text){ name, strlen(name) }, ns, pid, tid);
}

void
trace_event_end(struct trace_writer *w)
{
	struct strbuf *b = buf(w);
	strbuf_adds(b, w->any_args ? "}}" : "}");
	w->bytes += b->len - w->at;
}

void
trace_event_cat(struct trace_writer *w, struct text cat)
{
	strbuf_adds(buf(w), ",\"cat\":");
	put_string(buf(w), cat);
}

void
trace_event_dur(struct trace_writer *w, uint64_t ns)
{
	strbuf_adds(buf(w), ",\"dur\":");
	put_us(buf(w), ns);
}

void
trace_event_id(struct trace_writer *w, uint64_t id)
{
	strbuf_addf(buf(w), ",\"id\":\"0x%llx\"", (unsigned long long)id);
}

void
trace_event_members(struct trace_writer *w, const char *members)
{
	strbuf_addch(buf(w), ',');
	strbuf_adds(buf(w), members);
}

static struct strbuf *
put_key(struct trace_writer *w, const char *key)
{
	struct strbuf *b = buf(w);
	strbuf_adds(b, w->any_args ? ",\"" : ",\"args\":{\"");
	strbuf_adds(b, key);
	strbuf_adds(b, "\":");
	w->any_args = true;
	return b;
}

void
trace_arg_text(struct trace_writer *w, const char *key, struct text value)
{
	put_string(put_key(w, key), value);
}

void
trace_arg_u64(struct trace_writer *w, const char *key, uint64_t value)
{
	strbuf_addu64(put_key(w, key), value);
}

void
trace_arg_i64(struct trace_writer *w, const char *key, int64_t value)
{
	strbuf_addi64(put_key(w, key), value);
}

void
trace_arg_true(struct trace_writer *w, const char *key)
{
	strbuf_adds(put_key(w, key), "true");
}
