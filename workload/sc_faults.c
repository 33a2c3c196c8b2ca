/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Major page faults: a file is written out and dropped from the page cache, then read
 * through a mapping, a page a fault. What the kernel counted by getrusage(2) and wait4(2)
 * goes into the file "faults", as lines "PID WHAT NUMBER", for tests/live/faults.sh.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

#define PAGE	    4096L
#define PAGES	    64L
#define COLD	    "cold.bin"
#define SKIP_FAULTS "this file system keeps the pages of a file that was dropped"

static long
major_faults(void)
{
	struct rusage ru;

	want(sys(SYS_getrusage, RUSAGE_SELF, &ru), 0, "getrusage");
	return ru.ru_majflt;
}

static void
cold_make(void)
{
	static char page[PAGE];

	memset(page, 'c', sizeof(page));
	int fd = (int)want_ok(sys(SYS_open, COLD, O_RDWR | O_CREAT | O_TRUNC, 0600),
			      "open");
	for (long i = 0; i < PAGES; i++)
		want(sys(SYS_pwrite64, fd, page, PAGE, i * PAGE), PAGE, "pwrite64");
	want(sys(SYS_fsync, fd), 0, "fsync");
	want(sys(SYS_close, fd), 0, "close");
}

/* The file mapped, none of it in memory. MADV_RANDOM: a fault fetches one page. */
static const volatile char *
cold_map(void)
{
	int fd = (int)want_ok(sys(SYS_open, COLD, O_RDONLY, 0), "open");
	want(sys(SYS_fadvise64, fd, 0L, 0L, POSIX_FADV_DONTNEED), 0, "fadvise64");
	long at = want_ok(
		sys(SYS_mmap, NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, fd, 0L), "mmap");
	want(sys(SYS_madvise, at, PAGES * PAGE, MADV_RANDOM), 0, "madvise");
	want(sys(SYS_close, fd), 0, "close");
	return (const volatile char *)at;
}

static void
touch(const volatile char *p, long from, long to)
{
	for (long i = from; i < to; i++)
		if (p[i * PAGE] != 'c')
			fail("mapped byte", p[i * PAGE], 'c');
}

static void
touch_all(void)
{
	const volatile char *p = cold_map();

	touch(p, 0, PAGES);
	/* Pages that are mapped are not dropped. */
	want(sys(SYS_munmap, p, PAGES * PAGE), 0, "munmap");
}

/* What setup() faults belongs to no trace that attaches behind it. */
static void
setup(struct run *r)
{
	long before = major_faults();

	cold_make();
	touch_all();
	r->val[0] = major_faults() - before;
	if (r->val[0] < PAGES / 2)
		skip(SKIP_FAULTS);
}

static int
touch_half(struct thread *t)
{
	touch((const volatile char *)t->arg, PAGES / 2, PAGES);
	return 0;
}

static void
child(struct run *r)
{
	static struct thread t;
	const volatile char *p = cold_map();

	touch(p, 0, PAGES / 2);
	thread_start(r, &t, touch_half, (long)p);
	thread_join(&t);
	child_exit(0);
}

/* Waits until the test has seen enough, if it asked for that. */
static void
hold(struct run *r)
{
	if (param(r, "hold", 4) == 1)
		return;
	file_make("holding", "");
	while (sys(SYS_access, "go", 0L) != 0)
		usleep(1000);
}

static void
faults_run(struct run *r)
{
	long before = major_faults();
	struct rusage ru;
	char text[200];
	int status;

	long pid = child_fork();
	if (pid == 0)
		child(r);
	want(sys(SYS_wait4, pid, &status, 0L, &ru), pid, "wait4");
	want(status, 0, "child");
	touch_all();
	long now = major_faults();
	if (ru.ru_majflt < PAGES / 2 || now - before < PAGES / 2)
		skip(SKIP_FAULTS);
	snprintf(text, sizeof(text),
		 "%ld life %ld\n%d setup %ld\n%d run %ld\n%d life %ld\n", pid,
		 ru.ru_majflt, getpid(), r->val[0], getpid(), now - before, getpid(),
		 now);
	file_make("faults", text);
	hold(r);
}

const struct scenario sc_mmap_major_faults = {
	.name = "mmap-major-faults",
	.help = "a file read through mappings by two processes, a page a fault",
	.needs = "a file system that drops pages",
	.params = "hold=1",
	.options = "-e access,fork,fadvise64,mmap",
	.ignore = "restart_syscall",
	.setup = setup,
	.run = faults_run,
	.expect = "fork Process proc ret=$p1\n"
		  "p1: fadvise64 FS fd fd=$a file=@/cold.bin\n"
		  "p1: mmap Memory mmap ret=>0 fd=$a file=@/cold.bin "
		  "address_space_bytes=262144\n"
		  "fadvise64 FS fd fd=$b file=@/cold.bin\n"
		  "mmap Memory mmap ret=>0 fd=$b file=@/cold.bin "
		  "address_space_bytes=262144\n",
};
