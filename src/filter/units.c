/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers with units, as filters and options take them.
 */
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads the digits at *S, none is allowed; *S is behind them. 0 or -ERANGE. */
static int
parse_digits(const char **s, uint64_t *v)
{
	*v = 0;
	for (; is_digit(**s); ++*s)
		if (__builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, (uint64_t)(**s - '0'), v))
			return -ERANGE;
	return 0;
}

/* Nanoseconds a unit has, or 0. */
static uint64_t
unit_ns(const char *s)
{
	static const struct {
		char name[4];
		uint64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", 1000000 },
		{ "s", NSEC_PER_SEC },
		{ "m", 60 * NSEC_PER_SEC },
		{ "h", 3600 * NSEC_PER_SEC },
	};
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(s, units[i].name))
			return units[i].ns;
	return 0;
}

int
parse_time_ns(const char *s, bool bare_ns, uint64_t *ns)
{
	const char *start = s;
	uint64_t whole;
	int err = parse_digits(&s, &whole);
	if (err)
		return err;
	size_t ndigits = (size_t)(s - start);
	uint64_t part = 0, parts = 1;
	if (*s == '.') {
		/* digits behind the 18th are below a ns of any unit */
		for (s++; is_digit(*s); s++, ndigits++)
			if (parts < UINT64_C(1000000000000000000)) {
				part = part * 10 + (uint64_t)(*s - '0');
				parts *= 10;
			}
	}
	uint64_t unit = bare_ns ? 1 : NSEC_PER_SEC;
	if (*s)
		unit = unit_ns(s);
	if (!ndigits || !unit)
		return -EINVAL;
	uint64_t v;
	if (__builtin_mul_overflow(whole, unit, &v) ||
	    __builtin_add_overflow(v, (uint64_t)((unsigned __int128)part * unit / parts),
				   &v))
		return -ERANGE;
	*ns = v;
	return 0;
}

static int
parse_hex(const char *s, uint64_t *v)
{
	uint64_t n = 0;
	if (!*s)
		return -EINVAL;
	for (; *s; s++) {
		int digit = hex_digit(*s);
		if (digit < 0)
			return -EINVAL;
		if (n >> 60)
			return -ERANGE;
		n = n << 4 | (uint64_t)digit;
	}
	*v = n;
	return 0;
}

int
parse_size(const char *s, uint64_t *v)
{
	static const char suffixes[] = "KkMmGgTt";
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return parse_hex(s + 2, v);
	if (!is_digit(*s))
		return -EINVAL;
	uint64_t n;
	int err = parse_digits(&s, &n);
	if (err)
		return err;
	if (*s) {
		const char *suffix = strchr(suffixes, *s);
		if (!suffix || s[1])
			return -EINVAL;
		unsigned shift = 10 * (unsigned)((suffix - suffixes) / 2 + 1);
		if (__builtin_mul_overflow(n, UINT64_C(1) << shift, &n))
			return -ERANGE;
	}
	*v = n;
	return 0;
}
