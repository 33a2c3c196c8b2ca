/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Directories made, entered, listed, and what is in them taken away.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* old.txt, other.txt, the directory sub with sub/in.txt, open as fd[0]. */
static void
dir_setup(struct run *r)
{
	file_make("old.txt", "old");
	file_make("other.txt", "other");
	want(sys(SYS_mkdir, "sub", 0755), 0, "mkdir");
	file_make("sub/in.txt", "in");
	r->fd[0] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "sub", O_RDONLY | O_DIRECTORY, 0), "open");
}

static void
unlink_run(struct run *r)
{
	want(sys(SYS_unlink, "old.txt"), 0, "unlink");
	want(sys(SYS_rmdir, "sub"), -ENOTEMPTY, "rmdir");
	want(sys(SYS_unlinkat, r->fd[0], "in.txt", 0), 0, "unlinkat");
	want(sys(SYS_unlinkat, AT_FDCWD, "sub", AT_REMOVEDIR), 0,
	     "unlinkat of a directory");
	want(sys(SYS_unlink, "old.txt"), -ENOENT, "unlink");
	want(sys(SYS_rmdir, "other.txt"), -ENOTDIR, "rmdir");
	want(sys(SYS_unlinkat, r->fd[0], "in.txt", 0), -ENOENT, "unlinkat below nothing");
}

const struct scenario sc_unlink_basic = {
	.name = "unlink-basic",
	.help = "unlink, unlinkat, rmdir with their errors; a directory removed under "
		"its fd",
	.setup = dir_setup,
	.run = unlink_run,
	.expect = "unlink FS pathname file=@/old.txt\n"
		  "rmdir FS pathname ret=-ENOTEMPTY file=@/sub\n"
		  "unlinkat FS pathname file=@/sub/in.txt\n"
		  "unlinkat FS pathname file=@/sub\n"
		  "unlink FS pathname ret=-ENOENT file=@/old.txt\n"
		  "rmdir FS pathname ret=-ENOTDIR file=@/other.txt\n"
		  "unlinkat FS pathname ret=-ENOENT file=@/sub/in.txt\n",
};

static void
unlinkat_run(struct run *r)
{
	want(sys(SYS_unlinkat, r->fd[0], "in.txt", 0), 0, "unlinkat");
	want(sys(SYS_unlinkat, AT_FDCWD, "sub", AT_REMOVEDIR), 0, "unlinkat");
}

const struct scenario sc_unlink_unlinkat = {
	.name = "unlink-unlinkat",
	.help = "unlinkat of a file and of a directory",
	.setup = dir_setup,
	.run = unlinkat_run,
	.expect = "unlinkat FS pathname file=@/sub/in.txt\n"
		  "unlinkat FS pathname file=@/sub\n",
};

static void
rmdir_run(struct run *r)
{
	(void)r;
	want(sys(SYS_mkdir, "empty", 0700), 0, "mkdir");
	want(sys(SYS_rmdir, "empty"), 0, "rmdir");
}

const struct scenario sc_unlink_rmdir = {
	.name = "unlink-rmdir",
	.help = "a directory made and removed",
	.run = rmdir_run,
	.expect = "mkdir FS pathname file=@/empty\n"
		  "rmdir FS pathname file=@/empty\n",
};

static void
unlink_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_unlink, "missing"), -ENOENT, "unlink");
}

const struct scenario sc_unlink_enoent = {
	.name = "unlink-enoent",
	.help = "unlink of what is not there, five times",
	.run = unlink_enoent_run,
	.expect = "5* unlink FS pathname ret=-ENOENT file=@/missing\n",
};

static void
notempty_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_rmdir, "sub"), -ENOTEMPTY, "rmdir");
}

const struct scenario sc_unlink_rmdir_notempty = {
	.name = "unlink-rmdir-notempty",
	.help = "rmdir of a directory with a file in it, five times",
	.setup = dir_setup,
	.run = notempty_run,
	.expect = "5* rmdir FS pathname ret=-ENOTEMPTY file=@/sub\n",
};

static void
unlinkat_enoent_run(struct run *r)
{
	for (int i = 0; i < 5; i++)
		want(sys(SYS_unlinkat, r->fd[0], "missing", 0), -ENOENT, "unlinkat");
}

const struct scenario sc_unlink_unlinkat_enoent = {
	.name = "unlink-unlinkat-enoent",
	.help = "unlinkat of what is not there, five times",
	.setup = dir_setup,
	.run = unlinkat_enoent_run,
	.expect = "5* unlinkat FS pathname ret=-ENOENT file=@/sub/missing\n",
};

static void
dir_run(struct run *r)
{
	static char buf[32768];
	char cwd[4096];
	long n;

	want(sys(SYS_mkdir, "made", 0700), 0, "mkdir");
	want(sys(SYS_mkdir, "made", 0700), -EEXIST, "mkdir");
	want(sys(SYS_mkdirat, r->fd[0], "below", 0700), 0, "mkdirat");
	want(sys(SYS_mknodat, r->fd[0], "fifo", 0010600, 0L), 0, "mknodat");
	want(sys(SYS_mknod, "fifo", 0010600, 0L), 0, "mknod");
	want(sys(SYS_chdir, "made"), 0, "chdir");
	n = want_ok(sys(SYS_getcwd, cwd, 4096L), "getcwd");
	want(sys(SYS_openat, AT_FDCWD, "x", O_RDONLY, 0), -ENOENT,
	     "openat below the new cwd");
	want(sys(SYS_fchdir, r->fd[0]), 0, "fchdir");
	want(sys(SYS_access, "in.txt", 0), 0, "access");
	want(sys(SYS_chdir, ".."), 0, "chdir");
	want(sys(SYS_chdir, "nowhere"), -ENOENT, "chdir");
	want(sys(SYS_access, "old.txt", 0), 0, "access");
	want(sys(SYS_getcwd, cwd, 1L), -ERANGE, "getcwd");
	want_ok(sys(SYS_getdents64, r->fd[0], buf, sizeof(buf)), "getdents64");
	want(sys(SYS_getdents64, r->fd[0], buf, sizeof(buf)), 0, "getdents64 at the end");
	want(sys(SYS_getdents64, 99999, buf, sizeof(buf)), -EBADF, "getdents64");
	(void)n;
}

const struct scenario sc_dir_basic = {
	.name = "dir-basic",
	.help = "directories made, entered, listed; names follow the cwd",
	.setup = dir_setup,
	.run = dir_run,
	.expect = "mkdir FS pathname file=@/made\n"
		  "mkdir FS pathname ret=-EEXIST file=@/made\n"
		  "mkdirat FS pathname file=@/sub/below\n"
		  "mknodat FS pathname file=@/sub/fifo\n"
		  "mknod FS pathname file=@/fifo\n"
		  "chdir FS pathname file=@/made\n"
		  "getcwd FS null ret=$n>1 bytes=$n file=@/made\n"
		  "openat FS open ret=-ENOENT file=@/made/x\n"
		  "fchdir FS fd fd=$d file=@/sub\n"
		  "access FS pathname file=@/sub/in.txt\n"
		  "chdir FS pathname file=~@*\n"
		  "chdir FS pathname ret=-ENOENT file=@/nowhere\n"
		  "access FS pathname file=@/old.txt\n"
		  "getcwd FS null ret=-ERANGE\n"
		  "getdents64 FS fd ret=$e>0 bytes=$e fd=$d file=@/sub\n"
		  "getdents64 FS fd ret=0 fd=$d file=@/sub\n"
		  "getdents64 FS fd ret=-EBADF fd=99999\n",
};

static void
mkdirat_run(struct run *r)
{
	want(sys(SYS_mkdirat, r->fd[0], "below", 0700), 0, "mkdirat");
	want(sys(SYS_mkdirat, r->fd[0], "below", 0700), -EEXIST, "mkdirat");
}

const struct scenario sc_dir_mkdirat = {
	.name = "dir-mkdirat",
	.help = "mkdirat, twice",
	.setup = dir_setup,
	.run = mkdirat_run,
	.expect = "mkdirat FS pathname file=@/sub/below\n"
		  "mkdirat FS pathname ret=-EEXIST file=@/sub/below\n",
};

static void
mknodat_run(struct run *r)
{
	want(sys(SYS_mknodat, r->fd[0], "fifo", 0010600, 0L), 0, "mknodat");
	want(sys(SYS_mknodat, AT_FDCWD, "fifo", 0010600, 0L), 0, "mknodat");
}

const struct scenario sc_dir_mknodat_fifo = {
	.name = "dir-mknodat-fifo",
	.help = "FIFOs made by mknodat",
	.setup = dir_setup,
	.run = mknodat_run,
	.expect = "mknodat FS pathname file=@/sub/fifo\n"
		  "mknodat FS pathname file=@/fifo\n",
};

static void
chdir_run(struct run *r)
{
	want(sys(SYS_chdir, "sub"), 0, "chdir");
	want(sys(SYS_access, "in.txt", 0), 0, "access");
	want(sys(SYS_chdir, r->dir), 0, "chdir");
	want(sys(SYS_access, "old.txt", 0), 0, "access");
}

const struct scenario sc_dir_chdir = {
	.name = "dir-chdir",
	.help = "names follow the cwd down and back",
	.setup = dir_setup,
	.run = chdir_run,
	.expect = "chdir FS pathname file=@/sub\n"
		  "access FS pathname file=@/sub/in.txt\n"
		  "chdir FS pathname file=@\n"
		  "access FS pathname file=@/old.txt\n",
};

static void
getcwd_run(struct run *r)
{
	char cwd[4096];

	(void)r;
	want_ok(sys(SYS_getcwd, cwd, 4096L), "getcwd");
	want(sys(SYS_chdir, "sub"), 0, "chdir");
	want_ok(sys(SYS_getcwd, cwd, 4096L), "getcwd");
	want(sys(SYS_getcwd, cwd, 2L), -ERANGE, "getcwd");
	want(sys(SYS_getcwd, NULL, 4096L), -EFAULT, "getcwd");
}

const struct scenario sc_dir_getcwd = {
	.name = "dir-getcwd",
	.help = "getcwd: the name that it found is the row's file",
	.setup = dir_setup,
	.run = getcwd_run,
	.expect = "getcwd FS null ret=$n>1 bytes=$n file=@\n"
		  "chdir FS pathname file=@/sub\n"
		  "getcwd FS null ret=$m>5 bytes=$m file=@/sub\n"
		  "getcwd FS null ret=-ERANGE\n"
		  "getcwd FS null ret=-EFAULT\n",
};

static void
getdents_run(struct run *r)
{
	static char buf[32768];

	want_ok(sys(SYS_getdents, r->fd[0], buf, sizeof(buf)), "getdents");
	want(sys(SYS_getdents, r->fd[0], buf, sizeof(buf)), 0, "getdents");
	want(sys(SYS_lseek, r->fd[0], 0L, 0), 0, "lseek");
	want_ok(sys(SYS_getdents64, r->fd[0], buf, sizeof(buf)), "getdents64");
	want(sys(SYS_getdents64, r->fd[0], buf, sizeof(buf)), 0, "getdents64");
}

const struct scenario sc_dir_getdents = {
	.name = "dir-getdents",
	.help = "a directory listed by both calls",
	.setup = dir_setup,
	.run = getdents_run,
	.expect = "getdents FS fd ret=$n>0 bytes=$n fd=$d file=@/sub\n"
		  "getdents FS fd ret=0 fd=$d file=@/sub\n"
		  "lseek FS fd fd=$d file=@/sub\n"
		  "getdents64 FS fd ret=$m>0 bytes=$m fd=$d file=@/sub\n"
		  "getdents64 FS fd ret=0 fd=$d file=@/sub\n",
};

static void
eexist_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_mkdir, "sub", 0700), -EEXIST, "mkdir");
}

const struct scenario sc_dir_mkdir_eexist = {
	.name = "dir-mkdir-eexist",
	.help = "mkdir of what is there, five times",
	.setup = dir_setup,
	.run = eexist_run,
	.expect = "5* mkdir FS pathname ret=-EEXIST file=@/sub\n",
};

static void
chdir_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_chdir, "missing"), -ENOENT, "chdir");
	want(sys(SYS_access, "old.txt", 0), 0, "access");
}

const struct scenario sc_dir_chdir_enoent = {
	.name = "dir-chdir-enoent",
	.help = "a chdir that fails leaves the cwd as it was",
	.setup = dir_setup,
	.run = chdir_enoent_run,
	.expect = "5* chdir FS pathname ret=-ENOENT file=@/missing\n"
		  "access FS pathname file=@/old.txt\n",
};

static void
getdents_ebadf_run(struct run *r)
{
	char buf[512];

	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_getdents64, 99999, buf, 512L), -EBADF, "getdents64");
}

const struct scenario sc_dir_getdents_ebadf = {
	.name = "dir-getdents-ebadf",
	.help = "getdents64 on no descriptor, five times",
	.run = getdents_ebadf_run,
	.expect = "5* getdents64 FS fd ret=-EBADF fd=99999\n",
};
