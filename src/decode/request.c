/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decode/request.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "decode/args.h"
#include "table/flags.h"

struct request *
request_begin(struct call *c, enum request_op op, uint64_t key)
{
	struct decoder *d = c->d;
	if (!c->ev)
		return NULL;
	struct request *r = request_new(&c->m->requests);
	if (!r) {
		d->requests_unkept++;
		return NULL;
	}
	const struct istr *name = task_name_at(c->task, c->rec->enter_ns);
	r->desc = request_desc(op);
	r->key = key;
	r->id = ++d->request_ids;
	r->submit_ns = c->rec->enter_ns;
	r->pid = c->rec->pid;
	r->tid = c->rec->tid;
	if (name)
		r->comm = intern(c->m->names, name->s, name->len);
	return r;
}

static struct istr *
keep(struct call *c, struct text t)
{
	return t.p ? intern(c->m->names, t.p, strnlen(t.p, t.len)) : NULL;
}

void
request_set_fd(struct call *c, struct request *r, int32_t fd)
{
	struct fdinfo info;
	r->fd = fd;
	dec_fd_number(c, fd, &info);
	if (!info.open) {
		ofd_unref(info.ofd);
		return;
	}
	r->file = keep(c, info.name);
	r->deleted = info.deleted;
	r->flags = info.flags;
	r->has_flags = info.has_flags;
	r->seekable = info.name.p &&
		      ofd_seekable(info.name.p, info.name.len, info.mode);
	r->ofd = info.ofd;
	if (info.ofd)
		r->peer = istr_ref(info.ofd->peer);
}

void
request_set_args(struct request *r, const struct strbuf *sb)
{
	free(r->args);
	r->args = xmemdup0(strbuf_str(sb), sb->len);
}

/* ---- the row ---- */

static struct text
copy(struct decoder *d, const char *p, size_t len)
{
	return dec_literal(arena_memdup0(&d->arena, p, len), len);
}

static void
set_text(struct decoder *d, struct event *ev, enum event_field_id id, struct text *at,
	 const struct istr *s)
{
	if (!s || !s->len)
		return;
	*at = copy(d, s->s, s->len);
	ev->has |= UINT64_C(1) << id;
}

static void
fill_origin(struct decoder *d, struct event *ev, const struct request *r)
{
	const struct syscall_desc *desc = r->desc;
	ev->desc = desc;
	ev->syscall = dec_literal(desc->name, strlen(desc->name));
	ev->family = dec_literal(family_name(desc->family),
				 strlen(family_name(desc->family)));
	ev->kind = dec_literal(kind_name(desc->kind), strlen(kind_name(desc->kind)));
	ev->time_ns = r->submit_ns;
	ev->pid = r->pid;
	ev->tid = r->tid;
	ev->aio_id = r->id;
	ev->has |= EVENT_BIT(syscall) | EVENT_BIT(family) | EVENT_BIT(kind) |
		   EVENT_BIT(time_ns) | EVENT_BIT(pid) | EVENT_BIT(tid) |
		   EVENT_BIT(aio_id);
	set_text(d, ev, EV_comm, &ev->comm, r->comm);
}

static void
fill_target(struct decoder *d, struct event *ev, const struct request *r)
{
	if (r->fd >= 0) {
		ev->fd = r->fd;
		ev->has |= EVENT_BIT(fd);
	}
	set_text(d, ev, EV_file, &ev->file, r->file);
	set_text(d, ev, EV_old_file, &ev->old_file, r->old_file);
	set_text(d, ev, EV_peer, &ev->peer, r->peer);
	if (r->file && r->deleted)
		ev->event_flags |= EVENT_FILE_DELETED;
	if (r->file && r->file_is_path)
		ev->event_flags |= EVENT_FILE_IS_PATH;
	if (r->has_flags) {
		ev->flags = dec_flags_text(d, r->flags);
		ev->has |= EVENT_BIT(flags);
	}
	if (r->has_requested) {
		ev->requested = r->requested;
		ev->has |= EVENT_BIT(requested);
	}
	if (r->offset >= 0) {
		ev->offset = r->offset;
		ev->has |= EVENT_BIT(offset);
	}
	if (d->cfg.want_args) {
		const char *args = r->args ? r->args : "";
		ev->args = copy(d, args, strlen(args));
		ev->has |= EVENT_BIT(args);
	}
}

static void
fill_result(struct decoder *d, struct event *ev, int64_t res)
{
	ev->ret = res;
	ev->has |= EVENT_BIT(ret);
	if (ev->desc->bytes != BYTES_NONE) {
		ev->bytes = res > 0 ? (uint64_t)res : 0;
		ev->has |= EVENT_BIT(bytes);
	}
	if (res >= 0 || res < -4095)
		return;
	ev->errnum = (int)-res;
	ev->error = dec_errno_text(d, ev->errnum);
	ev->has |= EVENT_BIT(error);
}

static void
put(struct decoder *d, struct event *ev, const struct request *r, const int64_t *res)
{
	fill_origin(d, ev, r);
	fill_target(d, ev, r);
	if (res)
		fill_result(d, ev, *res);
	if (d->cfg.want_args) {
		strbuf_reset(&d->ret_text);
		if (res)
			args_render_value(&d->ret_text, *res);
		else
			strbuf_addch(&d->ret_text, '?');
		ev->ret_text = dec_literal(strbuf_str(&d->ret_text), d->ret_text.len);
	}
	ev->seq = ++d->events;
	ev->has |= EVENT_BIT(seq);
	d->out.event(d->out.arg, ev);
}

void
request_progress(struct decoder *d, const struct request *r, int64_t res, uint64_t ns)
{
	struct event ev = { 0 };
	ev.latency_ns = ns > r->submit_ns ? ns - r->submit_ns : 0;
	ev.has |= EVENT_BIT(latency_ns);
	put(d, &ev, r, &res);
}

void
request_complete(struct decoder *d, struct request *r, int64_t res, uint64_t ns)
{
	request_progress(d, r, res, ns);
	request_free(r, &d->model->requests);
}

void
request_unseen(struct decoder *d, struct request *r)
{
	struct event ev = { .event_flags = EVENT_UNFINISHED };
	d->requests_unseen++;
	put(d, &ev, r, NULL);
	request_free(r, &d->model->requests);
}

/* ---- at the end ---- */

void
request_remark(struct decoder *d, uint64_t ns, uint64_t n, const char *one,
	       const char *many)
{
	if (!n || !d->out.notice)
		return;
	struct strbuf *sb = &d->tmp;
	strbuf_reset(sb);
	strbuf_addu64(sb, n);
	strbuf_adds(sb, n == 1 ? one : many);
	struct notice notice = { .kind = NOTICE_TEXT, .time_ns = ns };
	notice.text = copy(d, strbuf_str(sb), sb->len);
	d->out.notice(d->out.arg, &notice);
}

void
request_remarks(struct decoder *d, uint64_t ns)
{
	request_remark(d, ns, d->requests_unseen,
	       " request was submitted and never seen to complete",
	       " requests were submitted and never seen to complete");
	request_remark(d, ns, d->requests_unkept,
	       " submitted request could not be recorded and has no row",
	       " submitted requests could not be recorded and have no row");
	d->requests_unseen = d->requests_unkept = 0;
}
