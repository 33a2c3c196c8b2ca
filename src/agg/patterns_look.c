/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names: questions about them, and those that nothing was found for. A program that
 * searches asks for the same last part of a name in one directory after the other.
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

static void
add_failed(struct patterns *p, const struct pattern_event *pe, struct text base)
{
	size_t dir = pe->rows->in[AGG_DIRECTORY];
	struct text dir_name = { "", 0 };
	if (dir != AGG_NO_ROW) {
		const struct agg_row *r =
			agg_table_row(&p->agg->tables[AGG_DIRECTORY], dir);
		dir_name = (struct text){ r->name, r->len };
	}
	pattern_sum_add(&p->lookup_failed[kind_of(dir_name, base)], 0, pe->ns);

	const struct agg_sample one = { .c = { [AGG_calls] = 1 } };
	size_t row = agg_table_add(&p->names, base.p, base.len, &one);
	if (row == AGG_NO_ROW)
		return;
	p->name_info = pattern_room(p->name_info, &p->nnames, row, sizeof(*p->name_info));
	struct pattern_name *n = &p->name_info[row];
	n->failed++;
	n->failed_ns += pe->ns;
	add_dir(n, dir);
	pattern_who_add(&n->who, pe);
}

static void
add_in_directory(struct patterns *p, const struct pattern_event *pe, bool failed)
{
	size_t dir = pe->rows->in[AGG_DIRECTORY];
	if (dir == AGG_NO_ROW)
		return;
	p->lookups = pattern_room(p->lookups, &p->nlookups, dir, sizeof(*p->lookups));
	p->lookups[dir].found += !failed;
	p->lookups[dir].failed += failed;
	p->lookups[dir].failed_ns += failed ? pe->ns : 0;
}

static void
add_question(struct patterns *p, const struct pattern_event *pe)
{
	size_t row = pe->rows->in[AGG_FILE];
	pattern_sum_add(&p->look_all, 0, pe->ns);
	if (row == AGG_NO_ROW)
		return;
	p->looks = pattern_room(p->looks, &p->nlooks, row, sizeof(*p->looks));
	p->looks[row].calls++;
	p->looks[row].ns += pe->ns;
	pattern_who_add(&p->looks[row].who, pe);
}

void
patterns_add_lookup(struct patterns *p, const struct pattern_event *pe)
{
	const struct event *ev = pe->ev;
	if (!(ev->event_flags & EVENT_FILE_IS_PATH) || pe->class != FILE_REGULAR ||
	    (pe->role != ROLE_LOOK && pe->role != ROLE_OPEN && pe->role != ROLE_EXEC))
		return;
	struct text base = last_part(ev->file);
	bool failed = ev->errnum == ENOENT || ev->errnum == ENOTDIR;
	p->path_calls++;
	if (pe->role == ROLE_LOOK)
		add_question(p, pe);
	add_in_directory(p, pe, failed);
	if (failed) {
		add_failed(p, pe, base);
		return;
	}
	size_t row = agg_table_find(&p->names, base.p, base.len);
	if (row < p->nnames)
		p->name_info[row].found++;
}
