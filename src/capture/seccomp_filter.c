/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/seccomp_filter.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "raw/raw_uring.h"
#include "table/foreign.h"

/* Reads the exported program back into memory. */
static int
load_program(int fd, struct sock_fprog *prog)
{
	struct stat st;
	if (fstat(fd, &st))
		return -errno;
	size_t bytes = (size_t)st.st_size;
	if (!bytes || bytes / sizeof(*prog->filter) > BPF_MAXINSNS)
		return -E2BIG;
	prog->filter = xmalloc(bytes);
	prog->len = (unsigned short)(bytes / sizeof(*prog->filter));
	ssize_t got = pread(fd, prog->filter, bytes, 0);
	if (got == (ssize_t)bytes)
		return 0;
	int err = got < 0 ? -errno : -EIO;
	free(prog->filter);
	prog->filter = NULL;
	return err;
}

/* io_uring(7): the queues are mapped shared, at three offsets; those at 0 for writing, which
 * keeps out what programs map of ordinary files. */
static int
add_ring_rules(scmp_filter_ctx ctx, uint32_t action)
{
	static const uint64_t offsets[] = { URING_OFF_SQ_RING, URING_OFF_CQ_RING,
					    URING_OFF_SQES };
	int err = 0;
	for (size_t i = 0; !err && i < ARRAY_SIZE(offsets); i++)
		err = seccomp_rule_add(ctx, action, SYS_mmap, 3,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, PROT_WRITE),
				       SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, MAP_SHARED),
				       SCMP_A5(SCMP_CMP_EQ, offsets[i], 0));
	return err;
}

/* An untraced child would meet the filter without a tracer: every traced call of its
 * would fail. The entry stop takes the flag away. */
static int
add_untraced_rule(scmp_filter_ctx ctx, uint32_t action)
{
	return seccomp_rule_add(
		ctx, action, SYS_clone, 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_UNTRACED, CLONE_UNTRACED));
}

/* x32 calls have the architecture of ours and a bit more in the number; libseccomp calls
 * that another architecture. They are rare: all of them stop. */
static int
set_attributes(scmp_filter_ctx ctx)
{
	int err = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRACE(SECCOMP_DATA_OURS));
	return err ? err : seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
}

/* One rule for each number whose answer differs from the default. */
static int
add_rules(scmp_filter_ctx ctx, const unsigned char *want, size_t n, bool trace_unknown)
{
	uint32_t action = trace_unknown ? SCMP_ACT_ALLOW : SCMP_ACT_TRACE(SECCOMP_DATA_OURS);
	for (size_t nr = 0; nr + 1 < n; nr++) {
		if ((want[nr] != 0) == trace_unknown)
			continue;
		int err = want[nr] == WANT_RING ? add_ring_rules(ctx, action) : seccomp_rule_add(ctx, action, (int)nr, 0);
		if (err)
			return err;
	}
	if (want[SYS_clone] || trace_unknown)
		return 0;
	return add_untraced_rule(ctx, action);
}

/* Is this call of another ABI, or one that it multiplexes, in terms of ours wanted? */
static bool
wants_foreign(const unsigned char *want, size_t n, struct foreign_table *foreign,
	      const struct foreign_call *c)
{
	/* Rings of 32-bit callers are not looked at. */
	const unsigned most = WANT_EVENT | WANT_STATE | WANT_PEEK;
	const struct foreign_call *sub;
	unsigned nr = c->desc->nr;
	if (c->form == FOREIGN_WORDS || c->form == FOREIGN_BLOCK)
		return want[nr < n ? nr : n - 1] & most;
	for (unsigned pos = 0; (sub = foreign_next_subcall(foreign, c, &pos));)
		if (want[sub->desc->nr] & most)
			return true;
	return want[n - 1];
}

/* The i386 half. libseccomp takes calls by their x86_64 numbers, or stand-ins for those
 * that x86_64 has not, and puts in the i386 ones. */
static int
add_i386_rules(scmp_filter_ctx ctx, const unsigned char *want, size_t n,
	       struct foreign_table *foreign, bool trace_unknown)
{
	uint32_t action = trace_unknown ? SCMP_ACT_ALLOW : SCMP_ACT_TRACE(SECCOMP_DATA_OURS);
	bool clone = false;
	for (uint32_t i386 = 0; i386 < FOREIGN_NR_MAX; i386++) {
		const struct foreign_call *c = foreign_call(foreign, FOREIGN_I386, i386);
		if (!c->name || wants_foreign(want, n, foreign, c) == trace_unknown)
			continue;
		int nr = seccomp_syscall_resolve_name(c->name);
		int err =
			nr == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(ctx, action, nr, 0);
		if (err)
			return err;
		clone |= nr == SYS_clone;
	}
	return clone || trace_unknown ? 0 : add_untraced_rule(ctx, action);
}

/* Adds the i386 half to CTX, which has our ABI only. */
static int
add_i386(scmp_filter_ctx ctx, const unsigned char *want, size_t n,
	 struct foreign_table *foreign, bool trace_unknown)
{
	scmp_filter_ctx half =
		seccomp_init(trace_unknown ? SCMP_ACT_TRACE(SECCOMP_DATA_OURS) : SCMP_ACT_ALLOW);
	if (!half)
		return -ENOMEM;
	int err = set_attributes(half);
	if (!err)
		err = seccomp_arch_add(half, SCMP_ARCH_X86);
	if (!err)
		err = seccomp_arch_remove(half, SCMP_ARCH_NATIVE);
	if (!err)
		err = add_i386_rules(half, want, n, foreign, trace_unknown);
	if (!err)
		err = seccomp_merge(ctx, half); /* HALF is gone with it */
	if (err)
		seccomp_release(half);
	return err;
}

/* Lets through what is called from the instruction in front of IP. Only calls that would
 * stop are asked where they come from, so that the kernel still knows the others to be
 * allowed without running the program (kernel/seccomp.c: seccomp_cache_prepare). */
static void
bless(struct sock_fprog *prog, uint64_t ip)
{
	const unsigned at = offsetof(struct seccomp_data, instruction_pointer);
	const uint32_t stop = SECCOMP_RET_TRACE | SECCOMP_DATA_OURS;
	const struct sock_filter tail[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)ip, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(ip >> 32), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, stop),
	};
	unsigned n = prog->len;
	prog->filter = xreallocarray(prog->filter, n + ARRAY_SIZE(tail), sizeof(*tail));
	for (unsigned i = 0; i < n; i++)
		if (prog->filter[i].code == (BPF_RET | BPF_K) &&
		    prog->filter[i].k == stop)
			prog->filter[i] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA,
								       n - i - 1);
	memcpy(prog->filter + n, tail, sizeof(tail));
	prog->len = (unsigned short)(n + ARRAY_SIZE(tail));
}

int
seccomp_filter_build(const unsigned char *want, size_t n, struct foreign_table *foreign,
		     uint64_t blessed_ip, struct sock_fprog *prog)
{
	/* The kernel is never asked about numbers it may not have: the default action
	 * decides about those the table does not know. */
	bool trace_unknown = want[n - 1] != 0;
	cleanup_fd int fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	scmp_filter_ctx ctx = seccomp_init(trace_unknown ? SCMP_ACT_TRACE(SECCOMP_DATA_OURS) : SCMP_ACT_ALLOW);
	if (!ctx)
		return -ENOMEM;
	int err = set_attributes(ctx);
	if (!err)
		err = add_rules(ctx, want, n, trace_unknown);
	if (!err)
		err = add_i386(ctx, want, n, foreign, trace_unknown);
	if (!err)
		err = seccomp_export_bpf(ctx, fd);
	if (!err)
		err = load_program(fd, prog);
	seccomp_release(ctx);
	if (!err && blessed_ip)
		bless(prog, blessed_ip);
	return err;
}

bool
seccomp_filter_available(void)
{
	/* kernel/seccomp.c reads the program before it looks at privileges. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) < 0 && errno == EFAULT;
}

int
seccomp_filter_install(const struct sock_fprog *prog)
{
	if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, prog))
		return 0;
	if (errno != EACCES)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, prog) ? -errno : 0;
}
