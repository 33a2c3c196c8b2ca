/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open file descriptions: counted, and listed so that a rename can find them all.
 */
#include "model/ofd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/intern.h"
#include "base/xalloc.h"

struct ofd *
ofd_new(struct ofd **list)
{
	struct ofd *o = xcalloc(1, sizeof(*o));
	o->refs = 1;
	o->pos = -1;
	o->next = *list;
	o->link = list;
	if (o->next)
		o->next->link = &o->next;
	*list = o;
	return o;
}

struct ofd *
ofd_ref(struct ofd *o)
{
	o->refs++;
	return o;
}

void
ofd_unref(struct ofd *o)
{
	if (!o)
		return;
	assert(o->refs > 0);
	if (--o->refs)
		return;
	*o->link = o->next;
	if (o->next)
		o->next->link = o->link;
	istr_unref(o->name);
	istr_unref(o->peer);
	free(o);
}

void
ofd_set_name(struct ofd *o, struct istr *name)
{
	istr_unref(o->name);
	o->name = name;
}

void
ofd_set_peer(struct ofd *o, struct istr *peer)
{
	istr_unref(o->peer);
	o->peer = peer;
}

static bool
starts_with(const char *s, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);
	return len >= n && !memcmp(s, prefix, n);
}

bool
ofd_seekable(const char *name, size_t len, uint32_t mode)
{
	if (mode)
		return S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode);
	if (!starts_with(name, len, "/"))
		return false;
	return !starts_with(name, len, "/dev/") || starts_with(name, len, "/dev/shm/");
}
