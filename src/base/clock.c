/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <time.h>

static uint64_t
read_ns(clockid_t id)
{
	struct timespec ts;
	if (clock_gettime(id, &ts))
		return 0;
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t
clock_boot_ns(void)
{
	return read_ns(CLOCK_BOOTTIME);
}

int64_t
clock_epoch_offset_ns(void)
{
	return (int64_t)(read_ns(CLOCK_REALTIME) - read_ns(CLOCK_BOOTTIME));
}

uint64_t
clock_cpu_ns(void)
{
	return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}
