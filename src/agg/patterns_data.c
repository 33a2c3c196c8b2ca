/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data: how small, in which order, how often the same, and what became of what was
 * written. Only by names: where a file is replaced under its name by something that no
 * event tells, its data count as the same ones.
 */
#include "agg/patterns_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
pattern_file_free(struct pattern_file *f)
{
	if (!f)
		return;
	extents_fini(&f->life.read);
	free(f);
}

/* The entry of row ROW of AGG_FILE, made if there is room; or NULL. */
static struct pattern_file *
file_get(struct patterns *p, size_t row, enum file_class class)
{
	if (row != AGG_NO_ROW) {
		p->files = pattern_room(p->files, &p->nfiles, row, sizeof(*p->files));
		if (p->files[row])
			return p->files[row];
	}
	if (row == AGG_NO_ROW || p->followed == PATTERN_FILES) {
		p->not_followed++;
		return NULL;
	}
	p->followed++;
	p->files[row] = xcalloc(1, sizeof(struct pattern_file));
	p->files[row]->class = class;
	return p->files[row];
}

/* The entry of the file called NAME, or NULL. */
static struct pattern_file *
file_find(const struct patterns *p, struct text name)
{
	size_t row = agg_table_find(&p->agg->tables[AGG_FILE], name.p, name.len);
	return row < p->nfiles ? p->files[row] : NULL;
}

static void
add_order(struct pattern_flow *flow, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	if (!event_has(ev, EV_offset) || ev->offset < 0)
		return;
	uint64_t offset = (uint64_t)ev->offset;
	if (flow->pid == ev->pid && flow->fd == ev->fd) {
		flow->followed++;
		if (offset != flow->end_offset) {
			pattern_sum_add(&flow->jumps, ev->bytes, pe->ns);
			pattern_who_add(&flow->who_jumps, pe);
		}
	} else {
		flow->runs++;
	}
	flow->pid = ev->pid;
	flow->fd = ev->fd;
	flow->end_offset = offset + ev->bytes;
}

static void
add_flow(struct pattern_file *f, enum pattern_dir dir, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	struct pattern_flow *flow = &f->flow[dir];
	/* A read of a short file or the end of one is not tiny: more was asked for. */
	uint64_t asked = dir == PATTERN_IN && event_has(ev, EV_requested) ? ev->requested
									  : ev->bytes;
	pattern_sum_add(&flow->all, ev->bytes, pe->ns);
	if (asked < PATTERN_TINY_BYTES) {
		bool waits = pe->class != FILE_REGULAR && pe->ns > PATTERN_WAIT_NS;
		pattern_sum_add(&flow->tiny, ev->bytes, waits ? PATTERN_WAIT_NS : pe->ns);
		pattern_who_add(&flow->who_tiny, pe);
	}
	if (pe->class == FILE_REGULAR)
		add_order(flow, pe);
}

static void
add_read(struct pattern_file *f, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	add_flow(f, PATTERN_IN, pe);
	f->life.was_read = true;
	if (pe->class != FILE_REGULAR || !event_has(ev, EV_offset) || ev->offset < 0)
		return;
	struct extents_again again =
		extents_read(&f->life.read, (uint64_t)ev->offset, ev->bytes, ev->pid);
	uint64_t known = again.by_same + again.by_other;
	f->fresh += ev->bytes - known;
	if (!known)
		return;
	bool mostly = known > ev->bytes / 2;
	f->again.bytes += known;
	f->again_others += again.by_other;
	f->again.calls += mostly;
	f->again.ns += mostly ? pe->ns : 0;
	pattern_who_add(&f->who_again, pe);
}

static void
add_written(struct pattern_life *life, const struct pattern_event *pe)
{
	life->was_read = false;
	life->total += pe->ev->bytes;
	life->ns += pe->ns;
	pattern_who_add(&life->who, pe);
}

static void
add_write(struct pattern_file *f, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	add_flow(f, PATTERN_OUT, pe);
	add_written(&f->life, pe);
	/* O_TRUNC is in no event: who writes from the beginning makes the file anew. */
	if (!event_has(ev, EV_offset) || ev->offset <= 0)
		extents_forget(&f->life.read);
	else
		extents_written(&f->life.read, (uint64_t)ev->offset, ev->bytes);
}

static void
add_fill(struct patterns *p, struct pattern_file *f, const struct pattern_event *pe)
{
	struct pattern_file *source =
		pe->ev->source.p ? file_find(p, pe->ev->source) : NULL;
	if (source)
		source->life.was_read = true;
	add_written(&f->life, pe);
	extents_forget(&f->life.read);
}

static bool
has_word(struct text t, const char *word)
{
	return t.p && memmem(t.p, t.len, word, strlen(word));
}

static void
add_open(struct pattern_file *f, const struct event *ev)
{
	/* The number of a descriptor may be another's now. */
	f->flow[PATTERN_IN].pid = f->flow[PATTERN_OUT].pid = 0;
	if (event_has(ev, EV_flags) &&
	    (has_word(ev->flags, "O_RDONLY") || has_word(ev->flags, "O_RDWR")))
		f->life.was_read = true;
}

/* The data have another name now; what had that name before is gone. */
static void
add_rename(struct patterns *p, const struct pattern_event *pe)
{
	struct pattern_file *from = file_find(p, pe->ev->old_file), *to;
	if (!from || !(to = file_get(p, pe->rows->in[AGG_FILE], FILE_REGULAR)) ||
	    to == from)
		return;
	extents_fini(&to->life.read);
	to->life = from->life;
	from->life = (struct pattern_life){ 0 };
}

/* The data are now known by the new name; that the old one is deleted ends nothing. */
static void
add_link(struct patterns *p, const struct pattern_event *pe)
{
	struct pattern_file *from = file_find(p, pe->ev->old_file), *to;
	if (!from || !(to = file_get(p, pe->rows->in[AGG_FILE], FILE_REGULAR)) || to == from)
		return;
	to->life.total = from->life.total;
	to->life.ns = from->life.ns;
	to->life.who = from->life.who;
	to->life.was_read = true; /* who knows by which name it will be */
	from->life.total = 0;
}

static void
add_unlink(struct patterns *p, struct pattern_file *f, const struct pattern_event *pe)
{
	size_t dir = pe->rows->in[AGG_DIRECTORY];
	if (f->life.total && dir != AGG_NO_ROW) {
		p->temps = pattern_room(p->temps, &p->ntemps, dir, sizeof(*p->temps));
		struct pattern_temps *t = &p->temps[dir];
		t->files++;
		t->bytes += f->life.total;
		t->ns += f->life.ns;
		t->unread_files += !f->life.was_read;
		t->unread_bytes += f->life.was_read ? 0 : f->life.total;
	}
	extents_fini(&f->life.read);
	f->life = (struct pattern_life){ 0 };
}

/* Calls that move data; they make an entry for their file. */
static void
add_transfer(struct patterns *p, const struct pattern_event *pe)
{
	if (!event_has(pe->ev, EV_bytes) || !pe->ev->bytes ||
	    (pe->class != FILE_REGULAR && pe->class != FILE_PIPE &&
	     pe->class != FILE_SOCKET))
		return;
	struct pattern_file *f = file_get(p, pe->rows->in[AGG_FILE], pe->class);
	if (!f)
		return;
	if (pe->role == ROLE_READ || pe->role == ROLE_RECEIVE)
		add_read(f, pe);
	else if (pe->role == ROLE_FILL)
		add_fill(p, f, pe);
	else
		add_write(f, pe);
}

void
patterns_executed(struct patterns *p, struct text program)
{
	struct pattern_file *f = file_find(p, program);
	if (f)
		f->life.was_read = true;
}

/* Calls that matter only for files that have an entry. */
static void
add_change(struct patterns *p, const struct pattern_event *pe)
{
	struct pattern_file *f = file_find(p, pe->ev->file);
	if (!f)
		return;
	if (pe->role == ROLE_OPEN)
		add_open(f, pe->ev);
	else if (pe->role == ROLE_EXEC)
		f->life.was_read = true;
	else if (pe->role == ROLE_UNLINK)
		add_unlink(p, f, pe);
	else if (pe->role == ROLE_TRUNCATE)
		extents_forget(&f->life.read);
	else
		f->seeks++;
}

static void
add_sync(struct patterns *p, const struct pattern_event *pe)
{
	struct pattern_file *f = file_get(p, pe->rows->in[AGG_FILE], pe->class);
	if (!f)
		return;
	pattern_sum_add(&f->sync, 0, pe->ns);
	pattern_who_add(&f->who_sync, pe);
}

void
patterns_add_data(struct patterns *p, const struct pattern_event *pe)
{
	if (!pe->ok || pe->class == FILE_NONE)
		return;
	switch (pe->role) {
	case ROLE_READ:
	case ROLE_WRITE:
	case ROLE_RECEIVE:
	case ROLE_SEND:
	case ROLE_FILL:
		add_transfer(p, pe);
		break;
	case ROLE_SYNC:
		add_sync(p, pe);
		break;
	case ROLE_RENAME:
		if (event_has(pe->ev, EV_old_file))
			add_rename(p, pe);
		break;
	case ROLE_LINK:
		if (event_has(pe->ev, EV_old_file))
			add_link(p, pe);
		break;
	case ROLE_OPEN:
	case ROLE_EXEC:
	case ROLE_SEEK:
	case ROLE_UNLINK:
	case ROLE_TRUNCATE:
		add_change(p, pe);
		break;
	case ROLE_OTHER:
	case ROLE_LOOK:
	case ROLE_LOCK:
	case ROLES:
		break;
	}
}
