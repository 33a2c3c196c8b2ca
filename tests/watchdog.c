/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watchdog [-t SECONDS] [-g SECONDS] COMMAND [ARG]...
 *
 * Runs COMMAND under a bound and sees to it that nothing of it lives on, whatever groups,
 * sessions or namespaces it made: as child subreaper (prctl(2)) it inherits all orphans.
 *
 *   -t  COMMAND takes longer: a hang. Default 120.
 *   -g  what COMMAND started lives on that long after it: left behind. Default 10; those
 *       that end in this time are fine, so that a slow machine makes no difference.
 *
 * In both cases the state of each thread is printed to standard error, then all are killed.
 * Status: that of COMMAND, as a shell tells it; 124 a hang; 123 something was left behind;
 * 125 the watchdog failed; 126 COMMAND cannot be run. SIGHUP, SIGINT and SIGTERM kill all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_LEFT = 123, STATUS_HANG = 124, STATUS_FAILED = 125, STATUS_NO_RUN = 126 };

#define POLL_NS	     20000000L
#define KILL_SECONDS 20
/* Descendants looked at in one pass; those of a fork bomb come in the passes after. */
#define TASKS_MAX 4096

struct proc {
	pid_t pid, ppid;
	bool ours;
};

struct procs {
	struct proc at[TASKS_MAX];
	size_t n;
};

static double
now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The parent of PID, or -1. The name in stat may hold blanks and brackets: proc(5). */
static pid_t
parent_of(pid_t pid)
{
	char path[64], line[512];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return -1;
	size_t n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	const char *after = strrchr(line, ')');
	int ppid;
	return after && sscanf(after, ") %*c %d", &ppid) == 1 ? (pid_t)ppid : -1;
}

/* All descendants of this process, zombies too. */
static void
descendants(struct procs *ps)
{
	ps->n = 0;
	DIR *dir = opendir("/proc");
	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir)) && ps->n < TASKS_MAX;) {
		pid_t pid = (pid_t)atoi(e->d_name);
		pid_t ppid = pid > 0 ? parent_of(pid) : -1;
		if (ppid > 0)
			ps->at[ps->n++] = (struct proc){ pid, ppid, ppid == getpid() };
	}
	closedir(dir);
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < ps->n; i++)
			for (size_t j = 0; j < ps->n && !ps->at[i].ours; j++)
				if (ps->at[j].ours && ps->at[j].pid == ps->at[i].ppid)
					ps->at[i].ours = more = true;
	}
	size_t kept = 0;
	for (size_t i = 0; i < ps->n; i++)
		if (ps->at[i].ours)
			ps->at[kept++] = ps->at[i];
	ps->n = kept;
}

/* Prints the file NAME of the task's directory DIR; NULs become blanks. */
static void
show_file(const char *dir, const char *name)
{
	char path[128], text[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	fprintf(stderr, "    %s:", name);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		fprintf(stderr, " %s;", line);
	fputc('\n', stderr);
}

/* Of DIR/status what tells where a hang comes from. */
static void
show_status(const char *dir)
{
	static const char *const keys[] = { "Name:", "State:", "Tgid:", "PPid:", "TracerPid:",
		"SigPnd:", "ShdPnd:", "SigBlk:", "SigIgn:", "Seccomp:" };
	char path[128], line[512];
	snprintf(path, sizeof(path), "%s/status", dir);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	fprintf(stderr, "   ");
	while (fgets(line, sizeof(line), f)) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			if (strncmp(line, keys[i], strlen(keys[i])) != 0)
				continue;
			line[strcspn(line, "\n")] = '\0';
			for (char *tab; (tab = strchr(line, '\t'));)
				*tab = ' ';
			fprintf(stderr, " %s;", line);
		}
	}
	fclose(f);
	fputc('\n', stderr);
}

/* Every thread of PID: what it waits for and in which call. stack is for root only. */
static void
show_process(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fprintf(stderr, "  process %d\n", (int)pid);
	show_file(path, "cmdline");
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s", (int)pid, e->d_name);
		fprintf(stderr, "   thread %s\n", e->d_name);
		show_status(path);
		show_file(path, "wchan");
		show_file(path, "syscall");
		show_file(path, "stack");
	}
	closedir(dir);
}

static void
show_all(const char *what, struct procs *ps)
{
	descendants(ps);
	fprintf(stderr, "watchdog: %s; %zu processes:\n", what, ps->n);
	for (size_t i = 0; i < ps->n; i++)
		show_process(ps->at[i].pid);
}

/* Kills whatever there is and waits for it; what forks meanwhile falls to the next pass. */
static void
kill_all(struct procs *ps)
{
	for (double end = now() + KILL_SECONDS; now() < end;) {
		descendants(ps);
		for (size_t i = 0; i < ps->n; i++)
			kill(ps->at[i].pid, SIGKILL);
		pid_t pid;
		while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
			;
		if (pid < 0 && errno == ECHILD)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
	}
	show_all("these do not die", ps);
}

/*
 * Waits until MAIN (or, with 0, everything) has ended, for at most SECONDS. 1 ended, 0 time
 * is over, -N signal N told us to end. *STATUS is that of MAIN.
 */
static int
wait_for(pid_t main_pid, double seconds, const sigset_t *signals, int *status)
{
	for (double end = now() + seconds;;) {
		pid_t pid;
		int st;
		while ((pid = waitpid(-1, &st, WNOHANG | __WALL)) > 0) {
			if (pid != main_pid)
				continue;
			*status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
			return 1;
		}
		if (pid < 0 && errno == ECHILD)
			return 1;
		if (now() >= end)
			return 0;
		/* Ends early at SIGCHLD; the bound is for children that ptrace hides. */
		int sig = sigtimedwait(signals, NULL, &(struct timespec){ .tv_nsec = POLL_NS });
		if (sig > 0 && sig != SIGCHLD)
			return -sig;
	}
}

static pid_t
start(char **argv, const sigset_t *before)
{
	/* An ignored SIGCHLD would reap behind our back; COMMAND shall still inherit it. */
	sighandler_t sigchld = signal(SIGCHLD, SIG_DFL);
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	signal(SIGCHLD, sigchld);
	sigprocmask(SIG_SETMASK, before, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "watchdog: %s: %s\n", argv[0], strerror(errno));
	_exit(STATUS_NO_RUN);
}

static int
guard(pid_t pid, double limit, double grace, const sigset_t *signals)
{
	static struct procs ps;
	int status = STATUS_FAILED;
	int ended = wait_for(pid, limit, signals, &status);
	if (ended == 0) {
		char what[64];
		snprintf(what, sizeof(what), "still running after %g s", limit);
		show_all(what, &ps);
		status = STATUS_HANG;
	} else if (ended > 0) {
		int ignored;
		ended = wait_for(0, grace, signals, &ignored);
		if (ended == 0) {
			show_all("left behind", &ps);
			status = STATUS_LEFT;
		}
	}
	kill_all(&ps);
	return ended < 0 ? 128 - ended : status;
}

int
main(int argc, char **argv)
{
	double limit = 120, grace = 10;
	for (int opt; (opt = getopt(argc, argv, "+t:g:")) != -1;) {
		if (opt == 't')
			limit = atof(optarg);
		else if (opt == 'g')
			grace = atof(optarg);
		else
			return STATUS_FAILED;
	}
	if (optind == argc || limit <= 0) {
		fputs("usage: watchdog [-t SECONDS] [-g SECONDS] COMMAND [ARG]...\n", stderr);
		return STATUS_FAILED;
	}
	sigset_t signals, before;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, &before);
	pid_t pid = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ? start(argv + optind, &before) : -1;
	if (pid < 0) {
		fprintf(stderr, "watchdog: %s\n", strerror(errno));
		return STATUS_FAILED;
	}
	return guard(pid, limit, grace, &signals);
}
