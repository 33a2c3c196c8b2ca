/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Duplicates of descriptors, and the calls on descriptors that change what later rows
 * must show: fcntl, ioctl, flock.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "scenario.h"

/* a.txt at 100, b.txt at 101. */
static void
two_setup(struct run *r)
{
	static const char *const names[] = { "a.txt", "b.txt" };

	for (int i = 0; i < 2; i++) {
		r->fd[0] = (int)want_ok(
			sys(SYS_openat, AT_FDCWD, names[i], O_RDWR | O_CREAT, 0600),
			"open");
		want(sys(SYS_dup2, r->fd[0], 100 + i), 100 + i, "dup2");
		want(sys(SYS_close, r->fd[0]), 0, "close");
	}
}

static void
basic_run(struct run *r)
{
	long fd = want_ok(sys(SYS_dup, 100), "dup");

	(void)r;
	want(sys(SYS_write, fd, "dup", 3L), 3, "write");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_dup2, 100, 110), 110, "dup2");
	want(sys(SYS_dup2, 100, 100), 100, "dup2 onto itself");
	want(sys(SYS_dup3, 110, 111, O_CLOEXEC), 111, "dup3");
	want(sys(SYS_dup3, 110, 110, 0), -EINVAL, "dup3 onto itself");
	want(sys(SYS_dup3, 110, 112, O_APPEND), -EINVAL, "dup3 with other flags");
	want(sys(SYS_dup, 99999), -EBADF, "dup");
	want(sys(SYS_dup2, 99999, 100), -EBADF, "dup2");
	want(sys(SYS_write, 111, "x", 1L), 1, "write");
	want(sys(SYS_write, 100, "y", 1L), 1, "write");
}

const struct scenario sc_dup_basic = {
	.name = "dup-basic",
	.help = "dup, dup2, dup3; onto itself, with bad flags, of nothing",
	.setup = two_setup,
	.run = basic_run,
	.expect = "dup FS fd ret=$d fd=$d file=@/a.txt\n"
		  "write FS fd ret=3 bytes=3 fd=$d file=@/a.txt\n"
		  "close FS fd fd=$d file=@/a.txt\n"
		  "dup2 FS fd ret=110 fd=110 file=@/a.txt\n"
		  "dup2 FS fd ret=100 fd=100 file=@/a.txt\n"
		  "dup3 FS dup3 ret=111 fd=111 file=@/a.txt\n"
		  "dup3 FS dup3 ret=-EINVAL file=@/a.txt\n"
		  "dup3 FS dup3 ret=-EINVAL file=@/a.txt\n"
		  "dup FS fd ret=-EBADF fd=?\n"
		  "dup2 FS fd ret=-EBADF fd=?\n"
		  "write FS fd ret=1 bytes=1 fd=111 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR\n",
};

static void
rebind_run(struct run *r)
{
	int p[2];

	(void)r;
	want(sys(SYS_write, 100, "a", 1L), 1, "write");
	want(sys(SYS_dup2, 101, 100), 100, "dup2");
	want(sys(SYS_write, 100, "b", 1L), 1, "write");
	want(sys(SYS_pipe2, p, 0), 0, "pipe2");
	want(sys(SYS_dup3, p[1], 100, O_CLOEXEC), 100, "dup3");
	want(sys(SYS_write, 100, "p", 1L), 1, "write");
	want(sys(SYS_fcntl, 101, F_DUPFD, 100), 102, "F_DUPFD");
	want(sys(SYS_dup2, 102, 100), 100, "dup2");
	want(sys(SYS_write, 100, "b", 1L), 1, "write");
	want(sys(SYS_close, 100), 0, "close");
}

const struct scenario sc_dup_rebind = {
	.name = "dup-rebind",
	.help = "one number bound to four things in turn",
	.setup = two_setup,
	.run = rebind_run,
	.expect = "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "dup2 FS fd ret=100 fd=100 file=@/b.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/b.txt\n"
		  "pipe2 IPC pipe fd=? file=?\n"
		  "dup3 FS dup3 ret=100 fd=100 file=$p~pipe:[*]\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=$p\n"
		  "fcntl FS fcntl ret=102 fd=102 file=@/b.txt\n"
		  "dup2 FS fd ret=100 fd=100 file=@/b.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/b.txt\n"
		  "close FS fd fd=100 file=@/b.txt\n",
};

const struct scenario sc_dup_rebind_only_write = {
	.name = "dup-rebind-only-write",
	.help = "the same with nothing but write selected",
	.options = "-e write,access",
	.setup = two_setup,
	.run = rebind_run,
	.expect = "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/b.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=~pipe:[*]\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/b.txt\n",
};

static void
dupfd_run(struct run *r)
{
	(void)r;
	want(sys(SYS_fcntl, 100, F_DUPFD, 300), 300, "F_DUPFD");
	want(sys(SYS_fcntl, 100, F_DUPFD_CLOEXEC, 300), 301, "F_DUPFD_CLOEXEC");
	want(sys(SYS_write, 300, "x", 1L), 1, "write");
	want(sys(SYS_write, 301, "x", 1L), 1, "write");
	want(sys(SYS_fcntl, 100, F_DUPFD, 1 << 30), -EINVAL, "F_DUPFD beyond the limit");
	want(sys(SYS_fcntl, 99999, F_DUPFD, 0), -EBADF, "F_DUPFD of nothing");
	want(sys(SYS_fcntl, 99999, F_GETFL), -EBADF, "F_GETFL of nothing");
}

const struct scenario sc_fcntl_dupfd = {
	.name = "fcntl-dupfd",
	.help = "F_DUPFD and F_DUPFD_CLOEXEC",
	.setup = two_setup,
	.run = dupfd_run,
	.expect = "fcntl FS fcntl ret=300 fd=300 file=@/a.txt\n"
		  "fcntl FS fcntl ret=301 fd=301 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=300 file=@/a.txt flags=O_RDWR\n"
		  "write FS fd ret=1 bytes=1 fd=301 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n"
		  "fcntl FS fcntl ret=-EINVAL fd=100 file=@/a.txt\n"
		  "fcntl FS fcntl ret=-EBADF fd=99999\n"
		  "fcntl FS fcntl ret=-EBADF fd=99999\n",
};

static void
setfl_run(struct run *r)
{
	(void)r;
	want(sys(SYS_fcntl, 100, F_GETFL) & O_ACCMODE, O_RDWR, "F_GETFL");
	want(sys(SYS_fcntl, 100, F_SETFL, O_APPEND | O_NONBLOCK), 0, "F_SETFL");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_fcntl, 100, F_SETFL, 0), 0, "F_SETFL");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_fcntl, 100, F_SETFD, FD_CLOEXEC), 0, "F_SETFD");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
}

const struct scenario sc_fcntl_setfl = {
	.name = "fcntl-setfl",
	.help = "flags of a file and of a descriptor changed",
	.setup = two_setup,
	.run = setfl_run,
	.expect =
		"fcntl FS fcntl ret=>=2 fd=100 file=@/a.txt\n"
		"fcntl FS fcntl fd=100 file=@/a.txt\n"
		"write FS fd ret=1 bytes=1 fd=100 file=@/a.txt "
		"flags=O_RDWR|O_APPEND|O_NONBLOCK\n"
		"fcntl FS fcntl fd=100 file=@/a.txt\n"
		"write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR\n"
		"fcntl FS fcntl fd=100 file=@/a.txt\n"
		"write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n",
};

static void
ioctl_run(struct run *r)
{
	int n = -1;

	(void)r;
	want(sys(SYS_ioctl, 100, FIONREAD, &n), 0, "FIONREAD");
	want(sys(SYS_ioctl, 100, FIOCLEX), 0, "FIOCLEX");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_ioctl, 100, FIONCLEX), 0, "FIONCLEX");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_ioctl, 100, 0x5401L, NULL), -ENOTTY, "TCGETS");
	want(sys(SYS_ioctl, 99999, FIONREAD, &n), -EBADF, "FIONREAD");
}

const struct scenario sc_ioctl_basic = {
	.name = "ioctl-basic",
	.help = "FIONREAD, FIOCLEX, FIONCLEX, a terminal's request on a file",
	.setup = two_setup,
	.run = ioctl_run,
	.expect = "ioctl FS fcntl fd=100 file=@/a.txt\n"
		  "ioctl FS fcntl fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n"
		  "ioctl FS fcntl fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR\n"
		  "ioctl FS fcntl ret=-ENOTTY fd=100 file=@/a.txt\n"
		  "ioctl FS fcntl ret=-EBADF fd=99999\n",
};

static void
flock_run(struct run *r)
{
	long again;

	(void)r;
	want(sys(SYS_flock, 100, LOCK_EX), 0, "flock");
	again = want_ok(sys(SYS_openat, AT_FDCWD, "a.txt", O_RDONLY, 0), "openat");
	want(sys(SYS_flock, again, LOCK_SH | LOCK_NB), -EAGAIN, "flock of a locked file");
	want(sys(SYS_flock, 100, LOCK_UN), 0, "flock");
	want(sys(SYS_flock, 99999, LOCK_EX), -EBADF, "flock of nothing");
}

const struct scenario sc_flock_basic = {
	.name = "flock-basic",
	.help = "flock taken, refused, given back",
	.setup = two_setup,
	.run = flock_run,
	.expect = "flock FS fd fd=100 file=@/a.txt\n"
		  "openat FS open ret=$b fd=$b file=@/a.txt\n"
		  "flock FS fd ret=-EAGAIN fd=$b file=@/a.txt\n"
		  "flock FS fd fd=100 file=@/a.txt\n"
		  "flock FS fd ret=-EBADF fd=99999\n",
};

static void
dup2_run(struct run *r)
{
	(void)r;
	want(sys(SYS_dup2, 100, 110), 110, "dup2");
	want(sys(SYS_write, 110, "dup2", 4L), 4, "write");
}

const struct scenario sc_dup_dup2 = {
	.name = "dup-dup2",
	.help = "dup2 onto a number that is free",
	.setup = two_setup,
	.run = dup2_run,
	.expect = "dup2 FS fd ret=110 fd=110 file=@/a.txt\n"
		  "write FS fd ret=4 bytes=4 fd=110 file=@/a.txt\n",
};

static void
dup3_run(struct run *r)
{
	(void)r;
	want(sys(SYS_dup3, 100, 110, O_CLOEXEC), 110, "dup3");
	want(sys(SYS_write, 110, "dup3", 4L), 4, "write");
}

const struct scenario sc_dup_dup3 = {
	.name = "dup-dup3",
	.help = "dup3 with O_CLOEXEC",
	.setup = two_setup,
	.run = dup3_run,
	.expect =
		"dup3 FS dup3 ret=110 fd=110 file=@/a.txt\n"
		"write FS fd ret=4 bytes=4 fd=110 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n",
};

static void
same_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_dup2, 100, 100), 100, "dup2");
	want(sys(SYS_write, 100, "same", 4L), 4, "write");
}

const struct scenario sc_dup2_same_fd = {
	.name = "dup2-same-fd",
	.help = "dup2 onto itself changes nothing",
	.setup = two_setup,
	.run = same_run,
	.expect = "5* dup2 FS fd ret=100 fd=100 file=@/a.txt\n"
		  "write FS fd ret=4 bytes=4 fd=100 file=@/a.txt\n",
};

static void
dup3_flags_run(struct run *r)
{
	(void)r;
	want(sys(SYS_dup3, 100, 110, O_APPEND), -EINVAL, "dup3");
	want(sys(SYS_dup3, 100, 100, 0), -EINVAL, "dup3 onto itself");
	want(sys(SYS_write, 110, "none", 4L), -EBADF, "write");
}

const struct scenario sc_dup3_invalid_flags = {
	.name = "dup3-invalid-flags",
	.help = "dup3 with other flags, and onto itself",
	.setup = two_setup,
	.run = dup3_flags_run,
	.expect = "2* dup3 FS dup3 ret=-EINVAL fd=? file=@/a.txt\n"
		  "write FS fd ret=-EBADF fd=110\n",
};

static void
dup_invalid_run(struct run *r)
{
	(void)r;
	want(sys(SYS_dup, 99999), -EBADF, "dup");
	want(sys(SYS_dup2, 99999, 100), -EBADF, "dup2");
	want(sys(SYS_dup3, 99999, 100, 0), -EBADF, "dup3");
	want(sys(SYS_write, 100, "mine", 4L), 4, "write");
}

const struct scenario sc_dup_invalid_fd = {
	.name = "dup-invalid-fd",
	.help = "dup, dup2, dup3 of nothing leave the target alone",
	.setup = two_setup,
	.run = dup_invalid_run,
	.expect = "dup FS fd ret=-EBADF fd=?\n"
		  "dup2 FS fd ret=-EBADF fd=?\n"
		  "dup3 FS dup3 ret=-EBADF fd=?\n"
		  "write FS fd ret=4 bytes=4 fd=100 file=@/a.txt\n",
};

static void
dupfd_cloexec_run(struct run *r)
{
	(void)r;
	want(sys(SYS_fcntl, 100, F_DUPFD_CLOEXEC, 300), 300, "F_DUPFD_CLOEXEC");
	want(sys(SYS_write, 300, "x", 1L), 1, "write");
}

const struct scenario sc_fcntl_dupfd_cloexec = {
	.name = "fcntl-dupfd-cloexec",
	.help = "F_DUPFD_CLOEXEC",
	.setup = two_setup,
	.run = dupfd_cloexec_run,
	.expect =
		"fcntl FS fcntl ret=300 fd=300 file=@/a.txt\n"
		"write FS fd ret=1 bytes=1 fd=300 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n",
};

static void
dupfd_max_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fcntl, 100, F_DUPFD, 1 << 30), -EINVAL, "F_DUPFD");
}

const struct scenario sc_fcntl_dupfd_max = {
	.name = "fcntl-dupfd-max",
	.help = "F_DUPFD beyond the limit, five times",
	.setup = two_setup,
	.run = dupfd_max_run,
	.expect = "5* fcntl FS fcntl ret=-EINVAL fd=100 file=@/a.txt\n",
};

static void
fcntl_invalid_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_fcntl, 99999, F_GETFL), -EBADF, "F_GETFL");
}

const struct scenario sc_fcntl_invalid_fd = {
	.name = "fcntl-invalid-fd",
	.help = "F_GETFL of nothing, five times",
	.run = fcntl_invalid_run,
	.expect = "5* fcntl FS fcntl ret=-EBADF fd=99999\n",
};

static void
ioctl_cloexec_run(struct run *r)
{
	(void)r;
	want(sys(SYS_ioctl, 100, FIOCLEX), 0, "FIOCLEX");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
	want(sys(SYS_ioctl, 100, FIONCLEX), 0, "FIONCLEX");
	want(sys(SYS_write, 100, "x", 1L), 1, "write");
}

const struct scenario sc_ioctl_cloexec = {
	.name = "ioctl-cloexec",
	.help = "FIOCLEX and FIONCLEX: the first write only is marked",
	.setup = two_setup,
	.run = ioctl_cloexec_run,
	.expect = "ioctl FS fcntl fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR|O_CLOEXEC\n"
		  "ioctl FS fcntl fd=100 file=@/a.txt\n"
		  "write FS fd ret=1 bytes=1 fd=100 file=@/a.txt flags=O_RDWR\n",
};

static void
flock_ebadf_run(struct run *r)
{
	(void)r;
	for (int i = 0; i < 5; i++)
		want(sys(SYS_flock, 99999, LOCK_EX), -EBADF, "flock");
}

const struct scenario sc_flock_ebadf = {
	.name = "flock-ebadf",
	.help = "flock of nothing, five times",
	.run = flock_ebadf_run,
	.expect = "5* flock FS fd ret=-EBADF fd=99999\n",
};
