/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message header of sendmsg and recvmsg: a struct that points to more. And the
 * pieces of snap that others use who copy what a call refers to.
 */
#ifndef IOTRACE_CAPTURE_SNAP_MSG_H
#define IOTRACE_CAPTURE_SNAP_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/tracee.h"

/* The header, its iovec, and unless the call receives its address and control data. */
void snap_msghdr_entry(struct tracee *, unsigned arg, bool receives);

/* After a receive: header, address, control data and the descriptors passed in it. */
void snap_msghdr_exit(struct tracee *, unsigned arg, bool use_proc);

/* The COUNT control blocks that the array at ADDR points to, and what they name. */
void snap_iocbs(struct tracee *, unsigned arg, uint64_t addr, uint64_t count,
		bool use_proc);

/* Register ARG of the call in flight. */
uint64_t snap_arg(const struct tracee *, unsigned arg);

/* A blob of at most CAP of the LEN bytes at ADDR; none for NULL or no bytes. */
void snap_bytes(struct tracee *, unsigned kind, unsigned arg, uint64_t addr, uint64_t len,
                size_t cap);

/* Descriptor NUM as an FD blob; WANT is enum proc_fd_want. */
void snap_fd(struct tracee *, unsigned arg, int num, unsigned want);

/* What link "cwd" or "root" of /proc/TID names, as an FD blob. */
void snap_link(struct tracee *, unsigned arg, const char *link);

/* The COUNT elements of an iovec at ADDR. */
void snap_iovec_of(struct tracee *, unsigned arg, uint64_t addr, uint64_t count);

#endif
