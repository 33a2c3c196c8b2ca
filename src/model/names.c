/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that change under open files: rename and unlink, applied to every description and
 * directory the model holds, as the kernel's dentries do it by themselves. Only names
 * without symbolic links and ".." are matched; the rest is mended by the kernel's word.
 */
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/model.h"
#include "model/path.h"

struct span {
	const char *p;
	size_t len;
};

/* NAME with FROM replaced by TO at its start; NULL if it is not FROM or below it. */
static struct istr *
moved(struct model *m, const struct istr *name, struct span from, struct span to)
{
	if (!name || !path_below(name->s, name->len, from.p, from.len))
		return NULL;
	char buf[512];
	size_t rest = name->len - from.len;
	char *p = to.len + rest <= sizeof(buf) ? buf : xmalloc(to.len + rest);
	memcpy(p, to.p, to.len);
	memcpy(p + to.len, name->s + from.len, rest);
	struct istr *s = intern(m->names, p, to.len + rest);
	if (p != buf)
		free(p);
	return s;
}

static void
move_ofd(struct model *m, struct ofd *o, struct span old, struct span new, bool exchange)
{
	if (!o->name || o->name->s[0] != '/' || o->deleted)
		return;
	struct istr *name = moved(m, o->name, old, new);
	if (!name && exchange)
		name = moved(m, o->name, new, old);
	if (name)
		ofd_set_name(o, name);
	else if (o->name->len == new.len && !memcmp(o->name->s, new.p, new.len))
		o->deleted = true;
}

static void
move_dir(struct model *m, struct istr **dir, struct span old, struct span new,
	 bool exchange)
{
	struct istr *name = moved(m, *dir, old, new);
	if (!name && exchange)
		name = moved(m, *dir, new, old);
	if (!name)
		return;
	istr_unref(*dir);
	*dir = name;
}

void
model_rename(struct model *m, const char *old, size_t oldlen, const char *new,
	     size_t newlen, bool exchange)
{
	struct span a = { old, oldlen }, b = { new, newlen };
	/* Onto itself, or "/" that nothing can move. */
	if (oldlen < 2 || newlen < 2 || (oldlen == newlen && !memcmp(old, new, oldlen)))
		return;
	for (struct ofd *o = m->ofds; o; o = o->next)
		move_ofd(m, o, a, b, exchange);
	for (struct fsctx *fs = m->fsctxs; fs; fs = fs->next) {
		for (unsigned i = 0; i < fs->ncwds; i++)
			move_dir(m, &fs->cwds[i].s, a, b, exchange);
		move_dir(m, &fs->root, a, b, exchange);
	}
}

void
model_unlink(struct model *m, const char *path, size_t len)
{
	for (struct ofd *o = m->ofds; o; o = o->next)
		if (o->name && o->name->len == len && !memcmp(o->name->s, path, len))
			o->deleted = true;
}
