/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files opened by a handle: the call passes no name, the row has that of the file which
 * the handle was made of, whatever has happened to numbers and names since.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* open_by_handle_at(2) */
union handle {
	struct file_handle h;
	char room[sizeof(struct file_handle) + 128];
};

static void
handle_setup(struct run *r)
{
	(void)r;
	file_make("handlefile.txt", "by handle");
	file_make("newer.txt", "newer");
	file_make("decoy.txt", "decoy");
}

static void
handle_of(const char *name, union handle *u)
{
	int mount_id;

	u->h.handle_bytes = 128;
	need(sys(SYS_name_to_handle_at, AT_FDCWD, name, u, &mount_id, 0),
	     "name_to_handle_at");
}

static long
handle_open(union handle *u)
{
	return need(sys(SYS_open_by_handle_at, AT_FDCWD, u, O_RDONLY),
		    "open_by_handle_at");
}

static void
basic_run(struct run *r)
{
	union handle u;
	long fd;

	(void)r;
	handle_of("handlefile.txt", &u);
	fd = handle_open(&u);
	want(sys(SYS_close, fd), 0, "close");
}

#define NAMED(name) "name_to_handle_at FS pathname file=@/" name "\n"
#define OPENED(var, name) \
	"open_by_handle_at FS open-by-handle-at ret=" var " fd=" var " file=@/" name "\n"

const struct scenario sc_open_by_handle_at = {
	.name = "open-by-handle-at",
	.help = "a file opened by its handle",
	.needs = "CAP_DAC_READ_SEARCH",
	.setup = handle_setup,
	.run = basic_run,
	.expect = NAMED("handlefile.txt") OPENED(
		"$a", "handlefile.txt") "close FS fd fd=$a file=@/handlefile.txt\n",
};

const struct scenario sc_open_by_handle_at_comm = {
	.name = "open-by-handle-at-comm",
	.help = "the same, with rows of this program selected",
	.needs = "CAP_DAC_READ_SEARCH",
	.options = "-e all --comm ioworkload",
	.setup = handle_setup,
	.run = basic_run,
	.expect = NAMED("handlefile.txt") OPENED(
		"$a", "handlefile.txt") "close FS fd fd=$a file=@/handlefile.txt\n",
};

const struct scenario sc_open_by_handle_at_other_comm = {
	.name = "open-by-handle-at-other-comm",
	.help = "the same, with rows of another program selected: none",
	.needs = "CAP_DAC_READ_SEARCH",
	.options = "-e all --comm another",
	.how = HOW_WHOLE,
	.setup = handle_setup,
	.run = basic_run,
	.expect = "",
};

static void
fail_run(struct run *r)
{
	union handle first, newer;
	long fd;

	(void)r;
	handle_of("handlefile.txt", &first);
	handle_of("newer.txt", &newer);
	fd = handle_open(&newer);
	want(sys(SYS_close, fd), 0, "close");
	fd = handle_open(&first); /* the older one */
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_open_by_handle_at, -1, &first, O_RDONLY), -EBADF, "no mount");
	want(sys(SYS_unlink, "handlefile.txt"), 0, "unlink");
	want(sys(SYS_open_by_handle_at, AT_FDCWD, &first, O_RDONLY), -ESTALE, "deleted");
}

const struct scenario sc_open_by_handle_at_fail = {
	.name = "open-by-handle-at-fail",
	.help = "an older handle, no mount, a deleted file: named by the handle",
	.needs = "CAP_DAC_READ_SEARCH",
	.setup = handle_setup,
	.run = fail_run,
	.expect = NAMED("handlefile.txt") NAMED("newer.txt")
		OPENED("$a", "newer.txt") "close FS fd fd=$a file=@/newer.txt\n" OPENED(
			"$a",
			"handlefile.txt") "close FS fd fd=$a file=@/handlefile.txt\n"
					  "open_by_handle_at FS open-by-handle-at "
					  "ret=-EBADF "
					  "file=@/handlefile.txt\n"
					  "unlink FS pathname file=@/handlefile.txt\n"
					  "open_by_handle_at FS open-by-handle-at "
					  "ret=-ESTALE "
					  "file=@/handlefile.txt\n",
};

static void
reuse_run(struct run *r)
{
	union handle u;
	long fd;

	(void)r;
	handle_of("handlefile.txt", &u);
	fd = handle_open(&u);
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_openat, AT_FDCWD, "decoy.txt", O_RDONLY, 0), fd, "openat");
	want(handle_open(&u), fd + 1, "open_by_handle_at");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_close, fd + 1), 0, "close");
}

const struct scenario sc_open_by_handle_at_reuse = {
	.name = "open-by-handle-at-reuse",
	.help = "the number of a file opened by handle taken by another file",
	.needs = "CAP_DAC_READ_SEARCH",
	.setup = handle_setup,
	.run = reuse_run,
	.expect = NAMED("handlefile.txt") OPENED(
		"$a",
		"handlefile.txt") "close FS fd fd=$a file=@/handlefile.txt\n"
				  "openat FS open ret=$a fd=$a file=@/decoy.txt\n" OPENED(
					  "$b",
					  "handlefile.txt") "close FS fd fd=$a "
							    "file=@/decoy.txt\n"
							    "close FS fd fd=$b "
							    "file=@/handlefile.txt\n",
};

static int
taker_thread(struct thread *t)
{
	handle_of("handlefile.txt", (union handle *)(uintptr_t)t->arg);
	return 0;
}

static void
threads_run(struct run *r)
{
	struct thread t = { 0 };
	union handle u;
	long fd;

	thread_start(r, &t, taker_thread, (long)(uintptr_t)&u);
	thread_join(&t);
	fd = handle_open(&u);
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_by_handle_at_threads = {
	.name = "open-by-handle-at-threads",
	.help = "a handle made by another thread",
	.needs = "CAP_DAC_READ_SEARCH",
	.ignore = "futex",
	.setup = handle_setup,
	.run = threads_run,
	.expect = "clone Process proc ret=$t1\n" OPENED(
		"$a", "handlefile.txt") "close FS fd fd=$a file=@/handlefile.txt\n"
					"t1: " NAMED("handlefile.txt") "t1: exit Process "
								       "null ret=-\n",
};
