/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns that any call has, from its record and its row in the table. What is
 * special about single calls follows from their dec_row.
 */
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/intern.h"
#include "decode/args.h"
#include "decode/dec.h"
#include "table/flags.h"

/* O_LARGEFILE as the kernel has it (the C library's is 0): set on every file that a
 * 64-bit program opens, so it tells nothing. */
#define KERNEL_O_LARGEFILE 0100000u

void
dec_unset(struct call *c, enum event_field_id id)
{
	c->ev->has &= ~(UINT64_C(1) << id);
}

void
dec_set_fd(struct call *c, int32_t fd)
{
	c->ev->fd = fd;
	dec_has(c, EV_fd);
}

void
dec_set_file(struct call *c, struct text name, unsigned event_flags)
{
	c->ev->event_flags &= ~(EVENT_FILE_DELETED | EVENT_FILE_IS_PATH);
	dec_unset(c, EV_file);
	if (!name.p)
		return;
	c->ev->file = name;
	c->ev->event_flags |= event_flags;
	dec_has(c, EV_file);
}

struct text
dec_flags_text(struct decoder *d, uint32_t word)
{
	word &= ~KERNEL_O_LARGEFILE;
	struct flag_text *t =
		&d->flag_cache[(word ^ word >> 9 ^ word >> 15) % FLAG_CACHE];
	if (!t->valid || t->word != word) {
		struct strbuf *sb = &d->tmp;
		strbuf_reset(sb);
		flagset_render(sb, d->open_set, word);
		if (sb->len >= sizeof(t->s))
			return dec_literal(arena_memdup0(&d->arena, strbuf_str(sb),
							 sb->len),
					   sb->len);
		*t = (struct flag_text){ .word = word,
					 .valid = true,
					 .len = (uint16_t)sb->len };
		memcpy(t->s, strbuf_str(sb), sb->len);
		t->s[sb->len] = '\0';
	}
	return dec_literal(t->s, t->len);
}

void
dec_set_flags(struct call *c, uint32_t word)
{
	c->ev->flags = dec_flags_text(c->d, word);
	dec_has(c, EV_flags);
}

void
dec_set_peer(struct call *c, struct text peer)
{
	dec_unset(c, EV_peer);
	if (!peer.p || !peer.len)
		return;
	c->ev->peer = peer;
	dec_has(c, EV_peer);
}

static void
set_ofd_peer(struct call *c, const struct ofd *o)
{
	dec_set_peer(c, o && o->peer ? dec_text(c, o->peer->s, o->peer->len)
				     : (struct text){ 0 });
}

void
dec_set_fdinfo(struct call *c, const struct fdinfo *info)
{
	dec_set_fd(c, info->fd);
	if (!info->open)
		return;
	struct text name = info->name;
	if (name.p)
		name = dec_text(c, name.p, name.len);
	dec_set_file(c, name, info->deleted ? EVENT_FILE_DELETED : 0);
	if (info->has_flags)
		dec_set_flags(c, info->flags);
	set_ofd_peer(c, info->ofd);
}

/* The file that a path argument means; *FD_ALSO: and the descriptor is the call's too. */
static struct text
path_target(struct call *c, unsigned arg, bool fd_also)
{
	struct text t = dec_path(c, arg);
	if (t.p || !dec_path_is_dirfd(c, arg))
		return t;
	const struct fdinfo *info;
	t = dec_dir(c, arg, &info);
	if (info && fd_also)
		dec_set_fdinfo(c, info);
	return t.p ? dec_text(c, t.p, t.len) : t;
}

static void
fill_operands(struct call *c)
{
	const struct syscall_desc *d = c->desc;
	if (d->fd_arg >= 0) {
		unsigned arg = (unsigned)d->fd_arg;
		if (d->args[arg].type != ARG_dirfd)
			dec_set_fdinfo(c, dec_fd(c, arg));
		else if ((int32_t)c->rec->args[arg] != AT_FDCWD)
			dec_set_fd(c, (int32_t)c->rec->args[arg]);
	}
	if (d->old_path_arg >= 0) {
		struct text t = path_target(c, (unsigned)d->old_path_arg, false);
		if (t.p) {
			c->ev->old_file = t;
			dec_has(c, EV_old_file);
		}
	}
	if (d->path_arg >= 0) {
		unsigned arg = (unsigned)d->path_arg;
		bool is_path = dec_path(c, arg).p;
		struct text t = path_target(c, arg, d->fd_arg < 0);
		if (is_path || d->fd_arg >= 0)
			dec_set_file(c, t, is_path ? EVENT_FILE_IS_PATH : 0);
		else if (t.p && !event_has(c->ev, EV_file))
			dec_set_file(c, t, 0);
	}
	/* A call that makes a descriptor has none if it fails. */
	if (d->ret == RET_fd)
		dec_unset(c, EV_fd);
}

static struct text
name_text(const char *s)
{
	return dec_literal(s, s ? strlen(s) : 0);
}

static void
fill_syscall(struct call *c)
{
	const struct syscall_desc *d = c->desc;
	struct event *ev = c->ev;
	ev->desc = d;
	if (c->foreign_name.p) {
		ev->syscall = c->foreign_name;
	} else if (!c->foreign && d->name) {
		ev->syscall = name_text(d->name);
	} else {
		struct strbuf *sb = &c->d->tmp;
		strbuf_reset(sb);
		strbuf_adds(sb,
			    c->rec->flags & RAW_ABI_X32 ? "x32:syscall_" : "syscall_");
		strbuf_addu64(sb, c->rec->nr);
		ev->syscall = dec_text(c, strbuf_str(sb), sb->len);
	}
	ev->family = name_text(family_name(d->family));
	ev->kind = name_text(kind_name(d->kind));
	ev->has |= EVENT_BIT(syscall) | EVENT_BIT(family) | EVENT_BIT(kind);
}

static void
fill_times(struct call *c)
{
	const struct raw_rec *rec = c->rec;
	struct event *ev = c->ev;
	ev->time_ns = rec->enter_ns;
	dec_has(c, EV_time_ns);
	if (c->task->has_last) {
		uint64_t last = c->task->last_end_ns;
		ev->gap_ns = rec->enter_ns > last ? rec->enter_ns - last : 0;
		dec_has(c, EV_gap_ns);
	}
	/* How long a call had lasted before we attached is not known. */
	if (rec->flags & RAW_NO_ENTER)
		return;
	bool returns = rec->kind != RAW_SYSCALL || !(rec->flags & RAW_NO_RET);
	ev->latency_ns = returns ? c->end_ns - rec->enter_ns : 0;
	dec_has(c, EV_latency_ns);
}

static void
fill_task(struct call *c)
{
	struct event *ev = c->ev;
	const struct istr *name = task_name_at(c->task, c->rec->enter_ns);
	ev->pid = c->rec->pid;
	ev->tid = c->rec->tid;
	ev->has |= EVENT_BIT(pid) | EVENT_BIT(tid);
	if (name) {
		ev->comm = dec_text(c, name->s, name->len);
		dec_has(c, EV_comm);
	}
}

struct text
dec_errno_text(struct decoder *d, int errnum)
{
	const char *name = errno_name(errnum);
	if (name)
		return name_text(name);
	strbuf_reset(&d->tmp);
	strbuf_addf(&d->tmp, "errno_%d", errnum);
	return dec_literal(arena_memdup0(&d->arena, strbuf_str(&d->tmp), d->tmp.len),
			   d->tmp.len);
}

static void
fill_result(struct call *c)
{
	const struct raw_rec *rec = c->rec;
	struct event *ev = c->ev;
	ev->restarts = rec->restarts;
	dec_has(c, EV_restarts);
	if (rec->kind == RAW_UNFINISHED)
		ev->event_flags |= EVENT_UNFINISHED;
	if (rec->flags & RAW_INTERRUPTED)
		ev->event_flags |= EVENT_INTERRUPTED;
	if (!c->finished)
		return;
	ev->ret = rec->ret;
	dec_has(c, EV_ret);
	/* A restart code is no error of the program's (include/linux/errno.h): it was or
	 * will be carried on, or turned into EINTR. */
	if (rec->ret >= 0 || rec->ret < -4095 || rec->ret == -512 || rec->ret == -513 ||
	    rec->ret == -514 || rec->ret == -516)
		return;
	ev->errnum = (int)-rec->ret;
	ev->error = dec_errno_text(c->d, ev->errnum);
	dec_has(c, EV_error);
}

static void
fill_stack(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_STACK, 0);
	if (!b || !b->len)
		return;
	c->ev->stack = dec_text(c, raw_blob_data(b), b->len);
	dec_has(c, EV_stack);
}

/* The directory that argument I names, if the path behind it starts from there. */
static struct text
directory_name(struct call *c, unsigned i)
{
	const struct fdinfo *info;
	const struct raw_blob *path = raw_blob_find(c->rec, RAW_BLOB_CSTR, i + 1);
	if (path && path->len && *(const char *)raw_blob_data(path) == '/')
		return (struct text){ 0 };
	return dec_dir(c, i + 1, &info);
}

/* What the model knows of the descriptors of a call that was recorded without a look at
 * /proc. */
static struct arg_names
names_by_model(struct call *c)
{
	struct arg_names names = { 0 };
	for (unsigned i = 0; i < c->desc->nargs; i++) {
		if (c->desc->args[i].type == ARG_dirfd && i + 1 < c->desc->nargs)
			names.of[i] = directory_name(c, i);
		else if (c->desc->args[i].type == ARG_fd)
			names.of[i] = dec_fd(c, i)->name;
	}
	return names;
}

static void
fill_args(struct call *c)
{
	struct decoder *d = c->d;
	if (!d->cfg.want_args)
		return;
	/* No table says what the words of a foreign call are. */
	const struct syscall_desc *desc = c->foreign ? syscall_desc(UINT_MAX) : c->desc;
	strbuf_reset(&d->args);
	struct arg_names names = { 0 };
	if (c->rec->flags & RAW_BY_AGENT)
		names = names_by_model(c);
	args_render(&d->args, c->rec, desc, &names);
	c->ev->args = dec_literal(strbuf_str(&d->args), d->args.len);
	dec_has(c, EV_args);
	strbuf_reset(&d->ret_text);
	args_render_ret(&d->ret_text, c->rec, desc);
	c->ev->ret_text = dec_literal(strbuf_str(&d->ret_text), d->ret_text.len);
}

void
dec_fill(struct call *c)
{
	c->ev->words = c->foreign ? NULL : c->rec->args;
	fill_syscall(c);
	fill_times(c);
	fill_task(c);
	fill_result(c);
	fill_stack(c);
	fill_args(c);
	if (c->foreign)
		return;
	fill_operands(c);
	dec_fill_bytes(c);
}

void
dec_fill_made(struct call *c)
{
	if (c->made_fd < 0)
		return;
	dec_set_fd(c, c->made_fd);
	const struct fdslot *s = fdtable_find(c->task->files, c->made_fd);
	if (!s) {
		/* Of the operand nothing passes to something unknown. */
		dec_set_file(c, (struct text){ 0 }, 0);
		return;
	}
	const struct ofd *o = s->ofd;
	/* fspick(2): of a call that is about a path the row names the path. */
	bool by_path = c->desc && c->desc->kind == KIND_pathname && o->name &&
		       o->name->s[0] != '/';
	if (o->name && !by_path)
		dec_set_file(c, dec_text(c, o->name->s, o->name->len),
			     o->deleted ? EVENT_FILE_DELETED : 0);
	if (o->known & OFD_FLAGS && !c->asked_flags)
		dec_set_flags(c, o->flags | (s->cloexec ? O_CLOEXEC : 0));
	if (!event_has(c->ev, EV_peer))
		set_ofd_peer(c, o);
}
