/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of flag bits and enumerated values: the generated tables and how a value is put
 * in names. Any value has a form; nothing of it is lost.
 */
#include "table/flags.h"

#include <string.h>

#include "base/compiler.h"
#include "table/flagset_table.h"

/* clang-format off */
static const struct flag_name flag_names[] = {
#define FLAGSET(id, prefix, is_enum, wide, mask, first, n)
#define FLAG(value, name) { (uint64_t)(value), name },
#include <flags.inc>
#undef FLAGSET
#undef FLAG
};

const struct flagset flagset_table[] = {
#define FLAGSET(id, prefix, is_enum, wide, mask, first, n) \
	{ #id, prefix, is_enum, wide, mask, flag_names + (first), n },
#define FLAG(value, name)
#include <flags.inc>
#undef FLAGSET
#undef FLAG
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(flagset_table) == FLAGSET_COUNT, "enum and table differ");

const struct flagset *
flagset_find(const char *name)
{
	for (size_t i = 0; i < FLAGSET_COUNT; i++) {
		if (strcmp(flagset_table[i].name, name) == 0)
			return &flagset_table[i];
	}
	return NULL;
}

const char *
flagset_name(const struct flagset *set, uint64_t value)
{
	for (size_t i = 0; i < set->n; i++) {
		if ((uint32_t)set->flags[i].value == (uint32_t)value)
			return set->flags[i].name;
	}
	return NULL;
}

/* A value that has no name at all. */
static void
render_unknown(struct strbuf *b, const struct flagset *set, uint64_t value)
{
	strbuf_addhex(b, value);
	if (value)
		strbuf_addf(b, " /* %s??? */", set->prefix);
}

/* Does the name F stand for (a part of) the bits LEFT of VALUE? The enumerated part is
 * one field: there the whole of it must be equal, and 0 counts. */
static bool
flag_applies(const struct flagset *set, const struct flag_name *f, uint64_t value,
	     uint64_t left)
{
	if ((f->value & ~set->mask) == 0 && set->mask)
		return (value & set->mask) == f->value;
	return f->value && (left & f->value) == f->value;
}

static void
render_bits(struct strbuf *b, const struct flagset *set, uint64_t value)
{
	const char *zero = NULL;
	uint64_t left = value;
	size_t start = b->len;

	for (size_t i = 0; i < set->n; i++) {
		const struct flag_name *f = &set->flags[i];
		if (f->value == 0 && !set->mask)
			zero = f->name;
		if (!flag_applies(set, f, value, left))
			continue;
		if (b->len != start)
			strbuf_addch(b, '|');
		strbuf_adds(b, f->name);
		left &= ~f->value;
	}
	if (b->len == start) {
		if (value == 0 && zero)
			strbuf_adds(b, zero);
		else
			render_unknown(b, set, value);
	} else if (left) {
		strbuf_addch(b, '|');
		strbuf_addhex(b, left);
	}
}

void
flagset_render(struct strbuf *b, const struct flagset *set, uint64_t value)
{
	if (!set) {
		strbuf_addhex(b, value);
	} else if (set->is_enum) {
		const char *name = flagset_name(set, value);
		if (name)
			strbuf_adds(b, name);
		else
			render_unknown(b, set, (uint32_t)value);
	} else {
		render_bits(b, set, set->wide ? value : (uint32_t)value);
	}
}

const char *
errno_name(int errnum)
{
	return flagset_name(&flagset_table[FLAGSET_errno], (uint32_t)errnum);
}

int
errno_find(const char *name, size_t len)
{
	/* Two names of one number each: the table has what the kernel's headers define
	 * first, programs also use the other. */
	static const struct flag_name aliases[] = { { 11, "EWOULDBLOCK" },
						    { 35, "EDEADLOCK" },
						    { 95, "ENOTSUP" } };
	const struct flagset *set = &flagset_table[FLAGSET_errno];

	for (size_t i = 0; i < set->n; i++) {
		if (strlen(set->flags[i].name) == len &&
		    memcmp(set->flags[i].name, name, len) == 0)
			return (int)set->flags[i].value;
	}
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		if (strlen(aliases[i].name) == len &&
		    memcmp(aliases[i].name, name, len) == 0)
			return (int)aliases[i].value;
	}
	return 0;
}

const char *
signal_name(int signo)
{
	/* The kernel's SIGRTMIN is 32; the C library keeps the first two for itself, but
	 * strace counts from the kernel's. */
	static const char *const rt[] = {
		"SIGRTMIN", "SIGRT_1",	"SIGRT_2",  "SIGRT_3",	"SIGRT_4",  "SIGRT_5",
		"SIGRT_6",  "SIGRT_7",	"SIGRT_8",  "SIGRT_9",	"SIGRT_10", "SIGRT_11",
		"SIGRT_12", "SIGRT_13", "SIGRT_14", "SIGRT_15", "SIGRT_16", "SIGRT_17",
		"SIGRT_18", "SIGRT_19", "SIGRT_20", "SIGRT_21", "SIGRT_22", "SIGRT_23",
		"SIGRT_24", "SIGRT_25", "SIGRT_26", "SIGRT_27", "SIGRT_28", "SIGRT_29",
		"SIGRT_30", "SIGRT_31", "SIGRT_32"
	};

	if (signo >= 32 && signo <= 64)
		return rt[signo - 32];
	return signo > 0 ? flagset_name(&flagset_table[FLAGSET_signal], (uint32_t)signo)
			 : NULL;
}
