/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings: raw records in a row of independent zstd frames behind a short header.
 *
 *   "IOTRACE\n"  u32 version  u32 header bytes that follow (0)
 *   frame*       a zstd frame (RFC 8878) with content checksum; decompressed it is whole
 *                records, back to back, at most RAW_FRAME_BYTES
 *
 * A writer that is killed leaves whole frames: a reader takes what is there up to the
 * last one and says that the end is missing. A reader trusts nothing.
 */
#ifndef IOTRACE_RAW_RAW_FILE_H
#define IOTRACE_RAW_RAW_FILE_H

#include <stdint.h>

#include "base/compiler.h"
#include "raw/raw.h"

#define RAW_FRAME_BYTES ((size_t)1 << 20)

struct raw_writer;
struct raw_reader;

/* A writer to FD, which stays the caller's. Writes the header. 0 or -errno. */
int raw_writer_new(int fd, struct raw_writer **out) IT_MUST_CHECK;

/* Takes a copy of the record. 0, or -errno of the write; after an error it does nothing. */
int raw_writer_put(struct raw_writer *, const struct raw_rec *) IT_MUST_CHECK;

/* Writes what is collected as a frame, so that a kill from now on does not lose it. */
int raw_writer_flush(struct raw_writer *) IT_MUST_CHECK;

/* Flushes and frees (also after an error; NULL is allowed). The first error as -errno. */
int raw_writer_free(struct raw_writer *) IT_MUST_CHECK;

/*
 * A reader of FD, which stays the caller's. 0 or -errno; -EINVAL for what is not a
 * recording or of a foreign version: raw_reader_error() then says so. *OUT is set in any
 * case and to be freed.
 */
int raw_reader_new(int fd, struct raw_reader **out) IT_MUST_CHECK;

/*
 * The next record in *REC, checked, valid until the next call: 1; 0 at the end; -errno
 * when the file cannot be read further (-EBADMSG: damaged or cut, as the error tells).
 */
int raw_reader_next(struct raw_reader *, const struct raw_rec **rec) IT_MUST_CHECK;

/* What went wrong, for a user; borrowed from the reader. NULL: errno says it all. */
const char *raw_reader_error(const struct raw_reader *);

/* Compressed bytes read so far, for progress. */
uint64_t raw_reader_offset(const struct raw_reader *);

void raw_reader_free(struct raw_reader *);

#endif
