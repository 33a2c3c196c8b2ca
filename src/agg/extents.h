/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which parts of a file were read, and by whom last: to tell what is read again. A file
 * has at most EXTENTS_MAX ranges; where it would have more, the smallest is forgotten, so
 * what is counted as read again is never too much.
 */
#ifndef IOTRACE_AGG_EXTENTS_H
#define IOTRACE_AGG_EXTENTS_H

#include <stdint.h>

#define EXTENTS_MAX 16u

struct extent {
	uint64_t start, end; /* bytes; end is behind the last */
	int32_t pid;	     /* who read it last; 0: was written since */
};

/* A zeroed struct is a valid empty one. */
struct extents {
	struct extent *e; /* owned; sorted, apart from each other */
	uint32_t n, cap;
};

/* Bytes of a read that had been read before. */
struct extents_again {
	uint64_t by_same, by_other; /* process */
};

void extents_fini(struct extents *);

/* PID has read LEN bytes at START: what of it was known? */
struct extents_again extents_read(struct extents *, uint64_t start, uint64_t len,
				  int32_t pid);

/* LEN bytes at START were written: they have not been read. */
void extents_written(struct extents *, uint64_t start, uint64_t len);

/* All data changed: nothing of them has been read. */
void extents_forget(struct extents *);

#endif
