/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening files: every call that does it, by every way to say which file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "scenario.h"

static void
open_basic_run(struct run *r)
{
	long fd =
		want_ok(sys(SYS_openat, AT_FDCWD, "testfile.txt", O_RDWR | O_CREAT, 0644),
			"openat");

	(void)r;
	want(sys(SYS_close, fd), 0, "close");
	fd = want_ok(sys(SYS_open, "testfile.txt", O_WRONLY | O_APPEND | O_CLOEXEC),
		     "open");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_basic = {
	.name = "open-basic",
	.help = "openat and open of a relative name, each closed",
	.run = open_basic_run,
	.expect = "openat FS open ret=$a fd=$a file=@/testfile.txt flags=O_RDWR|O_CREAT\n"
		  "close FS fd fd=$a file=@/testfile.txt\n"
		  "open FS open ret=$a fd=$a file=@/testfile.txt "
		  "flags=O_WRONLY|O_APPEND|O_CLOEXEC\n"
		  "close FS fd fd=$a file=@/testfile.txt\n",
};

static void
open_openat2_run(struct run *r)
{
	struct open_how how = { .flags = O_RDWR | O_CREAT, .mode = 0600 };
	long fd = need(sys(SYS_openat2, AT_FDCWD, "openat2file.txt", &how, sizeof(how)),
		       "openat2");

	(void)r;
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_openat2, AT_FDCWD, "openat2file.txt", NULL, sizeof(how)), -EFAULT,
	     "openat2 without how");
	want(sys(SYS_openat2, AT_FDCWD, "openat2file.txt", &how, 3L), -EINVAL,
	     "openat2 with a short how");
}

const struct scenario sc_open_openat2 = {
	.name = "open-openat2",
	.help = "openat2 with a good, a missing and a short open_how",
	.needs = "Linux 5.6",
	.run = open_openat2_run,
	.expect = "openat2 FS open ret=$a fd=$a file=@/openat2file.txt "
		  "flags=O_RDWR|O_CREAT\n"
		  "close FS fd fd=$a file=@/openat2file.txt\n"
		  "openat2 FS open ret=-EFAULT file=@/openat2file.txt\n"
		  "openat2 FS open ret=-EINVAL file=@/openat2file.txt\n",
};

static void
open_creat_run(struct run *r)
{
	long fd = want_ok(sys(SYS_creat, "creatfile.txt", 0644), "creat");

	(void)r;
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_creat = {
	.name = "open-creat",
	.help = "creat, which opens without saying so",
	.run = open_creat_run,
	.expect = "creat FS pathname ret=$a fd=$a file=@/creatfile.txt "
		  "flags=O_WRONLY|O_CREAT|O_TRUNC\n"
		  "close FS fd fd=$a file=@/creatfile.txt\n",
};

static void
open_dirfd_run(struct run *r)
{
	static char statx_buf[256];
	const char *rel = "relative-openat.txt";
	long dir, fd;

	(void)r;
	want(sys(SYS_mkdir, "dirfd-base", 0755), 0, "mkdir");
	dir = want_ok(sys(SYS_openat, AT_FDCWD, "dirfd-base", O_RDONLY | O_DIRECTORY, 0),
		      "openat of the directory");
	fd = want_ok(sys(SYS_openat, dir, rel, O_RDWR | O_CREAT, 0644),
		     "openat relative");
	want(sys(SYS_statx, dir, "", AT_EMPTY_PATH, STATX_BASIC_STATS, statx_buf), 0,
	     "statx");
	want(sys(SYS_utimensat, dir, "", NULL, AT_EMPTY_PATH), 0, "utimensat");
	want(sys(SYS_newfstatat, dir, rel, statx_buf, 0), 0, "newfstatat");
	want(sys(SYS_faccessat, dir, "/", 4), 0, "faccessat absolute");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_close, dir), 0, "close");
	want(sys(SYS_openat, dir, rel, O_RDONLY, 0), -EBADF, "openat of a closed dirfd");
}

const struct scenario sc_open_dirfd_paths = {
	.name = "open-dirfd-paths",
	.help = "names relative to a directory descriptor, empty, absolute",
	.run = open_dirfd_run,
	.expect = "mkdir FS pathname file=@/dirfd-base\n"
		  "openat FS open ret=$d fd=$d file=@/dirfd-base "
		  "flags=O_RDONLY|O_DIRECTORY\n"
		  "openat FS open ret=$a fd=$a file=@/dirfd-base/relative-openat.txt\n"
		  "statx FS pathname fd=$d file=@/dirfd-base\n"
		  "utimensat FS pathname fd=$d file=@/dirfd-base\n"
		  "newfstatat FS pathname file=@/dirfd-base/relative-openat.txt\n"
		  "faccessat FS pathname file=/\n"
		  "close FS fd fd=$a file=@/dirfd-base/relative-openat.txt\n"
		  "close FS fd fd=$d file=@/dirfd-base\n"
		  "openat FS open ret=-EBADF file=?\n",
};

static void
open_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_openat, AT_FDCWD, "enoentfile.txt", O_RDONLY, 0), -ENOENT,
		     "openat");
	want(sys(SYS_openat, AT_FDCWD, "", O_RDONLY, 0), -ENOENT, "openat of nothing");
	want(sys(SYS_openat, AT_FDCWD, "no/such/dir", O_RDONLY, 0), -ENOENT, "openat");
}

const struct scenario sc_open_enoent = {
	.name = "open-enoent",
	.help = "openat of what is not there",
	.run = open_enoent_run,
	.expect = "5* openat FS open ret=-ENOENT file=@/enoentfile.txt flags=O_RDONLY\n"
		  "openat FS open ret=-ENOENT file=?\n"
		  "openat FS open ret=-ENOENT file=@/no/such/dir\n",
};

static void
open_rdonly_write_setup(struct run *r)
{
	(void)r;
	file_make("rdonly.txt", "text");
}

static void
open_rdonly_write_run(struct run *r)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, "rdonly.txt", O_RDONLY, 0), "openat");

	(void)r;
	want(sys(SYS_write, fd, "x", 1L), -EBADF, "write");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_rdonly_write = {
	.name = "open-rdonly-write",
	.help = "write on a descriptor opened for reading",
	.setup = open_rdonly_write_setup,
	.run = open_rdonly_write_run,
	.expect = "openat FS open ret=$a fd=$a file=@/rdonly.txt\n"
		  "write FS fd ret=-EBADF fd=$a file=@/rdonly.txt requested=1\n"
		  "close FS fd fd=$a file=@/rdonly.txt\n",
};

static void
open_absolute_run(struct run *r)
{
	char name[4096];
	long fd;

	snprintf(name, sizeof(name), "%s/absolute.txt", r->dir);
	fd = want_ok(sys(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL, 0644),
		     "openat");
	want(sys(SYS_openat, fd, name, O_RDWR | O_CREAT | O_EXCL, 0644), -EEXIST,
	     "openat");
	want(sys(SYS_openat, fd, "below", O_RDONLY, 0), -ENOTDIR, "openat below a file");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_absolute = {
	.name = "open-absolute",
	.help = "absolute names, whatever the dirfd; a file as dirfd",
	.run = open_absolute_run,
	.expect = "openat FS open ret=$a fd=$a file=@/absolute.txt "
		  "flags=O_RDWR|O_CREAT|O_EXCL\n"
		  "openat FS open ret=-EEXIST file=@/absolute.txt\n"
		  "openat FS open ret=-ENOTDIR file=@/absolute.txt/below\n"
		  "close FS fd fd=$a file=@/absolute.txt\n",
};

static void
open_tmpfile_run(struct run *r)
{
	long fd = need(sys(SYS_openat, AT_FDCWD, ".", O_RDWR | O_TMPFILE, 0600),
		       "O_TMPFILE");

	(void)r;
	want(sys(SYS_write, fd, "anonymous", 9L), 9, "write");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_open_tmpfile = {
	.name = "open-tmpfile",
	.help = "an unnamed file: its open is named by the directory",
	.needs = "O_TMPFILE",
	.run = open_tmpfile_run,
	.expect = "openat FS open ret=$a fd=$a file=~@*\n"
		  "write FS fd ret=9 bytes=9 fd=$a file=~@*\n"
		  "close FS fd fd=$a file=~@*\n",
};

static void
pid_filter_run(struct run *r)
{
	long child;

	(void)r;
	want_ok(sys(SYS_openat, AT_FDCWD, "parent.txt", O_RDWR | O_CREAT, 0600),
		"openat");
	child = child_fork();
	if (child == 0) {
		want_ok(sys(SYS_openat, AT_FDCWD, "child.txt", O_RDWR | O_CREAT, 0600),
			"openat");
		exec_part(r, NULL, NULL);
		child_exit(1);
	}
	child_wait(child);
	want(sys(SYS_access, "touched.txt", 0), 0, "access");
}

static void
pid_filter_part(struct run *r, int argc, char **argv)
{
	(void)r;
	(void)argc;
	(void)argv;
	want_ok(sys(SYS_openat, AT_FDCWD, "touched.txt", O_RDWR | O_CREAT, 0600),
		"openat");
}

const struct scenario sc_open_pid_filter = {
	.name = "open-pid-filter",
	.help = "a child that is not followed has no rows and runs unharmed",
	.options = "-e all --no-follow",
	.run = pid_filter_run,
	.part = pid_filter_part,
	.expect = "openat FS open ret=$a fd=$a file=@/parent.txt\n"
		  "fork Process proc ret=>0\n"
		  "wait4 Process proc ret=>0\n"
		  "access FS pathname file=@/touched.txt\n",
};

static void
gap_run(struct run *r)
{
	long ns = param(r, "ms", 2) * 1000000, fd;
	struct timespec pause = { ns / 1000000000, ns % 1000000000 };

	for (int i = 0; i < 5; i++) {
		fd = want_ok(sys(SYS_openat, AT_FDCWD, "gap.txt", O_RDWR | O_CREAT, 0600),
			     "openat");
		want(sys(SYS_close, fd), 0, "close");
		want(sys(SYS_nanosleep, &pause, NULL), 0, "nanosleep");
	}
}

const struct scenario sc_open_duration_gap = {
	.name = "open-duration-gap",
	.help = "pauses between calls, which are no rows themselves, are gaps",
	.params = "ms=50",
	.options = "-e openat,close,access",
	.run = gap_run,
	.expect = "openat FS open ret=$a fd=$a file=@/gap.txt\n"
		  "close FS fd fd=$a file=@/gap.txt\n"
		  "repeat 4\n"
		  "openat FS open ret=$a fd=$a file=@/gap.txt gap_ns=>=%ms%000000\n"
		  "close FS fd fd=$a file=@/gap.txt\n"
		  "end\n",
};

const struct scenario sc_open_basic_counted = {
	.name = "open-basic-counted",
	.help = "open-basic with openat only counted: its file is known all the same",
	.options = "-e all --sample openat=0",
	.run = open_basic_run,
	.expect = "close FS fd fd=$a file=@/testfile.txt\n"
		  "open FS open ret=$a fd=$a file=@/testfile.txt "
		  "flags=O_WRONLY|O_APPEND|O_CLOEXEC\n"
		  "close FS fd fd=$a file=@/testfile.txt\n",
};

/* ---- names in memory that nobody has touched yet ---- */

/* Names at the starts of pages of a file that is mapped and not looked at: the kernel
 * brings the page in when the call reads it, a tracer that looks before finds none. */
enum { FAULTED = 9, FAULTED_PAGE = 4096 };

static const char faulted_names[FAULTED][20] = {
	"faulted-access", "faulted-stat", "faulted-unlink", "faulted-a", "faulted-b",
	"faulted-c",	  "faulted-d",	  "faulted-e",	    "faulted-f",
};

static void
faulted_setup(struct run *r)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, "names", O_RDWR | O_CREAT, 0600),
			  "open");

	for (int i = 0; i < FAULTED; i++)
		want(sys(SYS_pwrite64, fd, faulted_names[i], 20L, (long)i * FAULTED_PAGE),
		     20, "pwrite64");
	want(sys(SYS_ftruncate, fd, (long)FAULTED * FAULTED_PAGE), 0, "ftruncate");
	/* PROT_READ 1, MAP_SHARED 1; MADV_RANDOM 1: no page but the one that is read */
	r->val[0] = want_ok(
		sys(SYS_mmap, NULL, (long)FAULTED * FAULTED_PAGE, 1, 1, fd, 0L), "mmap");
	want(sys(SYS_madvise, r->val[0], (long)FAULTED * FAULTED_PAGE, 1), 0, "madvise");
	file_make("faulted-a", "a");
	file_make("faulted-c", "c");
}

static void
faulted_run(struct run *r)
{
	long at[FAULTED];
	char buf[512];

	for (int i = 0; i < FAULTED; i++)
		at[i] = r->val[0] + (long)i * FAULTED_PAGE;
	want(sys(SYS_access, at[0], 0), -ENOENT, "access");
	want(sys(SYS_newfstatat, AT_FDCWD, at[1], buf, 0), -ENOENT, "newfstatat");
	want(sys(SYS_unlinkat, AT_FDCWD, at[2], 0), -ENOENT, "unlinkat");
	want(sys(SYS_rename, at[3], at[4]), 0, "rename");
	want(sys(SYS_renameat, AT_FDCWD, at[5], AT_FDCWD, at[6]), 0, "renameat");
	want(sys(SYS_renameat2, AT_FDCWD, at[7], AT_FDCWD, at[8], 0), -ENOENT,
	     "renameat2");
}

const struct scenario sc_path_faulted_names = {
	.name = "path-faulted-names",
	.help = "names in pages that are not there before the call reads them",
	.setup = faulted_setup,
	.run = faulted_run,
	.expect = "access FS pathname ret=-ENOENT file=@/faulted-access\n"
		  "newfstatat FS pathname ret=-ENOENT file=@/faulted-stat\n"
		  "unlinkat FS pathname ret=-ENOENT file=@/faulted-unlink\n"
		  "rename FS name file=@/faulted-b old_file=@/faulted-a\n"
		  "renameat FS name file=@/faulted-d old_file=@/faulted-c\n"
		  "renameat2 FS name ret=-ENOENT file=@/faulted-f old_file=@/faulted-e\n",
};

const struct scenario sc_path_faulted_names_filter = {
	.name = "path-faulted-names-filter",
	.help = "the same, with one new and one old name selected",
	.options = "-e all --path */faulted-b --path */faulted-e",
	.how = HOW_WHOLE,
	.setup = faulted_setup,
	.run = faulted_run,
	.expect = "rename FS name file=@/faulted-b old_file=@/faulted-a\n"
		  "renameat2 FS name ret=-ENOENT file=@/faulted-f old_file=@/faulted-e\n",
};
