/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/layout.h"

#include <string.h>

#include "base/compiler.h"
#include "base/escape.h"

struct range {
	unsigned first, last;
};

/* What terminals show in two columns: Unicode's East_Asian_Width W and F, in outline. */
static const struct range wide[] = { { 0x1100, 0x115f },   { 0x2e80, 0xa4cf },
				     { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
				     { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
				     { 0xffe0, 0xffe6 },   { 0x1f300, 0x1faff },
				     { 0x20000, 0x3fffd } };

/* The columns of the character at P of LEN bytes, its length in *N. */
static size_t
char_width(const char *p, size_t len, size_t *n)
{
	unsigned cp;
	*n = utf8_decode(p, len, &cp);
	if (!*n) {
		*n = 1;
		return 1;
	}
	if (cp >= 0x300 && cp <= 0x36f)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(wide); i++)
		if (cp >= wide[i].first && cp <= wide[i].last)
			return 2;
	return 1;
}

size_t
layout_width(const char *p, size_t len)
{
	size_t width = 0;
	for (size_t i = 0, n; i < len; i += n)
		width += char_width(p + i, len - i, &n);
	return width;
}

/* How many of the first bytes fit into WIDTH columns. */
static size_t
fitting(const char *p, size_t len, size_t width)
{
	for (size_t i = 0, n, used = 0; i < len; i += n) {
		used += char_width(p + i, len - i, &n);
		if (used > width)
			return i;
	}
	return len;
}

void
layout_shorten(struct strbuf *b, const char *p, size_t len, size_t width)
{
	static const char dots[] = "...";
	size_t whole = layout_width(p, len);
	if (whole <= width) {
		strbuf_addmem(b, p, len);
		return;
	}
	if (width < 2 * strlen(dots)) {
		strbuf_addmem(b, p, fitting(p, len, width));
		return;
	}
	/* A third of the beginning, two of the end, where file names stand. */
	size_t room = width - strlen(dots);
	size_t head = fitting(p, len, room / 3);
	size_t skip = whole - (room - layout_width(p, head));
	size_t tail = fitting(p, len, skip);
	while (tail < len && layout_width(p + tail, len - tail) > room - room / 3) {
		size_t n;
		char_width(p + tail, len - tail, &n);
		tail += n;
	}
	strbuf_addmem(b, p, head);
	strbuf_adds(b, dots);
	strbuf_addmem(b, p + tail, len - tail);
}

void
layout_wrap(struct strbuf *b, const char *text, size_t at, size_t indent, size_t width)
{
	if (at && at + 2 > indent) {
		strbuf_addch(b, '\n');
		at = 0;
	}
	for (; at < indent; at++)
		strbuf_addch(b, ' ');
	while (*text) {
		size_t len = strcspn(text, " ");
		size_t word = layout_width(text, len);
		if (at + word + (at > indent) > width && at > indent) {
			strbuf_addf(b, "\n%*s", (int)indent, "");
			at = indent;
		}
		if (at > indent) {
			strbuf_addch(b, ' ');
			at++;
		}
		strbuf_addmem(b, text, len);
		at += word;
		text += len;
		text += strspn(text, " ");
	}
	strbuf_addch(b, '\n');
}
