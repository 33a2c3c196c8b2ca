/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/host.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"

/* include/linux/proc_ns.h: PROC_USER_INIT_INO, PROC_PID_INIT_INO */
#define USER_NS_INITIAL "user:[4026531837]"
#define PID_NS_INITIAL	"pid:[4026531836]"

/* The text of a small file below ROOT, "" where it cannot be read. */
static void
slurp(const char *root, const char *path, char *buf, size_t len)
{
	char name[PATH_MAX];
	buf[0] = '\0';
	snprintf(name, sizeof(name), "%s%s", root, path);
	cleanup_fd int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t n = read(fd, buf, len - 1);
	buf[n > 0 ? n : 0] = '\0';
}

static bool
exists(const char *root, const char *path)
{
	char name[PATH_MAX];
	snprintf(name, sizeof(name), "%s%s", root, path);
	return access(name, F_OK) == 0;
}

/* Is there a link at PATH that says anything but WANT? */
static bool
link_differs(const char *root, const char *path, const char *want)
{
	char name[PATH_MAX], to[64];
	snprintf(name, sizeof(name), "%s%s", root, path);
	ssize_t n = readlink(name, to, sizeof(to) - 1);
	if (n <= 0)
		return false;
	to[n] = '\0';
	return strcmp(to, want) != 0;
}

/* The number behind KEY in TEXT, which is of lines. The first line of a status file is the
 * program's name, in which there is no line break. */
static long long
value_of(const char *text, const char *key, int base, long long missing)
{
	const char *at = strstr(text, key);
	return at ? (long long)strtoull(at + strlen(key), NULL, base) : missing;
}

static void
read_status(struct host *h, const char *root)
{
	char text[4096];
	slurp(root, "/proc/self/status", text, sizeof(text));
	h->caps = (uint64_t)value_of(text, "\nCapEff:", 16, 0);
	h->no_new_privs = (int)value_of(text, "\nNoNewPrivs:", 10, -1);
	h->seccomp = (int)value_of(text, "\nSeccomp:", 10, -1);
	h->tracer = (pid_t)value_of(text, "\nTracerPid:", 10, 0);
}

/* proc(5): since Linux 5.8 the values of hidepid have names. */
static int
hidepid_of(const char *options)
{
	static const char *const names[] = { "off", "noaccess", "invisible", "", "ptraceable" };
	const char *at = strstr(options, "hidepid=");
	if (!at)
		return 0;
	at += strlen("hidepid=");
	for (int i = 1; i < (int)(sizeof(names) / sizeof(names[0])); i++)
		if (*names[i] && !strncmp(at, names[i], strlen(names[i])))
			return i;
	return atoi(at);
}

/* Looks for what is mounted on /proc; the last one is on top. */
static void
read_mounts(struct host *h, const char *root)
{
	char name[PATH_MAX], line[4096];
	snprintf(name, sizeof(name), "%s/proc/self/mounts", root);
	FILE *f = fopen(name, "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		char *options;
		const char *behind = strstr(line, " /proc proc ");
		if (!behind)
			continue;
		options = line + (behind - line) + strlen(" /proc proc ");
		options[strcspn(options, " \n")] = '\0';
		h->hidepid = hidepid_of(options);
	}
	fclose(f);
}

static enum container
find_container(const char *root)
{
	if (exists(root, "/var/run/secrets/kubernetes.io") ||
	    exists(root, "/run/secrets/kubernetes.io"))
		return CONTAINER_KUBERNETES;
	if (exists(root, "/run/.containerenv"))
		return CONTAINER_PODMAN;
	return exists(root, "/.dockerenv") ? CONTAINER_DOCKER : CONTAINER_NONE;
}

static void
read_kernel(struct host *h, const char *root)
{
	char text[256];
	unsigned major, minor;
	slurp(root, "/proc/sys/kernel/osrelease", h->kernel, sizeof(h->kernel));
	h->kernel[strcspn(h->kernel, "\n")] = '\0';
	if (sscanf(h->kernel, "%u.%u", &major, &minor) == 2)
		h->version = major * 1000 + minor;
	/* gVisor calls itself by a fixed old version. */
	slurp(root, "/proc/version", text, sizeof(text));
	h->gvisor = strstr(text, "gVisor") ||
		    strstr(text, "4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016");
}

void
host_read(struct host *h, const char *root)
{
	char text[64], pid[16];
	struct rlimit lim;
	*h = (struct host){ .yama = -1 };
	snprintf(pid, sizeof(pid), "%d", getpid());
	h->have_proc = exists(root, "/proc/self");
	h->own_proc = h->have_proc && !link_differs(root, "/proc/self", pid);
	read_kernel(h, root);
	read_status(h, root);
	read_mounts(h, root);
	slurp(root, "/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text));
	if (*text)
		h->yama = atoi(text);
	h->user_ns = link_differs(root, "/proc/self/ns/user", USER_NS_INITIAL);
	h->pid_ns = link_differs(root, "/proc/self/ns/pid", PID_NS_INITIAL);
	h->container = find_container(root);
	if (!getrlimit(RLIMIT_NOFILE, &lim))
		h->files_max = lim.rlim_max;
}

bool
host_can(const struct host *h, int cap)
{
	return h->caps >> cap & 1;
}
