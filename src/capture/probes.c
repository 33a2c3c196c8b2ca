/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Children only ever wait to be killed, or end at once with an errno as their status
 * (those of Linux are below 134).
 */
#include "capture/probes.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture/seccomp_filter.h"

#define WAIT_TRIES  5000 /* of a millisecond */
#define DROPS	    255 /* status: no_new_privs was needed */
#define PROBE_VALUE 0x74726163

/* A child that waits until it is killed; -errno. */
static pid_t
start_idle(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		/* Whatever becomes of us, it does not stay behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid < 0 ? -errno : pid;
}

static void
end_idle(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/* Waits for a stop of PID, which a sandbox may never let happen. 0 or an errno. */
static int
wait_stop(pid_t pid)
{
	for (int i = 0; i < WAIT_TRIES; i++) {
		int status;
		pid_t got = waitpid(pid, &status, __WALL | WNOHANG);
		if (got < 0 && errno != EINTR)
			return errno;
		if (got == pid)
			return WIFSTOPPED(status) ? 0 : ECHILD;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return ETIMEDOUT;
}

/* VALUE is at the same address in the child, a copy of us. */
static void
probe_stopped(struct probes *p, pid_t pid, const int *value)
{
	int copy = 0;
	struct iovec to = { &copy, sizeof(copy) };
	struct iovec from = { (void *)(uintptr_t)value, sizeof(*value) };
	ssize_t n = process_vm_readv(pid, &to, 1, &from, 1, 0);
	p->memory = n < 0 ? errno : n == sizeof(copy) && copy == *value ? 0 : EIO;
	errno = 0;
	ptrace(PTRACE_PEEKDATA, pid, (uintptr_t)value & ~(uintptr_t)7, 0);
	p->peek = errno;
	struct __ptrace_syscall_info info;
	p->syscall_info =
		ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0 ? errno : 0;
}

static void
probe_child(struct probes *p)
{
	const int value = PROBE_VALUE;
	pid_t pid = start_idle();
	if (pid < 0) {
		p->seize = -pid;
		return;
	}
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
		p->seize = errno;
	else
		p->seize = wait_stop(pid);
	if (!p->seize)
		probe_stopped(p, pid, &value);
	end_idle(pid);
}

/* The status a child ends with, or the errno that there was none for. */
static int
status_of(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

/* Another child of ours tries it: a sibling is no descendant. */
static int
probe_attach(void)
{
	pid_t target = start_idle();
	if (target < 0)
		return -target;
	pid_t tracer = fork();
	if (tracer == 0)
		_exit(ptrace(PTRACE_SEIZE, target, 0, 0) < 0 ? errno : 0);
	int err = tracer < 0 ? errno : status_of(tracer);
	end_idle(target);
	return err;
}

static void
probe_filter(struct probes *p)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog prog = { .len = 1, .filter = &allow };
	int before = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	pid_t pid = fork();
	if (pid == 0) {
		int err = -seccomp_filter_install(&prog);
		bool drops = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) > before;
		_exit(err ? err : drops ? DROPS : 0);
	}
	int status = pid < 0 ? errno : status_of(pid);
	p->filter_drops = status == DROPS;
	p->filter = p->filter_drops ? 0 : status;
}

void
probes_run(struct probes *p)
{
	*p = (struct probes){ .memory = ENOSYS, .peek = ENOSYS, .syscall_info = ENOSYS };
	probe_child(p);
	p->attach = probe_attach();
	probe_filter(p);
}
