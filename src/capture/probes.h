/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tries what tracing needs, with children made for it. What a sandbox refuses shows only
 * when it is tried.
 */
#ifndef IOTRACE_CAPTURE_PROBES_H
#define IOTRACE_CAPTURE_PROBES_H

#include <stdbool.h>

/* 0: works; else the errno it failed with. */
struct probes {
	int seize;        /* PTRACE_SEIZE of a child, and a stop of it */
	int memory;       /* process_vm_readv(2) of it; after seize only, as the next two */
	int peek;         /* PTRACE_PEEKDATA */
	int syscall_info; /* PTRACE_GET_SYSCALL_INFO */
	int attach;       /* PTRACE_SEIZE of a process that is no descendant */
	int filter;       /* installing a seccomp filter */
	bool filter_drops; /* only with no_new_privs, which was not set before */
};

/* Takes a moment; waits for a child for at most a few seconds. */
void probes_run(struct probes *);

#endif
