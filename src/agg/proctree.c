/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/proctree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define PROGRAM_MAX 255u

struct proctree *
proctree_new(void)
{
	return xcalloc(1, sizeof(struct proctree));
}

void
proctree_free(struct proctree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->p[i].program);
	free(t->p);
	hash_fini(&t->by_tid);
	free(t);
}

/* Processes are kept in the map by number plus 1, so that the array may move. */
static struct process *
process_of(const struct proctree *t, int32_t tid)
{
	uintptr_t number = (uintptr_t)hash_find(&t->by_tid, (uint32_t)tid);
	return number ? &t->p[number - 1] : NULL;
}

static void
task_is(struct proctree *t, int32_t tid, const struct process *p)
{
	uintptr_t number = (uintptr_t)(p - t->p) + 1;
	hash_put(&t->by_tid, (uint32_t)tid, (void *)number);
}

static void
set_comm(struct process *p, struct text comm)
{
	if (!comm.p)
		return;
	size_t len = comm.len < sizeof(p->comm) ? comm.len : sizeof(p->comm) - 1;
	memcpy(p->comm, comm.p, len);
	p->comm[len] = '\0';
}

static struct process *
process_new(struct proctree *t, int32_t pid, uint64_t now_ns)
{
	if (t->n == PROCTREE_MAX) {
		hash_remove(&t->by_tid, (uint32_t)pid); /* was another process's */
		return NULL;
	}
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 16;
		t->p = xreallocarray(t->p, t->cap, sizeof(*t->p));
	}
	struct process *p = &t->p[t->n++];
	*p = (struct process){ .pid = pid, .start_ns = now_ns };
	return p;
}

void
proctree_task(struct proctree *t, int32_t pid, int32_t tid, int32_t creator,
	      struct text comm, uint64_t now_ns)
{
	const struct process *parent = creator ? process_of(t, creator) : NULL;
	uint32_t parent_number = parent ? (uint32_t)(parent - t->p) + 1 : 0;
	struct process *p = pid == tid ? NULL : process_of(t, pid);
	if (!p)
		p = process_new(t, pid, now_ns);
	if (!p) {
		t->more += pid == tid;
		return;
	}
	if (p->threads++ == 0) {
		p->parent = parent_number;
		set_comm(p, comm);
		/* The first thread of an attached process need not be its leader. */
		task_is(t, pid, p);
	}
	task_is(t, tid, p);
}

void
proctree_exec(struct proctree *t, int32_t tid, int32_t former_tid, struct text comm,
	      struct text program)
{
	struct process *p = process_of(t, former_tid);
	if (!p)
		p = process_of(t, tid);
	if (!p)
		return;
	task_is(t, tid, p);
	if (former_tid != tid)
		hash_remove(&t->by_tid, (uint32_t)former_tid);
	set_comm(p, comm);
	if (!program.p)
		return;
	free(p->program);
	p->program = xmemdup0(program.p,
			      program.len < PROGRAM_MAX ? program.len : PROGRAM_MAX);
}

void
proctree_comm(struct proctree *t, int32_t pid, int32_t tid, struct text comm)
{
	struct process *p = pid == tid ? process_of(t, tid) : NULL;
	if (p)
		set_comm(p, comm);
}

void
proctree_exit(struct proctree *t, int32_t tid, bool last, int status, uint64_t now_ns)
{
	struct process *p = process_of(t, tid);
	if (!p)
		return;
	/* Rows may still come (requests that were never completed): the process keeps its
	 * pid until another has it. */
	if (tid != p->pid)
		hash_remove(&t->by_tid, (uint32_t)tid);
	if (!last)
		return;
	p->end_ns = now_ns;
	p->status = status;
}

void
proctree_add(struct proctree *t, const struct event *ev)
{
	struct process *p = process_of(t, ev->pid);
	if (!p) {
		p = process_new(t, ev->pid, ev->time_ns);
		if (!p)
			return;
		p->threads = 1;
		set_comm(p, ev->comm);
		task_is(t, ev->pid, p);
	}
	p->calls++;
	p->errors += event_has(ev, EV_error);
	if (event_has(ev, EV_ret) && event_has(ev, EV_latency_ns))
		p->ns += ev->latency_ns;
	if (ev->event_flags & EVENT_COUNTED_ONLY || !event_has(ev, EV_bytes))
		return;
	if (ev->desc->bytes == BYTES_READ || ev->desc->bytes == BYTES_TRANSFER)
		p->bytes_read += ev->bytes;
	if (ev->desc->bytes == BYTES_WRITE || ev->desc->bytes == BYTES_TRANSFER)
		p->bytes_written += ev->bytes;
}
