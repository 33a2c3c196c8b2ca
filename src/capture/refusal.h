/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why tracing is not possible here, in words that tell the way out.
 */
#ifndef IOTRACE_CAPTURE_REFUSAL_H
#define IOTRACE_CAPTURE_REFUSAL_H

#include <stddef.h>
#include <sys/types.h>

/* One line into BUF: why ptrace(2) on PID (0: on a child of our own) failed with errno
 * ERR, and the remedy. Looks at YAMA, capabilities, an existing tracer, seccomp, owner,
 * gVisor. */
void refusal_explain(char *buf, size_t len, pid_t pid, int err);

#endif
