/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File handles and the paths they were made of: name_to_handle_at(2) gives a program
 * opaque bytes, and open_by_handle_at(2), perhaps in another process, is told only those.
 * Bounded: the oldest are forgotten.
 */
#ifndef IOTRACE_MODEL_HANDLES_H
#define IOTRACE_MODEL_HANDLES_H

#include <stddef.h>
#include <stdint.h>

struct istr;

#define HANDLES_MAX 256u
/* Type and bytes: 4 + MAX_HANDLE_SZ (include/linux/exportfs.h). */
#define HANDLE_BYTES 132u

struct handle {
	struct istr *path; /* counted; NULL: free */
	uint32_t len;
	unsigned char bytes[HANDLE_BYTES];
};

struct handles {
	struct handle *ring; /* owned; made with the first handle */
	unsigned next;
};

void handles_fini(struct handles *);

/* Remembers that the LEN bytes name PATH (takes a reference of its own); the newest name
 * of the same bytes wins. Longer ones than HANDLE_BYTES are not remembered. */
void handles_set(struct handles *, const void *bytes, size_t len, struct istr *path);

/* The path (borrowed), or NULL. */
struct istr *handles_find(const struct handles *, const void *bytes, size_t len);

#endif
