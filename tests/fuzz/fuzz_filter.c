/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile filters: the input up to its first newline is an expression, what follows the
 * text that its globs meet. What parses is tried on events with and without columns;
 * what does not must say where and why.
 */
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "filter/filter_impl.h"
#include "fuzz.h"

/* The LEN bytes up to a NUL as a string of exactly their size: a byte read beyond it is
 * seen. */
static char *
exact_string(const uint8_t *p, size_t len)
{
	const uint8_t *nul = len ? memchr(p, 0, len) : NULL;
	if (nul)
		len = (size_t)(nul - p);
	char *s = malloc(len + 1);
	if (!s)
		abort();
	if (len)
		memcpy(s, p, len);
	s[len] = '\0';
	return s;
}

/* Every column, the text ones with TEXT. */
static void
fill_event(struct event *ev, const char *text)
{
	struct text t = { text, strlen(text) };
	memset(ev, 0xa5, sizeof(*ev));
	for (int i = 0; i < EV_FIELD_COUNT; i++)
		if (event_fields[i].type == FIELD_TEXT)
			memcpy((char *)ev + event_fields[i].at, &t, sizeof(t));
	ev->has = (UINT64_C(1) << EV_FIELD_COUNT) - 1;
}

static void
try_expr(const char *expr, const char *text)
{
	struct filter *f = filter_new();
	struct filter_error err;
	struct event ev;
	fill_event(&ev, text);
	if (filter_add_expr(f, expr, &err)) {
		if (err.column < 1 || err.column > strlen(expr) + 1 || !err.text[0])
			abort();
		if (!filter_pass(f, &ev))
			abort(); /* what is wrong must narrow nothing */
	}
	filter_add_paths(f, &expr, 1);
	filter_pass(f, &ev);
	ev.has = 0;
	if (filter_pass(f, &ev))
		abort(); /* a path glob needs a file */
	filter_free(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	size_t len = newline ? (size_t)(newline - data) : size;
	size_t rest = newline ? len + 1 : len;
	char *expr = exact_string(data, len);
	char *text = exact_string(data + rest, size - rest);
	uint64_t v;
	try_expr(expr, text);
	if (parse_time_ns(expr, false, &v) == 0 && parse_time_ns(expr, true, &v) != 0)
		abort(); /* nanoseconds reach further than seconds */
	if (parse_size(expr, &v) == 0 && !strchr("0123456789", expr[0]))
		abort();
	free(expr);
	free(text);
	return 0;
}
