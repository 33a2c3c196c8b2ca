/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate for records: what passes here can be walked with raw_blob_next() without
 * another look at a length. It judges form only; values are decode's business.
 */
#include "raw/raw_check.h"

#include <assert.h>
#include <stdbool.h>

#include "raw/raw_uring.h"

/* May a blob of KIND carry ARG? */
static bool
arg_is_valid(unsigned kind, unsigned arg)
{
	switch ((enum raw_blob_kind)kind) {
	case RAW_BLOB_CSTR:
	case RAW_BLOB_BYTES:
	case RAW_BLOB_OUT:
	case RAW_BLOB_STRV:
	case RAW_BLOB_IOVEC:
	case RAW_BLOB_NAME:
	case RAW_BLOB_CONTROL:
	case RAW_BLOB_IOCBS:
	case RAW_BLOB_IOCB_REFS:
	case RAW_BLOB_PATH:
		return arg < 6;
	case RAW_BLOB_FD:
		return arg < 6 || (arg >= RAW_ARG_RET && arg <= RAW_ARG_NEW1) ||
		       (arg >= RAW_ARG_CWD && arg <= RAW_ARG_DATA) ||
		       (arg >= RAW_ARG_SCM && arg < RAW_ARG_MAX);
	case RAW_BLOB_COMM:
	case RAW_BLOB_STACK:
	case RAW_BLOB_TEXT_NOTE:
	case RAW_BLOB_TEXT_HOST:
	case RAW_BLOB_TEXT_COMMAND:
	case RAW_BLOB_TEXT_VERSION:
	case RAW_BLOB_TEXT_ENGINE:
	case RAW_BLOB_TEXT_SELECT:
	case RAW_BLOB_RING:
	case RAW_BLOB_SQES:
	case RAW_BLOB_SQE_DATA:
	case RAW_BLOB_CQES:
	case RAW_BLOB_RING_FILES:
	case RAW_BLOB_TEXT_CWD:
	case RAW_BLOB_KIND_MAX:
		break;
	}
	return arg == 0;
}

/* Bytes that a blob of KIND has at least. */
static size_t
header_bytes(unsigned kind)
{
	switch (kind) {
	case RAW_BLOB_RING:
	case RAW_BLOB_SQES:
	case RAW_BLOB_CQES:
		return sizeof(struct raw_ring);
	case RAW_BLOB_SQE_DATA:
		return sizeof(struct raw_sqe_data);
	case RAW_BLOB_RING_FILES:
		return sizeof(struct raw_ring_files);
	default:
		return 0;
	}
}

/* What is wrong with the blob at B, of a record with LEFT bytes from there on. */
static const char *
check_blob(const struct raw_blob *b, size_t left)
{
	if (left < sizeof(*b) || b->len > left - sizeof(*b))
		return "a record's data goes beyond the record";
	if (b->kind == 0 || b->kind >= RAW_BLOB_KIND_MAX)
		return "a record has data of an unknown kind";
	if (b->kind == RAW_BLOB_FD && b->len < sizeof(struct raw_fd))
		return "a record's descriptor is cut short";
	if (b->len < header_bytes(b->kind))
		return "a record's ring data are cut short";
	if (!arg_is_valid(b->kind, b->arg))
		return "a record has data for no argument";
	return NULL;
}

const char *
raw_check(const void *p, size_t avail)
{
	assert((uintptr_t)p % 8 == 0);
	const struct raw_rec *rec = p;
	if (avail < sizeof(*rec))
		return "a record is cut short";
	if (rec->size < sizeof(*rec) || rec->size > RAW_RECORD_MAX || rec->size % 8)
		return "a record has an impossible size";
	if (rec->size > avail)
		return "a record is cut short";
	if (rec->kind == 0 || rec->kind >= RAW_KIND_MAX)
		return "a record is of an unknown kind";

	/* LEFT stays a multiple of 8, so padding never passes the end. */
	size_t left = rec->size - sizeof(*rec);
	const char *at = (const char *)(rec + 1);
	for (unsigned i = 0; i < rec->nblob; i++) {
		const struct raw_blob *b = (const void *)at;
		const char *wrong = check_blob(b, left);
		if (wrong)
			return wrong;
		size_t whole = sizeof(*b) + raw_pad(b->len);
		at += whole;
		left -= whole;
	}
	return left ? "a record has bytes left over" : NULL;
}
