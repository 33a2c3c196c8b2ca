/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/parquet_dict.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"

#define SLOTS_FIRST 64u

void
parquet_dict_fini(struct parquet_dict *d)
{
	strbuf_fini(&d->page);
	free(d->offsets);
	free(d->slots);
	*d = (struct parquet_dict){ 0 };
}

void
parquet_dict_reset(struct parquet_dict *d)
{
	strbuf_reset(&d->page);
	d->n = 0;
	if (d->nslots)
		memset(d->slots, 0, d->nslots * sizeof(d->slots[0]));
}

static bool
value_is(const struct parquet_dict *d, uint32_t index, const char *p, size_t len)
{
	const char *at = d->page.p + d->offsets[index];
	uint32_t have;
	memcpy(&have, at, sizeof(have));
	return have == len && !memcmp(at + sizeof(have), p, len);
}

/* The slot of the value, or the free one where it would go. The table is never full. */
static uint32_t *
slot_of(const struct parquet_dict *d, const char *p, size_t len)
{
	size_t i = (size_t)hash_bytes(p, len) & (d->nslots - 1);
	while (d->slots[i] && !value_is(d, d->slots[i] - 1, p, len))
		i = (i + 1) & (d->nslots - 1);
	return &d->slots[i];
}

static void
grow(struct parquet_dict *d)
{
	d->nslots = d->nslots ? d->nslots * 2 : SLOTS_FIRST;
	free(d->slots);
	d->slots = xcalloc(d->nslots, sizeof(*d->slots));
	for (uint32_t index = 0; index < d->n; index++) {
		const char *at = d->page.p + d->offsets[index];
		uint32_t len;
		memcpy(&len, at, sizeof(len));
		*slot_of(d, at + sizeof(len), len) = index + 1;
	}
}

bool
parquet_dict_index(struct parquet_dict *d, const char *p, size_t len, uint32_t *index,
		   bool *added)
{
	*added = false;
	if (d->n && value_is(d, d->last, p, len)) {
		*index = d->last;
		return true;
	}
	if ((size_t)d->n * 4 >= d->nslots * 3)
		grow(d);
	uint32_t *slot = slot_of(d, p, len);
	if (!*slot) {
		uint32_t bytes = (uint32_t)len;
		if (d->page.len + sizeof(bytes) + len > PARQUET_DICT_BYTES)
			return false;
		if (d->n == d->offsets_cap) {
			d->offsets_cap = d->offsets_cap ? d->offsets_cap * 2 : 64;
			d->offsets = xreallocarray(d->offsets, d->offsets_cap,
						   sizeof(*d->offsets));
		}
		d->offsets[d->n] = (uint32_t)d->page.len;
		strbuf_addmem(&d->page, &bytes, sizeof(bytes));
		strbuf_addmem(&d->page, p, len);
		*slot = ++d->n;
		*added = true;
	}
	d->last = *slot - 1;
	*index = d->last;
	return true;
}
