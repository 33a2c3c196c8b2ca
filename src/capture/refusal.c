/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "capture/procfs.h"

/* The text of a small file, "" where it cannot be read. */
static void
slurp(const char *path, char *buf, size_t len)
{
	buf[0] = '\0';
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t n = read(fd, buf, len - 1);
	buf[n > 0 ? n : 0] = '\0';
}

static int
yama_scope(void)
{
	char text[16];
	slurp("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text));
	return text[0] ? atoi(text) : 0;
}

/* gVisor's kernel calls itself by a fixed old version and prints its own boot messages. */
static int
is_gvisor(void)
{
	char text[256];
	slurp("/proc/version", text, sizeof(text));
	return strstr(text, "gVisor") || strstr(text, "4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016");
}

/* Causes that concern PID alone. Returns whether one was found. */
static int
explain_target(char *buf, size_t len, pid_t pid)
{
	struct proc_status st;
	if (proc_status(pid, &st))
		return 0;
	if (st.tracer > 0) {
		snprintf(buf, len, "process %d is already traced by process %d; a process has "
			 "one tracer: end that one first", pid, st.tracer);
		return 1;
	}
	if (st.kernel_thread) {
		snprintf(buf, len, "process %d is a thread of the kernel, which nobody can trace",
			 pid);
		return 1;
	}
	if (st.state == 'Z') {
		snprintf(buf, len, "process %d has ended and only waits for its parent", pid);
		return 1;
	}
	if (st.uid != geteuid() && !proc_have_capability(CAP_SYS_PTRACE)) {
		snprintf(buf, len, "process %d belongs to user %u: run iotrace as that user or as "
			 "root (CAP_SYS_PTRACE)", pid, st.uid);
		return 1;
	}
	return 0;
}

void
refusal_explain(char *buf, size_t len, pid_t pid, int err)
{
	struct proc_status self;
	int scope = yama_scope();
	if (err == ESRCH) {
		snprintf(buf, len, "there is no process %d", pid);
		return;
	}
	if (pid && explain_target(buf, len, pid))
		return;
	bool have_self = !proc_status(getpid(), &self);
	if (!pid && have_self && self.tracer > 0) {
		snprintf(buf, len, "iotrace itself is traced, by process %d, and so is all it "
			 "starts; a process has one tracer: run iotrace outside of it",
			 self.tracer);
	} else if (scope == 3) {
		snprintf(buf, len, "ptrace is switched off for good until the next boot "
			 "(kernel.yama.ptrace_scope is 3): boot with a lower value");
	} else if (!proc_have_capability(CAP_SYS_PTRACE) && (scope == 2 || (scope == 1 && pid))) {
		snprintf(buf, len, "kernel.yama.ptrace_scope is %d: %s, or as root 'sysctl "
			 "kernel.yama.ptrace_scope=%d'", scope,
			 scope == 1 ? "launch the program with iotrace instead of attaching"
				    : "give iotrace CAP_SYS_PTRACE",
			 scope == 1 ? 0 : 1);
	} else if (is_gvisor()) {
		snprintf(buf, len, "this sandbox is gVisor, whose ptrace is restricted: run with "
			 "another runtime, or allow ptrace in its configuration");
	} else if (have_self && self.seccomp > 0) {
		snprintf(buf, len, "ptrace is refused (%s) by the seccomp profile this process runs "
			 "under: start the container with --cap-add SYS_PTRACE or "
			 "--security-opt seccomp=unconfined", strerror(err));
	} else {
		snprintf(buf, len, "ptrace is refused (%s): iotrace needs the right to trace "
			 "(same user%s, or CAP_SYS_PTRACE)", strerror(err),
			 pid ? ", a program without special privileges" : "");
	}
}
