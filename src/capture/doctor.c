/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function a check, in the order in which they are shown. What was tried counts more than
 * what files say: these only explain it.
 */
#include "capture/doctor.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "capture/host.h"
#include "capture/probes.h"
#include "capture/refusal.h"

#define FILES_ENOUGH 1024u

/* PTRACE_GET_SYSCALL_INFO. */
#define KERNEL_WANTED 5003u

static void IT_PRINTF(2, 3)
state(struct check *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(c->state, sizeof(c->state), fmt, ap);
	va_end(ap);
}

static void
limited(struct check *c, const char *effect, const char *remedy)
{
	c->verdict = VERDICT_LIMITED;
	snprintf(c->effect, sizeof(c->effect), "%s", effect);
	snprintf(c->remedy, sizeof(c->remedy), "%s", remedy);
}

static void
check_kernel(struct check *c, const struct host *h, const struct probes *p)
{
	c->name = "kernel";
	state(c, "Linux %s%s", *h->kernel ? h->kernel : "of unknown version",
	      h->gvisor ? ", as gVisor shows it" : "");
	if (!p->seize && p->syscall_info)
		limited(c, "without PTRACE_GET_SYSCALL_INFO entries and exits of calls are counted",
			h->version && h->version < KERNEL_WANTED ? "use Linux 5.3 or newer" : "");
}

static void
check_ptrace(struct check *c, const struct host *h, const struct probes *p)
{
	struct refusal r;
	c->name = "ptrace";
	if (!p->seize) {
		state(c, "a child process can be traced");
		return;
	}
	refusal_find(&r, h, 0, p->seize);
	state(c, "%s", r.cause);
	c->verdict = VERDICT_BROKEN;
	snprintf(c->effect, sizeof(c->effect), "nothing can be traced");
	snprintf(c->remedy, sizeof(c->remedy), "%s", r.remedy);
}

static void
check_attach(struct check *c, const struct host *h, const struct probes *p)
{
	struct refusal r;
	c->name = "attach";
	if (!p->attach) {
		state(c, "processes of %s can be attached to with -p",
		      host_can(h, CAP_SYS_PTRACE) && !h->user_ns ? "all users" : "this user");
		return;
	}
	if (p->seize) {
		state(c, "not possible, as ptrace is not");
		limited(c, "-p fails", "see ptrace");
		return;
	}
	/* Only one thing tells a child from a stranger. */
	refusal_find(&r, h, 1, p->attach);
	if (h->yama == 1)
		state(c, "kernel.yama.ptrace_scope is 1: only descendants can be traced");
	else
		state(c, "attaching to a process that is no descendant is refused (%s)",
		      strerror(p->attach));
	limited(c, "-p works as root only; launching works",
		h->yama == 1 ? "sudo sysctl kernel.yama.ptrace_scope=0" : r.remedy);
}

static void
check_memory(struct check *c, const struct host *h, const struct probes *p)
{
	c->name = "memory";
	if (p->seize) {
		state(c, "not tried, as ptrace is not possible");
	} else if (!p->memory) {
		state(c, "process_vm_readv reads a tracee's memory");
	} else if (!p->peek) {
		state(c, "process_vm_readv is refused (%s)", strerror(p->memory));
		limited(c, "names and buffers are read word by word, which is slower",
			refusal_container_remedy(h));
	} else {
		state(c, "a tracee's memory cannot be read (%s)", strerror(p->peek));
		limited(c, "paths and data are unknown", refusal_container_remedy(h));
	}
}

static void
check_seccomp(struct check *c, const struct host *h, const struct probes *p)
{
	c->name = "seccomp";
	if (!p->filter) {
		state(c, "filters can be installed: only selected calls stop");
		return;
	}
	state(c, "filters are refused (%s)", strerror(p->filter));
	limited(c, "every call of the program stops, which is slower",
		h->seccomp > 0 || h->container ? refusal_container_remedy(h)
					       : "use a kernel with CONFIG_SECCOMP_FILTER");
}

static void
check_profile(struct check *c, const struct host *h, const struct probes *p)
{
	(void)p;
	c->name = "profile";
	if (h->seccomp == 2)
		state(c, "this process runs under a seccomp filter of somebody else's");
	else if (h->seccomp == 0)
		state(c, "this process runs under no seccomp filter");
	else
		state(c, "whether this process runs under a seccomp filter is not known");
}

static void
check_privileges(struct check *c, const struct host *h, const struct probes *p)
{
	c->name = "setuid";
	if (h->no_new_privs > 0) {
		state(c, "no_new_privs is set for this process already");
		limited(c, "set-user-ID programs such as sudo run without their privileges",
			h->container ? "start the container without --security-opt "
				       "no-new-privileges"
				     : "start iotrace where it is not set");
	} else if (p->filter_drops || !host_can(h, CAP_SYS_PTRACE)) {
		state(c, "iotrace runs without %s",
		      host_can(h, CAP_SYS_PTRACE) ? "CAP_SYS_ADMIN" : "CAP_SYS_PTRACE");
		limited(c, "set-user-ID programs, and those with file capabilities, run without "
			   "their privileges", "run iotrace as root: sudo iotrace ...");
	} else {
		state(c, "set-user-ID programs keep their privileges");
	}
}

static void
check_proc(struct check *c, const struct host *h, const struct probes *p)
{
	(void)p;
	c->name = "proc";
	if (!h->have_proc) {
		state(c, "/proc is not mounted");
		limited(c, "names of descriptors are put together from the calls",
			"mount -t proc proc /proc");
	} else if (!h->own_proc) {
		state(c, "/proc is that of another PID namespace");
		limited(c, "names of descriptors are put together from the calls",
			"mount -t proc proc /proc, in a mount namespace of its own");
	} else if (h->hidepid && !host_can(h, CAP_SYS_PTRACE)) {
		state(c, "/proc is mounted with hidepid=%d", h->hidepid);
		limited(c, "processes of other users are not seen", "sudo mount -o "
			   "remount,hidepid=0 /proc");
	} else {
		state(c, "/proc tells of tracees");
	}
}

static void
check_namespaces(struct check *c, const struct host *h, const struct probes *p)
{
	static const char *const where[] = { "the host, as far as can be told", "docker",
					     "podman", "kubernetes" };
	(void)p;
	c->name = "namespaces";
	if (!h->user_ns && !h->pid_ns)
		state(c, "%s: PIDs and users are the host's", where[h->container]);
	else
		state(c, "%s: %s", where[h->container],
		      h->user_ns && h->pid_ns ? "PIDs and users are those of namespaces"
		      : h->pid_ns	      ? "PIDs are those of a namespace"
					      : "users are those of a namespace");
}

static void
check_files(struct check *c, const struct host *h, const struct probes *p)
{
	(void)p;
	c->name = "files";
	state(c, "at most %llu open descriptors", (unsigned long long)h->files_max);
	if (h->files_max < FILES_ENOUGH)
		limited(c, "programs of many threads are traced more slowly",
			h->container ? "start the container with --ulimit nofile=8192"
				     : "ulimit -Hn 8192, as root");
}

unsigned
doctor_judge(const struct host *h, const struct probes *p, struct check checks[DOCTOR_CHECKS])
{
	static void (*const all[])(struct check *, const struct host *,
				   const struct probes *) = {
		check_kernel,  check_ptrace,	 check_attach, check_memory,	 check_seccomp,
		check_profile, check_privileges, check_proc,   check_namespaces, check_files,
	};
	unsigned broken = 0;
	_Static_assert(ARRAY_SIZE(all) == DOCTOR_CHECKS, "room for each");
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		checks[i] = (struct check){ .verdict = VERDICT_OK };
		all[i](&checks[i], h, p);
		broken += checks[i].verdict == VERDICT_BROKEN;
	}
	return broken;
}
