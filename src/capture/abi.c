/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table/foreign.h knows what a call is; what is added here are words that the program
 * left in its memory.
 */
#include "capture/abi.h"

#include <string.h>

#include "capture/mem.h"
#include "capture/regs.h"
#include "raw/raw.h"
#include "table/foreign.h"

/* The words at ADDR. Those that a call does not have may be unreadable. */
static bool
read_block(pid_t tid, uint64_t addr, unsigned nwords, uint64_t words[SYSCALL_ARGS])
{
	uint32_t block[SYSCALL_ARGS] = { 0 };
	size_t need = nwords * sizeof(block[0]);
	if (mem_read(tid, addr, block, need) != need)
		return false;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		words[i] = block[i];
	return true;
}

/* How many words C has of its own. */
static unsigned
count_words(const struct foreign_call *c)
{
	unsigned n = 0;
	for (unsigned i = 0; i < c->desc->nargs; i++)
		if (c->words[i].low != FOREIGN_NO_WORD && c->words[i].low >= n)
			n = c->words[i].low + 1u;
	return n;
}

void
abi_translate(struct foreign_table *table, pid_t tid, struct syscall_regs *r)
{
	enum foreign_abi abi = r->abi == RAW_ABI_I386 ? FOREIGN_I386 : FOREIGN_X32;
	const struct foreign_call *door = foreign_call(table, abi, r->nr);
	const struct foreign_call *c = foreign_subcall(table, door, r->args[0]);
	uint64_t words[SYSCALL_ARGS];
	memcpy(words, r->args, sizeof(words));
	r->foreign = c;
	if (!c->translates)
		return;
	if (c->form == FOREIGN_BLOCK || c->form == FOREIGN_SOCKETCALL) {
		uint64_t addr = r->args[c->form == FOREIGN_SOCKETCALL];
		if (!read_block(tid, addr, count_words(c), words))
			return; /* fails with EFAULT */
	}
	r->as_native = true;
	r->abi_nr = r->nr | (c != door ? (uint32_t)(r->args[0] & 0xffff) << 16 : 0u);
	r->nr = c->desc->nr;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		r->args[i] = foreign_arg(c, i, words);
}
