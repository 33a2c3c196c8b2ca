/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hard_cases WAY [NUMBER]: a program that is hard to trace and counts its own calls. Each
 * task makes getppid(2) calls and notes in memory that outlives it how many it began and
 * how many came back. At the end a line a task says
 *
 *	TID COMPLETED BEGUN
 *
 * and a tracer must have seen at least the one and at most the other number: a task that
 * is killed, or whose process executes another program, may be cut off just outside the
 * kernel. Ends with 7 if all went as it should.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hard_cases.h"

enum {
	COUNTS_FD = 100, /* kept over exec */
	TASKS_MAX = 1024,
	AT_ONCE = 8,
	SIBLINGS = 4,
	CALLS = 20, /* of a task whose number is fixed */
};

struct count {
	_Atomic(pid_t) tid;
	atomic_uint begun, completed;
};

#define COUNTS_SIZE (TASKS_MAX * sizeof(struct count))

static struct count *counts;

void
die(const char *what)
{
	fprintf(stderr, "hard_cases: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void
counts_map(void)
{
	counts =
		mmap(NULL, COUNTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, COUNTS_FD, 0);
	if (counts == MAP_FAILED)
		die("mmap");
}

static void
counts_make(void)
{
	int fd = memfd_create("counts", 0);
	if (fd < 0 || ftruncate(fd, COUNTS_SIZE) || dup2(fd, COUNTS_FD) < 0)
		die("memfd");
	close(fd);
	counts_map();
}

void
counts_print(void)
{
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (counts[i].tid)
			printf("%d %u %u\n", (int)counts[i].tid, counts[i].completed,
			       counts[i].begun);
	fflush(stdout);
}

void
count(size_t slot, unsigned n)
{
	if (slot >= TASKS_MAX)
		abort();
	struct count *c = &counts[slot];
	c->tid = (pid_t)syscall(SYS_gettid);
	while (n--) {
		c->begun++;
		syscall(SYS_getppid);
		c->completed++;
	}
}

pthread_t
thread(void *(*fn)(void *), size_t slot)
{
	pthread_t t;
	errno = pthread_create(&t, NULL, fn, (void *)(uintptr_t)slot);
	if (errno)
		die("pthread_create");
	return t;
}

pid_t
checked_fork(void)
{
	pid_t pid = fork();
	if (pid < 0)
		die("fork");
	return pid;
}

void
execute_again(const char *way, size_t slot)
{
	char number[24];
	snprintf(number, sizeof(number), "%zu", slot);
	execl("/proc/self/exe", "hard_cases", way, number, (char *)NULL);
	die("exec");
}

/* ---- many that live shortly ---- */

static int
fork_bomb(size_t n)
{
	size_t ended = 0;
	int status;
	for (size_t i = 0; ended < n;) {
		if (i < n && i - ended < AT_ONCE) {
			if (checked_fork() == 0) {
				count(i, CALLS);
				_exit(0);
			}
			i++;
			continue;
		}
		if (wait(&status) < 0 || status)
			return 1;
		ended++;
	}
	counts_print();
	return STATUS_GOOD;
}

static void *
short_thread(void *slot)
{
	count((size_t)(uintptr_t)slot, CALLS);
	return NULL;
}

static int
thread_storm(size_t n)
{
	pthread_t t[AT_ONCE];
	for (size_t i = 0; i < n; i++) {
		if (i >= AT_ONCE)
			pthread_join(t[i % AT_ONCE], NULL);
		t[i % AT_ONCE] = thread(short_thread, i);
	}
	for (size_t i = 0; i < AT_ONCE && i < n; i++)
		pthread_join(t[i], NULL);
	counts_print();
	return STATUS_GOOD;
}

/* ---- the first thread ends, another one goes on ---- */

static pthread_t leader;

static void *
outlive_leader(void *slot)
{
	if (pthread_join(leader, NULL))
		_exit(1);
	count((size_t)(uintptr_t)slot, CALLS);
	counts_print();
	_exit(STATUS_GOOD);
}

static int
leader_exit(size_t n)
{
	leader = pthread_self();
	count(n, CALLS);
	thread(outlive_leader, n + 1);
	pthread_exit(NULL);
}

/* ---- a thread executes while its siblings are busy ---- */

static void
executed(size_t slot)
{
	count(slot, CALLS);
}

static void *
busy_thread(void *slot)
{
	for (;;)
		count((size_t)(uintptr_t)slot, 1);
	return NULL;
}

static void *
exec_thread(void *slot)
{
	size_t own = (size_t)(uintptr_t)slot;
	for (size_t i = 1; i <= SIBLINGS; i++)
		while (!counts[own - i].completed)
			sched_yield();
	execute_again("executed", own + 1);
	return NULL;
}

/* A round: a leader, SIBLINGS - 1 threads, and the one that executes; then the program
 * that it executes. */
static int
exec_busy(size_t rounds)
{
	int status;
	for (size_t i = 0; i < rounds; i++) {
		size_t slot = i * (SIBLINGS + 2);
		pid_t pid = checked_fork();
		if (pid == 0) {
			for (size_t k = 1; k < SIBLINGS; k++)
				thread(busy_thread, slot + k);
			thread(exec_thread, slot + SIBLINGS);
			busy_thread((void *)(uintptr_t)slot);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			return 1;
	}
	counts_print();
	return STATUS_GOOD;
}

/* ---- programs that trace, or that let nobody look ---- */

/* A process has one tracer: who asks for another one is told so. */
static int
trace_me(size_t n)
{
	(void)n;
	int status;
	pid_t pid = checked_fork();
	if (pid == 0) {
		long ret = ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		int error = ret ? errno : 0;
		count(0, CALLS);
		_exit(error);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 1;
	printf("# PTRACE_TRACEME: %s\n", strerror(WEXITSTATUS(status)));
	counts_print();
	return STATUS_GOOD;
}

static int
undumpable(size_t n)
{
	(void)n;
	int status, fd;
	if (prctl(PR_SET_DUMPABLE, 0) || (fd = open("/dev/null", O_WRONLY)) < 0)
		return 1;
	count(0, CALLS);
	if (checked_fork() == 0) {
		count(1, CALLS);
		_exit(0);
	}
	if (write(fd, "x", 1) != 1 || wait(&status) < 0 || status)
		return 1;
	counts_print();
	return STATUS_GOOD;
}

/* What a program executes itself as finds the counts made. */
static const struct way {
	const char *name;
	int (*run)(size_t number);
	void (*again)(size_t slot);
} ways[] = {
	{ "fork-bomb", fork_bomb, NULL },
	{ "thread-storm", thread_storm, NULL },
	{ "leader-exit", leader_exit, NULL },
	{ "exec-busy", exec_busy, NULL },
	{ "kills", kills, NULL },
	{ "killed", killed, NULL },
	{ "trace-me", trace_me, NULL },
	{ "undumpable", undumpable, NULL },
	{ "executed", NULL, executed },
	{ "with-execs", NULL, with_execs },
	{ "with-thread-execs", NULL, with_thread_execs },
};

int
main(int argc, char **argv)
{
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(*ways); i++) {
		if (strcmp(ways[i].name, argv[1]) != 0)
			continue;
		if (ways[i].again) {
			counts_map();
			ways[i].again(n);
			return 0;
		}
		counts_make();
		moments_seed((unsigned)n);
		return ways[i].run(n);
	}
	fputs("usage: hard_cases WAY [NUMBER]\n", stderr);
	return 2;
}
