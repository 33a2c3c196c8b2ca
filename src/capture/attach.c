/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracing what runs already: every thread of a process is seized, until a pass over
 * /proc/PID/task finds no new one, and let go again as it was. There is no filter in an
 * attached program (it could never be taken out again), so it stops at every call.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/refusal.h"
#include "capture/stop_engine.h"

static int
seize_thread(struct stop_engine *e, pid_t pid, pid_t tid)
{
	if (ptrace(PTRACE_SEIZE, tid, 0, stop_engine_ptrace_options(e, false)) < 0 ||
	    ptrace(PTRACE_INTERRUPT, tid, 0, 0) < 0)
		return -errno;
	struct tracee *t = tracees_add(&e->tracees, tid, pid);
	t->attached = true;
	t->root_epoch = e->root_epoch - 1;
	faults_seized(e, t);
	births_announce(e, t, 0, 0, RAW_ORIGIN_ATTACH, clock_boot_ns());
	if (tid == pid)
		aio_seized(e, t);
	return 0;
}

/* One pass over the threads. Returns how many new ones were seized; *ERR: why the last
 * one could not be. The leader goes first, so that its task precedes its threads. */
static int
seize_pass(struct stop_engine *e, pid_t pid, int *err)
{
	char path[32];
	int n = 0;
	if (!tracees_find(&e->tracees, pid)) {
		*err = seize_thread(e, pid, pid);
		n += !*err;
	}
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	if (!dir)
		return n;
	for (const struct dirent *ent; (ent = readdir(dir));) {
		pid_t tid = (pid_t)strtol(ent->d_name, NULL, 10);
		if (tid <= 0 || tracees_find(&e->tracees, tid))
			continue;
		int r = seize_thread(e, pid, tid);
		n += !r;
	}
	closedir(dir);
	return n;
}

int
attach_processes(struct stop_engine *e)
{
	size_t done = 0;
	int err = 0;
	for (size_t i = 0; i < e->cfg->npids; i++) {
		pid_t pid = e->cfg->pids[i];
		int n = 0, why = 0;
		for (int more; (more = seize_pass(e, pid, &why)) > 0;)
			n += more;
		if (n) {
			done++;
			continue;
		}
		err = why ? why : -ESRCH;
		char text[400];
		refusal_explain(text, sizeof(text), pid, -err);
		snprintf(e->cfg->err, sizeof(e->cfg->err), "cannot attach to %d: %s", pid, text);
		if (e->cfg->npids > 1)
			stop_engine_note(e, e->cfg->err);
	}
	if (!done)
		return err;
	return 0;
}

/* Brings T to a stop and detaches it there: a signal that was about to be delivered is
 * delivered, a group-stop goes on (ptrace(2), PTRACE_DETACH). */
static void
detach(struct tracee *t)
{
	if (ptrace(PTRACE_DETACH, t->tid, 0, 0) == 0)
		return;
	if (ptrace(PTRACE_INTERRUPT, t->tid, 0, 0) < 0)
		return; /* gone */
	for (;;) {
		int status;
		pid_t got = waitpid(t->tid, &status, __WALL);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !WIFSTOPPED(status))
			return;
		int signo = WSTOPSIG(status);
		bool deliver = status >> 16 == 0 && signo != (SIGTRAP | 0x80);
		ptrace(PTRACE_DETACH, t->tid, 0, deliver ? signo : 0);
		return;
	}
}

void
attach_detach_all(struct stop_engine *e)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		struct tracee *t = v;
		if (!t->attached)
			continue;
		detach(t);
		calls_abandon(e, t, clock_boot_ns());
		t->attached = false;
	}
}
