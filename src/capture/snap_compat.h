/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What 32-bit callers point to, brought into the x86_64 layout. A record never holds
 * another one: what is not known to be alike, or put right here, is not copied.
 */
#ifndef IOTRACE_CAPTURE_SNAP_COMPAT_H
#define IOTRACE_CAPTURE_SNAP_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "capture/tracee.h"
#include "table/capspec.h"

/* Argument I of a call by another ABI. True: it is done with, copied as a blob of KIND in
 * x86_64's layout, or left out. False: it is the same for both. */
bool snap_compat_arg(struct tracee *t, unsigned i, const struct cap_arg *a,
		     unsigned kind);

/* Adds COUNT elements of the iovec at ADDR as argument ARG. */
void snap_compat_iovec(struct tracee *t, unsigned arg, uint64_t addr, size_t count);

/* Reads at most N pointers at ADDR. How many it got. */
size_t snap_compat_pointers(const struct tracee *t, uint64_t addr, uint64_t *ptrs,
			    size_t n);

/* Reads a message header. */
bool snap_compat_msghdr(const struct tracee *t, uint64_t addr, struct msghdr *);

#endif
