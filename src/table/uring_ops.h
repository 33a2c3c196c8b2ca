/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of io_uring as data: what the engine copies for each, and what decode
 * makes of it. One row of uring_ops.def is all that is known of an operation's entry.
 */
#ifndef IOTRACE_TABLE_URING_OPS_H
#define IOTRACE_TABLE_URING_OPS_H

#include "table/requests.h"

/* What the words of a submission entry mean. */
enum uring_use {
	URING_FD = 0x1u,     /* fd: a descriptor, or a place with IOSQE_FIXED_FILE */
	URING_DIRFD = 0x2u,  /* fd: the directory that the (first) path starts from */
	URING_OFFSET = 0x4u, /* off: a file position, -1 the current one */
	URING_LEN = 0x8u,    /* len: bytes asked for */
	URING_IOVEC = 0x10u, /* addr, len: an array of struct iovec */
	URING_MSG = 0x20u,   /* addr: a message header */
	URING_PATH = 0x40u,  /* addr: a path */
	URING_PATH2 = 0x80u, /* off: a second path, which len is the directory of */
	URING_TARGET =
		0x100u, /* addr: the text of a symbolic link; fd is of the second path */
	URING_XPATH = 0x200u, /* addr3: a path, from the working directory */
	URING_HOW = 0x400u,   /* off: a struct open_how */
	URING_ADDR = 0x800u,  /* addr, off: a socket address and its length */
	URING_FDS = 0x1000u,  /* addr, len: descriptors to register from place off on */
	URING_MAKES_FD = 0x2000u, /* the result is a new descriptor, or with file_index !=
				   * 0 a place among the registered files takes it */
};

/* Numbers from here on are newer than the table and all URING_OP_unknown. */
enum uring_opcode {
#define URING_OP(number, name, bytes, result, uses, help) URING_OP_##name = number,
#include "table/uring_ops.def"
#undef URING_OP
	URING_OP_COUNT
};

/* Bits of enum uring_use. */
unsigned uring_op_uses(unsigned opcode);

/* The operation as requests.h has it. */
enum request_op uring_op_request(unsigned opcode);

#endif
