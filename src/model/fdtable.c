/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptor tables. Numbers come from the tracee and may be anything, hence a hash and
 * not an array.
 */
#include "model/fdtable.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/ofd.h"

struct fdtable *
fdtable_new(size_t *budget)
{
	struct fdtable *t = xcalloc(1, sizeof(*t));
	t->refs = 1;
	t->budget = budget;
	return t;
}

struct fdtable *
fdtable_ref(struct fdtable *t)
{
	t->refs++;
	return t;
}

static void
slot_free(struct fdtable *t, struct fdslot *s)
{
	if (!s)
		return;
	ofd_unref(s->ofd);
	free(s);
	++*t->budget;
}

void
fdtable_clear(struct fdtable *t)
{
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&t->slots, &pos, &key, &value))
		slot_free(t, value);
	hash_fini(&t->slots);
	for (unsigned i = 0; i < FDTABLE_GRAVES; i++) {
		slot_free(t, t->graves[i]);
		t->graves[i] = NULL;
	}
	t->buried = 0;
}

void
fdtable_unref(struct fdtable *t)
{
	if (!t)
		return;
	assert(t->refs > 0);
	if (--t->refs)
		return;
	fdtable_clear(t);
	free(t);
}

struct fdtable *
fdtable_copy(const struct fdtable *from)
{
	struct fdtable *t = fdtable_new(from->budget);
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&from->slots, &pos, &key, &value)) {
		const struct fdslot *s = value;
		fdtable_install(t, s->fd, s->ofd, s->cloexec, s->since_ns);
	}
	return t;
}

struct fdslot *
fdtable_find(const struct fdtable *t, int32_t fd)
{
	return hash_find(&t->slots, (uint32_t)fd);
}

const struct fdslot *
fdtable_find_at(const struct fdtable *t, int32_t fd, uint64_t ns)
{
	const struct fdslot *s = fdtable_find(t, fd);
	if (s && s->since_ns <= ns)
		return s;
	for (unsigned i = 0; i < FDTABLE_GRAVES && i < t->buried; i++) {
		s = t->graves[(t->buried - 1 - i) % FDTABLE_GRAVES];
		if (s->fd == fd && s->since_ns <= ns)
			return ns < s->until_ns ? s : NULL;
	}
	return NULL;
}

bool
fdtable_changed_after(const struct fdtable *t, int32_t fd, uint64_t ns)
{
	const struct fdslot *s = fdtable_find(t, fd);
	if (s)
		return s->since_ns > ns;
	for (unsigned i = 0; i < FDTABLE_GRAVES && i < t->buried; i++)
		if (t->graves[i]->fd == fd && t->graves[i]->until_ns > ns)
			return true;
	return false;
}

static void
bury(struct fdtable *t, struct fdslot *s, uint64_t ns)
{
	struct fdslot **grave = &t->graves[t->buried % FDTABLE_GRAVES];
	slot_free(t, *grave);
	s->until_ns = ns;
	*grave = s;
	t->buried++;
}

void
fdtable_install(struct fdtable *t, int32_t fd, struct ofd *ofd, bool cloexec, uint64_t ns)
{
	fdtable_remove(t, fd, ns);
	if (!*t->budget)
		return;
	--*t->budget;
	struct fdslot *s = xmalloc(sizeof(*s));
	*s = (struct fdslot){
		.ofd = ofd_ref(ofd), .since_ns = ns, .fd = fd, .cloexec = cloexec
	};
	hash_put(&t->slots, (uint32_t)fd, s);
}

void
fdtable_remove(struct fdtable *t, int32_t fd, uint64_t ns)
{
	struct fdslot *s = hash_remove(&t->slots, (uint32_t)fd);
	if (s)
		bury(t, s, ns);
}

/* Buries all bindings from FIRST to LAST; only those with CLOEXEC if so asked. */
static void
remove_if(struct fdtable *t, uint32_t first, uint32_t last, bool cloexec, uint64_t ns)
{
	if (!t->slots.used)
		return;
	int32_t *fds = xcalloc(t->slots.used, sizeof(*fds));
	size_t n = 0, pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&t->slots, &pos, &key, &value)) {
		const struct fdslot *s = value;
		if (key >= first && key <= last && (s->cloexec || !cloexec))
			fds[n++] = s->fd;
	}
	for (size_t i = 0; i < n; i++)
		fdtable_remove(t, fds[i], ns);
	free(fds);
}

void
fdtable_remove_range(struct fdtable *t, uint32_t first, uint32_t last, uint64_t ns)
{
	remove_if(t, first, last, false, ns);
}

void
fdtable_close_cloexec(struct fdtable *t, uint64_t ns)
{
	remove_if(t, 0, UINT32_MAX, true, ns);
}

void
fdtable_cloexec_range(struct fdtable *t, uint32_t first, uint32_t last)
{
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&t->slots, &pos, &key, &value))
		if (key >= first && key <= last)
			((struct fdslot *)value)->cloexec = true;
}

const struct fdslot *
fdtable_lowest(const struct fdtable *t, uint32_t first, uint32_t last)
{
	const struct fdslot *low = NULL;
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&t->slots, &pos, &key, &value))
		if (key >= first && key <= last && (!low || key < (uint32_t)low->fd))
			low = value;
	return low;
}
