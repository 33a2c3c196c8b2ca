/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls cut short by signals: what the kernel carries on is one row, what the program
 * does again is another. A second process sends the signals once this one sleeps.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "scenario.h"

/* Waiting for the other to sleep reads /proc and yields an unknown number of times. */
#define WAITING "sched_yield file=/proc/*"

static void
on_signal(int signo)
{
	(void)signo;
}

static void
handle(int signo, int flags)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags };

	if (sigaction(signo, &sa, NULL) != 0)
		fail("sigaction", -1, 0);
}

static void
signal_setup(struct run *r)
{
	handle(SIGUSR1, SA_RESTART);
	handle(SIGUSR2, 0);
	want(sys(SYS_pipe2, r->fd, O_CLOEXEC), 0, "pipe2");
}

/* In the child: waits until the parent sleeps in NR, then sends it SIGNO. */
static void
hit(long parent, long nr, int signo)
{
	wait_blocked(parent, parent, nr);
	want(sys(SYS_kill, parent, signo), 0, "kill");
}

/* Stops the parent once it sleeps in NR, and lets it go on once it stands. */
static void
stop_and_go(long parent, long nr)
{
	struct timespec ms = { 0, 20000000 };

	hit(parent, nr, SIGSTOP);
	sys(SYS_nanosleep, &ms, NULL);
	want(sys(SYS_kill, parent, SIGCONT), 0, "kill");
}

static void
restart_run(struct run *r)
{
	struct timespec long_time = { 1000, 0 };
	long me = sys(SYS_getpid), child = child_fork();
	char buf[8];

	if (child == 0) {
		hit(me, SYS_read, SIGUSR1);
		wait_blocked(me, me, SYS_read);
		want(sys(SYS_write, r->fd[1], "x", 1L), 1, "write");
		hit(me, SYS_clock_nanosleep, SIGUSR1);
		child_exit(0);
	}
	want(sys(SYS_read, r->fd[0], buf, 8L), 1, "read through a handler");
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &long_time, NULL), -EINTR,
	     "clock_nanosleep");
	child_wait(child);
}

const struct scenario sc_signal_restart = {
	.name = "signal-restart",
	.help = "behind an SA_RESTART handler a read is carried on, a sleep is not",
	.ignore = WAITING,
	.setup = signal_setup,
	.run = restart_run,
	.expect = "getpid Process null ret=$main\n"
		  "fork Process proc ret=$p1\n"
		  "rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=1 bytes=1 fd=$r file=$p~pipe:[*] restarts=>=1\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "clock_nanosleep Time sleep ret=-516 error=- "
		  "requested_sleep_ns=1000000000000\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: kill Signals null\n"
		  "p1: write FS fd ret=1 bytes=1 fd=$w file=$p\n"
		  "p1: kill Signals null\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
eintr_run(struct run *r)
{
	long me = sys(SYS_getpid), child = child_fork();
	char buf[8];

	if (child == 0) {
		hit(me, SYS_read, SIGUSR2);
		wait_blocked(me, me, SYS_read);
		want(sys(SYS_write, r->fd[1], "xy", 2L), 2, "write");
		child_exit(0);
	}
	want(sys(SYS_read, r->fd[0], buf, 8L), -EINTR, "read through a handler");
	want(sys(SYS_read, r->fd[0], buf, 8L), 2, "read again");
	child_wait(child);
}

const struct scenario sc_signal_eintr = {
	.name = "signal-eintr",
	.help = "a read that the program does again behind a plain handler is two rows",
	.ignore = WAITING,
	.setup = signal_setup,
	.run = eintr_run,
	.expect = "getpid Process null ret=$main\n"
		  "fork Process proc ret=$p1\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=-512 fd=$r file=$p~pipe:[*]\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=2 bytes=2 fd=$r file=$p\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: kill Signals null\n"
		  "p1: write FS fd ret=2 bytes=2 fd=$w file=$p\n"
		  "p1: exit_group Process null ret=-\n",
};

/* In the child: what is done to three reads of the parent. */
static void
reexec_child(struct run *r, long me)
{
	stop_and_go(me, SYS_read);
	wait_blocked(me, me, SYS_read);
	want(sys(SYS_write, r->fd[1], "x", 1L), 1, "write");
	hit(me, SYS_read, SIGUSR1);
	wait_blocked(me, me, SYS_read);
	want(sys(SYS_write, r->fd[1], "xx", 2L), 2, "write");
	hit(me, SYS_read, SIGUSR2);
	wait_blocked(me, me, SYS_read);
	want(sys(SYS_write, r->fd[1], "xxx", 3L), 3, "write");
	child_exit(0);
}

static void
reexec_run(struct run *r)
{
	long me = sys(SYS_getpid), child;
	char buf[8];

	want(sys(SYS_dup2, r->fd[0], 200), 200, "dup2");
	child = child_fork();
	if (child == 0)
		reexec_child(r, me);
	want(sys(SYS_read, 200, buf, 8L), 1, "read through a stop");
	want(sys(SYS_read, 200, buf, 8L), 2, "read through an SA_RESTART handler");
	want(sys(SYS_read, 200, buf, 8L), -EINTR, "read into a plain handler");
	want(sys(SYS_read, 200, buf, 8L), 3, "read again");
	child_wait(child);
}

const struct scenario sc_signal_reexec = {
	.name = "signal-reexec",
	.help = "reads through a stop, an SA_RESTART handler, and cut by a plain one",
	.ignore = WAITING " nanosleep",
	.setup = signal_setup,
	.run = reexec_run,
	.expect = "getpid Process null ret=$main\n"
		  "dup2 FS fd ret=200 fd=200 file=$p~pipe:[*]\n"
		  "fork Process proc ret=$p1\n"
		  "read FS fd ret=1 bytes=1 fd=200 file=$p restarts=>=1\n"
		  "rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=2 bytes=2 fd=200 file=$p restarts=>=1\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=-512 error=- fd=200 file=$p\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "read FS fd ret=3 bytes=3 fd=200 file=$p\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: 2* kill Signals null\n"
		  "p1: write FS fd ret=1 bytes=1 fd=$w file=$p\n"
		  "p1: kill Signals null\n"
		  "p1: write FS fd ret=2 bytes=2 fd=$w file=$p\n"
		  "p1: kill Signals null\n"
		  "p1: write FS fd ret=3 bytes=3 fd=$w file=$p\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
stop_run(struct run *r)
{
	struct timespec ts = { 0, 300000000 };
	long me = sys(SYS_getpid), child = child_fork();

	(void)r;
	if (child == 0) {
		stop_and_go(me, SYS_clock_nanosleep);
		child_exit(0);
	}
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, NULL), 0,
	     "clock_nanosleep");
	child_wait(child);
}

const struct scenario sc_stop_restart = {
	.name = "stop-restart",
	.help = "a sleep carried on by restart_syscall behind a stop is one row",
	.ignore = WAITING " nanosleep",
	.setup = signal_setup,
	.run = stop_run,
	.expect = "getpid Process null ret=$main\n"
		  "fork Process proc ret=$p1\n"
		  "clock_nanosleep Time sleep requested_sleep_ns=300000000 "
		  "latency_ns=>=300000000 restarts=>=1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: 2* kill Signals null\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
handled_run(struct run *r)
{
	struct timespec long_time = { 1000, 0 }, third = { 0, 300000000 };
	long me = sys(SYS_getpid), child = child_fork();

	(void)r;
	if (child == 0) {
		hit(me, SYS_clock_nanosleep, SIGUSR1);
		stop_and_go(me, SYS_nanosleep);
		child_exit(0);
	}
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &long_time, NULL), -EINTR,
	     "clock_nanosleep");
	want(sys(SYS_nanosleep, &third, NULL), 0, "nanosleep through a stop");
	child_wait(child);
}

const struct scenario sc_signal_handled_sleep = {
	.name = "signal-handled-sleep",
	.help = "a sleep cut by a handler is a row, a stopped one behind it another",
	.ignore = WAITING,
	.setup = signal_setup,
	.run = handled_run,
	.expect = "getpid Process null ret=$main\n"
		  "fork Process proc ret=$p1\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "clock_nanosleep Time sleep ret=-516 requested_sleep_ns=1000000000000\n"
		  "0-1* rt_sigreturn Signals null ret=-\n"
		  "nanosleep Time sleep requested_sleep_ns=300000000 "
		  "latency_ns=>=300000000 restarts=>=1\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: 2* kill Signals null\n"
		  "p1: nanosleep Time sleep requested_sleep_ns=20000000\n"
		  "p1: kill Signals null\n"
		  "p1: exit_group Process null ret=-\n",
};

static void
twice_run(struct run *r)
{
	struct timespec ts = { 0, 500000000 };
	long me = sys(SYS_getpid), child = child_fork();

	(void)r;
	if (child == 0) {
		stop_and_go(me, SYS_clock_nanosleep);
		stop_and_go(me, SYS_restart_syscall);
		child_exit(0);
	}
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, NULL), 0,
	     "clock_nanosleep");
	child_wait(child);
}

const struct scenario sc_stop_restart_twice = {
	.name = "stop-restart-twice",
	.help = "a sleep stopped twice is one row of at least two restarts",
	.ignore = WAITING " nanosleep",
	.setup = signal_setup,
	.run = twice_run,
	.expect = "getpid Process null ret=$main\n"
		  "fork Process proc ret=$p1\n"
		  "clock_nanosleep Time sleep requested_sleep_ns=500000000 "
		  "latency_ns=>=500000000 restarts=>=2\n"
		  "wait4 Process proc ret=$p1\n"
		  "p1: 4* kill Signals null\n"
		  "p1: exit_group Process null ret=-\n",
};

/* 32 reading ends of the pipe, from 300 on. */
static void
many_setup(struct run *r)
{
	signal_setup(r);
	for (int i = 0; i < 32; i++)
		want(sys(SYS_dup2, r->fd[0], 300 + i), 300 + i, "dup2");
}

static void
many_run(struct run *r)
{
	long me = sys(SYS_getpid), child = child_fork();
	char buf[40] = "";

	if (child == 0) {
		for (int i = 0; i < 32; i++) {
			stop_and_go(me, SYS_read);
			wait_blocked(me, me, SYS_read);
			want(sys(SYS_write, r->fd[1], buf, i + 1L), i + 1, "write");
		}
		child_exit(0);
	}
	for (int i = 0; i < 32; i++)
		want(sys(SYS_read, 300 + i, buf, 40L), i + 1, "read through a stop");
	child_wait(child);
}

#define MANY_BEGIN \
	"getpid Process null ret=$main\n" \
	"fork Process proc ret=$p1\n"
#define MANY_END \
	"wait4 Process proc ret=$p1\n" \
	"repeat 32\n" \
	"p1: 2* kill Signals null\n" \
	"p1: write FS fd ret=[1+i] bytes=[1+i] fd=$w file=$p\n" \
	"end\n" \
	"p1: exit_group Process null ret=-\n"

const struct scenario sc_signal_reexec_many = {
	.name = "signal-reexec-many",
	.help = "32 reads, each through a stop: a row each",
	.ignore = WAITING " nanosleep",
	.setup = many_setup,
	.run = many_run,
	.expect = MANY_BEGIN "repeat 32\n"
			     "read FS fd ret=[1+i] bytes=[1+i] fd=[300+i] "
			     "file=$p~pipe:[*] restarts=>=1\n"
			     "end\n" MANY_END,
};

const struct scenario sc_signal_reexec_many_sampled = {
	.name = "signal-reexec-many-sampled",
	.help = "the same, one read in two a row: each call whole or not at all",
	.options = "-e all --sample read=2",
	.ignore = WAITING " nanosleep",
	.setup = many_setup,
	.run = many_run,
	.expect = MANY_BEGIN "repeat 32\n"
			     "0-1* read FS fd ret=[1+i] bytes=[1+i] fd=[300+i] "
			     "file=$p~pipe:[*] restarts=>=1\n"
			     "end\n" MANY_END,
};

static void
basic_run(struct run *r)
{
	uint64_t set = 1u << (SIGUSR1 - 1), old, zero = 0;
	struct timespec none = { 0, 0 };
	siginfo_t info;
	long me = sys(SYS_getpid);

	(void)r;
	want(sys(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, 8L), 0, "rt_sigprocmask");
	want(sys(SYS_kill, me, SIGUSR1), 0, "kill");
	want(sys(SYS_rt_sigpending, &old, 8L), 0, "rt_sigpending");
	want(sys(SYS_rt_sigtimedwait, &set, &info, &none, 8L), SIGUSR1,
	     "rt_sigtimedwait");
	want(sys(SYS_rt_sigtimedwait, &set, &info, &none, 8L), -EAGAIN,
	     "rt_sigtimedwait");
	want(sys(SYS_rt_sigprocmask, SIG_SETMASK, &zero, NULL, 8L), 0, "rt_sigprocmask");
	want(sys(SYS_tgkill, me, me, SIGUSR2), 0, "tgkill");
	want(sys(SYS_tkill, me, SIGUSR2), 0, "tkill");
	memset(&info, 0, sizeof(info));
	info.si_code = SI_QUEUE;
	want(sys(SYS_rt_sigqueueinfo, me, SIGUSR2, &info), 0, "rt_sigqueueinfo");
	want(sys(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 8L), 0, "rt_sigaction");
	want(sys(SYS_sigaltstack, NULL, NULL), 0, "sigaltstack");
	want(sys(SYS_kill, me, 999), -EINVAL, "kill");
}

const struct scenario sc_signals_basic = {
	.name = "signals-basic",
	.help = "signals blocked, pending, waited for, handled",
	.setup = signal_setup,
	.run = basic_run,
	.expect = "getpid Process null ret=$main\n"
		  "rt_sigprocmask Signals null\n"
		  "kill Signals null\n"
		  "rt_sigpending Signals null\n"
		  "rt_sigtimedwait Signals null ret=10 timeout_ns=?\n"
		  "rt_sigtimedwait Signals null ret=-EAGAIN timeout_ns=?\n"
		  "rt_sigprocmask Signals null\n"
		  "tgkill Signals null\n"
		  "rt_sigreturn Signals null ret=-\n"
		  "tkill Signals null\n"
		  "rt_sigreturn Signals null ret=-\n"
		  "rt_sigqueueinfo Signals null\n"
		  "rt_sigreturn Signals null ret=-\n"
		  "rt_sigaction Signals null\n"
		  "sigaltstack Signals null\n"
		  "kill Signals null ret=-EINVAL\n",
};
