/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes: made, replaced by exec, ended; what they inherit.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

static void
inherit_run(struct run *r)
{
	char buf[8];
	long child;
	int p[2];

	(void)r;
	want(sys(SYS_pipe2, p, O_CLOEXEC), 0, "pipe2");
	want(sys(SYS_write, p[1], "parent", 6L), 6, "write");
	child = child_fork();
	if (child == 0) {
		want(sys(SYS_read, p[0], buf, 8L), 6, "read");
		want(sys(SYS_close, p[0]), 0, "close");
		child_exit(0);
	}
	child_wait(child);
	want(sys(SYS_close, p[0]), 0, "close");
}

const struct scenario sc_fork_inherit = {
	.name = "fork-inherit",
	.help = "a child reads its parent's pipe and closes its own copy only",
	.run = inherit_run,
	.expect = "pipe2 IPC pipe fd=? file=$p~pipe:[*]\n"
		  "write FS fd ret=6 bytes=6 fd=$w file=$p\n"
		  "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "close FS fd fd=$r file=$p\n"
		  "p1: read FS fd ret=6 bytes=6 fd=$r file=$p\n"
		  "p1: close FS fd fd=$r file=$p\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
vfork_run(struct run *r)
{
	static char *const argv[] = { NULL };
	long missing = 0;
	pid_t child;

	(void)r;
	child = vfork();
	if (child == 0) {
		missing = sys(SYS_execve, "missing", argv, argv);
		for (;;)
			sys(SYS_exit_group, missing == -ENOENT ? 0L : 1L);
	}
	if (child < 0)
		fail("vfork", child, 0);
	child_wait(child);
}

const struct scenario sc_vfork_exec_fails = {
	.name = "vfork-exec-fails",
	.help = "a vfork whose child cannot find its program",
	.run = vfork_run,
	.expect = "vfork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: execve Process exec ret=-ENOENT file=@/missing\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
exec_setup(struct run *r)
{
	file_make("keep.txt", "keep");
	file_make("gone.txt", "gone");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "keep.txt", O_RDWR, 0), "open");
	r->fd[1] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "gone.txt", O_RDWR | O_CLOEXEC, 0), "open");
	want(sys(SYS_dup2, r->fd[0], 100), 100, "dup2");
	want(sys(SYS_dup3, r->fd[1], 101, O_CLOEXEC), 101, "dup3");
	want(sys(SYS_symlink, r->self, "a-rather-long-name"), 0, "symlink");
}

static void
exec_run(struct run *r)
{
	static char *const none[] = { NULL };
	long child = child_fork();

	if (child == 0) {
		want(sys(SYS_execve, "missing", none, none), -ENOENT, "execve");
		want(sys(SYS_execve, "keep.txt", none, none), -EACCES, "execve");
		exec_part(r, NULL, NULL);
		child_exit(1);
	}
	child_wait(child);
	want(sys(SYS_execveat, AT_FDCWD, "missing", none, none, 0L), -ENOENT, "execveat");
	want(sys(SYS_write, 101, "x", 1L), 1, "write");
}

static void
exec_part_run(struct run *r, int argc, char **argv)
{
	(void)r;
	(void)argc;
	(void)argv;
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_write, 101, "x", 1L), -EBADF, "write");
}

const struct scenario sc_process_exec_lifecycle = {
	.name = "process-exec-lifecycle",
	.help = "exec fails, fails, works: descriptors stay or go with it",
	.setup = exec_setup,
	.run = exec_run,
	.part = exec_part_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "execveat Process exec ret=-ENOENT file=@/missing\n"
		  "write FS fd ret=1 bytes=1 fd=101 file=@/gone.txt\n"
		  "p1: execve Process exec ret=-ENOENT file=@/missing\n"
		  "p1: execve Process exec ret=-EACCES file=@/keep.txt\n"
		  "p1: execve Process exec file=~/*ioworkload\n"
		  "p1: write FS fd ret=1 bytes=1 fd=100 file=@/keep.txt\n"
		  "p1: write FS fd ret=-EBADF fd=101\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
exec_comm_run(struct run *r)
{
	const char *argv[] = { "any", "--part", r->sc->name, NULL };
	long child = child_fork();

	if (child == 0) {
		sys(SYS_execve, "a-rather-long-name", argv, environ);
		child_exit(1);
	}
	child_wait(child);
}

const struct scenario sc_exec_comm = {
	.name = "exec-comm",
	.help = "exec renames the task, in 15 bytes, after its own row",
	.setup = exec_setup,
	.run = exec_comm_run,
	.part = exec_part_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: execve Process exec file=@/a-rather-long-name\n"
		  "p1: write FS fd ret=1 bytes=1 fd=100 file=@/keep.txt "
		  "comm=a-rather-long-n\n"
		  "p1: write FS fd ret=-EBADF fd=101 comm=a-rather-long-n\n"
		  "p1: exit_group Process null ret=- comm=a-rather-long-n\n",
};

static int
exec_thread(struct thread *t)
{
	/* Not before the leader's clone has returned: exec would cut it short. */
	while (!__atomic_load_n(&t->step, __ATOMIC_SEQ_CST))
		__builtin_ia32_pause();
	exec_part(t->run, NULL, NULL);
	return 1;
}

static void
nonleader_run(struct run *r)
{
	struct thread t = { 0 };
	long child = child_fork();

	if (child == 0) {
		thread_start(r, &t, exec_thread, 0);
		__atomic_store_n(&t.step, 1, __ATOMIC_SEQ_CST);
		for (;;) /* no call, so that none is cut short */
			__builtin_ia32_pause();
	}
	child_wait(child);
}

const struct scenario sc_exec_non_leader_thread = {
	.name = "exec-non-leader-thread",
	.help = "a second thread executes: its row has its tid, the rest the leader's",
	.setup = exec_setup,
	.run = nonleader_run,
	.part = exec_part_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: clone Process proc ret=$p1.t1\n"
		  "p1.t1: execve Process exec file=~/*ioworkload\n"
		  "p1: write FS fd ret=1 bytes=1 fd=100 file=@/keep.txt\n"
		  "p1: write FS fd ret=-EBADF fd=101\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
on_signal(int signo)
{
	(void)signo;
}

static void
noreturn_setup(struct run *r)
{
	struct sigaction sa = { .sa_handler = on_signal };

	(void)r;
	if (sigaction(SIGUSR1, &sa, NULL) != 0)
		fail("sigaction", -1, 0);
}

static int
thread_nothing(struct thread *t)
{
	(void)t;
	return 7;
}

static void
noreturn_run(struct run *r)
{
	struct thread t = { 0 };
	long child = child_fork(), me;

	if (child == 0) {
		me = sys(SYS_getpid);
		for (int i = 0; i < 3; i++)
			want(sys(SYS_tgkill, me, me, SIGUSR1), 0, "tgkill");
		thread_start(r, &t, thread_nothing, 0);
		thread_join(&t);
		child_exit(0);
	}
	child_wait(child);
}

const struct scenario sc_noreturn_syscalls = {
	.name = "noreturn-syscalls",
	.help = "rt_sigreturn, exit and exit_group have rows without a result",
	.ignore = "futex",
	.setup = noreturn_setup,
	.run = noreturn_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: getpid Process null ret=$p1\n"
		  "repeat 3\n"
		  "p1: tgkill Signals null\n"
		  "p1: rt_sigreturn Signals null ret=- latency_ns=0\n"
		  "end\n"
		  "p1: clone Process proc ret=$p1.t1\n"
		  "p1.t1: exit Process null ret=- latency_ns=0\n"
		  "p1: exit_group Process null ret=- latency_ns=0\n",
};

const struct scenario sc_noreturn_syscalls_counted = {
	.name = "noreturn-syscalls-counted",
	.help = "the same, with rt_sigreturn only counted",
	.options = "-e all --sample rt_sigreturn=0",
	.totals = "rt_sigreturn=3",
	.ignore = "futex",
	.setup = noreturn_setup,
	.run = noreturn_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: getpid Process null ret=$p1\n"
		  "p1: 3* tgkill Signals null\n"
		  "p1: clone Process proc ret=$p1.t1\n"
		  "p1.t1: exit Process null ret=- latency_ns=0\n"
		  "p1: exit_group Process null ret=- latency_ns=0\n",
};

static void
files_run(struct run *r)
{
	long child = sys(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, 0L), fd;

	if (child == 0) {
		fd = want_ok(
			sys(SYS_openat, AT_FDCWD, "shared.txt", O_RDWR | O_CREAT, 0600),
			"openat");
		want(sys(SYS_dup2, fd, 200), 200, "dup2");
		want(sys(SYS_close, r->fd[0]), 0, "close");
		child_exit(0);
	}
	want_ok(child, "clone");
	child_wait(child);
	want(sys(SYS_write, 200, "x", 1L), 1, "write");
	want(sys(SYS_write, r->fd[0], "x", 1L), -EBADF, "write");
}

const struct scenario sc_clone_files = {
	.name = "clone-files",
	.help = "two processes with one descriptor table",
	.setup = exec_setup,
	.run = files_run,
	.expect = "clone Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "write FS fd ret=1 bytes=1 fd=200 file=@/shared.txt\n"
		  "write FS fd ret=-EBADF fd=$k\n"
		  "p1: openat FS open ret=$s fd=$s file=@/shared.txt\n"
		  "p1: dup2 FS fd ret=200 fd=200 file=@/shared.txt\n"
		  "p1: close FS fd fd=$k file=@/keep.txt\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
kcmp_file_run(struct run *r)
{
	long me = sys(SYS_getpid);

	want(need(sys(SYS_kcmp, me, me, 0, (long)r->fd[0], 100L), "kcmp"), 0,
	     "kcmp FILE");
}

const struct scenario sc_process_kcmp_file = {
	.name = "process-kcmp-file",
	.help = "kcmp of two descriptors",
	.needs = "CONFIG_KCMP",
	.setup = exec_setup,
	.run = kcmp_file_run,
	.expect = "getpid Process null ret=$main\n"
		  "kcmp Process two-fd fd=$a file=@/keep.txt\n",
};

static void
kcmp_vm_run(struct run *r)
{
	long me = sys(SYS_getpid);

	want(need(sys(SYS_kcmp, me, me, 1, (long)r->fd[0], 100L), "kcmp"), 0, "kcmp VM");
}

const struct scenario sc_process_kcmp_vm = {
	.name = "process-kcmp-vm",
	.help = "kcmp of an address space, with numbers that are no descriptors then",
	.needs = "CONFIG_KCMP",
	.setup = exec_setup,
	.run = kcmp_vm_run,
	.expect = "getpid Process null ret=$main\n"
		  "kcmp Process two-fd\n",
};

static void
orphan_run(struct run *r)
{
	long child = child_fork(), grandchild;
	char buf[8];
	int p[2];

	(void)r;
	if (child == 0) {
		want(sys(SYS_pipe2, p, 0), 0, "pipe2");
		grandchild = child_fork();
		if (grandchild == 0) {
			want(sys(SYS_close, p[1]), 0, "close");
			want(sys(SYS_read, p[0], buf, 8L), 2, "read");
			child_exit(0);
		}
		want(sys(SYS_write, p[1], "ok", 2L), 2, "write");
		child_wait(grandchild);
		child_exit(0);
	}
	child_wait(child);
}

const struct scenario sc_fork_tree = {
	.name = "fork-tree",
	.help = "a child of a child",
	.run = orphan_run,
	.expect = "fork Process proc ret=$p1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: pipe2 IPC pipe fd=? file=$p~pipe:[*]\n"
		  "p1: fork Process proc ret=$p2\n"
		  "p1: write FS fd ret=2 bytes=2 fd=$w file=$p\n"
		  "p1: wait4 Process proc ret=$p2\n"
		  "p1: exit_group Process null ret=-\n"
		  "p2: close FS fd fd=$w file=$p\n"
		  "p2: read FS fd ret=2 bytes=2 fd=$r file=$p\n"
		  "p2: exit_group Process null ret=-\n",
};
