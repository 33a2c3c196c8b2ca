/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parquet: a row an event, a column for each of fields.def, absent values are null. Three
 * kinds of columns are made here: the event's own; time, which is time_ns as a timestamp
 * that readers know for one; and <name>_raw. Readers take a STRING for UTF-8 and some fail
 * on what is not, but names of files are bytes: as in JSON lines, bad bytes become U+FFFD
 * and <name>_raw has the exact ones, where that was so.
 */
#include <stdlib.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/parquet_file.h"
#include "sink/parquet_notes.h"
#include "sink/sink.h"

enum source_kind { SOURCE_FIELD, SOURCE_TIME, SOURCE_RAW };

/* Where a column of the file comes from. */
struct source {
	enum source_kind kind;
	enum event_field_id id;
};

#define SOURCES_MAX ((size_t)EV_FIELD_COUNT * 2 + 1)

struct parquet {
	struct sink sink;
	struct parquet_file *file; /* owned */
	struct source sources[SOURCES_MAX];
	size_t nsources;
	bool has_session;
	int64_t epoch_offset_ns;
	struct parquet_notes notes;
	struct strbuf text; /* a value made UTF-8 */
};

static const char *const raw_names[EV_FIELD_COUNT] = {
#define FIELD(name, type, absent, unit, help) [EV_##name] = #name "_raw",
#include "event/fields.def"
#undef FIELD
};

static enum parquet_type
field_column_type(enum event_field_id id)
{
	switch (event_fields[id].type) {
	case FIELD_U64:
		return PARQUET_U64;
	case FIELD_I64:
		return PARQUET_I64;
	case FIELD_U32:
		return PARQUET_U32;
	case FIELD_I32:
		return PARQUET_I32;
	case FIELD_TEXT:
		break;
	}
	return PARQUET_STRING;
}

static struct parquet_column_desc
source_column(struct source s)
{
	switch (s.kind) {
	case SOURCE_TIME:
		return (struct parquet_column_desc){ "time", PARQUET_TIMESTAMP };
	case SOURCE_RAW:
		return (struct parquet_column_desc){ raw_names[s.id], PARQUET_BYTES };
	case SOURCE_FIELD:
		break;
	}
	return (struct parquet_column_desc){ event_fields[s.id].name,
					     field_column_type(s.id) };
}

static void
add_source(struct parquet *p, enum source_kind kind, enum event_field_id id)
{
	p->sources[p->nsources++] = (struct source){ kind, id };
}

/* The columns that were asked for, or all, time behind time_ns, the raw ones last. */
static void
choose_columns(struct parquet *p, const struct sink_cfg *cfg)
{
	size_t n = cfg->columns ? cfg->ncolumns : EV_FIELD_COUNT;
	for (size_t i = 0; i < n; i++) {
		int id = cfg->columns ? cfg->columns[i] : (int)i;
		add_source(p, SOURCE_FIELD, (enum event_field_id)id);
		if (id == EV_time_ns)
			add_source(p, SOURCE_TIME, EV_time_ns);
	}
	size_t fields = p->nsources;
	for (size_t i = 0; i < fields; i++)
		if (event_fields[p->sources[i].id].any_bytes)
			add_source(p, SOURCE_RAW, p->sources[i].id);
}

static int
parquet_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct parquet *p = xcalloc(1, sizeof(*p));
	p->sink = (struct sink){ .ops = &sink_parquet_ops, .out = out };
	choose_columns(p, cfg);
	struct parquet_column_desc columns[SOURCES_MAX];
	for (size_t i = 0; i < p->nsources; i++)
		columns[i] = source_column(p->sources[i]);
	int rc = parquet_file_new(out, columns, p->nsources, &p->file);
	if (rc < 0) {
		free(p);
		return rc;
	}
	*sink = &p->sink;
	return 0;
}

/* --- rows --- */

static void
put_text(struct parquet *p, size_t col, struct text t)
{
	if (!utf8_valid(t.p, t.len)) {
		strbuf_reset(&p->text);
		utf8_replace(&p->text, t.p, t.len);
		t = (struct text){ p->text.p, p->text.len };
	}
	parquet_file_bytes(p->file, col, t.p, t.len);
}

static void
put_field(struct parquet *p, size_t col, const struct event *ev, enum event_field_id id)
{
	if (!event_has(ev, id))
		parquet_file_null(p->file, col);
	else if (event_fields[id].type == FIELD_TEXT)
		put_text(p, col, event_field_text(ev, id));
	else
		parquet_file_number(p->file, col, event_field_num(ev, id));
}

static void
put_raw(struct parquet *p, size_t col, struct text t)
{
	if (!t.p || utf8_valid(t.p, t.len))
		parquet_file_null(p->file, col);
	else
		parquet_file_bytes(p->file, col, t.p, t.len);
}

static void
put_time(struct parquet *p, size_t col, const struct event *ev)
{
	int64_t ns = (int64_t)ev->time_ns + p->epoch_offset_ns;
	if (p->has_session && event_has(ev, EV_time_ns))
		parquet_file_number(p->file, col, ns / 1000);
	else
		parquet_file_null(p->file, col);
}

static int
parquet_emit(struct sink *sink, const struct event *ev)
{
	struct parquet *p = container_of(sink, struct parquet, sink);
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return 0;
	for (size_t i = 0; i < p->nsources; i++) {
		struct source s = p->sources[i];
		switch (s.kind) {
		case SOURCE_FIELD:
			put_field(p, i, ev, s.id);
			break;
		case SOURCE_TIME:
			put_time(p, i, ev);
			break;
		case SOURCE_RAW:
			put_raw(p, i, event_field_text(ev, s.id));
			break;
		}
	}
	parquet_notes_count(&p->notes, ev, true);
	return parquet_file_end_row(p->file);
}

static int
parquet_session(struct sink *sink, const struct session_info *info)
{
	struct parquet *p = container_of(sink, struct parquet, sink);
	p->has_session = true;
	p->epoch_offset_ns = info->epoch_offset_ns;
	parquet_notes_session(p->file, info);
	return 0;
}

static int
parquet_count(struct sink *sink, const struct event *ev)
{
	struct parquet *p = container_of(sink, struct parquet, sink);
	parquet_notes_count(&p->notes, ev, false);
	return 0;
}

static int
parquet_close(struct sink *sink, const struct session_end *end)
{
	struct parquet *p = container_of(sink, struct parquet, sink);
	int rc = 0;
	if (end) {
		parquet_notes_end(&p->notes, p->file, end);
		rc = parquet_file_finish(p->file);
	}
	parquet_file_free(p->file);
	parquet_notes_fini(&p->notes);
	strbuf_fini(&p->text);
	free(p);
	return rc;
}

const struct sink_ops sink_parquet_ops = {
	.name = "parquet",
	.suffix = ".parquet",
	.help = "Apache Parquet, a row an event, for DuckDB, pandas, Spark and the like",
	.reads = EVENT_ALL_BITS,
	.takes_columns = true,
	.open = parquet_open,
	.session = parquet_session,
	.emit = parquet_emit,
	.count = parquet_count,
	.close = parquet_close,
};
