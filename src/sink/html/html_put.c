/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/html/html_put.h"

#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/units.h"

/* A name has up to 4096 bytes, each up to six when escaped: a page of them would be too
 * large for a browser. Both ends say most. */
#define NAME_HEAD 160u
#define NAME_TAIL 240u

/* A place not behind AT at which no UTF-8 sequence is cut. */
static size_t
character_at(const char *p, size_t at)
{
	for (size_t i = 0; i < 3 && at && ((unsigned char)p[at] & 0xc0) == 0x80; i++)
		at--;
	return at;
}

size_t
html_whole(const char *s, size_t max)
{
	size_t len = strlen(s);
	return len <= max ? len : character_at(s, max);
}

static void
put_cut(struct strbuf *b, const char *p, size_t len)
{
	if (len <= NAME_HEAD + NAME_TAIL + 40) {
		escape_xml(b, p, len);
		return;
	}
	size_t head = character_at(p, NAME_HEAD), tail = character_at(p, len - NAME_TAIL);
	escape_xml(b, p, head);
	strbuf_addf(b, "<i>&#8230; %zu bytes &#8230;</i>", tail - head);
	escape_xml(b, p + tail, len - tail);
}

void
html_name(struct strbuf *b, struct text name)
{
	strbuf_adds(b, "<code><bdi>");
	put_cut(b, name.p, name.len);
	strbuf_adds(b, "</bdi></code>");
}

void
html_process(struct strbuf *b, const char *key, size_t len)
{
	const char *blank = memchr(key, ' ', len);
	size_t pid_len = blank ? (size_t)(blank - key) : len;
	strbuf_adds(b, "<bdi>");
	if (blank)
		escape_xml(b, blank + 1, len - pid_len - 1);
	strbuf_adds(b, "</bdi> <small>(");
	escape_xml(b, key, pid_len);
	strbuf_adds(b, ")</small>");
}

void
html_command(struct strbuf *b, const char *command)
{
	strbuf_adds(b, "<bdi>");
	put_cut(b, command, strlen(command));
	strbuf_adds(b, "</bdi>");
}

static void
put_td(struct strbuf *b, uint64_t v, char unit)
{
	if (!v) {
		strbuf_adds(b, "<td data-v=\"0\">&#8211;</td>");
		return;
	}
	strbuf_addf(b, "<td data-v=\"%" PRIu64 "\"", v);
	if (unit)
		strbuf_addf(b, " data-u=\"%c\"", unit);
	strbuf_addch(b, '>');
	if (unit == 'b')
		units_add_bytes(b, v);
	else if (unit == 't')
		units_add_time(b, v);
	else
		units_add_count(b, v);
	strbuf_adds(b, "</td>");
}

void
html_td_count(struct strbuf *b, uint64_t n)
{
	put_td(b, n, '\0');
}

void
html_td_bytes(struct strbuf *b, uint64_t bytes)
{
	put_td(b, bytes, 'b');
}

void
html_td_time(struct strbuf *b, uint64_t ns)
{
	put_td(b, ns, 't');
}

void
html_share(struct strbuf *b, uint64_t part, uint64_t whole)
{
	if (part && (double)part * 1000 < (double)whole)
		strbuf_adds(b, "less than 0.1%");
	else
		units_add_share(b, part, whole);
}

void
html_n(struct strbuf *b, uint64_t n, const char *noun)
{
	units_add_count(b, n);
	strbuf_addf(b, " %s%s", noun, n == 1 ? "" : "s");
}

void
html_bar(struct strbuf *b, uint64_t part, uint64_t whole)
{
	double pct = whole ? 100 * (double)part / (double)whole : 0;
	strbuf_addf(
		b,
		"<span class=\"meter\" aria-hidden=\"true\"><span style=\"width:%.1f%%\">"
		"</span></span>",
		pct > 100 ? 100 : pct);
}
