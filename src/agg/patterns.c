/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/patterns_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define POOL_BYTES (4u << 20) /* of the histograms of calls */

static const struct agg_limits name_limits = { .max_keys = PATTERN_NAMES,
					       .key_bytes = 4u << 20 };

struct patterns *
patterns_new(const struct agg *agg)
{
	struct patterns *p = xcalloc(1, sizeof(*p));
	p->agg = agg;
	p->pool.max = POOL_BYTES;
	agg_table_init(&p->names, &name_limits);
	return p;
}

void
patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nfiles; i++)
		pattern_file_free(p->files[i]);
	for (size_t i = 0; i < p->ncalls; i++)
		histogram_fini(&p->calls[i].latency, &p->pool);
	agg_table_fini(&p->names);
	roles_fini(&p->roles);
	strbuf_fini(&p->scratch);
	free(p->files);
	free(p->looks);
	free(p->lookups);
	free(p->name_info);
	free(p->calls);
	free(p->temps);
	free(p);
}

void *
pattern_room(void *array, size_t *n, size_t row, size_t size)
{
	if (row < *n)
		return array;
	size_t was = *n;
	*n = row < 32 ? 64 : row * 2;
	char *grown = xreallocarray(array, *n, size);
	memset(grown + was * size, 0, (*n - was) * size);
	return grown;
}

void
pattern_who_add(struct pattern_who *who, const struct pattern_event *pe)
{
	size_t row = pe->rows->in[AGG_PROCESS];
	uint32_t number = row == AGG_NO_ROW ? 0 : (uint32_t)row + 1;
	if (!who->row)
		who->row = number;
	else if (who->row != number)
		who->others = true;
}

void
patterns_add(struct patterns *p, const struct event *ev, const struct agg_rows *rows)
{
	/* Sampled out, it has neither file nor bytes. */
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return;
	bool returned = event_has(ev, EV_ret);
	struct text file = event_has(ev, EV_file) ? ev->file : (struct text){ 0 };
	struct pattern_event pe = {
		.ev = ev,
		.rows = rows,
		.role = role_of(&p->roles, ev),
		.class = file_class_of(file),
		.ns = returned && event_has(ev, EV_latency_ns) ? ev->latency_ns : 0,
		.ok = returned && !event_has(ev, EV_error),
	};
	pattern_sum_add(&p->by_class[pe.class], event_has(ev, EV_bytes) ? ev->bytes : 0,
			pe.ns);
	if (pe.role == ROLE_SYNC)
		pattern_sum_add(&p->sync_all, 0, pe.ns);
	patterns_add_data(p, &pe);
	patterns_add_lookup(p, &pe);
	patterns_add_latency(p, &pe);
}

const struct pattern_file *
patterns_file(const struct patterns *p, size_t i)
{
	return i < p->nfiles ? p->files[i] : NULL;
}
