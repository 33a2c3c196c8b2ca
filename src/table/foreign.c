/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libseccomp knows the numbers, foreign.def what is different; a call that neither has is
 * the x86_64 call of its name, word for word. 64 and 32 at the end of a name mark what
 * x86_64 has always: offsets and times of 64 bits, ids of 32.
 */
#include "table/foreign.h"

#include <assert.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/xalloc.h"

#define NR_NONE	  UINT32_MAX  /* no table has it */
#define X32_BIT	  0x40000000u /* linux/unistd.h */
#define PAGE_BITS 12
/* New calls have one number in all ABIs since Linux 5.1 (syscall_32.tbl), and structs of
 * time of 64 bits from 403 on. */
#define NR_COMMON 424u
#define NR_TIME64 403u

struct row {
	const char *name, *native, *words;
	unsigned sub; /* number of a sub-call */
	enum foreign_form form;
};

/* clang-format off */
#define SOCKETCALL(number, name, native, words)
#define IPCCALL(number, native, words)
#define FOREIGN(name, native, words) { name, native, words, 0, FOREIGN_WORDS },
#define FOREIGN_IN_MEMORY(name, native, words) { name, native, words, 0, FOREIGN_BLOCK },
static const struct row rows[] = {
#include "table/foreign.def"
	{ "socketcall", NULL, NULL, 0, FOREIGN_SOCKETCALL },
	{ "ipc", NULL, NULL, 0, FOREIGN_IPC },
};
#undef FOREIGN
#undef FOREIGN_IN_MEMORY
#undef SOCKETCALL
#undef IPCCALL

#define FOREIGN(name, native, words)
#define FOREIGN_IN_MEMORY(name, native, words)
#define SOCKETCALL(number, name, native, words) \
	{ name, native, words, number, FOREIGN_SOCKETCALL },
#define IPCCALL(number, native, words) { native, native, words, number, FOREIGN_IPC },
static const struct row subcalls[] = {
#include "table/foreign.def"
};
#undef FOREIGN
#undef FOREIGN_IN_MEMORY
#undef SOCKETCALL
#undef IPCCALL
/* clang-format on */

struct entry {
	struct foreign_call call;
	char *name; /* owned */
	bool looked_up;
};

struct foreign_table {
	struct entry *abi[FOREIGN_ABIS]; /* owned; made when first asked */
	struct foreign_call subs[ARRAY_SIZE(subcalls)];
	struct foreign_call none;
};

/* One item of a row's words. */
static struct foreign_word
parse_word(const char *s)
{
	struct foreign_word w = { .low = FOREIGN_NO_WORD, .high = FOREIGN_NO_WORD };
	if (*s == '-')
		return w;
	w.low = (uint8_t)(*s++ - '0');
	if (*s == ':') {
		w.high = (uint8_t)(s[1] - '0');
		s += 2;
	}
	if (*s && *s != ' ')
		w.how = *s;
	return w;
}

static void
parse_words(struct foreign_call *c, const char *s)
{
	bool same = !strcmp(s, "=");
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		c->words[i] =
			(struct foreign_word){ .low = same ? (uint8_t)i : FOREIGN_NO_WORD,
					       .high = FOREIGN_NO_WORD };
		if (same || !*s)
			continue;
		c->words[i] = parse_word(s);
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
}

/* Fills C with what ROW says, except for the name. */
static void
fill_from_row(struct foreign_call *c, const struct row *row)
{
	c->form = (uint8_t)row->form;
	c->desc = row->native ? syscall_find(row->native) : syscall_desc(NR_NONE);
	assert(c->desc);
	c->translates = row->words;
	if (row->words)
		parse_words(c, row->words);
}

static bool
ends_with(const char *name, size_t len, const char *end)
{
	size_t n = strlen(end);
	return len > n && !memcmp(name + len - n, end, n);
}

/* The x86_64 call of that name, or without what only marks wider arguments; or NULL. */
static const struct syscall_desc *
same_call(const char *name)
{
	static const char *const marks[] = { "_time64", "64", "32" };
	const struct syscall_desc *d = syscall_find(name);
	size_t len = strlen(name);
	char buf[64];
	for (size_t i = 0; !d && i < ARRAY_SIZE(marks); i++) {
		if (!ends_with(name, len, marks[i]) || len >= sizeof(buf))
			continue;
		size_t n = len - strlen(marks[i]);
		memcpy(buf, name, n);
		buf[n] = '\0';
		d = syscall_find(buf);
	}
	return d;
}

static void
fill_i386(struct foreign_call *c, uint32_t nr)
{
	size_t len = strlen(c->name);
	c->time64 = nr >= NR_TIME64 || ends_with(c->name, len, "64");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!strcmp(rows[i].name, c->name)) {
			fill_from_row(c, &rows[i]);
			return;
		}
	}
	const struct syscall_desc *d = same_call(c->name);
	c->desc = d ? d : syscall_desc(NR_NONE);
	c->translates = d;
	parse_words(c, "=");
}

static char *
i386_name(uint32_t nr)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86, (int)nr);
	/* Younger than libseccomp, and maybe not than our table. */
	if (!name && nr >= NR_COMMON && syscall_desc(nr)->name)
		name = xstrdup(syscall_desc(nr)->name);
	return name;
}

/* The names of x32 are x86_64's; the mark tells what the program really asked for. */
static void
fill_x32(struct entry *e, uint32_t nr)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X32, (int)(nr | X32_BIT));
	const struct syscall_desc *d = name ? syscall_find(name) : NULL;
	if (d)
		e->call.desc = d;
	e->name = name ? xasprintf("x32:%s", name) : NULL;
	e->call.name = e->name;
	free(name);
}

struct foreign_table *
foreign_table_new(void)
{
	struct foreign_table *t = xcalloc(1, sizeof(*t));
	t->none.desc = syscall_desc(NR_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(subcalls); i++) {
		t->subs[i].name = subcalls[i].name;
		fill_from_row(&t->subs[i], &subcalls[i]);
	}
	return t;
}

void
foreign_table_free(struct foreign_table *t)
{
	for (size_t abi = 0; t && abi < FOREIGN_ABIS; abi++) {
		for (size_t i = 0; t->abi[abi] && i < FOREIGN_NR_MAX; i++)
			free(t->abi[abi][i].name);
		free(t->abi[abi]);
	}
	free(t);
}

const struct foreign_call *
foreign_call(struct foreign_table *t, enum foreign_abi abi, uint32_t nr)
{
	if (nr >= FOREIGN_NR_MAX)
		return &t->none;
	if (!t->abi[abi])
		t->abi[abi] = xcalloc(FOREIGN_NR_MAX, sizeof(struct entry));
	struct entry *e = &t->abi[abi][nr];
	if (e->looked_up)
		return &e->call;
	e->looked_up = true;
	e->call = t->none;
	if (abi == FOREIGN_X32) {
		fill_x32(e, nr);
		return &e->call;
	}
	e->name = i386_name(nr);
	e->call.name = e->name;
	if (e->name)
		fill_i386(&e->call, nr);
	return &e->call;
}

const struct foreign_call *
foreign_next_subcall(struct foreign_table *t, const struct foreign_call *c, unsigned *pos)
{
	if (c->form != FOREIGN_SOCKETCALL && c->form != FOREIGN_IPC)
		return NULL;
	while (*pos < ARRAY_SIZE(subcalls)) {
		unsigned i = (*pos)++;
		if (subcalls[i].form == (enum foreign_form)c->form)
			return &t->subs[i];
	}
	return NULL;
}

const struct foreign_call *
foreign_subcall(struct foreign_table *t, const struct foreign_call *c, uint64_t word0)
{
	const struct foreign_call *sub;
	/* ipc/syscall.c: the high half of the number is a version. */
	uint64_t number = c->form == FOREIGN_IPC ? word0 & 0xffff : word0;
	for (unsigned pos = 0; (sub = foreign_next_subcall(t, c, &pos));)
		if (subcalls[sub - t->subs].sub == number)
			return sub;
	return c;
}

static bool
is_signed(const struct foreign_call *c, unsigned i)
{
	unsigned type = c->desc->args[i].type;
	return type == ARG_int || type == ARG_int_ms || type == ARG_long ||
	       type == ARG_off;
}

uint64_t
foreign_arg(const struct foreign_call *c, unsigned i, const uint64_t words[SYSCALL_ARGS])
{
	const struct foreign_word *w = &c->words[i];
	if (w->low == FOREIGN_NO_WORD)
		return 0;
	uint64_t v = (uint32_t)words[w->low];
	if (w->high != FOREIGN_NO_WORD)
		return v | (uint64_t)(uint32_t)words[w->high] << 32;
	switch (w->how) {
	case 'k':
		return v << PAGE_BITS;
	case 'w':
		return (v & 0xffff) == 0xffff ? UINT32_MAX : v & 0xffff;
	case 'u':
		return v;
	default:
		return is_signed(c, i) ? (uint64_t)(int64_t)(int32_t)v : v;
	}
}
