/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the C library's headers say. The list of names is generated from flags.tbl.
 */
#include "check_uapi.h"

#include <fcntl.h>
#include <linux/version.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/compiler.h"

#define CHECK_HEADERS
#include <flags_libc.inc>
#undef CHECK_HEADERS

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define CHECK_ENUMERATORS
#endif

/* clang-format off */
const struct flag_check libc_flags[] = {
#define CHECK(set, name, expression, value) \
	{ set, name, (uint64_t)(expression), (uint64_t)(value) },
#include <flags_libc.inc>
};
/* clang-format on */

const size_t n_libc_flags = ARRAY_SIZE(libc_flags);

const struct size_check libc_type_sizes[] = {
	{ "fdpair", sizeof(int[2]), 0 },
	{ "iov", sizeof(struct iovec), 0 },
	{ "msghdr", sizeof(struct msghdr), 0 },
	{ "msghdr_out", sizeof(struct msghdr), 0 },
	{ "mmsghdrs", sizeof(struct mmsghdr), 0 },
};
const size_t n_libc_type_sizes = ARRAY_SIZE(libc_type_sizes);

const size_t libc_file_handle_size = sizeof(struct file_handle) + MAX_HANDLE_SZ;
