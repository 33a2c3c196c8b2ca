/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/extents.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* What one read can make of EXTENTS_MAX ranges: it splits one and adds itself. */
struct builder {
	struct extent e[EXTENTS_MAX + 2];
	uint32_t n;
};

void
extents_fini(struct extents *x)
{
	free(x->e);
	*x = (struct extents){ 0 };
}

void
extents_forget(struct extents *x)
{
	x->n = 0;
}

/* Appends a range, to the one before if they touch and have the same reader. */
static void
add(struct builder *b, uint64_t start, uint64_t end, int32_t pid)
{
	if (start >= end)
		return;
	struct extent *last = b->n ? &b->e[b->n - 1] : NULL;
	if (last && last->end == start && last->pid == pid)
		last->end = end;
	else
		b->e[b->n++] = (struct extent){ start, end, pid };
}

static void
drop_smallest(struct builder *b)
{
	uint32_t least = 0;
	for (uint32_t i = 1; i < b->n; i++)
		if (b->e[i].end - b->e[i].start < b->e[least].end - b->e[least].start)
			least = i;
	b->n--;
	memmove(&b->e[least], &b->e[least + 1], (b->n - least) * sizeof(b->e[0]));
}

static void
store(struct extents *x, const struct builder *b)
{
	if (b->n > x->cap) {
		x->cap = x->cap ? x->cap * 2 : 1;
		while (x->cap < b->n)
			x->cap *= 2;
		x->e = xreallocarray(x->e, x->cap, sizeof(*x->e));
	}
	memcpy(x->e, b->e, b->n * sizeof(b->e[0]));
	x->n = b->n;
}

/* Gives a range to PID and tells whose it was. */
static struct extents_again
take(struct extents *x, uint64_t start, uint64_t end, int32_t pid)
{
	struct extents_again again = { 0 };
	struct builder b = { .n = 0 };
	bool added = false;
	for (uint32_t i = 0; i < x->n; i++) {
		struct extent e = x->e[i];
		uint64_t from = e.start > start ? e.start : start;
		uint64_t to = e.end < end ? e.end : end;
		if (from < to && e.pid)
			*(e.pid == pid ? &again.by_same : &again.by_other) += to - from;
		add(&b, e.start, e.end < start ? e.end : start, e.pid);
		if (!added && e.end > start) {
			add(&b, start, end, pid);
			added = true;
		}
		add(&b, e.start > end ? e.start : end, e.end, e.pid);
	}
	if (!added)
		add(&b, start, end, pid);
	while (b.n > EXTENTS_MAX)
		drop_smallest(&b);
	store(x, &b);
	return again;
}

static uint64_t
end_of(uint64_t start, uint64_t len)
{
	return start + len < start ? UINT64_MAX : start + len;
}

struct extents_again
extents_read(struct extents *x, uint64_t start, uint64_t len, int32_t pid)
{
	uint64_t end = end_of(start, len);
	/* The common case: a file is read from its beginning to its end. */
	struct extent *last = x->n ? &x->e[x->n - 1] : NULL;
	if (start == end)
		return (struct extents_again){ 0 };
	if (last && last->end == start && last->pid == pid) {
		last->end = end;
		return (struct extents_again){ 0 };
	}
	return take(x, start, end, pid);
}

void
extents_written(struct extents *x, uint64_t start, uint64_t len)
{
	if (x->n && x->e[x->n - 1].end > start && len)
		take(x, start, end_of(start, len), 0);
}
