/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nearest words, by the number of letters to add, drop, change or swap with their
 * neighbour, upper and lower case alike. A word that is the beginning of a valid one
 * counts as one edit: people abbreviate more often than they mistype.
 */
#include "table/suggest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Longer words are compared by their beginnings. */
#define WORD_MAX 63u

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits from A to B: the optimal string alignment distance, row by row; three rows are
 * enough as a swap looks two back. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	size_t na = strnlen(a, WORD_MAX), nb = strnlen(b, WORD_MAX);

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);

			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + !same);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]) && up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return rows[na % 3][nb];
}

void
suggest_init(struct suggest *s, const char *word)
{
	s->word = word;
	s->best = UINT_MAX;
	s->n = 0;
}

void
suggest_try(struct suggest *s, const char *valid)
{
	size_t len = strlen(s->word);
	unsigned d = distance(s->word, valid);

	if (d > 1 && len >= 2 && strncasecmp(s->word, valid, len) == 0)
		d = 1;
	if (d > s->best || (d == s->best && s->n == SUGGEST_MAX))
		return;
	if (d < s->best)
		s->n = 0;
	s->best = d;
	snprintf(s->found[s->n++], sizeof(s->found[0]), "%s", valid);
}

bool
suggest_is_close(const struct suggest *s)
{
	return s->n && s->best <= (strlen(s->word) + 2) / 3;
}

void
suggest_add(struct strbuf *b, const struct suggest *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			strbuf_adds(b, i + 1 == s->n ? " or " : ", ");
		strbuf_adds(b, s->found[i]);
	}
}

void
suggest_add_printable(struct strbuf *b, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (i == 40) {
			strbuf_adds(b, "...");
			return;
		}
		strbuf_addch(b, (unsigned char)text[i] < ' ' || text[i] == 127 ? '?'
									       : text[i]);
	}
}
