/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers for people: three significant digits and a unit. Files for programs have the
 * exact ones.
 */
#ifndef IOTRACE_BASE_UNITS_H
#define IOTRACE_BASE_UNITS_H

#include <stdint.h>

#include "base/strbuf.h"

/* "1,234,567" */
void units_add_count(struct strbuf *, uint64_t n);

/* "832ns", "1.23us", "45.6ms", "789s" */
void units_add_time(struct strbuf *, uint64_t ns);

/* "832", "1.23K", "45.6M": powers of 1024, as ls -h and --filter have them */
void units_add_size(struct strbuf *, uint64_t bytes);

/* "832 B", "1.23 KiB": the same for running text */
void units_add_bytes(struct strbuf *, uint64_t bytes);

/* PART of WHOLE as "45.6%"; "-" if WHOLE is 0. May exceed 100 %. */
void units_add_share(struct strbuf *, uint64_t part, uint64_t whole);

#endif
