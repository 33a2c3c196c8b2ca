/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address space: what was mapped, unmapped or moved, in whole pages.
 */
#include <sys/mman.h>

#include "decode/dec.h"
#include "decode/dec_nr.h"

#define PAGE_BYTES UINT64_C(4096) /* x86_64 */

/* LEN in whole pages; a length that no address space holds stays as it is. */
static uint64_t
pages(uint64_t len)
{
	uint64_t up = (len + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	return up < len ? len : up;
}

static void
set_address_space(struct call *c, uint64_t bytes)
{
	c->ev->address_space_bytes = c->ok ? bytes : 0;
	c->ev->has |= EVENT_BIT(address_space_bytes);
}

static void
fill_mmap(struct call *c)
{
	set_address_space(c, pages(c->rec->args[1]));
	if (!(c->rec->args[3] & MAP_ANONYMOUS))
		return;
	dec_unset(c, EV_fd);
	dec_unset(c, EV_flags);
	dec_unset(c, EV_peer);
	dec_set_file(c, DEC_LITERAL("anon"), 0);
}

static void
fill_munmap(struct call *c)
{
	set_address_space(c, pages(c->rec->args[1]));
}

static void
fill_mremap(struct call *c)
{
	uint64_t old = pages(c->rec->args[1]), new = pages(c->rec->args[2]);
	set_address_space(c, old > new ? old : new);
}

static void
fill_brk(struct call *c)
{
	uint64_t was = pages(c->task->mm->brk), now = pages((uint64_t)c->rec->ret);
	if (!c->task->mm->brk || !c->ok)
		now = was;
	set_address_space(c, now > was ? now - was : was - now);
}

static void
apply_brk(struct call *c)
{
	c->task->mm->brk = (uint64_t)c->rec->ret;
}

const struct dec_row dec_mem_rows[] = {
	{ __NR_mmap, 0, fill_mmap, NULL },
	{ __NR_munmap, 0, fill_munmap, NULL },
	{ __NR_mremap, 0, fill_mremap, NULL },
	{ __NR_brk, 0, fill_brk, apply_brk },
	{ 0 },
};
