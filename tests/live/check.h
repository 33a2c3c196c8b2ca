/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checker of the live tests: reads what a scenario expects (the language is described
 * in workload/expect.c) and the rows that iotrace wrote as JSON lines, and compares. It
 * shares no code with iotrace.
 */
#ifndef IOTRACE_TESTS_LIVE_CHECK_H
#define IOTRACE_TESTS_LIVE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column {
#define FIELD(name, type, absent, unit, help) COL_##name,
#include "event/fields.def"
#undef FIELD
	COLUMNS
};

/* The column called NAME of LEN bytes, or -1. */
int column_find(const char *name, size_t len);
const char *column_name(int col);

/* A row: the text of each column, NULL where absent. */
struct row {
	size_t line; /* in its file, from 1 */
	char *col[COLUMNS];
	char *raw;
};

struct rows {
	struct row *at;
	size_t n, room;
};

/* Reads a file of JSON lines; ends the program with a message if it is not one. */
void rows_read(struct rows *, const char *file);
int64_t row_num(const struct row *, int col, int64_t absent);
bool row_is(const struct row *, int col, const char *text);

/* An expected row, as the line in the expectation says it. */
struct want_row {
	char *text; /* for messages */
	char *label;
	unsigned label_count; /* t1*40 */
	unsigned min, max;
	const char *spec[COLUMNS]; /* NULL: the default */
};

/* One task that is expected: its label and its rows in order. */
struct want_task {
	const char *label;
	unsigned count;
	struct want_row **rows;
	size_t n;
};

struct expectation {
	const char *scenario, *dir;
	bool whole; /* no markers */
	char **ignore;
	size_t nignore;
	struct want_row *rows;
	size_t nrows;
	struct want_task *tasks;
	size_t ntasks;
};

/* Reads the output of ioworkload --expect. */
void expectation_read(struct expectation *, const char *file, const char *dir);

/* ---- values ---- */

/* Variables, with a trail so that a guess can be taken back. */
struct vars {
	struct var {
		char *name, *value;
	} * at;
	size_t n, room;
};

const char *vars_get(const struct vars *, const char *name, size_t len);
void vars_set(struct vars *, const char *name, size_t len, const char *value);
void vars_undo(struct vars *, size_t n);

struct value_ctx {
	const char *dir;
	struct vars *vars;
	unsigned lax; /* enum lax */
};

enum lax {
	LAX_ANON = 0x1u,    /* names of pipes, sockets, tasks need not be known */
	LAX_RESULTS = 0x2u, /* compare call and result only */
};

/* Whether ROW is as WANT says; binds variables. */
bool row_matches(const struct value_ctx *, const struct want_row *, const struct row *,
		 char why[256]);
bool glob_match(const char *pattern, const char *text);

/* ---- small help ---- */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *grow(void *at, size_t n, size_t *room, size_t size);
char *copy_of(const char *p, size_t len);
char *file_text(const char *name);

#endif
