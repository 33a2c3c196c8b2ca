/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record under construction. Invariant: rec->size is right after every call, so the
 * record is whole at any time; bytes that a blob begun may use lie behind it.
 */
#include "raw/raw_build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Most records are a path, a descriptor and a task name. */
#define FIRST_BYTES ((size_t)1024)

_Static_assert(RAW_RECORD_MAX % 8 == 0, "padding never passes the limit");
_Static_assert(RAW_RECORD_MAX / sizeof(struct raw_blob) < UINT16_MAX, "nblob is enough");

void
raw_build_fini(struct raw_build *b)
{
	free(b->rec);
	*b = (struct raw_build){ 0 };
}

/* Memory for a record of SIZE bytes. */
static void
make_room(struct raw_build *b, size_t size)
{
	if (size <= b->cap)
		return;
	size_t cap = b->cap ? b->cap : FIRST_BYTES;
	while (cap < size)
		cap *= 2;
	b->rec = xreallocarray(b->rec, cap, 1);
	b->cap = cap;
}

struct raw_rec *
raw_build_start(struct raw_build *b, unsigned kind, int pid, int tid)
{
	assert(kind > 0 && kind < RAW_KIND_MAX);
	make_room(b, sizeof(*b->rec));
	*b->rec = (struct raw_rec){
		.size = sizeof(*b->rec),
		.kind = (uint16_t)kind,
		.pid = pid,
		.tid = tid,
	};
	return b->rec;
}

struct raw_rec *
raw_build_copy(struct raw_build *b, const struct raw_rec *rec)
{
	make_room(b, rec->size);
	memcpy(b->rec, rec, rec->size);
	return b->rec;
}

/* Bytes that one more blob could hold. */
static size_t
room_for_blob(const struct raw_build *b)
{
	size_t left = RAW_RECORD_MAX - b->rec->size;
	return left > sizeof(struct raw_blob) ? left - sizeof(struct raw_blob) : 0;
}

void *
raw_build_blob_begin(struct raw_build *b, size_t *max)
{
	size_t room = room_for_blob(b);
	if (room == 0)
		return NULL;
	if (*max > room)
		*max = room;
	make_room(b, b->rec->size + sizeof(struct raw_blob) + raw_pad((uint32_t)*max));
	return (char *)b->rec + b->rec->size + sizeof(struct raw_blob);
}

void
raw_build_blob_end(struct raw_build *b, unsigned kind, unsigned arg, unsigned flags,
		   size_t len)
{
	assert(kind > 0 && kind < RAW_BLOB_KIND_MAX && arg < RAW_ARG_MAX);
	assert(len <= room_for_blob(b));
	uint32_t padded = raw_pad((uint32_t)len);
	size_t size = b->rec->size + sizeof(struct raw_blob) + padded;
	assert(size <= b->cap);

	struct raw_blob head = {
		.kind = (uint16_t)kind,
		.arg = (uint8_t)arg,
		.flags = (uint8_t)flags,
		.len = (uint32_t)len,
	};
	char *p = (char *)b->rec + b->rec->size;
	memcpy(p, &head, sizeof(head));
	memset(p + sizeof(head) + len, 0, padded - len);
	b->rec->size = (uint32_t)size;
	b->rec->nblob++;
}

void
raw_build_add(struct raw_build *b, unsigned kind, unsigned arg, unsigned flags,
	      const void *mem, size_t len)
{
	size_t max = len;
	void *p = raw_build_blob_begin(b, &max);
	if (!p)
		return;
	if (max)
		memcpy(p, mem, max);
	raw_build_blob_end(b, kind, arg, max < len ? flags | RAW_BLOB_TRUNC : flags, max);
}

void
raw_build_add_fd(struct raw_build *b, unsigned arg, const struct raw_fd *fd,
		 const char *name, size_t len)
{
	size_t max = sizeof(*fd) + len;
	char *p = raw_build_blob_begin(b, &max);
	if (!p || max < sizeof(*fd))
		return;
	memcpy(p, fd, sizeof(*fd));
	if (max > sizeof(*fd))
		memcpy(p + sizeof(*fd), name, max - sizeof(*fd));
	raw_build_blob_end(b, RAW_BLOB_FD, arg,
			   max < sizeof(*fd) + len ? RAW_BLOB_TRUNC : 0, max);
}
