/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the headers of this machine say of the names in flags.tbl and of the structs in
 * structs.tbl. The kernel's headers and the C library's cannot be included together:
 * each has a file of its own that fills the lists.
 */
#ifndef IOTRACE_TESTS_CHECK_UAPI_H
#define IOTRACE_TESTS_CHECK_UAPI_H

#include <stddef.h>
#include <stdint.h>

struct flag_check {
	const char *set, *name;
	uint64_t header, table;
};

struct size_check {
	const char *name; /* of structs.tbl */
	size_t header;
	int grows; /* later kernels append to it: the sizes may differ */
};

extern const struct flag_check kernel_flags[], libc_flags[];
extern const size_t n_kernel_flags, n_libc_flags;
extern const struct size_check kernel_sizes[];
extern const size_t n_kernel_sizes;

/* Of the types in argtypes.def whose size the C library's headers know. */
extern const struct size_check libc_type_sizes[];
extern const size_t n_libc_type_sizes;

/* MAX_HANDLE_SZ bytes behind struct file_handle. */
extern const size_t libc_file_handle_size;

#endif
