/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small programs that the benchmarks trace, and the stop-watch they are run under. It
 * shares nothing with iotrace, so that it measures any tracer alike.
 *
 *   iobench read1 N             N one-byte reads of /dev/zero
 *   iobench threads T N         the same N reads shared out over T threads
 *   iobench spawn N PROGRAM     starts PROGRAM and waits for it, N times
 *   iobench measure FILE CMD... runs CMD, appends "wall-ns peak-rss-KiB exit-status" of
 * it (of the process itself, not its children) to FILE
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 256

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "iobench: %s: %s\n", what, strerror(errno));
	exit(125);
}

static uint64_t
number(const char *text)
{
	char *end;
	errno = 0;
	unsigned long long n = strtoull(text, &end, 10);
	if (errno || end == text || *end) {
		errno = EINVAL;
		fail(text);
	}
	return n;
}

/* Reads *ARG (uint64_t) times one byte. */
static void *
read_bytes(void *arg)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("/dev/zero");
	for (uint64_t n = *(const uint64_t *)arg; n; n--) {
		char byte;
		if (read(fd, &byte, 1) != 1)
			fail("read");
	}
	close(fd);
	return NULL;
}

static void
run_threads(uint64_t nthreads, uint64_t total)
{
	pthread_t thread[MAX_THREADS];
	uint64_t each = nthreads ? total / nthreads : 0;
	if (!nthreads || nthreads > MAX_THREADS) {
		errno = EINVAL;
		fail("threads");
	}
	for (uint64_t i = 0; i < nthreads; i++) {
		errno = pthread_create(&thread[i], NULL, read_bytes, &each);
		if (errno)
			fail("pthread_create");
	}
	for (uint64_t i = 0; i < nthreads; i++)
		pthread_join(thread[i], NULL);
}

static void
run_spawn(uint64_t n, char *program)
{
	char *argv[] = { program, NULL };
	for (; n; n--) {
		pid_t pid;
		int status;
		errno = posix_spawn(&pid, program, NULL, NULL, argv, environ);
		if (errno || waitpid(pid, &status, 0) != pid || status)
			fail(program);
	}
}

static uint64_t
now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The peak resident set of PID in KiB, 0 if it has none (any more). */
static uint64_t
peak_rss(pid_t pid)
{
	char path[64], line[256];
	uint64_t kib = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
			break;
	fclose(f);
	return kib;
}

/*
 * wait4() would give the peak of the process or of any child it waited for, whichever is
 * larger, and tracers wait for tracees. So the process is looked at every 20 ms: the peak
 * that the kernel keeps only misses growth in the last 20 ms.
 */
static int
measure(const char *file, char **argv)
{
	sigset_t chld, old;
	uint64_t peak = 0, sample;
	int status;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	uint64_t start = now_ns();
	pid_t pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		execvp(argv[0], argv);
		fail(argv[0]);
	}
	while (waitpid(pid, &status, WNOHANG) != pid) {
		sigtimedwait(&chld, NULL, &(struct timespec){ .tv_nsec = 20000000 });
		sample = peak_rss(pid);
		if (sample > peak)
			peak = sample;
	}
	uint64_t wall = now_ns() - start;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

	FILE *out = fopen(file, "ae");
	if (!out)
		fail(file);
	fprintf(out, "%" PRIu64 " %" PRIu64 " %d\n", wall, peak, code);
	if (fclose(out))
		fail(file);
	return code;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	if (argc == 3 && !strcmp(what, "read1")) {
		uint64_t n = number(argv[2]);
		read_bytes(&n);
	} else if (argc == 4 && !strcmp(what, "threads")) {
		run_threads(number(argv[2]), number(argv[3]));
	} else if (argc == 4 && !strcmp(what, "spawn")) {
		run_spawn(number(argv[2]), argv[3]);
	} else if (argc > 3 && !strcmp(what, "measure")) {
		return measure(argv[2], argv + 3);
	} else {
		fputs("usage: iobench read1 N | threads T N | spawn N PROGRAM | "
		      "measure FILE COMMAND...\n",
		      stderr);
		return 125;
	}
	return 0;
}
