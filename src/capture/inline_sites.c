/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leading a system call instruction to the agent. Its two bytes become a short jump to five
 * dead bytes nearby, padding behind a return or a jump, which become a jump to a trampoline.
 * No instruction is moved, none that could be jumped to is overwritten, and a thread that
 * sleeps in the call returns to the byte behind it as ever.
 */
#include <Zydis/Zydis.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>

#include "base/cleanup.h"
#include "base/compiler.h"
#include "capture/inline_impl.h"
#include "capture/mem.h"

#define REACH 127 /* of a short jump, from its end */
#define JUMP_LEN 5
#define SYSCALL_LEN 2

/* Of a call so often made from one place, the next is made by the agent. */
#define PATCH_AT 2

enum site_state { SITE_PATCHED = 100, SITE_PLAIN };

static bool
decode(const ZydisDecoder *d, const unsigned char *code, size_t len, ZydisDecodedInstruction *ins)
{
	return ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(d, NULL, code, len, ins));
}

static bool
is_filler(const ZydisDecodedInstruction *ins)
{
	return ins->mnemonic == ZYDIS_MNEMONIC_NOP || ins->mnemonic == ZYDIS_MNEMONIC_INT3 ||
	       (ins->mnemonic == ZYDIS_MNEMONIC_XCHG && ins->raw.modrm.offset == 0);
}

static bool
never_goes_on(const ZydisDecodedInstruction *ins)
{
	return ins->mnemonic == ZYDIS_MNEMONIC_RET || ins->mnemonic == ZYDIS_MNEMONIC_JMP ||
	       ins->mnemonic == ZYDIS_MNEMONIC_UD2 || ins->mnemonic == ZYDIS_MNEMONIC_HLT;
}

/* Bytes of filler from AT on. */
static size_t
filler_at(const ZydisDecoder *d, const unsigned char *code, size_t len, size_t at)
{
	ZydisDecodedInstruction ins;
	size_t end = at;
	while (end < len && decode(d, code + end, len - end, &ins) && is_filler(&ins))
		end += ins.length;
	return end - at;
}

size_t
inline_find_pad(const unsigned char *code, size_t len)
{
	ZydisDecoder d;
	ZydisDecodedInstruction ins;
	size_t at = SYSCALL_LEN;
	ZydisDecoderInit(&d, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	while (at < len && decode(&d, code + at, len - at, &ins)) {
		at += ins.length;
		if (at > SYSCALL_LEN + REACH)
			return 0;
		if (never_goes_on(&ins) && filler_at(&d, code, len, at) >= JUMP_LEN)
			return at;
	}
	return 0;
}

/* The trampoline with number N: r11 is its address, then on to the agent; behind that a
 * system call of its own and the way back. */
static void
write_trampoline(unsigned char *to, uint64_t next)
{
	static const unsigned char code[TRAMPOLINE_BYTES] = {
		0x4c, 0x8d, 0x1d, 0xf9, 0xff, 0xff, 0xff, /* lea -7(%rip), %r11 */
		0xff, 0x24, 0x25, 0x00, 0x00, 0xff, 0x6f, /* jmp *AGENT_ADDR */
		0x0f, 0x05,				  /* syscall */
		0xff, 0x25, 0x02, 0x00, 0x00, 0x00,	  /* jmp *2(%rip) */
	};
	memcpy(to, code, sizeof(code));
	memcpy(to + TRAMPOLINE_NEXT, &next, sizeof(next));
}

/* The jump at PAD to trampoline N, through whichever mapping of the pool it reaches. */
static bool
jump_to_pool(const struct image *im, uint64_t pad, unsigned n, unsigned char jump[JUMP_LEN])
{
	for (unsigned i = 0; i < 2; i++) {
		int64_t far = (int64_t)(im->pool_at[i] + n * TRAMPOLINE_BYTES - pad - JUMP_LEN);
		int32_t rel = (int32_t)far;
		if (rel != far)
			continue;
		jump[0] = 0xe9;
		memcpy(jump + 1, &rel, sizeof(rel));
		return true;
	}
	return false;
}

static bool
patch(struct tracee *t, uint64_t site)
{
	struct image *im = t->image;
	unsigned n = im->arena->npool;
	unsigned char code[SYSCALL_LEN + REACH + 32], jump[JUMP_LEN];
	size_t len = mem_read(t->tid, site, code, sizeof(code));
	if (n == POOL_TRAMPOLINES || len < SYSCALL_LEN || code[0] != 0x0f || code[1] != 0x05)
		return false;
	size_t pad = inline_find_pad(code, len);
	if (!pad || !jump_to_pool(im, site + pad, n, jump))
		return false;
	write_trampoline(im->arena->pool + n * TRAMPOLINE_BYTES, site + SYSCALL_LEN);
	im->arena->npool++;
	while (im->npads < n)
		im->pad[im->npads++] = 0; /* of trampolines of other images */
	im->pad[im->npads++] = site + pad;
	unsigned char hop[SYSCALL_LEN] = { 0xeb, (unsigned char)(pad - SYSCALL_LEN) };
	return inline_poke(t->tid, site + pad, jump, sizeof(jump)) &&
	       inline_poke(t->tid, site, hop, sizeof(hop));
}

/* Is ADDR in code that the kernel mapped from a file, and only the program's own? */
static bool
is_file_text(const struct tracee *t, uint64_t addr)
{
	char path[32], perms[8];
	unsigned long from, to, inode;
	bool found = false;
	snprintf(path, sizeof(path), "/proc/%d/maps", t->tid);
	cleanup_fclose FILE *f = fopen(path, "re");
	while (f && !found &&
	       fscanf(f, "%lx-%lx %7s %*x %*s %lu%*[^\n]", &from, &to, perms, &inode) == 4)
		found = addr >= from && addr < to;
	return found && !strcmp(perms, "r-xp") && inode;
}

void
inline_site(struct tracee *t, uint64_t ip)
{
	uint64_t site = ip - SYSCALL_LEN;
	uintptr_t used = (uintptr_t)hash_find(&t->image->sites, site);
	if (used >= SITE_PATCHED)
		return;
	/* What runs once is not worth it. */
	if (++used >= PATCH_AT)
		used = is_file_text(t, site) && patch(t, site) ? SITE_PATCHED : SITE_PLAIN;
	hash_put(&t->image->sites, site, (void *)used);
}
