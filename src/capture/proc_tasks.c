/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/proc_tasks.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
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

bool
proc_lists_children(void)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	return access(path, R_OK) == 0;
}
