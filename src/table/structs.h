/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The structs that arguments point to: one row each in structs.tbl gives the id, the name
 * and how many bytes capture copies.
 */
#ifndef IOTRACE_TABLE_STRUCTS_H
#define IOTRACE_TABLE_STRUCTS_H

#include <stdint.h>

enum struct_id {
	STRUCT_none,
#define STRUCT(name, bytes) STRUCT_##name,
#include <structs.inc> /* generated */
#undef STRUCT
	STRUCT_COUNT
};

/* The name in structs.tbl; NULL for STRUCT_none. */
const char *struct_name(unsigned id);

/* Bytes of one (the most that is copied, where the program says the size); 0 for bit maps
 * and STRUCT_none. */
unsigned struct_size(unsigned id);

#endif
