/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One copy of each distinct byte string, for names that many objects share (paths,
 * comms). Strings are counted and freed with their last user, so a run that touches
 * millions of files keeps only the names still in use.
 */
#ifndef IOTRACE_BASE_INTERN_H
#define IOTRACE_BASE_INTERN_H

#include <stddef.h>

struct intern_pool;

/* A shared string; s is NUL-terminated. */
struct istr {
	size_t len;
	unsigned refs;
	unsigned hash;
	struct istr *next;        /* in the pool's bucket */
	struct intern_pool *pool; /* borrowed */
	char s[];
};

struct intern_pool *intern_pool_new(void);

/* Frees the pool; strings still referenced are a bug and assert. */
void intern_pool_free(struct intern_pool *);

/* The string of these LEN bytes with one more reference (the caller's). */
struct istr *intern(struct intern_pool *, const char *, size_t len);

/* One more reference to S (NULL stays NULL). */
struct istr *istr_ref(struct istr *s);

/* Gives one reference back; NULL is allowed. */
void istr_unref(struct istr *s);

#endif
