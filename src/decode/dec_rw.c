/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transfers and file positions: the column offset, and the positions that the model keeps
 * for where the kernel's are not in the record (read(2), pread(2), splice(2), ...).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

enum where {
	AT_POSITION, /* at the file position, which moves */
	AT_ARG,	     /* at the position that the argument says */
	AT_ARG_OR,   /* the same, or at the file position if it is -1 (preadv2(2)) */
	AT_POINTER,  /* at what the argument points to, or at the file position if NULL */
};

/* One descriptor that a transfer reads or writes. */
struct side {
	uint16_t nr;
	uint8_t fd_arg, where, off_arg;
	bool writes;
};

/* The side that the event is about comes first. */
static const struct side sides[] = {
	{ __NR_read, 0, AT_POSITION, 0, false },
	{ __NR_write, 0, AT_POSITION, 0, true },
	{ __NR_readv, 0, AT_POSITION, 0, false },
	{ __NR_writev, 0, AT_POSITION, 0, true },
	{ __NR_getdents, 0, AT_POSITION, 0, false },
	{ __NR_getdents64, 0, AT_POSITION, 0, false },
	{ __NR_pread64, 0, AT_ARG, 3, false },
	{ __NR_pwrite64, 0, AT_ARG, 3, true },
	{ __NR_preadv, 0, AT_ARG, 3, false },
	{ __NR_pwritev, 0, AT_ARG, 3, true },
	{ __NR_preadv2, 0, AT_ARG_OR, 3, false },
	{ __NR_pwritev2, 0, AT_ARG_OR, 3, true },
	{ __NR_sendfile, 0, AT_POSITION, 0, true },
	{ __NR_sendfile, 1, AT_POINTER, 2, false },
	{ __NR_splice, 2, AT_POINTER, 3, true },
	{ __NR_splice, 0, AT_POINTER, 1, false },
	{ __NR_copy_file_range, 2, AT_POINTER, 3, true },
	{ __NR_copy_file_range, 0, AT_POINTER, 1, false },
};

/* The first side of NR at or behind S (NULL: from the start), or NULL. */
static const struct side *
next_side(unsigned nr, const struct side *s)
{
	for (s = s ? s : sides; s < sides + ARRAY_SIZE(sides); s++)
		if (s->nr == nr)
			return s;
	return NULL;
}

static bool
at_position(const struct call *c, const struct side *s)
{
	uint64_t arg = c->rec->args[s->off_arg];
	return s->where == AT_POSITION || (s->where == AT_ARG_OR && arg == UINT64_MAX) ||
	       (s->where == AT_POINTER && !arg);
}

/* Does the kernel write at the end, whatever the position (open(2), pwritev2(2))? */
static bool
appends(const struct call *c, const struct side *s, const struct fdinfo *info)
{
	uint64_t rwf = c->rec->nr == __NR_pwritev2 ? c->rec->args[5] : 0;
	if (!s->writes || rwf & 0x20) /* RWF_NOAPPEND */
		return false;
	return rwf & 0x10 || (info->has_flags && info->flags & O_APPEND); /* RWF_APPEND */
}

static bool
seekable(const struct fdinfo *info)
{
	return info->open && info->name.p &&
	       ofd_seekable(info->name.p, info->name.len, info->mode);
}

/* Where the transfer of S began or would have begun; -1 unknown. */
static int64_t
offset_of(struct call *c, const struct side *s)
{
	const struct fdinfo *info = dec_fd(c, s->fd_arg);
	if (!seekable(info))
		return -1;
	bool at_pos = at_position(c, s);
	if (appends(c, s, info))
		return c->ok && at_pos && info->has_pos_exit && c->rec->ret > 0
			       ? info->pos_exit - c->rec->ret
			       : -1;
	if (at_pos)
		return info->pos;
	if (s->where != AT_POINTER)
		return (int64_t)c->rec->args[s->off_arg];
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, s->off_arg, 8);
	return b ? (int64_t)dec_u64(b, 0) : -1;
}

static void
fill_offset(struct call *c)
{
	const struct side *s = next_side(c->rec->nr, NULL);
	const struct side *from = s ? next_side(c->rec->nr, s + 1) : NULL;
	int64_t off = s ? offset_of(c, s) : -1;
	if (from && dec_fd(c, from->fd_arg)->name.p) {
		struct text name = dec_fd(c, from->fd_arg)->name;
		c->ev->source = dec_text(c, name.p, name.len);
	}
	if (off < 0)
		return;
	c->ev->offset = off;
	c->ev->has |= EVENT_BIT(offset);
}

/* The file position of side S, if the transfer moved it. */
static void
move_side(struct call *c, const struct side *s)
{
	const struct fdinfo *info = dec_fd(c, s->fd_arg);
	if (!info->ofd || !at_position(c, s))
		return;
	/* What a directory's position counts is up to its file system. */
	bool adds = c->rec->nr != __NR_getdents && c->rec->nr != __NR_getdents64 &&
		    seekable(info) && !appends(c, s, info);
	int64_t pos;
	if (info->has_pos_exit)
		info->ofd->pos = info->pos_exit;
	else if (adds && info->pos >= 0 &&
		 !__builtin_add_overflow(info->pos, c->rec->ret, &pos))
		info->ofd->pos = pos;
	else
		info->ofd->pos = -1;
}

static void
move_position(struct call *c)
{
	const struct side *s = next_side(c->rec->nr, NULL);
	for (; s && c->rec->ret; s = next_side(c->rec->nr, s + 1))
		move_side(c, s);
}

static void
seek(struct call *c)
{
	const struct fdinfo *info = dec_fd(c, 0);
	/* _llseek(2) of 32-bit programs returns 0: the position is in memory. */
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_OUT, 3, 8);
	if (info->ofd)
		info->ofd->pos = b ? (int64_t)dec_u64(b, 0) : c->rec->ret;
}

/* The number that [P, END) begins with and BEHIND follows, or -1; *REST is after it. */
static int32_t
number(const char *p, const char *end, const char *behind, const char **rest)
{
	int64_t v = 0;
	const char *s = p;
	for (; s < end && *s >= '0' && *s <= '9' && v < INT32_MAX; s++)
		v = v * 10 + (*s - '0');
	size_t n = strlen(behind);
	if (s == p || v > INT32_MAX || (size_t)(end - s) < n || memcmp(s, behind, n) != 0)
		return -1;
	*rest = s + n;
	return (int32_t)v;
}

/* P behind PREFIX, or NULL if [P, END) does not begin with it. */
static const char *
behind(const char *p, const char *end, const char *prefix)
{
	size_t n = strlen(prefix);
	return p && (size_t)(end - p) >= n && !memcmp(p, prefix, n) ? p + n : NULL;
}

/* The thread whose name a write to this file sets: /proc/PID/comm names the leader,
 * /proc/PID/task/TID/comm any (proc_pid_comm(5)); -1 for other files. Without the
 * kernel's word the path may still say "self". */
static int32_t
comm_file(const struct call *c, struct text name)
{
	if (!name.p)
		return -1;
	const char *end = name.p + name.len;
	const char *p = behind(name.p, end, "/proc/"), *rest;
	if (!p)
		return -1;
	int32_t pid = c->rec->pid;
	if (behind(p, end, "thread-self/comm") == end)
		return c->rec->tid;
	if (behind(p, end, "self/"))
		rest = behind(p, end, "self/");
	else if ((pid = number(p, end, "/", &rest)) < 0)
		return -1;
	if (behind(rest, end, "comm") == end)
		return pid;
	p = behind(rest, end, "task/");
	int32_t tid = p ? number(p, end, "/comm", &rest) : -1;
	return rest == end ? tid : -1;
}

static void
apply_write(struct call *c)
{
	move_position(c);
	int32_t tid = comm_file(c, dec_fd(c, 0)->name);
	struct task *t = tid > 0 ? model_task_find(c->m, tid) : NULL;
	const struct raw_blob *b = t ? dec_blob(c, RAW_BLOB_BYTES, 1, 1) : NULL;
	if (!b)
		return;
	/* fs/proc/base.c, comm_write(): TASK_COMM_LEN - 1 bytes count. */
	size_t len = b->len;
	if (c->rec->args[2] < len)
		len = c->rec->args[2];
	model_task_rename(c->m, t, raw_blob_data(b), len < 15 ? len : 15, c->end_ns);
}

const struct dec_row dec_rw_rows[] = {
	{ __NR_read, 0, fill_offset, move_position },
	{ __NR_write, 0, fill_offset, apply_write },
	{ __NR_readv, 0, fill_offset, move_position },
	{ __NR_writev, 0, fill_offset, move_position },
	{ __NR_getdents, 0, fill_offset, move_position },
	{ __NR_getdents64, 0, fill_offset, move_position },
	{ __NR_pread64, 0, fill_offset, NULL },
	{ __NR_pwrite64, 0, fill_offset, NULL },
	{ __NR_preadv, 0, fill_offset, NULL },
	{ __NR_pwritev, 0, fill_offset, NULL },
	{ __NR_preadv2, 0, fill_offset, move_position },
	{ __NR_pwritev2, 0, fill_offset, move_position },
	{ __NR_sendfile, 0, fill_offset, move_position },
	{ __NR_splice, 0, fill_offset, move_position },
	{ __NR_copy_file_range, 0, fill_offset, move_position },
	{ __NR_lseek, 0, NULL, seek },
	{ 0 },
};
