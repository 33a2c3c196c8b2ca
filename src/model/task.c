/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks: names over time, registered rings, and the address space they share.
 */
#include "model/task.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/aio.h"
#include "model/fdtable.h"
#include "model/fsctx.h"
#include "model/ofd.h"

struct mm *
mm_new(uint64_t brk, struct aio_ctx **ended)
{
	struct mm *mm = xmalloc(sizeof(*mm));
	*mm = (struct mm){ .refs = 1, .brk = brk, .ended = ended };
	return mm;
}

struct mm *
mm_ref(struct mm *mm)
{
	mm->refs++;
	return mm;
}

void
mm_unref(struct mm *mm)
{
	if (!mm)
		return;
	assert(mm->refs > 0);
	if (--mm->refs)
		return;
	aio_end_all(mm);
	free(mm);
}

struct task *
task_new(int32_t pid, int32_t tid)
{
	struct task *t = xcalloc(1, sizeof(*t));
	t->pid = pid;
	t->tid = tid;
	return t;
}

void
task_free(struct task *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < TASK_NAMES; i++)
		istr_unref(t->names[i].s);
	task_rings_free(t);
	fdtable_unref(t->files);
	fsctx_unref(t->fs);
	mm_unref(t->mm);
	free(t);
}

void
task_rename(struct task *t, struct istr *name, uint64_t ns)
{
	if (t->names[0].s == name) {
		istr_unref(name);
		return;
	}
	istr_unref(t->names[TASK_NAMES - 1].s);
	memmove(t->names + 1, t->names, (TASK_NAMES - 1) * sizeof(*t->names));
	t->names[0] = (struct task_name){ .s = name, .since_ns = ns };
}

const struct istr *
task_name_at(const struct task *t, uint64_t ns)
{
	unsigned i = 0;
	while (i + 1 < TASK_NAMES && t->names[i].since_ns > ns && t->names[i + 1].s)
		i++;
	return t->names[i].s;
}

void
task_ring_set(struct task *t, uint32_t index, int32_t fd, struct ofd *ofd)
{
	if (index >= TASK_RINGS)
		return;
	if (!t->rings)
		t->rings = xcalloc(TASK_RINGS, sizeof(*t->rings));
	if (ofd)
		ofd_ref(ofd);
	task_ring_clear(t, index);
	t->rings[index] = (struct task_ring){ .ofd = ofd, .fd = fd, .used = true };
}

void
task_ring_clear(struct task *t, uint32_t index)
{
	if (!t->rings || index >= TASK_RINGS)
		return;
	ofd_unref(t->rings[index].ofd);
	t->rings[index] = (struct task_ring){ 0 };
}

const struct task_ring *
task_ring_find(const struct task *t, uint32_t index)
{
	if (!t->rings || index >= TASK_RINGS || !t->rings[index].used)
		return NULL;
	return &t->rings[index];
}

void
task_rings_free(struct task *t)
{
	for (uint32_t i = 0; i < TASK_RINGS; i++)
		task_ring_clear(t, i);
	free(t->rings);
	t->rings = NULL;
}
