/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations that the kernel takes through a call and does on its own time. In events they
 * stand where a syscall would, so each has an entry like one: flag SYSCALL_REQUEST, kind
 * request, the number and the family of the call that submits it.
 */
#ifndef IOTRACE_TABLE_REQUESTS_H
#define IOTRACE_TABLE_REQUESTS_H

#include <stdbool.h>

#include "table/syscall_desc.h"

enum request_op {
#define REQUEST(id, submitter, bytes, ret, help) REQUEST_##id,
#include "table/aio_ops.def"
#undef REQUEST
#define URING_OP(number, name, bytes, ret, uses, help) REQUEST_uring_##name,
#include "table/uring_ops.def"
#undef URING_OP
	REQUEST_COUNT
};

/* The entry of an operation; never NULL. */
const struct syscall_desc *request_desc(enum request_op op);

/* The operation of that name, exact; NULL if there is none. */
const struct syscall_desc *request_find(const char *name);

/* Does call NR submit requests? */
bool request_is_submitter(unsigned nr);

#endif
