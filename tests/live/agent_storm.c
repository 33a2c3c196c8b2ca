/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that makes life hard for an agent inside of it, and knows exactly which calls it
 * made. agent_storm MODE prints a line "CALL COUNT" for each kind of call that it counts.
 *
 *   signals    calls under a storm of signals, whose handler makes calls too, and leaves
 *              some by siglongjmp(3); registers, flags and the red zone are compared
 *              around every call
 *   threads    threads and forks that open, read and close at the same time
 *   crowd      more tasks in one address space than the agent has room for
 *   bad        calls with pointers to nowhere
 *   none       nothing: what start and end of the program take
 *   hostile    overwrites all that the agent shares, again and again
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_long reads, writes, opens, closes, pauses;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
is(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static void
tell(void)
{
	printf("read %ld\nwrite %ld\nopenat %ld\nclose %ld\n", reads, writes, opens, closes);
}

/* --- a call with everything that it must leave alone --- */

/* What the call was given, and what it left: rax, then the registers in the order below. */
struct probe {
	uint64_t rax, rdi, rsi, rdx, r10, r8, r9;
	uint64_t rbx, rbp, r12, r13, r14, r15, flags;
};

/* Makes the call of IN, with the flags of IN, and writes what is there behind it to OUT. The
 * bytes below the stack pointer (red zone) must still be there: returns how many are not. */
long probe_call(const struct probe *in, struct probe *out);

__asm__(".text\n"
	".globl probe_call\n"
	".type probe_call, @function\n"
	"probe_call:\n"
	"	pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15\n"
	"	pushq %rsi\n"
	"	pushq 104(%rdi)\n"
	"	popfq\n"
	"	movq 0(%rdi), %rax\n"
	"	movq 16(%rdi), %rsi\n"
	"	movq 24(%rdi), %rdx\n"
	"	movq 32(%rdi), %r10\n"
	"	movq 40(%rdi), %r8\n"
	"	movq 48(%rdi), %r9\n"
	"	movq 56(%rdi), %rbx\n"
	"	movq 64(%rdi), %rbp\n"
	"	movq 72(%rdi), %r12\n"
	"	movq 80(%rdi), %r13\n"
	"	movq 88(%rdi), %r14\n"
	"	movq 96(%rdi), %r15\n"
	"	movq 8(%rdi), %rdi\n"
	"	movq %r12, -8(%rsp)\n"
	"	movq %r13, -120(%rsp)\n"
	"	call 1f\n"
	"	movq -16(%rsp), %r11\n"
	"	movq (%rsp), %rcx\n"
	"	movq %rax, 0(%rcx)\n"
	"	movq %rdi, 8(%rcx)\n"
	"	movq %rsi, 16(%rcx)\n"
	"	movq %rdx, 24(%rcx)\n"
	"	movq %r10, 32(%rcx)\n"
	"	movq %r8, 40(%rcx)\n"
	"	movq %r9, 48(%rcx)\n"
	"	movq %rbx, 56(%rcx)\n"
	"	movq %rbp, 64(%rcx)\n"
	"	movq %r12, 72(%rcx)\n"
	"	movq %r13, 80(%rcx)\n"
	"	movq %r14, 88(%rcx)\n"
	"	movq %r15, 96(%rcx)\n"
	"	pushfq\n"
	"	popq 104(%rcx)\n"
	"	xorl %eax, %eax\n"
	"	cmpq %r12, %r11\n"
	"	setne %al\n"
	"	popq %rsi; popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx\n"
	"	ret\n"
	"	.balign 16\n"
	/* In a frame of its own, with something in its red zone. */
	"1:	movq %r12, -8(%rsp)\n"
	"	syscall\n"
	"	ret\n"
	"	.balign 32, 0x90\n"
	"	.size probe_call, .-probe_call\n");

/* CF, PF, AF, ZF, SF, OF in turn; never the trap, direction or interrupt flag. */
static uint64_t
flags_for(unsigned n)
{
	static const uint64_t all[] = { 0x202, 0x203, 0x206, 0x212, 0x242, 0x282, 0xa02, 0xad7 };
	return all[n % (sizeof(all) / sizeof(*all))];
}

static long
probed_read(int fd, char *buf, size_t n, unsigned round)
{
	struct probe in = { SYS_read, (uint64_t)fd, (uint64_t)(uintptr_t)buf, n, 4, 5, 6,
			    7, 8, 9 + round, 10, 11, 12, flags_for(round) };
	struct probe out = { 0 };
	long spoilt = probe_call(&in, &out);
	is(!spoilt, "the red zone was written to");
	is(out.flags == in.flags, "flags differ");
	is(!memcmp(&in.rdi, &out.rdi, offsetof(struct probe, flags) - 8), "registers differ");
	return (long)out.rax;
}

/* --- signals --- */

static int pipe_fd[2];
static sigjmp_buf back;
static volatile sig_atomic_t may_jump;
static atomic_long handled;

static void
on_alarm(int signo)
{
	int saved = errno;
	(void)signo;
	atomic_fetch_add(&writes, 1);
	if (write(pipe_fd[1], "s", 1) != 1)
		_exit(3);
	atomic_fetch_add(&reads, 1);
	char c;
	if (read(pipe_fd[0], &c, 1) != 1)
		_exit(4);
	atomic_fetch_add(&handled, 1);
	errno = saved;
	if (may_jump) {
		may_jump = 0;
		siglongjmp(back, 1);
	}
}

static void
signals(void)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 300 }, { 0, 300 } }, never = { 0 };
	int zero = open("/dev/zero", O_RDONLY), empty[2];
	char buf[8];
	opens++;
	if (zero < 0 || pipe(pipe_fd) || pipe(empty) || sigaction(SIGALRM, &sa, NULL))
		die("set-up");
	setitimer(ITIMER_REAL, &often, NULL);
	for (unsigned i = 0; i < 20000 || handled < 50; i++) {
		atomic_fetch_add(&reads, 1);
		long got = probed_read(zero, buf, sizeof(buf), i);
		if (got != sizeof(buf)) {
			fprintf(stderr, "call %u: a read of %zu bytes gave %ld\n", i,
				sizeof(buf), got);
			exit(1);
		}
		if (i % 2000 == 0 && !sigsetjmp(back, 1)) {
			/* Only a handler leads out of here. */
			atomic_fetch_add(&pauses, 1);
			may_jump = 1;
			probed_read(empty[0], buf, 1, i);
			is(false, "a read of nothing returned");
		}
	}
	setitimer(ITIMER_REAL, &never, NULL);
	reads += pauses;
	tell();
}

/* --- threads and forks --- */

static void
open_read_close(unsigned n)
{
	char buf[64];
	for (unsigned i = 0; i < n; i++) {
		int fd = open("/etc/passwd", O_RDONLY);
		if (fd < 0 || read(fd, buf, sizeof(buf)) <= 0 || close(fd))
			_exit(5);
		opens++;
		reads++;
		closes++;
	}
}

static void *
thread(void *arg)
{
	open_read_close(*(const unsigned *)arg);
	return NULL;
}

static void
run_threads(unsigned n, unsigned rounds)
{
	pthread_t t[64];
	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, thread, &rounds))
			die("pthread_create");
	for (unsigned i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

static void
threads(void)
{
	for (unsigned i = 0; i < 4; i++) {
		pid_t pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0) {
			run_threads(4, 100);
			_exit(0);
		}
		run_threads(4, 100);
		int status;
		is(waitpid(pid, &status, 0) == pid && status == 0, "a child failed");
		/* What the child made, it counted in its own memory. */
		opens += 400;
		reads += 400;
		closes += 400;
	}
	tell();
}

static void
crowd(void)
{
	run_threads(48, 50);
	tell();
}

/* --- bad pointers, hostile writes --- */

static void
bad(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || mprotect(page + 4096, 4096, PROT_NONE))
		die("mmap");
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
	opens += 2;
	memset(page, 'x', 4096);
	for (unsigned i = 0; i < 200; i++) {
		is(syscall(SYS_read, zero, page + 4096, 1L) < 0 && errno == EFAULT, "read");
		is(syscall(SYS_write, -1, page + 4096, 1L) < 0 && errno == EBADF, "write");
		is(syscall(SYS_write, null, page + 4095, 1L) == 1, "write at an edge");
		is(syscall(SYS_openat, AT_FDCWD, page + 4000, O_RDONLY) < 0 && errno == EFAULT,
		   "openat");
		is(syscall(SYS_openat, AT_FDCWD, page + 4096, 0x3f000000, 0) < 0, "openat");
		reads++;
		writes += 2;
		opens += 2;
	}
	tell();
}

/* The arena of arena.h, if there is one. */
#define ARENA ((unsigned char *)0x70000000)
#define ARENA_BYTES 0x400000
#define SLOT_BYTES 0x20000
#define RECORDS 4096

static void
hostile(void)
{
	unsigned char there;
	unsigned seed = 1;
	char buf[8];
	int zero = open("/dev/zero", O_RDONLY);
	bool arena = mincore(ARENA, 4096, &there) == 0;
	for (unsigned i = 0; i < 2000; i++) {
		if (read(zero, buf, sizeof(buf)) != sizeof(buf))
			die("read");
		/* The records, not the stack and the head: those are its own to lose. */
		for (unsigned n = 0; arena && n < 64; n++) {
			seed = seed * 1103515245 + 12345;
			ARENA[RECORDS + seed % (SLOT_BYTES - RECORDS)] = (unsigned char)(seed >> 16);
		}
		/* And where the next one goes. */
		if (arena && i % 500 == 499)
			*(volatile uint64_t *)(void *)(ARENA + 32) = seed | 0x80000000u;
	}
	puts(arena ? "arena" : "none");
}

static void
none(void)
{
	puts("none");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} modes[] = { { "signals", signals }, { "threads", threads }, { "crowd", crowd },
		      { "bad", bad },	      { "hostile", hostile }, { "none", none } };
	for (size_t i = 0; argc == 2 && i < sizeof(modes) / sizeof(*modes); i++) {
		if (!strcmp(argv[1], modes[i].name)) {
			modes[i].run();
			return 0;
		}
	}
	fprintf(stderr, "usage: agent_storm signals|threads|crowd|bad|hostile|none\n");
	return 2;
}
