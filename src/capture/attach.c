/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracing what runs already. There is no filter in an attached program (it could never be
 * taken out again), so it stops at every call.
 *
 * Which threads there are is a moving target: those not seized yet make new ones, and
 * /proc lists them one by one. So passes over the lists are repeated. A seized thread is
 * told to stop and stands, unanswered, until all are there; its new threads and children
 * are traced from birth. When a pass finds nothing new, and all that were found stand
 * still, then the lists stand still too: one more pass that finds nothing is the proof.
 * A thread that was listed and ended before it was seized is something new: it was free to
 * make another one, which the list may not have had yet.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/interrupt.h"
#include "capture/proc_tasks.h"
#include "capture/refusal.h"
#include "capture/stop_engine.h"

/* A thread that is deep in the kernel, or gets no CPU, may take a while to stop. What it is
 * making then could escape, so this is only a bound for the worst: ten seconds. */
#define STILL_TRIES 10000
#define STILL_PAUSE_NS 1000000
#define PASSES_MAX 10000

struct target {
	pid_t pid;
	unsigned seized; /* threads */
	int err;	 /* why the last one was not, 0 or errno */
};

struct attaching {
	struct stop_engine *e;
	struct target *targets; /* owned; grows by --tree */
	size_t ntargets;
	struct hash known; /* pid -> something, for all of targets */
	bool proc_is_ours; /* lists of /proc can be asked */
	bool lists_children;
	unsigned found; /* threads and processes that a pass brought, or lost */
};

/* What a list of tasks is of. */
struct owner {
	struct attaching *a;
	size_t target; /* an index: targets move */
};

static void
add_target(struct attaching *a, pid_t pid)
{
	if (hash_put(&a->known, (uint64_t)pid, a))
		return;
	a->targets = xreallocarray(a->targets, a->ntargets + 1, sizeof(*a->targets));
	a->targets[a->ntargets++] = (struct target){ .pid = pid };
	a->found++;
}

/* Has the thread ended since /proc listed it? A leader may stay as a zombie, and so may a
 * thread that somebody else traces. */
static bool
ended_unseized(const struct target *target, pid_t tid)
{
	struct proc_status st;
	if (proc_status(tid, &st))
		return true;
	return strchr("XZ", st.state) && tid != target->pid && !st.tracer;
}

/* Is the thread traced now? */
static bool
seize_thread(struct attaching *a, struct target *target, pid_t tid)
{
	struct stop_engine *e = a->e;
	if (tracees_find(&e->tracees, tid))
		return true;
	if (ptrace(PTRACE_SEIZE, tid, 0, stop_engine_ptrace_options(e, false)) < 0) {
		target->err = errno;
		return false;
	}
	struct tracee *t = tracees_add(&e->tracees, tid, target->pid);
	t->attached = t->attaching = true;
	t->seized_ns = clock_boot_ns();
	interrupt_ask(t);
	t->root_epoch = e->root_epoch - 1;
	faults_seized(e, t);
	births_announce(e, t, 0, 0, RAW_ORIGIN_ATTACH, t->seized_ns);
	if (!target->seized++) {
		births_seed(e, t);
		aio_seized(e, t);
		uring_seized(e, t);
	}
	a->found++;
	return true;
}

static void
see_thread(void *arg, pid_t tid)
{
	const struct owner *o = arg;
	struct target *target = &o->a->targets[o->target];
	if (!seize_thread(o->a, target, tid) && ended_unseized(target, tid))
		o->a->found++;
}

static void
see_child(void *arg, pid_t pid)
{
	const struct owner *o = arg;
	if (pid != getpid())
		add_target(o->a, pid);
}

static void
see_children_of_thread(void *arg, pid_t tid)
{
	const struct owner *o = arg;
	proc_each_child(o->a->targets[o->target].pid, tid, see_child, arg);
}

static void
see_children(struct owner *o)
{
	pid_t pid = o->a->targets[o->target].pid;
	if (o->a->lists_children)
		proc_each_thread(pid, see_children_of_thread, o);
	else
		proc_each_child_by_parent(pid, see_child, o);
}

/* Over all threads of all processes known so far, and those found on the way. */
static void
pass(struct attaching *a)
{
	a->found = 0;
	for (size_t i = 0; i < a->ntargets; i++) {
		struct owner o = { .a = a, .target = i };
		pid_t pid = a->targets[i].pid;
		/* The leader first, so that its task precedes its threads. */
		seize_thread(a, &a->targets[i], pid);
		if (!a->proc_is_ours)
			continue;
		proc_each_thread(pid, see_thread, &o);
		if (a->e->cfg->tree)
			see_children(&o);
	}
}

static bool
stands_still(pid_t tid)
{
	struct proc_status st;
	return proc_status(tid, &st) || strchr("tTDZXx", st.state);
}

/* Waits until every seized thread stands, for a bounded time. */
static void
wait_until_still(struct attaching *a)
{
	const struct timespec pause = { .tv_nsec = STILL_PAUSE_NS };
	size_t pos = 0;
	uint64_t tid;
	void *t;
	int tries = STILL_TRIES;
	while (hash_next(&a->e->tracees.by_tid, &pos, &tid, &t))
		while (!stands_still((pid_t)tid) && tries-- > 0)
			nanosleep(&pause, NULL);
}

static void
seize_all(struct attaching *a)
{
	bool still = false;
	for (int n = 0; n < PASSES_MAX; n++) {
		pass(a);
		if (a->found) {
			still = false;
			continue;
		}
		if (still)
			return;
		wait_until_still(a);
		still = true;
	}
}

/* A thread is no process: whoever names one shall say which he means. */
static bool
is_process(struct attaching *a, pid_t pid, char *why, size_t len)
{
	struct proc_status st;
	if (pid == getpid()) {
		snprintf(why, len, "cannot attach to %d: that is iotrace itself", pid);
		return false;
	}
	if (a->proc_is_ours && !proc_status(pid, &st) && st.tgid != pid) {
		snprintf(why, len, "cannot attach to %d: it is a thread of process %d: to trace all "
			 "threads of it, give -p %d", pid, st.tgid, st.tgid);
		return false;
	}
	return true;
}

/* Tells the user of every process that was named and is not traced. Returns how many are;
 * if none, the last line is left in cfg->err. */
static size_t
account(struct attaching *a)
{
	struct capture_cfg *cfg = a->e->cfg;
	size_t done = 0;
	cfg->err[0] = '\0';
	for (size_t i = 0; i < cfg->npids; i++) {
		pid_t pid = cfg->pids[i];
		char line[sizeof(cfg->err)], why[400];
		const struct target *target = NULL;
		for (size_t j = 0; j < a->ntargets && !target; j++)
			target = a->targets[j].pid == pid ? &a->targets[j] : NULL;
		if (target && target->seized) {
			done++;
			continue;
		}
		if (is_process(a, pid, line, sizeof(line))) {
			refusal_explain(why, sizeof(why), pid,
					target && target->err ? target->err : ESRCH);
			snprintf(line, sizeof(line), "cannot attach to %d: %s", pid, why);
		}
		if (cfg->err[0])
			cfg->complain(cfg->err);
		memcpy(cfg->err, line, sizeof(line));
	}
	if (done && cfg->err[0])
		cfg->complain(cfg->err);
	return done;
}

int
attach_processes(struct stop_engine *e)
{
	struct attaching a = {
		.e = e,
		.proc_is_ours = proc_usable(),
		.lists_children = proc_lists_children(),
	};
	char why[sizeof(e->cfg->err)];
	for (size_t i = 0; i < e->cfg->npids; i++)
		if (is_process(&a, e->cfg->pids[i], why, sizeof(why)))
			add_target(&a, e->cfg->pids[i]);
	seize_all(&a);
	size_t done = account(&a);
	if (done && !a.proc_is_ours)
		stop_engine_note(e, "/proc is missing or foreign: of each process only the first "
				    "thread could be found, and names of descriptors are "
				    "reconstructed from the calls");
	free(a.targets);
	hash_fini(&a.known);
	return done ? 0 : -ESRCH;
}
