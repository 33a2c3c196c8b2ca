/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a file, changed: modes, owners, times.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

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
chmod_run(struct run *r)
{
	want(sys(SYS_chmod, "meta.txt", 0640), 0, "chmod");
	want(sys(SYS_fchmod, r->fd[0], 0600), 0, "fchmod");
	want(sys(SYS_fchmodat, r->fd[1], "f", 0600), 0, "fchmodat");
	want(sys(SYS_chmod, "nothing", 0600), -ENOENT, "chmod");
	want(sys(SYS_fchmod, r->fd[1], 0600), -EBADF, "fchmod of O_PATH");
}

const struct scenario sc_chmod_basic = {
	.name = "chmod-basic",
	.help = "modes by name, by descriptor, by both",
	.setup = meta_setup,
	.run = chmod_run,
	.expect = "chmod FS pathname file=@/meta.txt\n"
		  "fchmod FS fd fd=$a file=@/meta.txt\n"
		  "fchmodat FS pathname file=@/d/f\n"
		  "chmod FS pathname ret=-ENOENT file=@/nothing\n"
		  "fchmod FS fd ret=-EBADF fd=$d file=@/d\n",
};

static void
fchmodat2_run(struct run *r)
{
	want(need(sys(452L, r->fd[1], "f", 0600, 0), "fchmodat2"), 0, "fchmodat2");
	want(sys(452L, r->fd[0], "", 0600, AT_EMPTY_PATH), 0, "fchmodat2 of a fd");
}

const struct scenario sc_chmod_fchmodat2 = {
	.name = "chmod-fchmodat2",
	.help = "fchmodat2 by name and of a descriptor",
	.needs = "Linux 6.6",
	.setup = meta_setup,
	.run = fchmodat2_run,
	.expect = "fchmodat2 FS pathname file=@/d/f\n"
		  "fchmodat2 FS pathname fd=$a file=@/meta.txt\n",
};

static void
chown_run(struct run *r)
{
	long uid = sys(SYS_getuid), gid = sys(SYS_getgid);

	want(sys(SYS_chown, "meta.txt", uid, gid), 0, "chown");
	want(sys(SYS_lchown, "link", uid, gid), 0, "lchown");
	want(sys(SYS_fchown, r->fd[0], uid, gid), 0, "fchown");
	want(sys(SYS_fchownat, r->fd[1], "f", uid, gid, 0L), 0, "fchownat");
	want(sys(SYS_fchownat, r->fd[0], "", uid, gid, (long)AT_EMPTY_PATH), 0,
	     "fchownat empty");
	want(sys(SYS_chown, "nothing", uid, gid), -ENOENT, "chown");
}

const struct scenario sc_chown_basic = {
	.name = "chown-basic",
	.help = "owners by name, by descriptor, by both",
	.setup = meta_setup,
	.run = chown_run,
	.expect = "getuid Process null ret=?\n"
		  "getgid Process null ret=?\n"
		  "chown FS pathname file=@/meta.txt\n"
		  "lchown FS pathname file=@/link\n"
		  "fchown FS fd fd=$a file=@/meta.txt\n"
		  "fchownat FS pathname file=@/d/f\n"
		  "fchownat FS pathname fd=$a file=@/meta.txt\n"
		  "chown FS pathname ret=-ENOENT file=@/nothing\n",
};

static void
utime_run(struct run *r)
{
	struct timespec ts[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
	struct timespec one[2] = { { 0, UTIME_NOW }, { 0, UTIME_OMIT } };

	want(sys(SYS_utime, "meta.txt", NULL), 0, "utime");
	want(sys(SYS_utimes, "meta.txt", NULL), 0, "utimes");
	want(sys(SYS_futimesat, r->fd[1], "f", NULL), 0, "futimesat");
	want(sys(SYS_futimesat, r->fd[0], NULL, NULL), 0, "futimesat of the descriptor");
	want(sys(SYS_utimensat, r->fd[1], "f", NULL, 0), 0, "utimensat");
	want(sys(SYS_utimensat, r->fd[0], NULL, NULL, 0), 0,
	     "utimensat of the descriptor");
	want(sys(SYS_utimensat, r->fd[0], NULL, one, 0), 0, "utimensat, one omitted");
	want(sys(SYS_utimensat, AT_FDCWD, "not/looked/at", ts, 0), 0,
	     "utimensat, both omitted");
	want(sys(SYS_utime, "nothing", NULL), -ENOENT, "utime");
}

const struct scenario sc_utime_basic = {
	.name = "utime-basic",
	.help = "times set by name and by descriptor; a name that is not looked at",
	.setup = meta_setup,
	.run = utime_run,
	.expect = "utime FS pathname file=@/meta.txt\n"
		  "utimes FS pathname file=@/meta.txt\n"
		  "futimesat FS pathname file=@/d/f\n"
		  "futimesat FS pathname fd=$a file=@/meta.txt\n"
		  "utimensat FS pathname file=@/d/f\n"
		  "utimensat FS pathname fd=$a file=@/meta.txt\n"
		  "utimensat FS pathname fd=$a file=@/meta.txt\n"
		  "utimensat FS pathname file=@/not/looked/at\n"
		  "utime FS pathname ret=-ENOENT file=@/nothing\n",
};

static void
utimes_run(struct run *r)
{
	(void)r;
	want(sys(SYS_utimes, "meta.txt", NULL), 0, "utimes");
	want(sys(SYS_utimes, "link", NULL), 0, "utimes");
}

const struct scenario sc_utime_utimes = {
	.name = "utime-utimes",
	.help = "utimes, also through a link",
	.setup = meta_setup,
	.run = utimes_run,
	.expect = "utimes FS pathname file=@/meta.txt\n"
		  "utimes FS pathname file=@/link\n",
};

static void
futimesat_run(struct run *r)
{
	want(sys(SYS_futimesat, r->fd[1], "f", NULL), 0, "futimesat");
	want(sys(SYS_futimesat, r->fd[0], NULL, NULL), 0, "futimesat of a descriptor");
}

const struct scenario sc_utime_futimesat = {
	.name = "utime-futimesat",
	.help = "futimesat by name and of a descriptor",
	.setup = meta_setup,
	.run = futimesat_run,
	.expect = "futimesat FS pathname file=@/d/f\n"
		  "futimesat FS pathname fd=$a file=@/meta.txt\n",
};

static void
utimensat_run(struct run *r)
{
	want(sys(SYS_utimensat, r->fd[1], "f", NULL, 0), 0, "utimensat");
	want(sys(SYS_utimensat, AT_FDCWD, "link", NULL, AT_SYMLINK_NOFOLLOW), 0,
	     "utimensat of a link");
	want(sys(SYS_utimensat, r->fd[0], NULL, NULL, 0), 0, "utimensat of a fd");
	want(sys(SYS_utimensat, r->fd[0], "", NULL, AT_EMPTY_PATH), 0,
	     "utimensat of a fd");
}

const struct scenario sc_utime_utimensat = {
	.name = "utime-utimensat",
	.help = "utimensat by name, of a link, of a descriptor",
	.setup = meta_setup,
	.run = utimensat_run,
	.expect = "utimensat FS pathname file=@/d/f\n"
		  "utimensat FS pathname file=@/link\n"
		  "2* utimensat FS pathname fd=$a file=@/meta.txt\n",
};

static void
double_omit_run(struct run *r)
{
	struct timespec ts[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };

	want(sys(SYS_utimensat, r->fd[1], "not/looked/at", ts, 0), 0, "utimensat");
	want(sys(SYS_utimensat, 99999, "nor/this", ts, 0), 0, "utimensat");
	want(sys(SYS_utimensat, 99999, NULL, ts, 0), 0, "utimensat");
}

const struct scenario sc_utime_utimensat_double_omit = {
	.name = "utime-utimensat-double-omit",
	.help = "two times of UTIME_OMIT: neither name nor descriptor is looked at",
	.setup = meta_setup,
	.run = double_omit_run,
	.expect = "utimensat FS pathname file=@/d/not/looked/at\n"
		  "utimensat FS pathname file=?\n"
		  "utimensat FS pathname fd=? file=?\n",
};

static void
one_omit_run(struct run *r)
{
	struct timespec ts[2] = { { 0, UTIME_NOW }, { 0, UTIME_OMIT } };

	want(sys(SYS_utimensat, r->fd[0], NULL, ts, 0), 0, "utimensat");
	want(sys(SYS_utimensat, r->fd[1], "f", ts, 0), 0, "utimensat");
	want(sys(SYS_utimensat, AT_FDCWD, "nothing", ts, 0), -ENOENT, "utimensat");
}

const struct scenario sc_utime_utimensat_one_omit = {
	.name = "utime-utimensat-one-omit",
	.help = "one time of UTIME_OMIT: the file is looked at",
	.setup = meta_setup,
	.run = one_omit_run,
	.expect = "utimensat FS pathname fd=$a file=@/meta.txt\n"
		  "utimensat FS pathname file=@/d/f\n"
		  "utimensat FS pathname ret=-ENOENT file=@/nothing\n",
};

static void
utime_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_utime, "missing", NULL), -ENOENT, "utime");
}

const struct scenario sc_utime_enoent = {
	.name = "utime-enoent",
	.help = "utime of what is not there, five times",
	.run = utime_enoent_run,
	.expect = "5* utime FS pathname ret=-ENOENT file=@/missing\n",
};
