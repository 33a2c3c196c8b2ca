/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of io_uring: the oldest operation with the completion's user_data ends, its
 * row goes out, and the model takes in what it did to descriptors, names and registered
 * files. Where a completion says by its silence that another operation succeeded or was
 * cancelled (IOSQE_CQE_SKIP_SUCCESS), that one ends with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "decode/dec.h"
#include "decode/request.h"
#include "raw/raw_uring.h"
#include "table/uring_ops.h"

#define CQE_BYTES sizeof(struct uring_cqe)
/* renameat2(2), unlinkat(2) */
#define RENAME_EXCHANGE_ 2u

/* A completion on its way through. */
struct done {
	struct decoder *d;
	const struct raw_rec *rec;
	struct uring_ring *ring;
	uint64_t ns;
	int64_t res;
	bool more; /* the operation goes on */
};

/* ---- what it did ---- */

/* The kernel's word on the descriptor, if the record has one. */
static bool
made_facts(const struct raw_rec *rec, int32_t fd, struct ofd_facts *f)
{
	for (const struct raw_blob *b = raw_blob_first(rec); b;
	     b = raw_blob_next(rec, b)) {
		const struct raw_fd *raw = raw_blob_data(b);
		if (b->kind != RAW_BLOB_FD || b->arg != RAW_ARG_DATA || raw->fd != fd)
			continue;
		*f = dec_facts(raw, b);
		return true;
	}
	return false;
}

/* What the operation made, by its own description. One reference, the caller's. */
static struct ofd *
make(struct model *m, const struct uring_flight *f)
{
	if (f->opcode == URING_OP_fixed_fd_install)
		return f->ofd ? ofd_ref(f->ofd) : ofd_new(&m->ofds);
	struct ofd *o = ofd_new(&m->ofds);
	o->pos = f->opcode == URING_OP_openat || f->opcode == URING_OP_openat2 ? 0 : -1;
	/* fs/open.c, do_dentry_open(): these act once and are not kept. */
	o->flags = f->open_flags &
		   ~(uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
	o->known |= OFD_FLAGS;
	if (f->name)
		o->name = istr_ref(f->name);
	else if (f->opcode == URING_OP_accept || f->opcode == URING_OP_socket)
		o->name = model_invent(m, "socket");
	return o;
}

static void
set_row_file(struct request *row, const struct ofd *o)
{
	if (!row)
		return;
	istr_unref(row->file);
	row->file = istr_ref(o->name);
	row->deleted = o->deleted;
	row->file_is_path = false;
	istr_unref(row->peer);
	row->peer = istr_ref(o->peer);
}

/* A new descriptor: the kernel's word wins, and otherwise a number that meanwhile was
 * bound anew keeps that. */
static void
made_fd(const struct done *x, struct uring_flight *f)
{
	struct model *m = x->d->model;
	int32_t fd = (int32_t)x->res;
	struct ofd_facts facts;
	bool told = made_facts(x->rec, fd, &facts);
	bool cloexec = told && facts.has_flags ? facts.flags & O_CLOEXEC
					       : f->open_flags & O_CLOEXEC;
	const struct fdslot *s = fdtable_find(f->files, fd);
	struct ofd *o = make(m, f);
	if (told)
		model_ofd_observe(m, o, &facts);
	if (told || !s || s->since_ns <= f->submit_ns)
		fdtable_install(f->files, fd, o, cloexec, f->submit_ns);
	set_row_file(f->row, o);
	if (f->row)
		f->row->fd = fd;
	if (f->row && !f->row->has_flags) {
		f->row->has_flags = true;
		f->row->flags = o->flags | (cloexec ? O_CLOEXEC : 0);
	}
	ofd_unref(o);
}

/* A registered file instead of a descriptor: file_index counts from 1, and where the
 * kernel was to choose, the result tells (IORING_FILE_INDEX_ALLOC). */
static void
made_file(const struct done *x, struct uring_flight *f)
{
	uint32_t place =
		f->place == URING_FILE_INDEX_ALLOC ? (uint32_t)x->res : f->place - 1;
	struct ofd *o = make(x->d->model, f);
	uring_file_set(x->ring, place, o);
	set_row_file(f->row, o);
	ofd_unref(o);
}

static void
closed(const struct done *x, const struct uring_flight *f)
{
	if (f->fixed)
		uring_file_set(x->ring, (uint32_t)f->fd, NULL);
	else if (!fdtable_changed_after(f->files, f->fd, f->submit_ns))
		fdtable_remove(f->files, f->fd, x->ns);
}

static void
updated(const struct done *x, const struct uring_flight *f)
{
	for (uint32_t i = 0; i < f->nupdate && i < (uint64_t)x->res; i++)
		if (f->place != URING_FILE_INDEX_ALLOC)
			uring_file_set(x->ring, f->place + i, f->update[i]);
}

static bool
absolute(const struct istr *s)
{
	return s && s->s[0] == '/';
}

static void
apply_names(const struct done *x, const struct uring_flight *f)
{
	struct model *m = x->d->model;
	if (f->opcode == URING_OP_unlinkat && absolute(f->name))
		model_unlink(m, f->name->s, f->name->len);
	if (f->opcode == URING_OP_renameat && absolute(f->name) && absolute(f->old))
		model_rename(m, f->old->s, f->old->len, f->name->s, f->name->len,
			     f->open_flags & RENAME_EXCHANGE_);
}

static void
apply(const struct done *x, struct uring_flight *f)
{
	unsigned uses = uring_op_uses(f->opcode);
	bool install = f->opcode == URING_OP_fixed_fd_install;
	if (f->opcode == URING_OP_connect && f->ofd && f->peer &&
	    (x->res >= 0 || x->res == -EINPROGRESS))
		model_set_peer(x->d->model, f->ofd, istr_ref(f->peer));
	/* Whatever close says but EBADF, the number is free (close(2)). */
	if (f->opcode == URING_OP_close && x->res != -EBADF && x->res != -ECANCELED)
		closed(x, f);
	if (f->at_position && f->ofd)
		f->ofd->pos = -1;
	if (x->res < 0) {
		if (uses & URING_MAKES_FD && f->row)
			f->row->fd = -1;
		return;
	}
	if (uses & URING_MAKES_FD && f->place && !install)
		made_file(x, f);
	else if (uses & URING_MAKES_FD)
		made_fd(x, f);
	if (f->opcode == URING_OP_files_update)
		updated(x, f);
	apply_names(x, f);
}

/* ---- ends ---- */

/* The file of a place that a link before it has filled. */
static void
look_late(const struct done *x, struct uring_flight *f)
{
	struct ofd *o = f->late_fixed ? uring_file(x->ring, (uint32_t)f->fd) : NULL;
	f->late_fixed = false;
	if (!o)
		return;
	f->ofd = ofd_ref(o);
	if (!f->row)
		return;
	set_row_file(f->row, o);
	f->row->has_flags = o->known & OFD_FLAGS;
	f->row->flags = o->flags;
	if (!o->name ||
	    !ofd_seekable(o->name->s, o->name->len, o->known & OFD_STAT ? o->mode : 0))
		f->row->offset = -1;
}

static void
finish(const struct done *x, struct uring_flight *f)
{
	look_late(x, f);
	if (x->more && f->row) {
		/* The next one starts from what was submitted. */
		struct request row = *f->row;
		row.file = istr_ref(row.file);
		row.peer = istr_ref(row.peer);
		apply(x, f);
		request_progress(x->d, f->row, x->res, x->ns);
		istr_unref(f->row->file);
		istr_unref(f->row->peer);
		*f->row = row;
		return;
	}
	apply(x, f);
	if (x->more)
		return;
	if (f->row)
		request_complete(x->d, f->row, x->res, x->ns);
	uring_flight_end(x->d->model, x->ring, f);
}

/* F succeeded without a word. Only a complete transfer does that (io_uring/rw.c: a short
 * one counts as failed here); a descriptor that it made has no number. */
static void
finish_quiet(const struct done *x, struct uring_flight *f)
{
	struct done y = *x;
	bool place = f->place && f->opcode != URING_OP_fixed_fd_install;
	bool makes = uring_op_uses(f->opcode) & URING_MAKES_FD;
	bool bytes = f->row && f->row->desc->bytes != BYTES_NONE;
	y.more = false;
	y.res = bytes && f->row->has_requested ? (int64_t)f->row->requested : 0;
	if ((!makes || (place && f->place != URING_FILE_INDEX_ALLOC)) &&
	    !(bytes && !f->row->has_requested)) {
		finish(&y, f);
		return;
	}
	if (f->row)
		request_unseen(x->d, f->row);
	uring_flight_end(x->d->model, x->ring, f);
}

/* What else is clear once F has completed: what it was linked to and said nothing has
 * succeeded, unless F was cancelled. */
static void
finish_before(const struct done *x, struct uring_flight *f)
{
	if (x->res == -ECANCELED || !f->before)
		return;
	struct uring_flight *first = f->before;
	while (first->before && first->before->quiet)
		first = first->before;
	while (first && first != f && first->quiet) {
		struct uring_flight *next = first->behind;
		finish_quiet(x, first);
		first = next;
	}
}

/* A failed operation that was to be quiet takes the completions of all that are linked to
 * it along: they were cancelled (io_uring.c, REQ_F_SKIP_LINK_CQES). */
static void
finish_behind(const struct done *x, struct uring_flight *f)
{
	struct done y = *x;
	y.res = -ECANCELED;
	y.more = false;
	while (f) {
		struct uring_flight *next = f->behind;
		finish(&y, f);
		f = next;
	}
}

static void
complete(const struct done *x, struct uring_flight *f)
{
	struct uring_flight *behind = f->behind;
	bool cancels = x->res < 0 && f->quiet && !f->hard && !x->more;
	finish_before(x, f);
	finish(x, f);
	if (cancels && behind)
		finish_behind(x, behind);
}

/* The second completion of a send without a copy says that its buffer is free. */
static void
notified(const struct done *x, struct uring_flight *f)
{
	if (f->row)
		request_free(f->row, &x->d->model->requests);
	uring_flight_end(x->d->model, x->ring, f);
}

static void
take(const struct done *x, struct uring_flight *f, uint32_t flags)
{
	if (flags & URING_CQE_NOTIF)
		notified(x, f);
	else
		complete(x, f);
}

static void
take_completion(struct decoder *d, const struct raw_rec *rec, struct uring_ring *ring,
		const struct uring_cqe *c)
{
	struct uring_flight *f = uring_flight_find(ring, c->user_data);
	struct done x = { d, rec, ring, rec->exit_ns, c->res, c->flags & URING_CQE_MORE };
	struct uring_early early = {
		.key = c->user_data, .ns = rec->exit_ns, .res = c->res, .flags = c->flags
	};
	if (f)
		take(&x, f, c->flags);
	else if (ring->setup & URING_SETUP_SQPOLL)
		d->uring.polled++;
	else
		d->uring.unknown += uring_early_add(ring, &early);
}

void
dec_uring_take_early(struct decoder *d, const struct raw_rec *rec,
		     struct uring_ring *ring, uint64_t key)
{
	struct uring_early e;
	struct uring_flight *f;
	while ((f = uring_flight_find(ring, key)) &&
	       uring_early_take(ring, key, f->submit_ns, &e)) {
		struct done x = { d, rec, ring, e.ns, e.res, e.flags & URING_CQE_MORE };
		take(&x, f, e.flags);
	}
}

/* Rings of entries of two sizes have fillers, and the long ones take two places. */
static bool
is_filler(struct uring_ring *ring, const struct uring_cqe *c)
{
	if (!(ring->setup & URING_SETUP_CQE_MIXED))
		return false;
	if (ring->half) {
		ring->half = false;
		return true;
	}
	if (c->flags & URING_CQE_SKIP)
		return true;
	ring->half = c->flags & URING_CQE_32;
	return false;
}

void
dec_uring_completions(struct decoder *d, const struct raw_rec *rec)
{
	const struct raw_blob *b = raw_blob_find(rec, RAW_BLOB_CQES, 0);
	struct raw_ring head;
	if (!b)
		return;
	memcpy(&head, raw_blob_data(b), sizeof(head));
	struct uring_ring *ring = uring_ring_get(d->model, head.ring);
	ring->setup = head.setup;
	/* Of those whose operations are unknown the count is all there is to see. */
	if (head.setup & URING_SETUP_SQPOLL)
		d->uring.polled += head.lost;
	else
		d->uring.overwritten += head.lost;
	if (head.lost)
		ring->half = false;
	for (size_t at = sizeof(head); at + CQE_BYTES <= b->len; at += CQE_BYTES) {
		struct uring_cqe c;
		memcpy(&c, (const char *)raw_blob_data(b) + at, sizeof(c));
		if (!is_filler(ring, &c))
			take_completion(d, rec, ring, &c);
	}
}

/* ---- the end of a ring ---- */

static void
end_ring(struct decoder *d, struct uring_ring *ring)
{
	size_t n;
	struct uring_flight **all = uring_flights(ring, &n);
	for (size_t i = 0; i < n; i++) {
		if (all[i]->row)
			request_unseen(d, all[i]->row);
		uring_flight_end(d->model, ring, all[i]);
	}
	free(all);
	d->uring.unknown += ring->nearly;
	uring_ring_end(d->model, ring->id);
}

void
dec_uring_ring_end(struct decoder *d, const struct raw_rec *rec)
{
	struct uring_ring *ring = uring_ring_find(d->model, (uint32_t)rec->args[1]);
	if (ring)
		end_ring(d, ring);
}

static int
by_id(const void *a, const void *b)
{
	const struct uring_ring *const *x = a, *const *y = b;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

void
dec_uring_end(struct decoder *d)
{
	size_t pos = 0, n = 0;
	uint64_t id;
	void *ring;
	if (!d->model->rings.used)
		return;
	struct uring_ring **all = xreallocarray(NULL, d->model->rings.used, sizeof(ring));
	while (hash_next(&d->model->rings, &pos, &id, &ring))
		all[n++] = ring;
	qsort(all, n, sizeof(*all), by_id);
	for (size_t i = 0; i < n; i++)
		end_ring(d, all[i]);
	free(all);
}

void
dec_uring_remarks(struct decoder *d, uint64_t ns)
{
	request_remark(
		d, ns, d->uring.polled,
		" completion of io_uring was counted whose submission a kernel thread "
		"took (IORING_SETUP_SQPOLL)",
		" completions of io_uring were counted whose submissions a kernel thread "
		"took (IORING_SETUP_SQPOLL)");
	request_remark(d, ns, d->uring.overwritten,
		       " completion of io_uring was gone before it could be seen",
		       " completions of io_uring were gone before they could be seen");
	request_remark(d, ns, d->uring.unknown,
		       " completion of io_uring has no submission that was seen",
		       " completions of io_uring have no submissions that were seen");
	memset(&d->uring, 0, sizeof(d->uring));
}
