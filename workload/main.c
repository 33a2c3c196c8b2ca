/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ioworkload NAME [PARAMETER=NUMBER]...: makes the calls of one scenario in a scratch
 * directory, between two marker calls, and exits with 0 if they did what they should, 77
 * if the system lacks something, 1 otherwise. The scratch directory is $IOWORKLOAD_DIR,
 * or one made under $TMPDIR and removed at the end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario.h"
#include "task.h"

static void
usage(FILE *to)
{
	fputs("usage: ioworkload NAME [PARAMETER=NUMBER]...  run one scenario\n"
	      "       ioworkload --list         all scenarios, a line each\n"
	      "       ioworkload --expect NAME [PARAMETER=NUMBER]...\n"
	      "                                 what a tracer must see of it\n"
	      "       ioworkload --attach NAME [PARAMETER=NUMBER]...\n"
	      "                                 run it once a tracer has attached\n"
	      "       ioworkload --helper NAME  its untraced companion\n"
	      "       ioworkload --probe        0 if tracing a child is possible\n",
	      to);
}

static int
list(void)
{
	for (size_t i = 0; scenarios[i]; i++) {
		const struct scenario *sc = scenarios[i];

		printf("%-30s %s", sc->name, sc->help);
		if (sc->needs)
			printf(" (needs %s)", sc->needs);
		if (sc->params)
			printf(" [%s]", sc->params);
		putchar('\n');
	}
	return fflush(stdout) != 0;
}

/* Removes NAME in the directory AT and all below, however deep. */
static void
remove_tree(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_tree(fd, e->d_name);
	if (unlinkat(at, name, dir ? AT_REMOVEDIR : 0) != 0)
		fail("removing the scratch directory", -errno, 0);
	if (dir)
		closedir(dir);
}

/* Fills DIR with the canonical scratch directory, makes it the cwd; 1 if it is ours to
 * remove. */
static int
enter_scratch(char dir[PATH_MAX])
{
	const char *given = getenv("IOWORKLOAD_DIR"), *tmp = getenv("TMPDIR");
	char made[PATH_MAX];

	if (!given) {
		snprintf(made, sizeof(made), "%s/ioworkload-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");
		if (!mkdtemp(made))
			fail("mkdtemp", -errno, 0);
	}
	if (!realpath(given ? given : made, dir) || chdir(dir) != 0)
		fail("scratch directory", -errno, 0);
	return !given;
}

static void
run_init(struct run *r, const struct scenario *sc, const char *dir)
{
	static const struct run empty;

	*r = empty;
	r->sc = sc;
	r->dir = dir;
	for (size_t i = 0; i < RUN_FDS; i++)
		r->fd[i] = -1;
	r->self = realpath("/proc/self/exe", NULL);
	r->stacks = mmap(NULL, THREADS_MAX * THREAD_STACK, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (!r->self || r->stacks == MAP_FAILED)
		fail("start", -errno, 0);
}

static int
run(const struct scenario *sc, char *const *params, int attached)
{
	char dir[PATH_MAX];
	int ours = enter_scratch(dir);
	struct run r;

	run_init(&r, sc, dir);
	r.params = params;
	if (sc->setup)
		sc->setup(&r);
	if (attached)
		attach_wait(&r);
	sys(SYS_access, MARK_BEGIN, 0L);
	sc->run(&r);
	sys(SYS_access, MARK_END, 0L);
	if (ours)
		remove_tree(AT_FDCWD, dir);
	free((char *)(uintptr_t)r.self);
	return 0;
}

/* The scenario's untraced companion, or the program it executes. */
static int
run_beside(const struct scenario *sc, int is_part, int argc, char **argv)
{
	char dir[PATH_MAX];
	struct run r;

	if (is_part ? !sc->part : !sc->helper)
		fail("scenario has no such half", 0, 1);
	if (!is_part)
		enter_scratch(dir);
	run_init(&r, sc, is_part ? NULL : dir);
	if (is_part) {
		sys(SYS_access, MARK_RESUME, 0L);
		sc->part(&r, argc, argv);
		child_exit(0);
	}
	sc->helper(&r);
	return 0;
}

/* 0 if a process may trace its own child: what all live tests need. */
static int
probe(void)
{
	pid_t child = fork();
	int err = 0;

	if (child < 0)
		return 1;
	if (child == 0) {
		pause();
		_exit(0);
	}
	if (ptrace(PTRACE_SEIZE, child, NULL, (void *)PTRACE_O_EXITKILL) != 0)
		err = errno;
	kill(child, SIGKILL);
	while (waitpid(child, NULL, __WALL) < 0 && errno == EINTR)
		;
	return err != 0;
}

/* The verbs that take parameters. */
static int
with_params(const struct scenario *sc, const char *verb, char *const *params)
{
	const struct run r = { .sc = sc, .params = params };
	const char *wrong = params_check(&r);

	if (wrong) {
		fprintf(stderr, "ioworkload: %s\n", wrong);
		return 2;
	}
	if (strcmp(verb, "--expect") == 0) {
		expect_print(&r);
		return fflush(stdout) != 0;
	}
	if (verb[0] != '-' || strcmp(verb, "--attach") == 0)
		return run(sc, params, verb[0] == '-');
	usage(stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const struct scenario *sc;
	char *const *named;

	if (strcmp(verb, "--list") == 0)
		return list();
	if (strcmp(verb, "--help") == 0) {
		usage(stdout);
		return 0;
	}
	if (strcmp(verb, "--probe") == 0)
		return probe();
	if (argc < 2 || (verb[0] == '-' && argc < 3)) {
		usage(stderr);
		return 2;
	}
	named = verb[0] == '-' ? argv + 2 : argv + 1;
	sc = scenario_find(*named);
	if (!sc) {
		fprintf(stderr, "ioworkload: no scenario %s (see ioworkload --list)\n",
			*named);
		return 2;
	}
	if (strcmp(verb, "--helper") == 0 || strcmp(verb, "--part") == 0)
		return run_beside(sc, verb[2] == 'p', argc - 3, argv + 3);
	return with_params(sc, verb, named + 1);
}
