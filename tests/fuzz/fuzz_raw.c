/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile recordings and records. Each input is tried as a whole recording and as records
 * back to back: the second way is the one that gets behind the frames' checksums.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "raw/raw_check.h"
#include "raw/raw_file.h"

/* Touches every byte that a reader of a checked record may; aborts on a walk that does
 * not end where the record ends. */
static void
walk(const struct raw_rec *rec)
{
	const char *end = (const char *)rec + rec->size;
	const char *at = (const char *)(rec + 1);
	unsigned n = 0, sum = 0;
	for (const struct raw_blob *b = raw_blob_first(rec); b;
	     b = raw_blob_next(rec, b)) {
		const unsigned char *p = raw_blob_data(b);
		for (uint32_t i = 0; i < b->len; i++)
			sum += p[i];
		at = (const char *)p + raw_pad(b->len);
		n++;
	}
	/* The sum is compared so that the reads stay. */
	if (n != rec->nblob || at != end || sum == ~0u)
		abort();
	for (unsigned kind = 0; kind <= RAW_BLOB_KIND_MAX; kind++)
		if (raw_blob_find(rec, kind, RAW_ARG_MAX))
			abort();
}

static void
as_recording(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	struct raw_reader *r;
	int rc = raw_reader_new(fd, &r);
	while (rc >= 0) {
		const struct raw_rec *rec;
		rc = raw_reader_next(r, &rec);
		if (rc == 0)
			break;
		if (rc > 0)
			walk(rec);
	}
	if (rc < 0 && !raw_reader_error(r))
		abort();
	if (raw_reader_offset(r) > size)
		abort();
	raw_reader_free(r);
	close(fd);
}

/* LEN bytes in a buffer of exactly their size: a byte read beyond it is seen. */
static void *
exact_copy(const void *p, size_t len)
{
	void *copy = malloc(len);
	if (!copy)
		abort();
	return memcpy(copy, p, len);
}

static void
as_records(const uint8_t *data, size_t size)
{
	while (size > 0) {
		struct raw_rec *rec = exact_copy(data, size);
		size_t used = raw_check(rec, size) ? 0 : rec->size;
		free(rec);
		if (used == 0)
			return;
		rec = exact_copy(data, used);
		walk(rec);
		free(rec);
		data += used;
		size -= used;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_recording(data, size);
	as_records(data, size);
	return 0;
}
