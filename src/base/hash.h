/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open-addressing map from a 64-bit key to a pointer, and the hash for byte strings.
 * The map owns neither; NULL is not a value. A zeroed struct is a valid empty map.
 */
#ifndef IOTRACE_BASE_HASH_H
#define IOTRACE_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_slot {
	uint64_t key;
	void *value; /* borrowed; NULL is a free slot */
};

struct hash {
	struct hash_slot *slots; /* owned */
	size_t cap, used;        /* cap is 0 or a power of two */
};

void hash_fini(struct hash *);

/* The value of KEY, or NULL. */
void *hash_find(const struct hash *, uint64_t key);

/* Sets KEY to VALUE (not NULL); returns the value it had, or NULL. */
void *hash_put(struct hash *, uint64_t key, void *value);

/* Forgets KEY; returns the value it had, or NULL. */
void *hash_remove(struct hash *, uint64_t key);

/* Walks all entries: start with *pos = 0; false at the end. No change while walking. */
bool hash_next(const struct hash *, size_t *pos, uint64_t *key, void **value);

/* A well-mixed hash of LEN bytes, the same on every machine; not for hostile keys' sake. */
uint64_t hash_bytes(const void *, size_t len);

#endif
