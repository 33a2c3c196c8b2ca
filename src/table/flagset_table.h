/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All flag sets by number, for constant data that points to them. Others ask
 * flagset_find() of flags.h.
 */
#ifndef IOTRACE_TABLE_FLAGSET_TABLE_H
#define IOTRACE_TABLE_FLAGSET_TABLE_H

#include "table/flags.h"

/* clang-format off */
enum flagset_id {
#define FLAGSET(id, prefix, is_enum, wide, mask, first, n) FLAGSET_##id,
#define FLAG(value, name)
#include <flags.inc> /* generated */
#undef FLAGSET
#undef FLAG
	FLAGSET_COUNT
};
/* clang-format on */

/* FLAGSET_COUNT of them. */
extern const struct flagset flagset_table[];

#endif
