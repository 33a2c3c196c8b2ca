/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tasks there are, and what they do: the threads of a process and its children, as /proc lists them
 * (proc_pid_task(5), proc_tid_children(5)). Both lists are whole only while the tasks in
 * them stand still; attach.c sees to that.
 */
#ifndef IOTRACE_CAPTURE_PROC_TASKS_H
#define IOTRACE_CAPTURE_PROC_TASKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef void proc_task_fn(void *arg, pid_t id);

/* Calls EACH for every thread of PID, the leader among them. False: there is no list. */
bool proc_each_thread(pid_t pid, proc_task_fn *each, void *arg);

/* Calls EACH for every child that thread TID of PID has. False: the thread is gone, or the
 * kernel has no such list (CONFIG_PROC_CHILDREN). */
bool proc_each_child(pid_t pid, pid_t tid, proc_task_fn *each, void *arg);

/* Calls EACH for every process whose parent is PID, found by asking all: slow, and works
 * on every kernel. */
void proc_each_child_by_parent(pid_t pid, proc_task_fn *each, void *arg);

enum proc_doing {
	PROC_IN_CALL, /* the other results are set */
	PROC_BLOCKED, /* in the kernel, in no call that can be told */
	PROC_RUNNING,
};

/* What TID does, without stopping it: the call's number, its words, stack and instruction
 * pointer (proc_pid_syscall(5)). */
enum proc_doing proc_syscall(pid_t tid, uint32_t *nr, uint64_t args[6], uint64_t *sp,
			     uint64_t *ip);

/* Does this kernel list children? */
bool proc_lists_children(void);

#endif
