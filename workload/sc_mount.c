/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mounts, old and new, in a mount namespace of the scenario's own, where nothing can
 * reach the system: as root one is simply left; others get it with a user namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "scenario.h"

/* Numbers and commands of calls that are younger than the headers of some systems. */
enum {
	NR_QUOTACTL_FD = 443,
	NR_STATMOUNT = 457,
	NR_LISTMOUNT = 458,
	NR_OPEN_TREE_ATTR = 467,
	NR_LISTNS = 470,
};
enum { SET_STRING = 1, CMD_CREATE = 6, FROM_EMPTY_PATH = 4, ATTR_RDONLY = 1 };

static void
mount_setup(struct run *r)
{
	long ret = sys(SYS_unshare, CLONE_NEWNS);

	(void)r;
	if (ret == -EPERM)
		ret = sys(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS);
	if (ret == -ENOSPC || ret == -EINVAL)
		ret = -EPERM;
	need(ret, "a mount namespace");
	need(sys(SYS_mount, NULL, "/", NULL, (long)(MS_REC | MS_PRIVATE), NULL),
	     "private mounts");
	want(sys(SYS_mkdir, "mnt", 0700), 0, "mkdir");
	want(sys(SYS_mkdir, "old", 0700), 0, "mkdir");
}

/* A tmpfs by the new calls, put at mnt. */
static void
new_calls(void)
{
	long fs = need(sys(SYS_fsopen, "tmpfs", 0), "fsopen"), m;

	want(sys(SYS_fsconfig, fs, SET_STRING, "size", "1M", 0), 0, "fsconfig");
	need(sys(SYS_fsconfig, fs, CMD_CREATE, NULL, NULL, 0), "fsconfig");
	m = want_ok(sys(SYS_fsmount, fs, 0, 0), "fsmount");
	want(sys(SYS_move_mount, m, "", AT_FDCWD, "mnt", FROM_EMPTY_PATH), 0,
	     "move_mount");
	want(sys(SYS_close, m), 0, "close");
	want(sys(SYS_close, fs), 0, "close");
}

static void
pick_and_change(void)
{
	struct mount_attr ro = { .attr_set = ATTR_RDONLY };
	long fd = want_ok(sys(SYS_fspick, AT_FDCWD, "mnt", 0), "fspick");

	want(sys(SYS_close, fd), 0, "close");
	fd = want_ok(sys(SYS_open_tree, AT_FDCWD, "mnt", 0), "open_tree");
	want(sys(SYS_close, fd), 0, "close");
	want(need(sys(SYS_mount_setattr, AT_FDCWD, "mnt", 0, &ro, sizeof(ro)),
		  "mount_setattr"),
	     0, "mount_setattr");
}

/* Calls that fail everywhere, with an error that depends on who asks which kernel. */
static void
refused(void)
{
	uint64_t req[4] = { 24, ~0ul, 0, 0 }, out[64];
	struct mount_attr attr = { 0 };

	sys(SYS_pivot_root, "missing", "gone");
	sys(SYS_quotactl, 0x800007L << 8, "no-device", 0, NULL);
	sys(NR_QUOTACTL_FD, 99999, 0x800007L << 8, 0, NULL);
	sys(SYS_swapon, "no-swap", 0);
	sys(SYS_swapoff, "no-swap");
	sys(NR_STATMOUNT, req, out, sizeof(out), 0);
	sys(NR_LISTMOUNT, NULL, out, 64L, 0);
	sys(NR_LISTNS, NULL, out, 64L, 0);
	sys(NR_OPEN_TREE_ATTR, AT_FDCWD, "missing", 0, &attr, sizeof(attr));
}

static void
management_run(struct run *r)
{
	(void)r;
	new_calls();
	pick_and_change();
	want(sys(SYS_mount, "none", "old", "tmpfs", 0L, NULL), 0, "mount");
	want(sys(SYS_umount2, "old", 0), 0, "umount2");
	want(sys(SYS_umount2, "mnt", 0), 0, "umount2");
	refused();
}

#define CONTEXT "file=anon_inode:[fscontext]"

const struct scenario sc_mountfs_management = {
	.name = "mountfs-management",
	.help = "mounts made, moved, changed and undone where nobody sees it",
	.needs = "a mount or user namespace, Linux 5.12",
	.setup = mount_setup,
	.run = management_run,
	.expect = "fsopen FS eventfd ret=$f fd=$f " CONTEXT "\n"
		  "2* fsconfig FS fd fd=$f " CONTEXT "\n"
		  "fsmount FS eventfd ret=$m fd=$m file=?\n"
		  "move_mount FS two-fd fd=? file=@/mnt old_file=?\n"
		  "close FS fd fd=$m file=?\n"
		  "close FS fd fd=$f " CONTEXT "\n"
		  "fspick FS pathname ret=$p fd=$p file=@/mnt\n"
		  "close FS fd fd=$p " CONTEXT "\n"
		  "open_tree FS open-tree ret=$t fd=$t file=@/mnt\n"
		  "close FS fd fd=$t file=@/mnt\n"
		  "mount_setattr FS pathname file=@/mnt\n"
		  "mount FS pathname file=@/old\n"
		  "umount2 FS pathname file=@/old\n"
		  "umount2 FS pathname file=@/mnt\n"
		  "pivot_root Process pathname ret=? file=@/missing old_file=?\n"
		  "quotactl FS pathname ret=? file=@/no-device\n"
		  "quotactl_fd FS fd ret=? fd=99999\n"
		  "swapon FS pathname ret=? file=@/no-swap\n"
		  "swapoff FS pathname ret=? file=@/no-swap\n"
		  "statmount FS null ret=?\n"
		  "listmount FS null ret=?\n"
		  "listns FS null ret=?\n"
		  "open_tree_attr FS open-tree ret=? file=@/missing\n",
};

static void
denied_run(struct run *r)
{
	(void)r;
	sys(SYS_mount, "none", "missing/dir", "tmpfs", 0L, NULL);
	sys(SYS_umount2, "missing/dir", 0);
	sys(SYS_fsconfig, 99999, CMD_CREATE, NULL, NULL, 0);
	sys(SYS_fsmount, 99999, 0, 0);
	sys(SYS_fspick, AT_FDCWD, "missing/dir", 0);
	sys(SYS_open_tree, AT_FDCWD, "missing/dir", 0);
	sys(SYS_move_mount, AT_FDCWD, "missing/a", AT_FDCWD, "missing/b", 0);
	refused();
}

const struct scenario sc_mountfs_errors = {
	.name = "mountfs-errors",
	.help = "calls of mounts that nobody allows: each has its row and its name",
	.run = denied_run,
	.expect = "mount FS pathname ret=? file=@/missing/dir\n"
		  "umount2 FS pathname ret=? file=@/missing/dir\n"
		  "fsconfig FS fd ret=? fd=99999\n"
		  "fsmount FS eventfd ret=? fd=?\n"
		  "fspick FS pathname ret=? file=@/missing/dir\n"
		  "open_tree FS open-tree ret=? file=@/missing/dir\n"
		  "move_mount FS two-fd ret=? fd=? file=? old_file=?\n"
		  "pivot_root Process pathname ret=? file=@/missing old_file=?\n"
		  "quotactl FS pathname ret=? file=@/no-device\n"
		  "quotactl_fd FS fd ret=? fd=99999\n"
		  "swapon FS pathname ret=? file=@/no-swap\n"
		  "swapoff FS pathname ret=? file=@/no-swap\n"
		  "statmount FS null ret=?\n"
		  "listmount FS null ret=?\n"
		  "listns FS null ret=?\n"
		  "open_tree_attr FS open-tree ret=? file=@/missing\n",
};
