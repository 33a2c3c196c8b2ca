/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Submissions of io_uring: each entry that io_uring_enter(2) took becomes an operation in
 * flight, and if somebody wants its row a request. What an entry means is in
 * uring_ops.def.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "decode/args.h"
#include "decode/dec.h"
#include "decode/request.h"
#include "raw/raw_uring.h"
#include "table/uring_ops.h"

#define SQE_BYTES     sizeof(struct uring_sqe)
#define SQE_LINK      0x4u
#define SQE_HARDLINK  0x8u
#define CURRENT_POS   UINT64_MAX /* off of a transfer at the file position */
#define IOVEC_BYTES   16u
#define RWF_APPEND_   0x10u
#define RWF_NOAPPEND_ 0x20u

/* The entries of one call, and the one at hand. */
struct batch {
	struct call *c;
	struct uring_ring *ring;
	const struct raw_blob *data; /* where data of this entry and later ones begin */
	uint32_t index;
	struct uring_sqe s;
	struct uring_flight *f;
	struct uring_flight *link; /* the one before, if it is linked to this */
};

static bool
is_data(const struct raw_blob *b, struct raw_sqe_data *head)
{
	if (b->kind != RAW_BLOB_SQE_DATA)
		return false;
	memcpy(head, raw_blob_data(b), sizeof(*head));
	return true;
}

/* Moves on to the data of the entry at hand: they lie in the order of the entries. */
static void
seek_data(struct batch *q)
{
	struct raw_sqe_data head;
	while (q->data && (!is_data(q->data, &head) || head.index < q->index))
		q->data = raw_blob_next(q->c->rec, q->data);
}

/* The data of kind WHAT, without their header; p NULL if there are none. */
static struct text
data_of(const struct batch *q, enum raw_sqe_what what, unsigned *flags)
{
	struct raw_sqe_data head;
	for (const struct raw_blob *b = q->data; b; b = raw_blob_next(q->c->rec, b)) {
		if (!is_data(b, &head))
			continue;
		if (head.index != q->index)
			break;
		if (head.what != what)
			continue;
		*flags = b->flags;
		return dec_literal((const char *)raw_blob_data(b) + sizeof(head),
				   b->len - sizeof(head));
	}
	return (struct text){ 0 };
}

/* ---- what it acts on ---- */

static void
set_row_ofd(struct request *row, struct ofd *o)
{
	row->ofd = ofd_ref(o);
	row->file = istr_ref(o->name);
	row->peer = istr_ref(o->peer);
	row->deleted = o->deleted;
	row->has_flags = o->known & OFD_FLAGS;
	row->flags = o->flags;
	row->seekable = o->name && ofd_seekable(o->name->s, o->name->len,
						o->known & OFD_STAT ? o->mode : 0);
}

static void
set_fixed(struct batch *q, uint32_t place)
{
	struct uring_flight *f = q->f;
	f->fixed = true;
	f->fd = (int32_t)place;
	/* A link before it may fill the place: the kernel looks when it runs
	 * (IORING_FEAT_LINKED_FILE). */
	f->late_fixed = f->before;
	struct ofd *o = f->late_fixed ? NULL : uring_file(q->ring, place);
	if (!o)
		return;
	f->ofd = ofd_ref(o);
	if (f->row)
		set_row_ofd(f->row, o);
}

static void
set_fd(struct batch *q, int32_t fd)
{
	struct call *c = q->c;
	q->f->fd = fd;
	if (q->f->row)
		request_set_fd(c, q->f->row, fd);
	const struct fdslot *s = fdtable_find_at(c->task->files, fd, c->rec->enter_ns);
	if (s)
		q->f->ofd = ofd_ref(s->ofd);
}

static void
set_target(struct batch *q)
{
	const struct uring_sqe *s = &q->s;
	if (s->opcode == URING_OP_close && s->file_index)
		set_fixed(q, s->file_index - 1);
	else if (s->flags & URING_SQE_FIXED_FILE)
		set_fixed(q, (uint32_t)s->fd);
	else
		set_fd(q, s->fd);
}

/* ---- names ---- */

/* Path data WHAT, absolute, as a string of the model (the caller's reference); NULL if it
 * is not known. *GIVEN is the path as it was passed. */
static struct istr *
take_path(struct batch *q, enum raw_sqe_what what, int32_t dirfd, const char **given)
{
	unsigned flags;
	struct text t = data_of(q, what, &flags);
	if (!t.p || flags & RAW_BLOB_FAULT)
		return NULL;
	t = dec_text(q->c, t.p, t.len);
	*given = t.p;
	if (!t.len) {
		/* statx with AT_EMPTY_PATH is about the descriptor itself. */
		if (dirfd >= 0 && what == RAW_SQE_PATH)
			set_fd(q, dirfd);
		return NULL;
	}
	t = dec_path_at(q->c, dirfd, t);
	return intern(q->c->m->names, t.p, t.len);
}

/* The text of a symbolic link. */
static struct istr *
take_text(struct batch *q, const char **given)
{
	unsigned flags;
	struct text t = data_of(q, RAW_SQE_PATH, &flags);
	if (!t.p || flags & RAW_BLOB_FAULT)
		return NULL;
	t = dec_text(q->c, t.p, t.len);
	*given = t.p;
	return intern(q->c->m->names, t.p, t.len);
}

static void
set_names(struct batch *q, unsigned uses, const char **path, const char **path2)
{
	const struct uring_sqe *s = &q->s;
	struct uring_flight *f = q->f;
	struct istr *first = NULL;
	if (uses & URING_TARGET)
		first = take_text(q, path);
	else if (uses & URING_PATH)
		first = take_path(q, RAW_SQE_PATH, s->fd, path);
	else if (uses & URING_XPATH)
		first = take_path(q, RAW_SQE_PATH, AT_FDCWD, path);
	if (uses & URING_PATH2) {
		f->old = first;
		f->name = take_path(q, RAW_SQE_PATH2,
				    uses & URING_TARGET ? s->fd : (int32_t)s->len, path2);
	} else {
		f->name = first;
	}
	if (!f->row || !(f->name || f->old))
		return;
	f->row->file = istr_ref(f->name);
	f->row->old_file = istr_ref(f->old);
	f->row->file_is_path = true;
}

/* O_* of what it opens, or of the socket it makes. */
static void
set_open_flags(struct batch *q, unsigned uses)
{
	const struct uring_sqe *s = &q->s;
	struct uring_flight *f = q->f;
	unsigned flags;
	if (uses & URING_HOW) {
		struct text how = data_of(q, RAW_SQE_HOW, &flags);
		uint64_t word = 0;
		if (how.len < sizeof(word))
			return;
		memcpy(&word, how.p, sizeof(word));
		f->open_flags = (uint32_t)word;
	} else if (uses & URING_PATH) {
		f->open_flags = s->op_flags;
	} else if (s->opcode == URING_OP_fixed_fd_install) {
		/* IORING_FIXED_FD_NO_CLOEXEC */
		f->open_flags = s->op_flags & 1 ? 0 : O_CLOEXEC;
	} else {
		uint32_t word =
			s->opcode == URING_OP_socket ? (uint32_t)s->off : s->op_flags;
		f->open_flags = O_RDWR | (word & (O_CLOEXEC | O_NONBLOCK));
	}
	if (f->row && uses & URING_PATH) {
		f->row->flags = f->open_flags;
		f->row->has_flags = true;
	}
}

/* ---- sizes ---- */

static bool
iovec_sum(const struct batch *q, uint64_t *sum)
{
	unsigned flags;
	struct text iov = data_of(q, RAW_SQE_IOVEC, &flags);
	*sum = 0;
	if (!iov.p || flags)
		return false;
	for (size_t i = 0; i + IOVEC_BYTES <= iov.len; i += IOVEC_BYTES) {
		uint64_t len;
		memcpy(&len, iov.p + i + 8, sizeof(len));
		*sum += len;
	}
	return true;
}

static void
set_requested(const struct batch *q, unsigned uses)
{
	struct request *row = q->f->row;
	if (!row || row->desc->bytes == BYTES_NONE)
		return;
	if (uses & (URING_IOVEC | URING_MSG)) {
		row->has_requested = iovec_sum(q, &row->requested);
		return;
	}
	/* With a buffer of a group, 0 stands for its whole size. */
	row->has_requested =
		uses & URING_LEN && (q->s.len || !(q->s.flags & URING_SQE_BUFFER_SELECT));
	row->requested = q->s.len;
}

/* The position of the transfer. At the current one only that of the entry is known, and
 * only if nothing else in flight moves it. */
static void
set_offset(struct batch *q, unsigned uses)
{
	struct uring_flight *f = q->f;
	struct request *row = f->row;
	if (!(uses & URING_OFFSET))
		return;
	bool current = q->s.off == CURRENT_POS;
	bool alone = !q->ring->at_position;
	if (current) {
		f->at_position = true;
		q->ring->at_position++;
	}
	if (!row || row->desc->bytes == BYTES_NONE || (!row->seekable && !f->late_fixed))
		return;
	bool appends = row->desc->bytes == BYTES_WRITE &&
		       !(q->s.op_flags & RWF_NOAPPEND_) &&
		       (q->s.op_flags & RWF_APPEND_ ||
			(row->has_flags && row->flags & O_APPEND));
	if (appends)
		return;
	if (!current) {
		row->offset = (int64_t)q->s.off;
	} else if (alone && !f->fixed && !f->before) {
		struct fdinfo info;
		dec_fd_number(q->c, f->fd, &info);
		row->offset = info.pos;
		ofd_unref(info.ofd);
	}
}

/* ---- the rest ---- */

static void
set_peer(struct batch *q)
{
	unsigned flags;
	struct strbuf *sb = &q->c->d->tmp;
	struct text addr = data_of(q, RAW_SQE_ADDR, &flags);
	if (!addr.len || q->s.opcode != URING_OP_connect)
		return;
	strbuf_reset(sb);
	sockaddr_render_short(sb, addr.p, addr.len);
	if (!sb->len)
		return;
	q->f->peer = intern(q->c->m->names, strbuf_str(sb), sb->len);
	if (!q->f->row)
		return;
	istr_unref(q->f->row->peer);
	q->f->row->peer = istr_ref(q->f->peer);
}

/* What the descriptors of a files_update mean now. */
static void
set_update(struct batch *q)
{
	unsigned flags;
	struct call *c = q->c;
	struct text fds = data_of(q, RAW_SQE_FDS, &flags);
	uint32_t n = (uint32_t)(fds.len / sizeof(int32_t));
	q->f->place = (uint32_t)q->s.off;
	if (!n)
		return;
	q->f->update = xcalloc(n, sizeof(*q->f->update));
	q->f->nupdate = n;
	for (uint32_t i = 0; i < n; i++) {
		int32_t fd;
		memcpy(&fd, fds.p + i * sizeof(fd), sizeof(fd));
		const struct fdslot *s =
			fdtable_find_at(c->task->files, fd, c->rec->enter_ns);
		if (fd >= 0 && s)
			q->f->update[i] = ofd_ref(s->ofd);
	}
}

static void
link_up(struct batch *q)
{
	struct uring_flight *f = q->f;
	f->before = q->link;
	if (q->link)
		q->link->behind = f;
	f->hard = q->s.flags & SQE_HARDLINK;
	f->quiet = q->s.flags & URING_SQE_SKIP_SUCCESS;
	q->link = q->s.flags & (SQE_LINK | SQE_HARDLINK) ? f : NULL;
}

static void
submit(struct batch *q)
{
	struct call *c = q->c;
	const struct uring_sqe *s = &q->s;
	unsigned uses = uring_op_uses(s->opcode);
	const char *path = NULL, *path2 = NULL;
	struct uring_flight *f =
		uring_flight_add(c->m, q->ring, s->user_data, c->task->files);
	q->f = f;
	if (!f) {
		q->link = NULL;
		c->d->requests_unkept++;
		return;
	}
	f->row = request_begin(c, uring_op_request(s->opcode), s->user_data);
	f->submit_ns = c->rec->enter_ns;
	f->opcode = s->opcode;
	f->place = s->file_index;
	f->open_flags = s->op_flags;
	link_up(q);
	if (uses & URING_FD)
		set_target(q);
	if (uses & URING_MAKES_FD)
		set_open_flags(q, uses);
	if (uses & (URING_PATH | URING_PATH2 | URING_XPATH))
		set_names(q, uses, &path, &path2);
	if (uses & URING_ADDR)
		set_peer(q);
	if (uses & URING_FDS)
		set_update(q);
	set_requested(q, uses);
	set_offset(q, uses);
	if (!f->row || !c->d->cfg.want_args)
		return;
	dec_uring_args(c, s, path, path2);
	request_set_args(f->row, &c->d->tmp);
}

/* How many of the entries that were offered the kernel has taken: what the call returned.
 * One that was cut short while it waited had taken all. */
static uint64_t
taken(const struct call *c, uint32_t offered)
{
	if (!c->finished)
		return offered;
	uint64_t n = c->rec->ret > 0 ? (uint64_t)c->rec->ret : 0;
	return n < offered ? n : offered;
}

void
dec_uring_submit(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_SQES, 0);
	struct raw_ring head;
	if (!b)
		return;
	memcpy(&head, raw_blob_data(b), sizeof(head));
	struct batch q = { .c = c, .ring = uring_ring_get(c->m, head.ring), .data = b };
	q.ring->setup = head.setup;
	uint64_t n = taken(c, head.count), have = (b->len - sizeof(head)) / SQE_BYTES;
	for (uint64_t i = 0; i < n && i < have; i++) {
		memcpy(&q.s,
		       (const char *)raw_blob_data(b) + sizeof(head) + i * SQE_BYTES,
		       SQE_BYTES);
		q.index = (uint32_t)i;
		seek_data(&q);
		submit(&q);
		/* Long entries take two places. */
		if (head.setup & URING_SETUP_SQE_MIXED &&
		    (q.s.opcode == URING_OP_nop128 ||
		     q.s.opcode == URING_OP_uring_cmd128))
			i++;
	}
	/* Behind the last, so that chains are whole when their first ends. */
	for (uint64_t i = 0; q.ring->nearly && i < n && i < have; i++) {
		memcpy(&q.s,
		       (const char *)raw_blob_data(b) + sizeof(head) + i * SQE_BYTES,
		       SQE_BYTES);
		dec_uring_take_early(c->d, c->rec, q.ring, q.s.user_data);
	}
	if (c->ev && n > have)
		c->d->requests_unkept += n - have;
}
