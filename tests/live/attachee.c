/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attachee.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHAINS 8

void
die(const char *what)
{
	printf("attachee: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
say_ready(void)
{
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
}

static void
wait_for_line(void)
{
	char c;
	ssize_t n = read(STDIN_FILENO, &c, 1);
	if (n != 1)
		die(n ? "read of the line" : "no line");
}

void
ready_and_wait(void)
{
	say_ready();
	wait_for_line();
}

void
wait_asleep(int tid, long nr)
{
	char name[64], text[32];
	snprintf(name, sizeof(name), "/proc/self/task/%d/syscall", tid);
	for (;;) {
		int fd = open(name, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (fd >= 0)
			close(fd);
		text[n > 0 ? n : 0] = '\0';
		char *end;
		if (strtol(text, &end, 10) == nr && end != text)
			return;
		usleep(1000);
	}
}

/* The leader ends, its threads live on: /proc shows the process as a zombie. */
static void *
left_behind(void *arg)
{
	char name[64], text[512];
	(void)arg;
	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", getpid());
	do {
		int fd = open(name, O_RDONLY | O_CLOEXEC);
		ssize_t n = read(fd, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = '\0';
		close(fd);
		usleep(1000);
	} while (!strstr(text, ") Z"));
	ready_and_wait();
	exit(0);
}

static int
zombie_leader_main(void)
{
	pthread_t t;
	if (pthread_create(&t, NULL, left_behind, NULL))
		die("pthread_create");
	syscall(SYS_exit, 0);
	return 1;
}

static volatile int over, chains;

/* A link of a chain: makes the next one and ends. */
static void *
link_main(void *arg)
{
	pthread_t t;
	pthread_attr_t attr;
	(void)arg;
	if (over) {
		__atomic_sub_fetch(&chains, 1, __ATOMIC_SEQ_CST);
		return NULL;
	}
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	int err = pthread_create(&t, &attr, link_main, NULL);
	if (err) {
		errno = err;
		die("pthread_create");
	}
	return NULL;
}

/* Threads that only make threads. */
static int
threads_main(void)
{
	chains = CHAINS;
	for (int i = 0; i < CHAINS; i++)
		link_main(NULL);
	ready_and_wait();
	over = 1;
	while (chains)
		usleep(1000);
	return 0;
}

/* Makes children and grandchildren that end at once, until the parent has gone. */
static void
fork_forever(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pid_t pid = fork();
		if (pid == 0) {
			pid = fork();
			if (pid == 0)
				_exit(0);
			waitpid(pid, NULL, 0);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

/* Processes that only make processes. */
static int
forks_main(void)
{
	pid_t pids[CHAINS];
	for (int i = 0; i < CHAINS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			fork_forever();
	}
	ready_and_wait();
	for (int i = 0; i < CHAINS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return 0;
}

/* A child, a child of it, and one of a thread that is not the leader; a zombie too. All
 * sleep until the pipe's other end is closed, by the end of the oldest. */
static void
sleeper(int depth, const int *pipe)
{
	char c;
	close(pipe[1]);
	while (depth-- && fork() == 0)
		;
	_exit((int)read(pipe[0], &c, 1));
}

static void *
parent_thread(void *arg)
{
	if (fork() == 0)
		sleeper(1, arg);
	pause();
	return NULL;
}

static int
tree_main(void)
{
	int p[2];
	pthread_t t;
	if (pipe(p))
		die("pipe");
	if (fork() == 0)
		sleeper(2, p);
	if (pthread_create(&t, NULL, parent_thread, p))
		die("pthread_create");
	if (fork() == 0)
		_exit(0);
	ready_and_wait();
	return 0;
}

/* One read that sleeps when the tracer comes; what it reads it says. */
static int
read_main(void)
{
	char buf[64];
	say_ready();
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));
	return n > 0 ? 0 : 1;
}

static const struct {
	const char *name;
	int (*main)(void);
} modes[] = {
	{ "naps", naps_main },	     { "zombie-leader", zombie_leader_main },
	{ "threads", threads_main }, { "forks", forks_main },
	{ "tree", tree_main },	     { "read", read_main },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, argv[1]))
			return modes[i].main();
	fprintf(stderr, "usage: attachee MODE\n");
	return 2;
}
