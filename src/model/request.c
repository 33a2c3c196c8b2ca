/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/request.h"

#include <assert.h>
#include <stdlib.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/ofd.h"

struct request *
request_new(size_t *in_flight)
{
	if (*in_flight >= MODEL_MAX_REQUESTS)
		return NULL;
	++*in_flight;
	struct request *r = xcalloc(1, sizeof(*r));
	r->fd = -1;
	r->offset = -1;
	return r;
}

void
request_free(struct request *r, size_t *in_flight)
{
	if (!r)
		return;
	assert(*in_flight > 0);
	--*in_flight;
	istr_unref(r->comm);
	istr_unref(r->file);
	istr_unref(r->old_file);
	istr_unref(r->peer);
	ofd_unref(r->ofd);
	free(r->args);
	free(r);
}

void
requests_add(struct requests *rs, struct request *r)
{
	r->next = NULL;
	struct request *last = hash_find(&rs->by_key, r->key);
	if (!last) {
		hash_put(&rs->by_key, r->key, r);
		return;
	}
	while (last->next)
		last = last->next;
	last->next = r;
}

struct request *
requests_find(const struct requests *rs, uint64_t key)
{
	return hash_find(&rs->by_key, key);
}

struct request *
requests_take(struct requests *rs, uint64_t key)
{
	struct request *r = hash_find(&rs->by_key, key);
	if (!r)
		return NULL;
	if (r->next)
		hash_put(&rs->by_key, key, r->next);
	else
		hash_remove(&rs->by_key, key);
	r->next = NULL;
	return r;
}

static int
by_id(const void *a, const void *b)
{
	const struct request *const *x = a, *const *y = b;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

struct request *
requests_take_all(struct requests *rs)
{
	size_t n = 0, pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&rs->by_key, &pos, &key, &value))
		for (struct request *r = value; r; r = r->next)
			n++;
	if (!n) {
		hash_fini(&rs->by_key);
		return NULL;
	}
	struct request **all = xreallocarray(NULL, n, sizeof(struct request *));
	n = pos = 0;
	while (hash_next(&rs->by_key, &pos, &key, &value))
		for (struct request *r = value; r; r = r->next)
			all[n++] = r;
	hash_fini(&rs->by_key);
	qsort(all, n, sizeof(struct request *), by_id);
	for (size_t i = 0; i < n; i++)
		all[i]->next = i + 1 < n ? all[i + 1] : NULL;
	struct request *first = all[0];
	free(all);
	return first;
}
