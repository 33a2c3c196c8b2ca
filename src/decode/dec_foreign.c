/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls through another ABI (int $0x80, x32). Most records of them are in terms of the
 * x86_64 call that means the same (RAW_AS_NATIVE) and differ by their name alone. The
 * rest get name, family, kind, times and result; their arguments are plain words, and the
 * model does not move.
 */
#include <string.h>

#include "decode/dec.h"
#include "table/foreign.h"

void
dec_foreign(struct call *c)
{
	const struct raw_rec *rec = c->rec;
	bool i386 = rec->flags & RAW_ABI_I386, as_native = rec->flags & RAW_AS_NATIVE;
	uint32_t nr = as_native ? rec->abi_nr & 0xffff : rec->nr;
	uint64_t sub = as_native ? rec->abi_nr >> 16 : rec->args[0];
	const struct foreign_call *f =
		foreign_call(c->d->foreign, i386 ? FOREIGN_I386 : FOREIGN_X32, nr);
	f = foreign_subcall(c->d->foreign, f, sub);
	c->foreign = !as_native;
	c->desc = as_native ? syscall_desc(rec->nr) : f->desc;
	if (f->name)
		c->foreign_name = dec_literal(f->name, strlen(f->name));
}
