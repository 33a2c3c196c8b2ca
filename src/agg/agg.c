/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/agg.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static const struct agg_limits default_limits[AGG_TABLES] = {
#define AGG_TABLE(id, keys, bytes, hist) \
	[AGG_##id] = { .max_keys = keys, .key_bytes = bytes, .histogram_bytes = hist },
#include "agg/tables.def"
#undef AGG_TABLE
};

struct agg *
agg_new(const struct agg_limits *limits)
{
	struct agg *agg = xcalloc(1, sizeof(*agg));
	if (!limits)
		limits = default_limits;
	for (size_t i = 0; i < AGG_TABLES; i++)
		agg_table_init(&agg->tables[i], &limits[i]);
	agg->total_pool.max = SIZE_MAX;
	return agg;
}

void
agg_free(struct agg *agg)
{
	if (!agg)
		return;
	for (size_t i = 0; i < AGG_TABLES; i++)
		agg_table_fini(&agg->tables[i]);
	histogram_fini(&agg->total.latency, &agg->total_pool);
	strbuf_fini(&agg->key);
	free(agg);
}

static struct agg_sample
sample_of(const struct event *ev)
{
	struct agg_sample s = { .c = { [AGG_calls] = 1 } };
	s.c[AGG_requests] = (ev->desc->flags & SYSCALL_REQUEST) != 0;
	s.c[AGG_errors] = event_has(ev, EV_error);
	/* A call without a result has no time either: it never came back. */
	s.timed = event_has(ev, EV_ret) && event_has(ev, EV_latency_ns);
	s.latency_ns = ev->latency_ns;
	if (ev->event_flags & EVENT_COUNTED_ONLY || !event_has(ev, EV_bytes))
		return s;
	switch ((enum bytes_class)ev->desc->bytes) {
	case BYTES_NONE:
		break;
	case BYTES_READ:
		s.c[AGG_bytes_read] = ev->bytes;
		break;
	case BYTES_WRITE:
		s.c[AGG_bytes_written] = ev->bytes;
		break;
	case BYTES_TRANSFER:
		s.c[AGG_bytes_read] = s.c[AGG_bytes_written] = ev->bytes;
		break;
	}
	return s;
}

/* The length of P without slashes at its end. */
static size_t
trim_slashes(const char *p, size_t len)
{
	while (len && p[len - 1] == '/')
		len--;
	return len;
}

static bool
starts_with(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);
	return t.len >= n && !memcmp(t.p, prefix, n);
}

/* The length of KIND if FILE is a kernel name "KIND:[...]" or "anon_inode:name", else 0.
 */
static size_t
kernel_name_kind(struct text file)
{
	size_t n = 0;
	while (n < file.len &&
	       ((file.p[n] >= 'a' && file.p[n] <= 'z') || file.p[n] == '_'))
		n++;
	if (!n || n == file.len || file.p[n] != ':')
		return 0;
	bool bracket = n + 1 < file.len && file.p[n + 1] == '[';
	return bracket || starts_with(file, "anon_inode:") ? n : 0;
}

struct text
agg_directory(struct text file, struct strbuf *scratch)
{
	if (starts_with(file, "/memfd:"))
		return (struct text){ "[memfd]", strlen("[memfd]") };
	if (starts_with(file, "/")) {
		size_t len = trim_slashes(file.p, file.len);
		while (len && file.p[len - 1] != '/')
			len--;
		len = trim_slashes(file.p, len);
		return (struct text){ file.p, len ? len : 1 };
	}
	size_t kind = kernel_name_kind(file);
	if (!kind)
		return (struct text){ "[relative]", strlen("[relative]") };
	strbuf_reset(scratch);
	strbuf_addch(scratch, '[');
	strbuf_addmem(scratch, file.p, kind);
	strbuf_addch(scratch, ']');
	return (struct text){ scratch->p, scratch->len };
}

static size_t
add_key(struct agg *agg, enum agg_table_id id, struct text key,
	const struct agg_sample *s)
{
	return agg_table_add(&agg->tables[id], key.p, key.len, s);
}

/* What a process is listed under; borrows from the scratch buffer. */
static struct text
process_key(struct agg *agg, int32_t pid, struct text comm)
{
	strbuf_reset(&agg->key);
	strbuf_addi64(&agg->key, pid);
	strbuf_addch(&agg->key, ' ');
	if (comm.p)
		strbuf_addmem(&agg->key, comm.p, comm.len);
	return (struct text){ agg->key.p, agg->key.len };
}

struct agg_rows
agg_add(struct agg *agg, const struct event *ev)
{
	struct agg_rows rows;
	for (unsigned i = 0; i < AGG_TABLES; i++)
		rows.in[i] = AGG_NO_ROW;
	struct agg_sample s = sample_of(ev);
	agg_row_add(&agg->total, &agg->total_pool, &s);
	rows.in[AGG_SYSCALL] = add_key(agg, AGG_SYSCALL, ev->syscall, &s);

	struct text comm = event_has(ev, EV_comm) ? ev->comm : (struct text){ 0 };
	rows.in[AGG_PROCESS] =
		add_key(agg, AGG_PROCESS, process_key(agg, ev->pid, comm), &s);

	if (event_has(ev, EV_error))
		rows.in[AGG_ERRNO] = add_key(agg, AGG_ERRNO, ev->error, &s);
	if (!event_has(ev, EV_file) || ev->event_flags & EVENT_COUNTED_ONLY)
		return rows;
	rows.in[AGG_FILE] = add_key(agg, AGG_FILE, ev->file, &s);
	rows.in[AGG_DIRECTORY] =
		add_key(agg, AGG_DIRECTORY, agg_directory(ev->file, &agg->key), &s);
	return rows;
}

void
agg_add_faults(struct agg *agg, int32_t pid, struct text comm, uint64_t n)
{
	const struct agg_sample s = { .c = { [AGG_major_faults] = n } };
	if (!n)
		return;
	agg_row_add(&agg->total, &agg->total_pool, &s);
	add_key(agg, AGG_PROCESS, process_key(agg, pid, comm), &s);
}
