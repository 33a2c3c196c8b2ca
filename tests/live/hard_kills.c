/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Victims that meet every kind of ptrace-stop again and again, and are killed at some
 * moment: at an entry or exit stop, the delivery of a signal, a group-stop, the events of
 * fork, vfork, clone, exec and exit, or between two.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hard_cases.h"

#define EXITING_THREADS 4

static void
on_signal(int signo)
{
	(void)signo;
}

static void
with_signals(size_t slot)
{
	signal(SIGUSR1, on_signal);
	for (;;) {
		raise(SIGUSR1);
		count(slot, 1);
	}
}

static void
with_stops(size_t slot)
{
	for (;;) {
		raise(SIGSTOP);
		count(slot, 1);
	}
}

static void
with_forks(size_t slot)
{
	for (;;) {
		pid_t pid = checked_fork();
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
		count(slot, 1);
	}
}

static void
with_vforks(size_t slot)
{
	for (;;) {
		pid_t pid = vfork();
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
		count(slot, 1);
	}
}

static void *
no_thread(void *arg)
{
	return arg;
}

static void
with_threads(size_t slot)
{
	for (;;) {
		pthread_join(thread(no_thread, 0), NULL);
		count(slot, 1);
	}
}

void
with_execs(size_t slot)
{
	count(slot, 1);
	execute_again("with-execs", slot);
}

static void *
execs_thread(void *slot)
{
	execute_again("with-thread-execs", (size_t)(uintptr_t)slot);
	return NULL;
}

void
with_thread_execs(size_t slot)
{
	thread(execs_thread, slot);
	for (;;)
		count(slot, 1);
}

static void
with_exit(size_t slot)
{
	for (int i = 0; i < EXITING_THREADS; i++)
		thread(no_thread, 0);
	count(slot, 1);
	_exit(0);
}

static void
with_calls(size_t slot)
{
	for (;;)
		count(slot, 1);
}

#define VICTIM_KINDS (sizeof(victims) / sizeof(*victims))

static void (*const victims[])(size_t slot) = {
	with_calls,   with_signals, with_stops,	       with_forks, with_vforks,
	with_threads, with_execs,   with_thread_execs, with_exit,
};

static uint32_t moments; /* the state of a random generator, never 0 */

/* Marsaglia's xorshift32. */
static uint32_t
next_moment(void)
{
	moments ^= moments << 13;
	moments ^= moments >> 17;
	moments ^= moments << 5;
	return moments;
}

void
moments_seed(unsigned seed)
{
	moments = seed ? seed : 1;
	for (int i = 0; i < 8; i++)
		next_moment();
}

/* Until some moment in the next MAX_NS, without a call. Moments need not be the same in
 * two runs: whatever they are, all must be well. */
static void
some_time(long max_ns)
{
	struct timespec from, now;
	long ns = (long)(next_moment() % (uint32_t)max_ns);
	clock_gettime(CLOCK_MONOTONIC, &from);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000 + now.tv_nsec - from.tv_nsec < ns);
}

/* Victim SLOT after a while in which it may be continued; the verdict on its end. */
static bool
kill_one(pid_t pid, size_t slot)
{
	bool may_exit = victims[slot % VICTIM_KINDS] == with_exit;
	int status;
	for (int i = 0; i < 4; i++) {
		some_time(1000000);
		kill(pid, SIGCONT);
	}
	some_time(200000);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return false;
	return status == SIGKILL || (may_exit && status == 0);
}

int
kills(size_t n)
{
	enum { VICTIMS = 3 };
	pid_t pid[VICTIMS];
	/* Children of victims end by themselves, but not before they have run. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("prctl");
	for (size_t i = 0; i < n + VICTIMS; i++) {
		if (i >= VICTIMS && !kill_one(pid[i % VICTIMS], i - VICTIMS)) {
			fprintf(stderr,
				"hard_cases: a victim of kind %zu ended otherwise\n",
				(i - VICTIMS) % VICTIM_KINDS);
			return 1;
		}
		if (i < n && !(pid[i % VICTIMS] = checked_fork()))
			victims[i % VICTIM_KINDS](i);
	}
	while (wait(NULL) > 0)
		;
	counts_print();
	return STATUS_GOOD;
}

int
killed(size_t n)
{
	(void)n;
	pid_t victim = getpid();
	struct pollfd gone = { .fd = (int)syscall(SYS_pidfd_open, victim, 0),
			       .events = POLLIN };
	if (gone.fd < 0)
		die("pidfd_open");
	count(0, 1);
	if (checked_fork() == 0) {
		some_time(2000000);
		kill(victim, SIGKILL);
		if (poll(&gone, 1, -1) != 1)
			die("poll");
		counts_print();
		_exit(0);
	}
	with_threads(0);
	return 1;
}
