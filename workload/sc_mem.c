/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings: of files and of nothing; address space is counted apart from I/O.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "scenario.h"

static void
map_setup(struct run *r)
{
	static char page[8193];

	for (int i = 0; i < 8192; i++)
		page[i] = 'm';
	file_make("mapped.txt", page);
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "mapped.txt", O_RDWR, 0), "open");
}

static long
map(struct run *r)
{
	return want_ok(sys(SYS_mmap, NULL, 5000L, PROT_READ | PROT_WRITE, MAP_SHARED,
			   r->fd[0], 0L),
		       "mmap");
}

#define MAPPED \
	"mmap Memory mmap ret=>0 fd=$a file=@/mapped.txt address_space_bytes=8192\n"

static void
file_run(struct run *r)
{
	long at = map(r);

	want(sys(SYS_madvise, at, 5000L, MADV_SEQUENTIAL), 0, "madvise");
	want(sys(SYS_mprotect, at, 5000L, PROT_READ), 0, "mprotect");
	want(sys(SYS_munmap, at, 5000L), 0, "munmap");
	want(sys(SYS_mmap, NULL, 4096L, PROT_READ, MAP_SHARED, 99999, 0L), -EBADF,
	     "mmap");
}

const struct scenario sc_mmap_basic = {
	.name = "mmap-basic",
	.help = "a file mapped and unmapped: whole pages",
	.setup = map_setup,
	.run = file_run,
	.expect = MAPPED "madvise Memory mem file=?\n"
			 "mprotect Memory mem file=?\n"
			 "munmap Memory mem file=? address_space_bytes=8192\n"
			 "mmap Memory mmap ret=-EBADF fd=99999\n",
};

static void
msync_run(struct run *r)
{
	long at = map(r);

	want(sys(SYS_msync, at, 5000L, MS_SYNC), 0, "msync");
	want(sys(SYS_msync, at, 5000L, MS_ASYNC), 0, "msync");
}

const struct scenario sc_mmap_msync_sync = {
	.name = "mmap-msync-sync",
	.help = "a mapped file written out",
	.setup = map_setup,
	.run = msync_run,
	.expect = MAPPED "2* msync FS mem file=?\n",
};

static void
msync_flags_run(struct run *r)
{
	long at = map(r);

	for (int i = 0; i < 5; i++)
		want(sys(SYS_msync, at, 5000L, MS_SYNC | MS_ASYNC), -EINVAL, "msync");
}

const struct scenario sc_mmap_msync_invalid_flags = {
	.name = "mmap-msync-invalid-flags",
	.help = "msync with flags that exclude each other, five times",
	.setup = map_setup,
	.run = msync_flags_run,
	.expect = MAPPED "5* msync FS mem ret=-EINVAL file=?\n",
};

static void
anon_run(struct run *r)
{
	long at = want_ok(sys(SYS_mmap, NULL, 4096L, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L),
			  "mmap");

	(void)r;
	at = want_ok(sys(SYS_mremap, at, 4096L, 8192L, MREMAP_MAYMOVE), "mremap");
	want(sys(SYS_munmap, at, 8192L), 0, "munmap");
	want(sys(SYS_munmap, 1L, 4096L), -EINVAL, "munmap");
	/* The number is ignored for anonymous memory, even a valid one. */
	at = want_ok(
		sys(SYS_mmap, NULL, 4096L, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0, 0L),
		"mmap");
	want(sys(SYS_munmap, at, 4096L), 0, "munmap");
}

const struct scenario sc_mmap_mremap_munmap = {
	.name = "mmap-mremap-munmap",
	.help = "anonymous memory mapped, grown, unmapped",
	.run = anon_run,
	.expect = "mmap Memory mmap ret=>0 file=anon address_space_bytes=4096\n"
		  "mremap Memory mem ret=>0 address_space_bytes=8192\n"
		  "munmap Memory mem address_space_bytes=8192\n"
		  "munmap Memory mem ret=-EINVAL\n"
		  "mmap Memory mmap ret=>0 file=anon address_space_bytes=4096\n"
		  "munmap Memory mem address_space_bytes=4096\n",
};

static void
brk_run(struct run *r)
{
	long now = sys(SYS_brk, 0L);

	(void)r;
	want(sys(SYS_brk, now + 3 * 4096), now + 3 * 4096, "brk");
	want(sys(SYS_brk, now + 4096), now + 4096, "brk");
	want(sys(SYS_brk, now), now, "brk");
}

const struct scenario sc_brk_basic = {
	.name = "brk-basic",
	.help = "the break moved up and down",
	.run = brk_run,
	.expect = "brk Memory mem ret=$b>0\n"
		  "brk Memory mem ret=>0 address_space_bytes=12288\n"
		  "brk Memory mem ret=>0 address_space_bytes=8192\n"
		  "brk Memory mem ret=$b address_space_bytes=4096\n",
};

static void
lock_run(struct run *r)
{
	long ret;

	want(need(sys(SYS_mlock, r->stacks, 4096L), "mlock"), 0, "mlock");
	want(sys(SYS_munlock, r->stacks, 4096L), 0, "munlock");
	want(sys(SYS_mlock2, r->stacks, 4096L, 1), 0, "mlock2");
	/* mlockall(2): all of us may be more than RLIMIT_MEMLOCK */
	ret = sys(SYS_mlockall, MCL_CURRENT);
	want(ret == -ENOMEM || ret == -EPERM ? 0 : ret, 0, "mlockall");
	want(sys(SYS_munlockall), 0, "munlockall");
}

const struct scenario sc_mmap_memory_lock = {
	.name = "mmap-memory-lock",
	.help = "mlock, munlock, mlock2, mlockall, munlockall move no address space",
	.needs = "RLIMIT_MEMLOCK of a page",
	.run = lock_run,
	.expect = "mlock Memory mem\n"
		  "munlock Memory mem\n"
		  "mlock2 Memory mem\n"
		  "mlockall Memory null ret=?\n"
		  "munlockall Memory null\n",
};
