/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * own_filter WAY: a program that puts itself under seccomp and tells what became of its
 * calls. Traced, it must say and end as it does untraced. 77 where that cannot be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define PATH "/own-filter-test"

static scmp_filter_ctx ctx;
static int listener = -1;

/* From now on access(2) meets ACTION. */
static void
filter(uint32_t action)
{
	ctx = seccomp_init(SCMP_ACT_ALLOW);
	if (!ctx || seccomp_rule_add(ctx, action, SCMP_SYS(access), 0) ||
	    seccomp_load(ctx))
		exit(77);
	if (action == SCMP_ACT_NOTIFY)
		listener = seccomp_notify_fd(ctx);
}

static void
try(const char *path)
{
	long ret = syscall(SYS_access, path, F_OK);
	printf("access %s: %ld %s\n", path, ret, ret ? strerror(errno) : "");
	fflush(stdout);
}

static void
both(void)
{
	try("/");
	try(PATH);
}

static void
on_sigsys(int signo, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;
	(void)signo;
	printf("SIGSYS for call %d\n", si->si_syscall);
	uc->uc_mcontext.gregs[REG_RAX] = -EDOM;
}

static void
trap(void)
{
	struct sigaction sa = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	sigaction(SIGSYS, &sa, NULL);
	filter(SCMP_ACT_TRAP);
	both();
}

static void *
doomed(void *arg)
{
	try("/");
	return arg;
}

static void
kill_thread(void)
{
	pthread_t t;
	filter(SCMP_ACT_KILL_THREAD);
	if (pthread_create(&t, NULL, doomed, NULL))
		exit(77);
	/* It never comes back to be joined; with its end one thread is left. */
	char stat[1024];
	for (long threads = 2; threads > 1;) {
		int fd = open("/proc/self/stat", O_RDONLY);
		ssize_t n = read(fd, stat, sizeof(stat) - 1);
		close(fd);
		stat[n > 0 ? n : 0] = '\0';
		const char *at = strrchr(stat, ')');
		for (int field = 2; at && field < 20; field++)
			at = strchr(at + 1, ' ');
		threads = at ? atol(at) : 0;
	}
	puts("others live");
}

/* Answers as many questions as there are calls in both(). */
static void *
supervise(void *arg)
{
	for (int i = 0; i < 2; i++) {
		struct seccomp_notif *req;
		struct seccomp_notif_resp *resp;
		if (seccomp_notify_alloc(&req, &resp) ||
		    seccomp_notify_receive(listener, req))
			exit(1);
		resp->id = req->id;
		if (i == 0)
			resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		else
			resp->error = -EXDEV;
		if (seccomp_notify_respond(listener, resp))
			exit(1);
		seccomp_notify_free(req, resp);
	}
	return arg;
}

static void
notify(void)
{
	pthread_t t;
	filter(SCMP_ACT_NOTIFY);
	if (pthread_create(&t, NULL, supervise, NULL))
		exit(77);
	both();
	pthread_join(t, NULL);
}

/* What strict mode allows, and then what it does not. */
static void
strict(int then)
{
	char text[] = "strict\n";
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		exit(errno == EINVAL ? 78 : 77);
	if (syscall(SYS_write, 1, text, sizeof(text) - 1) < 0 ||
	    syscall(SYS_read, -1, text, 1) != -1)
		syscall(SYS_exit, 1);
	if (then)
		syscall(SYS_access, "/", F_OK);
	syscall(SYS_exit, 5);
}

int
main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";
	setvbuf(stdout, NULL, _IONBF, 0);
	if (!strcmp(way, "errno")) {
		filter(SCMP_ACT_ERRNO(EDOM));
		both();
	} else if (!strcmp(way, "log")) {
		filter(SCMP_ACT_LOG);
		both();
	} else if (!strcmp(way, "trap")) {
		trap();
	} else if (!strcmp(way, "kill-thread")) {
		kill_thread();
	} else if (!strcmp(way, "kill-process")) {
		filter(SCMP_ACT_KILL_PROCESS);
		both();
	} else if (!strcmp(way, "notify")) {
		notify();
	} else if (!strncmp(way, "trace-", 6)) {
		filter(SCMP_ACT_TRACE((uint16_t)atoi(way + 6)));
		both();
	} else if (!strcmp(way, "stacked")) {
		filter(SCMP_ACT_TRACE(7));
		filter(SCMP_ACT_ERRNO(EDOM));
		both();
	} else if (!strcmp(way, "strict")) {
		strict(0);
	} else if (!strcmp(way, "strict-killed")) {
		strict(1);
	} else {
		return 99;
	}
	return 3;
}
