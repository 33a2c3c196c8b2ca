/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/uring.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/model.h"
#include "model/request.h"

struct uring_ring *
uring_ring_find(const struct model *m, uint32_t id)
{
	return hash_find(&m->rings, id);
}

struct uring_ring *
uring_ring_get(struct model *m, uint32_t id)
{
	struct uring_ring *ring = uring_ring_find(m, id);
	if (ring)
		return ring;
	ring = xcalloc(1, sizeof(*ring));
	ring->id = id;
	hash_put(&m->rings, id, ring);
	return ring;
}

static void
ring_free(struct model *m, struct uring_ring *ring)
{
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&ring->flights, &pos, &key, &value)) {
		struct uring_flight *next, *f = value;
		for (; f; f = next) {
			next = f->next;
			request_free(f->row, &m->requests);
			uring_flight_end(m, NULL, f);
		}
	}
	hash_fini(&ring->flights);
	uring_files_clear(ring);
	free(ring->early);
	free(ring);
}

void
uring_ring_end(struct model *m, uint32_t id)
{
	struct uring_ring *ring = hash_remove(&m->rings, id);
	if (ring)
		ring_free(m, ring);
}

void
uring_rings_free(struct model *m)
{
	size_t pos = 0;
	uint64_t id;
	void *ring;
	while (hash_next(&m->rings, &pos, &id, &ring))
		ring_free(m, ring);
	hash_fini(&m->rings);
}

/* ---- registered files ---- */

struct ofd *
uring_file(const struct uring_ring *ring, uint32_t i)
{
	return hash_find(&ring->files, i);
}

void
uring_file_set(struct uring_ring *ring, uint32_t i, struct ofd *o)
{
	if (o)
		ofd_unref(hash_put(&ring->files, i, ofd_ref(o)));
	else
		ofd_unref(hash_remove(&ring->files, i));
}

void
uring_files_clear(struct uring_ring *ring)
{
	size_t pos = 0;
	uint64_t i;
	void *o;
	while (hash_next(&ring->files, &pos, &i, &o))
		ofd_unref(o);
	hash_fini(&ring->files);
}

/* ---- operations ---- */

struct uring_flight *
uring_flight_add(struct model *m, struct uring_ring *ring, uint64_t key,
		 struct fdtable *files)
{
	if (m->flights >= MODEL_MAX_REQUESTS)
		return NULL;
	m->flights++;
	struct uring_flight *f = xcalloc(1, sizeof(*f));
	f->key = key;
	f->order = ++ring->order;
	f->files = fdtable_ref(files);
	f->fd = -1;
	struct uring_flight *first = hash_find(&ring->flights, key);
	if (first) {
		first->last->next = f;
		first->last = f;
	} else {
		hash_put(&ring->flights, key, f);
		f->last = f;
	}
	return f;
}

struct uring_flight *
uring_flight_find(const struct uring_ring *ring, uint64_t key)
{
	return hash_find(&ring->flights, key);
}

static void
take_out(struct uring_ring *ring, struct uring_flight *f)
{
	struct uring_flight *first = hash_find(&ring->flights, f->key);
	if (first != f) {
		struct uring_flight *p = first;
		while (p->next != f)
			p = p->next;
		p->next = f->next;
		if (first->last == f)
			first->last = p;
	} else if (f->next) {
		f->next->last = f->last;
		hash_put(&ring->flights, f->key, f->next);
	} else {
		hash_remove(&ring->flights, f->key);
	}
}

void
uring_flight_end(struct model *m, struct uring_ring *ring, struct uring_flight *f)
{
	if (ring) {
		take_out(ring, f);
		ring->at_position -= f->at_position;
	}
	if (f->before)
		f->before->behind = f->behind;
	if (f->behind)
		f->behind->before = f->before;
	fdtable_unref(f->files);
	ofd_unref(f->ofd);
	istr_unref(f->name);
	istr_unref(f->old);
	istr_unref(f->peer);
	for (uint32_t i = 0; i < f->nupdate; i++)
		ofd_unref(f->update[i]);
	free(f->update);
	free(f);
	m->flights--;
}

static int
by_order(const void *a, const void *b)
{
	const struct uring_flight *const *x = a, *const *y = b;
	return ((*x)->order > (*y)->order) - ((*x)->order < (*y)->order);
}

struct uring_flight **
uring_flights(const struct uring_ring *ring, size_t *n)
{
	size_t pos = 0, room = 0;
	uint64_t key;
	void *value;
	struct uring_flight **all = NULL;
	*n = 0;
	while (hash_next(&ring->flights, &pos, &key, &value))
		for (struct uring_flight *f = value; f; f = f->next) {
			if (*n == room) {
				room = room ? 2 * room : 16;
				all = xreallocarray(all, room, sizeof(f));
			}
			all[(*n)++] = f;
		}
	if (all)
		qsort(all, *n, sizeof(*all), by_order);
	return all;
}

/* ---- completions without an operation ---- */

static void
drop_early(struct uring_ring *ring, size_t at, size_t n)
{
	ring->nearly -= n;
	memmove(ring->early + at, ring->early + at + n,
		(ring->nearly - at) * sizeof(*ring->early));
}

size_t
uring_early_add(struct uring_ring *ring, const struct uring_early *early)
{
	size_t dropped = ring->nearly == URING_EARLY_MAX ? URING_EARLY_MAX / 4 : 0;
	if (dropped)
		drop_early(ring, 0, dropped);
	if (ring->nearly == ring->early_cap) {
		ring->early_cap = ring->early_cap ? 2 * ring->early_cap : 16;
		ring->early =
			xreallocarray(ring->early, ring->early_cap, sizeof(*ring->early));
	}
	ring->early[ring->nearly++] = *early;
	return dropped;
}

bool
uring_early_take(struct uring_ring *ring, uint64_t key, uint64_t since_ns,
		 struct uring_early *out)
{
	size_t i = 0;
	while (i < ring->nearly &&
	       (ring->early[i].key != key || ring->early[i].ns < since_ns))
		i++;
	if (i == ring->nearly)
		return false;
	*out = ring->early[i];
	drop_early(ring, i, 1);
	return true;
}
