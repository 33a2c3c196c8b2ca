/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting the command under trace, without a race: the child waits on a pipe until it is
 * seized, installs the filter, and calls execve. What it must tell us it writes to a page
 * we share, for its system calls are already traced by then.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/inline.h"
#include "capture/refusal.h"
#include "capture/stop_engine.h"

/* Written by the child, read by the tracer. */
struct child_report {
	int filter_errno; /* why the filter could not be installed */
	int exec_errno;   /* why the command could not be run */
};

struct launch {
	struct stop_engine *e;
	const char *path; /* what to execute */
	struct sock_fprog filter;
	int go[2]; /* pipe: closed to start the child */
	volatile struct child_report *report;
};

/* --- finding the command --- */

static bool
is_program(const char *path, int *why)
{
	struct stat st;
	if (stat(path, &st)) {
		*why = errno;
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		*why = EISDIR;
		return false;
	}
	if (access(path, X_OK)) {
		*why = errno;
		return false;
	}
	return true;
}

/* The file that NAME means, as execvp(3) finds it: allocated, or NULL with *WHY. */
static char *
find_program(const char *name, int *why)
{
	*why = ENOENT;
	if (strchr(name, '/'))
		return is_program(name, why) ? xstrdup(name) : NULL;
	const char *path = getenv("PATH");
	if (!path)
		path = "/bin:/usr/bin";
	if (!*name)
		return NULL;
	int first = ENOENT; /* a file that may not be run says more than none at all */
	for (;;) {
		size_t n = strcspn(path, ":");
		char *file = n ? xasprintf("%.*s/%s", (int)n, path, name)
			       : xasprintf("./%s", name);
		if (is_program(file, why))
			return file;
		/* Denied, and it is there: a directory that cannot be searched is no find. */
		if (*why == EACCES && access(file, F_OK) == 0)
			first = EACCES;
		free(file);
		if (!path[n])
			break;
		path += n + 1;
	}
	*why = first;
	return NULL;
}

static int
cannot_run(struct stop_engine *e, int err)
{
	bool missing = err == ENOENT || err == ENOTDIR;
	e->cfg->exit_code = missing ? 127 : 126;
	snprintf(e->cfg->err, sizeof(e->cfg->err), "%s '%.400s': %s",
		 missing ? "cannot find" : "cannot run", e->cfg->argv[0], strerror(err));
	return -err;
}

/* --- the child --- */

/* A file without a known format is a shell script, as execvp(3) and shells have it. */
static void
exec_as_script(const struct launch *l)
{
	char *const *argv = l->e->cfg->argv;
	size_t n = 0;
	while (argv[n])
		n++;
	const char **sh = xcalloc(n + 2, sizeof(*sh));
	sh[0] = "/bin/sh";
	sh[1] = l->path;
	for (size_t i = 1; i < n; i++)
		sh[i + 1] = argv[i];
	execv(sh[0], (char **)(uintptr_t)sh);
}

static const char *
program_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static IT_NORETURN void
child(const struct launch *l)
{
	char byte;
	close(l->go[1]);
	while (read(l->go[0], &byte, 1) < 0 && errno == EINTR)
		;
	/* The row of the execve shows the name the program will have, not ours. */
	prctl(PR_SET_NAME, program_name(l->path), 0, 0, 0);
	if (l->e->use_seccomp) {
		int err = seccomp_filter_install(&l->filter);
		l->report->filter_errno = -err;
		if (err)
			_exit(125);
	}
	execv(l->path, l->e->cfg->argv);
	if (errno == ENOEXEC)
		exec_as_script(l);
	l->report->exec_errno = errno;
	_exit(126);
}

/* --- the tracer --- */

/* The tracer must not hold open what the command reads or writes: whoever waits for the
 * end of a pipe would wait for us. */
static void
let_go_of_stdio(const struct capture_cfg *cfg)
{
	cleanup_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	if (!cfg->keep_stdin)
		dup2(null, STDIN_FILENO);
	if (!cfg->keep_stdout)
		dup2(null, STDOUT_FILENO);
}

/* Seizes the child and takes it to a stop, so that it starts in the right mode. */
static int
seize(const struct launch *l, pid_t pid)
{
	struct stop_engine *e = l->e;
	int status;
	if (ptrace(PTRACE_SEIZE, pid, 0, stop_engine_ptrace_options(e, true)) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0) {
		int err = errno;
		refusal_explain(e->cfg->err, sizeof(e->cfg->err), 0, err);
		return -err;
	}
	pid_t got;
	while ((got = waitpid(pid, &status, __WALL)) < 0 && errno == EINTR)
		;
	if (got == pid && WIFSTOPPED(status))
		return 0;
	snprintf(e->cfg->err, sizeof(e->cfg->err), "the new process vanished before it started");
	return -ESRCH;
}

static void
adopt(struct stop_engine *e, const char *path, pid_t pid)
{
	struct tracee *t = tracees_add(&e->tracees, pid, pid);
	snprintf(t->comm, sizeof(t->comm), "%.15s", program_name(path));
	t->seccomp = e->use_seccomp;
	t->root_epoch = e->root_epoch - 1;
	e->command = pid;
	births_announce(e, t, 0, 0, RAW_ORIGIN_LAUNCH, clock_boot_ns());
	births_seed(e, t);
	t->launching = true;
	t->comm_stale = true; /* the child is about to take its name */
	stops_resume(e, t, 0);
}

static bool
launched_or_gone(const struct stop_engine *e)
{
	const struct tracee *t = tracees_find(&e->tracees, e->command);
	return !t || !t->launching;
}

static void
remarks(struct stop_engine *e, bool wanted_seccomp)
{
	if (wanted_seccomp && !e->use_seccomp)
		stop_engine_note(e, "seccomp filters are refused here: stopping at every system "
				    "call, which is slower");
	if (!e->use_proc && !e->cfg->no_proc)
		stop_engine_note(e, "/proc is missing or foreign: names of descriptors are "
				    "reconstructed from the calls");
}

static int
start(struct launch *l, bool wanted_seccomp)
{
	struct stop_engine *e = l->e;
	if (pipe2(l->go, O_CLOEXEC)) {
		snprintf(e->cfg->err, sizeof(e->cfg->err), "pipe: %s", strerror(errno));
		return -errno;
	}
	pid_t pid = fork();
	if (pid == 0)
		child(l);
	close(l->go[0]);
	if (pid < 0) {
		snprintf(e->cfg->err, sizeof(e->cfg->err), "fork: %s", strerror(errno));
		close(l->go[1]);
		return -EAGAIN;
	}
	int err = seize(l, pid);
	if (err) {
		kill(pid, SIGKILL);
		close(l->go[1]);
		waitpid(pid, NULL, __WALL);
		return err;
	}
	adopt(e, l->path, pid);
	close(l->go[1]);
	stop_engine_run_until(e, launched_or_gone);
	if (l->report->exec_errno)
		return cannot_run(e, l->report->exec_errno);
	remarks(e, wanted_seccomp);
	return 0;
}

int
launch_command(struct stop_engine *e)
{
	int why;
	cleanup_free char *path = find_program(e->cfg->argv[0], &why);
	if (!path)
		return cannot_run(e, why);
	struct launch l = { .e = e, .path = path };
	bool wanted_seccomp = !e->cfg->no_seccomp;
	e->drops_privileges = !proc_have_capability(CAP_SYS_ADMIN) ||
			      !proc_have_capability(CAP_SYS_PTRACE);
	e->use_seccomp = wanted_seccomp && seccomp_filter_available();
	if (e->use_seccomp &&
	    seccomp_filter_build(e->want, e->nwant, e->foreign,
				 e->agent ? inline_blessed_ip() : 0, &l.filter))
		e->use_seccomp = false;
	void *page = mmap(NULL, sizeof(*l.report), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED) {
		snprintf(e->cfg->err, sizeof(e->cfg->err), "mmap: %s", strerror(errno));
		free(l.filter.filter);
		return -ENOMEM;
	}
	l.report = page;
	int err = start(&l, wanted_seccomp);
	if (!err && l.report->filter_errno) {
		/* It looked possible and was not: once more without. */
		memset(page, 0, sizeof(*l.report));
		e->use_seccomp = false;
		e->command_status = -1;
		err = start(&l, wanted_seccomp);
	}
	if (!err)
		let_go_of_stdio(e->cfg);
	munmap(page, sizeof(*l.report));
	free(l.filter.filter);
	return err;
}
