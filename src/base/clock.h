/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clocks of a trace. Events carry CLOCK_BOOTTIME: it never steps and goes on in
 * suspend, as a reader of wall time expects (clock_gettime(2)).
 */
#ifndef IOTRACE_BASE_CLOCK_H
#define IOTRACE_BASE_CLOCK_H

#include <stdint.h>

#define NSEC_PER_SEC UINT64_C(1000000000)

/* CLOCK_BOOTTIME in ns. */
uint64_t clock_boot_ns(void);

/* What to add to a CLOCK_BOOTTIME ns to get ns since the epoch, as of now. */
int64_t clock_epoch_offset_ns(void);

/* CPU time of this process, user and system, in ns. */
uint64_t clock_cpu_ns(void);

#endif
