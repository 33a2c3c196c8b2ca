/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"

struct intern_pool {
	struct istr **buckets; /* owned chains */
	size_t cap, used;      /* cap is a power of two */
};

struct intern_pool *
intern_pool_new(void)
{
	struct intern_pool *pool = xcalloc(1, sizeof(*pool));
	pool->cap = 256;
	pool->buckets = xcalloc(pool->cap, sizeof(struct istr *));
	return pool;
}

void
intern_pool_free(struct intern_pool *pool)
{
	if (!pool)
		return;
	assert(pool->used == 0);
	free(pool->buckets);
	free(pool);
}

static void
grow(struct intern_pool *pool)
{
	struct istr **old = pool->buckets;
	size_t was = pool->cap;
	pool->cap *= 2;
	pool->buckets = xcalloc(pool->cap, sizeof(struct istr *));
	for (size_t i = 0; i < was; i++) {
		while (old[i]) {
			struct istr *s = old[i];
			old[i] = s->next;
			s->next = pool->buckets[s->hash & (pool->cap - 1)];
			pool->buckets[s->hash & (pool->cap - 1)] = s;
		}
	}
	free(old);
}

struct istr *
intern(struct intern_pool *pool, const char *p, size_t len)
{
	unsigned h = (unsigned)hash_bytes(p, len);
	struct istr *s = pool->buckets[h & (pool->cap - 1)];
	for (; s; s = s->next)
		if (s->hash == h && s->len == len && !memcmp(s->s, p, len))
			return istr_ref(s);
	if (pool->used >= pool->cap)
		grow(pool);
	s = xmalloc(sizeof(*s) + len + 1);
	*s = (struct istr){ .len = len, .refs = 1, .hash = h, .pool = pool };
	memcpy(s->s, p, len);
	s->s[len] = '\0';
	s->next = pool->buckets[h & (pool->cap - 1)];
	pool->buckets[h & (pool->cap - 1)] = s;
	pool->used++;
	return s;
}

struct istr *
istr_ref(struct istr *s)
{
	if (s)
		s->refs++;
	return s;
}

void
istr_unref(struct istr *s)
{
	if (!s)
		return;
	assert(s->refs > 0);
	if (--s->refs)
		return;
	struct istr **link = &s->pool->buckets[s->hash & (s->pool->cap - 1)];
	while (*link != s)
		link = &(*link)->next;
	*link = s->next;
	s->pool->used--;
	free(s);
}
