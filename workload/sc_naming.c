/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that move: directories renamed under open files, by the program or by another one
 * that nobody traces, deleted files, and all of it with only one call selected. A row
 * must show what the descriptor named when the call entered, in the words of the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

/* d/f, open as fd[0], d as fd[1]. */
static void
dir_setup(struct run *r)
{
	want(sys(SYS_mkdir, "d", 0755), 0, "mkdir");
	file_make("d/f", "f");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "d/f", O_RDWR, 0), "open");
	r->fd[1] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "d", O_RDONLY | O_DIRECTORY, 0),
				"open");
}

static void
renamed_run(struct run *r)
{
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	want(sys(SYS_rename, "d", "e"), 0, "rename");
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	want(sys(SYS_faccessat, r->fd[1], "f", 0), 0, "faccessat");
	want(sys(SYS_rename, "e/f", "e/g"), 0, "rename");
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	want(sys(SYS_fchdir, r->fd[1]), 0, "fchdir");
	want(sys(SYS_rename, "../e", "../h"), 0, "rename");
	want(sys(SYS_access, "g", 0), 0, "access");
	want(sys(SYS_close, r->fd[0]), 0, "close");
}

const struct scenario sc_naming_renamed = {
	.name = "naming-renamed",
	.help = "a file and its directory renamed while open, the cwd too",
	.setup = dir_setup,
	.run = renamed_run,
	.expect = "write FS fd ret=1 bytes=1 fd=$f file=@/d/f\n"
		  "rename FS name file=@/e old_file=@/d\n"
		  "write FS fd ret=1 bytes=1 fd=$f file=@/e/f\n"
		  "faccessat FS pathname file=@/e/f\n"
		  "rename FS name file=@/e/g old_file=@/e/f\n"
		  "write FS fd ret=1 bytes=1 fd=$f file=@/e/g\n"
		  "fchdir FS fd fd=$d file=@/e\n"
		  "rename FS name file=~@*h old_file=~@*e\n"
		  "access FS pathname file=@/h/g\n"
		  "close FS fd fd=$f file=@/h/g\n",
};

/* Two FIFOs, made before either side starts to wait: "go" and "done". */
static void
helped_setup(struct run *r)
{
	dir_setup(r);
	want(sys(SYS_mknod, "done", 0010600, 0L), 0, "mknod");
	want(sys(SYS_mknod, "go.tmp", 0010600, 0L), 0, "mknod");
	want(sys(SYS_rename, "go.tmp", "go"), 0, "rename");
	r->fd[2] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "go", O_WRONLY, 0), "open");
	r->fd[3] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "done", O_RDONLY, 0), "open");
}

static void
helped_run(struct run *r)
{
	char buf[8];

	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	want(sys(SYS_write, r->fd[2], "go", 2L), 2, "write");
	want(sys(SYS_read, r->fd[3], buf, 8L), 4, "read");
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	want(sys(SYS_faccessat, r->fd[1], "f", 0), 0, "faccessat");
	want(sys(SYS_close, r->fd[0]), 0, "close");
}

static void
helped_helper(struct run *r)
{
	char buf[8];
	int go, done;

	(void)r;
	while ((go = open("go", O_RDONLY)) < 0) /* until setup() has made it */
		usleep(1000);
	done = open("done", O_WRONLY);
	if (done < 0 || read(go, buf, sizeof(buf)) != 2 || rename("d", "moved") != 0 ||
	    write(done, "done", 4) != 4)
		fail("helper", -1, 0);
}

const struct scenario sc_naming_renamed_outside = {
	.name = "naming-renamed-outside",
	.help = "a directory renamed by a process that is not traced",
	.setup = helped_setup,
	.run = helped_run,
	.helper = helped_helper,
	.expect = "write FS fd ret=1 bytes=1 fd=$f file=@/d/f\n"
		  "write FS fd ret=2 bytes=2 fd=$g file=@/go\n"
		  "read FS fd ret=4 bytes=4 fd=$h file=@/done\n"
		  "write FS fd ret=1 bytes=1 fd=$f file=@/moved/f\n"
		  "faccessat FS pathname file=@/moved/f\n"
		  "close FS fd fd=$f file=@/moved/f\n",
};

static void
deleted_run(struct run *r)
{
	long fd;

	want(sys(SYS_unlink, "d/f"), 0, "unlink");
	want(sys(SYS_write, r->fd[0], "x", 1L), 1, "write");
	fd = want_ok(sys(SYS_openat, AT_FDCWD, "d/f (deleted)", O_RDWR | O_CREAT, 0600),
		     "openat");
	want(sys(SYS_write, fd, "y", 1L), 1, "write");
	want(sys(SYS_close, r->fd[0]), 0, "close");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_naming_deleted = {
	.name = "naming-deleted",
	.help = "a deleted file keeps its name; one called \"f (deleted)\" has that name",
	.setup = dir_setup,
	.run = deleted_run,
	.expect = "unlink FS pathname file=@/d/f\n"
		  "write FS fd ret=1 bytes=1 fd=$f file=@/d/f\n"
		  "openat FS open ret=$n fd=$n file=@/d/f\\x20(deleted)\n"
		  "write FS fd ret=1 bytes=1 fd=$n file=@/d/f\\x20(deleted)\n"
		  "close FS fd fd=$f file=@/d/f\n"
		  "close FS fd fd=$n file=@/d/f\\x20(deleted)\n",
};

static void
symlink_run(struct run *r)
{
	long fd;

	(void)r;
	want(sys(SYS_symlink, "d", "link"), 0, "symlink");
	fd = want_ok(sys(SYS_openat, AT_FDCWD, "link/f", O_RDWR, 0), "openat");
	want(sys(SYS_write, fd, "x", 1L), 1, "write");
	want(sys(SYS_chdir, "link"), 0, "chdir");
	want(sys(SYS_access, "f", 0), 0, "access");
}

const struct scenario sc_naming_symlink = {
	.name = "naming-symlink",
	.help = "a file reached through a symbolic link",
	.setup = dir_setup,
	.run = symlink_run,
	.expect = "symlink FS name file=@/link old_file=d\n"
		  "openat FS open ret=$a fd=$a file=~@/*/f\n"
		  "write FS fd ret=1 bytes=1 fd=$a file=@/d/f\n"
		  "chdir FS pathname file=@/link\n"
		  "access FS pathname file=@/d/f\n",
};

/* ---- nothing but read selected ---- */

static void
only_setup(struct run *r)
{
	(void)r;
	file_make("a.txt", "a");
	file_make("b.txt", "bb");
	file_make("c.txt", "ccc");
}

static void
read_at(long fd, long expected)
{
	char buf[16];

	want(sys(SYS_lseek, fd, 0L, SEEK_SET), 0, "lseek");
	want(sys(SYS_read, fd, buf, 16L), expected, "read");
}

static int
only_thread(struct thread *t)
{
	(void)t;
	read_at(100, 2);
	want(sys(SYS_close, 101), 0, "close");
	want(sys(SYS_fcntl, 102, F_DUPFD, 101), 101, "F_DUPFD");
	return 0;
}

static void
only_run(struct run *r)
{
	struct thread t = { 0 };
	long child;

	want(sys(SYS_dup2, want_ok(sys(SYS_open, "a.txt", O_RDONLY), "open"), 100), 100,
	     "dup2");
	want(sys(SYS_dup3, want_ok(sys(SYS_open, "b.txt", O_RDONLY), "open"), 101,
		 O_CLOEXEC),
	     101, "dup3");
	want(sys(SYS_dup2, want_ok(sys(SYS_open, "c.txt", O_RDONLY), "open"), 102), 102,
	     "dup2");
	read_at(100, 1);
	read_at(101, 2);
	want(sys(SYS_dup2, 101, 100), 100, "dup2");
	thread_start(r, &t, only_thread, 0);
	thread_join(&t);
	read_at(101, 3);
	want(sys(SYS_fcntl, 101, F_SETFD, FD_CLOEXEC), 0, "F_SETFD");
	want(sys(SYS_rename, "c.txt", "d.txt"), 0, "rename");
	read_at(102, 3);
	child = child_fork();
	if (child == 0) {
		want(sys(SYS_dup2, 102, 100), 100, "dup2");
		read_at(100, 3);
		exec_part(r, NULL, NULL);
		child_exit(1);
	}
	child_wait(child);
	read_at(100, 2);
	want(sys(SYS_close_range, 100, 102, 0L), 0, "close_range");
	want(sys(SYS_read, 100, NULL, 1L), -EBADF, "read");
}

static void
only_part(struct run *r, int argc, char **argv)
{
	(void)r;
	(void)argc;
	(void)argv;
	read_at(100, 3);
	want(sys(SYS_read, 101, NULL, 1L), -EBADF, "read");
	read_at(102, 3);
}

#define ONLY_READ \
	"read FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n" \
	"read FS fd ret=2 bytes=2 fd=101 file=@/b.txt\n" \
	"read FS fd ret=3 bytes=3 fd=101 file=@/c.txt\n" \
	"read FS fd ret=3 bytes=3 fd=102 file=@/d.txt\n" \
	"read FS fd ret=2 bytes=2 fd=100 file=@/b.txt\n" \
	"read FS fd ret=-EBADF fd=100\n" \
	"t1: read FS fd ret=2 bytes=2 fd=100 file=@/b.txt\n" \
	"p1: read FS fd ret=3 bytes=3 fd=100 file=@/d.txt\n" \
	"p1: read FS fd ret=3 bytes=3 fd=100 file=@/d.txt\n" \
	"p1: read FS fd ret=-EBADF fd=101\n" \
	"p1: read FS fd ret=3 bytes=3 fd=102 file=@/d.txt\n"

const struct scenario sc_naming_only_read = {
	.name = "naming-only-read",
	.help = "dup, threads, fork, exec, rename, close_range; only read selected",
	.needs = "Linux 5.9",
	.options = "-e read,access,execve",
	.ignore = "execve",
	.setup = only_setup,
	.run = only_run,
	.part = only_part,
	.expect = ONLY_READ,
};
