/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * States are never freed before the end: what was made and taken away stays as a mark
 * that the name was the run's own, so that looking for it later is no dependency either.
 */
#include "deps/file_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

void
file_table_fini(struct file_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->files[i]->file.asked);
		free(t->files[i]);
	}
	free(t->files);
	arena_fini(&t->texts);
	hash_fini(&t->by_hash);
	*t = (struct file_table){ 0 };
}

static struct text
keep(struct file_table *t, struct text s)
{
	return (struct text){ arena_memdup0(&t->texts, s.p, s.len), s.len };
}

static bool
is(struct text a, struct text b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

static struct file_state *
find(const struct file_table *t, struct text name, uint64_t hash)
{
	struct file_state *f = hash_find(&t->by_hash, hash);
	while (f && !is(f->file.name, name))
		f = f->same_hash;
	return f;
}

struct file_state *
file_table_find(const struct file_table *t, struct text name)
{
	return find(t, name, hash_bytes(name.p, name.len));
}

static struct file_state *
add(struct file_table *t, struct text name, uint64_t hash)
{
	struct file_state *f = xcalloc(1, sizeof(*f));
	f->file.name = keep(t, name);
	f->hash = hash;
	f->same_hash = hash_put(&t->by_hash, hash, f);
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->files = xreallocarray(t->files, t->cap, sizeof(struct file_state *));
	}
	t->files[t->n++] = f;
	return f;
}

/* Everything above NAME is in the table and knows that it has something below. */
static void
add_parents(struct file_table *t, struct text name)
{
	for (;;) {
		while (name.len && name.p[name.len - 1] != '/')
			name.len--;
		if (name.len < 2)
			return;
		name.len--;
		uint64_t hash = hash_bytes(name.p, name.len);
		struct file_state *f = find(t, name, hash);
		if (f && f->has_children)
			return;
		if (!f)
			f = add(t, name, hash);
		f->has_children = true;
	}
}

struct file_state *
file_table_get(struct file_table *t, struct text name)
{
	uint64_t hash = hash_bytes(name.p, name.len);
	struct file_state *f = find(t, name, hash);
	if (f)
		return f;
	f = add(t, name, hash);
	add_parents(t, f->file.name);
	return f;
}

void
file_state_remove(struct file_state *f)
{
	f->gone = true;
	f->file.uses &= ~(unsigned)DEPS_USE_WRITTEN;
	if (f->before == BEFORE_UNKNOWN)
		f->before = f->own ? BEFORE_NO : BEFORE_YES;
	if (f->before == BEFORE_YES)
		f->file.uses |= DEPS_USE_DELETED;
	f->own = false;
}

void
file_table_add_asked(struct file_table *t, struct file_state *f, struct text asked)
{
	if (is(f->file.name, asked)) {
		f->file.asked_by_name = true;
		return;
	}
	for (size_t i = 0; i < f->file.nasked; i++)
		if (is(f->file.asked[i], asked))
			return;
	f->file.asked =
		xreallocarray(f->file.asked, f->file.nasked + 1, sizeof(*f->file.asked));
	f->file.asked[f->file.nasked++] = keep(t, asked);
}

/* TO is there now, with the content of FROM. */
static void
take_content(const struct file_state *from, struct file_state *to)
{
	to->own = from->own;
	to->gone = false;
	to->file.uses |= DEPS_USE_WRITTEN;
	to->file.uses &= ~(unsigned)DEPS_USE_DELETED;
	to->file.uses |= from->file.uses & DEPS_USE_DIRECTORY;
	if (from->file.uses & DEPS_USE_OPENED)
		to->file.uses |= DEPS_USE_OPENED;
	if (!to->file.writer.pid)
		to->file.writer = from->file.writer;
}

/* What went on under another name was read, unless it is the run's own. */
static void
count_as_read(struct file_state *from)
{
	bool directory = from->file.uses & DEPS_USE_DIRECTORY || from->has_children;
	if (!from->own && !directory)
		from->file.uses |= DEPS_USE_READ;
}

static void
move(struct file_state *from, struct file_state *to)
{
	bool was_own = from->own;
	struct text was = from->file.was.p ? from->file.was : from->file.name;
	count_as_read(from);
	take_content(from, to);
	if (was_own && !is(was, to->file.name))
		to->file.was = was;
	to->has_children |= from->has_children;
	file_state_remove(from);
}

/* The state of what F, below FROM, is called below TO. */
static struct file_state *
counterpart(struct file_table *t, const struct file_state *f, size_t from_len,
	    struct text to)
{
	size_t rest = f->file.name.len - from_len;
	char *name = xcalloc(1, to.len + rest + 1);
	memcpy(name, to.p, to.len);
	memcpy(name + to.len, f->file.name.p + from_len, rest);
	struct file_state *other =
		file_table_get(t, (struct text){ name, to.len + rest });
	free(name);
	return other;
}

/* Is there something at F that a rename of its directory would take along? */
static bool
is_there(const struct file_state *f)
{
	unsigned uses = DEPS_USE_READ | DEPS_USE_WRITTEN | DEPS_USE_EXECUTED |
			DEPS_USE_LISTED | DEPS_USE_LOOKED | DEPS_USE_OPENED;
	return !f->gone && f->file.uses & uses;
}

static bool
is_below(struct text name, struct text dir)
{
	return name.len > dir.len && !memcmp(name.p, dir.p, dir.len) &&
	       name.p[dir.len] == '/';
}

static void
move_children(struct file_table *t, struct text from, struct text to)
{
	size_t n = t->n; /* those that this makes are below TO */
	for (size_t i = 0; i < n; i++) {
		struct file_state *f = t->files[i];
		if (is_below(f->file.name, from) && is_there(f))
			move(f, counterpart(t, f, from.len, to));
	}
}

static void
rename_to(struct file_table *t, struct text from, struct text to)
{
	struct file_state *f = file_table_get(t, from), *g = file_table_get(t, to);
	bool children = f->has_children;
	move(f, g);
	if (children)
		move_children(t, f->file.name, g->file.name);
}

/* By way of a third name, which no file can have. */
static void
exchange_names(struct file_table *t, struct text from, struct text to)
{
	struct strbuf sb = { 0 };
	strbuf_addmem(&sb, from.p, from.len);
	strbuf_addmem(&sb, "\0", 1);
	struct text between = { sb.p, sb.len };
	struct file_state *f = file_table_get(t, between);
	f->before = BEFORE_NO;
	rename_to(t, from, between);
	rename_to(t, to, from);
	rename_to(t, between, to);
	for (size_t i = 0; i < t->n; i++)
		if (t->files[i] == f || is_below(t->files[i]->file.name, between))
			t->files[i]->file.uses = 0;
	strbuf_fini(&sb);
}

void
file_table_rename(struct file_table *t, struct text from, struct text to, bool exchange)
{
	if (is(from, to))
		return;
	if (exchange)
		exchange_names(t, from, to);
	else
		rename_to(t, from, to);
}

void
file_table_link(struct file_table *t, struct text from, struct text to)
{
	struct file_state *f = file_table_get(t, from), *g = file_table_get(t, to);
	if (f == g)
		return;
	count_as_read(f);
	take_content(f, g);
	if (!g->before)
		g->before = BEFORE_NO; /* link(2) fails where there is something */
}
