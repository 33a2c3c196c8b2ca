/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a syscall, as constant data generated from syscalls.tbl. The engine
 * interprets the capture half (struct capspec in capspec.h), decode the rest; neither has
 * knowledge of single calls where a column can say it.
 */
#ifndef IOTRACE_TABLE_SYSCALL_DESC_H
#define IOTRACE_TABLE_SYSCALL_DESC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/capspec.h"

#define SYSCALL_ARGS 6

enum family {
#define FAMILY(name) FAMILY_##name,
#include "table/families.def"
#undef FAMILY
	FAMILY_COUNT
};

enum syscall_kind {
#define KIND(id, name, help) KIND_##id,
#include "table/kinds.def"
#undef KIND
	KIND_COUNT
};

enum arg_type {
#define ARGTYPE(id, name, how, when, size, help) ARG_##id,
#include "table/argtypes.def"
#undef ARGTYPE
	ARG_TYPE_COUNT
};

/* What a positive return value is. */
enum ret_kind {
#define RETKIND(id, name, help) RET_##id,
#include "table/retkinds.def"
#undef RETKIND
	RET_KIND_COUNT
};

/* Which way a positive return value counts as bytes of I/O. */
enum bytes_class { BYTES_NONE, BYTES_READ, BYTES_WRITE, BYTES_TRANSFER };

enum syscall_flag {
	SYSCALL_OBSOLETE = 0x1u, /* no x86_64 entry point: ENOSYS */
	SYSCALL_STATE = 0x2u,    /* changes what the model must know: descriptors, cwd, ... */
	SYSCALL_NORETURN = 0x4u, /* has no exit that the caller sees */
	SYSCALL_UNKNOWN = 0x8u,  /* newer than the table */
	SYSCALL_REQUEST = 0x10u, /* no call: an operation of requests.h */
};

struct flagset; /* flags.h */

struct arg_desc {
	const char *name;          /* the kernel's SYSCALL_DEFINE name */
	const struct flagset *set; /* of a flags or enum argument, or NULL */
	uint8_t type;              /* enum arg_type */
	uint8_t struct_id;         /* enum struct_id of a struct argument (structs.h) */
};

struct syscall_desc {
	const char *name;  /* unistd_64.h, man 2 */
	const char *alias; /* the kernel's other name (newstat, sendfile64), or NULL */
	const char *note;  /* or NULL */
	uint16_t nr;
	uint8_t nargs;
	uint8_t family, kind, ret, bytes; /* enums above */
	uint8_t flags;                    /* enum syscall_flag */
	int8_t fd_arg;                    /* the operand descriptor that a row names, or -1 */
	int8_t path_arg, old_path_arg;    /* a path argument and, for two names, the old; -1 */
	struct arg_desc args[SYSCALL_ARGS];
};

/* The highest number in the table; numbers without a row give the unknown entry. */
extern const unsigned syscall_nr_max;

/*
 * The entry of NR; never NULL. A number the table does not know has name NULL and
 * SYSCALL_UNKNOWN: show it as syscall_N, family Misc, with six plain arguments.
 */
const struct syscall_desc *syscall_desc(unsigned nr);

/* The capture half of NR; never NULL. */
const struct capspec *syscall_capspec(unsigned nr);

/* The entry of a name or alias, exact; NULL if there is none. */
const struct syscall_desc *syscall_find(const char *name);

const char *family_name(unsigned family);
const char *kind_name(unsigned kind);
const char *ret_kind_name(unsigned ret);
const char *bytes_class_name(unsigned bytes);
const char *arg_type_name(unsigned type);

/* The enum value of a name, case-insensitive; '_' stands for '-' in kinds; -1 if none. */
int family_find(const char *name);
int kind_find(const char *name);

#endif
