/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at files: stat and its kin.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

/* meta.txt, open as fd[0]; link -> meta.txt; the directory d, open as fd[1], with d/f. */
static void
meta_setup(struct run *r)
{
	file_make("meta.txt", "meta");
	want(sys(SYS_symlink, "meta.txt", "link"), 0, "symlink");
	want(sys(SYS_mkdir, "d", 0755), 0, "mkdir");
	file_make("d/f", "f");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "meta.txt", O_RDWR, 0), "open");
	r->fd[1] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "d", O_PATH, 0), "open");
}

static void
stat_run(struct run *r)
{
	static char buf[512];

	want(sys(SYS_stat, "meta.txt", buf), 0, "stat");
	want(sys(SYS_fstat, r->fd[0], buf), 0, "fstat");
	want(sys(SYS_lstat, "link", buf), 0, "lstat");
	want(sys(SYS_newfstatat, r->fd[1], "f", buf, 0), 0, "newfstatat");
	want(sys(SYS_newfstatat, r->fd[0], "", buf, AT_EMPTY_PATH), 0,
	     "newfstatat empty");
	want(sys(SYS_newfstatat, AT_FDCWD, "", buf, AT_EMPTY_PATH), 0,
	     "newfstatat of the cwd");
	want(sys(SYS_statx, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS,
		 buf),
	     0, "statx");
	want(sys(SYS_statfs, "d", buf), 0, "statfs");
	want(sys(SYS_fstatfs, r->fd[0], buf), 0, "fstatfs");
	want(sys(SYS_access, "meta.txt", R_OK), 0, "access");
	want(sys(SYS_faccessat, r->fd[1], "f", F_OK), 0, "faccessat");
	want(sys(SYS_faccessat2, r->fd[1], "none", F_OK, AT_EACCESS), -ENOENT,
	     "faccessat2");
	want(sys(SYS_stat, "nothing", buf), -ENOENT, "stat");
	want(sys(SYS_access, "nothing", F_OK), -ENOENT, "access");
	want(sys(SYS_fstat, 99999, buf), -EBADF, "fstat");
	want(sys(SYS_stat, "meta.txt/below", buf), -ENOTDIR, "stat");
}

const struct scenario sc_stat_basic = {
	.name = "stat-basic",
	.help = "every way to look at a file, and the ways to fail",
	.setup = meta_setup,
	.run = stat_run,
	.expect = "stat FS pathname file=@/meta.txt\n"
		  "fstat FS fd fd=$a file=@/meta.txt\n"
		  "lstat FS pathname file=@/link\n"
		  "newfstatat FS pathname file=@/d/f\n"
		  "newfstatat FS pathname fd=$a file=@/meta.txt\n"
		  "newfstatat FS pathname file=@\n"
		  "statx FS pathname file=@/link\n"
		  "statfs FS pathname file=@/d\n"
		  "fstatfs FS fd fd=$a file=@/meta.txt\n"
		  "access FS pathname file=@/meta.txt\n"
		  "faccessat FS pathname file=@/d/f\n"
		  "faccessat2 FS pathname ret=-ENOENT file=@/d/none\n"
		  "stat FS pathname ret=-ENOENT file=@/nothing\n"
		  "access FS pathname ret=-ENOENT file=@/nothing\n"
		  "fstat FS fd ret=-EBADF fd=99999\n"
		  "stat FS pathname ret=-ENOTDIR file=@/meta.txt/below\n",
};

static void
fstat_run(struct run *r)
{
	static char buf[512];

	want(sys(SYS_fstat, r->fd[0], buf), 0, "fstat");
	want(sys(SYS_fstat, r->fd[1], buf), 0, "fstat of O_PATH");
}

const struct scenario sc_stat_fstat = {
	.name = "stat-fstat",
	.help = "fstat of a file and of an O_PATH descriptor",
	.setup = meta_setup,
	.run = fstat_run,
	.expect = "fstat FS fd fd=$a file=@/meta.txt\n"
		  "fstat FS fd fd=$d file=@/d\n",
};

static void
lstat_run(struct run *r)
{
	static char buf[512];

	(void)r;
	want(sys(SYS_lstat, "link", buf), 0, "lstat");
	want(sys(SYS_lstat, "meta.txt", buf), 0, "lstat");
}

const struct scenario sc_stat_lstat = {
	.name = "stat-lstat",
	.help = "lstat of a link and of a file",
	.setup = meta_setup,
	.run = lstat_run,
	.expect = "lstat FS pathname file=@/link\n"
		  "lstat FS pathname file=@/meta.txt\n",
};

static void
newfstatat_run(struct run *r)
{
	static char buf[512];

	want(sys(SYS_newfstatat, AT_FDCWD, "meta.txt", buf, 0), 0, "newfstatat");
	want(sys(SYS_newfstatat, r->fd[1], "f", buf, 0), 0, "newfstatat");
	want(sys(SYS_newfstatat, r->fd[1], "", buf, AT_EMPTY_PATH), 0,
	     "newfstatat of the descriptor");
	want(sys(SYS_newfstatat, r->fd[1], "none", buf, 0), -ENOENT, "newfstatat");
}

const struct scenario sc_stat_newfstatat = {
	.name = "stat-newfstatat",
	.help = "newfstatat by name, below a directory, of a descriptor",
	.setup = meta_setup,
	.run = newfstatat_run,
	.expect = "newfstatat FS pathname file=@/meta.txt\n"
		  "newfstatat FS pathname file=@/d/f\n"
		  "newfstatat FS pathname fd=$d file=@/d\n"
		  "newfstatat FS pathname ret=-ENOENT file=@/d/none\n",
};

static void
statx_run(struct run *r)
{
	static char buf[512];
	const long all = STATX_BASIC_STATS;

	want(sys(SYS_statx, AT_FDCWD, "meta.txt", 0, all, buf), 0, "statx");
	want(sys(SYS_statx, r->fd[1], "f", 0, all, buf), 0, "statx");
	want(sys(SYS_statx, r->fd[0], "", AT_EMPTY_PATH, all, buf), 0, "statx of a fd");
	want(sys(SYS_statx, AT_FDCWD, "none", 0, all, buf), -ENOENT, "statx");
}

const struct scenario sc_stat_statx = {
	.name = "stat-statx",
	.help = "statx by name, below a directory, of a descriptor",
	.setup = meta_setup,
	.run = statx_run,
	.expect = "statx FS pathname file=@/meta.txt\n"
		  "statx FS pathname file=@/d/f\n"
		  "statx FS pathname fd=$a file=@/meta.txt\n"
		  "statx FS pathname ret=-ENOENT file=@/none\n",
};

static void
access_run(struct run *r)
{
	(void)r;
	want(sys(SYS_access, "meta.txt", F_OK), 0, "access");
	want(sys(SYS_access, "d/f", R_OK | W_OK), 0, "access");
	want(sys(SYS_access, "d/f", 99), -EINVAL, "access");
}

const struct scenario sc_stat_access = {
	.name = "stat-access",
	.help = "access of files, with a bad mode",
	.setup = meta_setup,
	.run = access_run,
	.expect = "access FS pathname file=@/meta.txt\n"
		  "access FS pathname file=@/d/f\n"
		  "access FS pathname ret=-EINVAL file=@/d/f\n",
};

static void
faccessat_run(struct run *r)
{
	want(sys(SYS_faccessat, AT_FDCWD, "meta.txt", F_OK), 0, "faccessat");
	want(sys(SYS_faccessat, r->fd[1], "f", R_OK), 0, "faccessat");
	want(need(sys(SYS_faccessat2, r->fd[1], "f", R_OK, AT_EACCESS), "faccessat2"), 0,
	     "faccessat2");
}

const struct scenario sc_stat_faccessat = {
	.name = "stat-faccessat",
	.help = "faccessat and faccessat2",
	.needs = "Linux 5.8",
	.setup = meta_setup,
	.run = faccessat_run,
	.expect = "faccessat FS pathname file=@/meta.txt\n"
		  "faccessat FS pathname file=@/d/f\n"
		  "faccessat2 FS pathname file=@/d/f\n",
};

static void
statfs_run(struct run *r)
{
	static char buf[512];

	want(sys(SYS_statfs, "d", buf), 0, "statfs");
	want(sys(SYS_fstatfs, r->fd[0], buf), 0, "fstatfs");
	want(sys(SYS_statfs, "none", buf), -ENOENT, "statfs");
	want(sys(SYS_fstatfs, 99999, buf), -EBADF, "fstatfs");
}

const struct scenario sc_stat_statfs = {
	.name = "stat-statfs",
	.help = "statfs and fstatfs",
	.setup = meta_setup,
	.run = statfs_run,
	.expect = "statfs FS pathname file=@/d\n"
		  "fstatfs FS fd fd=$a file=@/meta.txt\n"
		  "statfs FS pathname ret=-ENOENT file=@/none\n"
		  "fstatfs FS fd ret=-EBADF fd=99999\n",
};

static void
stat_enoent_run(struct run *r)
{
	static char buf[512];

	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_stat, "missing", buf), -ENOENT, "stat");
}

const struct scenario sc_stat_enoent = {
	.name = "stat-enoent",
	.help = "stat of what is not there, five times",
	.run = stat_enoent_run,
	.expect = "5* stat FS pathname ret=-ENOENT file=@/missing\n",
};

static void
access_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_access, "missing", F_OK), -ENOENT, "access");
}

const struct scenario sc_stat_access_enoent = {
	.name = "stat-access-enoent",
	.help = "access of what is not there, five times",
	.run = access_enoent_run,
	.expect = "5* access FS pathname ret=-ENOENT file=@/missing\n",
};

static void
fstat_ebadf_run(struct run *r)
{
	static char buf[512];

	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fstat, 99999, buf), -EBADF, "fstat");
}

const struct scenario sc_stat_fstat_ebadf = {
	.name = "stat-fstat-ebadf",
	.help = "fstat of no descriptor, five times",
	.run = fstat_ebadf_run,
	.expect = "5* fstat FS fd ret=-EBADF fd=99999\n",
};
