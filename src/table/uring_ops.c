/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table/uring_ops.h"

#include <stdint.h>

#include "base/compiler.h"

static const uint16_t uses_of[] = {
#define URING_OP(number, name, bytes, result, uses, help) [number] = (uses),
#include "table/uring_ops.def"
#undef URING_OP
};

_Static_assert(ARRAY_SIZE(uses_of) == URING_OP_COUNT, "an entry for each");
_Static_assert(REQUEST_uring_unknown - REQUEST_uring_nop == URING_OP_unknown,
	       "requests.h has them in the same order");

unsigned
uring_op_uses(unsigned opcode)
{
	return uses_of[opcode < URING_OP_unknown ? opcode : URING_OP_unknown];
}

enum request_op
uring_op_request(unsigned opcode)
{
	return REQUEST_uring_nop +
	       (opcode < URING_OP_unknown ? opcode : URING_OP_unknown);
}
