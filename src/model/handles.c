/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File handles by their bytes. Both calls are rare: a linear search does.
 */
#include "model/handles.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"

void
handles_fini(struct handles *h)
{
	for (unsigned i = 0; h->ring && i < HANDLES_MAX; i++)
		istr_unref(h->ring[i].path);
	free(h->ring);
	*h = (struct handles){ 0 };
}

static struct handle *
find(const struct handles *h, const void *bytes, size_t len)
{
	for (unsigned i = 0; h->ring && i < HANDLES_MAX; i++) {
		struct handle *e = &h->ring[i];
		if (e->path && e->len == len && !memcmp(e->bytes, bytes, len))
			return e;
	}
	return NULL;
}

void
handles_set(struct handles *h, const void *bytes, size_t len, struct istr *path)
{
	if (len > HANDLE_BYTES)
		return;
	if (!h->ring)
		h->ring = xcalloc(HANDLES_MAX, sizeof(*h->ring));
	struct handle *e = find(h, bytes, len);
	if (!e)
		e = &h->ring[h->next++ % HANDLES_MAX];
	istr_ref(path);
	istr_unref(e->path);
	e->path = path;
	e->len = (uint32_t)len;
	memcpy(e->bytes, bytes, len);
}

struct istr *
handles_find(const struct handles *h, const void *bytes, size_t len)
{
	const struct handle *e = find(h, bytes, len);
	return e ? e->path : NULL;
}
