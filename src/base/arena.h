/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bump allocation for what lives as long as one event: take many, free all at once.
 * Blocks are kept over a reset, so a steady stream of events allocates nothing.
 */
#ifndef IOTRACE_BASE_ARENA_H
#define IOTRACE_BASE_ARENA_H

#include <stddef.h>

#include "base/compiler.h"

struct arena_block;

struct arena {
	struct arena_block *first; /* owned chain */
	struct arena_block *now;   /* borrowed: where the next bytes come from */
	size_t used;               /* bytes taken of now */
};

/* Frees all memory; the arena is empty and usable again. */
void arena_fini(struct arena *);

/* Takes everything back at once; pointers handed out are void. */
void arena_reset(struct arena *);

/* SIZE bytes (0 is allowed), aligned for any type, not initialised; dies on no memory. */
void *arena_alloc(struct arena *, size_t size) IT_MALLOC;

/* A copy of LEN bytes with a NUL behind. */
char *arena_memdup0(struct arena *, const void *, size_t len) IT_MALLOC;

#endif
