/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended attributes: the attribute's name is never the file, and a call that only asks
 * for the size moves nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "scenario.h"

#define ATTR	  "user.iotrace"
#define FILE_NAME "xattrfile.txt"

static void
xattr_setup(struct run *r)
{
	file_make("xattrfile.txt", "x");
	r->fd[0] = (int)want_ok(sys(SYS_openat, AT_FDCWD, "xattrfile.txt", O_RDWR, 0),
				"open");
}

static void
fd_run(struct run *r)
{
	long fd = r->fd[0];
	char buf[64];

	need(sys(SYS_fsetxattr, fd, ATTR, "value", 5L, 0), "fsetxattr");
	want(sys(SYS_fgetxattr, fd, ATTR, buf, 64L), 5, "fgetxattr");
	want(sys(SYS_fgetxattr, fd, ATTR, NULL, 0L), 5, "fgetxattr, size only");
	want(sys(SYS_flistxattr, fd, buf, 64L), 13, "flistxattr");
	want(sys(SYS_flistxattr, fd, NULL, 0L), 13, "flistxattr, size only");
	want(sys(SYS_fremovexattr, fd, ATTR), 0, "fremovexattr");
	want(sys(SYS_fgetxattr, 99999, ATTR, buf, 64L), -EBADF, "fgetxattr");
}

const struct scenario sc_xattr_fd = {
	.name = "xattr-fd",
	.help = "attributes by descriptor, with size probes",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = fd_run,
	.expect = "fsetxattr FS fd fd=$a file=@/xattrfile.txt\n"
		  "fgetxattr FS fd ret=5 bytes=5 fd=$a file=@/xattrfile.txt\n"
		  "fgetxattr FS fd ret=5 bytes=0 fd=$a file=@/xattrfile.txt\n"
		  "flistxattr FS fd ret=13 bytes=13 fd=$a file=@/xattrfile.txt\n"
		  "flistxattr FS fd ret=13 bytes=0 fd=$a file=@/xattrfile.txt\n"
		  "fremovexattr FS fd fd=$a file=@/xattrfile.txt\n"
		  "fgetxattr FS fd ret=-EBADF fd=99999\n",
};

static void
getxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "sixteen bytes ok", 16L, 0), "setxattr");
	want(sys(SYS_getxattr, FILE_NAME, ATTR, buf, 64L), 16, "getxattr");
}

const struct scenario sc_xattr_getxattr = {
	.name = "xattr-getxattr",
	.help = "getxattr of sixteen bytes",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = getxattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "getxattr FS pathname ret=16 bytes=16 file=@/xattrfile.txt\n",
};

static void
lgetxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "sixteen bytes ok", 16L, 0), "setxattr");
	want(sys(SYS_lgetxattr, FILE_NAME, ATTR, buf, 64L), 16, "lgetxattr");
}

const struct scenario sc_xattr_lgetxattr = {
	.name = "xattr-lgetxattr",
	.help = "lgetxattr of sixteen bytes",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = lgetxattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "lgetxattr FS pathname ret=16 bytes=16 file=@/xattrfile.txt\n",
};

static void
listxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 0), "setxattr");
	want(sys(SYS_listxattr, FILE_NAME, buf, 64L), 13, "listxattr");
}

const struct scenario sc_xattr_listxattr = {
	.name = "xattr-listxattr",
	.help = "listxattr: names and NULs are the bytes",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = listxattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "listxattr FS pathname ret=13 bytes=13 file=@/xattrfile.txt\n",
};

static void
llistxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 0), "setxattr");
	want(sys(SYS_llistxattr, FILE_NAME, buf, 64L), 13, "llistxattr");
}

const struct scenario sc_xattr_llistxattr = {
	.name = "xattr-llistxattr",
	.help = "llistxattr: names and NULs are the bytes",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = llistxattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "llistxattr FS pathname ret=13 bytes=13 file=@/xattrfile.txt\n",
};

static void
setxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "four", 4L, 0), "setxattr");
	want(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 1), -EEXIST, "XATTR_CREATE");
	want(sys(SYS_getxattr, FILE_NAME, ATTR, buf, 64L), 4, "getxattr");
}

const struct scenario sc_xattr_setxattr = {
	.name = "xattr-setxattr",
	.help = "setxattr moves no bytes that are told",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = setxattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "setxattr FS pathname ret=-EEXIST file=@/xattrfile.txt\n"
		  "getxattr FS pathname ret=4 bytes=4 file=@/xattrfile.txt\n",
};

static void
lsetxattr_run(struct run *r)
{
	char buf[64];

	(void)r;
	need(sys(SYS_lsetxattr, FILE_NAME, ATTR, "four", 4L, 0), "lsetxattr");
	want(sys(SYS_lsetxattr, FILE_NAME, ATTR, "x", 1L, 1), -EEXIST, "XATTR_CREATE");
	want(sys(SYS_getxattr, FILE_NAME, ATTR, buf, 64L), 4, "getxattr");
}

const struct scenario sc_xattr_lsetxattr = {
	.name = "xattr-lsetxattr",
	.help = "lsetxattr moves no bytes that are told",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = lsetxattr_run,
	.expect = "lsetxattr FS pathname file=@/xattrfile.txt\n"
		  "lsetxattr FS pathname ret=-EEXIST file=@/xattrfile.txt\n"
		  "getxattr FS pathname ret=4 bytes=4 file=@/xattrfile.txt\n",
};

static void
removexattr_run(struct run *r)
{
	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 0), "setxattr");
	want(sys(SYS_removexattr, FILE_NAME, ATTR), 0, "removexattr");
	want(sys(SYS_removexattr, FILE_NAME, ATTR), -ENODATA, "removexattr");
}

const struct scenario sc_xattr_removexattr = {
	.name = "xattr-removexattr",
	.help = "removexattr, twice",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = removexattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "removexattr FS pathname file=@/xattrfile.txt\n"
		  "removexattr FS pathname ret=-ENODATA file=@/xattrfile.txt\n",
};

static void
lremovexattr_run(struct run *r)
{
	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 0), "setxattr");
	want(sys(SYS_lremovexattr, FILE_NAME, ATTR), 0, "lremovexattr");
	want(sys(SYS_lremovexattr, FILE_NAME, ATTR), -ENODATA, "lremovexattr");
}

const struct scenario sc_xattr_lremovexattr = {
	.name = "xattr-lremovexattr",
	.help = "lremovexattr, twice",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = lremovexattr_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "lremovexattr FS pathname file=@/xattrfile.txt\n"
		  "lremovexattr FS pathname ret=-ENODATA file=@/xattrfile.txt\n",
};

static void
probe_run(struct run *r)
{
	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "nine byte", 9L, 0), "setxattr");
	want(sys(SYS_getxattr, FILE_NAME, ATTR, NULL, 0L), 9, "getxattr");
	want(sys(SYS_lgetxattr, FILE_NAME, ATTR, NULL, 0L), 9, "lgetxattr");
}

const struct scenario sc_xattr_getxattr_size_probe = {
	.name = "xattr-getxattr-size-probe",
	.help = "getxattr that only asks for the size",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = probe_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "getxattr FS pathname ret=9 bytes=0 file=@/xattrfile.txt\n"
		  "lgetxattr FS pathname ret=9 bytes=0 file=@/xattrfile.txt\n",
};

static void
list_probe_run(struct run *r)
{
	(void)r;
	need(sys(SYS_setxattr, FILE_NAME, ATTR, "x", 1L, 0), "setxattr");
	want(sys(SYS_listxattr, FILE_NAME, NULL, 0L), 13, "listxattr");
	want(sys(SYS_llistxattr, FILE_NAME, NULL, 0L), 13, "llistxattr");
}

const struct scenario sc_xattr_listxattr_size_probe = {
	.name = "xattr-listxattr-size-probe",
	.help = "listxattr that only asks for the size",
	.needs = "user xattrs",
	.setup = xattr_setup,
	.run = list_probe_run,
	.expect = "setxattr FS pathname file=@/xattrfile.txt\n"
		  "listxattr FS pathname ret=13 bytes=0 file=@/xattrfile.txt\n"
		  "llistxattr FS pathname ret=13 bytes=0 file=@/xattrfile.txt\n",
};

/* linux/xattr.h of Linux 6.13 */
enum { SETXATTRAT = 463, GETXATTRAT = 464, LISTXATTRAT = 465, REMOVEXATTRAT = 466 };

struct xattr_how {
	uint64_t value;
	uint32_t size, flags;
};

static void
setxattrat_run(struct run *r)
{
	struct xattr_how set = { (uintptr_t) "nine byte", 9, 0 };

	need(sys(SETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &set, 16L), "setxattrat");
	want(sys(SETXATTRAT, r->fd[0], "", AT_EMPTY_PATH, ATTR, &set, 16L), 0,
	     "setxattrat");
}

const struct scenario sc_xattr_setxattrat = {
	.name = "xattr-setxattrat",
	.help = "setxattrat by name and of a descriptor",
	.needs = "Linux 6.13, user xattrs",
	.setup = xattr_setup,
	.run = setxattrat_run,
	.expect = "setxattrat FS pathname file=@/xattrfile.txt\n"
		  "setxattrat FS pathname fd=$a file=@/xattrfile.txt\n",
};

static void
getxattrat_run(struct run *r)
{
	struct xattr_how set = { (uintptr_t) "nine byte", 9, 0 };
	char buf[64];
	struct xattr_how get = { (uintptr_t)buf, 64, 0 };

	(void)r;
	need(sys(SETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &set, 16L), "setxattrat");
	want(sys(GETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &get, 16L), 9, "getxattrat");
	get.size = 0;
	want(sys(GETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &get, 16L), 9, "size only");
}

const struct scenario sc_xattr_getxattrat = {
	.name = "xattr-getxattrat",
	.help = "getxattrat of nine bytes and of their number",
	.needs = "Linux 6.13, user xattrs",
	.setup = xattr_setup,
	.run = getxattrat_run,
	.expect = "setxattrat FS pathname file=@/xattrfile.txt\n"
		  "getxattrat FS pathname ret=9 bytes=9 file=@/xattrfile.txt\n"
		  "getxattrat FS pathname ret=9 bytes=0 file=@/xattrfile.txt\n",
};

static void
listxattrat_run(struct run *r)
{
	struct xattr_how set = { (uintptr_t) "nine byte", 9, 0 };
	char buf[64];

	(void)r;
	need(sys(SETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &set, 16L), "setxattrat");
	want(sys(LISTXATTRAT, AT_FDCWD, FILE_NAME, 0, buf, 64L), 13, "listxattrat");
	want(sys(LISTXATTRAT, AT_FDCWD, FILE_NAME, 0, NULL, 0L), 13, "size only");
}

const struct scenario sc_xattr_listxattrat = {
	.name = "xattr-listxattrat",
	.help = "listxattrat of names and of their size",
	.needs = "Linux 6.13, user xattrs",
	.setup = xattr_setup,
	.run = listxattrat_run,
	.expect = "setxattrat FS pathname file=@/xattrfile.txt\n"
		  "listxattrat FS pathname ret=13 bytes=13 file=@/xattrfile.txt\n"
		  "listxattrat FS pathname ret=13 bytes=0 file=@/xattrfile.txt\n",
};

static void
removexattrat_run(struct run *r)
{
	struct xattr_how set = { (uintptr_t) "nine byte", 9, 0 };

	(void)r;
	need(sys(SETXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR, &set, 16L), "setxattrat");
	want(sys(REMOVEXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR), 0, "removexattrat");
	want(sys(REMOVEXATTRAT, AT_FDCWD, FILE_NAME, 0, ATTR), -ENODATA, "removexattrat");
}

const struct scenario sc_xattr_removexattrat = {
	.name = "xattr-removexattrat",
	.help = "removexattrat, twice",
	.needs = "Linux 6.13, user xattrs",
	.setup = xattr_setup,
	.run = removexattrat_run,
	.expect = "setxattrat FS pathname file=@/xattrfile.txt\n"
		  "removexattrat FS pathname file=@/xattrfile.txt\n"
		  "removexattrat FS pathname ret=-ENODATA file=@/xattrfile.txt\n",
};
