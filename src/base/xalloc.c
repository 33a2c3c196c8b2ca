/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/xalloc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static IT_NORETURN void
out_of_memory(void)
{
	fputs("iotrace: out of memory\n", stderr);
	exit(125);
}

void *
xmalloc(size_t size)
{
	assert(size > 0);
	void *p = malloc(size);
	if (!p)
		out_of_memory();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	assert(n > 0 && size > 0);
	void *p = calloc(n, size);
	if (!p)
		out_of_memory();
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	assert(n > 0 && size > 0);
	void *q = reallocarray(p, n, size);
	if (!q)
		out_of_memory();
	return q;
}

char *
xstrdup(const char *s)
{
	return xmemdup0(s, strlen(s));
}

char *
xmemdup0(const void *p, size_t len)
{
	char *q = xmalloc(len + 1);
	if (len)
		memcpy(q, p, len);
	q[len] = '\0';
	return q;
}

char *
xasprintf(const char *fmt, ...)
{
	char *s;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return s;
}
