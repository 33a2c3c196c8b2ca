/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean": the valid names closest to a word that is none of them, for messages
 * about a mistyped option, column, format or syscall.
 */
#ifndef IOTRACE_BASE_NEAREST_H
#define IOTRACE_BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_MAX 3

struct nearest {
	const char *word; /* borrowed; not NUL-terminated */
	size_t len;
	struct {
		const char *name; /* borrowed; NULL: free */
		unsigned cost;
	} best[NEAREST_MAX]; /* cheapest first */
};

/* Starts a search for what is close to the LEN bytes at WORD. */
void nearest_init(struct nearest *, const char *word, size_t len);

/* Considers NAME, which must outlive the search. */
void nearest_offer(struct nearest *, const char *name);

/*
 * The names found as "a", "a or b" or "a, b or c" into BUF of SIZE bytes (cut there).
 * Returns BUF; "" if no name was close.
 */
const char *nearest_text(const struct nearest *, char *buf, size_t size);

#endif
