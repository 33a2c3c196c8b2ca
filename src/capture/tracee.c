/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/tracee.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct tracee *
tracees_find(const struct tracees *ts, pid_t tid)
{
	return hash_find(&ts->by_tid, (uint64_t)tid);
}

struct tracee *
tracees_add(struct tracees *ts, pid_t tid, pid_t pid)
{
	struct tracee *t = xcalloc(1, sizeof(*t));
	t->tid = tid;
	t->pid = pid;
	procdir_open(&t->proc, tid, ts->keep_below);
	hash_put(&ts->by_tid, (uint64_t)tid, t);
	return t;
}

void
tracees_rename(struct tracees *ts, struct tracee *t, pid_t tid)
{
	hash_remove(&ts->by_tid, (uint64_t)t->tid);
	t->tid = tid;
	hash_put(&ts->by_tid, (uint64_t)tid, t);
	procdir_close(&t->proc);
	procdir_open(&t->proc, tid, ts->keep_below);
}

static void
tracee_free(struct tracee *t)
{
	procdir_close(&t->proc);
	raw_build_fini(&t->rec);
	for (unsigned i = 0; i < TRACEE_HELD_MAX; i++)
		raw_build_fini(&t->held[i].rec);
	free(t->replaced);
	free(t->root);
	free(t);
}

void
tracees_remove(struct tracees *ts, struct tracee *t)
{
	hash_remove(&ts->by_tid, (uint64_t)t->tid);
	tracee_free(t);
}

size_t
tracees_count(const struct tracees *ts)
{
	return ts->by_tid.used;
}

void
tracees_fini(struct tracees *ts)
{
	size_t pos = 0;
	uint64_t tid;
	void *t;
	while (hash_next(&ts->by_tid, &pos, &tid, &t))
		tracee_free(t);
	hash_fini(&ts->by_tid);
}
