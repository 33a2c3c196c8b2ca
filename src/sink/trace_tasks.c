/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row comes when its call is over, so the first call of a child may come before the
 * fork() that made it: whichever end of an arrow comes first waits in the child's entry.
 * Arrows bind to the slice that is open at their time, so they start and end within.
 */
#include "sink/trace_tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sink/trace_writer.h"

/* Of ended threads nothing need be known; where so many came, all is forgotten, which
 * costs names written again and an arrow or two. */
#define TASKS_MAX 65536u

/* The moment of a call to which an arrow is bound. */
struct moment {
	uint64_t ns; /* 0: not known yet */
	int32_t pid, tid;
};

struct trace_task {
	uint64_t process_name, thread_name; /* hashes of what was written; 0: nothing */
	struct moment made, first;
	bool linked, ended;
};

void
trace_tasks_fini(struct trace_tasks *t)
{
	size_t pos = 0;
	uint64_t tid;
	void *task;
	while (hash_next(&t->by_tid, &pos, &tid, &task))
		free(task);
	hash_fini(&t->by_tid);
	t->n = 0;
}

static struct trace_task *
task_of(struct trace_tasks *t, int32_t tid)
{
	struct trace_task *task = hash_find(&t->by_tid, (uint32_t)tid);
	if (task)
		return task;
	if (t->n == TASKS_MAX)
		trace_tasks_fini(t);
	task = xcalloc(1, sizeof(*task));
	hash_put(&t->by_tid, (uint32_t)tid, task);
	t->n++;
	return task;
}

void
trace_tasks_exit(struct trace_tasks *t, int32_t tid)
{
	struct trace_task *task = hash_find(&t->by_tid, (uint32_t)tid);
	if (!task)
		return;
	task->ended = true;
	task->process_name = task->thread_name = 0;
}

static void
put_name(struct trace_writer *w, const char *what, const struct event *ev, int32_t tid)
{
	trace_event_begin_literal(w, TRACE_METADATA, what, ev->time_ns, ev->pid, tid);
	trace_arg_text(w, "name", ev->comm);
	trace_event_end(w);
}

void
trace_tasks_name(struct trace_tasks *t, struct trace_writer *w, const struct event *ev)
{
	if (!event_has(ev, EV_comm))
		return;
	uint64_t hash =
		hash_bytes(ev->comm.p, ev->comm.len) ^ ((uint64_t)ev->pid << 32 | 1);
	/* A process is called as its first thread; until that shows, as any of them. */
	struct trace_task *leader = task_of(t, ev->pid);
	if (!leader->process_name ||
	    (ev->tid == ev->pid && leader->process_name != hash)) {
		put_name(w, "process_name", ev, ev->pid);
		leader->process_name = hash;
	}
	struct trace_task *task = task_of(t, ev->tid);
	if (task->thread_name != hash) {
		put_name(w, "thread_name", ev, ev->tid);
		task->thread_name = hash;
	}
}

static void
put_arrow(struct trace_tasks *t, struct trace_writer *w, struct trace_task *task)
{
	static const struct text cat = { "task", 4 };
	/* A task that was made before this call is another one of that number, or the
	 * call told a number of another pid namespace. */
	if (task->linked || !task->made.ns || !task->first.ns ||
	    task->first.ns < task->made.ns)
		return;
	task->linked = true;
	uint64_t id = ++t->arrows;
	trace_event_begin_literal(w, TRACE_FLOW_START, "new task", task->made.ns,
				  task->made.pid, task->made.tid);
	trace_event_cat(w, cat);
	trace_event_id(w, id);
	trace_event_end(w);
	trace_event_begin_literal(w, TRACE_FLOW_END, "new task", task->first.ns,
				  task->first.pid, task->first.tid);
	trace_event_cat(w, cat);
	trace_event_id(w, id);
	trace_event_members(w, "\"bp\":\"e\"");
	trace_event_end(w);
}

static bool
makes_task(const struct event *ev)
{
	static const char *const names[] = { "clone", "clone3", "fork", "vfork" };
	if (ev->desc->family != FAMILY_Process || !event_has(ev, EV_ret) ||
	    ev->ret <= 0 || !ev->desc->name)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(ev->desc->name, names[i]))
			return true;
	return false;
}

void
trace_tasks_link(struct trace_tasks *t, struct trace_writer *w, const struct event *ev)
{
	const struct moment now = { .ns = ev->time_ns + (ev->latency_ns > 1),
				    .pid = ev->pid,
				    .tid = ev->tid };
	struct trace_task *task = task_of(t, ev->tid);
	if (task->ended) {
		task->made = task->first = (struct moment){ 0 };
		task->linked = task->ended = false;
	}
	if (!task->first.ns) {
		task->first = now;
		put_arrow(t, w, task);
	}
	if (!makes_task(ev) || ev->ret > INT32_MAX)
		return;
	struct trace_task *child = task_of(t, (int32_t)ev->ret);
	if (child->linked || (child->first.ns && child->first.ns < now.ns)) {
		/* an older task of that number */
		child->first = (struct moment){ 0 };
		child->linked = child->ended = false;
	}
	child->made = now;
	put_arrow(t, w, child);
}
