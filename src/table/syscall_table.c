/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of calls, generated from syscalls.tbl, and its look-ups. By number they are
 * an array index; by name they are linear, as only command lines ask that way.
 */
#include "table/syscall_desc.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"
#include "table/flagset_table.h"
#include "table/structs.h"

/* clang-format off */
#define SYSCALL_NR_MAX(nr)
#define DESC(number, ...) [number] = { .nr = number, __VA_ARGS__ },
#define CAPSPEC(nr, ...)
static const struct syscall_desc descs[] = {
#include <syscall_table.inc>
};
#undef DESC
#undef CAPSPEC

#define DESC(nr, ...)
#define CAPSPEC(number, ...) [number] = { __VA_ARGS__ },
static const struct capspec capspecs[] = {
#include <syscall_table.inc>
};
#undef DESC
#undef CAPSPEC
#undef SYSCALL_NR_MAX

#define DESC(nr, ...)
#define CAPSPEC(nr, ...)
#define SYSCALL_NR_MAX(number) const unsigned syscall_nr_max = number;
#include <syscall_table.inc>
#undef DESC
#undef CAPSPEC
#undef SYSCALL_NR_MAX

_Static_assert(ARRAY_SIZE(descs) == ARRAY_SIZE(capspecs), "halves of one table");

static const struct syscall_desc desc_unknown = {
	.nr = UINT16_MAX, .nargs = SYSCALL_ARGS,
	.family = FAMILY_Misc, .kind = KIND_null, .ret = RET_value, .bytes = BYTES_NONE,
	.flags = SYSCALL_UNKNOWN, .fd_arg = -1, .path_arg = -1, .old_path_arg = -1,
	.args = {
		{ "a0", NULL, ARG_ulong, STRUCT_none }, { "a1", NULL, ARG_ulong, STRUCT_none },
		{ "a2", NULL, ARG_ulong, STRUCT_none }, { "a3", NULL, ARG_ulong, STRUCT_none },
		{ "a4", NULL, ARG_ulong, STRUCT_none }, { "a5", NULL, ARG_ulong, STRUCT_none },
	},
};

static const struct capspec capspec_unknown = {
	.nargs = SYSCALL_ARGS,
	.arg = {
		{ .len_arg = CAP_NO_LEN }, { .len_arg = CAP_NO_LEN }, { .len_arg = CAP_NO_LEN },
		{ .len_arg = CAP_NO_LEN }, { .len_arg = CAP_NO_LEN }, { .len_arg = CAP_NO_LEN },
	},
};

static const char *const family_names[] = {
#define FAMILY(name) #name,
#include "table/families.def"
#undef FAMILY
};

static const char *const kind_names[] = {
#define KIND(id, name, help) name,
#include "table/kinds.def"
#undef KIND
};

static const char *const ret_kind_names[] = {
#define RETKIND(id, name, help) name,
#include "table/retkinds.def"
#undef RETKIND
};

static const char *const arg_type_names[] = {
#define ARGTYPE(id, name, how, when, size, help) name,
#include "table/argtypes.def"
#undef ARGTYPE
};

static const struct {
	const char *name;
	unsigned bytes;
} struct_rows[] = {
	{ NULL, 0 },
#define STRUCT(name, bytes) { #name, bytes },
#include <structs.inc>
#undef STRUCT
};

static const char *const bytes_class_names[] = {
	[BYTES_NONE] = "none", [BYTES_READ] = "read", [BYTES_WRITE] = "write",
	[BYTES_TRANSFER] = "transfer",
};
/* clang-format on */

static bool
nr_is_known(unsigned nr)
{
	return nr < ARRAY_SIZE(descs) && descs[nr].name;
}

const struct syscall_desc *
syscall_desc(unsigned nr)
{
	return nr_is_known(nr) ? &descs[nr] : &desc_unknown;
}

const struct capspec *
syscall_capspec(unsigned nr)
{
	return nr_is_known(nr) ? &capspecs[nr] : &capspec_unknown;
}

const struct syscall_desc *
syscall_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(descs); i++) {
		const struct syscall_desc *d = &descs[i];
		if (d->name && strcmp(d->name, name) == 0)
			return d;
		if (d->alias && strcmp(d->alias, name) == 0)
			return d;
	}
	return NULL;
}

const char *
family_name(unsigned family)
{
	assert(family < FAMILY_COUNT);
	return family_names[family];
}

const char *
kind_name(unsigned kind)
{
	assert(kind < KIND_COUNT);
	return kind_names[kind];
}

const char *
ret_kind_name(unsigned ret)
{
	assert(ret < RET_KIND_COUNT);
	return ret_kind_names[ret];
}

const char *
bytes_class_name(unsigned bytes)
{
	assert(bytes < ARRAY_SIZE(bytes_class_names));
	return bytes_class_names[bytes];
}

const char *
arg_type_name(unsigned type)
{
	assert(type < ARG_TYPE_COUNT);
	return arg_type_names[type];
}

int
family_find(const char *name)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		if (strcasecmp(name, family_names[i]) == 0)
			return i;
	}
	return -1;
}

/* Equal, with upper case as lower and '_' as '-'. */
static bool
kind_is(const char *name, const char *kind)
{
	for (; *kind && *name; kind++, name++) {
		char c = *name == '_' ? '-' : *name;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != *kind)
			return false;
	}
	return *kind == *name;
}

int
kind_find(const char *name)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		if (kind_is(name, kind_names[i]))
			return i;
	}
	return -1;
}

const char *
struct_name(unsigned id)
{
	assert(id < STRUCT_COUNT);
	return struct_rows[id].name;
}

unsigned
struct_size(unsigned id)
{
	assert(id < STRUCT_COUNT);
	return struct_rows[id].bytes;
}
