/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel AIO: io_submit(2) takes requests, their completions come out of the context's
 * ring. Every completion passes through the ring, also those that programs take out of it
 * without a call; where the engine could not read it (no RAW_RING_READ in the record),
 * what io_getevents(2) returned must do.
 */
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>

#include "decode/dec.h"
#include "decode/dec_nr.h"
#include "decode/render.h"
#include "decode/request.h"
#include "model/aio.h"

/* linux/fs.h */
#define RWF_APPEND_BIT	 0x10
#define RWF_NOAPPEND_BIT 0x20

/* ---- completions ---- */

static void
complete(struct decoder *d, struct aio_ctx *ctx, uint64_t key, int64_t res, uint64_t ns)
{
	struct request *r = requests_take(&ctx->inflight, key);
	if (r)
		request_complete(d, r, res, ns);
	else
		d->aio_unknown += aio_add_early(ctx, key, res, ns);
}

static void
complete_all(struct decoder *d, struct aio_ctx *ctx, const struct raw_blob *b, uint64_t n,
	     uint64_t ns)
{
	const char *p = raw_blob_data(b);
	for (uint64_t i = 0; i < n && (i + 1) * sizeof(struct io_event) <= b->len; i++) {
		struct io_event e;
		memcpy(&e, p + i * sizeof(e), sizeof(e));
		complete(d, ctx, e.obj, e.res, ns);
	}
}

void
dec_aio_completions(struct decoder *d, const struct raw_rec *rec)
{
	const struct raw_blob *b = raw_blob_find(rec, RAW_BLOB_OUT, 0);
	struct task *t = model_task(d->model, rec->pid, rec->tid);
	if (b && rec->args[0] == RAW_RING_AIO)
		complete_all(d, aio_get(t->mm, rec->args[1]), b, UINT64_MAX,
			     rec->exit_ns);
}

static void
apply_getevents(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_OUT, 3);
	if (b && !(c->rec->flags & RAW_RING_READ))
		complete_all(c->d, aio_get(c->task->mm, c->rec->args[0]), b,
			     (uint64_t)c->rec->ret, c->end_ns);
}

/* Since Linux 3.11 a cancelled request completes through the ring and the call says
 * EINPROGRESS; before, it stored the result and said 0 (fs/aio.c: io_cancel). */
static void
apply_cancel(struct call *c)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_OUT, 2, sizeof(struct io_event));
	struct aio_ctx *ctx = aio_find(c->task->mm, c->rec->args[0]);
	struct request *r = ctx ? requests_take(&ctx->inflight, c->rec->args[1]) : NULL;
	if (!r)
		return;
	if (b)
		request_complete(c->d, r,
				 (int64_t)dec_u64(b, offsetof(struct io_event, res)),
				 c->end_ns);
	else
		request_unseen(c->d, r);
}

/* ---- contexts ---- */

void
dec_aio_settle(struct decoder *d)
{
	struct model *m = d->model;
	while (m->aio_ended) {
		struct aio_ctx *ctx = m->aio_ended;
		m->aio_ended = ctx->next;
		struct request *next, *r = requests_take_all(&ctx->inflight);
		for (; r; r = next) {
			next = r->next;
			request_unseen(d, r);
		}
		d->aio_unknown += ctx->nearly;
		aio_ctx_free(ctx, &m->requests);
	}
}

void
dec_aio_end(struct decoder *d)
{
	size_t pos = 0;
	uint64_t tid;
	void *t;
	while (hash_next(&d->model->tasks, &pos, &tid, &t))
		aio_end_all(((struct task *)t)->mm);
	dec_aio_settle(d);
}

void
dec_aio_remarks(struct decoder *d, uint64_t ns)
{
	/* Who did not select submissions does not miss them. */
	if (!dec_selected(d->cfg.selected, __NR_io_submit))
		d->aio_unknown = 0;
	request_remark(d, ns, d->aio_unknown,
		       " completion of AIO has no submission that was seen",
		       " completions of AIO have no submissions that were seen");
	d->aio_unknown = 0;
}

static void
apply_destroy(struct call *c)
{
	aio_end(c->task->mm, c->rec->args[0]);
}

/* Whatever had the number of the new context is gone. */
static void
apply_setup(struct call *c)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_OUT, 1, 8);
	if (b)
		aio_end(c->task->mm, dec_u64(b, 0));
}

/* ---- submission ---- */

static enum request_op
op_of(const struct iocb *cb)
{
	switch (cb->aio_lio_opcode) {
	case IOCB_CMD_PREAD:
		return REQUEST_aio_pread;
	case IOCB_CMD_PWRITE:
		return REQUEST_aio_pwrite;
	case IOCB_CMD_PREADV:
		return REQUEST_aio_preadv;
	case IOCB_CMD_PWRITEV:
		return REQUEST_aio_pwritev;
	case IOCB_CMD_FSYNC:
		return REQUEST_aio_fsync;
	case IOCB_CMD_FDSYNC:
		return REQUEST_aio_fdsync;
	case IOCB_CMD_POLL:
		return REQUEST_aio_poll;
	case IOCB_CMD_NOOP:
		return REQUEST_aio_noop;
	default:
		return REQUEST_aio_unknown;
	}
}

static bool
is_vectored(const struct iocb *cb)
{
	return cb->aio_lio_opcode == IOCB_CMD_PREADV ||
	       cb->aio_lio_opcode == IOCB_CMD_PWRITEV;
}

static void
add_operands(struct strbuf *sb, const struct iocb *cb, bool transfers)
{
	if (cb->aio_lio_opcode == IOCB_CMD_POLL) {
		strbuf_adds(sb, ", events=");
		render_set(sb, FLAGSET_pollevents, cb->aio_buf);
	}
	if (!transfers)
		return;
	strbuf_adds(sb, is_vectored(cb) ? ", iov=" : ", buf=");
	render_ptr(sb, cb->aio_buf);
	strbuf_adds(sb, is_vectored(cb) ? ", iovcnt=" : ", nbytes=");
	strbuf_addu64(sb, cb->aio_nbytes);
	strbuf_adds(sb, ", offset=");
	strbuf_addi64(sb, cb->aio_offset);
}

static void
render_request(struct call *c, struct request *r, const struct iocb *cb)
{
	if (!c->d->cfg.want_args)
		return;
	struct strbuf *sb = &c->d->tmp;
	struct render view = { sb, c->rec, c->desc, NULL, true };
	strbuf_reset(sb);
	render_fd_data(&view, r->fd);
	add_operands(sb, cb, r->desc->bytes != BYTES_NONE);
	if (cb->aio_rw_flags) {
		strbuf_adds(sb, ", rw_flags=");
		render_set(sb, FLAGSET_rwf, (uint32_t)cb->aio_rw_flags);
	}
	if (cb->aio_reqprio) {
		strbuf_adds(sb, ", reqprio=");
		strbuf_addi64(sb, cb->aio_reqprio);
	}
	strbuf_adds(sb, ", data=");
	strbuf_addhex(sb, cb->aio_data);
	if (cb->aio_flags & IOCB_FLAG_RESFD) {
		strbuf_adds(sb, ", resfd=");
		render_fd_data(&view, (int32_t)cb->aio_resfd);
	}
	request_set_args(r, sb);
}

/* Does it write at the end, whatever its offset (open(2), pwritev2(2))? */
static bool
appends(const struct request *r, const struct iocb *cb)
{
	if (r->desc->bytes != BYTES_WRITE || cb->aio_rw_flags & RWF_NOAPPEND_BIT)
		return false;
	return cb->aio_rw_flags & RWF_APPEND_BIT || (r->has_flags && r->flags & O_APPEND);
}

static void
submit(struct call *c, struct aio_ctx *ctx, const struct iocb *cb,
       const struct raw_iocb_ref *ref)
{
	struct request *r = request_begin(c, op_of(cb), ref->addr);
	struct aio_early done;
	if (!r)
		return;
	request_set_fd(c, r, (int32_t)cb->aio_fildes);
	if (r->desc->bytes != BYTES_NONE) {
		r->requested = is_vectored(cb) ? ref->bytes : cb->aio_nbytes;
		r->has_requested = !is_vectored(cb) || ref->bytes != UINT64_MAX;
		if (r->seekable && !appends(r, cb))
			r->offset = cb->aio_offset;
	}
	render_request(c, r, cb);
	requests_add(&ctx->inflight, r);
	if (aio_take_early(ctx, r->key, c->rec->enter_ns, &done))
		request_complete(c->d, requests_take(&ctx->inflight, r->key), done.res,
				 done.ns);
}

/* The first ret of the array were taken (io_submit(2)). */
static void
apply_submit(struct call *c)
{
	const struct raw_blob *cbs = raw_blob_find(c->rec, RAW_BLOB_IOCBS, 2);
	const struct raw_blob *refs = raw_blob_find(c->rec, RAW_BLOB_IOCB_REFS, 2);
	uint64_t taken = (uint64_t)c->rec->ret, n = 0;
	if (!c->ev || !taken)
		return;
	struct aio_ctx *ctx = aio_get(c->task->mm, c->rec->args[0]);
	struct iocb cb;
	struct raw_iocb_ref ref;
	if (cbs && refs)
		for (; n < taken && (n + 1) * sizeof(cb) <= cbs->len &&
		       (n + 1) * sizeof(ref) <= refs->len;
		     n++) {
			memcpy(&cb, (const char *)raw_blob_data(cbs) + n * sizeof(cb),
			       sizeof(cb));
			memcpy(&ref, (const char *)raw_blob_data(refs) + n * sizeof(ref),
			       sizeof(ref));
			submit(c, ctx, &cb, &ref);
		}
	c->d->requests_unkept += taken - n;
}

const struct dec_row dec_aio_rows[] = {
	{ __NR_io_setup, DEC_AFTER, NULL, apply_setup },
	{ __NR_io_submit, DEC_AFTER, NULL, apply_submit },
	{ __NR_io_getevents, DEC_AFTER, NULL, apply_getevents },
	{ __NR_io_pgetevents, DEC_AFTER, NULL, apply_getevents },
	{ __NR_io_cancel, DEC_AFTER, NULL, apply_cancel },
	{ __NR_io_destroy, DEC_AFTER, NULL, apply_destroy },
	{ 0 },
};
