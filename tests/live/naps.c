/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread for each way to sleep in the kernel. They are woken one way only, after the line
 * on standard input, so each must return what that way gives: an EINTR, a time-out that
 * came early or anything else means that a tracer has disturbed the call.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attachee.h"

/* Longer than it takes to attach, or these two have nothing to say. */
#define SLEEP_S 2
/* Never reached. */
#define LONG_S 300

static struct {
	int pipe[2];   /* written to at the end, never read */
	int taken[2];  /* a byte for the one read */
	int pair[2];   /* sockets; the reader has a time-out */
	int listening; /* likewise */
	struct sockaddr_un addr;
	socklen_t addr_len;
	int event, epoll, inotify, lock_held, lock_wanted, sem, msg;
	char *fifo;
	pid_t child;
	int child_pipe[2];
	uint32_t word;
	pthread_t sigwait_thread;
} g;

static int64_t
now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

/* 0 if a sleep of SLEEP_S seconds returned RET and was not cut short. */
static long
whole_sleep(long ret, int64_t start)
{
	return ret ? ret : now_ns() - start < SLEEP_S * INT64_C(1000000000);
}

static long
nap_nanosleep(void)
{
	const struct timespec ts = { .tv_sec = SLEEP_S };
	int64_t start = now_ns();
	return whole_sleep(syscall(SYS_nanosleep, &ts, NULL), start);
}

static long
nap_clock_nanosleep(void)
{
	struct timespec ts;
	int64_t start = now_ns();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += SLEEP_S;
	return whole_sleep(
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL), start);
}

static long
nap_read(void)
{
	char c;
	return read(g.taken[0], &c, 1);
}

static long
nap_poll(void)
{
	struct pollfd p = { .fd = g.pipe[0], .events = POLLIN };
	return syscall(SYS_poll, &p, 1, LONG_S * 1000);
}

static long
nap_ppoll(void)
{
	struct pollfd p = { .fd = g.pipe[0], .events = POLLIN };
	return syscall(SYS_ppoll, &p, 1, NULL, NULL, 8);
}

static long
nap_select(void)
{
	struct timeval tv = { .tv_sec = LONG_S };
	fd_set set;
	FD_ZERO(&set);
	FD_SET(g.pipe[0], &set);
	return syscall(SYS_select, g.pipe[0] + 1, &set, NULL, NULL, &tv);
}

static long
nap_pselect(void)
{
	fd_set set;
	FD_ZERO(&set);
	FD_SET(g.pipe[0], &set);
	return syscall(SYS_pselect6, g.pipe[0] + 1, &set, NULL, NULL, NULL, NULL);
}

static long
nap_epoll_wait(void)
{
	struct epoll_event ev;
	return syscall(SYS_epoll_wait, g.epoll, &ev, 1, LONG_S * 1000);
}

static long
nap_epoll_pwait(void)
{
	struct epoll_event ev;
	return syscall(SYS_epoll_pwait, g.epoll, &ev, 1, -1, NULL, 8);
}

static long
nap_recv_timeout(void)
{
	char c;
	return recv(g.pair[0], &c, 1, 0);
}

static long
nap_accept_timeout(void)
{
	int fd = accept(g.listening, NULL, NULL);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static long
nap_futex(void)
{
	while (__atomic_load_n(&g.word, __ATOMIC_SEQ_CST) == 0)
		if (syscall(SYS_futex, &g.word, FUTEX_WAIT, 0, NULL, NULL, 0) && errno != EAGAIN)
			return -1;
	return 0;
}

static long
nap_futex_timeout(void)
{
	const struct timespec ts = { .tv_sec = LONG_S };
	while (__atomic_load_n(&g.word, __ATOMIC_SEQ_CST) == 0)
		if (syscall(SYS_futex, &g.word, FUTEX_WAIT, 0, &ts, NULL, 0) && errno != EAGAIN)
			return -1;
	return 0;
}

static long
nap_semop(void)
{
	struct sembuf op = { .sem_op = -1 };
	return syscall(SYS_semop, g.sem, &op, 1);
}

static long
nap_msgrcv(void)
{
	struct {
		long type;
		char text[8];
	} m;
	return msgrcv(g.msg, &m, sizeof(m.text), 0, 0);
}

static long
nap_sigtimedwait(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8) == SIGUSR2 ? 0 : -1;
}

static long
nap_wait4(void)
{
	return wait4(g.child, NULL, 0, NULL) == g.child ? 0 : -1;
}

static long
nap_flock(void)
{
	return flock(g.lock_wanted, LOCK_EX);
}

static long
nap_open_fifo(void)
{
	int fd = open(g.fifo, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static long
nap_eventfd(void)
{
	uint64_t v;
	return read(g.event, &v, sizeof(v));
}

static long
nap_inotify(void)
{
	char buf[1024];
	return read(g.inotify, buf, sizeof(buf)) > 0 ? 0 : -1;
}

struct nap {
	const char *name;
	long nr;
	long (*fn)(void);
	long want;
	pthread_t thread;
	volatile int tid;
	long ret;
	int err;
};

#define NAP(name, nr, want) { #name, nr, nap_##name, want, 0, 0, 0, 0 }
static struct nap naps[] = {
	NAP(nanosleep, SYS_nanosleep, 0),
	NAP(clock_nanosleep, SYS_clock_nanosleep, 0),
	NAP(read, SYS_read, 1),
	NAP(poll, SYS_poll, 1),
	NAP(ppoll, SYS_ppoll, 1),
	NAP(select, SYS_select, 1),
	NAP(pselect, SYS_pselect6, 1),
	NAP(epoll_wait, SYS_epoll_wait, 1),
	NAP(epoll_pwait, SYS_epoll_pwait, 1),
	NAP(recv_timeout, SYS_recvfrom, 1),
	NAP(accept_timeout, SYS_accept, 0),
	NAP(futex, SYS_futex, 0),
	NAP(futex_timeout, SYS_futex, 0),
	NAP(semop, SYS_semop, 0),
	NAP(msgrcv, SYS_msgrcv, 1),
	NAP(sigtimedwait, SYS_rt_sigtimedwait, 0),
	NAP(wait4, SYS_wait4, 0),
	NAP(flock, SYS_flock, 0),
	NAP(open_fifo, SYS_openat, 0),
	NAP(eventfd, SYS_read, 8),
	NAP(inotify, SYS_read, 0),
};
#define NNAPS (sizeof(naps) / sizeof(naps[0]))

static void *
nap_thread(void *arg)
{
	struct nap *n = arg;
	n->tid = (int)syscall(SYS_gettid);
	n->ret = n->fn();
	n->err = n->ret == n->want ? 0 : errno;
	return NULL;
}

static void
make_sockets(void)
{
	const struct timeval tv = { .tv_sec = LONG_S };
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, g.pair))
		die("socketpair");
	g.listening = socket(AF_UNIX, SOCK_STREAM, 0);
	g.addr.sun_family = AF_UNIX; /* autobind: unix(7) */
	g.addr_len = sizeof(g.addr);
	if (bind(g.listening, (struct sockaddr *)&g.addr, sizeof(sa_family_t)) ||
	    listen(g.listening, 1) ||
	    getsockname(g.listening, (struct sockaddr *)&g.addr, &g.addr_len))
		die("listening");
	setsockopt(g.pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(g.listening, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
}

static void
make_files(void)
{
	static char fifo[] = "naps.fifo";
	g.fifo = fifo;
	if (mkfifo(fifo, 0600))
		die("mkfifo");
	g.lock_held = open("naps.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	g.lock_wanted = open("naps.lock", O_RDWR | O_CLOEXEC);
	if (flock(g.lock_held, LOCK_EX))
		die("flock");
	g.inotify = inotify_init1(IN_CLOEXEC);
	if (mkdir("naps.dir", 0700) || inotify_add_watch(g.inotify, "naps.dir", IN_CREATE) < 0)
		die("inotify");
}

static void
make_child(void)
{
	char c;
	if (pipe2(g.child_pipe, O_CLOEXEC))
		die("pipe");
	g.child = fork();
	if (g.child == 0) {
		close(g.child_pipe[1]);
		_exit((int)read(g.child_pipe[0], &c, 1));
	}
	close(g.child_pipe[0]);
}

static void
make_all(void)
{
	struct epoll_event ev = { .events = EPOLLIN };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	/* It is ignored, but for a traced process it is sent all the same, to any one thread,
	 * whose call it may end with EINTR [kernel/signal.c: sig_ignored]. No nap wants it. */
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (pipe2(g.pipe, O_CLOEXEC) || pipe2(g.taken, O_CLOEXEC))
		die("pipe");
	make_child();
	make_sockets();
	make_files();
	g.event = eventfd(0, EFD_CLOEXEC);
	g.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_ctl(g.epoll, EPOLL_CTL_ADD, g.pipe[0], &ev))
		die("epoll_ctl");
	g.sem = semget(IPC_PRIVATE, 1, 0600);
	g.msg = msgget(IPC_PRIVATE, 0600);
	if (g.sem < 0 || g.msg < 0)
		die("System V IPC");
}

static void
wake_all(void)
{
	const uint64_t one = 1;
	struct sembuf op = { .sem_op = 1 };
	struct {
		long type;
		char text[1];
	} m = { 1, { 'm' } };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (write(g.pipe[1], "p", 1) != 1 || write(g.taken[1], "t", 1) != 1 ||
	    send(g.pair[1], "s", 1, 0) != 1 || write(g.event, &one, 8) != 8 ||
	    connect(fd, (struct sockaddr *)&g.addr, g.addr_len) || semop(g.sem, &op, 1) ||
	    msgsnd(g.msg, &m, 1, 0) || flock(g.lock_held, LOCK_UN) ||
	    mkdir("naps.dir/new", 0700))
		die("waking");
	close(g.child_pipe[1]);
	close(open(g.fifo, O_WRONLY | O_CLOEXEC));
	__atomic_store_n(&g.word, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &g.word, FUTEX_WAKE, 64, NULL, NULL, 0);
	pthread_kill(g.sigwait_thread, SIGUSR2);
}

int
naps_main(void)
{
	int bad = 0;
	make_all();
	for (size_t i = 0; i < NNAPS; i++) {
		if (pthread_create(&naps[i].thread, NULL, nap_thread, &naps[i]))
			die("pthread_create");
		if (naps[i].fn == nap_sigtimedwait)
			g.sigwait_thread = naps[i].thread;
	}
	for (size_t i = 0; i < NNAPS; i++) {
		while (!naps[i].tid)
			usleep(1000);
		wait_asleep(naps[i].tid, naps[i].nr);
	}
	ready_and_wait();
	wake_all();
	for (size_t i = 0; i < NNAPS; i++) {
		struct nap *n = &naps[i];
		pthread_join(n->thread, NULL);
		if (n->ret == n->want)
			continue;
		printf("%s returned %ld (%s) instead of %ld\n", n->name, n->ret,
		       n->err ? strerror(n->err) : "no error", n->want);
		bad = 1;
	}
	semctl(g.sem, 0, IPC_RMID);
	msgctl(g.msg, IPC_RMID, NULL);
	rmdir("naps.dir/new");
	rmdir("naps.dir");
	unlink("naps.lock");
	unlink(g.fifo);
	return bad;
}
