/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queues of a ring: submissions are copied when io_uring_enter is about to hand them
 * over, with what they point to; completions whenever a user of the ring stops.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/xalloc.h"
#include "capture/mem.h"
#include "capture/snap.h"
#include "capture/snap_msg.h"
#include "capture/stop_engine.h"
#include "capture/uring.h"
#include "table/uring_ops.h"

#define SQE_BYTES sizeof(struct uring_sqe)
#define CQE_BYTES sizeof(struct uring_cqe)
/* Of one call and of one record: half a record, the rest is for names. */
#define SQES_MAX   1024u
#define CQES_MAX   2048u
#define IOVECS_MAX 64u
#define FDS_MAX	   512u
#define ADDR_BYTES 128u
#define FILES_MAX  4096u

static uint32_t
least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- submissions ---- */

/* The places of N entries from HEAD on in the array of entries, which the program fills
 * unless the ring was set up without: how many of them are valid. */
static uint32_t
entry_places(struct stop_engine *e, struct tracee *t, const struct uring *u,
	     uint32_t head, uint32_t n, uint32_t *places)
{
	const struct uring_params *p = &u->p;
	uint32_t mask = p->sq_entries - 1;
	if (p->flags & URING_SETUP_NO_SQARRAY) {
		for (uint32_t i = 0; i < n; i++)
			places[i] = (head + i) & mask;
		return n;
	}
	uint32_t first = head & mask;
	uint32_t run = p->sq_entries - first < n ? p->sq_entries - first : n;
	if (!uring_read(e, t, u, URING_SQ, p->sq_off.array + (uint64_t)first * 4, places,
			(size_t)run * 4))
		return 0;
	if (run < n && !uring_read(e, t, u, URING_SQ, p->sq_off.array, places + run,
				   (size_t)(n - run) * 4))
		return run;
	/* io_uring.c, io_get_sqe(): the kernel goes no further than a bad place. */
	for (uint32_t i = 0; i < n; i++)
		if (places[i] >= p->sq_entries)
			return i;
	return n;
}

/* The entries at PLACES, in as few reads as they lie. Returns how many could be read. */
static uint32_t
read_entries(struct stop_engine *e, struct tracee *t, const struct uring *u,
	     const uint32_t *places, uint32_t n, char *to)
{
	uint32_t done = 0;
	size_t stride = u->p.flags & URING_SETUP_SQE128 ? 2 * SQE_BYTES : SQE_BYTES;
	while (done < n) {
		uint32_t run = 1;
		while (stride == SQE_BYTES && done + run < n &&
		       places[done + run] == places[done] + run)
			run++;
		if (!uring_read(e, t, u, URING_SQES, places[done] * stride,
				to + done * SQE_BYTES, run * SQE_BYTES))
			break;
		done += run;
	}
	return done;
}

/* Adds LEN bytes of T's memory as data of submission INDEX. */
static void
add_memory(struct tracee *t, uint32_t index, enum raw_sqe_what what, uint64_t addr,
	   uint64_t len, size_t cap)
{
	struct raw_sqe_data head = { .index = index, .what = what };
	size_t want = len < cap ? (size_t)len : cap;
	size_t max = sizeof(head) + want;
	char *p = addr && want ? raw_build_blob_begin(&t->rec, &max) : NULL;
	if (!p || max < sizeof(head))
		return;
	memcpy(p, &head, sizeof(head));
	size_t got = mem_read(t->tid, addr, p + sizeof(head), max - sizeof(head));
	unsigned flags = max - sizeof(head) < len ? RAW_BLOB_TRUNC : 0u;
	if (got < max - sizeof(head))
		flags |= RAW_BLOB_FAULT;
	raw_build_blob_end(&t->rec, RAW_BLOB_SQE_DATA, 0, flags, sizeof(head) + got);
}

/* Adds a string; tells whether it is a relative path. */
static bool
add_string(struct tracee *t, uint32_t index, enum raw_sqe_what what, uint64_t addr)
{
	struct raw_sqe_data head = { .index = index, .what = what };
	size_t max = sizeof(head) + CAP_PATH_BYTES;
	char *p = addr ? raw_build_blob_begin(&t->rec, &max) : NULL;
	if (!p || max <= sizeof(head))
		return addr == 0;
	enum mem_end end;
	memcpy(p, &head, sizeof(head));
	char *s = p + sizeof(head);
	size_t len = mem_read_cstr(t->tid, addr, s, max - sizeof(head), &end);
	bool relative = !len || s[0] != '/';
	raw_build_blob_end(&t->rec, RAW_BLOB_SQE_DATA, 0,
			   end == MEM_NUL   ? 0
			   : end == MEM_CUT ? RAW_BLOB_TRUNC
					    : RAW_BLOB_FAULT,
			   sizeof(head) + len);
	return relative;
}

/* What descriptors the submissions name, described once each. */
struct described {
	int32_t fds[FDS_MAX];
	unsigned n;
	bool use_proc;
	bool all; /* that there was room for */
	bool cwd;
};

static void
describe(struct tracee *t, struct described *d, int32_t fd, unsigned want)
{
	if (fd == AT_FDCWD && !d->cwd && d->use_proc) {
		d->cwd = true;
		snap_link(t, RAW_ARG_CWD, "cwd");
	}
	if (fd < 0 || !d->use_proc)
		return;
	for (unsigned i = 0; i < d->n; i++)
		if (d->fds[i] == fd)
			return;
	d->all &= d->n < FDS_MAX;
	if (!d->all)
		return;
	d->fds[d->n++] = fd;
	snap_fd(t, RAW_ARG_DATA, fd, want);
}

static void
add_paths(struct tracee *t, uint32_t i, const struct uring_sqe *s, unsigned uses,
	  struct described *d)
{
	if (uses & URING_PATH && add_string(t, i, RAW_SQE_PATH, s->addr))
		describe(t, d, s->fd, PROC_FD_INFO);
	if (uses & URING_TARGET)
		add_string(t, i, RAW_SQE_PATH, s->addr);
	if (uses & URING_PATH2 && add_string(t, i, RAW_SQE_PATH2, s->off))
		describe(t, d, uses & URING_TARGET ? s->fd : (int32_t)s->len,
			 PROC_FD_INFO);
	if (uses & URING_XPATH && add_string(t, i, RAW_SQE_PATH, s->addr3))
		describe(t, d, AT_FDCWD, PROC_FD_INFO);
	if (d->use_proc && t->root &&
	    !raw_blob_find(t->rec.rec, RAW_BLOB_FD, RAW_ARG_ROOT)) {
		struct raw_fd fd = { .fd = AT_FDCWD, .pos = -1, .pos_exit = -1 };
		raw_build_add_fd(&t->rec, RAW_ARG_ROOT, &fd, t->root, strlen(t->root));
	}
}

/* Descriptors that the submission registers. */
static void
add_fds(struct tracee *t, uint32_t i, const struct uring_sqe *s, struct described *d)
{
	int32_t fds[FDS_MAX];
	size_t n = s->len < FDS_MAX ? s->len : FDS_MAX;
	n = mem_read(t->tid, s->addr, fds, n * sizeof(fds[0])) / sizeof(fds[0]);
	add_memory(t, i, RAW_SQE_FDS, s->addr, (uint64_t)s->len * 4, sizeof(fds));
	for (size_t k = 0; k < n; k++)
		describe(t, d, fds[k], PROC_FD_INFO | PROC_FD_STAT);
}

/* What submission I points to and names. */
static void
add_data(struct tracee *t, uint32_t i, const struct uring_sqe *s, struct described *d)
{
	unsigned uses = uring_op_uses(s->opcode);
	if (uses & URING_FD && !(s->flags & URING_SQE_FIXED_FILE))
		describe(t, d, s->fd,
			 PROC_FD_INFO | (uses & URING_OFFSET ? PROC_FD_STAT : 0u));
	if (uses & URING_IOVEC)
		add_memory(t, i, RAW_SQE_IOVEC, s->addr,
			   (uint64_t)s->len * sizeof(struct iovec),
			   IOVECS_MAX * sizeof(struct iovec));
	if (uses & URING_MSG) {
		struct msghdr msg;
		if (mem_read(t->tid, s->addr, &msg, sizeof(msg)) == sizeof(msg))
			add_memory(t, i, RAW_SQE_IOVEC, (uint64_t)(uintptr_t)msg.msg_iov,
				   (uint64_t)msg.msg_iovlen * sizeof(struct iovec),
				   IOVECS_MAX * sizeof(struct iovec));
	}
	if (uses & URING_ADDR)
		add_memory(t, i, RAW_SQE_ADDR, s->addr, s->off, ADDR_BYTES);
	if (uses & URING_HOW)
		add_memory(t, i, RAW_SQE_HOW, s->off, s->len, 24);
	if (uses & URING_FDS)
		add_fds(t, i, s, d);
	if (uses & (URING_PATH | URING_PATH2 | URING_XPATH))
		add_paths(t, i, s, uses, d);
}

/* Its result will be a descriptor: that is described when it shows. */
static void
note_maker(struct uring *u, const struct uring_sqe *s)
{
	if (!(uring_op_uses(s->opcode) & URING_MAKES_FD) ||
	    (s->file_index && s->opcode != URING_OP_fixed_fd_install))
		return;
	uintptr_t n = (uintptr_t)hash_find(&u->makers, s->user_data);
	if (u->makers.used < SQES_MAX * 64)
		hash_put(&u->makers, s->user_data, (void *)(n + 1));
}

/* The submissions in the record. They move with every blob that is added. */
static const char *
sqes_blob(const struct tracee *t)
{
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_SQES, 0);
	return (const char *)raw_blob_data(b) + sizeof(struct raw_ring);
}

/* What the N submissions of the record point to and name. */
static void
add_all_data(const struct stop_engine *e, struct tracee *t, struct uring *u, uint32_t n)
{
	struct described d = { .use_proc = e->use_proc, .all = true };
	for (uint32_t i = 0; i < n; i++) {
		struct uring_sqe s;
		memcpy(&s, sqes_blob(t) + i * SQE_BYTES, sizeof(s));
		add_data(t, i, &s, &d);
		note_maker(u, &s);
	}
	/* Where room was short, what is missing need not be closed. */
	if (!d.all || t->rec.rec->size > RAW_RECORD_MAX - 2 * PROC_NAME_MAX)
		t->rec.rec->flags &= ~(unsigned)RAW_FDS_KNOWN;
}

void
uring_submissions(struct stop_engine *e, struct tracee *t, struct uring *u)
{
	uint32_t offered = (uint32_t)t->rec.rec->args[1];
	struct uring_head h;
	uint32_t places[SQES_MAX];
	if (!offered || u->p.flags & URING_SETUP_SQPOLL)
		return;
	uring_settle(e, t, u, true);
	struct raw_ring head = { .ring = u->id, .setup = u->p.flags, .count = offered };
	bool seen = uring_head(e, t, u, URING_SQ, &h);
	if (seen && u->p.flags & URING_SETUP_SQ_REWIND)
		h = (struct uring_head){ .sq_tail = offered };
	if (seen)
		offered = least(offered, h.sq_tail - h.sq_head);
	head.first = h.sq_head;
	head.count = offered = least(offered, u->p.sq_entries);
	uint32_t n = seen ? least(offered, SQES_MAX) : 0;
	size_t max = sizeof(head) + n * SQE_BYTES;
	n = n ? entry_places(e, t, u, h.sq_head, n, places) : 0;
	char *p = raw_build_blob_begin(&t->rec, &max);
	if (!p)
		return;
	n = least(n, (uint32_t)((max - sizeof(head)) / SQE_BYTES));
	n = read_entries(e, t, u, places, n, p + sizeof(head));
	memcpy(p, &head, sizeof(head));
	raw_build_blob_end(&t->rec, RAW_BLOB_SQES, 0,
			   n < head.count ? RAW_BLOB_TRUNC : 0u,
			   sizeof(head) + n * SQE_BYTES);
	add_all_data(e, t, u, n);
	if (!seen)
		uring_say_unreadable(e);
}

/* ---- completions ---- */

/* Describes the descriptors that the completions made, as far as they are expected. */
static void
add_made(struct stop_engine *e, struct tracee *t, struct uring *u, const char *entries,
	 uint32_t n)
{
	char name[PROC_NAME_MAX];
	for (uint32_t i = 0; i < n && u->makers.used; i++) {
		struct uring_cqe c;
		struct raw_fd fd;
		memcpy(&c, entries + i * CQE_BYTES, sizeof(c));
		uintptr_t waiting = (uintptr_t)hash_find(&u->makers, c.user_data);
		if (!waiting)
			continue;
		if (!(c.flags & URING_CQE_MORE) && waiting == 1)
			hash_remove(&u->makers, c.user_data);
		else if (!(c.flags & URING_CQE_MORE))
			hash_put(&u->makers, c.user_data, (void *)(waiting - 1));
		if (c.res < 0 || !e->use_proc)
			continue;
		proc_fd_forget(&t->proc, c.res);
		ssize_t len = proc_fd(&t->proc, c.res, PROC_FD_INFO | PROC_FD_STAT, &fd,
				      name, sizeof(name));
		if (len >= 0)
			raw_build_add_fd(&e->scratch, RAW_ARG_DATA, &fd, name,
					 (size_t)len);
	}
}

/* Reads N completions from position FIRST on to TO. */
static bool
read_completions(struct stop_engine *e, struct tracee *t, const struct uring *u,
		 uint32_t first, uint32_t n, char *to)
{
	size_t stride = u->p.flags & URING_SETUP_CQE32 ? 2 * CQE_BYTES : CQE_BYTES;
	uint32_t mask = u->p.cq_entries - 1;
	for (uint32_t done = 0; done < n;) {
		uint32_t at = (first + done) & mask;
		uint32_t run =
			stride == CQE_BYTES ? least(n - done, u->p.cq_entries - at) : 1;
		if (!uring_read(e, t, u, URING_CQ, u->p.cq_off.cqes + at * stride,
				to + done * CQE_BYTES, run * CQE_BYTES))
			return false;
		done += run;
	}
	return true;
}

/* One record: completions from cq_seen on, at most up to TAIL. */
static bool
harvest_some(struct stop_engine *e, struct tracee *t, struct uring *u, uint32_t tail,
	     uint32_t lost, uint64_t when_ns)
{
	uint32_t n = least(tail - u->cq_seen, CQES_MAX);
	struct raw_ring head = { .ring = u->id,
				 .setup = u->p.flags,
				 .first = u->cq_seen,
				 .count = n,
				 .lost = lost };
	struct raw_rec *rec = stop_engine_record(e, RAW_COMPLETIONS, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = RAW_RING_URING;
	rec->args[1] = u->id;
	size_t max = sizeof(head) + n * CQE_BYTES;
	char *p = raw_build_blob_begin(&e->scratch, &max);
	if (!p || (n && !read_completions(e, t, u, u->cq_seen, n, p + sizeof(head))))
		return false;
	/* Those that the kernel may have written over while they were read. */
	struct uring_head now;
	uint32_t over = 0;
	if (uring_head(e, t, u, URING_CQ, &now) &&
	    now.cq_tail - u->cq_seen > u->p.cq_entries)
		over = least(n, now.cq_tail - u->cq_seen - u->p.cq_entries);
	if (over) {
		memmove(p + sizeof(head), p + sizeof(head) + over * CQE_BYTES,
			(n - over) * CQE_BYTES);
		head.first += over;
		head.count -= over;
		head.lost += over;
	}
	memcpy(p, &head, sizeof(head));
	raw_build_blob_end(&e->scratch, RAW_BLOB_CQES, 0, 0,
			   sizeof(head) + head.count * CQE_BYTES);
	u->cq_seen += n;
	/* The blob moves as descriptions are added: a copy of what names them. */
	struct raw_build *b = &e->scratch;
	size_t at = sizeof(*b->rec) + sizeof(struct raw_blob) + sizeof(head);
	if (u->makers.used) {
		char *copy = xmemdup0((char *)b->rec + at, head.count * CQE_BYTES);
		add_made(e, t, u, copy, head.count);
		free(copy);
	}
	stop_engine_queue(e, t, e->scratch.rec);
	return true;
}

void
uring_harvest(struct stop_engine *e, struct tracee *t, struct uring *u, uint64_t when_ns)
{
	struct uring_head h;
	if (!uring_head(e, t, u, URING_CQ, &h))
		return;
	uring_settle(e, t, u, false);
	uint32_t lost = h.overflow - u->overflow;
	uint32_t unseen = h.cq_tail - u->cq_seen;
	u->overflow = h.overflow;
	if (unseen > u->p.cq_entries) {
		/* A tail that went back is the program's doing: nothing to go by. */
		bool backwards = (int32_t)unseen < 0;
		lost += backwards ? 0 : unseen - u->p.cq_entries;
		u->cq_seen = backwards ? h.cq_tail : h.cq_tail - u->p.cq_entries;
	}
	if (u->cq_seen == h.cq_tail && !lost)
		return;
	do {
		if (!harvest_some(e, t, u, h.cq_tail, lost, when_ns))
			return;
		lost = 0;
	} while (u->cq_seen != h.cq_tail);
}

/* ---- registered files ---- */

/* Where the descriptors of an io_uring_register call are, and which places they are for.
 * False: the call registers none. */
static bool
files_argument(const struct tracee *t, struct raw_ring_files *f, uint64_t *addr)
{
	const uint64_t *args = t->rec.rec->args;
	/* struct io_uring_rsrc_register, _files_update, _rsrc_update2 */
	struct {
		uint32_t nr, flags;
		uint64_t resv2, data, tags;
	} reg = { 0 };
	struct {
		uint32_t offset, resv;
		uint64_t data, tags;
		uint32_t nr, resv2;
	} up = { 0 };
	switch ((uint32_t)args[1] & ~URING_REGISTER_BY_INDEX) {
	case URING_REGISTER_FILES:
		f->count = (uint32_t)args[3];
		*addr = args[2];
		return true;
	case URING_REGISTER_FILES2:
		if (mem_read(t->tid, args[2], &reg, sizeof(reg)) != sizeof(reg))
			return false;
		f->count = reg.nr;
		*addr = reg.flags & 1 ? 0 : reg.data; /* IORING_RSRC_REGISTER_SPARSE */
		return true;
	case URING_REGISTER_FILES_UPDATE:
		if (mem_read(t->tid, args[2], &up, 16) != 16)
			return false;
		f->count = (uint32_t)args[3];
		break;
	case URING_REGISTER_FILES_UPDATE2:
		if (mem_read(t->tid, args[2], &up, sizeof(up)) != sizeof(up))
			return false;
		f->count = up.nr;
		break;
	default:
		return false;
	}
	f->offset = up.offset;
	*addr = up.data;
	return true;
}

void
uring_files(struct stop_engine *e, struct tracee *t, const struct uring *u)
{
	struct raw_ring_files f = { .ring = u->id };
	uint64_t addr = 0;
	if (!files_argument(t, &f, &addr))
		return;
	uint32_t n = addr ? least(f.count, FILES_MAX) : 0;
	size_t max = sizeof(f) + (size_t)n * 4;
	char *p = raw_build_blob_begin(&t->rec, &max);
	if (!p || max < sizeof(f))
		return;
	memcpy(p, &f, sizeof(f));
	size_t got = n ? mem_read(t->tid, addr, p + sizeof(f), max - sizeof(f)) : 0;
	unsigned flags = (addr && n < f.count ? RAW_BLOB_TRUNC : 0u) |
			 (got < max - sizeof(f) ? RAW_BLOB_FAULT : 0u);
	int32_t *fds = got ? (void *)xmemdup0(p + sizeof(f), got) : NULL;
	raw_build_blob_end(&t->rec, RAW_BLOB_RING_FILES, 0, flags, sizeof(f) + got);
	struct described d = { .use_proc = e->use_proc, .all = true };
	for (size_t i = 0; i < got / 4; i++)
		describe(t, &d, fds[i], PROC_FD_INFO | PROC_FD_STAT);
	free(fds);
}
