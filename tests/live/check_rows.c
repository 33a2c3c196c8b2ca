/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows out of JSON lines: flat objects of text and whole numbers. A text that is there
 * once more as <name>_raw is taken from that, the exact bytes.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char *const names[COLUMNS] = {
#define FIELD(name, type, absent, unit, help) #name,
#include "event/fields.def"
#undef FIELD
};

void
die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

void *
grow(void *at, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return at;
	*room = *room ? *room * 2 : 64;
	at = reallocarray(at, *room, size);
	if (!at)
		die("out of memory");
	return at;
}

char *
copy_of(const char *p, size_t len)
{
	char *s = malloc(len + 1);

	if (!s)
		die("out of memory");
	memcpy(s, p, len);
	s[len] = '\0';
	return s;
}

char *
file_text(const char *name)
{
	size_t n = 0, got;
	FILE *f = fopen(name, "r");
	char *s = NULL;

	if (!f)
		die("%s: cannot be opened", name);
	do {
		s = realloc(s, n + 65536);
		if (!s)
			die("out of memory");
		got = fread(s + n, 1, 65535, f);
		n += got;
	} while (got > 0);
	fclose(f);
	s[n] = '\0';
	return s;
}

int
column_find(const char *name, size_t len)
{
	for (int i = 0; i < COLUMNS; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return i;
	return -1;
}

const char *
column_name(int col)
{
	return names[col];
}

/* Appends CODE as UTF-8 at O. */
static char *
put_utf8(char *o, unsigned code)
{
	if (code < 0x80) {
		*o++ = (char)code;
	} else if (code < 0x800) {
		*o++ = (char)(0xc0 | code >> 6);
		*o++ = (char)(0x80 | (code & 0x3f));
	} else {
		*o++ = (char)(0xe0 | code >> 12);
		*o++ = (char)(0x80 | (code >> 6 & 0x3f));
		*o++ = (char)(0x80 | (code & 0x3f));
	}
	return o;
}

/* The string that begins behind the quote at *P; *P then is behind its end. */
static char *
json_string(char **p, size_t line)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char *s = *p, *o = s, *start = s;
	const char *e;
	unsigned code;

	for (; *s != '"'; s++) {
		if ((unsigned char)*s < 0x20)
			die("line %zu: control character in a string", line);
		if (*s != '\\') {
			*o++ = *s;
			continue;
		}
		s++;
		e = *s ? strchr(from, *s) : NULL;
		if (e) {
			*o++ = to[e - from];
		} else if (*s == 'u' && sscanf(s + 1, "%4x", &code) == 1) {
			o = put_utf8(o, code);
			s += 4;
		} else {
			die("line %zu: bad escape in a string", line);
		}
	}
	*p = s + 1;
	return copy_of(start, (size_t)(o - start));
}

static char *
base64(const char *s)
{
	static const char abc[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = copy_of(s, strlen(s)), *o = out;
	unsigned bits = 0, have = 0;
	const char *at;

	for (; *s && *s != '='; s++) {
		at = strchr(abc, *s);
		if (!at)
			die("bad base64: %s", s);
		bits = bits << 6 | (unsigned)(at - abc);
		have += 6;
		if (have >= 8) {
			have -= 8;
			*o++ = (char)(bits >> have);
		}
	}
	*o = '\0';
	return out;
}

static void
take(struct row *row, const char *key, char *value)
{
	size_t len = strlen(key);
	bool raw = len > 4 && strcmp(key + len - 4, "_raw") == 0;
	int col = column_find(key, raw ? len - 4 : len);

	if (col < 0)
		die("line %zu: no such column: %s", row->line, key);
	if (row->col[col] && !raw)
		die("line %zu: %s twice", row->line, key);
	row->col[col] = raw ? base64(value) : value;
}

/* One object; keys and values are cut out of P in place. */
static void
row_parse(struct row *row, char *p)
{
	char *key, *value;
	size_t len;

	if (*p++ != '{')
		die("line %zu: not an object", row->line);
	while (*p != '}') {
		if (*p++ != '"')
			die("line %zu: no key where one should be", row->line);
		key = json_string(&p, row->line);
		if (*p++ != ':')
			die("line %zu: no value of %s", row->line, key);
		if (*p == '"') {
			p++;
			value = json_string(&p, row->line);
		} else {
			len = strspn(p, "-0123456789");
			if (len == 0)
				die("line %zu: bad value of %s", row->line, key);
			value = copy_of(p, len);
			p += len;
		}
		take(row, key, value);
		if (*p == ',')
			p++;
		else if (*p != '}')
			die("line %zu: no end behind %s", row->line, key);
	}
	if (p[1])
		die("line %zu: more behind the object", row->line);
}

void
rows_read(struct rows *rows, const char *file)
{
	char *text = file_text(file), *end;
	struct row *row;

	for (char *p = text; *p; p = end + 1) {
		end = strchr(p, '\n');
		if (!end)
			die("%s: the last line has no end", file);
		*end = '\0';
		rows->at = grow(rows->at, rows->n, &rows->room, sizeof(*rows->at));
		row = &rows->at[rows->n++];
		memset(row, 0, sizeof(*row));
		row->line = rows->n;
		row->raw = copy_of(p, strlen(p));
		row_parse(row, p);
	}
}

int64_t
row_num(const struct row *row, int col, int64_t absent)
{
	return row->col[col] ? strtoll(row->col[col], NULL, 10) : absent;
}

bool
row_is(const struct row *row, int col, const char *text)
{
	return row->col[col] && strcmp(row->col[col], text) == 0;
}
