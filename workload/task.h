/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What main.c shares with task.c, which hands out the stacks that it maps, and attach.c.
 */
#ifndef IOTRACE_WORKLOAD_TASK_H
#define IOTRACE_WORKLOAD_TASK_H

struct run;

#define THREADS_MAX  64
#define THREAD_STACK ((size_t)65536)

/* Returns once a tracer has attached to this process and sees each call (attach.c). */
void attach_wait(const struct run *r);

#endif
