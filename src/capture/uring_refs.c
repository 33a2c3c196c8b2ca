/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What leads to a ring: descriptors of processes, registered places of threads, and where
 * processes have mapped it. A ring lives here as long as something is known to lead to it.
 */
#include <linux/kcmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "capture/stop_engine.h"
#include "capture/uring.h"

/* ---- references and views ---- */

struct uring_ref *
uring_ref_find(const struct urings *us, pid_t owner, int num, bool place)
{
	for (size_t i = 0; i < us->nrefs; i++) {
		struct uring_ref *r = &us->refs[i];
		if (r->owner == owner && r->num == num && r->place == place)
			return r;
	}
	return NULL;
}

void
uring_views_drop(struct urings *us, const struct uring *u, pid_t pid)
{
	for (size_t i = us->nviews; i-- > 0;)
		if ((!u || us->views[i].ring == u) && (!pid || us->views[i].pid == pid))
			us->views[i] = us->views[--us->nviews];
}

/* Nothing leads to the ring any more. */
static void
ring_free(struct stop_engine *e, struct uring *u, pid_t pid, pid_t tid, uint64_t when_ns)
{
	struct raw_rec *rec = stop_engine_record(e, RAW_RING_END, NULL);
	rec->pid = pid;
	rec->tid = tid;
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = RAW_RING_URING;
	rec->args[1] = u->id;
	stop_engine_queue(e, NULL, rec);
	uring_views_drop(&e->urings, u, 0);
	hash_fini(&u->makers);
	free(u);
}

void
uring_ref_drop(struct stop_engine *e, struct uring_ref *r, pid_t pid, pid_t tid,
	 uint64_t when_ns)
{
	struct urings *us = &e->urings;
	struct uring *u = r->ring;
	*r = us->refs[--us->nrefs];
	if (--u->refs == 0)
		ring_free(e, u, pid, tid, when_ns);
}

void
uring_ref_add(struct urings *us, struct uring *u, pid_t owner, int num, bool place)
{
	us->refs = xreallocarray(us->refs, us->nrefs + 1, sizeof(*us->refs));
	us->refs[us->nrefs++] = (struct uring_ref){
		.ring = u, .owner = owner, .num = num, .place = place
	};
	u->refs++;
}

struct uring_view *
uring_view_find(const struct urings *us, const struct uring *u, pid_t pid)
{
	for (size_t i = 0; i < us->nviews; i++)
		if (us->views[i].ring == u && us->views[i].pid == pid)
			return &us->views[i];
	return NULL;
}

struct uring_view *
uring_view_add(struct urings *us, struct uring *u, pid_t pid)
{
	us->views = xreallocarray(us->views, us->nviews + 1, sizeof(*us->views));
	us->views[us->nviews] = (struct uring_view){ .ring = u, .pid = pid };
	return &us->views[us->nviews++];
}

int
uring_fd_of(const struct urings *us, const struct uring *u, pid_t pid)
{
	for (size_t i = 0; i < us->nrefs; i++)
		if (us->refs[i].ring == u && us->refs[i].owner == pid &&
		    !us->refs[i].place)
			return us->refs[i].num;
	return -1;
}

void
urings_fini(struct urings *us)
{
	while (us->nrefs) {
		struct uring *u = us->refs[--us->nrefs].ring;
		if (--u->refs)
			continue;
		hash_fini(&u->makers);
		free(u);
	}
	free(us->refs);
	free(us->views);
	*us = (struct urings){ 0 };
}

/* The ring that descriptor NUM of T is, made by dup or passed in a message. */
static struct uring *
find_copied(struct urings *us, const struct tracee *t, int num)
{
	for (size_t i = 0; i < us->nrefs; i++) {
		const struct uring_ref *r = &us->refs[i];
		if (r->place ||
		    syscall(SYS_kcmp, t->pid, r->owner, KCMP_FILE, num, r->num))
			continue;
		uring_ref_add(us, us->refs[i].ring, t->pid, num, false);
		return us->refs[us->nrefs - 1].ring;
	}
	return NULL;
}

struct uring *
uring_find(struct urings *us, const struct tracee *t, int num, bool place)
{
	const struct uring_ref *r = uring_ref_find(us, place ? t->tid : t->pid, num, place);
	if (r)
		return r->ring;
	return place ? NULL : find_copied(us, t, num);
}

/* ---- tasks ---- */

void
uring_forked(struct stop_engine *e, pid_t parent, pid_t child)
{
	struct urings *us = &e->urings;
	for (size_t i = 0, n = us->nrefs; i < n; i++)
		if (us->refs[i].owner == parent && !us->refs[i].place)
			uring_ref_add(us, us->refs[i].ring, child, us->refs[i].num, false);
	for (size_t i = 0, n = us->nviews; i < n; i++)
		if (us->views[i].pid == parent) {
			struct uring_view copy = us->views[i];
			memcpy(uring_view_add(us, copy.ring, child)->at, copy.at,
			       sizeof(copy.at));
		}
}

void
uring_gone(struct stop_engine *e, pid_t tid, pid_t pid, uint64_t when_ns)
{
	struct urings *us = &e->urings;
	for (size_t i = us->nrefs; i-- > 0;) {
		struct uring_ref *r = &us->refs[i];
		if (r->owner == (r->place ? tid : pid))
			uring_ref_drop(e, r, pid ? pid : tid, tid, when_ns);
	}
	if (pid)
		uring_views_drop(us, NULL, pid);
}
