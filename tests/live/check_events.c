/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_events [--lax-anon] [--lax-results] EXPECTATION ROWS.jsonl DIR: 0 if the rows
 * between the scenario's markers are exactly those that the expectation names, in the
 * order of each task; otherwise 1 and what differs. The whole file is checked for what
 * holds for any trace: numbers without a gap, times that add up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* A task that was seen: its rows in order. */
struct seen {
	int64_t pid, tid;
	const struct row **rows;
	size_t n;
	const struct want_task *as; /* what it was taken for */
};

struct match {
	const struct expectation *x;
	struct value_ctx ctx;
	struct vars vars;
	struct seen *seen;
	size_t nseen;
	unsigned *left; /* of each expected task */
	size_t best;	/* how far the best attempt came, and why not farther */
	char message[1024];
};

static bool
is_access(const struct row *row, const char *file)
{
	return row_is(row, COL_syscall, "access") && row_is(row, COL_file, file);
}

static bool
is_ignored(const struct expectation *x, const struct row *row)
{
	for (size_t i = 0; i < x->nignore; i++) {
		if (strncmp(x->ignore[i], "file=", 5) == 0) {
			if (row->col[COL_file] &&
			    glob_match(x->ignore[i] + 5, row->col[COL_file]))
				return true;
		} else if (row_is(row, COL_syscall, x->ignore[i])) {
			return true;
		}
	}
	return false;
}

/* Whether the row belongs to the start of a program that PID executes: from the exec to
 * the marker. STARTING has the processes that are in it. */
static bool
is_start_up(const struct row *row, struct vars *starting)
{
	const char *pid = row->col[COL_pid];
	const char *state = vars_get(starting, pid, strlen(pid));

	if ((row_is(row, COL_syscall, "execve") ||
	     row_is(row, COL_syscall, "execveat")) &&
	    row_num(row, COL_ret, -1) == 0) {
		vars_set(starting, pid, strlen(pid), "yes");
		return false;
	}
	if (!state || strcmp(state, "yes") != 0)
		return false;
	if (is_access(row, "/ioworkload-resume"))
		vars_set(starting, pid, strlen(pid), "no");
	return true;
}

static void
seen_add(struct match *m, const struct row *row)
{
	int64_t tid = row_num(row, COL_tid, -1);
	struct seen *s;
	size_t k;

	for (k = 0; k < m->nseen && m->seen[k].tid != tid; k++)
		;
	if (k == m->nseen) {
		m->seen = reallocarray(m->seen, ++m->nseen, sizeof(*m->seen));
		if (!m->seen)
			die("out of memory");
		m->seen[k] =
			(struct seen){ .tid = tid, .pid = row_num(row, COL_pid, -1) };
	}
	s = &m->seen[k];
	s->rows = reallocarray(s->rows, s->n + 1, sizeof(*s->rows));
	if (!s->rows)
		die("out of memory");
	s->rows[s->n++] = row;
}

/* Puts the rows between the markers to their tasks. */
static void
collect(struct match *m, const struct rows *rows)
{
	struct vars starting = { 0 };
	const char *main_tid = NULL;
	bool ended = false;

	if (m->x->whole) /* of one process, whose first thread need not have a row */
		main_tid = rows->n > 0 ? rows->at[0].col[COL_pid] : "-";
	for (size_t i = 0; i < rows->n && !ended; i++) {
		const struct row *row = &rows->at[i];
		if (!main_tid) {
			if (is_access(row, "/ioworkload-begin"))
				main_tid = row->col[COL_tid];
			continue;
		}
		ended = !m->x->whole && is_access(row, "/ioworkload-end");
		if (!ended && !is_start_up(row, &starting) && !is_ignored(m->x, row))
			seen_add(m, row);
	}
	if (!main_tid || (!ended && !m->x->whole))
		die("%s: no row of the %s marker", m->x->scenario,
		    main_tid ? "end" : "begin");
	vars_set(&m->vars, "main", 4, main_tid);
}

/* Keeps the complaint of the attempt that came farthest: WHAT about NAME, and the lines
 * that were wanted and that were there, or NULL. */
static void
note(struct match *m, size_t progress, const char *what, const char *name,
     const char *wanted, const char *got)
{
	if (progress < m->best && m->message[0])
		return;
	m->best = progress;
	snprintf(m->message, sizeof(m->message), "%s%.20s%s%.300s%s%.500s", what, name,
		 wanted ? "\n  wanted " : "", wanted ? wanted : "", got ? "\n  got " : "",
		 got ? got : "");
}

static bool assign(struct match *m, size_t k, size_t progress);

/* How many rows of S from R on, at most MAX, are as WANT says; binds its variables. */
static unsigned
take_rows(struct match *m, const struct want_row *want, const struct seen *s, size_t r,
	  unsigned max, char why[256])
{
	unsigned n = 0;

	while (n < max && r + n < s->n && row_matches(&m->ctx, want, s->rows[r + n], why))
		n++;
	return n;
}

/* Rows from R on of seen task K against expected rows from W on; then the next task. A
 * row that may come a varying number of times is tried with the most first. */
static bool
match_rows(struct match *m, size_t k, size_t r, const struct want_task *t, size_t w,
	   size_t progress)
{
	const struct seen *s = &m->seen[k];
	const struct want_row *want;
	size_t trail = m->vars.n;
	char why[256] = "";
	unsigned n;

	if (w == t->n) {
		if (r == s->n)
			return assign(m, k + 1, progress + r);
		note(m, progress + r, "one row too many of task ", t->label, NULL,
		     s->rows[r]->raw);
		return false;
	}
	want = t->rows[w];
	n = take_rows(m, want, s, r, want->max, why);
	if (n < want->max && r + n == s->n)
		note(m, progress + r + n, "a row is missing of task ", t->label,
		     want->text, NULL);
	else if (n < want->max)
		note(m, progress + r + n, why, "", want->text, s->rows[r + n]->raw);
	for (unsigned most = n; n >= want->min; n--) {
		if (n < most) {
			vars_undo(&m->vars, trail);
			take_rows(m, want, s, r, n, why);
		}
		if (match_rows(m, k, r + n, t, w + 1, progress))
			return true;
		if (n == 0)
			break;
	}
	vars_undo(&m->vars, trail);
	return false;
}

/* Whether seen task K can be what LABEL says: main, t1 of main, p1, t1 of p1. */
static bool
label_fits(const struct match *m, const struct seen *s, const char *label)
{
	const char *dot = strchr(label, '.'), *pid;
	char number[32];

	snprintf(number, sizeof(number), "%lld", (long long)s->pid);
	if (strcmp(label, "main") == 0 || label[0] == 't') {
		pid = vars_get(&m->vars, "main", 4);
		return strcmp(pid, number) == 0 &&
		       (s->pid == s->tid) == (label[0] == 'm');
	}
	if (!dot)
		return s->pid == s->tid &&
		       strcmp(number, vars_get(&m->vars, "main", 4)) != 0;
	pid = vars_get(&m->vars, label, (size_t)(dot - label));
	return s->pid != s->tid && (!pid || strcmp(pid, number) == 0);
}

/* Finds for seen task K and all behind it the expected tasks that they are. */
static bool
assign(struct match *m, size_t k, size_t progress)
{
	const struct expectation *x = m->x;
	size_t trail = m->vars.n;
	char tid[32];

	if (k == m->nseen) {
		for (size_t i = 0; i < x->ntasks; i++)
			if (m->left[i] > 0) {
				note(m, progress, "no rows of task ", x->tasks[i].label,
				     NULL, NULL);
				return false;
			}
		return true;
	}
	snprintf(tid, sizeof(tid), "%lld", (long long)m->seen[k].tid);
	for (size_t i = 0; i < x->ntasks; i++) {
		const struct want_task *t = &x->tasks[i];
		const char *known = vars_get(&m->vars, t->label, strlen(t->label));
		if (m->left[i] == 0 || !label_fits(m, &m->seen[k], t->label) ||
		    (t->count == 1 && known && strcmp(known, tid) != 0))
			continue;
		if (t->count == 1)
			vars_set(&m->vars, t->label, strlen(t->label), tid);
		m->left[i]--;
		if (match_rows(m, k, 0, t, 0, progress))
			return true;
		m->left[i]++;
		vars_undo(&m->vars, trail);
	}
	note(m, progress, "rows of a task that is none of the expected", "", NULL,
	     m->seen[k].rows[0]->raw);
	return false;
}

/* What holds for every trace without filters. 0 or the number of complaints. */
static int
check_whole(const struct rows *rows)
{
	int64_t last_end = 0;
	int bad = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->at[i], *prev = NULL;
		int64_t error = row_num(row, COL_ret, 0);
		int64_t end =
			row_num(row, COL_time_ns, 0) + row_num(row, COL_latency_ns, 0);

		if (i > 0 && row_num(row, COL_seq, 0) <= row_num(row - 1, COL_seq, 0)) {
			printf("line %zu: seq does not grow\n", row->line);
			bad++;
		}
		if (row->col[COL_error] && (error >= 0 || error < -4095)) {
			printf("line %zu: an error without a negative result\n",
			       row->line);
			bad++;
		}
		/* Requests are on their way while the task does other things. */
		if (row_is(row, COL_kind, "request"))
			continue;
		for (size_t j = i; j-- > 0 && !prev;)
			if (row_is(&rows->at[j], COL_tid, row->col[COL_tid]) &&
			    !row_is(&rows->at[j], COL_kind, "request"))
				prev = &rows->at[j];
		/* A handler's rows lie within the call that it interrupted. */
		if (row_num(row, COL_restarts, 0) > 0 || (error <= -512 && error >= -516))
			prev = NULL;
		/* Rows of all tasks come in the order in which their calls returned. */
		else if (row->col[COL_ret] && row->col[COL_latency_ns]) {
			if (end < last_end) {
				printf("line %zu: returned before a row in front of it\n",
				       row->line);
				bad++;
			}
			last_end = end;
		}
		if (prev &&
		    row_num(prev, COL_time_ns, 0) + row_num(prev, COL_latency_ns, 0) >
			    row_num(row, COL_time_ns, 0)) {
			printf("line %zu: entered before line %zu of the task returned\n",
			       row->line, prev->line);
			bad++;
		}
	}
	return bad;
}

int
main(int argc, char **argv)
{
	struct match m = { 0 };
	struct expectation x;
	struct rows rows = { 0 };
	int bad;

	for (; argc > 1 && argv[1][0] == '-'; argc--, argv++)
		m.ctx.lax |= strcmp(argv[1], "--lax-anon") == 0 ? LAX_ANON : LAX_RESULTS;
	if (argc != 4)
		die("usage: check_events [--lax-anon|--lax-results] EXPECTATION ROWS "
		    "DIR");
	expectation_read(&x, argv[1], argv[3]);
	rows_read(&rows, argv[2]);
	m.x = &x;
	m.ctx.dir = x.dir;
	m.ctx.vars = &m.vars;
	m.left = calloc(x.ntasks + 1, sizeof(*m.left));
	if (!m.left)
		die("out of memory");
	for (size_t i = 0; i < x.ntasks; i++)
		m.left[i] = x.tasks[i].count;
	bad = m.ctx.lax & LAX_RESULTS ? 0 : check_whole(&rows);
	collect(&m, &rows);
	if (!assign(&m, 0, 0)) {
		puts(m.message);
		bad++;
	}
	return bad ? 1 : 0;
}
