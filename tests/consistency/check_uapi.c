/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares flags.tbl and structs.tbl with the headers of this machine, in both
 * directions of what the tables can be wrong in: a value, a size.
 */
#include "check_uapi.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "table/flagset_table.h"
#include "table/structs.h"

static unsigned failures;

/* Values of at most 32 bits are compared as such: headers disagree about the sign. */
static void
check_flags(const struct flag_check *checks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct flag_check *c = &checks[i];
		uint64_t mask = c->table <= UINT32_MAX || c->table >= (uint64_t)INT32_MIN
					? UINT32_MAX
					: UINT64_MAX;

		if ((c->header & mask) == (c->table & mask))
			continue;
		printf("flags.tbl: %s in [%s] is 0x%" PRIx64
		       ", the header says 0x%" PRIx64 "\n",
		       c->name, c->set, c->table, c->header);
		failures++;
	}
}

static unsigned
struct_find(const char *name)
{
	for (unsigned id = STRUCT_none + 1; id < STRUCT_COUNT; id++) {
		if (strcmp(struct_name(id), name) == 0)
			return id;
	}
	return STRUCT_none;
}

static void
check_size(const char *name, size_t table, size_t header, int grows)
{
	if (table == header)
		return;
	printf("%s is %zu bytes, the header says %zu%s\n", name, table, header,
	       grows ? " (it grows with kernels: no failure)" : "");
	failures += !grows;
}

static void
check_structs(void)
{
	for (size_t i = 0; i < n_kernel_sizes; i++) {
		const struct size_check *c = &kernel_sizes[i];
		unsigned id = struct_find(c->name);

		if (id == STRUCT_none) {
			printf("structs.tbl: no %s\n", c->name);
			failures++;
			continue;
		}
		check_size(c->name, struct_size(id), c->header, c->grows);
	}
	check_size("file_handle", struct_size(STRUCT_file_handle), libc_file_handle_size,
		   0);
}

static void
check_types(void)
{
	static const struct size_check types[] = {
#define ARGTYPE(id, name, how, when, size, help) { name, size, 0 },
#include "table/argtypes.def"
#undef ARGTYPE
	};

	for (size_t i = 0; i < n_libc_type_sizes; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(types); j++) {
			if (strcmp(types[j].name, libc_type_sizes[i].name) == 0)
				check_size(types[j].name, types[j].header,
					   libc_type_sizes[i].header, 0);
		}
	}
}

int
main(void)
{
	size_t names = 0;

	for (size_t i = 0; i < FLAGSET_COUNT; i++)
		names += flagset_table[i].n;
	check_flags(kernel_flags, n_kernel_flags);
	check_flags(libc_flags, n_libc_flags);
	check_structs();
	check_types();
	printf("%zu of %zu names compared with the headers, %zu of %u structs\n",
	       n_kernel_flags + n_libc_flags, names, n_kernel_sizes + 1,
	       STRUCT_COUNT - 1);
	return failures != 0;
}
