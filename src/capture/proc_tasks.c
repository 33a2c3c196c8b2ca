/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/proc_tasks.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/procfs.h"

/* The entries of directory PATH that are numbers. */
static bool
each_number(const char *path, proc_task_fn *each, void *arg)
{
	DIR *dir = opendir(path);
	if (!dir)
		return false;
	for (const struct dirent *ent; (ent = readdir(dir));) {
		pid_t id = (pid_t)strtol(ent->d_name, NULL, 10);
		if (id > 0)
			each(arg, id);
	}
	closedir(dir);
	return true;
}

bool
proc_each_thread(pid_t pid, proc_task_fn *each, void *arg)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	return each_number(path, each, arg);
}

bool
proc_each_child(pid_t pid, pid_t tid, proc_task_fn *each, void *arg)
{
	char path[64];
	int child;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, tid);
	cleanup_fclose FILE *f = fopen(path, "re");
	if (!f)
		return false;
	while (fscanf(f, "%d", &child) == 1)
		each(arg, child);
	return true;
}

struct by_parent {
	pid_t parent;
	proc_task_fn *each;
	void *arg;
};

static void
if_child(void *arg, pid_t pid)
{
	const struct by_parent *want = arg;
	struct proc_status st;
	if (!proc_status(pid, &st) && st.ppid == want->parent)
		want->each(want->arg, pid);
}

void
proc_each_child_by_parent(pid_t pid, proc_task_fn *each, void *arg)
{
	struct by_parent want = { .parent = pid, .each = each, .arg = arg };
	each_number("/proc", if_child, &want);
}

enum proc_doing
proc_syscall(pid_t tid, uint32_t *nr, uint64_t args[6], uint64_t *sp, uint64_t *ip)
{
	char path[32], line[256];
	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	cleanup_fclose FILE *f = fopen(path, "re");
	if (!f || !fgets(line, sizeof(line), f))
		return PROC_BLOCKED;
	if (!strncmp(line, "running", 7))
		return PROC_RUNNING;
	int n = sscanf(line, "%" SCNu32 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
		       " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64,
		       nr, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5], sp, ip);
	return n == 9 ? PROC_IN_CALL : PROC_BLOCKED;
}

bool
proc_lists_children(void)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	return access(path, R_OK) == 0;
}
