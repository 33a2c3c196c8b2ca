/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escaping runs on every string of every event, so each function copies runs of harmless
 * bytes whole and looks closer only at what stops a run.
 */
#include "base/escape.h"

#include <string.h>

#include <stdint.h>

static const char HEX[] = "0123456789abcdef";

struct range {
	unsigned first, last;
};

/* Code points that a reader cannot see or that reorder what he sees: controls, format
 * characters (Unicode general category Cf), fillers, variation selectors, separators of
 * lines, noncharacters. Sorted. */
static const struct range hidden[] = {
	{ 0x00, 0x1f },	      { 0x7f, 0x9f },	    { 0xad, 0xad },
	{ 0x34f, 0x34f },     { 0x600, 0x605 },	    { 0x61c, 0x61c },
	{ 0x6dd, 0x6dd },     { 0x70f, 0x70f },	    { 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },     { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f },   { 0x3164, 0x3164 },   { 0xfdd0, 0xfdef },
	{ 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },   { 0xfffe, 0xffff },   { 0x110bd, 0x110bd },
	{ 0x110cd, 0x110cd }, { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool
is_hidden(unsigned cp)
{
	/* The low 16 bits of the last two code points of a plane: noncharacters. */
	if ((cp & 0xfffe) == 0xfffe)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(hidden) && hidden[i].first <= cp; i++)
		if (cp <= hidden[i].last)
			return true;
	return false;
}

static bool
is_printable_ascii(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* The letter of C's escape for C, or 0. strace has none for \a \b \e. */
static char
c_letter(unsigned char c)
{
	switch (c) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\v':
		return 'v';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	case '"':
	case '\\':
		return (char)c;
	default:
		return 0;
	}
}

/* C in octal: three digits where NEXT, the byte behind, would be read as one more. */
static void
add_octal(struct strbuf *sb, unsigned char c, bool digit_follows)
{
	strbuf_addch(sb, '\\');
	if (digit_follows || c >= 0100)
		strbuf_addch(sb, (char)('0' + (c >> 6)));
	if (digit_follows || c >= 010)
		strbuf_addch(sb, (char)('0' + (c >> 3 & 7)));
	strbuf_addch(sb, (char)('0' + (c & 7)));
}

void
escape_c(struct strbuf *sb, const char *p, size_t len)
{
	size_t run = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		char letter = c_letter(c);
		if (is_printable_ascii(c) && !letter)
			continue;
		strbuf_addmem(sb, p + run, i - run);
		run = i + 1;
		if (letter) {
			strbuf_addch(sb, '\\');
			strbuf_addch(sb, letter);
		} else {
			bool digit = i + 1 < len && p[i + 1] >= '0' && p[i + 1] <= '7';
			add_octal(sb, c, digit);
		}
	}
	if (run < len)
		strbuf_addmem(sb, p + run, len - run);
}

void
escape_terminal(struct strbuf *sb, const char *p, size_t len)
{
	size_t run = 0;
	for (size_t i = 0; i < len;) {
		if (is_printable_ascii((unsigned char)p[i])) {
			i++;
			continue;
		}
		unsigned cp;
		size_t n = utf8_decode(p + i, len - i, &cp);
		if (n && !is_hidden(cp)) {
			i += n;
			continue;
		}
		strbuf_addmem(sb, p + run, i - run);
		run = i + (n ? n : 1);
		for (; i < run; i++) {
			unsigned char c = (unsigned char)p[i];
			char esc[4] = { '\\', 'x', HEX[c >> 4], HEX[c & 15] };
			strbuf_addmem(sb, esc, sizeof(esc));
		}
	}
	if (run < len)
		strbuf_addmem(sb, p + run, len - run);
}

static void
add_u16(struct strbuf *sb, unsigned unit)
{
	char esc[6] = { '\\',
			'u',
			HEX[unit >> 12 & 15],
			HEX[unit >> 8 & 15],
			HEX[unit >> 4 & 15],
			HEX[unit & 15] };
	strbuf_addmem(sb, esc, sizeof(esc));
}

/* The escape of a code point in JSON: short where there is one, UTF-16 units else. */
static void
add_json_escape(struct strbuf *sb, unsigned cp)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	for (size_t i = 0; i < sizeof(from) - 1; i++) {
		if (cp == (unsigned char)from[i]) {
			strbuf_addch(sb, '\\');
			strbuf_addch(sb, to[i]);
			return;
		}
	}
	if (cp >= 0x10000) {
		add_u16(sb, 0xd800 + ((cp - 0x10000) >> 10));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	add_u16(sb, cp);
}

/* Hidden code points are escaped, too: a parser gets them back, a terminal never. */
void
escape_json(struct strbuf *sb, const char *p, size_t len)
{
	size_t run = 0;
	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)p[i];
		if (is_printable_ascii(c) && c != '"' && c != '\\') {
			i++;
			continue;
		}
		unsigned cp;
		size_t n = utf8_decode(p + i, len - i, &cp);
		if (n > 1 && !is_hidden(cp)) {
			i += n;
			continue;
		}
		strbuf_addmem(sb, p + run, i - run);
		if (n)
			add_json_escape(sb, cp);
		else
			strbuf_adds(sb, "\xef\xbf\xbd");
		i += n ? n : 1;
		run = i;
	}
	if (run < len)
		strbuf_addmem(sb, p + run, len - run);
}

static const char *
xml_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
escape_xml(struct strbuf *sb, const char *p, size_t len)
{
	size_t run = 0;
	for (size_t i = 0; i < len; i++) {
		const char *entity = xml_entity(p[i]);
		if (!entity)
			continue;
		escape_terminal(sb, p + run, i - run);
		strbuf_adds(sb, entity);
		run = i + 1;
	}
	if (run < len)
		escape_terminal(sb, p + run, len - run);
}

/* How many of the first bytes are ASCII; at most 7 fewer than there are. */
static size_t
ascii_prefix(const char *p, size_t len)
{
	size_t i = 0;
	for (uint64_t word; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	return i;
}

bool
utf8_valid(const char *p, size_t len)
{
	for (size_t i = ascii_prefix(p, len); i < len;) {
		unsigned cp;
		size_t n =
			(unsigned char)p[i] < 0x80 ? 1 : utf8_decode(p + i, len - i, &cp);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

void
utf8_replace(struct strbuf *sb, const char *p, size_t len)
{
	size_t run = 0; /* start of what needs no replacing */
	for (size_t i = 0; i < len;) {
		unsigned cp;
		size_t n = utf8_decode(p + i, len - i, &cp);
		if (n) {
			i += n;
			continue;
		}
		strbuf_addmem(sb, p + run, i - run);
		strbuf_adds(sb, "\xef\xbf\xbd");
		run = ++i;
	}
	strbuf_addmem(sb, p + run, len - run);
}

/* RFC 3629 section 4: the second byte's range is what rules out overlong forms,
 * surrogates and what lies beyond U+10FFFF. */
size_t
utf8_decode(const char *s, size_t len, unsigned *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len < n)
		return 0;
	unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
	unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < low || p[1] > high)
		return 0;
	unsigned v = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3fu);
	}
	*cp = v;
	return n;
}

void
base64_encode(struct strbuf *sb, const char *s, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)s;
	for (; len; p += 3) {
		size_t n = len < 3 ? len : 3;
		uint32_t v = (uint32_t)p[0] << 16;
		if (n > 1)
			v |= (uint32_t)p[1] << 8;
		if (n > 2)
			v |= p[2];
		char quad[4] = { digits[v >> 18], digits[v >> 12 & 63],
				 digits[v >> 6 & 63], digits[v & 63] };
		for (size_t i = n + 1; i < sizeof(quad); i++)
			quad[i] = '=';
		strbuf_addmem(sb, quad, sizeof(quad));
		len -= n;
	}
}
