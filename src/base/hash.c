/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* splitmix64's finaliser: neighbouring tids spread over the table. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

void
hash_fini(struct hash *h)
{
	free(h->slots);
	*h = (struct hash){ 0 };
}

/* The slot of KEY, or the free one where it would go. The table is never full. */
static struct hash_slot *
slot_of(const struct hash *h, uint64_t key)
{
	size_t i = (size_t)mix(key) & (h->cap - 1);
	while (h->slots[i].value && h->slots[i].key != key)
		i = (i + 1) & (h->cap - 1);
	return &h->slots[i];
}

void *
hash_find(const struct hash *h, uint64_t key)
{
	return h->used ? slot_of(h, key)->value : NULL;
}

static void
grow(struct hash *h)
{
	struct hash old = *h;
	h->cap = old.cap ? old.cap * 2 : 16;
	h->slots = xcalloc(h->cap, sizeof(*h->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].value)
			*slot_of(h, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void *
hash_put(struct hash *h, uint64_t key, void *value)
{
	assert(value);
	if (h->used * 4 >= h->cap * 3)
		grow(h);
	struct hash_slot *s = slot_of(h, key);
	void *was = s->value;
	*s = (struct hash_slot){ .key = key, .value = value };
	h->used += !was;
	return was;
}

void *
hash_remove(struct hash *h, uint64_t key)
{
	if (!h->used)
		return NULL;
	struct hash_slot *s = slot_of(h, key);
	void *was = s->value;
	if (!was)
		return NULL;
	s->value = NULL;
	h->used--;
	/* Linear probing without tombstones: put back what stood behind the hole. */
	size_t i = (size_t)(s - h->slots);
	for (i = (i + 1) & (h->cap - 1); h->slots[i].value; i = (i + 1) & (h->cap - 1)) {
		struct hash_slot moved = h->slots[i];
		h->slots[i].value = NULL;
		*slot_of(h, moved.key) = moved;
	}
	return was;
}

bool
hash_next(const struct hash *h, size_t *pos, uint64_t *key, void **value)
{
	for (; *pos < h->cap; ++*pos) {
		const struct hash_slot *s = &h->slots[*pos];
		if (!s->value)
			continue;
		*key = s->key;
		*value = s->value;
		++*pos;
		return true;
	}
	return false;
}

uint64_t
hash_bytes(const void *mem, size_t len)
{
	/* As FNV-1a, but eight bytes at a time: names are long, and each event has some.
	 * What a product moves to its upper half comes down again by the shift. */
	const char *p = mem;
	const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h = len * prime, word;
	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * prime;
		h ^= h >> 32;
	}
	word = 0;
	if (len)
		memcpy(&word, p, len);
	return mix((h ^ word) * prime);
}
