/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What to copy, when and how long it is comes from the capspec. Pointers, counts and lengths are the tracee's and may be anything; they only
 * ever bound how much is read into a blob, whose size has a cap of its own.
 */
#include "capture/snap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "capture/mem.h"
#include "capture/snap_by_value.h"
#include "capture/snap_compat.h"
#include "capture/snap_msg.h"

#define IOVEC_MAX 1024u   /* UIO_MAXIOV */
#define ARRAY_BYTES 32768u /* of pollfds, epoll events, io_events */
#define STRV_MAX 256u
#define STRV_BYTES 16384u

uint64_t
snap_arg(const struct tracee *t, unsigned i)
{
	return t->rec.rec->args[i];
}

void
snap_bytes(struct tracee *t, unsigned kind, unsigned arg, uint64_t addr, uint64_t len,
	   size_t cap)
{
	if (!addr || !len)
		return;
	size_t want = len < cap ? (size_t)len : cap;
	size_t max = want;
	void *p = raw_build_blob_begin(&t->rec, &max);
	if (!p)
		return;
	size_t got = mem_read(t->tid, addr, p, max);
	unsigned flags = (max < len ? RAW_BLOB_TRUNC : 0u) | (got < max ? RAW_BLOB_FAULT : 0u);
	raw_build_blob_end(&t->rec, kind, arg, flags, got);
}

static void
snap_cstr(struct tracee *t, unsigned arg, uint64_t addr)
{
	if (!addr)
		return;
	size_t max = CAP_PATH_BYTES;
	char *p = raw_build_blob_begin(&t->rec, &max);
	if (!p)
		return;
	enum mem_end end;
	size_t len = mem_read_cstr(t->tid, addr, p, max, &end);
	unsigned flags = 0;
	if (end == MEM_FAULT)
		flags = RAW_BLOB_FAULT;
	if (end == MEM_CUT) {
		flags = RAW_BLOB_TRUNC;
		len = CAP_PATH_BYTES - 1 < len ? CAP_PATH_BYTES - 1 : len;
	}
	raw_build_blob_end(&t->rec, RAW_BLOB_CSTR, arg, flags, len);
}

void
snap_fd(struct tracee *t, unsigned arg, int num, unsigned want)
{
	struct raw_fd fd;
	char name[PROC_NAME_MAX];
	ssize_t len = proc_fd(&t->proc, num, want, &fd, name, sizeof(name));
	if (len >= 0)
		raw_build_add_fd(&t->rec, arg, &fd, name, (size_t)len);
	else if (len != -EBADF)
		t->rec.rec->flags &= ~(unsigned)RAW_FDS_KNOWN;
}

void
snap_link(struct tracee *t, unsigned arg, const char *link)
{
	char name[PROC_NAME_MAX];
	ssize_t len = proc_link(&t->proc, link, name, sizeof(name));
	struct raw_fd fd = { .fd = AT_FDCWD, .pos = -1, .pos_exit = -1 };
	if (len >= 0)
		raw_build_add_fd(&t->rec, arg, &fd, name, (size_t)len);
	else
		t->rec.rec->flags &= ~(unsigned)RAW_FDS_KNOWN;
}

static void
snap_dir(struct tracee *t, unsigned arg, int num, unsigned want)
{
	if (num == AT_FDCWD)
		snap_link(t, arg, "cwd");
	else
		snap_fd(t, arg, num, want);
}

/* A path: the string, and what it is relative to. DIRFD is the argument in front of it if
 * that is a directory descriptor, else -1. */
static void
snap_path(struct tracee *t, unsigned arg, int dirfd_arg, bool use_proc)
{
	snap_cstr(t, arg, snap_arg(t, arg));
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_CSTR, arg);
	bool absolute = b && b->len && *(const char *)raw_blob_data(b) == '/';
	if (!use_proc)
		return;
	if (absolute) {
		if (t->root && !raw_blob_find(t->rec.rec, RAW_BLOB_FD, RAW_ARG_ROOT)) {
			struct raw_fd fd = { .fd = AT_FDCWD, .pos = -1, .pos_exit = -1 };
			raw_build_add_fd(&t->rec, RAW_ARG_ROOT, &fd, t->root, strlen(t->root));
		}
	} else if (dirfd_arg >= 0) {
		/* With an empty path the descriptor is what the call is about. */
		snap_dir(t, (unsigned)dirfd_arg, (int)snap_arg(t, (unsigned)dirfd_arg),
			 b && b->len ? 0 : PROC_FD_INFO);
	} else if (b && !raw_blob_find(t->rec.rec, RAW_BLOB_FD, RAW_ARG_CWD)) {
		snap_link(t, RAW_ARG_CWD, "cwd");
	}
}

/* argv: the strings back to back, each with its NUL. */
static void
snap_strv(struct tracee *t, unsigned arg, uint64_t addr)
{
	if (!addr)
		return;
	uint64_t ptrs[STRV_MAX];
	size_t n = t->foreign
			   ? snap_compat_pointers(t, addr, ptrs, STRV_MAX)
			   : mem_read(t->tid, addr, ptrs, sizeof(ptrs)) / sizeof(ptrs[0]);
	size_t max = STRV_BYTES;
	char *p = raw_build_blob_begin(&t->rec, &max);
	if (!p)
		return;
	size_t len = 0, i = 0;
	unsigned flags = 0;
	for (; i < n && ptrs[i]; i++) {
		if (max - len < 2)
			break;
		enum mem_end end;
		len += mem_read_cstr(t->tid, ptrs[i], p + len, max - len - 1, &end);
		p[len++] = '\0';
		flags |= end == MEM_FAULT ? RAW_BLOB_FAULT : 0u;
		flags |= end == MEM_CUT ? RAW_BLOB_TRUNC : 0u;
	}
	if (i == n || ptrs[i])
		flags |= n < STRV_MAX && i == n ? RAW_BLOB_FAULT : RAW_BLOB_TRUNC;
	raw_build_blob_end(&t->rec, RAW_BLOB_STRV, arg, flags, len);
}

/* The value of the argument that measures argument I. */
static uint64_t
measure(const struct tracee *t, const struct cap_arg *a)
{
	return a->len_arg < 6 ? snap_arg(t, a->len_arg) : 0;
}

static void
snap_iovec(struct tracee *t, unsigned arg, uint64_t addr, uint64_t count)
{
	uint64_t n = count < IOVEC_MAX ? count : IOVEC_MAX;
	if (t->foreign) {
		snap_compat_iovec(t, arg, addr, n);
		return;
	}
	snap_bytes(t, RAW_BLOB_IOVEC, arg, addr, n * sizeof(struct iovec),
		   IOVEC_MAX * sizeof(struct iovec));
}

void
snap_iovec_of(struct tracee *t, unsigned arg, uint64_t addr, uint64_t count)
{
	snap_iovec(t, arg, addr, count);
}

/* What is copied the same way at entry and at exit. */
static void
snap_plain(struct tracee *t, unsigned i, const struct cap_arg *a, unsigned kind)
{
	uint64_t addr = snap_arg(t, i);
	switch ((enum cap_how)a->how) {
	case CAP_FIXED:
		snap_bytes(t, kind, i, addr, a->size, a->size);
		break;
	case CAP_ARRAY: {
		uint64_t n = measure(t, a);
		if ((int64_t)n > 0)
			snap_bytes(t, kind, i, addr, n < ARRAY_BYTES ? n * a->size : ARRAY_BYTES + 1,
				   ARRAY_BYTES / a->size * a->size);
		break;
	}
	case CAP_BITS: {
		int32_t n = (int32_t)measure(t, a);
		if (n > 0)
			snap_bytes(t, kind, i, addr, ((uint64_t)n + 7) / 8, 128);
		break;
	}
	case CAP_SIZED:
		snap_bytes(t, kind, i, addr, measure(t, a), a->size ? a->size : 256);
		break;
	case CAP_MMSGHDR: {
		uint64_t n = (uint32_t)measure(t, a);
		snap_bytes(t, kind, i, addr, n * 64, 64 * 64);
		break;
	}
	case CAP_NONE:
	case CAP_FD:
	case CAP_DIRFD:
	case CAP_PATH:
	case CAP_CSTR:
	case CAP_STRV:
	case CAP_BUF:
	case CAP_TEXT:
	case CAP_SIZED_PTR:
	case CAP_IOVEC:
	case CAP_MSGHDR:
	case CAP_IOCBS:
	case CAP_FDPAIR:
		break;
	}
}

static void
snap_entry_arg(struct tracee *t, const struct capspec *spec, unsigned i, bool use_proc)
{
	const struct cap_arg *a = &spec->arg[i];
	uint64_t v = snap_arg(t, i);
	if (t->foreign && snap_compat_arg(t, i, a, RAW_BLOB_BYTES))
		return;
	switch ((enum cap_how)a->how) {
	case CAP_FD:
		if (use_proc && (int)v >= 0)
			snap_fd(t, i, (int)v,
				PROC_FD_INFO | (spec->flags & CAP_TRANSFER ? PROC_FD_STAT : 0u));
		break;
	case CAP_PATH:
		snap_path(t, i, i && spec->arg[i - 1].how == CAP_DIRFD ? (int)i - 1 : -1,
			  use_proc);
		break;
	case CAP_DIRFD:
		/* Without a path behind it the descriptor itself is what counts. */
		if (use_proc && (i == 5 || spec->arg[i + 1].how != CAP_PATH))
			snap_dir(t, i, (int)v, PROC_FD_INFO);
		break;
	case CAP_CSTR:
		snap_cstr(t, i, v);
		break;
	case CAP_STRV:
		snap_strv(t, i, v);
		break;
	case CAP_BUF:
		snap_bytes(t, RAW_BLOB_BYTES, i, v, measure(t, a), CAP_DATA_BYTES);
		break;
	case CAP_IOVEC:
		snap_iovec(t, i, v, measure(t, a));
		break;
	case CAP_MSGHDR:
		snap_msghdr_entry(t, i, a->when & CAP_AT_EXIT);
		break;
	case CAP_IOCBS:
		snap_iocbs(t, i, v, measure(t, a), use_proc);
		break;
	case CAP_FIXED:
	case CAP_ARRAY:
	case CAP_BITS:
	case CAP_SIZED:
	case CAP_MMSGHDR:
		snap_plain(t, i, a, RAW_BLOB_BYTES);
		break;
	case CAP_SIZED_PTR:
		/* The size the program offers; the kernel writes the real one over it. */
		if (a->len_arg < 6)
			snap_bytes(t, RAW_BLOB_BYTES, a->len_arg, measure(t, a), 4, 4);
		break;
	case CAP_NONE:
	case CAP_TEXT:
	case CAP_FDPAIR:
		break;
	}
}

void
snap_entry(struct tracee *t, const struct capspec *spec, bool use_proc)
{
	if (use_proc)
		t->rec.rec->flags |= RAW_FDS_KNOWN;
	for (unsigned i = 0; i < spec->nargs; i++)
		if (spec->arg[i].when & CAP_AT_ENTRY)
			snap_entry_arg(t, spec, i, use_proc);
	if (spec->nargs)
		snap_pointee(t, CAP_AT_ENTRY);
}

/* Two descriptors that the call stored: their numbers, then what they are. */
static void
snap_fdpair(struct tracee *t, unsigned i, bool use_proc)
{
	int pair[2];
	uint64_t addr = snap_arg(t, i);
	if (mem_read(t->tid, addr, pair, sizeof(pair)) != sizeof(pair))
		return;
	raw_build_add(&t->rec, RAW_BLOB_OUT, i, 0, pair, sizeof(pair));
	if (!use_proc)
		return;
	snap_fd(t, RAW_ARG_NEW0, pair[0], PROC_FD_INFO);
	snap_fd(t, RAW_ARG_NEW1, pair[1], PROC_FD_INFO);
}

/* An object whose length the kernel stored at another argument (socket addresses). */
static void
snap_sized_ptr(struct tracee *t, unsigned i, const struct cap_arg *a)
{
	uint32_t len;
	if (a->len_arg >= 6 ||
	    mem_read(t->tid, measure(t, a), &len, sizeof(len)) != sizeof(len))
		return;
	raw_build_add(&t->rec, RAW_BLOB_OUT, a->len_arg, 0, &len, sizeof(len));
	/* A struct has a size; plain data (a socket option) is shown in part. */
	snap_bytes(t, RAW_BLOB_OUT, i, snap_arg(t, i), len, a->size > 1 ? a->size : 128);
}

static void
snap_exit_arg(struct tracee *t, const struct capspec *spec, unsigned i, bool use_proc)
{
	const struct cap_arg *a = &spec->arg[i];
	int64_t ret = t->rec.rec->ret;
	uint64_t addr = snap_arg(t, i);
	if (t->foreign && snap_compat_arg(t, i, a, RAW_BLOB_OUT))
		return;
	switch ((enum cap_how)a->how) {
	case CAP_BUF: {
		/* Of what the call returned, where that measures it; else all it was given. */
		uint64_t room = a->len_arg < 6 ? measure(t, a) : CAP_DATA_BYTES;
		uint64_t n = spec->flags & CAP_RET_BYTES && (uint64_t)ret < room ? (uint64_t)ret
										  : room;
		snap_bytes(t, RAW_BLOB_OUT, i, addr, n, CAP_DATA_BYTES);
		break;
	}
	case CAP_TEXT:
		snap_bytes(t, RAW_BLOB_OUT, i, addr, (uint64_t)ret, CAP_PATH_BYTES);
		break;
	case CAP_ARRAY:
		if (!(spec->flags & CAP_RET_COUNT) || a->when & CAP_AT_ENTRY)
			snap_plain(t, i, a, RAW_BLOB_OUT);
		else if (ret > 0)
			snap_bytes(t, RAW_BLOB_OUT, i, addr, (uint64_t)ret * a->size,
				   ARRAY_BYTES / a->size * a->size);
		break;
	case CAP_FIXED:
	case CAP_BITS:
	case CAP_SIZED:
	case CAP_MMSGHDR:
		snap_plain(t, i, a, RAW_BLOB_OUT);
		break;
	case CAP_SIZED_PTR:
		snap_sized_ptr(t, i, a);
		break;
	case CAP_MSGHDR:
		snap_msghdr_exit(t, i, use_proc);
		break;
	case CAP_FDPAIR:
		snap_fdpair(t, i, use_proc);
		break;
	case CAP_NONE:
	case CAP_FD:
	case CAP_DIRFD:
	case CAP_PATH:
	case CAP_CSTR:
	case CAP_STRV:
	case CAP_IOVEC:
	case CAP_IOCBS:
		break;
	}
}

/* Appending writes go where the file ends at that moment: only the position afterwards
 * tells where they went. */
static void
snap_append_pos(struct tracee *t, const struct capspec *spec)
{
	if (!(spec->flags & CAP_TRANSFER))
		return;
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_FD, 0);
	if (!b)
		return;
	struct raw_fd fd;
	memcpy(&fd, raw_blob_data(b), sizeof(fd));
	if (!(fd.bits & RAW_FD_INFO) || !(fd.flags & O_APPEND) ||
	    (fd.flags & O_ACCMODE) == O_RDONLY)
		return;
	int64_t pos = proc_fd_pos(&t->proc, fd.fd);
	if (pos < 0)
		return;
	fd.bits |= RAW_FD_POS_EXIT;
	fd.pos_exit = pos;
	size_t at = (size_t)((const char *)raw_blob_data(b) - (const char *)t->rec.rec);
	memcpy((char *)t->rec.rec + at, &fd, sizeof(fd));
}

void
snap_exit(struct tracee *t, const struct capspec *spec, bool use_proc)
{
	int64_t ret = t->rec.rec->ret;
	if (ret < 0 && ret >= -4095)
		return;
	for (unsigned i = 0; i < spec->nargs; i++)
		if (spec->arg[i].when & CAP_AT_EXIT)
			snap_exit_arg(t, spec, i, use_proc);
	if (spec->nargs)
		snap_pointee(t, CAP_AT_EXIT);
	/* _llseek(2) returns 0 and stores the position. */
	if (t->foreign && t->rec.rec->nr == SYS_lseek && spec->nargs)
		snap_bytes(t, RAW_BLOB_OUT, 3, snap_arg(t, 3), 8, 8);
	if (!use_proc)
		return;
	if (spec->nargs && snap_returns_fd(t->rec.rec, spec)) {
		proc_fd_forget(&t->proc, (int)ret);
		/* The name; the rest is told when it is first used. */
		snap_fd(t, RAW_ARG_RET, (int)ret, 0);
	}
	snap_append_pos(t, spec);
}
