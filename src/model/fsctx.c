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
	fs->cwds[0].s = istr_ref(from->cwds[0].s);
	fs->cwds[0].since_ns = from->cwds[0].since_ns;
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

void
fsctx_set_cwd(struct fsctx *fs, struct istr *cwd, uint64_t ns)
{
	if (fs->cwds[0].s == cwd) {
		istr_unref(cwd);
		return;
	}
	istr_unref(fs->cwds[FSCTX_CWDS - 1].s);
	memmove(fs->cwds + 1, fs->cwds, (FSCTX_CWDS - 1) * sizeof(*fs->cwds));
	fs->cwds[0] = (struct cwd){ .s = cwd, .since_ns = ns };
}

const struct istr *
fsctx_cwd_at(const struct fsctx *fs, uint64_t ns)
{
	for (unsigned i = 0; i < FSCTX_CWDS; i++)
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
	for (unsigned i = 0; i < FSCTX_CWDS; i++)
		istr_unref(fs->cwds[i].s);
	memset(fs->cwds, 0, sizeof(fs->cwds));
	fsctx_set_root(fs, NULL);
}
