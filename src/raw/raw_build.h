/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making records: a record grows in a buffer of its own while its call is in flight.
 * Used by the engines, and by tests to build records by hand.
 */
#ifndef IOTRACE_RAW_RAW_BUILD_H
#define IOTRACE_RAW_RAW_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "raw/raw.h"

struct raw_build {
	struct raw_rec *rec; /* owned; NULL before the first raw_build_start */
	size_t cap;
};

void raw_build_fini(struct raw_build *);

/* Starts a record of KIND, all else zero; returns it for filling in. Pointers to the
 * record move with every blob added. */
struct raw_rec *raw_build_start(struct raw_build *, unsigned kind, int pid, int tid);

/* Starts a record that is a copy of REC. */
struct raw_rec *raw_build_copy(struct raw_build *, const struct raw_rec *rec);

/*
 * Room for a blob of up to MAX bytes (cut to what the record may still hold); returns
 * where its bytes go, or NULL when the record is full. *MAX is what may be written.
 * Finish with raw_build_blob_end before anything else.
 */
void *raw_build_blob_begin(struct raw_build *, size_t *max);

/* Completes the blob begun: LEN bytes were written. */
void raw_build_blob_end(struct raw_build *, unsigned kind, unsigned arg, unsigned flags,
                        size_t len);

/* Adds a whole blob; cut and marked RAW_BLOB_TRUNC where the record is full. */
void raw_build_add(struct raw_build *, unsigned kind, unsigned arg, unsigned flags,
                   const void *, size_t len);

/* Adds an FD blob with its name. */
void raw_build_add_fd(struct raw_build *, unsigned arg, const struct raw_fd *,
                      const char *name, size_t len);

#endif
