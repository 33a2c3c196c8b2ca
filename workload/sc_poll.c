/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting: for descriptors, for time, by timers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "scenario.h"

/* A pipe with a byte in it in fd[0], fd[1]. */
static void
ready_setup(struct run *r)
{
	want(sys(SYS_pipe2, r->fd, 0), 0, "pipe2");
	want(sys(SYS_write, r->fd[1], "x", 1L), 1, "write");
}

static void
epoll_run(struct run *r)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET }, got[8];
	struct timespec ts = { 0, 100000000 };
	long ep = want_ok(sys(SYS_epoll_create1, 0), "epoll_create1"), ep2;

	want(sys(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, 77777, &ev), -EBADF, "epoll_ctl");
	want(sys(SYS_dup2, r->fd[0], 50), 50, "dup2");
	want(sys(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, 50, &ev), 0, "epoll_ctl");
	ev.events = EPOLLIN;
	want(sys(SYS_epoll_ctl, ep, EPOLL_CTL_MOD, 50, &ev), 0, "epoll_ctl");
	want(sys(SYS_epoll_wait, ep, got, 8, -1), 1, "epoll_wait");
	want(sys(SYS_epoll_pwait, ep, got, 4, 100, NULL, 8L), 1, "epoll_pwait");
	want(need(sys(SYS_epoll_pwait2, ep, got, 2L, &ts, NULL, 8L), "epoll_pwait2"), 1,
	     "epoll_pwait2");
	want(sys(SYS_epoll_ctl, ep, EPOLL_CTL_DEL, 50, NULL), 0, "epoll_ctl");
	want(sys(SYS_epoll_wait, ep, got, 8, 0), 0, "epoll_wait of nothing");
	want(sys(SYS_epoll_wait, ep, got, 0, 0), -EINVAL, "epoll_wait into nothing");
	ep2 = want_ok(sys(SYS_epoll_create, 1), "epoll_create");
	want(sys(SYS_close, ep2), 0, "close");
}

#define EP "file=anon_inode:[eventpoll]"

const struct scenario sc_polling_epoll = {
	.name = "polling-epoll",
	.help = "epoll: set, changed, waited for, removed",
	.needs = "Linux 5.11",
	.setup = ready_setup,
	.run = epoll_run,
	.expect = "epoll_create1 Polling eventfd ret=$e fd=$e " EP "\n"
		  "epoll_ctl Polling epoll-ctl ret=-EBADF fd=$e " EP
		  " epoll_op=ADD epoll_target_fd=77777 epoll_events=2147483649\n"
		  "dup2 FS fd ret=50 fd=50 file=~pipe:[*]\n"
		  "epoll_ctl Polling epoll-ctl fd=$e " EP
		  " epoll_op=ADD epoll_target_fd=50 epoll_events=2147483649\n"
		  "epoll_ctl Polling epoll-ctl fd=$e " EP
		  " epoll_op=MOD epoll_target_fd=50 epoll_events=1\n"
		  "epoll_wait Polling poll ret=1 fd=$e " EP " nfds=8 timeout_ns=-1\n"
		  "epoll_pwait Polling poll ret=1 fd=$e " EP
		  " nfds=4 timeout_ns=100000000\n"
		  "epoll_pwait2 Polling poll ret=1 fd=$e " EP
		  " nfds=2 timeout_ns=100000000\n"
		  "epoll_ctl Polling epoll-ctl fd=$e " EP
		  " epoll_op=DEL epoll_target_fd=50 epoll_events=?\n"
		  "epoll_wait Polling poll fd=$e " EP " nfds=8 timeout_ns=0\n"
		  "epoll_wait Polling poll ret=-EINVAL fd=$e " EP " nfds=0 timeout_ns=0\n"
		  "epoll_create Polling eventfd ret=$e2 fd=$e2 " EP "\n"
		  "close FS fd fd=$e2 " EP "\n",
};

static void
poll_run(struct run *r)
{
	struct pollfd p[2] = { { r->fd[0], POLLIN, 0 }, { -1, POLLIN, 0 } };
	struct timespec ts = { 0, 5000000 };
	struct timeval tv = { 1, 500 };
	fd_set set;

	want(sys(SYS_poll, p, 2L, 100), 1, "poll");
	want(sys(SYS_poll, p, 1L, -1), 1, "poll for ever");
	want(sys(SYS_poll, NULL, 0L, 1), 0, "poll of nothing");
	want(sys(SYS_ppoll, p, 1L, &ts, NULL, 8L), 1, "ppoll");
	want(sys(SYS_ppoll, p, 1L, NULL, NULL, 8L), 1, "ppoll for ever");
	ts.tv_nsec = 5000000; /* ppoll(2): the call itself stores what was left */
	FD_ZERO(&set);
	FD_SET(r->fd[0], &set);
	want(sys(SYS_select, r->fd[0] + 1, &set, NULL, NULL, &tv), 1, "select");
	want(sys(SYS_select, r->fd[0] + 1, &set, NULL, NULL, NULL), 1, "select for ever");
	want(sys(SYS_pselect6, r->fd[0] + 1, &set, NULL, NULL, &ts, NULL), 1, "pselect6");
	ts.tv_nsec = -1;
	want(sys(SYS_ppoll, p, 1L, &ts, NULL, 8L), -EINVAL, "ppoll with a bad time");
}

const struct scenario sc_polling_poll = {
	.name = "polling-poll",
	.help = "poll, ppoll, select, pselect6: how many, how long",
	.setup = ready_setup,
	.run = poll_run,
	.expect = "poll Polling poll ret=1 nfds=2 timeout_ns=100000000\n"
		  "poll Polling poll ret=1 nfds=1 timeout_ns=-1\n"
		  "poll Polling poll ret=0 nfds=0 timeout_ns=1000000\n"
		  "ppoll Polling poll ret=1 nfds=1 timeout_ns=5000000\n"
		  "ppoll Polling poll ret=1 nfds=1 timeout_ns=-1\n"
		  "select Polling poll ret=1 nfds=$n>0 timeout_ns=1000500000\n"
		  "select Polling poll ret=1 nfds=$n timeout_ns=-1\n"
		  "pselect6 Polling poll ret=1 nfds=$n timeout_ns=5000000\n"
		  "ppoll Polling poll ret=-EINVAL nfds=1 timeout_ns=-2\n",
};

static void
sleep_run(struct run *r)
{
	struct timespec two = { 0, 2000000 }, three = { 0, 3000000 }, bad = { 0, -1 },
			now;

	(void)r;
	want(sys(SYS_nanosleep, &two, NULL), 0, "nanosleep");
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &three, NULL), 0,
	     "clock_nanosleep");
	want(sys(SYS_clock_gettime, CLOCK_MONOTONIC, &now), 0, "clock_gettime");
	want(sys(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &now, NULL), 0,
	     "clock_nanosleep until now");
	want(sys(SYS_nanosleep, &bad, NULL), -EINVAL, "nanosleep of a bad time");
	want(sys(SYS_nanosleep, NULL, NULL), -EFAULT, "nanosleep of no time");
}

const struct scenario sc_sleep_syscalls = {
	.name = "sleep-syscalls",
	.help = "sleeps: for a time, until a time, for a bad time",
	.run = sleep_run,
	.expect = "nanosleep Time sleep requested_sleep_ns=2000000 latency_ns=>=2000000\n"
		  "clock_nanosleep Time sleep requested_sleep_ns=3000000 "
		  "latency_ns=>=3000000\n"
		  "clock_gettime Time null\n"
		  "clock_nanosleep Time sleep requested_sleep_ns=-1\n"
		  "nanosleep Time sleep ret=-EINVAL requested_sleep_ns=-1\n"
		  "nanosleep Time sleep ret=-EFAULT requested_sleep_ns=-1\n",
};

static void
timer_run(struct run *r)
{
	struct itimerspec off = { { 0, 0 }, { 0, 0 } };
	int id = -1;

	(void)r;
	want(sys(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id), 0, "timer_create");
	want(sys(SYS_timer_settime, id, 0, &off, NULL), 0, "timer_settime");
	want(sys(SYS_timer_gettime, id, &off), 0, "timer_gettime");
	want(sys(SYS_timer_getoverrun, id), 0, "timer_getoverrun");
	want(sys(SYS_timer_delete, id), 0, "timer_delete");
	want(sys(SYS_timer_delete, id), -EINVAL, "timer_delete");
}

const struct scenario sc_posix_timer_lifecycle = {
	.name = "posix-timer-lifecycle",
	.help = "POSIX timers, which have no descriptor",
	.run = timer_run,
	.expect = "timer_create Time timer-obj\n"
		  "timer_settime Time timer-obj\n"
		  "timer_gettime Time timer-obj\n"
		  "timer_getoverrun Time timer-obj\n"
		  "timer_delete Time timer-obj\n"
		  "timer_delete Time timer-obj ret=-EINVAL\n",
};

static void
itimer_run(struct run *r)
{
	struct itimerval zero = { { 0, 0 }, { 0, 0 } };

	(void)r;
	want(sys(SYS_setitimer, ITIMER_REAL, &zero, NULL), 0, "setitimer");
	want(sys(SYS_getitimer, ITIMER_REAL, &zero), 0, "getitimer");
	want(sys(SYS_alarm, 0), 0, "alarm");
}

const struct scenario sc_interval_timer_noop = {
	.name = "interval-timer-noop",
	.help = "interval timers that are off",
	.run = itimer_run,
	.expect = "setitimer Time null\n"
		  "getitimer Time null\n"
		  "alarm Time null\n",
};
