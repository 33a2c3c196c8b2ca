/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that are no I/O but must be told right all the same: families and results.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>

#include "scenario.h"

static void
misc_run(struct run *r)
{
	static struct sysinfo si;
	static struct utsname name;
	unsigned cpu, node;
	char buf[32];
	struct iov v = { buf, 32 };
	int p[2];

	(void)r;
	want(sys(SYS_uname, &name), 0, "uname");
	want(sys(SYS_sysinfo, &si), 0, "sysinfo");
	want(sys(SYS_getcpu, &cpu, &node, NULL), 0, "getcpu");
	want(sys(SYS_getrandom, buf, 32L, 0), 32, "getrandom");
	want(sys(SYS_umask, 022) >= 0, 1, "umask");
	want_ok(sys(SYS_getppid), "getppid");
	want_ok(sys(SYS_getpriority, PRIO_PROCESS, 0), "getpriority");
	want_ok(sys(SYS_ioprio_get, 1, 0), "ioprio_get");
	want(sys(SYS_alarm, 0), 0, "alarm");
	want(sys(SYS_pipe2, p, 0), 0, "pipe2");
	want(sys(SYS_vmsplice, p[1], &v, 1L, 0L), 32, "vmsplice");
	want(sys(SYS_prctl, PR_SET_NAME, "ioworkload"), 0, "prctl");
}

const struct scenario sc_misc_basic = {
	.name = "misc-basic",
	.help = "uname, sysinfo, getcpu, getrandom, umask, alarm, vmsplice",
	.run = misc_run,
	.expect = "uname Misc null\n"
		  "sysinfo Misc null\n"
		  "getcpu Misc null\n"
		  "getrandom Security null ret=32 bytes=32\n"
		  "umask Process null ret=>=0\n"
		  "getppid Process null ret=>=0\n"
		  "getpriority Process null ret=>=0\n"
		  "ioprio_get Process null ret=>=0\n"
		  "alarm Time null\n"
		  "pipe2 IPC pipe fd=$r file=$p~pipe:[*]\n"
		  "vmsplice Network fd ret=32 bytes=32 fd=$w file=$p\n"
		  "prctl Process prctl\n",
};

static void
sched_run(struct run *r)
{
	uint64_t mask[16] = { 0 };
	struct sched_param p = { 0 };
	struct timespec ts;
	uint64_t attr[7] = { 0 }; /* sched_setattr(2), of Linux 5.3 */
	long n;

	(void)r;
	want(sys(SYS_sched_yield), 0, "sched_yield");
	n = want_ok(sys(SYS_sched_getaffinity, 0, sizeof(mask), mask),
		    "sched_getaffinity");
	want(sys(SYS_sched_setaffinity, 0, n, mask), 0, "sched_setaffinity");
	want(sys(SYS_sched_getscheduler, 0), SCHED_OTHER, "sched_getscheduler");
	want(sys(SYS_sched_getparam, 0, &p), 0, "sched_getparam");
	want(sys(SYS_sched_get_priority_max, SCHED_FIFO), 99, "sched_get_priority_max");
	want(sys(SYS_sched_get_priority_min, SCHED_FIFO), 1, "sched_get_priority_min");
	want(sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &p), 0, "sched_setscheduler");
	want(sys(SYS_sched_setparam, 0, &p), 0, "sched_setparam");
	want(sys(SYS_sched_rr_get_interval, 0, &ts), 0, "sched_rr_get_interval");
	want(sys(SYS_sched_getattr, 0, attr, sizeof(attr), 0), 0, "sched_getattr");
	want(sys(SYS_sched_setattr, 0, attr, 0), 0, "sched_setattr");
}

const struct scenario sc_sched_basic = {
	.name = "sched-basic",
	.help = "the scheduler asked and told",
	.run = sched_run,
	.expect = "sched_yield Sched null\n"
		  "sched_getaffinity Sched null ret=$n>0 bytes=$n\n"
		  "sched_setaffinity Sched null\n"
		  "sched_getscheduler Sched null\n"
		  "sched_getparam Sched null\n"
		  "sched_get_priority_max Sched null ret=99\n"
		  "sched_get_priority_min Sched null ret=1\n"
		  "sched_setscheduler Sched null\n"
		  "sched_setparam Sched null\n"
		  "sched_rr_get_interval Sched null\n"
		  "sched_getattr Sched null\n"
		  "sched_setattr Sched null\n",
};

static void
family_run(struct run *r)
{
	struct timespec ts = { 0, 1000 };
	int p[2], s[2];
	long at;

	(void)r;
	want(sys(SYS_access, "/", 0), 0, "access");
	at = want_ok(sys(SYS_mmap, NULL, 4096L, 1, 0x22, -1, 0L), "mmap");
	want(sys(SYS_munmap, at, 4096L), 0, "munmap");
	want(sys(SYS_pipe2, p, 0), 0, "pipe2");
	want(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, s), 0, "socketpair");
	want_ok(sys(SYS_getpid), "getpid");
	want(sys(SYS_sched_yield), 0, "sched_yield");
	want(sys(SYS_nanosleep, &ts, NULL), 0, "nanosleep");
	want(sys(SYS_io_destroy, 0L), -EINVAL, "io_destroy");
}

const struct scenario sc_family_mixed = {
	.name = "family-mixed",
	.help = "a call of each of many families",
	.needs = "CONFIG_AIO",
	.run = family_run,
	.expect = "access FS pathname file=/\n"
		  "mmap Memory mmap ret=>0 file=anon address_space_bytes=4096\n"
		  "munmap Memory mem address_space_bytes=4096\n"
		  "pipe2 IPC pipe fd=? file=~pipe:[*]\n"
		  "socketpair Network socketpair fd=? file=~socket:[*]\n"
		  "getpid Process null ret=$main\n"
		  "sched_yield Sched null\n"
		  "nanosleep Time sleep requested_sleep_ns=1000\n"
		  "io_destroy AIO null ret=-EINVAL\n",
};

static void
priority_run(struct run *r)
{
	long nice = want_ok(sys(SYS_getpriority, PRIO_PROCESS, 0), "getpriority"), io;

	(void)r;
	/* getpriority(2): the call itself returns 20 - nice */
	want(sys(SYS_setpriority, PRIO_PROCESS, 0, 20 - nice), 0, "setpriority");
	want(sys(SYS_setpriority, 99, 0, 0), -EINVAL, "setpriority");
	io = want_ok(sys(SYS_ioprio_get, 1, 0), "ioprio_get");
	want(need(sys(SYS_ioprio_set, 1, 0, io), "ioprio_set"), 0, "ioprio_set");
	want(sys(SYS_ioprio_get, 99, 0), -EINVAL, "ioprio_get");
}

const struct scenario sc_priority_basic = {
	.name = "priority-basic",
	.help = "priorities asked for and set to what they are",
	.run = priority_run,
	.expect = "getpriority Process null ret=>0\n"
		  "setpriority Process null\n"
		  "setpriority Process null ret=-EINVAL\n"
		  "ioprio_get Process null ret=>=0\n"
		  "ioprio_set Process null\n"
		  "ioprio_get Process null ret=-EINVAL\n",
};

/* ---- many calls ---- */

static void
burst_run(struct run *r)
{
	long parent = sys(SYS_getppid);

	for (long i = param(r, "calls", 5); i > 1; i--)
		want(sys(SYS_getppid), parent, "getppid");
}

const struct scenario sc_getppid_burst = {
	.name = "getppid-burst",
	.help = "many cheap calls: none may be lost, none counted twice",
	.params = "calls=20000",
	.totals = "getppid=%calls%",
	.run = burst_run,
	.expect = "%calls%* getppid Process null ret=$p>=0\n",
};

const struct scenario sc_getppid_burst_sampled = {
	.name = "getppid-burst-sampled",
	.help = "the same, one call in a hundred a row: the total stays exact",
	.params = "calls=20000 rows=200",
	.options = "-e all --sample getppid=100",
	.totals = "getppid=%calls%",
	.run = burst_run,
	.expect = "%rows%* getppid Process null ret=$p>=0\n",
};

const struct scenario sc_getppid_burst_counted = {
	.name = "getppid-burst-counted",
	.help = "the same, no call a row",
	.params = "calls=20000",
	.options = "-e all --sample getppid=0",
	.totals = "getppid=%calls%",
	.run = burst_run,
	.expect = "",
};

/* ---- ends that are no success ---- */

static void
crash_run(struct run *r)
{
	(void)r;
	sys(SYS_access, MARK_END, 0L);
	fail("this scenario fails, always", 0, 1);
}

const struct scenario sc_crash = {
	.name = "crash",
	.help = "a program that fails: so does its trace",
	.status = 1,
	.run = crash_run,
	.expect = "",
};

static void
signal_run(struct run *r)
{
	(void)r;
	sys(SYS_access, MARK_END, 0L);
	sys(SYS_kill, sys(SYS_getpid), 11L);
	fail("a signal that kills", 0, 1);
}

static void
signal_setup(struct run *r)
{
	struct rlimit none = { 0, 0 };

	(void)r;
	want(sys(SYS_setrlimit, RLIMIT_CORE, &none), 0, "setrlimit");
}

const struct scenario sc_crash_signal = {
	.name = "crash-signal",
	.help = "a program that dies of SIGSEGV: so does its trace",
	.status = 128 + 11,
	.setup = signal_setup,
	.run = signal_run,
	.expect = "",
};
