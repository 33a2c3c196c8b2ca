/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read(2) and write(2) without their loose ends: signals, short counts, and descriptors
 * that somebody who shares them made non-blocking.
 */
#ifndef IOTRACE_BASE_IO_H
#define IOTRACE_BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"

/* Writes all LEN bytes. 0 or -errno; how much was written by then is lost. */
int io_write_all(int fd, const void *, size_t len) IT_MUST_CHECK;

/* Reads what there is, at least a byte, up to LEN (not 0). How many, 0 at the end of the
 * file, or -errno. */
ssize_t io_read(int fd, void *, size_t len) IT_MUST_CHECK;

#endif
