/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What arguments mean: descriptors, and paths made absolute. The record's word comes
 * first; where it says that it has them all (RAW_FDS_KNOWN), silence means "not open";
 * else the model answers. Everything read here is the tracee's: lengths are checked, and
 * nothing is followed further than the record goes.
 */
#include <fcntl.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"
#include "model/path.h"
#include "table/flags.h"

const struct raw_blob *
dec_blob(const struct call *c, unsigned kind, unsigned arg, size_t min)
{
	const struct raw_blob *b = raw_blob_find(c->rec, kind, arg);
	return b && b->len >= min ? b : NULL;
}

uint32_t
dec_u32(const struct raw_blob *b, size_t off)
{
	uint32_t v;
	memcpy(&v, (const char *)raw_blob_data(b) + off, sizeof(v));
	return v;
}

uint64_t
dec_u64(const struct raw_blob *b, size_t off)
{
	uint64_t v;
	memcpy(&v, (const char *)raw_blob_data(b) + off, sizeof(v));
	return v;
}

struct text
dec_text(struct call *c, const char *p, size_t len)
{
	len = strnlen(p, len);
	return dec_literal(arena_memdup0(&c->d->arena, p, len), len);
}

static struct text
istr_text(const struct istr *s)
{
	return s ? dec_literal(s->s, s->len) : (struct text){ 0 };
}

/* Is LEN bytes of FD blob; the check has made sure that its header is there. */
static const struct raw_fd *
blob_fd(const struct raw_blob *b)
{
	return b->len >= sizeof(struct raw_fd) ? raw_blob_data(b) : NULL;
}

struct ofd_facts
dec_facts(const struct raw_fd *fd, const struct raw_blob *b)
{
	const char *name = (const char *)(fd + 1);
	return (struct ofd_facts){
		.name = name,
		.len = strnlen(name, b->len - sizeof(*fd)),
		.dev = fd->dev,
		.ino = fd->ino,
		.pos = fd->pos,
		.flags = fd->flags,
		.mode = fd->mode,
		.deleted = fd->bits & RAW_FD_DELETED,
		.has_flags = fd->bits & RAW_FD_INFO,
		.has_stat = fd->bits & RAW_FD_STAT,
	};
}

/* The record's name of a directory, unless the model knows it or has newer news. */
static void
observe_dir(struct call *c, const struct raw_blob *b, const struct raw_fd *fd, bool root)
{
	struct fsctx *fs = c->task->fs;
	const char *name = (const char *)(fd + 1);
	size_t len = strnlen(name, b->len - sizeof(*fd));
	const struct cwd cwd = fsctx_cwd(fs);
	const struct istr *was = root ? fs->root : cwd.s;
	if (was && was->len == len && !memcmp(was->s, name, len))
		return;
	if (root)
		fsctx_set_root(fs, intern(c->m->names, name, len));
	else if (cwd.since_ns <= c->rec->enter_ns)
		fsctx_set_cwd(fs, intern(c->m->names, name, len), c->rec->enter_ns);
}

void
dec_observe(struct call *c)
{
	const struct raw_blob *b = raw_blob_first(c->rec);
	for (; b; b = raw_blob_next(c->rec, b)) {
		const struct raw_fd *fd = b->kind == RAW_BLOB_FD ? blob_fd(b) : NULL;
		if (!fd)
			continue;
		if (b->arg == RAW_ARG_ROOT)
			observe_dir(c, b, fd, true);
		else if (b->arg == RAW_ARG_CWD || fd->fd == AT_FDCWD)
			observe_dir(c, b, fd, false);
		else if (b->arg < SYSCALL_ARGS || b->arg == RAW_ARG_DATA) {
			struct ofd_facts f = dec_facts(fd, b);
			model_fd_observe(c->m, c->task, fd->fd, &f, c->rec->enter_ns);
		}
	}
	if (!(c->rec->flags & RAW_FDS_KNOWN))
		return;
	for (unsigned i = 0; i < c->desc->nargs; i++)
		if (c->desc->args[i].type == ARG_fd &&
		    !raw_blob_find(c->rec, RAW_BLOB_FD, i))
			model_fd_absent(c->task, (int32_t)c->rec->args[i],
					c->rec->enter_ns);
}

/* What FD blob B (NULL: none) says of the descriptor; false if nothing. */
static bool
fd_of_blob(const struct raw_blob *b, struct fdinfo *info)
{
	const struct raw_fd *fd = b ? blob_fd(b) : NULL;
	if (!fd || fd->fd != info->fd)
		return false;
	struct ofd_facts f = dec_facts(fd, b);
	info->open = info->kernel = true;
	info->deleted = f.deleted;
	info->has_flags = f.has_flags;
	info->flags = f.flags;
	info->mode = f.has_stat ? f.mode & S_IFMT : 0;
	info->pos = f.has_flags ? f.pos : -1;
	info->has_pos_exit = fd->bits & RAW_FD_POS_EXIT;
	info->pos_exit = fd->pos_exit;
	info->name = dec_literal(f.name, f.len);
	return true;
}

/* The model's binding of the number when the call entered. */
static void
fd_of_model(const struct call *c, struct fdinfo *info)
{
	const struct fdslot *s =
		fdtable_find_at(c->task->files, info->fd, c->rec->enter_ns);
	if (!s)
		return;
	info->ofd = ofd_ref(s->ofd);
	if (info->kernel || !c->d->trust.bindings)
		return;
	info->open = true;
	info->deleted = s->ofd->deleted;
	info->has_flags = s->ofd->known & OFD_FLAGS;
	info->flags = s->ofd->flags | (s->cloexec ? O_CLOEXEC : 0);
	info->mode = s->ofd->known & OFD_STAT ? s->ofd->mode : 0;
	info->pos = c->d->trust.positions ? s->ofd->pos : -1;
	info->name = istr_text(s->ofd->name);
}

const struct fdinfo *
dec_fd(struct call *c, unsigned arg)
{
	struct fdinfo *info = &c->fds[arg];
	if (c->fd_done & 1u << arg)
		return info;
	c->fd_done |= 1u << arg;
	*info = (struct fdinfo){ .fd = (int32_t)c->rec->args[arg], .pos = -1 };
	if (fd_of_blob(raw_blob_find(c->rec, RAW_BLOB_FD, arg), info) ||
	    !(c->rec->flags & RAW_FDS_KNOWN))
		fd_of_model(c, info);
	return info;
}

void
dec_fd_number(const struct call *c, int32_t fd, struct fdinfo *info)
{
	bool told = false;
	*info = (struct fdinfo){ .fd = fd, .pos = -1 };
	const struct raw_blob *b = raw_blob_first(c->rec);
	for (; b && !told; b = raw_blob_next(c->rec, b))
		told = b->kind == RAW_BLOB_FD && b->arg == RAW_ARG_DATA &&
		       fd_of_blob(b, info);
	if (told || !(c->rec->flags & RAW_FDS_KNOWN))
		fd_of_model(c, info);
}

/* A directory that the record names, or NULL. */
static const struct raw_blob *
dir_blob(const struct call *c, unsigned arg)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_FD, arg);
	return b && blob_fd(b) ? b : NULL;
}

static struct text
blob_name(const struct raw_blob *b)
{
	const struct ofd_facts f = dec_facts(raw_blob_data(b), b);
	return dec_literal(f.name, f.len);
}

static struct text
root_dir(const struct call *c)
{
	const struct raw_blob *b = dir_blob(c, RAW_ARG_ROOT);
	if (b)
		return blob_name(b);
	if (c->rec->flags & RAW_FDS_KNOWN || !c->task->fs->root || !c->d->trust.dirs)
		return DEC_LITERAL("/");
	return istr_text(c->task->fs->root);
}

struct text
dec_dir(struct call *c, unsigned arg, const struct fdinfo **info)
{
	const struct raw_blob *b = dir_blob(c, RAW_ARG_CWD);
	*info = NULL;
	if (arg && c->desc->args[arg - 1].type == ARG_dirfd) {
		if ((int32_t)c->rec->args[arg - 1] != AT_FDCWD) {
			*info = dec_fd(c, arg - 1);
			return (*info)->name;
		}
		b = dir_blob(c, arg - 1);
	}
	if (b)
		return blob_name(b);
	if (!c->d->trust.dirs)
		return (struct text){ 0 };
	return istr_text(fsctx_cwd_at(c->task->fs, c->rec->enter_ns));
}

/* PATH below what it starts from. */
static struct text
join(struct call *c, unsigned arg, struct text path)
{
	const struct fdinfo *info;
	struct text base = path.p[0] == '/' ? root_dir(c) : dec_dir(c, arg, &info);
	if (!base.p || !base.len || base.p[0] != '/')
		return dec_text(c, path.p, path.len);
	char *out = arena_alloc(&c->d->arena, base.len + path.len + 2);
	return dec_literal(out, path_join(out, base.p, base.len, path.p, path.len));
}

struct text
dec_path_at(struct call *c, int32_t dirfd, struct text path)
{
	struct text base = { 0 };
	struct fdinfo info = { 0 };
	const struct raw_blob *b = dir_blob(c, RAW_ARG_CWD);
	if (path.len && path.p[0] == '/')
		base = root_dir(c);
	else if (dirfd != AT_FDCWD)
		dec_fd_number(c, dirfd, &info);
	else if (b)
		base = blob_name(b);
	else if (c->d->trust.dirs)
		base = istr_text(fsctx_cwd_at(c->task->fs, c->rec->enter_ns));
	if (info.name.p)
		base = info.name;
	struct text t = { 0 };
	if (base.len && base.p[0] == '/') {
		char *out = arena_alloc(&c->d->arena, base.len + path.len + 2);
		t = dec_literal(out, path_join(out, base.p, base.len, path.p, path.len));
	} else if (path.len) {
		t = dec_text(c, path.p, path.len);
	}
	ofd_unref(info.ofd);
	return t;
}

struct text
dec_path(struct call *c, unsigned arg)
{
	struct text *t = &c->paths[arg];
	if (c->path_done & 1u << arg)
		return *t;
	c->path_done |= 1u << arg;
	*t = (struct text){ 0 };
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_CSTR, arg, 1);
	if (!b || b->flags & RAW_BLOB_FAULT)
		return *t;
	const char *s = raw_blob_data(b);
	struct text path = dec_literal(s, strnlen(s, b->len));
	if (path.len)
		*t = c->desc->args[arg].type == ARG_path ? join(c, arg, path)
							 : dec_text(c, path.p, path.len);
	return *t;
}

/* The flag that lets argument ARG of this call be empty, if its flags are of SET. */
static uint64_t
empty_path_flag(const char *set, unsigned arg)
{
	if (!strcmp(set, "at") || !strcmp(set, "opentree"))
		return AT_EMPTY_PATH;
	if (!strcmp(set, "fspick"))
		return 0x8; /* FSPICK_EMPTY_PATH */
	if (!strcmp(set, "movemount"))
		return arg < 2 ? 0x4 : 0x40; /* MOVE_MOUNT_F_, T_EMPTY_PATH */
	return 0;
}

bool
dec_path_is_dirfd(struct call *c, unsigned arg)
{
	if (!arg || c->desc->args[arg - 1].type != ARG_dirfd)
		return false;
	bool null = !c->rec->args[arg];
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_CSTR, arg);
	if (!null && !(b && !b->len && !(b->flags & RAW_BLOB_FAULT)))
		return false;
	switch (c->rec->nr) {
	case __NR_readlinkat: /* fs/stat.c, do_readlinkat(): "" always means dirfd */
		return !null;
	case __NR_futimesat:
	case __NR_fanotify_mark:
		return null;
	case __NR_utimensat:
		if (null)
			return true;
		break;
	default:
		break;
	}
	for (unsigned i = 0; i < c->desc->nargs; i++)
		if (c->desc->args[i].set &&
		    c->rec->args[i] & empty_path_flag(c->desc->args[i].set->name, arg))
			return true;
	return false;
}
