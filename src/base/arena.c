/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define BLOCK_BYTES ((size_t)16384)

struct arena_block {
	struct arena_block *next; /* owned */
	size_t size;
	alignas(max_align_t) char bytes[];
};

void
arena_fini(struct arena *a)
{
	while (a->first) {
		struct arena_block *b = a->first;
		a->first = b->next;
		free(b);
	}
	*a = (struct arena){ 0 };
}

void
arena_reset(struct arena *a)
{
	a->now = a->first;
	a->used = 0;
}

/* Goes on to a block with room for SIZE bytes, an old one where it is large enough. */
static void
next_block(struct arena *a, size_t size)
{
	struct arena_block **link = a->now ? &a->now->next : &a->first;
	if (!*link || (*link)->size < size) {
		size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		struct arena_block *b = xmalloc(sizeof(*b) + bytes);
		b->size = bytes;
		b->next = *link;
		*link = b;
	}
	a->now = *link;
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t align = alignof(max_align_t);
	size = (size + align - 1) & ~(align - 1);
	if (!a->now || a->now->size - a->used < size)
		next_block(a, size);
	void *p = a->now->bytes + a->used;
	a->used += size;
	return p;
}

char *
arena_memdup0(struct arena *a, const void *mem, size_t len)
{
	char *p = arena_alloc(a, len + 1);
	if (len)
		memcpy(p, mem, len);
	p[len] = '\0';
	return p;
}
