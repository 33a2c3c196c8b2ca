/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

struct unit {
	const char *name;
	double size;
};

static const struct unit time_units[] = {
	{ "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }
};

static const struct unit size_units[] = { { "", 1 },	      { "K", 1024.0 },
					  { "M", 1048576.0 }, { "G", 1073741824.0 },
					  { "T", 0x1p40 },    { "P", 0x1p50 },
					  { "E", 0x1p60 } };

/* V in the largest unit that leaves it below 1000; at three digits' precision, so that
 * what rounds to 1000 goes to the next unit. */
static void
add_scaled(struct strbuf *b, uint64_t v, const struct unit *units, size_t n)
{
	size_t i = 0;
	while (i + 1 < n && (double)v / units[i].size >= 999.5)
		i++;
	double x = (double)v / units[i].size;
	int decimals = x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
	if (i == 0)
		decimals = 0;
	strbuf_addf(b, "%.*f%s", decimals, x, units[i].name);
}

void
units_add_count(struct strbuf *b, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	for (int i = 0; i < len; i++) {
		strbuf_addch(b, digits[i]);
		if (i + 1 < len && (len - i - 1) % 3 == 0)
			strbuf_addch(b, ',');
	}
}

void
units_add_time(struct strbuf *b, uint64_t ns)
{
	add_scaled(b, ns, time_units, ARRAY_SIZE(time_units));
}

void
units_add_size(struct strbuf *b, uint64_t bytes)
{
	add_scaled(b, bytes, size_units, ARRAY_SIZE(size_units));
}

void
units_add_bytes(struct strbuf *b, uint64_t bytes)
{
	units_add_size(b, bytes);
	char *last = &b->p[b->len - 1];
	if (*last >= '0' && *last <= '9') {
		strbuf_adds(b, " B");
		return;
	}
	char unit[] = { ' ', *last, 'i', 'B', '\0' };
	b->len--;
	strbuf_adds(b, unit);
}

void
units_add_share(struct strbuf *b, uint64_t part, uint64_t whole)
{
	if (whole)
		strbuf_addf(b, "%.1f%%", 100 * (double)part / (double)whole);
	else
		strbuf_addch(b, '-');
}
