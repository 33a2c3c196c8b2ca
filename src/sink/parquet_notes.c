/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/parquet_notes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/xalloc.h"
#include "sink/parquet_file.h"

struct parquet_tally {
	const char *name; /* of the call; borrowed: the table's */
	uint64_t rows, counted_only;
};

void
parquet_notes_fini(struct parquet_notes *n)
{
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&n->tallies, &pos, &key, &value))
		free(value);
	hash_fini(&n->tallies);
}

void
parquet_notes_count(struct parquet_notes *n, const struct event *ev, bool is_row)
{
	uint64_t key = (uint64_t)(uintptr_t)ev->desc;
	struct parquet_tally *t = hash_find(&n->tallies, key);
	if (!t) {
		t = xcalloc(1, sizeof(*t));
		t->name = ev->desc->name;
		hash_put(&n->tallies, key, t);
	}
	if (is_row)
		t->rows++;
	else
		t->counted_only++;
	n->sampled |= !is_row;
}

static void
note_text(struct parquet_file *f, const char *key, struct text t)
{
	if (!t.p)
		return;
	struct strbuf b = { 0 };
	utf8_replace(&b, t.p, t.len);
	parquet_file_note(f, key, strbuf_str(&b));
	strbuf_fini(&b);
}

static void
note_number(struct parquet_file *f, const char *key, int64_t v)
{
	struct strbuf b = { 0 };
	strbuf_addi64(&b, v);
	parquet_file_note(f, key, strbuf_str(&b));
	strbuf_fini(&b);
}

/* The words of the command, NUL behind each, as a JSON array of strings. */
static void
note_command(struct parquet_file *f, struct text t)
{
	if (!t.len)
		return;
	struct strbuf b = { 0 };
	for (size_t at = 0; at < t.len;) {
		size_t word = strnlen(t.p + at, t.len - at);
		strbuf_adds(&b, at ? ",\"" : "[\"");
		escape_json(&b, t.p + at, word);
		strbuf_addch(&b, '"');
		at += word + 1;
	}
	strbuf_addch(&b, ']');
	parquet_file_note(f, "iotrace.command", strbuf_str(&b));
	strbuf_fini(&b);
}

/* A time since the Epoch as RFC 3339 has it, in UTC. */
static void
note_time(struct parquet_file *f, const char *key, int64_t ns)
{
	time_t s = (time_t)(ns / (int64_t)NSEC_PER_SEC);
	struct tm tm;
	char day[40];
	if (ns < 0 || !gmtime_r(&s, &tm) || !strftime(day, sizeof(day), "%FT%T", &tm))
		return;
	struct strbuf b = { 0 };
	strbuf_addf(&b, "%s.%09" PRId64 "Z", day, ns % (int64_t)NSEC_PER_SEC);
	parquet_file_note(f, key, strbuf_str(&b));
	strbuf_fini(&b);
}

void
parquet_notes_session(struct parquet_file *f, const struct session_info *info)
{
	note_text(f, "iotrace.version", info->version);
	note_text(f, "iotrace.host", info->host);
	note_command(f, info->command);
	note_text(f, "iotrace.engine", info->engine);
	note_text(f, "iotrace.trace", info->select);
	note_time(f, "iotrace.start", (int64_t)info->start_ns + info->epoch_offset_ns);
	note_number(f, "iotrace.start_ns", (int64_t)info->start_ns);
	note_number(f, "iotrace.epoch_offset_ns", info->epoch_offset_ns);
}

static int
tally_cmp(const void *va, const void *vb)
{
	const struct parquet_tally *const *a = va, *const *b = vb;
	return strcmp((*a)->name, (*b)->name);
}

/* A JSON array, by name, of the calls that sampling took from. */
static void
note_sampling(const struct parquet_notes *n, struct parquet_file *f)
{
	const struct parquet_tally **sampled =
		xcalloc(n->tallies.used + 1, sizeof(*sampled));
	size_t count = 0, pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&n->tallies, &pos, &key, &value)) {
		const struct parquet_tally *t = value;
		if (t->counted_only)
			sampled[count++] = t;
	}
	qsort(sampled, count, sizeof(*sampled), tally_cmp);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&b,
			    "%s{\"syscall\":\"%s\",\"events\":%" PRIu64
			    ",\"counted_only\":%" PRIu64 "}",
			    i ? "," : "[", sampled[i]->name, sampled[i]->rows,
			    sampled[i]->counted_only);
	strbuf_addch(&b, ']');
	parquet_file_note(f, "iotrace.sampling", strbuf_str(&b));
	strbuf_fini(&b);
	free(sampled);
}

void
parquet_notes_end(const struct parquet_notes *n, struct parquet_file *f,
		  const struct session_end *end)
{
	note_number(f, "iotrace.end_ns", (int64_t)end->end_ns);
	note_number(f, "iotrace.events", (int64_t)end->events);
	note_number(f, "iotrace.requests", (int64_t)end->requests);
	note_number(f, "iotrace.counted_only", (int64_t)end->counted_only);
	note_number(f, "iotrace.filtered", (int64_t)end->filtered);
	note_number(f, "iotrace.lost", (int64_t)end->lost);
	note_number(f, "iotrace.stops", (int64_t)end->stops);
	note_number(f, "iotrace.tracer_cpu_ns", (int64_t)end->tracer_cpu_ns);
	parquet_file_note(f, "iotrace.complete", end->complete ? "true" : "false");
	if (n->sampled)
		note_sampling(n, f);
}
