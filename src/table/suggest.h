/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean": which valid words are nearest to one that a user mistyped. For calls,
 * families, options, columns, formats.
 */
#ifndef IOTRACE_TABLE_SUGGEST_H
#define IOTRACE_TABLE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

#define SUGGEST_MAX 3

struct suggest {
	const char *word; /* borrowed: what the user wrote */
	unsigned best;	  /* edits from it to those found */
	size_t n;
	char found[SUGGEST_MAX][64];
};

void suggest_init(struct suggest *, const char *word);

/* Offers a valid word; it is kept (copied) if none was nearer. */
void suggest_try(struct suggest *, const char *valid);

/* Is the nearest near enough to be what was meant? */
bool suggest_is_close(const struct suggest *);

/* Appends those found: "open, openat or openat2". */
void suggest_add(struct strbuf *, const struct suggest *);

/* Appends TEXT of a user for a message: at most 40 bytes, '?' for control bytes. */
void suggest_add_printable(struct strbuf *, const char *text);

#endif
