/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads and children made by one call each, so that a scenario can state every row of
 * theirs. A thread made here has no TLS of its own: no stdio, no errno, no pthread calls.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"
#include "task.h"

static int
thread_main(void *arg)
{
	struct thread *t = arg;

	return t->fn(t); /* clone(3) makes the exit(2) of it */
}

long
thread_start(struct run *r, struct thread *t, int (*fn)(struct thread *), long arg)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID |
			  CLONE_PARENT_SETTID;
	void *word = (void *)(uintptr_t)&t->alive;
	char *top;
	long tid;

	if (r->nthreads >= THREADS_MAX)
		fail("threads", r->nthreads, THREADS_MAX);
	r->nthreads++;
	top = r->stacks + (size_t)r->nthreads * THREAD_STACK;
	t->fn = fn;
	t->run = r;
	t->arg = arg;
	t->step = 0;
	tid = clone(thread_main, top, flags, t, word, NULL, word);
	if (tid < 0)
		fail("clone", -errno, 0);
	return tid;
}

void
thread_join(struct thread *t)
{
	uint32_t tid;

	while ((tid = t->alive) != 0)
		sys(SYS_futex, &t->alive, (long)FUTEX_WAIT, (long)tid, NULL, NULL, 0L);
}

void
step_set(struct thread *t, uint32_t step)
{
	__atomic_store_n(&t->step, step, __ATOMIC_SEQ_CST);
	sys(SYS_futex, &t->step, (long)FUTEX_WAKE_PRIVATE, 64L, NULL, NULL, 0L);
}

void
step_wait(struct thread *t, uint32_t step)
{
	uint32_t now;

	while ((now = __atomic_load_n(&t->step, __ATOMIC_SEQ_CST)) < step)
		sys(SYS_futex, &t->step, (long)FUTEX_WAIT_PRIVATE, (long)now, NULL, NULL,
		    0L);
}

/* Reads NAME into BUF as a string; false if it cannot be read. */
static int
slurp(const char *name, char *buf, size_t size)
{
	long fd = sys(SYS_openat, (long)-100, name, 0L, 0L), n;

	if (fd < 0)
		return 0;
	n = sys(SYS_read, fd, buf, (long)size - 1);
	sys(SYS_close, fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* proc_pid_stat(5): the state follows the last parenthesis; "S" is asleep, while a task
 * in a tracer's stop shows "t". proc_pid_syscall(5): the call's number comes first. */
static int
is_blocked(long pid, long tid, long nr)
{
	char name[96], buf[512];
	const char *p;

	snprintf(name, sizeof(name), "/proc/%ld/task/%ld/stat", pid, tid);
	if (!slurp(name, buf, sizeof(buf)) || !(p = strrchr(buf, ')')) || p[2] != 'S')
		return 0;
	snprintf(name, sizeof(name), "/proc/%ld/task/%ld/syscall", pid, tid);
	return slurp(name, buf, sizeof(buf)) && buf[0] >= '0' && buf[0] <= '9' &&
	       strtol(buf, NULL, 10) == nr;
}

void
wait_blocked(long pid, long tid, long nr)
{
	while (!is_blocked(pid, tid, nr))
		sys(SYS_sched_yield);
}

long
child_fork(void)
{
	return want_ok(sys(SYS_fork), "fork");
}

void
child_exit(int status)
{
	for (;;)
		sys(SYS_exit_group, (long)status);
}

void
child_wait(long pid)
{
	int status = -1;

	want(sys(SYS_wait4, pid, &status, 0L, NULL), pid, "wait4");
	want(status, 0, "wait status of the child");
}

long
exec_part(struct run *r, const char *arg1, const char *arg2)
{
	const char *argv[] = { r->self, "--part",	    r->sc->name,
			       arg1,	arg1 ? arg2 : NULL, NULL };

	return sys(SYS_execve, r->self, argv, environ);
}
