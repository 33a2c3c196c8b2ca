/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff/normal.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"

static bool
is_digit(char c)
{
	return isdigit((unsigned char)c);
}

/* How many bytes at P, before END, are digits; letters and digits. */
static size_t
digits(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && is_digit(p[n]))
		n++;
	return n;
}

static size_t
word(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && (unsigned char)p[n] < 0x80 && isalnum((unsigned char)p[n]))
		n++;
	return n;
}

/* Does the word of N bytes look drawn by lot? A capital at its beginning is none. */
static bool
is_random(const char *p, size_t n)
{
	size_t lower = 0, upper = 0, number = 0;
	for (size_t i = 0; i < n; i++) {
		lower += islower((unsigned char)p[i]) != 0;
		upper += i && isupper((unsigned char)p[i]);
		number += is_digit(p[i]);
	}
	return n >= 6 && (lower != 0) + (upper != 0) + (number != 0) > 1;
}

/* A component where temporary names are: words and numbers. */
static void
add_temporary(struct strbuf *out, const char *p, const char *end)
{
	while (p < end) {
		size_t n = word(p, end), d = digits(p, end);
		if (is_random(p, n) || (d == n && d >= 2)) {
			strbuf_addch(out, '*');
			p += n;
			continue;
		}
		if (!n)
			n = 1;
		strbuf_addmem(out, p, n);
		p += n;
	}
}

/* Any other component: the process id that programs append. */
static void
add_usual(struct strbuf *out, const char *p, const char *end)
{
	const char *number = end;
	while (number > p && is_digit(number[-1]))
		number--;
	bool appended = end - number >= 4 && number > p && strchr(".-_", number[-1]);
	strbuf_addmem(out, p, (size_t)((appended ? number : end) - p));
	if (appended)
		strbuf_addch(out, '*');
}

static bool
starts_with(struct text name, const char *prefix)
{
	size_t n = strlen(prefix);
	return name.len >= n && !memcmp(name.p, prefix, n);
}

static bool
has_tmp(const char *p, const char *end)
{
	for (; end - p >= 3; p++)
		if (!strncasecmp(p, "tmp", 3))
			return true;
	return false;
}

/* "pipe:[45]", "socket:[45]": their numbers. */
static void
add_kernel_name(struct strbuf *out, struct text name)
{
	const char *p = name.p, *end = name.p + name.len;
	while (p < end) {
		size_t n = p > name.p && p[-1] == '[' ? digits(p, end) : 0;
		if (n)
			strbuf_addch(out, '*');
		else
			strbuf_addmem(out, p, n = 1);
		p += n;
	}
}

void
normal_name(struct strbuf *out, struct text name)
{
	strbuf_reset(out);
	if (!name.len || name.p[0] != '/') {
		add_kernel_name(out, name);
		return;
	}
	static const char *const places[] = { "/tmp/", "/var/tmp/", "/dev/shm/" };
	bool temporary = false, proc = starts_with(name, "/proc/");
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		temporary |= starts_with(name, places[i]);
	const char *p = name.p, *end = name.p + name.len;
	while (p < end) {
		strbuf_addch(out, *p++); /* the slash */
		const char *slash = memchr(p, '/', (size_t)(end - p));
		const char *stop = slash ? slash : end;
		if (proc && p < stop && digits(p, stop) == (size_t)(stop - p))
			strbuf_addch(out, '*');
		else if (temporary || has_tmp(p, stop))
			add_temporary(out, p, stop);
		else
			add_usual(out, p, stop);
		p = stop;
	}
}
