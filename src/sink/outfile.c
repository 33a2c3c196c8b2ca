/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output files. Two kinds: "beside", a temporary file in the target's directory that
 * commit renames over the target; and "direct", a descriptor we were given or a file that
 * has no content to replace (FIFO, device). All names are looked up in the directory as
 * it was at open, so a traced program that renames or replaces directories changes
 * nothing. What a rename could trip over at the end of a long run is asked at open.
 */
#include "sink/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/xalloc.h"

#define BUFFER_BYTES ((size_t)65536)
/* NAME_MAX of every Linux file system that has a limit in bytes. */
#define NAME_BYTES 255
/* Leftovers of killed runs that may lie about before a recording stays hidden. */
#define PARTS_MAX 99

struct outfile {
	int fd;
	int dir;    /* O_PATH, of the target; -1: direct */
	int err;    /* first error, -errno; then nothing is written any more */
	char *name; /* owned: for messages */
	char *base; /* owned: target's name in dir; NULL: direct */
	char *temp; /* owned: temporary file's name in dir; NULL: direct */
	bool tty, live;
	struct strbuf buf;
};

/* What to tell a user about ERR, a positive errno of opening an output. */
static const char *
why_of(int err)
{
	switch (err) {
	case ENOENT:
		return "its directory does not exist";
	case ENOTDIR:
		return "a part of its path is not a directory";
	case EISDIR:
		return "it is a directory; name a file in it";
	case EACCES:
		return "permission denied; name a file in a directory you may write to";
	case EROFS:
		return "it is on a read-only file system";
	case ENXIO:
		return "it is a socket, or a device that is not there";
	case EINTR:
		return "interrupted while waiting for a reader of the FIFO";
	default:
		return strerror(err);
	}
}

static struct outfile *
outfile_new(int fd, const char *name)
{
	struct outfile *of = xcalloc(1, sizeof(*of));
	of->fd = fd;
	of->dir = -1;
	of->name = xstrdup(name);
	struct stat st;
	if (fstat(fd, &st) == 0) {
		of->tty = S_ISCHR(st.st_mode) && isatty(fd);
		of->live = of->tty || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
	}
	return of;
}

/* Ends everything but the temporary file. 0 or -errno of close. */
static int
outfile_free(struct outfile *of)
{
	/* Linux has closed the descriptor when it says EINTR: close(2). */
	int rc = of->fd >= 0 && close(of->fd) < 0 && errno != EINTR ? -errno : 0;
	if (of->dir >= 0)
		close(of->dir);
	strbuf_fini(&of->buf);
	free(of->temp);
	free(of->base);
	free(of->name);
	free(of);
	return rc;
}

/*
 * The number of the descriptor that TARGET names, or -1. Such a name is a symbolic link
 * to whatever is open there; if that is a file, the file must not be replaced, nor may
 * the link, and a second open would write over what others have appended.
 */
static int
named_descriptor(const char *target)
{
	static const char *const dirs[] = { "/dev/fd/", "/proc/self/fd/" };
	if (!strcmp(target, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(target, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		size_t len = strlen(dirs[i]);
		const char *digits = target + len;
		if (strncmp(target, dirs[i], len) != 0)
			continue;
		size_t n = strspn(digits, "0123456789");
		if (n > 0 && n < 9 && !digits[n])
			return (int)strtol(digits, NULL, 10);
	}
	return -1;
}

/* A duplicate of FD, so that commit may close it. */
static int
open_descriptor(int fd, const char *name, struct outfile **out, const char **why)
{
	int flags = fcntl(fd, F_GETFL);
	int copy = flags < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (copy < 0) {
		int err = errno;
		*why = err == EBADF ? "it is closed" : strerror(err);
		return -err;
	}
	if ((flags & O_ACCMODE) == O_RDONLY) {
		close(copy);
		*why = "it is open for reading only";
		return -EBADF;
	}
	*out = outfile_new(copy, name);
	return 0;
}

static int
open_direct(const char *target, struct outfile **out, const char **why)
{
	int fd = open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		int err = errno;
		*why = err == EACCES ? "permission denied" : why_of(err);
		return -err;
	}
	*out = outfile_new(fd, target);
	return 0;
}

/* In a sticky directory anybody may make a name. Is ST, found in DIR, neither ours nor
 * root's? */
static bool
may_be_planted(int dir, const struct stat *st)
{
	struct stat parent;
	return st->st_uid != geteuid() && st->st_uid != 0 && fstat(dir, &parent) == 0 &&
	       parent.st_mode & S_ISVTX;
}

/* The directory that TARGET is in, O_PATH, or -1. */
static int
open_parent(const char *target)
{
	const char *slash = strrchr(target, '/');
	char *path = slash ? xmemdup0(target, (size_t)(slash + 1 - target)) : xstrdup(".");
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(path);
	return dir;
}

/* A FIFO or device, or a link, of status LINK, to one. */
static int
open_special(const char *target, const struct stat *link, struct outfile **out,
	     const char **why)
{
	cleanup_fd int dir = open_parent(target);
	if (dir >= 0 && may_be_planted(dir, link)) {
		*why = "it is somebody else's in a sticky directory; name another file";
		return -EPERM;
	}
	return open_direct(target, out, why);
}

/* Will a rename over the existing target, of status ST, be allowed? 0 or -errno. */
static int
may_replace(int dir, const char *base, const struct stat *st, const char **why)
{
	if (S_ISREG(st->st_mode) && faccessat(dir, base, W_OK, AT_EACCESS) < 0) {
		int err = errno;
		*why = err == EACCES ? "the file is write-protected" : why_of(err);
		return -err;
	}
	struct stat parent;
	uid_t me = geteuid();
	if (me != 0 && st->st_uid != me && fstat(dir, &parent) == 0 &&
	    (parent.st_mode & S_ISVTX) && parent.st_uid != me) {
		*why = "it is somebody else's in a sticky directory; name another file";
		return -EPERM;
	}
	struct statx sx;
	if (statx(dir, base, AT_SYMLINK_NOFOLLOW, 0, &sx) == 0 &&
	    (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT)) {
		*why = "it is a mount point; name another file";
		return -EBUSY;
	}
	return 0;
}

/* Creates of->temp in of->dir, ".NAME.iotrace-" and six random characters, of mode 0600.
 * The descriptor or -errno. */
static int
create_temp(struct outfile *of)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	int len = (int)strlen(of->base);
	int room = NAME_BYTES - (int)strlen("..iotrace-XXXXXX");
	of->temp = xasprintf(".%.*s.iotrace-XXXXXX", len < room ? len : room, of->base);
	char *random = of->temp + strlen(of->temp) - 6;
	for (int i = 0; i < 100; i++) {
		unsigned char bytes[6];
		if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
			return -EIO;
		for (size_t k = 0; k < sizeof(bytes); k++)
			random[k] = alphabet[bytes[k] % 32];
		int fd = openat(of->dir, of->temp,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST && errno != EINTR)
			return -errno;
	}
	return -EEXIST;
}

/* Gives FD owner and mode of OLD, the file that it will replace. A file system without
 * owners or modes is no error. */
static void
copy_mode(int fd, const struct stat *old)
{
	if (fchown(fd, old->st_uid, old->st_gid) < 0 &&
	    fchown(fd, (uid_t)-1, old->st_gid) < 0)
		errno = 0; /* not ours to give away: it stays ours */
	if (fchmod(fd, old->st_mode & 0777) < 0)
		errno = 0;
}

/* OLD is what stands at TARGET, NULL if there is nothing. */
static int
open_beside(const char *target, const struct stat *old, struct outfile **out,
	    const char **why)
{
	const char *slash = strrchr(target, '/');
	const char *base = slash ? slash + 1 : target;
	if (!*base) {
		*why = *target ? why_of(EISDIR) : "the file name is empty";
		return *target ? -EISDIR : -ENOENT;
	}
	int dir = open_parent(target);
	int rc = dir < 0 ? -errno : 0;
	if (rc < 0) {
		*why = why_of(-rc);
		return rc;
	}
	rc = old ? may_replace(dir, base, old, why) : 0;
	if (rc < 0) {
		close(dir);
		return rc;
	}
	struct outfile *of = xcalloc(1, sizeof(*of));
	of->dir = dir;
	of->base = xstrdup(base);
	of->name = xstrdup(target);
	of->fd = create_temp(of);
	if (of->fd < 0) {
		rc = of->fd;
		*why = why_of(-rc);
		outfile_free(of);
		return rc;
	}
	/* A trace shows what only its user may know: others get a new file only by being
	 * let in, an old one if they were before. */
	if (old && S_ISREG(old->st_mode) && !may_be_planted(dir, old))
		copy_mode(of->fd, old);
	*out = of;
	return 0;
}

int
outfile_open(const char *target, struct outfile **out, const char **why)
{
	const char *ignored;
	if (!why)
		why = &ignored;
	if (!target)
		return open_descriptor(STDERR_FILENO, "standard error", out, why);
	if (!strcmp(target, "-"))
		return open_descriptor(STDOUT_FILENO, "standard output", out, why);
	int fd = named_descriptor(target);
	if (fd >= 0)
		return open_descriptor(fd, target, out, why);

	struct stat link, st;
	if (lstat(target, &link) < 0) {
		if (errno == ENOENT)
			return open_beside(target, NULL, out, why);
		int err = errno;
		*why = why_of(err);
		return -err;
	}
	/* A link that leads nowhere is replaced like one that leads to a file. */
	if (stat(target, &st) < 0 || S_ISREG(st.st_mode))
		return open_beside(target, &link, out, why);
	if (S_ISDIR(st.st_mode)) {
		*why = why_of(EISDIR);
		return -EISDIR;
	}
	if (S_ISBLK(st.st_mode)) {
		*why = "it is a block device";
		return -EINVAL;
	}
	return open_special(target, &link, out, why);
}

void
outfile_keep_part(struct outfile *of)
{
	if (!of->temp)
		return;
	for (int i = 1; i <= PARTS_MAX; i++) {
		char *part = i == 1 ? xasprintf("%s.part", of->base)
				    : xasprintf("%s.part%d", of->base, i);
		if (renameat2(of->dir, of->temp, of->dir, part, RENAME_NOREPLACE) == 0) {
			free(of->temp);
			of->temp = part;
			return;
		}
		free(part);
		if (errno != EEXIST)
			return;
	}
}

const char *
outfile_name(const struct outfile *of)
{
	return of->name;
}

bool
outfile_is_tty(const struct outfile *of)
{
	return of->tty;
}

unsigned
outfile_columns(const struct outfile *of)
{
	struct winsize size;
	if (!of->tty)
		return 0;
	bool told = ioctl(of->fd, TIOCGWINSZ, &size) == 0 && size.ws_col;
	return told ? size.ws_col : 80;
}

bool
outfile_is_live(const struct outfile *of)
{
	return of->live;
}

int
outfile_fd(const struct outfile *of)
{
	return of->fd;
}

struct strbuf *
outfile_buf(struct outfile *of)
{
	return &of->buf;
}

int
outfile_flush(struct outfile *of)
{
	if (of->err == 0 && of->buf.len > 0)
		of->err = io_write_all(of->fd, of->buf.p, of->buf.len);
	strbuf_reset(&of->buf);
	return of->err;
}

int
outfile_room(struct outfile *of)
{
	return of->err < 0 || of->buf.len >= BUFFER_BYTES ? outfile_flush(of) : 0;
}

int
outfile_write(struct outfile *of, const void *mem, size_t len)
{
	if ((of->err < 0 || of->buf.len + len > BUFFER_BYTES) && outfile_flush(of) < 0)
		return of->err;
	if (len < BUFFER_BYTES)
		strbuf_addmem(&of->buf, mem, len);
	else
		of->err = io_write_all(of->fd, mem, len);
	return of->err;
}

/* Ends the file; it stays only if RC, the errors so far, is 0. The first error. */
static int
finish(struct outfile *of, int rc)
{
	int dir = of->dir;
	char *temp = of->temp, *base = of->base;
	of->dir = -1;
	of->temp = of->base = NULL;
	int closed = outfile_free(of);
	if (rc == 0)
		rc = closed;
	if (temp) {
		if (rc == 0 && renameat(dir, temp, dir, base) < 0)
			rc = -errno;
		if (rc < 0)
			unlinkat(dir, temp, 0);
		close(dir);
	}
	free(temp);
	free(base);
	return rc;
}

int
outfile_commit(struct outfile *of)
{
	return finish(of, outfile_flush(of));
}

void
outfile_discard(struct outfile *of)
{
	if (of)
		(void)finish(of, -ECANCELED);
}
