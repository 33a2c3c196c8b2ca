/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls by the door of another architecture: int 0x80 from 64-bit code makes i386 calls,
 * numbers with bit 30 x32 calls. Their numbers mean something else, their words are
 * narrower and their structs others. No row takes them for the 64-bit calls of that
 * number, and descriptors and directories are those that they left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario.h"

/* arch/x86/entry/syscalls/syscall_32.tbl: as 64-bit numbers these are lstat, ... */
enum {
	I386_WRITE = 4,
	I386_OPEN = 5,
	I386_CLOSE = 6,
	I386_CHDIR = 12,
	I386_CHOWN = 182,
	I386_GETPID = 20,
	I386_PIPE = 42,
	I386_DUP2 = 63,
	I386_OLD_MMAP = 90,
	I386_SOCKETCALL = 102,
	I386_LLSEEK = 140,
	I386_READV = 145,
	I386_NANOSLEEP = 162,
	I386_PREAD64 = 180,
	I386_MMAP2 = 192,
	I386_FTRUNCATE64 = 194,
	I386_STAT64 = 195,
	I386_FCNTL64 = 221,
	I386_STATFS64 = 268,
	I386_SIGNAL = 48,
};

#define X32_BIT	       0x40000000L /* linux/unistd.h */
#define I386_LARGEFILE 0100000	   /* asm/fcntl.h; 0 in libc on x86_64 */
#define NAME	       "by-i386.txt"
#define NAME_LEN       11L

/* Below 4 GiB, with what i386 calls point to. */
struct low {
	char name[16], dot[8], data[64];
	struct {
		unsigned base, len;
	} iov[2];
	int microsecond[2]; /* struct timespec of i386 */
	unsigned words[6];
	long long pos;
	int fds[2];
	char stat[512];
};

static unsigned
address(const void *p)
{
	return (unsigned)(uintptr_t)p;
}

/* syscall(2): i386 arguments are 32 bits wide and in other registers. The compiler may
 * need rbp, so its word goes over the stack. */
static long
sys32_6(long nr, long a, long b, long c, long d, long e, long f)
{
	int ret;
	long w[2] = { nr, f };

	__asm__ volatile("push %%rbp\n\t"
			 "mov 8(%%rax), %%ebp\n\t"
			 "mov (%%rax), %%eax\n\t"
			 "int $0x80\n\t"
			 "pop %%rbp"
			 : "=a"(ret)
			 : "a"(w), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "r8", "r9", "r10", "r11", "memory");
	return ret;
}

static long
sys32(long nr, long a, long b, long c)
{
	return sys32_6(nr, a, b, c, 0, 0, 0);
}

/* A struct low at val[0]; skips where int 0x80 kills. */
static void
i386_setup(struct run *r)
{
	struct low *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int status = -1;
	pid_t child;

	if (low == MAP_FAILED)
		fail("mmap below 4 GiB", -1, 0);
	memcpy(low->name, NAME, sizeof(NAME));
	memcpy(low->dot, ".", 2);
	low->microsecond[1] = 1000;
	r->val[0] = (long)(uintptr_t)low;
	child = fork();
	if (child == 0)
		_exit(sys32(I386_GETPID, 0, 0, 0) == getpid() ? 0 : 1);
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		skip("int 0x80: no i386 calls in this system");
}

static struct low *
low_of(const struct run *r)
{
	return (struct low *)(uintptr_t)r->val[0];
}

static void
getpid_run(struct run *r)
{
	long pid = sys(SYS_getpid);

	for (int i = 0; i < 5; i++)
		want(sys32(I386_GETPID, 0, 0, 0), pid, "getpid by int 0x80");
	want(sys32(I386_WRITE, 99999, address(low_of(r)->name), 1), -EBADF,
	     "write by int 0x80");
	want(sys32(I386_SIGNAL, 99, 0, 0), -EINVAL, "signal by int 0x80");
	want(sys32(999, 1, 2, 3), -ENOSYS, "call 999 by int 0x80");
	want(sys(SYS_getpid), pid, "getpid");
}

const struct scenario sc_i386_getpid = {
	.name = "i386-getpid",
	.help = "calls by int 0x80 are not taken for the 64-bit calls of their number",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = getpid_run,
	.expect = "getpid Process null ret=$main\n"
		  "5* getpid Process null ret=$main\n"
		  "write FS fd ret=-EBADF fd=99999 requested=1\n"
		  "signal Signals null ret=-EINVAL\n"
		  "syscall_999 Misc null ret=-ENOSYS\n"
		  "getpid Process null ret=$main\n",
};

static void
file_run(struct run *r)
{
	long name = address(low_of(r)->name);
	long fd = want_ok(sys32(I386_OPEN, name, O_RDWR | O_CREAT, 0600),
			  "open by int 0x80");

	want(sys32(I386_WRITE, fd, name, NAME_LEN), NAME_LEN, "write by int 0x80");
	want(sys(SYS_write, fd, "text", 4L), 4, "write");
	want(sys32(I386_DUP2, fd, 200, 0), 200, "dup2 by int 0x80");
	want(sys(SYS_write, 200, "text", 4L), 4, "write");
	want(sys32(I386_CLOSE, fd, 0, 0), 0, "close by int 0x80");
	want(sys(SYS_write, fd, "text", 4L), -EBADF, "write");
}

#define FILE_ROWS \
	"open FS open ret=$a fd=$a file=@/by-i386.txt flags=O_RDWR|O_CREAT\n" \
	"write FS fd ret=11 bytes=11 requested=11 fd=$a file=@/by-i386.txt\n" \
	"write FS fd ret=4 bytes=4 fd=$a file=@/by-i386.txt offset=11\n" \
	"dup2 FS fd ret=200 fd=200 file=@/by-i386.txt\n" \
	"write FS fd ret=4 bytes=4 fd=200 file=@/by-i386.txt offset=15\n" \
	"close FS fd fd=$a file=@/by-i386.txt\n" \
	"write FS fd ret=-EBADF fd=$a\n"

const struct scenario sc_i386_file = {
	.name = "i386-file",
	.help = "a file opened, duplicated and closed by int 0x80, written by 64-bit "
		"calls",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = file_run,
	.expect = FILE_ROWS,
};

const struct scenario sc_i386_selected = {
	.name = "i386-selected",
	.help = "the filter picks calls by int 0x80 by their meaning, not by their "
		"number",
	.needs = "CONFIG_IA32_EMULATION",
	.options = "-e write,access",
	.setup = i386_setup,
	.run = file_run,
	.expect = "write FS fd ret=11 bytes=11 requested=11 fd=$a file=@/by-i386.txt\n"
		  "write FS fd ret=4 bytes=4 fd=$a file=@/by-i386.txt\n"
		  "write FS fd ret=4 bytes=4 fd=200 file=@/by-i386.txt\n"
		  "write FS fd ret=-EBADF fd=$a\n",
};

static void
low_iov(struct low *low)
{
	low->iov[0].base = address(low->data);
	low->iov[0].len = 3;
	low->iov[1].base = address(low->data + 3);
	low->iov[1].len = 60;
}

static void
words_run(struct run *r)
{
	struct low *low = low_of(r);
	long fd = want_ok(sys32(I386_OPEN, address(low->name),
				O_RDWR | O_CREAT | I386_LARGEFILE, 0600),
			  "open by int 0x80");

	/* 64 bits in two words: 8 GiB and ten bytes. */
	want(sys32(I386_FTRUNCATE64, fd, 10, 2), 0, "ftruncate64 by int 0x80");
	want(sys32_6(I386_PREAD64, fd, address(low->data), 20, 5, 2, 0), 5,
	     "pread64 by int 0x80");
	want(sys32_6(I386_LLSEEK, fd, 2, 1, address(&low->pos), SEEK_SET, 0), 0,
	     "_llseek by int 0x80");
	low_iov(low);
	want(sys32(I386_READV, fd, address(low->iov), 2), 9, "readv by int 0x80");
	want(sys(SYS_write, fd, "text", 4L), 4, "write");
	want(sys32(I386_NANOSLEEP, address(low->microsecond), 0, 0), 0,
	     "nanosleep by int 0x80");
	want_ok(sys32_6(I386_MMAP2, 0, 4096, PROT_READ, MAP_PRIVATE, fd, 0),
		"mmap2 by int 0x80");
	memcpy(low->words,
	       (unsigned[6]){ 0, 8192, PROT_READ, MAP_PRIVATE, (unsigned)fd, 0 },
	       sizeof(low->words));
	want_ok(sys32(I386_OLD_MMAP, address(low->words), 0, 0), "mmap by int 0x80");
	want(sys32(I386_STAT64, address(low->name), address(low->stat), 0), 0,
	     "stat64 by int 0x80");
	want(sys32(I386_STATFS64, address(low->dot), 84, address(low->stat)), 0,
	     "statfs64 by int 0x80");
	want(sys32(I386_CHOWN, address(low->name), 0xffff, 0xffff), 0,
	     "chown by int 0x80");
}

const struct scenario sc_i386_words = {
	.name = "i386-words",
	.help = "arguments that i386 calls have in other words, orders and layouts",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = words_run,
	.expect = "open FS open ret=$a fd=$a file=@/by-i386.txt flags=O_RDWR|O_CREAT\n"
		  "ftruncate64 FS fd fd=$a file=@/by-i386.txt\n"
		  "pread64 FS fd ret=5 bytes=5 requested=20 offset=8589934597 fd=$a "
		  "file=@/by-i386.txt\n"
		  "_llseek FS fd fd=$a file=@/by-i386.txt\n"
		  "readv FS fd ret=9 bytes=9 requested=63 offset=8589934593 fd=$a "
		  "file=@/by-i386.txt\n"
		  "write FS fd ret=4 bytes=4 offset=8589934602 fd=$a file=@/by-i386.txt\n"
		  "nanosleep Time sleep requested_sleep_ns=1000\n"
		  "mmap2 Memory mmap ret=>0 fd=$a file=@/by-i386.txt "
		  "address_space_bytes=4096\n"
		  "mmap Memory mmap ret=>0 fd=$a file=@/by-i386.txt "
		  "address_space_bytes=8192\n"
		  "stat64 FS pathname file=@/by-i386.txt\n"
		  "statfs64 FS pathname file=@\n"
		  "chown FS pathname file=@/by-i386.txt args=~*,\\x20-1,\\x20-1\n",
};

enum { SUB_SOCKETPAIR = 8, SUB_SEND = 9, SUB_SHUTDOWN = 13 }; /* linux/net.h */

static long
socketcall(struct low *low, long sub, unsigned a, unsigned b, unsigned c, unsigned d)
{
	memcpy(low->words, (unsigned[6]){ a, b, c, d, 0, 0 }, sizeof(low->words));
	return sys32(I386_SOCKETCALL, sub, address(low->words), 0);
}

static void
state_run(struct run *r)
{
	struct low *low = low_of(r);
	long fd;

	want(sys(SYS_mkdir, "sub", 0700L), 0, "mkdir");
	want(sys32(I386_PIPE, address(low->fds), 0, 0), 0, "pipe by int 0x80");
	want(sys(SYS_write, low->fds[1], "text", 4L), 4, "write");
	want(sys32(I386_CLOSE, low->fds[0], 0, 0), 0, "close by int 0x80");
	want(sys32(I386_CLOSE, low->fds[1], 0, 0), 0, "close by int 0x80");
	want(socketcall(low, SUB_SOCKETPAIR, 1, 1, 0, address(low->fds)), 0,
	     "socketpair by int 0x80");
	want(socketcall(low, SUB_SEND, (unsigned)low->fds[0], address(low->name), 3, 0),
	     3, "send by int 0x80");
	want(sys(SYS_read, low->fds[1], r->self, 0L), 0, "read");
	want(sys(SYS_close, low->fds[1]), 0, "close");
	want(socketcall(low, SUB_SHUTDOWN, 99, 0, 0, 0), -EBADF, "shutdown by int 0x80");
	want(sys32(I386_SOCKETCALL, 77, address(low->words), 0), -EINVAL,
	     "socketcall by int 0x80");
	memcpy(low->data, "sub", 4);
	want(sys32(I386_CHDIR, address(low->data), 0, 0), 0, "chdir by int 0x80");
	fd = want_ok(sys(SYS_openat, AT_FDCWD, "new", O_RDWR | O_CREAT, 0600L), "openat");
	want(sys32(I386_FCNTL64, fd, F_DUPFD, 300), 300, "fcntl64 by int 0x80");
	want(sys(SYS_write, 300L, "text", 4L), 4, "write");
}

const struct scenario sc_i386_state = {
	.name = "i386-state",
	.help = "descriptors, sockets and directories of i386 calls, used by 64-bit "
		"calls",
	.needs = "CONFIG_IA32_EMULATION",
	.setup = i386_setup,
	.run = state_run,
	.expect = "mkdir FS pathname file=@/sub\n"
		  "pipe IPC pipe fd=$p file=~pipe:[*]\n"
		  "write FS fd ret=4 bytes=4 fd=$q file=~pipe:[*]\n"
		  "close FS fd fd=$p file=~pipe:[*]\n"
		  "close FS fd fd=$q file=~pipe:[*]\n"
		  "socketpair Network socketpair fd=? file=~socket:[*]\n"
		  "send Network fd ret=3 bytes=3 requested=3 fd=$s file=~socket:[*]\n"
		  "read FS fd fd=$t file=~socket:[*]\n"
		  "close FS fd fd=$t file=~socket:[*]\n"
		  "shutdown Network fd ret=-EBADF fd=99\n"
		  "socketcall Misc null ret=-EINVAL\n"
		  "chdir FS pathname file=@/sub\n"
		  "openat FS open ret=$n fd=$n file=@/sub/new flags=O_RDWR|O_CREAT\n"
		  "fcntl64 FS fcntl ret=300 fd=300 file=@/sub/new\n"
		  "write FS fd ret=4 bytes=4 fd=300 file=@/sub/new\n",
};

static void
x32_run(struct run *r)
{
	long pid = sys(SYS_getpid);
	long ret = sys(X32_BIT | SYS_getpid);

	(void)r;
	if (ret != pid)
		want(ret, -ENOSYS, "getpid by x32");
	want(sys(X32_BIT | 900), -ENOSYS, "call 900 by x32");
	want(sys(SYS_getpid), pid, "getpid");
}

const struct scenario sc_x32_getpid = {
	.name = "x32-getpid",
	.help = "x32 calls have rows with their mark, whether the kernel has them or not",
	.run = x32_run,
	.expect = "getpid Process null ret=$main\n"
		  "x32:getpid Process null ret=? error=?\n"
		  "x32:syscall_900 Misc null ret=-ENOSYS\n"
		  "getpid Process null ret=$main\n",
};
