/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls through another ABI (int $0x80, x32): their own numbers, and structs of other
 * layouts. They get an event with name, family, kind, times and result; arguments are
 * plain words, and the model does not move: its tables are about the x86_64 calls.
 */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "decode/dec.h"

/* A number that no table has. */
#define NR_NONE 0xffffffffu

/* The x86_64 call of the same name, or without what only marks a wider argument on
 * 32 bits (stat64, chown32, clock_gettime64, _llseek). */
static const struct syscall_desc *
same_call(const char *name)
{
	const struct syscall_desc *d = syscall_find(name);
	if (d)
		return d;
	char buf[64];
	name += name[0] == '_';
	size_t len = strlen(name);
	if (len > 2 && len < sizeof(buf) &&
	    (!strcmp(name + len - 2, "64") || !strcmp(name + len - 2, "32"))) {
		memcpy(buf, name, len - 2);
		buf[len - 2] = '\0';
		d = syscall_find(buf);
	} else if (!strcmp(name, "llseek")) {
		d = syscall_find("lseek");
	} else if (!strcmp(name, "mmap2")) {
		d = syscall_find("mmap");
	}
	return d ? d : syscall_desc(NR_NONE);
}

static const struct foreign_call *
foreign_call(struct decoder *d, bool x32, uint32_t nr)
{
	if (nr >= FOREIGN_MAX)
		return NULL;
	if (!d->foreign[x32])
		d->foreign[x32] = xcalloc(FOREIGN_MAX, sizeof(struct foreign_call));
	struct foreign_call *f = &d->foreign[x32][nr];
	if (!f->looked_up) {
		f->looked_up = true;
		/* linux/unistd.h: __X32_SYSCALL_BIT */
		f->name = x32 ? seccomp_syscall_resolve_num_arch(SCMP_ARCH_X32,
								 (int)(nr | 0x40000000u))
			      : seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86, (int)nr);
		f->desc = f->name ? same_call(f->name) : syscall_desc(NR_NONE);
	}
	return f;
}

const struct syscall_desc *
dec_foreign_desc(struct decoder *d, const struct raw_rec *rec, struct text *name)
{
	const struct foreign_call *f = foreign_call(d, rec->flags & RAW_ABI_X32, rec->nr);
	*name = (struct text){ 0 };
	if (f && f->name)
		*name = dec_literal(f->name, strlen(f->name));
	return f ? f->desc : syscall_desc(NR_NONE);
}

void
dec_foreign_free(struct decoder *d)
{
	for (size_t abi = 0; abi < ARRAY_SIZE(d->foreign); abi++) {
		for (size_t i = 0; d->foreign[abi] && i < FOREIGN_MAX; i++)
			free(d->foreign[abi][i].name);
		free(d->foreign[abi]);
	}
}
