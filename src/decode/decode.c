/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder: records by kind, and the way of one call (see dec.h). Tasks begin and end
 * here; what calls do is in the rows of dec_*.c.
 */
#include "decode/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "decode/dec.h"
#include "decode/request.h"
#include "table/flags.h"
#include "table/foreign.h"
#include "table/selection.h"

static void
add_rows(struct decoder *d, const struct dec_row *rows)
{
	for (; rows->fill || rows->apply; rows++)
		d->rows[rows->nr] = rows;
}

struct decoder *
decoder_new(const struct decode_cfg *cfg, const struct decode_out *out)
{
	static const struct dec_row *const themes[] = {
		dec_open_rows, dec_fd_rows,    dec_rw_rows,   dec_net_rows,
		dec_path_rows, dec_mem_rows,   dec_poll_rows, dec_proc_rows,
		dec_anon_rows, dec_uring_rows, dec_aio_rows,
	};
	struct decoder *d = xcalloc(1, sizeof(*d));
	d->cfg = *cfg;
	d->out = *out;
	d->model = model_new();
	d->foreign = foreign_table_new();
	d->open_set = flagset_find("open");
	/* Until a session record says more. */
	d->trust = dec_trust(cfg->selected, true);
	for (size_t i = 0; i < ARRAY_SIZE(themes); i++)
		add_rows(d, themes[i]);
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (!d)
		return;
	model_free(d->model);
	arena_fini(&d->arena);
	strbuf_fini(&d->args);
	strbuf_fini(&d->ret_text);
	strbuf_fini(&d->tmp);
	foreign_table_free(d->foreign);
	free(d);
}

static uint64_t
end_of(const struct raw_rec *rec)
{
	return rec->exit_ns > rec->enter_ns ? rec->exit_ns : rec->enter_ns;
}

/* ---- calls ---- */

/* The task of a call. An engine may report a thread's exec before the execve that made it
 * has returned: the task has its leader's number then, the call the old one. */
static struct task *
task_of(struct decoder *d, const struct raw_rec *rec)
{
	struct task *t = model_task_find(d->model, rec->tid);
	if (t && t->pid == rec->pid)
		return t;
	struct task *leader = model_task_find(d->model, rec->pid);
	if (leader && leader->former_tid && leader->former_tid == rec->tid)
		return leader;
	return model_task(d->model, rec->pid, rec->tid);
}

/* An error is -4095..-1; only where the result may be an address are words below that
 * no accident (include/linux/err.h). */
static bool
succeeded(const struct call *c)
{
	int64_t ret = c->rec->ret;
	if (!c->finished)
		return false;
	return ret >= 0 || (ret < -4095 && c->desc->ret == RET_addr);
}

static void
call_done(struct call *c)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (c->fd_done & 1u << i)
			ofd_unref(c->fds[i].ofd);
}

/* What became known of the task by this call having ended. */
static void
task_done(struct call *c)
{
	struct task *t = c->task;
	t->former_tid = 0;
	if (!c->ev)
		return;
	t->last_end_ns = c->end_ns;
	t->has_last = true;
}

static void
run_call(struct decoder *d, struct call *c, const struct dec_row *row)
{
	bool executed = c->desc->kind == KIND_exec && c->ok;
	/* After an exec the descriptors at entry are history. */
	if (!c->foreign && !executed)
		dec_observe(c);
	if (c->ev) {
		dec_fill(c);
		if (row && row->fill)
			row->fill(c);
	}
	bool applies = row && row->apply && (c->ok || row->flags & DEC_EVEN_FAILED);
	if (applies && !(row->flags & DEC_AFTER))
		row->apply(c);
	if (c->ev) {
		dec_fill_made(c);
		c->ev->seq = ++d->events;
		c->ev->has |= EVENT_BIT(seq);
		d->out.event(d->out.arg, c->ev);
	}
	if (applies && row->flags & DEC_AFTER)
		row->apply(c);
	task_done(c);
	call_done(c);
}

/* C for REC, without an event; returns the number that selects what is known of it. */
static uint32_t
start_call(struct decoder *d, const struct raw_rec *rec, struct call *c)
{
	/* Field by field: the caches need no clearing. */
	c->d = d;
	c->m = d->model;
	c->rec = rec;
	c->foreign = false;
	c->foreign_name = (struct text){ 0 };
	c->desc = syscall_desc(rec->nr);
	if (rec->flags & (RAW_ABI_I386 | RAW_ABI_X32))
		dec_foreign(c);
	c->task = task_of(d, rec);
	c->finished = rec->kind == RAW_SYSCALL && !(rec->flags & RAW_NO_RET);
	c->ok = succeeded(c);
	c->end_ns = end_of(rec);
	c->made_fd = -1;
	c->asked_flags = false;
	c->fd_done = c->path_done = 0;
	c->ev = NULL;
	if (!c->foreign)
		return rec->nr;
	return c->desc->flags & SYSCALL_UNKNOWN ? UINT32_MAX : c->desc->nr;
}

static void
feed_call(struct decoder *d, const struct raw_rec *rec)
{
	struct event ev;
	struct call c;
	uint32_t nr = start_call(d, rec, &c);
	if (dec_selected(d->cfg.selected, nr)) {
		memset(&ev, 0, sizeof(ev));
		c.ev = &ev;
	}
	run_call(d, &c, c.foreign || nr >= DEC_NR_MAX ? NULL : d->rows[nr]);
}

static struct text
idle_text(const struct raw_rec *rec)
{
	switch ((enum raw_idle)rec->args[0]) {
	case RAW_IDLE_RUNNING:
		return dec_literal("running", 7);
	case RAW_IDLE_STOPPED:
		return dec_literal("stopped by a signal", 19);
	case RAW_IDLE_BLOCKED:
		break;
	}
	return dec_literal("in the kernel, in no call that can be told", 42);
}

/* A call that goes on: nothing of it has happened yet, so the model stays as it is. */
static void
feed_in_flight(struct decoder *d, const struct raw_rec *rec)
{
	struct event ev = { 0 };
	struct call c;
	bool want_args = d->cfg.want_args;
	if (!d->out.in_flight)
		return;
	uint32_t nr = start_call(d, rec, &c);
	c.ev = &ev;
	d->cfg.want_args = true; /* whatever the outputs read */
	if (!c.foreign)
		dec_observe(&c);
	dec_fill(&c);
	if (!c.foreign && nr < DEC_NR_MAX && d->rows[nr] && d->rows[nr]->fill)
		d->rows[nr]->fill(&c);
	d->cfg.want_args = want_args;
	ev.latency_ns = c.end_ns - rec->enter_ns;
	ev.has |= EVENT_BIT(latency_ns);
	if (rec->flags & RAW_STALLED)
		ev.event_flags |= EVENT_STALLED;
	if (rec->nr == UINT32_MAX) {
		ev.event_flags |= EVENT_NO_CALL;
		ev.syscall = idle_text(rec);
	}
	d->out.in_flight(d->out.arg, &ev);
	call_done(&c);
}

/* ---- all else ---- */

/* The text of the first blob of KIND and ARG, copied; p NULL if there is none. */
static struct text
blob_text(struct decoder *d, const struct raw_rec *rec, unsigned kind, unsigned arg)
{
	const struct raw_blob *b = raw_blob_find(rec, kind, arg);
	if (!b)
		return (struct text){ 0 };
	size_t len = strnlen(raw_blob_data(b), b->len);
	return dec_literal(arena_memdup0(&d->arena, raw_blob_data(b), len), len);
}

static void
take_comm(struct decoder *d, const struct raw_rec *rec, struct task *t, uint64_t ns)
{
	const struct raw_blob *b = raw_blob_find(rec, RAW_BLOB_COMM, 0);
	if (b)
		model_task_rename(d->model, t, raw_blob_data(b), b->len, ns);
}

static struct notice
new_notice(struct decoder *d, const struct raw_rec *rec, enum notice_kind kind)
{
	const struct task *t = model_task_find(d->model, rec->tid);
	const struct istr *name = t ? task_name_at(t, UINT64_MAX) : NULL;
	struct notice n = {
		.kind = kind, .time_ns = end_of(rec), .pid = rec->pid, .tid = rec->tid
	};
	if (name)
		n.comm = dec_literal(arena_memdup0(&d->arena, name->s, name->len),
				     name->len);
	return n;
}

static void
put_notice(struct decoder *d, const struct notice *n)
{
	if (d->out.notice)
		d->out.notice(d->out.arg, n);
}

static void
feed_session(struct decoder *d, const struct raw_rec *rec)
{
	struct text list = blob_text(d, rec, RAW_BLOB_TEXT_SELECT, 0);
	bool state = rec->args[2] & RAW_SESSION_STATE;
	struct selection sel;
	char err[256];
	selection_init(&sel);
	if (list.len && !selection_add(&sel, list.p, err, sizeof(err)))
		d->trust = dec_trust(sel.on, state);
	else
		d->trust = dec_trust(d->cfg.selected, state);
	selection_fini(&sel);
}

static void
feed_task_new(struct decoder *d, const struct raw_rec *rec)
{
	struct task *t = model_task_begin(d->model, rec->pid, rec->tid,
					  (int32_t)rec->args[0], rec->args[1]);
	take_comm(d, rec, t, t->names[0].s ? end_of(rec) : 0);
}

static void
feed_task_exit(struct decoder *d, const struct raw_rec *rec)
{
	struct notice n = new_notice(d, rec, NOTICE_EXIT);
	n.status = (int)rec->args[0];
	if (rec->args[2]) {
		n.kind = NOTICE_EXEC_SUPERSEDED;
		n.other_tid = (int32_t)rec->args[2];
	}
	/* What ends with the task comes before the word of its end. */
	model_task_end(d->model, rec->tid);
	dec_aio_settle(d);
	put_notice(d, &n);
}

static void
put_program(struct decoder *d, const struct raw_rec *rec)
{
	const struct program p = {
		.pid = rec->pid,
		.comm = blob_text(d, rec, RAW_BLOB_COMM, 0),
		.file = blob_text(d, rec, RAW_BLOB_PATH, 0),
		.interpreter = blob_text(d, rec, RAW_BLOB_PATH, 1),
	};
	if (p.file.len && d->out.program)
		d->out.program(d->out.arg, &p);
}

static void
feed_task_exec(struct decoder *d, const struct raw_rec *rec)
{
	bool superseded;
	struct notice n = new_notice(d, rec, NOTICE_EXEC_SUPERSEDED);
	struct task *t = model_task_exec(d->model, rec->pid, (int32_t)rec->args[0],
					 end_of(rec), &superseded);
	take_comm(d, rec, t, end_of(rec));
	put_program(d, rec);
	if (!superseded)
		return;
	n.tid = rec->pid;
	n.other_tid = (int32_t)rec->args[0];
	put_notice(d, &n);
}

static void
feed_signal(struct decoder *d, const struct raw_rec *rec)
{
	struct notice n = new_notice(d, rec, NOTICE_SIGNAL);
	n.signo = (int)rec->args[0];
	n.si_code = (int)rec->args[1];
	n.sender_pid = (int)rec->args[2];
	n.sender_uid = (int)rec->args[3];
	n.sig_value = (int64_t)rec->args[4];
	put_notice(d, &n);
}

static void
feed_faults(struct decoder *d, const struct raw_rec *rec)
{
	struct notice n = new_notice(d, rec, NOTICE_FAULTS);
	n.faults = rec->args[0];
	put_notice(d, &n);
}

static void
feed_fd_seed(struct decoder *d, const struct raw_rec *rec)
{
	const struct raw_blob *b = raw_blob_find(rec, RAW_BLOB_FD, 0);
	if (!b || b->len < sizeof(struct raw_fd))
		return;
	const struct raw_fd *fd = raw_blob_data(b);
	struct ofd_facts f = dec_facts(fd, b);
	/* Processes that nobody traces may share it and move its position. */
	f.pos = -1;
	if (fd->fd < 0)
		return;
	struct ofd *o = model_ofd_new(d->model, &f);
	struct task *t = model_task(d->model, rec->pid, rec->tid);
	fdtable_install(t->files, fd->fd, o, f.has_flags && f.flags & 02000000, 0);
	ofd_unref(o);
}

static void
feed_fs_seed(struct decoder *d, const struct raw_rec *rec)
{
	struct task *t = model_task(d->model, rec->pid, rec->tid);
	struct text cwd = blob_text(d, rec, RAW_BLOB_PATH, 0);
	struct text root = blob_text(d, rec, RAW_BLOB_PATH, 1);
	if (cwd.p)
		fsctx_set_cwd(t->fs, intern(d->model->names, cwd.p, cwd.len),
			      end_of(rec));
	if (root.p)
		fsctx_set_root(t->fs, intern(d->model->names, root.p, root.len));
}

static void
feed_text(struct decoder *d, const struct raw_rec *rec)
{
	struct notice n = new_notice(d, rec, NOTICE_TEXT);
	n.text = blob_text(d, rec, RAW_BLOB_TEXT_NOTE, 0);
	if (rec->kind == RAW_LOST) {
		struct strbuf *sb = &d->tmp;
		strbuf_reset(sb);
		if (rec->args[0])
			strbuf_addu64(sb, rec->args[0]);
		strbuf_adds(sb,
			    rec->args[0] ? " records were lost" : "records were lost");
		if (n.text.len) {
			strbuf_adds(sb, ": ");
			strbuf_addmem(sb, n.text.p, n.text.len);
		}
		n.text = dec_literal(strbuf_str(sb), sb->len);
		model_forget(d->model);
	}
	if (n.text.len)
		put_notice(d, &n);
}

/* What is still on its way now will never be seen to complete. */
static void
end_requests(struct decoder *d, uint64_t ns)
{
	dec_aio_end(d);
	dec_uring_end(d);
	dec_aio_remarks(d, ns);
	request_remarks(d, ns);
	dec_uring_remarks(d, ns);
}

void
decoder_feed(struct decoder *d, const struct raw_rec *rec)
{
	arena_reset(&d->arena);
	switch ((enum raw_kind)rec->kind) {
	case RAW_SYSCALL:
	case RAW_UNFINISHED:
		feed_call(d, rec);
		break;
	case RAW_IN_FLIGHT:
		feed_in_flight(d, rec);
		break;
	case RAW_SESSION:
		feed_session(d, rec);
		break;
	case RAW_TASK_NEW:
		feed_task_new(d, rec);
		break;
	case RAW_TASK_EXIT:
		feed_task_exit(d, rec);
		break;
	case RAW_TASK_EXEC:
		feed_task_exec(d, rec);
		break;
	case RAW_TASK_COMM:
		take_comm(d, rec, model_task(d->model, rec->pid, rec->tid), end_of(rec));
		break;
	case RAW_SIGNAL:
		feed_signal(d, rec);
		break;
	case RAW_FD_SEED:
		feed_fd_seed(d, rec);
		break;
	case RAW_FS_SEED:
		feed_fs_seed(d, rec);
		break;
	case RAW_LOST:
		dec_uring_end(d);
		feed_text(d, rec);
		break;
	case RAW_NOTE:
		feed_text(d, rec);
		break;
	case RAW_COMPLETIONS:
		dec_aio_completions(d, rec);
		dec_uring_completions(d, rec);
		break;
	case RAW_RING_END:
		dec_uring_ring_end(d, rec);
		break;
	case RAW_TASK_FAULTS:
		feed_faults(d, rec);
		break;
	case RAW_END:
		end_requests(d, rec->args[0]);
		break;
	case RAW_KIND_MAX:
		break;
	}
	dec_aio_settle(d);
}

void
decoder_end(struct decoder *d, uint64_t ns)
{
	arena_reset(&d->arena);
	end_requests(d, ns);
}
