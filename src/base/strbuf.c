/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strbuf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
strbuf_fini(struct strbuf *sb)
{
	free(sb->p);
	*sb = (struct strbuf){ 0 };
}

void
strbuf_reset(struct strbuf *sb)
{
	sb->len = 0;
	if (sb->p)
		sb->p[0] = '\0';
}

char *
strbuf_reserve(struct strbuf *sb, size_t more)
{
	assert(more < SIZE_MAX / 4 && sb->len < SIZE_MAX / 4);
	size_t need = sb->len + more + 1;
	if (need > sb->cap) {
		size_t cap = sb->cap ? sb->cap * 2 : 64;
		if (cap < need)
			cap = need;
		sb->p = xreallocarray(sb->p, cap, 1);
		sb->cap = cap;
	}
	return sb->p + sb->len;
}

void
strbuf_addch(struct strbuf *sb, char c)
{
	char *p = strbuf_reserve(sb, 1);
	p[0] = c;
	p[1] = '\0';
	sb->len++;
}

void
strbuf_addmem(struct strbuf *sb, const void *mem, size_t len)
{
	char *p = strbuf_reserve(sb, len);
	if (len)
		memcpy(p, mem, len);
	p[len] = '\0';
	sb->len += len;
}

void
strbuf_adds(struct strbuf *sb, const char *s)
{
	strbuf_addmem(sb, s, strlen(s));
}

void
strbuf_addu64(struct strbuf *sb, uint64_t v)
{
	char digits[20];
	size_t n = sizeof(digits);
	do {
		digits[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	strbuf_addmem(sb, digits + n, sizeof(digits) - n);
}

void
strbuf_addi64(struct strbuf *sb, int64_t v)
{
	if (v < 0)
		strbuf_addch(sb, '-');
	strbuf_addu64(sb, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void
strbuf_addhex(struct strbuf *sb, uint64_t v)
{
	if (v)
		strbuf_adds(sb, "0x");
	char digits[16];
	size_t n = sizeof(digits);
	do {
		digits[--n] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	strbuf_addmem(sb, digits + n, sizeof(digits) - n);
}

void
strbuf_addv(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	vsnprintf(strbuf_reserve(sb, (size_t)n), (size_t)n + 1, fmt, again);
	va_end(again);
	sb->len += (size_t)n;
}

void
strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	strbuf_addv(sb, fmt, ap);
	va_end(ap);
}

const char *
strbuf_str(const struct strbuf *sb)
{
	return sb->p ? sb->p : "";
}
