/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a tracer that comes from outside. ptrace(2): PTRACE_SEIZE does not stop a
 * process, so it may make calls between being traced and being stopped for the first
 * time, which nobody sees. A second process watches this one sleep in a read and lets it
 * go on once it has been stopped and sleeps again: from then on each call is seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario.h"
#include "task.h"

/* The number behind KEY in /proc/PID/status, -1 without such a line: proc_pid_status(5).
 */
static long
status_number(long pid, const char *key)
{
	char name[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%ld/status", pid);
	f = fopen(name, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtol(line + strlen(key), NULL, 10);
	if (f)
		fclose(f);
	return value;
}

static long
times_slept(long pid)
{
	return status_number(pid, "voluntary_ctxt_switches:");
}

/* Says in the file "ready" of DIR that PID waits. */
static void
say_ready(const char *dir, long pid)
{
	char name[PATH_MAX + 16], final[PATH_MAX + 16], text[32];

	snprintf(name, sizeof(name), "%s/ready.new", dir);
	snprintf(final, sizeof(final), "%s/ready", dir);
	snprintf(text, sizeof(text), "%ld\n", pid);
	file_make(name, text);
	if (rename(name, final) != 0)
		fail("ready", -errno, 0);
}

/* Returns once PID is traced and has been stopped: one sleep more for the stop, one for
 * the read that it went on with. */
static void
watch(const char *dir, long pid)
{
	long slept;

	wait_blocked(pid, pid, SYS_read);
	slept = times_slept(pid);
	say_ready(dir, pid);
	while (status_number(pid, "TracerPid:") <= 0 || times_slept(pid) < slept + 2)
		usleep(1000);
	wait_blocked(pid, pid, SYS_read);
}

void
attach_wait(const struct run *r)
{
	int p[2], status = -1;
	pid_t me = getpid(), child;
	char go = 0, name[PATH_MAX + 16];

	if (pipe2(p, O_CLOEXEC) != 0 || (child = fork()) < 0)
		fail("waiting for a tracer", -errno, 0);
	if (child == 0) {
		watch(r->dir, me);
		_exit(write(p[1], "g", 1) == 1 ? 0 : 1);
	}
	want(sys(SYS_read, p[0], &go, 1L), 1, "read");
	if (waitpid(child, &status, 0) != child || status != 0)
		fail("waiting for a tracer", status, 0);
	close(p[0]);
	close(p[1]);
	snprintf(name, sizeof(name), "%s/ready", r->dir);
	if (unlink(name) != 0)
		fail("ready", -errno, 0);
}
