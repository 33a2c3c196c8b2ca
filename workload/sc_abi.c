/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls by the door of another architecture: int 0x80 from 64-bit code makes i386 calls,
 * whose numbers mean something else. They run unharmed, no row takes them for the 64-bit
 * calls of that number, and descriptors that they make are known. iotrace sees such calls
 * only where it stops at all: then their rows have the i386 name and the result, and
 * nothing of the arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario.h"

/* arch/x86/entry/syscalls/syscall_32.tbl: as 64-bit numbers these are lstat, ... */
enum { I386_WRITE = 4, I386_OPEN = 5, I386_CLOSE = 6, I386_GETPID = 20, I386_DUP2 = 63 };

/* syscall(2): i386 arguments are 32 bits wide and in other registers. */
static long
sys32(long nr, long a, long b, long c)
{
	int ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "r8", "r9", "r10", "r11", "memory");
	return ret;
}

/* A page below 4 GiB at val[0], with a name in it; skips where int 0x80 kills. */
static void
i386_setup(struct run *r)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	const char *name = "by-i386.txt";
	int status = -1;
	pid_t child;

	if (page == MAP_FAILED)
		fail("mmap below 4 GiB", -1, 0);
	for (size_t i = 0; i == 0 || name[i - 1]; i++)
		page[i] = name[i];
	r->val[0] = (long)(uintptr_t)page;
	child = fork();
	if (child == 0)
		_exit(sys32(I386_GETPID, 0, 0, 0) == getpid() ? 0 : 1);
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		skip("int 0x80: no i386 calls in this system");
}

static void
getpid_run(struct run *r)
{
	long pid = sys(SYS_getpid);

	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys32(I386_GETPID, 0, 0, 0), pid, "getpid by int 0x80");
	want(sys32(I386_WRITE, 99999, r->val[0], 1), -EBADF, "write by int 0x80");
	want(sys(SYS_getpid), pid, "getpid");
}

const struct scenario sc_i386_getpid = {
	.name = "i386-getpid",
	.help = "calls by int 0x80 are not taken for the 64-bit calls of their number",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = getpid_run,
	.expect = "getpid Process null ret=$main\n"
		  "0-5* getpid Process null ret=$main\n"
		  "0-1* write FS fd ret=-EBADF\n"
		  "getpid Process null ret=$main\n",
};

static void
file_run(struct run *r)
{
	long fd = want_ok(sys32(I386_OPEN, r->val[0], O_RDWR | O_CREAT, 0600),
			  "open by int 0x80");

	want(sys32(I386_WRITE, fd, r->val[0], 11), 11, "write by int 0x80");
	want(sys(SYS_write, fd, "text", 4L), 4, "write");
	want(sys32(I386_DUP2, fd, 200, 0), 200, "dup2 by int 0x80");
	want(sys(SYS_write, 200, "text", 4L), 4, "write");
	want(sys32(I386_CLOSE, fd, 0, 0), 0, "close by int 0x80");
	want(sys(SYS_write, fd, "text", 4L), -EBADF, "write");
}

const struct scenario sc_i386_file = {
	.name = "i386-file",
	.help = "a file opened, duplicated and closed by int 0x80, written by 64-bit "
		"calls",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = file_run,
	.expect = "0-1* open FS open ret=$a\n"
		  "0-1* write FS fd ret=11\n"
		  "write FS fd ret=4 bytes=4 fd=$a file=@/by-i386.txt\n"
		  "0-1* dup2 FS fd ret=200\n"
		  "write FS fd ret=4 bytes=4 fd=200 file=@/by-i386.txt\n"
		  "0-1* close FS fd\n"
		  "write FS fd ret=-EBADF fd=$a\n",
};
