/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the family Security: keys, randomness, landlock, bpf, perf, ptrace, and a
 * program that filters itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* keyctl(2), ptrace(2) */
enum {
	GET_KEYRING_ID = 0,
	PROCESS_KEYRING = -2,
	TRACE_CONT = 7,
	NO_PROCESS = 0x7ffffff0
};

static void
keys_run(struct run *r)
{
	struct perf_event_attr attr;
	long ring = need(sys(SYS_keyctl, GET_KEYRING_ID, PROCESS_KEYRING, 1L, 0L, 0L),
			 "keyctl"),
	     fd;

	(void)r;
	need(sys(SYS_add_key, "user", "ioworkload", "secret", 6L, ring), "add_key");
	want_ok(sys(SYS_request_key, "user", "ioworkload", NULL, ring), "request_key");
	want(sys(SYS_request_key, "user", "no such key", NULL, ring), -ENOKEY,
	     "request_key");
	want(sys(SYS_ptrace, TRACE_CONT, NO_PROCESS, 0L, 0L), -ESRCH, "ptrace");
	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.size = sizeof(attr);
	attr.config = PERF_COUNT_SW_TASK_CLOCK;
	attr.exclude_kernel = 1;
	fd = need(sys(SYS_perf_event_open, &attr, 0, -1, -1, 0L), "perf_event_open");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_security_keys_ptrace_perf = {
	.name = "security-keys-ptrace-perf",
	.help = "keys made and asked for, ptrace of nobody, a counter opened",
	.needs = "keyrings, perf events",
	.run = keys_run,
	.expect = "keyctl Security keyctl ret=$r>0\n"
		  "add_key Security keyctl ret=$k>0\n"
		  "request_key Security keyctl ret=$k\n"
		  "request_key Security keyctl ret=-ENOKEY\n"
		  "ptrace Security ptrace ret=-ESRCH\n"
		  "perf_event_open Security perf-open ret=$p fd=$p "
		  "file=anon_inode:[perf_event]\n"
		  "close FS fd fd=$p file=anon_inode:[perf_event]\n",
};

static void
getrandom_run(struct run *r)
{
	char buf[32];

	(void)r;
	want(sys(SYS_getrandom, buf, 32L, 0), 32, "getrandom");
	want(sys(SYS_getrandom, buf, 7L, 1), 7, "getrandom");
	want(sys(SYS_getrandom, buf, 7L, 99), -EINVAL, "getrandom");
}

const struct scenario sc_security_getrandom = {
	.name = "security-getrandom",
	.help = "random bytes, also with bad flags",
	.run = getrandom_run,
	.expect = "getrandom Security null ret=32 bytes=32\n"
		  "getrandom Security null ret=7 bytes=7\n"
		  "getrandom Security null ret=-EINVAL\n",
};

static void
landlock_run(struct run *r)
{
	uint64_t attr = 1;
	long fd = need(sys(444L, &attr, sizeof(attr), 0), "landlock_create_ruleset");

	(void)r;
	want(sys(445L, fd, 99, NULL, 0), -EINVAL, "landlock_add_rule");
	want(sys(SYS_close, fd), 0, "close");
}

#define RULES "file=anon_inode:[landlock-ruleset]"

const struct scenario sc_security_landlock = {
	.name = "security-landlock",
	.help = "a ruleset made and closed",
	.needs = "landlock",
	.run = landlock_run,
	.expect = "landlock_create_ruleset Security eventfd ret=$a fd=$a " RULES "\n"
		  "landlock_add_rule Security fd ret=-EINVAL fd=$a " RULES "\n"
		  "close FS fd fd=$a " RULES "\n",
};

static void
bpf_run(struct run *r)
{
	union bpf_attr attr;
	long fd;

	(void)r;
	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	fd = need(sys(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)), "BPF_MAP_CREATE");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_bpf, 9999, &attr, sizeof(attr)), -EINVAL, "bpf");
}

const struct scenario sc_bpf_map_create_basic = {
	.name = "bpf-map-create-basic",
	.help = "a bpf map made and closed, and no such command",
	.needs = "CAP_BPF",
	.run = bpf_run,
	.expect = "bpf Security bpf ret=$a fd=$a file=anon_inode:bpf-map\n"
		  "close FS fd fd=$a file=anon_inode:bpf-map\n"
		  "bpf Security bpf ret=-EINVAL\n",
};

/* A filter that answers CALL with ERRNO instead of the kernel. */
static void
deny(long call, unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	want(sys(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L), 0, "no_new_privs");
	need(sys(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog), "seccomp");
}

static void
denied_setup(struct run *r)
{
	file_make("denied.txt", "x");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "denied.txt", O_RDWR, 0), "open");
}

static void
denied_run(struct run *r)
{
	want(sys(SYS_fchmod, r->fd[0], 0600), 0, "fchmod");
	deny(SYS_fchmod, EXDEV);
	for (int i = 0; i < 3; i++)
		want(sys(SYS_fchmod, r->fd[0], 0600), -EXDEV, "fchmod");
	want(sys(SYS_ftruncate, r->fd[0], 0L), 0, "ftruncate");
}

const struct scenario sc_seccomp_denied = {
	.name = "seccomp-denied",
	.help = "a program's own filter answers: such a call may have no row",
	.needs = "seccomp",
	.setup = denied_setup,
	.run = denied_run,
	.expect = "fchmod FS fd fd=$a file=@/denied.txt\n"
		  "prctl Process prctl\n"
		  "seccomp Security seccomp\n"
		  "0-3* fchmod FS fd ret=-EXDEV fd=$a file=@/denied.txt\n"
		  "ftruncate FS fd fd=$a file=@/denied.txt\n",
};
