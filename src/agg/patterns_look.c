/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names: questions about them, and those that nothing was found for. A program that
 * searches asks for the same last part of a name in one directory after the other. One
 * that is about to make a file asks whether it is there, too: once the name exists, its
 * failures are taken back.
 */
#include "agg/patterns_impl.h"

#include <errno.h>
#include <string.h>

static bool
ends_with(struct text t, const char *end)
{
	size_t n = strlen(end);
	return t.len >= n && !memcmp(t.p + t.len - n, end, n);
}

static bool
contains(struct text t, const char *word)
{
	return memmem(t.p, t.len, word, strlen(word));
}

/* The first line that fits; a name ends so or its directory has that in it. */
static enum lookup_kind
kind_of(struct text dir, struct text base)
{
	static const struct {
		const char *end, *dir;
		enum lookup_kind kind;
	} rules[] = {
		{ ".h", NULL, LOOKUP_HEADER },	     { ".hpp", NULL, LOOKUP_HEADER },
		{ ".hh", NULL, LOOKUP_HEADER },	     { ".gch", NULL, LOOKUP_HEADER },
		{ ".py", NULL, LOOKUP_PYTHON },	     { ".pyc", NULL, LOOKUP_PYTHON },
		{ ".pyi", NULL, LOOKUP_PYTHON },     { NULL, "python", LOOKUP_PYTHON },
		{ ".mo", NULL, LOOKUP_LOCALE },	     { NULL, "/locale", LOOKUP_LOCALE },
		{ NULL, "/include", LOOKUP_HEADER }, { ".so", NULL, LOOKUP_LIBRARY },
		{ ".a", NULL, LOOKUP_LIBRARY },	     { ".la", NULL, LOOKUP_LIBRARY },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].end ? ends_with(base, rules[i].end)
				 : contains(dir, rules[i].dir))
			return rules[i].kind;
	}
	if (contains(base, ".so."))
		return LOOKUP_LIBRARY;
	return ends_with(dir, "bin") ? LOOKUP_PROGRAM : LOOKUP_FILE;
}

/* The last part of a name; all of it if it has no slash, or nothing behind it. */
static struct text
last_part(struct text file)
{
	const char *slash = memrchr(file.p, '/', file.len);
	size_t at = slash ? (size_t)(slash - file.p) + 1 : 0;
	return at == file.len ? file : (struct text){ file.p + at, file.len - at };
}

/* What a call asked for: the name, its last part, its rows in AGG_FILE and AGG_DIRECTORY.
 * The event of a successful open names the file it found, which may be behind symbolic
 * links; a search is by the names that are asked for. */
struct place {
	struct text base;
	size_t file, dir;
};

static struct place
place_of(struct patterns *p, const struct pattern_event *pe)
{
	const struct agg_table *tables = p->agg->tables;
	struct text name = pe->ev->file, asked = pe->ev->asked;
	struct place at = { .file = pe->rows->in[AGG_FILE],
			    .dir = pe->rows->in[AGG_DIRECTORY] };
	if (asked.p &&
	    (asked.len != name.len || memcmp(asked.p, name.p, name.len) != 0)) {
		struct text dir = agg_directory(asked, &p->scratch);
		name = asked;
		at.file = agg_table_find(&tables[AGG_FILE], name.p, name.len);
		at.dir = agg_table_find(&tables[AGG_DIRECTORY], dir.p, dir.len);
	}
	at.base = last_part(name);
	return at;
}

static void
add_dir(struct pattern_name *n, size_t row)
{
	if (row == AGG_NO_ROW)
		return;
	uint32_t number = (uint32_t)row + 1;
	for (size_t i = 0; i < PATTERN_DIRS; i++) {
		if (n->dirs[i] == number)
			return;
		if (!n->dirs[i]) {
			n->dirs[i] = number;
			return;
		}
	}
	n->more_dirs = true;
}

static enum lookup_kind
kind_at(const struct patterns *p, const struct place *at)
{
	if (at->dir == AGG_NO_ROW)
		return kind_of((struct text){ "", 0 }, at->base);
	const struct agg_row *r = agg_table_row(&p->agg->tables[AGG_DIRECTORY], at->dir);
	return kind_of((struct text){ r->name, r->len }, at->base);
}

/* The entry of a name's last part, made if there is room; or NULL. */
static struct pattern_name *
name_get(struct patterns *p, struct text base)
{
	const struct agg_sample one = { .c = { [AGG_calls] = 1 } };
	size_t row = agg_table_add(&p->names, base.p, base.len, &one);
	if (row == AGG_NO_ROW)
		return NULL;
	p->name_info = pattern_room(p->name_info, &p->nnames, row, sizeof(*p->name_info));
	return &p->name_info[row];
}

static struct pattern_name *
name_find(const struct patterns *p, struct text base)
{
	size_t row = agg_table_find(&p->names, base.p, base.len);
	return row < p->nnames ? &p->name_info[row] : NULL;
}

static struct pattern_look *
look_get(struct patterns *p, size_t row)
{
	if (row == AGG_NO_ROW)
		return NULL;
	p->looks = pattern_room(p->looks, &p->nlooks, row, sizeof(*p->looks));
	return &p->looks[row];
}

static void
add_failed(struct patterns *p, const struct pattern_event *pe, const struct place *at)
{
	pattern_sum_add(&p->lookup_failed[kind_at(p, at)], 0, pe->ns);
	struct pattern_look *look = look_get(p, at->file);
	if (look) {
		look->failed++;
		look->failed_ns += pe->ns;
	}
	struct pattern_name *n = name_get(p, at->base);
	if (!n)
		return;
	n->failed++;
	n->failed_ns += pe->ns;
	add_dir(n, at->dir);
	pattern_who_add(&n->who, pe);
}

/* The name is there now. */
static void
take_back(struct patterns *p, const struct place *at, struct pattern_look *look)
{
	struct pattern_sum *sum = &p->lookup_failed[kind_at(p, at)];
	struct pattern_name *n = name_find(p, at->base);
	sum->calls -= look->failed;
	sum->ns -= look->failed_ns;
	if (at->dir < p->nlookups) {
		p->lookups[at->dir].failed -= look->failed;
		p->lookups[at->dir].failed_ns -= look->failed_ns;
	}
	if (n) {
		n->failed -= look->failed;
		n->failed_ns -= look->failed_ns;
	}
	look->failed = 0;
	look->failed_ns = 0;
}

static void
add_in_directory(struct patterns *p, const struct pattern_event *pe, size_t dir,
		 bool failed)
{
	if (dir == AGG_NO_ROW)
		return;
	p->lookups = pattern_room(p->lookups, &p->nlookups, dir, sizeof(*p->lookups));
	p->lookups[dir].found += !failed;
	p->lookups[dir].failed += failed;
	p->lookups[dir].failed_ns += failed ? pe->ns : 0;
}

static void
add_question(struct patterns *p, const struct pattern_event *pe, size_t file)
{
	struct pattern_look *look = look_get(p, file);
	pattern_sum_add(&p->look_all, 0, pe->ns);
	if (!look)
		return;
	look->calls++;
	look->ns += pe->ns;
	pattern_who_add(&look->who, pe);
}

void
patterns_add_lookup(struct patterns *p, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	bool opened = pe->ok && pe->role == ROLE_OPEN;
	if (pe->class != FILE_REGULAR ||
	    (!(ev->event_flags & EVENT_FILE_IS_PATH) && !opened))
		return;
	struct place at = place_of(p, pe);
	if (pe->ok && pe->role != ROLE_UNLINK && at.file < p->nlooks &&
	    p->looks[at.file].failed)
		take_back(p, &at, &p->looks[at.file]);
	if (pe->role != ROLE_LOOK && pe->role != ROLE_OPEN && pe->role != ROLE_EXEC)
		return;
	bool failed = ev->errnum == ENOENT || ev->errnum == ENOTDIR;
	p->path_calls++;
	if (pe->role == ROLE_LOOK)
		add_question(p, pe, at.file);
	add_in_directory(p, pe, at.dir, failed);
	if (failed) {
		add_failed(p, pe, &at);
		return;
	}
	struct pattern_name *n = name_find(p, at.base);
	if (n)
		n->found++;
}
