/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What calls tell of rings: made, mapped, changed, used, closed.
 */
#include "capture/uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "capture/mem.h"
#include "capture/regs.h"
#include "capture/snap_msg.h"
#include "capture/stop_engine.h"

/* IORING_MAX_ENTRIES and IORING_MAX_CQ_ENTRIES of io_uring.c */
#define SQ_ENTRIES_MAX 32768u
#define CQ_ENTRIES_MAX 65536u
/* No queue of that many entries is longer. */
#define OFFSET_MAX   (1u << 24)
#define RING_FDS_MAX 16u /* IO_RINGFD_REG_MAX */

/* Is the call one on a ring, by descriptor or by place? */
static bool
names_ring(uint32_t nr, const uint64_t *args, bool *place)
{
	*place = nr == SYS_io_uring_enter ? args[3] & URING_ENTER_REGISTERED_RING
					  : (args[1] & URING_REGISTER_BY_INDEX) != 0;
	return nr == SYS_io_uring_enter || nr == SYS_io_uring_register;
}

static struct uring *
ring_of_call(struct stop_engine *e, const struct tracee *t, uint32_t nr,
	     const uint64_t *args)
{
	bool place;
	return names_ring(nr, args, &place)
		       ? uring_find(&e->urings, t, (int)args[0], place)
		       : NULL;
}

/* ---- remarks ---- */

static void
say_once(struct stop_engine *e, bool *said, const char *text)
{
	if (!*said)
		stop_engine_note(e, text);
	*said = true;
}

void
uring_say_unreadable(struct stop_engine *e)
{
	say_once(e, &e->urings.said_unreadable,
		 "the queues of an io_uring could not be read: its operations are not "
		 "shown");
}

/* A ring that was never set up in sight; a number that is no ring is just an error.
 * Places that were registered before an attach cannot be asked for. */
static void
say_unknown(struct stop_engine *e, const struct tracee *t, bool place)
{
	static const char name[] = "anon_inode:[io_uring]";
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_FD, 0);
	bool is_ring = b && b->len == sizeof(struct raw_fd) + sizeof(name) - 1 &&
		       !memcmp((const char *)raw_blob_data(b) + sizeof(struct raw_fd),
			       name, sizeof(name) - 1);
	if (place ? t->attached : is_ring)
		say_once(e, &e->urings.said_unknown,
			 "an io_uring was set up before the trace began and its queues "
			 "cannot be found: its operations are not shown");
}

/* ---- calls ---- */

void
uring_want_calls(unsigned char *want)
{
	want[SYS_io_uring_setup] |= WANT_STATE;
	want[SYS_io_uring_register] |= WANT_STATE;
	/* What completed since the last call on the ring is to be seen before it is gone.
	 */
	want[SYS_close] |= WANT_PEEK;
	want[SYS_mmap] |= WANT_RING;
}

void
uring_before(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r)
{
	struct urings *us = &e->urings;
	if (!us->nrefs || r->abi)
		return;
	struct uring *u = ring_of_call(e, t, r->nr, r->args);
	if (r->nr == SYS_close) {
		const struct uring_ref *ref =
			uring_ref_find(us, t->pid, (int)r->args[0], false);
		u = ref ? ref->ring : NULL;
	}
	uint64_t now = clock_boot_ns();
	for (size_t i = 0; i < us->nrefs; i++)
		if (us->refs[i].ring->user == t->tid && us->refs[i].ring != u)
			uring_harvest(e, t, us->refs[i].ring, now);
	if (!u)
		return;
	uring_harvest(e, t, u, now);
	u->user = t->tid;
	/* A close that is not recorded has no exit that would be seen; of what is open it
	 * always succeeds (close(2)). */
	if (r->nr == SYS_close && !(e->want[SYS_close] & (WANT_EVENT | WANT_STATE)))
		uring_ref_drop(e, uring_ref_find(us, t->pid, (int)r->args[0], false),
			       t->pid, t->tid, now);
}

void
uring_entry(struct stop_engine *e, struct tracee *t)
{
	const struct raw_rec *rec = t->rec.rec;
	bool place;
	if (!names_ring(rec->nr, rec->args, &place))
		return;
	struct uring *u = ring_of_call(e, t, rec->nr, rec->args);
	if (!u)
		say_unknown(e, t, place);
	else if (rec->nr == SYS_io_uring_enter)
		uring_submissions(e, t, u);
	else
		uring_files(e, t, u);
	rec = t->rec.rec; /* it may have moved */
	if (rec->nr == SYS_io_uring_register &&
	    ((uint32_t)rec->args[1] & ~URING_REGISTER_BY_INDEX) ==
		    URING_UNREGISTER_RING_FDS)
		snap_bytes(t, RAW_BLOB_BYTES, 2, rec->args[2], (rec->args[3] & 0x1f) * 16,
			   256);
}

static bool
entries_fit(uint32_t n, uint32_t max)
{
	return n && n <= max && !(n & (n - 1));
}

bool
uring_params_valid(const struct uring_params *p)
{
	const uint32_t *sq = &p->sq_off.head, *cq = &p->cq_off.head;
	for (unsigned i = 0; i < 7; i++)
		if (sq[i] >= OFFSET_MAX || cq[i] >= OFFSET_MAX)
			return false;
	return entries_fit(p->sq_entries, SQ_ENTRIES_MAX) &&
	       entries_fit(p->cq_entries, CQ_ENTRIES_MAX);
}

/* IORING_SETUP_NO_MMAP: the queues are where the program said. */
static void
take_addresses(struct urings *us, struct uring *u, pid_t pid)
{
	if (!(u->p.flags & URING_SETUP_NO_MMAP))
		return;
	struct uring_view *v = uring_view_add(us, u, pid);
	v->at[URING_SQ] = v->at[URING_CQ] = u->p.cq_off.user_addr;
	v->at[URING_SQES] = u->p.sq_off.user_addr;
}

static void
add_ring_blob(struct tracee *t, const struct uring *u)
{
	struct raw_ring head = { .ring = u->id, .setup = u->p.flags };
	raw_build_add(&t->rec, RAW_BLOB_RING, 0, 0, &head, sizeof(head));
}

static void
learn_setup(struct stop_engine *e, struct tracee *t)
{
	struct urings *us = &e->urings;
	int num = (int)t->rec.rec->ret;
	struct uring_params p;
	const struct raw_blob *b = raw_blob_find(t->rec.rec, RAW_BLOB_OUT, 1);
	if (!b || b->len < sizeof(p))
		return;
	memcpy(&p, raw_blob_data(b), sizeof(p));
	bool place = p.flags & URING_SETUP_REGISTERED_FD_ONLY;
	pid_t owner = place ? t->tid : t->pid;
	/* What the number was before was closed out of sight. */
	struct uring_ref *was = uring_ref_find(us, owner, num, place);
	if (was)
		uring_ref_drop(e, was, t->pid, t->tid, t->rec.rec->enter_ns);
	if (!uring_params_valid(&p)) {
		uring_say_unreadable(e);
		return;
	}
	struct uring *u = xcalloc(1, sizeof(*u));
	u->id = ++us->made;
	u->p = p;
	u->user = t->tid;
	uring_ref_add(us, u, owner, num, place);
	take_addresses(us, u, t->pid);
	add_ring_blob(t, u);
	if (p.flags & URING_SETUP_SQPOLL)
		say_once(e, &us->said_sqpoll,
			 "an io_uring has a kernel thread that takes its submissions "
			 "(IORING_SETUP_SQPOLL): they cannot be seen, only their "
			 "completions "
			 "are counted");
}

/* IORING_REGISTER_RESIZE_RINGS: the same positions in queues of other sizes, which the
 * program maps anew. */
static void
learn_resize(struct stop_engine *e, struct tracee *t, struct uring *u)
{
	struct uring_params p;
	if (mem_read(t->tid, t->rec.rec->args[2], &p, sizeof(p)) != sizeof(p))
		return;
	p.flags = u->p.flags;
	if (!uring_params_valid(&p))
		return;
	u->p = p;
	uring_views_drop(&e->urings, u, 0);
	take_addresses(&e->urings, u, t->pid);
}

/* struct io_uring_rsrc_update: u32 place, u32, u64 descriptor; the kernel writes the
 * places that it chose. */
static void
learn_places(struct stop_engine *e, struct tracee *t, bool add)
{
	struct urings *us = &e->urings;
	struct {
		uint32_t place, resv;
		uint64_t fd;
	} up[RING_FDS_MAX];
	const struct raw_rec *rec = t->rec.rec;
	size_t n = (uint64_t)rec->ret < RING_FDS_MAX ? (size_t)rec->ret : RING_FDS_MAX;
	n = mem_read(t->tid, rec->args[2], up, n * sizeof(up[0])) / sizeof(up[0]);
	for (size_t i = 0; i < n; i++) {
		struct uring *u = add ? uring_find(us, t, (int)up[i].fd, false) : NULL;
		struct uring_ref *was =
			uring_ref_find(us, t->tid, (int)up[i].place, true);
		if (u)
			uring_ref_add(us, u, t->tid, (int)up[i].place, true);
		if (was)
			uring_ref_drop(e,
				       uring_ref_find(us, t->tid, (int)up[i].place, true),
				       t->pid, t->tid, rec->enter_ns);
	}
	if (add)
		snap_bytes(t, RAW_BLOB_OUT, 2, rec->args[2], n * sizeof(up[0]),
			   sizeof(up));
}

static void
learn_register(struct stop_engine *e, struct tracee *t)
{
	const struct raw_rec *rec = t->rec.rec;
	struct uring *u = ring_of_call(e, t, rec->nr, rec->args);
	if (u)
		add_ring_blob(t, u);
	if (rec->ret < 0)
		return;
	switch ((uint32_t)rec->args[1] & ~URING_REGISTER_BY_INDEX) {
	case URING_REGISTER_RING_FDS:
		learn_places(e, t, true);
		break;
	case URING_UNREGISTER_RING_FDS:
		learn_places(e, t, false);
		break;
	case URING_REGISTER_RESIZE_RINGS:
		if (u)
			learn_resize(e, t, u);
		break;
	default:
		break;
	}
}

/* The region that an mmap of these arguments maps, or URING_REGIONS. */
static enum uring_region
region_of(const uint64_t *args)
{
	if (!(args[3] & MAP_SHARED))
		return URING_REGIONS;
	switch (args[5]) {
	case URING_OFF_SQ_RING:
		return URING_SQ;
	case URING_OFF_CQ_RING:
		return URING_CQ;
	case URING_OFF_SQES:
		return URING_SQES;
	default:
		return URING_REGIONS;
	}
}

bool
uring_maps(const struct stop_engine *e, const struct tracee *t,
	   const struct syscall_regs *r)
{
	return e->urings.nrefs && !r->abi && r->nr == SYS_mmap &&
	       region_of(r->args) != URING_REGIONS &&
	       uring_ref_find(&e->urings, t->pid, (int)r->args[4], false);
}

static void
learn_mmap(struct stop_engine *e, const struct tracee *t)
{
	const struct raw_rec *rec = t->rec.rec;
	struct urings *us = &e->urings;
	enum uring_region region = region_of(rec->args);
	const struct uring_ref *r =
		region == URING_REGIONS || !us->nrefs
			? NULL
			: uring_ref_find(us, t->pid, (int)rec->args[4], false);
	if (!r)
		return;
	struct uring_view *v = uring_view_find(us, r->ring, t->pid);
	if (!v)
		v = uring_view_add(us, r->ring, t->pid);
	v->at[region] = (uint64_t)rec->ret;
	if (r->ring->p.features & URING_FEAT_SINGLE_MMAP && region != URING_SQES)
		v->at[URING_SQ] = v->at[URING_CQ] = (uint64_t)rec->ret;
}

void
uring_exit(struct stop_engine *e, struct tracee *t)
{
	const struct raw_rec *rec = t->rec.rec;
	bool ok = rec->ret >= 0 || rec->ret < -4095;
	if (rec->nr == SYS_io_uring_setup && ok)
		learn_setup(e, t);
	else if (rec->nr == SYS_mmap && ok)
		learn_mmap(e, t);
	else if (rec->nr == SYS_io_uring_register)
		learn_register(e, t);
}

void
uring_after(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	struct urings *us = &e->urings;
	const struct raw_rec *rec = t->rec.rec;
	if (!us->nrefs)
		return;
	struct uring *u = ring_of_call(e, t, rec->nr, rec->args);
	if (u)
		uring_harvest(e, t, u, when_ns);
	if (rec->nr != SYS_close || rec->ret == -EBADF)
		return;
	struct uring_ref *r = uring_ref_find(us, t->pid, (int)rec->args[0], false);
	if (r)
		uring_ref_drop(e, r, t->pid, t->tid, when_ns);
}

void
uring_ending(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	struct urings *us = &e->urings;
	for (size_t i = 0; i < us->nrefs; i++) {
		const struct uring_ref *r = &us->refs[i];
		if (r->ring->user == t->tid || (r->owner == t->pid && !r->place))
			uring_harvest(e, t, r->ring, when_ns);
	}
}
