/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a call moved and how much it was asked to: the columns bytes and requested.
 * Only calls whose result counts bytes of I/O have them (column bytes of the table).
 */
#include <sys/socket.h>

#include "decode/dec.h"
#include "decode/dec_nr.h"

#define IOVEC_BYTES 16u /* struct iovec: base, length */

bool
dec_iov_sum(const struct call *c, unsigned arg, uint64_t count, uint64_t *sum)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_IOVEC, arg);
	if (!b || b->flags || b->len / IOVEC_BYTES < count)
		return false;
	*sum = 0;
	for (uint64_t i = 0; i < count; i++)
		*sum += dec_u64(b, i * IOVEC_BYTES + 8);
	return true;
}

/* As dec_iov_sum for the array of a message header, which the blob holds whole. */
static bool
msg_sum(const struct call *c, unsigned arg, uint64_t *sum)
{
	/* struct msghdr (socket.h): msg_iovlen is at 24. */
	const struct raw_blob *hdr = dec_blob(c, RAW_BLOB_BYTES, arg, 32);
	*sum = 0;
	if (!hdr)
		return false;
	uint64_t n = dec_u64(hdr, 24);
	return n == 0 || dec_iov_sum(c, arg, n, sum);
}

/* struct xattr_args of getxattrat: value, size (u32 at 8), flags. */
static bool
xattr_args_size(const struct call *c, uint64_t *size)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 4, 12);
	if (!b)
		return false;
	*size = dec_u32(b, 8);
	return true;
}

/* What the call asked for: the buffer's size, or the sum of the iovec. */
static bool
requested(const struct call *c, uint64_t *n)
{
	if (c->rec->nr == __NR_getxattrat)
		return xattr_args_size(c, n);
	for (unsigned i = 0; i < c->desc->nargs; i++) {
		switch (c->desc->args[i].type) {
		case ARG_iov:
			return i + 1 < c->desc->nargs &&
			       dec_iov_sum(c, i, c->rec->args[i + 1], n);
		case ARG_msghdr:
		case ARG_msghdr_out:
			return msg_sum(c, i, n);
		case ARG_size:
			*n = c->rec->args[i];
			return true;
		default:
			break;
		}
	}
	return false;
}

/* Bytes moved by a call that returned RET > 0 and asked for ASKED, if that is KNOWN. */
static uint64_t
moved(const struct call *c, uint64_t ret, bool known, uint64_t asked)
{
	uint32_t flags;
	switch (c->rec->nr) {
	case __NR_getxattr:
	case __NR_lgetxattr:
	case __NR_fgetxattr:
	case __NR_listxattr:
	case __NR_llistxattr:
	case __NR_flistxattr:
	case __NR_getxattrat:
	case __NR_listxattrat:
		/* Size 0 asks how long the value is (getxattr(2)). */
		return known && !asked ? 0 : ret;
	case __NR_recvfrom:
	case __NR_recvmsg:
		flags = (uint32_t)c->rec->args[c->rec->nr == __NR_recvfrom ? 3 : 2];
		if (flags & MSG_PEEK)
			return 0;
		/* The result is the datagram's real length (recv(2)). */
		if (flags & MSG_TRUNC && known && asked < ret)
			return asked;
		return ret;
	default:
		return ret;
	}
}

void
dec_fill_bytes(struct call *c)
{
	if (c->desc->bytes == BYTES_NONE)
		return;
	uint64_t asked = 0;
	bool known = requested(c, &asked);
	if (known) {
		c->ev->requested = asked;
		dec_has(c, EV_requested);
	}
	if (!c->finished)
		return;
	c->ev->bytes = c->ok && c->rec->ret > 0
			       ? moved(c, (uint64_t)c->rec->ret, known, asked)
			       : 0;
	dec_has(c, EV_bytes);
}
