/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTRACE_RAW_RAW_CHECK_H
#define IOTRACE_RAW_RAW_CHECK_H

#include <stddef.h>

#include "base/compiler.h"
#include "raw/raw.h"

/*
 * Is the record at P, of at most AVAIL bytes, well formed: size within AVAIL and
 * RAW_RECORD_MAX, known kind, each blob inside the record, of a known kind, FD blobs as
 * long as their header, no bytes left over, no argument index out of range? NULL if so,
 * else what is wrong (a literal). P must be aligned to 8.
 */
const char *raw_check(const void *p, size_t avail) IT_MUST_CHECK;

#endif
