/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host is read from, with files made by hand, and what is made of it: the obstacles
 * that a test machine cannot be given.
 */
#define _XOPEN_SOURCE 700
#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <linux/capability.h>
#include <stdint.h>

#include "base/compiler.h"
#include "capture/doctor.h"
#include "capture/host.h"
#include "capture/probes.h"
#include "capture/refusal.h"
#include "scratch.h"

static char dir[200];
static struct host host;
static struct probes probes; /* all is well */
static struct check checks[DOCTOR_CHECKS];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
setup(void)
{
	scratch_enter(dir, sizeof(dir));
	probes = (struct probes){ 0 };
}

static void
teardown(void)
{
	nftw("root", remove_one, 16, FTW_DEPTH | FTW_PHYS);
	scratch_leave(dir);
}

/* Makes the directories of "root/PATH". */
static void
make_dirs(char *name)
{
	for (char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		ck_assert(!mkdir(name, 0700) || errno == EEXIST);
		*p = '/';
	}
}

static void
put(const char *path, const char *text)
{
	char name[300];
	snprintf(name, sizeof(name), "root%s", path);
	make_dirs(name);
	FILE *f = fopen(name, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void
put_link(const char *path, const char *to)
{
	char name[300];
	snprintf(name, sizeof(name), "root%s", path);
	make_dirs(name);
	ck_assert_int_eq(symlink(to, name), 0);
}

static const struct check *
find(const char *name)
{
	for (size_t i = 0; i < DOCTOR_CHECKS; i++)
		if (!strcmp(checks[i].name, name))
			return &checks[i];
	ck_abort_msg("no check %s", name);
}

/* Reads the host and judges it. */
static unsigned
judge(void)
{
	host_read(&host, "root");
	return doctor_judge(&host, &probes, checks);
}

static void
ordinary_host(void)
{
	put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	put("/proc/version", "Linux version 6.1.0-18-amd64 (debian)\n");
	put("/proc/self/status", "Name:\tiotrace\nTracerPid:\t0\nUid:\t1000\t1000\n"
				 "CapEff:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n");
	put("/proc/self/mounts", "proc /proc proc rw,nosuid,relatime 0 0\n");
	put_link("/proc/self/ns/user", "user:[4026531837]");
	put_link("/proc/self/ns/pid", "pid:[4026531836]");
}

START_TEST(an_ordinary_host)
{
	ordinary_host();
	probes.filter_drops = true;
	ck_assert_uint_eq(judge(), 0);
	ck_assert_uint_eq(host.version, 6001);
	ck_assert_int_eq(host.yama, -1);
	ck_assert(!host.user_ns && !host.pid_ns && !host.gvisor);
	ck_assert_int_eq(host.no_new_privs, 0);
	ck_assert_int_eq(find("ptrace")->verdict, VERDICT_OK);
	ck_assert_int_eq(find("setuid")->verdict, VERDICT_LIMITED);
	ck_assert_ptr_nonnull(strstr(find("setuid")->remedy, "sudo iotrace"));
}
END_TEST

START_TEST(nothing_can_be_read)
{
	ck_assert_uint_eq(judge(), 0);
	ck_assert(!host.have_proc);
	ck_assert_int_eq(host.seccomp, -1);
	ck_assert_int_eq(find("proc")->verdict, VERDICT_LIMITED);
	ck_assert_ptr_nonnull(strstr(find("proc")->remedy, "mount -t proc"));
}
END_TEST

/* kernel.yama.ptrace_scope, as Documentation/admin-guide/LSM/Yama.rst has it. */
START_TEST(yama)
{
	ordinary_host();
	put("/proc/sys/kernel/yama/ptrace_scope", "1\n");
	probes.attach = EPERM;
	ck_assert_uint_eq(judge(), 0);
	ck_assert_int_eq(find("attach")->verdict, VERDICT_LIMITED);
	ck_assert_str_eq(find("attach")->remedy, "sudo sysctl kernel.yama.ptrace_scope=0");

	put("/proc/sys/kernel/yama/ptrace_scope", "2\n");
	probes.seize = EPERM;
	ck_assert_uint_eq(judge(), 1);
	ck_assert_int_eq(find("ptrace")->verdict, VERDICT_BROKEN);
	ck_assert_str_eq(find("ptrace")->state, "kernel.yama.ptrace_scope is 2");
	ck_assert_ptr_nonnull(strstr(find("ptrace")->remedy, "CAP_SYS_PTRACE"));

	put("/proc/sys/kernel/yama/ptrace_scope", "3\n");
	ck_assert_uint_eq(judge(), 1);
	ck_assert_ptr_nonnull(strstr(find("ptrace")->state, "until the next boot"));
	ck_assert_ptr_nonnull(strstr(find("ptrace")->remedy, "boot"));
}
END_TEST

/* With the capability YAMA 2 is no obstacle, so that it is never named as the cause. */
START_TEST(yama_with_capability)
{
	struct refusal r;
	ordinary_host();
	put("/proc/sys/kernel/yama/ptrace_scope", "2\n");
	put("/proc/self/status", "Name:\tx\nCapEff:\t0000000000080000\nSeccomp:\t2\n");
	host_read(&host, "root");
	ck_assert(host_can(&host, CAP_SYS_PTRACE));
	ck_assert(!host_can(&host, CAP_SYS_ADMIN));
	refusal_find(&r, &host, 0, EPERM);
	ck_assert_ptr_nonnull(strstr(r.cause, "seccomp profile"));
}
END_TEST

START_TEST(containers)
{
	struct refusal r;
	ordinary_host();
	put("/proc/self/status", "Name:\tx\nSeccomp:\t2\n");
	put("/.dockerenv", "");
	probes.seize = EPERM;
	ck_assert_uint_eq(judge(), 1);
	ck_assert_ptr_nonnull(strstr(find("ptrace")->remedy, "docker run --cap-add SYS_PTRACE"));
	put("/run/.containerenv", "");
	judge();
	ck_assert_ptr_nonnull(strstr(find("ptrace")->remedy, "podman run"));
	put("/run/secrets/kubernetes.io/token", "");
	judge();
	ck_assert_ptr_nonnull(strstr(find("ptrace")->remedy, "securityContext"));
	put("/proc/version", "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n");
	host_read(&host, "root");
	refusal_find(&r, &host, 0, EPERM);
	ck_assert_ptr_nonnull(strstr(r.cause, "gVisor"));
}
END_TEST

START_TEST(ways_around)
{
	ordinary_host();
	probes.memory = EPERM;
	probes.filter = EPERM;
	probes.syscall_info = EIO;
	put("/proc/sys/kernel/osrelease", "4.19.0\n");
	ck_assert_uint_eq(judge(), 0);
	ck_assert_int_eq(find("memory")->verdict, VERDICT_LIMITED);
	ck_assert_ptr_nonnull(strstr(find("memory")->effect, "slower"));
	ck_assert_int_eq(find("seccomp")->verdict, VERDICT_LIMITED);
	ck_assert_int_eq(find("kernel")->verdict, VERDICT_LIMITED);
	ck_assert_ptr_nonnull(strstr(find("kernel")->remedy, "5.3"));
	probes.peek = EPERM;
	ck_assert_uint_eq(judge(), 0);
	ck_assert_ptr_nonnull(strstr(find("memory")->effect, "unknown"));
}
END_TEST

START_TEST(namespaces_and_mounts)
{
	ordinary_host();
	put("/proc/self/mounts", "proc /proc proc rw 0 0\ntmpfs /proc/scsi tmpfs ro 0 0\n"
				 "proc /proc proc rw,relatime,hidepid=invisible 0 0\n");
	ck_assert_int_eq(remove("root/proc/self/ns/pid"), 0);
	put_link("/proc/self/ns/pid", "pid:[4026532111]");
	judge();
	ck_assert_int_eq(host.hidepid, 2);
	ck_assert(host.pid_ns && !host.user_ns);
	ck_assert_int_eq(find("proc")->verdict, VERDICT_LIMITED);
	ck_assert_ptr_nonnull(strstr(find("proc")->remedy, "hidepid=0"));
	ck_assert_ptr_nonnull(strstr(find("namespaces")->state, "PIDs are those of"));
}
END_TEST

/* /proc/self is a link there, and of another PID namespace to another number. */
START_TEST(foreign_proc)
{
	put_link("/proc/self", "1");
	put("/proc/1/status", "Name:\tx\nNoNewPrivs:\t1\nTracerPid:\t77\n");
	probes.seize = EPERM;
	ck_assert_uint_eq(judge(), 1);
	ck_assert(host.have_proc && !host.own_proc);
	ck_assert_ptr_nonnull(strstr(find("ptrace")->state, "by process 77"));
	ck_assert_ptr_nonnull(strstr(find("proc")->state, "another PID namespace"));
	ck_assert_ptr_nonnull(strstr(find("setuid")->state, "no_new_privs"));
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("doctor");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, an_ordinary_host);
	tcase_add_test(c, nothing_can_be_read);
	tcase_add_test(c, yama);
	tcase_add_test(c, yama_with_capability);
	tcase_add_test(c, containers);
	tcase_add_test(c, ways_around);
	tcase_add_test(c, namespaces_and_mounts);
	tcase_add_test(c, foreign_proc);
	Suite *s = suite_create("doctor");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
