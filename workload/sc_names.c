/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names made, changed and taken away: two names in a row, each with its own directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>

#include "scenario.h"

/* old.txt, other.txt, the directory sub with sub/in.txt, as fd[0]. */
static void
names_setup(struct run *r)
{
	file_make("old.txt", "old");
	file_make("other.txt", "other");
	want(sys(SYS_mkdir, "sub", 0755), 0, "mkdir");
	file_make("sub/in.txt", "in");
	r->fd[0] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "sub", O_RDONLY | O_DIRECTORY, 0), "open");
}

static void
rename_run(struct run *r)
{
	long dir = r->fd[0];

	want(sys(SYS_rename, "old.txt", "new.txt"), 0, "rename");
	want(sys(SYS_renameat, dir, "in.txt", AT_FDCWD, "out.txt"), 0, "renameat");
	want(sys(SYS_renameat2, AT_FDCWD, "new.txt", dir, "back.txt", 0), 0, "renameat2");
	want(sys(SYS_rename, "missing", "never"), -ENOENT, "rename");
	want(sys(SYS_renameat2, AT_FDCWD, "out.txt", AT_FDCWD, "other.txt",
		 RENAME_NOREPLACE),
	     -EEXIST, "renameat2 NOREPLACE");
}

const struct scenario sc_rename_basic = {
	.name = "rename-basic",
	.help = "rename, renameat, renameat2; of nothing; onto something",
	.setup = names_setup,
	.run = rename_run,
	.expect = "rename FS name file=@/new.txt old_file=@/old.txt\n"
		  "renameat FS name file=@/out.txt old_file=@/sub/in.txt\n"
		  "renameat2 FS name file=@/sub/back.txt old_file=@/new.txt\n"
		  "rename FS name ret=-ENOENT file=@/never old_file=@/missing\n"
		  "renameat2 FS name ret=-EEXIST file=@/other.txt old_file=@/out.txt\n",
};

static void
renameat_run(struct run *r)
{
	want(sys(SYS_renameat, r->fd[0], "in.txt", r->fd[0], "moved.txt"), 0, "renameat");
	want(sys(SYS_renameat, AT_FDCWD, "old.txt", r->fd[0], "old.txt"), 0, "renameat");
}

const struct scenario sc_rename_renameat = {
	.name = "rename-renameat",
	.help = "renameat within a directory and into it",
	.setup = names_setup,
	.run = renameat_run,
	.expect = "renameat FS name file=@/sub/moved.txt old_file=@/sub/in.txt\n"
		  "renameat FS name file=@/sub/old.txt old_file=@/old.txt\n",
};

static void
renameat2_run(struct run *r)
{
	want(sys(SYS_renameat2, AT_FDCWD, "old.txt", AT_FDCWD, "new.txt", 0), 0,
	     "renameat2");
	want(need(sys(SYS_renameat2, r->fd[0], "in.txt", AT_FDCWD, "other.txt",
		      RENAME_EXCHANGE),
		  "RENAME_EXCHANGE"),
	     0, "renameat2");
}

const struct scenario sc_rename_renameat2 = {
	.name = "rename-renameat2",
	.help = "renameat2, also of two names for each other",
	.needs = "RENAME_EXCHANGE",
	.setup = names_setup,
	.run = renameat2_run,
	.expect = "renameat2 FS name file=@/new.txt old_file=@/old.txt\n"
		  "renameat2 FS name file=@/other.txt old_file=@/sub/in.txt\n",
};

static void
rename_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_rename, "missing", "never"), -ENOENT, "rename");
}

const struct scenario sc_rename_enoent = {
	.name = "rename-enoent",
	.help = "rename of what is not there, five times",
	.run = rename_enoent_run,
	.expect = "5* rename FS name ret=-ENOENT file=@/never old_file=@/missing\n",
};

static void
noreplace_run(struct run *r)
{
	(void)r;
	want(sys(SYS_renameat2, AT_FDCWD, "old.txt", AT_FDCWD, "other.txt",
		 RENAME_NOREPLACE),
	     -EEXIST, "renameat2");
	want(sys(SYS_renameat2, AT_FDCWD, "old.txt", AT_FDCWD, "new.txt",
		 RENAME_NOREPLACE),
	     0, "renameat2");
}

const struct scenario sc_rename_noreplace = {
	.name = "rename-noreplace",
	.help = "RENAME_NOREPLACE onto something and onto nothing",
	.setup = names_setup,
	.run = noreplace_run,
	.expect = "renameat2 FS name ret=-EEXIST file=@/other.txt old_file=@/old.txt\n"
		  "renameat2 FS name file=@/new.txt old_file=@/old.txt\n",
};

static void
link_run(struct run *r)
{
	char buf[64];

	want(sys(SYS_link, "old.txt", "hard.txt"), 0, "link");
	want(sys(SYS_linkat, r->fd[0], "in.txt", AT_FDCWD, "hard2.txt", 0), 0, "linkat");
	want(sys(SYS_symlink, "some/target", "soft"), 0, "symlink");
	want(sys(SYS_symlinkat, "../old.txt", r->fd[0], "soft2"), 0, "symlinkat");
	want(sys(SYS_readlink, "soft", buf, 64L), 11, "readlink");
	want(sys(SYS_readlinkat, r->fd[0], "soft2", buf, 4L), 4, "readlinkat");
	want(sys(SYS_link, "missing", "never"), -ENOENT, "link");
	want(sys(SYS_symlink, "x", "soft"), -EEXIST, "symlink");
	want(sys(SYS_readlinkat, AT_FDCWD, "old.txt", buf, 64L), -EINVAL, "readlinkat");
}

const struct scenario sc_link_basic = {
	.name = "link-basic",
	.help = "hard and symbolic links made and read, with their errors",
	.setup = names_setup,
	.run = link_run,
	.expect = "link FS name file=@/hard.txt old_file=@/old.txt\n"
		  "linkat FS name file=@/hard2.txt old_file=@/sub/in.txt\n"
		  "symlink FS name file=@/soft old_file=some/target\n"
		  "symlinkat FS name file=@/sub/soft2 old_file=../old.txt\n"
		  "readlink FS pathname ret=11 bytes=11 file=@/soft\n"
		  "readlinkat FS pathname ret=4 bytes=4 file=@/sub/soft2\n"
		  "link FS name ret=-ENOENT file=@/never old_file=@/missing\n"
		  "symlink FS name ret=-EEXIST file=@/soft old_file=x\n"
		  "readlinkat FS pathname ret=-EINVAL file=@/old.txt\n",
};

static void
linkat_run(struct run *r)
{
	want(sys(SYS_linkat, r->fd[0], "in.txt", r->fd[0], "hard.txt", 0), 0, "linkat");
	want(sys(SYS_linkat, AT_FDCWD, "old.txt", r->fd[0], "old.txt", 0), 0, "linkat");
}

const struct scenario sc_link_linkat = {
	.name = "link-linkat",
	.help = "linkat within a directory and into it",
	.setup = names_setup,
	.run = linkat_run,
	.expect = "linkat FS name file=@/sub/hard.txt old_file=@/sub/in.txt\n"
		  "linkat FS name file=@/sub/old.txt old_file=@/old.txt\n",
};

static void
symlinkat_run(struct run *r)
{
	want(sys(SYS_symlinkat, "in.txt", r->fd[0], "soft"), 0, "symlinkat");
	want(sys(SYS_symlinkat, "/abs/../target", AT_FDCWD, "soft"), 0, "symlinkat");
}

const struct scenario sc_link_symlinkat = {
	.name = "link-symlinkat",
	.help = "symlinkat: the target is text, not a name below a directory",
	.setup = names_setup,
	.run = symlinkat_run,
	.expect = "symlinkat FS name file=@/sub/soft old_file=in.txt\n"
		  "symlinkat FS name file=@/soft old_file=/abs/../target\n",
};

static void
soft_setup(struct run *r)
{
	names_setup(r);
	want(sys(SYS_symlinkat, "in.txt", r->fd[0], "soft"), 0, "symlinkat");
	r->fd[1] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "sub/soft", O_PATH | O_NOFOLLOW, 0), "open");
}

static void
readlinkat_run(struct run *r)
{
	char buf[64];

	want(sys(SYS_readlinkat, r->fd[0], "soft", buf, 64L), 6, "readlinkat");
	want(sys(SYS_readlinkat, r->fd[1], "", buf, 64L), 6, "readlinkat of a fd");
}

const struct scenario sc_link_readlinkat = {
	.name = "link-readlinkat",
	.help = "readlinkat by name and of an open link",
	.setup = soft_setup,
	.run = readlinkat_run,
	.expect = "readlinkat FS pathname ret=6 bytes=6 file=@/sub/soft\n"
		  "readlinkat FS pathname ret=6 bytes=6 fd=? file=@/sub/soft\n",
};

static void
link_enoent_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_link, "missing", "never"), -ENOENT, "link");
}

const struct scenario sc_link_enoent = {
	.name = "link-enoent",
	.help = "link of what is not there, five times",
	.run = link_enoent_run,
	.expect = "5* link FS name ret=-ENOENT file=@/never old_file=@/missing\n",
};

static void
symlink_eexist_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_symlink, "target", "old.txt"), -EEXIST, "symlink");
}

const struct scenario sc_link_symlink_eexist = {
	.name = "link-symlink-eexist",
	.help = "symlink onto a file, five times",
	.setup = names_setup,
	.run = symlink_eexist_run,
	.expect = "5* symlink FS name ret=-EEXIST file=@/old.txt old_file=target\n",
};

static void
readlinkat_einval_run(struct run *r)
{
	char buf[64];

	for (int i = 0; i < 5; i++)
		want(sys(SYS_readlinkat, r->fd[0], "in.txt", buf, 64L), -EINVAL,
		     "readlinkat");
}

const struct scenario sc_link_readlinkat_einval = {
	.name = "link-readlinkat-einval",
	.help = "readlinkat of a file that is no link, five times",
	.setup = names_setup,
	.run = readlinkat_einval_run,
	.expect = "5* readlinkat FS pathname ret=-EINVAL file=@/sub/in.txt\n",
};
