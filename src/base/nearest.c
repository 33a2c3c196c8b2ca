/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closeness is the number of single-character slips (insert, delete, replace, swap two
 * neighbours; letter case is free) between word and name. A name that the word begins is
 * close whatever it lacks at the end: people abbreviate more often than they mistype.
 */
#include "base/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Longer words are no slip of any name we have. */
#define NEAREST_LEN_MAX 32

static int
lower(char c)
{
	return tolower((unsigned char)c);
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;
	return m < c ? m : c;
}

/* Slips from A to B, of at most NEAREST_LEN_MAX bytes each: the rows of the optimal
 * string alignment distance, the last three kept because a swap looks two back. */
static unsigned
slips(const char *a, size_t la, const char *b, size_t lb)
{
	unsigned row[3][NEAREST_LEN_MAX + 1];
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned *now = row[i % 3];
		const unsigned *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned differ = lower(a[i - 1]) != lower(b[j - 1]);
			now[j] = min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + differ);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]) && up2[j - 2] + 1 < now[j])
				now[j] = up2[j - 2] + 1;
		}
	}
	return row[la % 3][lb];
}

void
nearest_init(struct nearest *n, const char *word, size_t len)
{
	*n = (struct nearest){ .word = word, .len = len };
}

void
nearest_offer(struct nearest *n, const char *name)
{
	size_t len = strlen(name);
	if (!n->len || n->len > NEAREST_LEN_MAX || len > NEAREST_LEN_MAX)
		return;
	unsigned cost = slips(n->word, n->len, name, len);
	if (n->len >= 2 && len > n->len && !strncasecmp(n->word, name, n->len))
		cost = 1;
	if (cost > (n->len + 2) / 3)
		return;
	size_t at = NEAREST_MAX;
	while (at > 0 && (!n->best[at - 1].name || n->best[at - 1].cost > cost))
		at--;
	if (at == NEAREST_MAX)
		return;
	memmove(&n->best[at + 1], &n->best[at],
		(NEAREST_MAX - 1 - at) * sizeof(n->best[0]));
	n->best[at].name = name;
	n->best[at].cost = cost;
}

const char *
nearest_text(const struct nearest *n, char *buf, size_t size)
{
	size_t used = 0;
	buf[0] = '\0';
	for (size_t i = 0; i < NEAREST_MAX && n->best[i].name && used < size; i++) {
		const char *sep = ", ";
		if (i == 0)
			sep = "";
		else if (i + 1 == NEAREST_MAX || !n->best[i + 1].name)
			sep = " or ";
		int w = snprintf(buf + used, size - used, "%s%s", sep, n->best[i].name);
		used += w > 0 ? (size_t)w : 0;
	}
	return buf;
}
