/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row against one expected row: values, variables, what is taken for granted.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define VALUE_MAX 65536

const char *
vars_get(const struct vars *vars, const char *name, size_t len)
{
	for (size_t i = vars->n; i-- > 0;)
		if (strlen(vars->at[i].name) == len &&
		    memcmp(vars->at[i].name, name, len) == 0)
			return vars->at[i].value;
	return NULL;
}

void
vars_set(struct vars *vars, const char *name, size_t len, const char *value)
{
	vars->at = grow(vars->at, vars->n, &vars->room, sizeof(*vars->at));
	vars->at[vars->n].name = copy_of(name, len);
	vars->at[vars->n++].value = copy_of(value, strlen(value));
}

void
vars_undo(struct vars *vars, size_t n)
{
	while (vars->n > n) {
		vars->n--;
		free(vars->at[vars->n].name);
		free(vars->at[vars->n].value);
	}
}

bool
glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *back = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			back = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++back;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* Text of a value: @ in front, escapes, {N:text}. */
static void
expand(const struct value_ctx *ctx, const char *s, char out[VALUE_MAX])
{
	size_t n = 0, len;
	unsigned hex, times;
	int used;

	if (*s == '@') {
		n = (size_t)snprintf(out, VALUE_MAX, "%s", ctx->dir);
		s++;
	}
	while (*s) {
		if (n + 4096 > VALUE_MAX)
			die("expectation: a value is too long");
		if (sscanf(s, "\\x%2x", &hex) == 1) {
			out[n++] = (char)hex;
			s += 4;
		} else if (s[0] == '\\' && s[1]) {
			out[n++] = s[1];
			s += 2;
		} else if (used = 0,
			   sscanf(s, "{%u:%n", &times, &used) == 1 && used > 0) {
			s += used;
			len = strcspn(s, "}");
			if (n + times * len + 1 > VALUE_MAX)
				die("expectation: a value is too long");
			for (; times > 0; times--, n += len)
				memcpy(out + n, s, len);
			s += len + (s[len] == '}');
		} else {
			out[n++] = *s++;
		}
	}
	out[n] = '\0';
}

static const struct {
	const char *name;
	int value;
} errnos[] = {
#define E(name) \
	{ \
#name, name \
	}
	E(EPERM),	 E(ENOENT),	  E(EINTR),	   E(EIO),	  E(ENXIO),
	E(E2BIG),	 E(EBADF),	  E(ECHILD),	   E(EAGAIN),	  E(ENOMEM),
	E(EACCES),	 E(EFAULT),	  E(EBUSY),	   E(EEXIST),	  E(EXDEV),
	E(ENODEV),	 E(ENOTDIR),	  E(EISDIR),	   E(EINVAL),	  E(EMFILE),
	E(ENOTTY),	 E(ENOSPC),	  E(ESPIPE),	   E(EROFS),	  E(EPIPE),
	E(ERANGE),	 E(ENAMETOOLONG), E(ENOSYS),	   E(ENOTEMPTY),  E(ELOOP),
	E(ENODATA),	 E(ENOTSOCK),	  E(EAFNOSUPPORT), E(EOPNOTSUPP), E(ENOTCONN),
	E(ECONNREFUSED), E(ETIMEDOUT),	  E(EADDRINUSE),   E(ESRCH),	  E(EDEADLK),
	E(ESTALE),	 E(ENOKEY),	  E(ENOTBLK),
	E(EINPROGRESS),	 E(ECANCELED),
#undef E
};

/* The errno that "-ENAME" means, or 0. */
static int
errno_of(const char *spec)
{
	for (size_t i = 0; spec[0] == '-' && i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (strcmp(errnos[i].name, spec + 1) == 0)
			return errnos[i].value;
	if (spec[0] == '-' && spec[1] == 'E')
		die("expectation: no such errno: %s", spec);
	return 0;
}

static bool
number_matches(const char *spec, const char *actual)
{
	long long have = strtoll(actual, NULL, 10);
	bool equal = spec[1] == '=';
	long long than = strtoll(spec + 1 + equal, NULL, 10);

	return (spec[0] == '>' ? have > than : have < than) || (equal && have == than);
}

/* Whether every word of A, joined by |, is in B. */
static bool
flags_within(const char *a, const char *b)
{
	size_t len, have;
	const char *p;

	for (; *a; a += len + (a[len] == '|')) {
		len = strcspn(a, "|");
		for (p = b; *p; p += have + (p[have] == '|')) {
			have = strcspn(p, "|");
			if (have == len && memcmp(a, p, len) == 0)
				break;
		}
		if (!*p)
			return false;
	}
	return true;
}

static bool
text_matches(const struct value_ctx *ctx, int col, const char *spec, const char *actual)
{
	static char text[VALUE_MAX];

	if (spec[0] == '>' || spec[0] == '<')
		return number_matches(spec, actual);
	expand(ctx, spec + (spec[0] == '~'), text);
	if (spec[0] == '~')
		return glob_match(text, actual);
	if (col == COL_flags)
		return flags_within(text, actual) && flags_within(actual, text);
	return strcmp(text, actual) == 0;
}

static bool
value_matches(const struct value_ctx *ctx, int col, const char *spec, const char *actual)
{
	const char *rest, *known;
	size_t len;

	if (strcmp(spec, "?") == 0)
		return true;
	if (strcmp(spec, "-") == 0)
		return !actual;
	if (!actual)
		return false;
	if (strcmp(spec, "*") == 0)
		return true;
	if (spec[0] != '$')
		return text_matches(ctx, col, spec, actual);
	for (rest = ++spec; *rest == '_' || *rest == '.' || *rest == '#' ||
			    isalnum((unsigned char)*rest);
	     rest++)
		;
	len = (size_t)(rest - spec);
	if (*rest && !text_matches(ctx, col, rest, actual))
		return false;
	known = vars_get(ctx->vars, spec, len);
	if (known)
		return strcmp(known, actual) == 0;
	vars_set(ctx->vars, spec, len, actual);
	return true;
}

/* What a column must be that the expectation does not name; NULL: anything. "0": absent
 * or nothing. */
static const char *
default_of(const struct want_row *want, int col)
{
	const char *ret = want->spec[COL_ret];

	switch (col) {
	case COL_ret:
		return "0";
	case COL_error:
		return ret && strcmp(ret, "?") == 0 ? NULL : "-";
	case COL_fd:
	case COL_file:
	case COL_old_file:
	case COL_epoll_op:
	case COL_epoll_target_fd:
	case COL_epoll_events:
		return "-";
	case COL_bytes:
	case COL_address_space_bytes:
	case COL_requested_sleep_ns:
	case COL_nfds:
	case COL_timeout_ns:
		return "0";
	case COL_comm:
		return "ioworkload";
	default:
		return NULL;
	}
}

/* Anonymous objects have a name only if the kernel was asked for it. */
static bool
is_anon(const char *spec)
{
	if (spec[0] == '$')
		return !strchr(spec, '@');
	return strncmp(spec + (spec[0] == '~'), "pipe:", 5) == 0 ||
	       strncmp(spec + (spec[0] == '~'), "socket:", 7) == 0;
}

static bool
column_matches(const struct value_ctx *ctx, const struct want_row *want,
	       const struct row *row, int col)
{
	const char *spec = want->spec[col], *actual = row->col[col];
	int error = want->spec[COL_ret] ? errno_of(want->spec[COL_ret]) : 0;
	char number[16];

	if ((ctx->lax & LAX_RESULTS) && col != COL_ret && col != COL_error &&
	    col != COL_syscall)
		return true;
	if ((ctx->lax & LAX_ANON) && ((col == COL_file && spec && is_anon(spec)) ||
				      (col == COL_comm && actual && !*actual)))
		return true;
	if (col == COL_ret && error) {
		snprintf(number, sizeof(number), "%d", -error);
		return actual && strcmp(actual, number) == 0;
	}
	if (col == COL_error && error && !spec)
		return actual && strcmp(actual, want->spec[COL_ret] + 1) == 0;
	if (!spec)
		spec = default_of(want, col);
	if (!spec)
		return true;
	if (strcmp(spec, "0") == 0 && col != COL_ret && !actual)
		return true;
	if (strcmp(spec, "-") == 0 && col == COL_fd && actual &&
	    strcmp(actual, "-1") == 0)
		return true;
	return value_matches(ctx, col, spec, actual);
}

bool
row_matches(const struct value_ctx *ctx, const struct want_row *want,
	    const struct row *row, char why[256])
{
	size_t trail = ctx->vars->n;
	const char *spec;

	for (int col = 0; col < COLUMNS; col++) {
		if (column_matches(ctx, want, row, col))
			continue;
		spec = want->spec[col] ? want->spec[col] : default_of(want, col);
		if (spec && spec[0] == '$' &&
		    vars_get(ctx->vars, spec + 1, strlen(spec + 1)))
			spec = vars_get(ctx->vars, spec + 1, strlen(spec + 1));
		snprintf(why, 256, "%s: wanted %.90s, got %.90s", column_name(col),
			 spec ? spec : "?", row->col[col] ? row->col[col] : "(absent)");
		vars_undo(ctx->vars, trail);
		return false;
	}
	return true;
}
