/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/procfs.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DELETED " (deleted)"

static void
slot_close(struct proc_slot *s)
{
	if (s->info_fd >= 0)
		close(s->info_fd);
	if (s->link_fd >= 0)
		close(s->link_fd);
	*s = (struct proc_slot){ .info_fd = -1, .link_fd = -1 };
}

void
procdir_open(struct procdir *d, pid_t tid, int keep_below)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d", tid);
	*d = (struct procdir){ .tid = tid, .comm_fd = -1, .keep_below = keep_below };
	for (size_t i = 0; i < PROC_SLOTS; i++)
		d->slots[i].info_fd = d->slots[i].link_fd = -1;
	d->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (d->fd >= keep_below) {
		close(d->fd);
		d->fd = -1;
	}
}

void
procdir_close(struct procdir *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->comm_fd >= 0)
		close(d->comm_fd);
	d->fd = d->comm_fd = -1;
	for (size_t i = 0; i < PROC_SLOTS; i++)
		slot_close(&d->slots[i]);
}

static struct proc_slot *
slot_of(struct procdir *d, int num)
{
	return &d->slots[(unsigned)num % PROC_SLOTS];
}

void
proc_fd_forget(struct procdir *d, int num)
{
	struct proc_slot *s = slot_of(d, num);
	if (s->num == num)
		s->typed = false;
}

struct proc_path {
	int dirfd;
	char name[48];
};

/* NAME, which is one of ours and short, into BUF. */
static void
strcpy_fits(char *buf, size_t cap, const char *name)
{
	size_t len = strlen(name) + 1;
	assert(len <= cap);
	memcpy(buf, name, len);
}

/* NAME below the directory: relative to its handle, spelled out where there is none. */
static struct proc_path
path_of(const struct procdir *d, const char *name)
{
	struct proc_path p;
	p.dirfd = d->fd;
	if (d->fd >= 0)
		strcpy_fits(p.name, sizeof(p.name), name);
	else
		snprintf(p.name, sizeof(p.name), "/proc/%d/%s", d->tid, name);
	return p;
}

static struct proc_path
fd_path(const struct procdir *d, const char *dir, int num)
{
	char name[24];
	char digits[12];
	size_t at = sizeof(digits);
	unsigned n = (unsigned)num;
	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	size_t len = strlen(dir);
	memcpy(name, dir, len);
	memcpy(name + len, digits + at, sizeof(digits) - at);
	return path_of(d, name);
}

bool
proc_comm(struct procdir *d, char comm[16])
{
	int fd = d->comm_fd;
	if (fd < 0) {
		struct proc_path p = path_of(d, "comm");
		fd = openat(p.dirfd, p.name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return false;
	}
	ssize_t n = pread(fd, comm, 16, 0);
	if (fd < d->keep_below)
		d->comm_fd = fd;
	else
		close(fd);
	if (n <= 0)
		return false;
	if (comm[n - 1] == '\n')
		n--;
	comm[n < 16 ? n : 15] = '\0';
	return true;
}

ssize_t
proc_link(const struct procdir *d, const char *link, char *buf, size_t cap)
{
	struct proc_path p = path_of(d, link);
	ssize_t n = readlinkat(p.dirfd, p.name, buf, cap);
	return n < 0 ? -errno : n;
}

size_t
proc_other_map(const struct procdir *d, const char *exe, char *name, size_t cap)
{
	struct proc_path p = path_of(d, "maps");
	int fd = openat(p.dirfd, p.name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	cleanup_fclose FILE *f = fdopen(fd, "r");
	if (!f)
		close(fd);
	cleanup_free char *line = NULL;
	size_t size = 0;
	ssize_t len;
	while (f && (len = getline(&line, &size, f)) > 0) {
		line[len - 1] = '\0';
		const char *path = strchr(line, '/');
		size_t n = path ? strlen(path) : 0;
		if (!n || n >= cap || !strcmp(path, exe))
			continue;
		memcpy(name, path, n + 1);
		return n;
	}
	return 0;
}

/* What a number means, as fdinfo tells it. */
struct fdinfo {
	int64_t pos;
	uint32_t flags;
	uint64_t mnt_id, ino; /* ino: since Linux 5.14; 0 where it is not told */
};

/* "pos:\tN\nflags:\t0NNN\nmnt_id:\tN\nino:\tN\n" (fs/proc/fd.c: seq_show) */
static bool
parse_fdinfo(const char *text, struct fdinfo *info)
{
	char *end;
	const char *ino;
	if (memcmp(text, "pos:", 4) != 0)
		return false;
	*info = (struct fdinfo){ .pos = strtoll(text + 4, &end, 10) };
	if (memcmp(end, "\nflags:", 7) != 0)
		return false;
	info->flags = (uint32_t)strtoul(end + 7, &end, 8);
	if (!memcmp(end, "\nmnt_id:", 8)) {
		info->mnt_id = strtoull(end + 8, &end, 10);
		ino = end;
		if (!memcmp(ino, "\nino:", 5))
			info->ino = strtoull(ino + 5, NULL, 10);
	}
	return true;
}

static bool
read_fdinfo_from(int fd, struct fdinfo *info)
{
	char text[112] = { 0 };
	return pread(fd, text, sizeof(text) - 12, 0) > 0 && parse_fdinfo(text, info);
}

/* Opens NAME of number NUM to be kept; -1 where that fails or too many are kept. */
static int
open_kept(const struct procdir *d, const char *dir, int num, int flags)
{
	struct proc_path p = fd_path(d, dir, num);
	int fd = openat(p.dirfd, p.name, flags | O_CLOEXEC);
	if (fd < d->keep_below)
		return fd;
	close(fd);
	return -1;
}

/* The slot of NUM, taken from another number if need be. */
static struct proc_slot *
take_slot(struct procdir *d, int num)
{
	struct proc_slot *s = slot_of(d, num);
	if (s->num != num || (s->info_fd < 0 && s->link_fd < 0)) {
		slot_close(s);
		s->num = num;
	}
	return s;
}

static bool
read_fdinfo(struct procdir *d, int num, struct fdinfo *info)
{
	struct proc_slot *s = take_slot(d, num);
	if (s->info_fd >= 0 && read_fdinfo_from(s->info_fd, info))
		return true;
	if (s->info_fd >= 0)
		close(s->info_fd);
	s->info_fd = open_kept(d, "fdinfo/", num, O_RDONLY);
	if (s->info_fd >= 0)
		return read_fdinfo_from(s->info_fd, info);
	struct proc_path p = fd_path(d, "fdinfo/", num);
	int fd = openat(p.dirfd, p.name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = read_fdinfo_from(fd, info);
	close(fd);
	return ok;
}

/* The name of number NUM, through the link kept open if there is one. */
static ssize_t
read_name(struct procdir *d, int num, char *name, size_t cap)
{
	struct proc_slot *s = take_slot(d, num);
	if (s->link_fd < 0)
		s->link_fd = open_kept(d, "fd/", num, O_PATH | O_NOFOLLOW);
	if (s->link_fd >= 0) {
		ssize_t len = readlinkat(s->link_fd, "", name, cap);
		if (len > 0)
			return len;
	}
	struct proc_path p = fd_path(d, "fd/", num);
	return readlinkat(p.dirfd, p.name, name, cap);
}

static bool
stat_fd(const struct procdir *d, int num, struct statx *stx)
{
	struct proc_path p = fd_path(d, "fd/", num);
	/* A network file system must not be asked: the tracer would hang with it. */
	return !statx(p.dirfd, p.name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		      STATX_TYPE | STATX_INO | STATX_NLINK, stx);
}

static void
take_stat(struct raw_fd *fd, const struct statx *stx)
{
	fd->bits |= RAW_FD_STAT;
	fd->mode = stx->stx_mode & S_IFMT;
	fd->dev = makedev(stx->stx_dev_major, stx->stx_dev_minor);
	fd->ino = stx->stx_ino;
}

/* A name that ends in " (deleted)" is a deleted file, unless a file of that very name is
 * the one that is open. */
static bool
is_deleted(const char *name, const struct statx *open_file)
{
	struct statx named;
	if (open_file->stx_nlink == 0)
		return true;
	if (statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_INO,
		  &named))
		return true;
	return named.stx_ino != open_file->stx_ino ||
	       named.stx_dev_major != open_file->stx_dev_major ||
	       named.stx_dev_minor != open_file->stx_dev_minor;
}

/* The type of the file, from the slot where nothing hints that it is another file. */
static void
describe_type(struct procdir *d, int num, const struct fdinfo *info, struct raw_fd *fd)
{
	struct proc_slot *s = slot_of(d, num);
	bool keep = info && info->ino && s->num == num;
	struct statx stx;
	if (keep && s->typed && s->ino == info->ino && s->mnt_id == info->mnt_id &&
	    s->flags == info->flags) {
		fd->bits |= RAW_FD_STAT;
		fd->mode = s->mode;
		fd->dev = s->dev;
		fd->ino = s->ino;
		return;
	}
	if (!stat_fd(d, num, &stx))
		return;
	take_stat(fd, &stx);
	if (!keep || fd->ino != info->ino)
		return;
	s->typed = true;
	s->mode = fd->mode;
	s->dev = fd->dev;
	s->ino = fd->ino;
	s->mnt_id = info->mnt_id;
	s->flags = info->flags;
}

ssize_t
proc_fd(struct procdir *d, int num, unsigned want, struct raw_fd *fd, char *name, size_t cap)
{
	*fd = (struct raw_fd){ .fd = num, .pos = -1, .pos_exit = -1 };
	ssize_t len = read_name(d, num, name, cap - 1);
	if (len < 0)
		return errno == ENOENT ? -EBADF : -errno;
	name[len] = '\0';
	struct fdinfo info;
	bool have_info = want & PROC_FD_INFO && read_fdinfo(d, num, &info);
	if (have_info) {
		fd->bits |= RAW_FD_INFO;
		fd->pos = info.pos;
		fd->flags = info.flags;
	}
	if (name[0] != '/')
		return len;
	size_t tail = sizeof(DELETED) - 1;
	struct statx stx;
	if ((size_t)len > tail && !memcmp(name + len - tail, DELETED, tail) &&
	    stat_fd(d, num, &stx)) {
		take_stat(fd, &stx);
		if (is_deleted(name, &stx)) {
			fd->bits |= RAW_FD_DELETED;
			len -= (ssize_t)tail;
		}
	} else if (want & PROC_FD_STAT) {
		describe_type(d, num, have_info ? &info : NULL, fd);
	}
	return len;
}

int64_t
proc_fd_pos(struct procdir *d, int num)
{
	struct fdinfo info;
	return read_fdinfo(d, num, &info) ? info.pos : -EBADF;
}

/* Field NUM of a stat file, counted from 1, NUM > 2; the second is the name in parentheses,
 * in which the task may have put anything (proc_pid_stat(5)). NULL if it is not there. */
static const char *
stat_field(const char *text, unsigned num)
{
	const char *at = strrchr(text, ')');
	for (unsigned i = 2; at && i < num; i++)
		at = strchr(at + 1, ' ');
	return at;
}

int64_t
proc_major_faults(const struct procdir *d)
{
	char name[32], text[512];
	snprintf(name, sizeof(name), "task/%d/stat", d->tid);
	struct proc_path p = path_of(d, name);
	cleanup_fd int f = openat(p.dirfd, p.name, O_RDONLY | O_CLOEXEC);
	if (f < 0)
		return -errno;
	ssize_t n = read(f, text, sizeof(text) - 1);
	if (n <= 0)
		return n ? -errno : -ENODATA;
	text[n] = '\0';
	const char *majflt = stat_field(text, 12);
	return majflt ? strtoll(majflt, NULL, 10) : -ENODATA;
}

void
proc_each_fd(const struct procdir *d, void (*each)(void *arg, int num), void *arg)
{
	struct proc_path p = path_of(d, "fd");
	int f = openat(p.dirfd, p.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f < 0)
		return;
	DIR *dir = fdopendir(f);
	if (!dir) {
		close(f);
		return;
	}
	for (const struct dirent *ent; (ent = readdir(dir));)
		if (isdigit((unsigned char)ent->d_name[0]))
			each(arg, (int)strtol(ent->d_name, NULL, 10));
	closedir(dir);
}

static long
status_value(const char *text, const char *key, long missing)
{
	const char *at = strstr(text, key);
	return at ? strtol(at + strlen(key), NULL, 10) : missing;
}

/* /proc/TID/status into TEXT: its length, or -errno. */
static ssize_t
read_status(pid_t tid, char *text, size_t cap)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	cleanup_fd int f = open(path, O_RDONLY | O_CLOEXEC);
	if (f < 0)
		return -errno;
	ssize_t n = read(f, text, cap - 1);
	if (n <= 0)
		return n ? -errno : -ENODATA;
	text[n] = '\0';
	return n;
}

int
proc_status(pid_t tid, struct proc_status *st)
{
	char text[4096];
	ssize_t n = read_status(tid, text, sizeof(text));
	if (n < 0)
		return (int)n;
	/* The first line is "Name:", which the task chose: escaped, so never a line break. */
	const char *state = strstr(text, "\nState:\t");
	*st = (struct proc_status){
		.tgid = (pid_t)status_value(text, "\nTgid:", tid),
		.ppid = (pid_t)status_value(text, "\nPPid:", 0),
		.tracer = (pid_t)status_value(text, "\nTracerPid:", 0),
		.uid = (unsigned)status_value(text, "\nUid:", 0),
		.no_new_privs = (int)status_value(text, "\nNoNewPrivs:", -1),
		.seccomp = (int)status_value(text, "\nSeccomp:", -1),
		.state = state ? state[8] : '?',
		.switches = (uint64_t)status_value(text, "\nvoluntary_ctxt_switches:", 0) +
			    (uint64_t)status_value(text, "\nnonvoluntary_ctxt_switches:", 0),
		.kernel_thread = status_value(text, "\nKthread:", 0) == 1,
	};
	return 0;
}

int
proc_catches(pid_t tid, int signo)
{
	char text[4096];
	if (read_status(tid, text, sizeof(text)) < 0)
		return -1;
	const char *caught = strstr(text, "\nSigCgt:");
	if (!caught)
		return -1;
	return strtoull(caught + 8, NULL, 16) >> (signo - 1) & 1;
}

bool
proc_have_capability(int cap)
{
	char text[4096];
	if (read_status(getpid(), text, sizeof(text)) < 0)
		return false;
	const char *caps = strstr(text, "\nCapEff:");
	return caps && strtoull(caps + 8, NULL, 16) >> cap & 1;
}

bool
proc_usable(void)
{
	char self[16];
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);
	if (n <= 0)
		return false;
	self[n] = '\0';
	return strtol(self, NULL, 10) == getpid();
}
