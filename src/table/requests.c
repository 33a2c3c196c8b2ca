/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/requests.h"

#include <assert.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/compiler.h"

/* clang-format off */
#define REQUEST(id, submitter, class, result, help)                                        \
	[REQUEST_##id] = {                                                                 \
		.name = #id, .note = help, .nr = __NR_##submitter, .family = FAMILY_AIO,   \
		.kind = KIND_request, .ret = RET_##result, .bytes = BYTES_##class,         \
		.flags = SYSCALL_REQUEST, .fd_arg = -1, .path_arg = -1, .old_path_arg = -1, \
	},
static const struct syscall_desc requests[] = {
#include "table/aio_ops.def"
#define URING_OP(number, name, bytes, result, uses, help)                                  \
	REQUEST(uring_##name, io_uring_enter, bytes, result, help)
#include "table/uring_ops.def"
#undef URING_OP
};
#undef REQUEST
/* clang-format on */

_Static_assert(ARRAY_SIZE(requests) == REQUEST_COUNT, "an entry for each");

const struct syscall_desc *
request_desc(enum request_op op)
{
	assert((unsigned)op < REQUEST_COUNT);
	return &requests[op];
}

const struct syscall_desc *
request_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		if (strcmp(requests[i].name, name) == 0)
			return &requests[i];
	return NULL;
}

bool
request_is_submitter(unsigned nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].nr == nr)
			return true;
	return false;
}
