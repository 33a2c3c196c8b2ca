/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting the agent into a program. At the stop of its exec a few instructions are written
 * over its first ones, which map the segments and then stop; the program's own bytes and
 * registers come back, and it starts as if nothing had been.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "capture/inline_impl.h"
#include "capture/mem.h"

#define CS_64 0x33 /* arch/x86/include/asm/segment.h: __USER_CS */
#define BELOW_LIBRARIES UINT64_C(0x40000000)
#define BELOW_PROGRAM UINT64_C(0x10000000)
#define LOW_PROGRAMS UINT64_C(0x80000000) /* reached from everywhere below */
#define LOW_POOL (AGENT_ADDR - 0x100000)

struct boot_code {
	unsigned char bytes[160];
	size_t len;
};

bool
inline_poke(pid_t tid, uint64_t addr, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i += sizeof(long)) {
		size_t part = n - i < sizeof(long) ? n - i : sizeof(long);
		errno = 0;
		long word = part < sizeof(long) ? ptrace(PTRACE_PEEKTEXT, tid, addr + i, 0) : 0;
		if (errno)
			return false;
		memcpy(&word, (const char *)bytes + i, part);
		if (ptrace(PTRACE_POKETEXT, tid, addr + i, word) < 0)
			return false;
	}
	return true;
}

static void
emit(struct boot_code *c, const void *bytes, size_t n)
{
	memcpy(c->bytes + c->len, bytes, n);
	c->len += n;
}

/* shmat(ID, ADDR, FLAGS); where that fails the program counter goes to the bytes behind
 * which the last call stands, with rbx still 1. Returns where the distance belongs. */
static size_t
emit_shmat(struct boot_code *c, int id, uint64_t addr, uint32_t flags)
{
	static const unsigned char call[] = { 0xb8, SYS_shmat, 0, 0, 0, 0x0f, 0x05 };
	static const unsigned char compare[] = { 0x48, 0x39, 0xf0, 0x75, 0 };
	emit(c, "\xbf", 1); /* mov $ID, %edi */
	emit(c, &id, sizeof(id));
	emit(c, "\x48\xbe", 2); /* mov $ADDR, %rsi */
	emit(c, &addr, sizeof(addr));
	emit(c, "\xba", 1); /* mov $FLAGS, %edx */
	emit(c, &flags, sizeof(flags));
	emit(c, call, sizeof(call));	   /* mov $SYS_shmat, %eax; syscall */
	emit(c, compare, sizeof(compare)); /* cmp %rsi, %rax; jne 0 */
	return c->len - 1;
}

static void
make_boot_code(struct boot_code *c, const struct inline_agent *agent, const struct image *im)
{
	/* prctl always stops (WANT_PEEK): it tells that the end is reached. */
	static const unsigned char end[] = { 0xb8, SYS_prctl, 0, 0, 0, 0x0f, 0x05 };
	size_t jump[4];
	c->len = 0;
	emit(c, "\xbb\x01\x00\x00\x00", 5); /* mov $1, %ebx */
	jump[0] = emit_shmat(c, agent->id, AGENT_ADDR, SHM_RDONLY | SHM_EXEC);
	jump[1] = emit_shmat(c, im->arena->id, ARENA_ADDR, 0);
	jump[2] = emit_shmat(c, im->arena->pool_id, im->pool_at[0], SHM_RDONLY | SHM_EXEC);
	jump[3] = emit_shmat(c, im->arena->pool_id, im->pool_at[1], SHM_RDONLY | SHM_EXEC);
	emit(c, "\x31\xdb", 2); /* xor %ebx, %ebx */
	for (size_t i = 0; i < 4; i++)
		c->bytes[jump[i]] = (unsigned char)(c->len - jump[i] - 1);
	emit(c, end, sizeof(end));
}

/* Where the pools go: below the first library, which others will come next to, and below
 * the program, whose heap grows upwards. */
static bool
choose_pools(const struct tracee *t, uint64_t start, struct image *im)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/maps", t->tid);
	cleanup_fclose FILE *f = fopen(path, "re");
	unsigned long program;
	if (!f || fscanf(f, "%lx-", &program) != 1)
		return false;
	im->pool_at[0] = (start & ~UINT64_C(0xfff)) - BELOW_LIBRARIES;
	im->pool_at[1] = program < LOW_PROGRAMS ? LOW_POOL : program - BELOW_PROGRAM;
	return start > 2 * BELOW_LIBRARIES || program < LOW_PROGRAMS;
}

/* Runs T to the last call of the boot code, at END. True if it got there with all mapped.
 * Any other stop is left to be dealt with in its turn. */
static bool
run(struct stop_engine *e, const struct tracee *t, uint64_t end)
{
	for (;;) {
		int status;
		pid_t got;
		struct user_regs_struct r;
		if (ptrace(PTRACE_CONT, t->tid, 0, 0) < 0)
			return false;
		while ((got = waitpid(t->tid, &status, __WALL)) < 0 && errno == EINTR)
			;
		if (got != t->tid)
			return false;
		if (!WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_SECCOMP) {
			stop_engine_put_back(e, t->tid, status);
			return false;
		}
		if (ptrace(PTRACE_GETREGS, t->tid, 0, &r) < 0)
			return false;
		if (r.rip == end)
			return r.rbx == 0;
	}
}

bool
inline_boot(struct stop_engine *e, struct tracee *t, struct image *im)
{
	struct user_regs_struct regs;
	struct boot_code c;
	unsigned char own[sizeof(c.bytes)];
	if (ptrace(PTRACE_GETREGS, t->tid, 0, &regs) < 0 || regs.cs != CS_64 ||
	    !choose_pools(t, regs.rip, im))
		return false;
	make_boot_code(&c, e->agent, im);
	if (mem_read(t->tid, regs.rip, own, c.len) != c.len)
		return false;
	bool done = inline_poke(t->tid, regs.rip, c.bytes, c.len) &&
		    run(e, t, regs.rip + c.len);
	inline_poke(t->tid, regs.rip, own, c.len);
	regs.orig_rax = UINT64_MAX; /* the last call is not made, and execve returned 0 */
	regs.rax = 0;
	ptrace(PTRACE_SETREGS, t->tid, 0, &regs);
	return done;
}
