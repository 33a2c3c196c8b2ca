/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Working and root directories: counted, and listed so that a rename can find them all.
 */
#include "model/fsctx.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"

struct fsctx *
fsctx_new(struct fsctx **list)
{
	struct fsctx *fs = xcalloc(1, sizeof(*fs));
	fs->refs = 1;
	fs->next = *list;
	fs->link = list;
	if (fs->next)
		fs->next->link = &fs->next;
	*list = fs;
	return fs;
}

struct fsctx *
fsctx_copy(const struct fsctx *from, struct fsctx **list)
{
	struct fsctx *fs = fsctx_new(list);
	struct cwd cwd = fsctx_cwd(from);
	if (cwd.s)
		fsctx_set_cwd(fs, istr_ref(cwd.s), cwd.since_ns);
	fs->root = istr_ref(from->root);
	return fs;
}

struct fsctx *
fsctx_ref(struct fsctx *fs)
{
	fs->refs++;
	return fs;
}

void
fsctx_unref(struct fsctx *fs)
{
	if (!fs)
		return;
	assert(fs->refs > 0);
	if (--fs->refs)
		return;
	*fs->link = fs->next;
	if (fs->next)
		fs->next->link = fs->link;
	fsctx_forget(fs);
	free(fs);
}

struct cwd
fsctx_cwd(const struct fsctx *fs)
{
	return fs->ncwds ? fs->cwds[fs->ncwds - 1] : (struct cwd){ 0 };
}

/* Room for one more: by growing, up to the bound, then by forgetting the oldest. */
static void
make_room(struct fsctx *fs)
{
	if (fs->ncwds < fs->size)
		return;
	if (fs->size < FSCTX_CWDS) {
		fs->size = fs->size ? 2 * fs->size : 1;
		fs->cwds = xreallocarray(fs->cwds, fs->size, sizeof(*fs->cwds));
		return;
	}
	istr_unref(fs->cwds[0].s);
	fs->ncwds--;
	memmove(fs->cwds, fs->cwds + 1, fs->ncwds * sizeof(*fs->cwds));
}

void
fsctx_set_cwd(struct fsctx *fs, struct istr *cwd, uint64_t ns)
{
	if (fsctx_cwd(fs).s == cwd) {
		istr_unref(cwd);
		return;
	}
	make_room(fs);
	fs->cwds[fs->ncwds++] = (struct cwd){ .s = cwd, .since_ns = ns };
}

const struct istr *
fsctx_cwd_at(const struct fsctx *fs, uint64_t ns)
{
	for (unsigned i = fs->ncwds; i-- > 0;)
		if (fs->cwds[i].since_ns <= ns)
			return fs->cwds[i].s;
	return NULL;
}

void
fsctx_set_root(struct fsctx *fs, struct istr *root)
{
	istr_unref(fs->root);
	fs->root = root;
}

void
fsctx_forget(struct fsctx *fs)
{
	for (unsigned i = 0; i < fs->ncwds; i++)
		istr_unref(fs->cwds[i].s);
	free(fs->cwds);
	fs->cwds = NULL;
	fs->ncwds = fs->size = 0;
	fsctx_set_root(fs, NULL);
}
