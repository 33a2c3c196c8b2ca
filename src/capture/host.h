/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this machine, its container and this process are allowed, as files say it.
 */
#ifndef IOTRACE_CAPTURE_HOST_H
#define IOTRACE_CAPTURE_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum container { CONTAINER_NONE, CONTAINER_DOCKER, CONTAINER_PODMAN, CONTAINER_KUBERNETES };

struct host {
	char kernel[64];    /* release: "6.1.0-18-amd64", "" unknown */
	unsigned version;   /* major * 1000 + minor, 0 unknown */
	bool gvisor;
	enum container container;
	bool have_proc;     /* something is mounted on /proc */
	bool own_proc;      /* and it is of our PID namespace */
	int hidepid;        /* proc(5), as a number: 0-2, 4 */
	int yama;           /* kernel.yama.ptrace_scope, -1: no YAMA */
	uint64_t caps;      /* CapEff, a bit a capability; 0 if unknown */
	int no_new_privs;   /* NoNewPrivs, -1 unknown */
	int seccomp;        /* mode of this process, 0-2, -1 unknown */
	pid_t tracer;       /* TracerPid, 0: none */
	bool user_ns;       /* not the initial user namespace */
	bool pid_ns;        /* not the initial PID namespace */
	uint64_t files_max; /* descriptors this process may ever have */
};

/* Reads everything below directory ROOT, "" for "/". What cannot be read stays unknown. */
void host_read(struct host *, const char *root);

/* Is CAP (linux/capability.h) in effect? */
bool host_can(const struct host *, int cap);

#endif
