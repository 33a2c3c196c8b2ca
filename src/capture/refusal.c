/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "capture/host.h"
#include "capture/procfs.h"

static void IT_PRINTF(2, 3)
cause(struct refusal *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->cause, sizeof(r->cause), fmt, ap);
	va_end(ap);
}

static void IT_PRINTF(2, 3)
remedy(struct refusal *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r->remedy, sizeof(r->remedy), fmt, ap);
	va_end(ap);
}

/* Causes that concern PID alone. Returns whether one was found. */
static bool
find_in_target(struct refusal *r, const struct host *h, pid_t pid)
{
	struct proc_status st;
	if (proc_status(pid, &st))
		return false;
	if (st.tracer > 0) {
		cause(r, "process %d is already traced by process %d", pid, st.tracer);
		remedy(r, "a process has one tracer: end that one first");
	} else if (st.kernel_thread) {
		cause(r, "process %d is a thread of the kernel", pid);
		remedy(r, "nobody can trace it");
	} else if (st.state == 'Z') {
		cause(r, "process %d has ended and only waits for its parent", pid);
		remedy(r, "there is nothing to trace any more");
	} else if (st.uid != geteuid() && !host_can(h, CAP_SYS_PTRACE)) {
		cause(r, "process %d belongs to user %u", pid, st.uid);
		remedy(r, "run iotrace as that user or as root (CAP_SYS_PTRACE)");
	} else {
		return false;
	}
	return true;
}

static void
find_yama(struct refusal *r, const struct host *h)
{
	cause(r, "kernel.yama.ptrace_scope is %d", h->yama);
	if (h->yama == 1)
		remedy(r, "launch the program with iotrace instead of attaching, or as root "
			  "'sysctl kernel.yama.ptrace_scope=0'");
	else
		remedy(r, "give iotrace CAP_SYS_PTRACE, or as root 'sysctl "
			  "kernel.yama.ptrace_scope=1'");
}

const char *
refusal_container_remedy(const struct host *h)
{
	switch (h->container) {
	case CONTAINER_KUBERNETES:
		return "in the container's securityContext: capabilities: {add: [SYS_PTRACE]}, "
		       "seccompProfile: {type: Unconfined}";
	case CONTAINER_PODMAN:
		return "podman run --cap-add SYS_PTRACE --security-opt seccomp=unconfined ...";
	case CONTAINER_DOCKER:
		return "docker run --cap-add SYS_PTRACE --security-opt seccomp=unconfined ...";
	case CONTAINER_NONE:
		break;
	}
	return "start the container with --cap-add SYS_PTRACE or --security-opt "
	       "seccomp=unconfined";
}

void
refusal_find(struct refusal *r, const struct host *h, pid_t pid, int err)
{
	*r = (struct refusal){ 0 };
	if (err == ESRCH) {
		cause(r, "there is no process %d", pid);
		return;
	}
	if (pid && find_in_target(r, h, pid))
		return;
	if (!pid && h->tracer > 0) {
		cause(r, "iotrace itself is traced, by process %d, and so is all it starts; a "
			 "process has one tracer", h->tracer);
		remedy(r, "run iotrace outside of it");
	} else if (h->yama == 3) {
		cause(r, "ptrace is switched off for good until the next boot "
			 "(kernel.yama.ptrace_scope is 3)");
		remedy(r, "boot with a lower value: kernel.yama.ptrace_scope=1 in "
			  "/etc/sysctl.d");
	} else if (!host_can(h, CAP_SYS_PTRACE) && (h->yama == 2 || (h->yama == 1 && pid))) {
		find_yama(r, h);
	} else if (h->gvisor) {
		cause(r, "this sandbox is gVisor, whose ptrace is restricted");
		remedy(r, "run with another runtime, or allow ptrace in its configuration");
	} else if (h->seccomp > 0) {
		cause(r, "ptrace is refused (%s) by the seccomp profile this process runs under",
		      strerror(err));
		remedy(r, "%s", refusal_container_remedy(h));
	} else {
		cause(r, "ptrace is refused (%s)", strerror(err));
		remedy(r, "iotrace needs the right to trace (same user%s, or CAP_SYS_PTRACE)",
		       pid ? ", a program without special privileges" : "");
	}
}

void
refusal_explain(char *buf, size_t len, pid_t pid, int err)
{
	struct host h;
	struct refusal r;
	host_read(&h, "");
	refusal_find(&r, &h, pid, err);
	snprintf(buf, len, "%s%s%s", r.cause, *r.remedy ? ": " : "", r.remedy);
}
