/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elsewhere: a program without a libc, and threads as the Go runtime makes them: by a raw
 * clone, on stacks of its own, without thread-local storage. Writes "elsewhere.txt",
 * which a thread reads back, and ends with 7.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define NAME	    "elsewhere.txt"
#define TEXT	    "text"
#define STACK_BYTES 65536
/* runtime/os_linux.go: cloneFlags */
#define GO_CLONE_FLAGS \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD)

static long
raw(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

#define CALL3(nr, a, b, c) raw(SYS_##nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)

static volatile int done;

_Noreturn static void
thread(void)
{
	char buf[8];
	long fd = CALL3(open, NAME, O_RDONLY, 0);
	done = fd >= 0 && CALL3(read, fd, buf, sizeof(buf)) == 4 ? 1 : -1;
	for (;;)
		CALL3(exit, 0, 0, 0);
}

/* clone(2): the child goes on behind the call, on the new stack, where the address that
 * ret takes is that of thread(). */
static long
start_thread(void *stack_end)
{
	void **top = (void **)stack_end - 2;
	long ret;
	top[0] = (void *)(uintptr_t)thread;
	__asm__ volatile("syscall\n\t"
			 "test %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "ret\n"
			 "1:"
			 : "=a"(ret)
			 : "a"((long)SYS_clone), "D"((long)GO_CLONE_FLAGS), "S"(top)
			 : "rcx", "r11", "rdx", "r10", "r8", "memory");
	return ret;
}

_Noreturn void _start(void);

_Noreturn void
_start(void)
{
	long status = 7;
	long fd = CALL3(open, NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || CALL3(write, fd, TEXT, 4) != 4 || CALL3(close, fd, 0, 0))
		status = 1;
	char *stack = (char *)raw(SYS_mmap, 0, STACK_BYTES, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start_thread(stack + STACK_BYTES) < 0)
		status = 2;
	else
		while (!done)
			CALL3(sched_yield, 0, 0, 0);
	if (done < 0)
		status = 3;
	for (;;)
		CALL3(exit_group, status, 0, 0);
}
