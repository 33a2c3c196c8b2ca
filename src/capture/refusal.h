/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why tracing is not possible here, in words that tell the way out.
 */
#ifndef IOTRACE_CAPTURE_REFUSAL_H
#define IOTRACE_CAPTURE_REFUSAL_H

#include <stddef.h>
#include <sys/types.h>

struct host;

struct refusal {
	char cause[256];
	char remedy[256];
};

/* Why ptrace(2) on PID (0: on a child of our own) failed with errno ERR on HOST. Looks at
 * YAMA, capabilities, an existing tracer, seccomp, owner, gVisor. */
void refusal_find(struct refusal *, const struct host *, pid_t pid, int err);

/* The same of this machine, as one line into BUF. */
void refusal_explain(char *buf, size_t len, pid_t pid, int err);

/* How the profile of a container is made to allow ptrace: a command or a setting. */
const char *refusal_container_remedy(const struct host *);

#endif
