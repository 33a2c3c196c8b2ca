/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads an expectation: directives, rows, repeated blocks. workload/expect.c describes
 * it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The next word of *P, cut out in place; NULL at the end. */
static char *
word(char **p)
{
	char *s = *p + strspn(*p, " "), *end;

	if (!*s)
		return NULL;
	end = s + strcspn(s, " ");
	*p = *end ? end + 1 : end;
	*end = '\0';
	return s;
}

/* "4*" or "0-4*": true if W is a count. */
static bool
count_parse(const char *w, unsigned *min, unsigned *max)
{
	char *end;
	unsigned long a = strtoul(w, &end, 10), b = a;

	if (end == w)
		return false;
	if (*end == '-')
		b = strtoul(end + 1, &end, 10);
	if (strcmp(end, "*") != 0 || a > b)
		return false;
	*min = (unsigned)a;
	*max = (unsigned)b;
	return true;
}

static void
label_parse(struct want_row *row, char *w)
{
	char *star = strchr(w, '*');

	w[strlen(w) - 1] = '\0'; /* the colon */
	row->label_count = star ? (unsigned)strtoul(star + 1, NULL, 10) : 1;
	if (star)
		*star = '\0';
	row->label = w;
}

/* Names that begin with $_ are the block's own: $_f becomes $_f#3 in the third round;
 * [300+i] becomes 303. */
static char *
own_names(const char *line, unsigned round)
{
	size_t room = strlen(line) * 2 + 64, n = 0;
	char *out = malloc(room);
	unsigned base;
	int used;

	if (!out)
		die("out of memory");
	while (*line) {
		used = 0;
		if (*line == '[' && sscanf(line, "[%u+i]%n", &base, &used) == 1 && used) {
			n += (size_t)snprintf(out + n, room - n, "%u", base + round);
			line += used;
			continue;
		}
		if (strncmp(line, "$_", 2) != 0) {
			out[n++] = *line++;
			continue;
		}
		do
			out[n++] = *line++;
		while (*line == '_' || isalnum((unsigned char)*line));
		n += (size_t)snprintf(out + n, room - n, "#%u", round);
	}
	out[n] = '\0';
	return out;
}

static void
row_add(struct expectation *x, const char *line, size_t *room)
{
	static const int first[] = { COL_syscall, COL_family, COL_kind };
	char *p = copy_of(line, strlen(line)), *w, *eq;
	struct want_row *row;
	int col;

	x->rows = grow(x->rows, x->nrows, room, sizeof(*x->rows));
	row = &x->rows[x->nrows++];
	*row = (struct want_row){
		.text = copy_of(line, strlen(line)), .label_count = 1, .min = 1, .max = 1
	};
	row->label = copy_of("main", 4);
	w = word(&p);
	if (w && strchr(w, ':') && w[strlen(w) - 1] == ':') {
		label_parse(row, w);
		w = word(&p);
	}
	if (w && count_parse(w, &row->min, &row->max))
		w = word(&p);
	for (size_t i = 0; i < 3; i++, w = word(&p)) {
		if (!w)
			die("expectation: too short: %s", line);
		row->spec[first[i]] = w;
	}
	for (; w; w = word(&p)) {
		eq = strchr(w, '=');
		col = eq ? column_find(w, (size_t)(eq - w)) : -1;
		if (col < 0)
			die("expectation: no such column: %s in: %s", w, line);
		row->spec[col] = eq + 1;
	}
}

static void
ignore_add(struct expectation *x, char *p)
{
	size_t room = 0;
	char *w;

	while ((w = word(&p))) {
		x->ignore = grow(x->ignore, x->nignore, &room, sizeof(*x->ignore));
		x->ignore[x->nignore++] = w;
	}
}

/* Sorts the rows by task, keeping their order. */
static void
tasks_make(struct expectation *x)
{
	size_t room = 0, k;
	struct want_task *t;

	for (size_t i = 0; i < x->nrows; i++) {
		for (k = 0; k < x->ntasks; k++)
			if (strcmp(x->tasks[k].label, x->rows[i].label) == 0)
				break;
		if (k == x->ntasks) {
			x->tasks = grow(x->tasks, k, &room, sizeof(*x->tasks));
			x->tasks[x->ntasks++] =
				(struct want_task){ .label = x->rows[i].label,
						    .count = x->rows[i].label_count };
		}
		t = &x->tasks[k];
		if (t->count != x->rows[i].label_count)
			die("expectation: %s has two counts", t->label);
		t->rows = reallocarray(t->rows, t->n + 1, sizeof(*t->rows));
		if (!t->rows)
			die("out of memory");
		t->rows[t->n++] = &x->rows[i];
	}
}

/* Adds the lines of a block up to "end", N times; returns what is behind it. */
static char *
repeat_add(struct expectation *x, char *p, unsigned n, size_t *room)
{
	char *end = strstr(p, "\nend\n"), *line, *next, *block;

	if (!end)
		die("expectation: repeat without end");
	*end = '\0';
	for (unsigned round = 0; round < n; round++) {
		block = own_names(p, round);
		for (line = block; line; line = next) {
			next = strchr(line, '\n');
			if (next)
				*next++ = '\0';
			row_add(x, line, room);
		}
		free(block);
	}
	return end + 5;
}

/* Directives that tests/live/run-live.sh obeys. */
static bool
is_for_driver(const char *line)
{
	return strncmp(line, "options ", 8) == 0 || strncmp(line, "total ", 6) == 0 ||
	       strncmp(line, "status ", 7) == 0 || strcmp(line, "helper") == 0 ||
	       strcmp(line, "attach") == 0;
}

void
expectation_read(struct expectation *x, const char *file, const char *dir)
{
	char *p = file_text(file), *end;
	size_t room = 0;

	*x = (struct expectation){ .dir = dir };
	while (*p) {
		end = strchr(p, '\n');
		if (!end)
			die("expectation: the last line has no end");
		*end = '\0';
		if (strncmp(p, "scenario ", 9) == 0)
			x->scenario = p + 9;
		else if (strncmp(p, "ignore ", 7) == 0)
			ignore_add(x, p + 7);
		else if (strncmp(p, "repeat ", 7) == 0) {
			p = repeat_add(x, end + 1, (unsigned)strtoul(p + 7, NULL, 10),
				       &room);
			continue;
		} else if (strcmp(p, "whole") == 0)
			x->whole = true;
		else if (!is_for_driver(p))
			row_add(x, p, &room);
		p = end + 1;
	}
	tasks_make(x);
}
