/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/outq.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
outq_fini(struct outq *q)
{
	free(q->bytes);
	*q = (struct outq){ 0 };
}

void
outq_put(struct outq *q, const struct raw_rec *rec)
{
	if (q->next == q->len)
		q->next = q->len = 0;
	if (q->len + rec->size > q->cap) {
		q->cap = (q->len + rec->size) * 2;
		q->bytes = xreallocarray(q->bytes, q->cap, 1);
	}
	struct raw_rec *copy = (struct raw_rec *)(void *)(q->bytes + q->len);
	memcpy(copy, rec, rec->size);
	copy->seq = ++q->seq;
	q->len += rec->size;
}

const struct raw_rec *
outq_take(struct outq *q)
{
	if (q->next == q->len)
		return NULL;
	const struct raw_rec *rec = (const struct raw_rec *)(void *)(q->bytes + q->next);
	q->next += rec->size;
	return rec;
}
