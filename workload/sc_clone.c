/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes made by clone(2) with flags that libraries seldom use, and by vfork(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario.h"

#define STACK_SIZE 65536L

/* clone(2) as fork with FLAGS; WORD is where the kernel puts what they ask for. */
static long
clone_fork(unsigned long flags, int *word)
{
	return want_ok(sys(SYS_clone, flags | SIGCHLD, NULL, word, NULL, 0L), "clone");
}

/* One row that shows whether the child is seen. */
static _Noreturn void
child_closes_nothing(long fd)
{
	want(sys(SYS_close, fd), -EBADF, "close");
	child_exit(0);
}

static void
untraced_run(struct run *r)
{
	struct clone_args args = { .flags = CLONE_UNTRACED, .exit_signal = SIGCHLD };
	long child;

	(void)r;
	child = clone_fork(CLONE_UNTRACED, NULL);
	if (child == 0)
		child_closes_nothing(901);
	child_wait(child);
	child = need(sys(SYS_clone3, &args, sizeof(args)), "clone3");
	if (child == 0)
		child_closes_nothing(902);
	child_wait(child);
}

const struct scenario sc_clone_untraced = {
	.name = "clone-untraced",
	.help = "children that ask not to be traced by clone and clone3: they are",
	.needs = "Linux 5.3",
	.run = untraced_run,
	.expect = "clone Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "clone3 Process proc ret=$p2\n"
		  "wait4 Process proc ret=$p2\n"
		  "p1: close FS fd ret=-EBADF fd=901\n"
		  "p1: exit_group Process null ret=-\n"
		  "p2: close FS fd ret=-EBADF fd=902\n"
		  "p2: exit_group Process null ret=-\n",
};

static void
parent_run(struct run *r)
{
	long child = child_fork(), sibling;
	int status = -1;

	(void)r;
	if (child == 0) {
		sibling = clone_fork(CLONE_PARENT, NULL);
		if (sibling == 0)
			child_closes_nothing(903);
		want(sys(SYS_wait4, sibling, NULL, 0L, NULL), -ECHILD, "wait4 sibling");
		child_exit(0);
	}
	child_wait(child);
	want_ok(sys(SYS_wait4, -1L, &status, 0L, NULL), "wait4");
	want(status, 0, "wait status of the child's child");
}

const struct scenario sc_clone_parent = {
	.name = "clone-parent",
	.help = "a child's child that is its sibling (CLONE_PARENT)",
	.run = parent_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p2\n"
		  "p1: clone Process proc ret=$p2\n"
		  "p1: wait4 Process proc ret=-ECHILD\n"
		  "p1: exit_group Process null ret=-\n"
		  "p2: close FS fd ret=-EBADF fd=903\n"
		  "p2: exit_group Process null ret=-\n",
};

static void
vm_setup(struct run *r)
{
	file_make("kept.txt", "kept");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "kept.txt", O_RDWR, 0), "open");
}

static int
vm_child(void *arg)
{
	struct run *r = arg;

	r->val[0] = 1; /* in its creator's memory too */
	want(sys(SYS_close, r->fd[0]), 0, "close");
	child_exit(0);
}

static void
vm_run(struct run *r)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	long child = clone(vm_child, stack + sizeof(stack), CLONE_VM | SIGCHLD, r);

	if (child < 0)
		fail("clone", -errno, 0);
	child_wait(child);
	want(r->val[0], 1, "what the child wrote");
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
}

const struct scenario sc_clone_vm = {
	.name = "clone-vm",
	.help = "a process in its creator's memory, with descriptors of its own",
	.setup = vm_setup,
	.run = vm_run,
	.expect = "clone Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "write FS fd ret=1 bytes=1 fd=$k file=@/kept.txt\n"
		  "p1: close FS fd fd=$k file=@/kept.txt\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
pidfd_run(struct run *r)
{
	struct clone_args args = { .flags = CLONE_PIDFD, .exit_signal = SIGCHLD };
	siginfo_t si;
	int fd = -1;
	long child;

	(void)r;
	child = clone_fork(CLONE_PIDFD, &fd);
	if (child == 0)
		child_closes_nothing(904);
	want(sys(SYS_waitid, (long)P_PIDFD, (long)fd, &si, (long)WEXITED, NULL), 0,
	     "waitid");
	want(sys(SYS_close, fd), 0, "close");
	args.pidfd = (uintptr_t)&fd;
	child = need(sys(SYS_clone3, &args, sizeof(args)), "clone3");
	if (child == 0)
		child_closes_nothing(905);
	child_wait(child);
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_clone_pidfd = {
	.name = "clone-pidfd",
	.help = "clone and clone3 that make a descriptor of the child",
	.needs = "Linux 5.4",
	.run = pidfd_run,
	.expect = "clone Process proc ret=$p1\n"
		  "waitid Process proc\n"
		  "close FS fd fd=$a file=~*pidfd*\n"
		  "clone3 Process proc ret=$p2\n"
		  "wait4 Process proc ret=$p2\n"
		  "close FS fd fd=$a file=~*pidfd*\n"
		  "p1: close FS fd ret=-EBADF fd=904\n"
		  "p1: exit_group Process null ret=-\n"
		  "p2: close FS fd ret=-EBADF fd=905\n"
		  "p2: exit_group Process null ret=-\n",
};

static void
vfork_exit_run(struct run *r)
{
	int status = -1;
	pid_t child;

	(void)r;
	child = vfork();
	if (child == 0)
		child_exit(0);
	child_wait(child);
	child = vfork();
	if (child == 0)
		for (;;)
			sys(SYS_kill, sys(SYS_getpid), (long)SIGKILL);
	want(sys(SYS_wait4, child, &status, 0L, NULL), child, "wait4");
	want(status, SIGKILL, "wait status of the killed child");
}

const struct scenario sc_vfork_early_exit = {
	.name = "vfork-early-exit",
	.help = "children of vfork that end, or kill themselves, at once",
	.run = vfork_exit_run,
	.expect = "vfork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "vfork Process proc ret=$p2\n"
		  "wait4 Process proc ret=$p2\n"
		  "p1: exit_group Process null ret=-\n"
		  "p2: getpid Process null ret=$p2\n"
		  "p2: kill Signals null ret=-\n",
};
