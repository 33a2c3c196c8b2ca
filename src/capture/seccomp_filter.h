/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter that makes only classified calls stop (seccomp(2), SECCOMP_RET_TRACE).
 */
#ifndef IOTRACE_CAPTURE_SECCOMP_FILTER_H
#define IOTRACE_CAPTURE_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct foreign_table;

/* SECCOMP_RET_DATA of our TRACE, and of the one that stands for strict mode. */
#define SECCOMP_DATA_OURS   0x494fu
#define SECCOMP_DATA_STRICT 0x4953u

/* What a call number is stopped for. */
enum want {
	WANT_EVENT = 0x1u, /* selected by the user */
	WANT_STATE = 0x2u, /* the model needs its record */
	WANT_PEEK = 0x4u,  /* the engine looks at the entry only */
	WANT_RING = 0x8u,  /* mmap where its arguments may map an io_uring */
};

/*
 * Builds the program: RET_TRACE for each number N with want[N] != 0, where the last
 * element stands for all numbers beyond, and an mmap that is wanted as WANT_RING only
 * stops where it maps something shared, for writing, at an offset that rings use; ALLOW
 * for the rest. i386 calls stop where the call is wanted that FOREIGN takes them for, x32
 * calls always. What is called from the instruction in front of BLESSED_IP (0: none) never
 * stops. The caller frees prog->filter. 0 or -errno.
 */
int seccomp_filter_build(const unsigned char *want, size_t n,
			 struct foreign_table *foreign, uint64_t blessed_ip,
			 struct sock_fprog *prog) IT_MUST_CHECK;

/* Would this kernel and sandbox take a filter from us? Asks without installing one. */
bool seccomp_filter_available(void);

/*
 * Installs the program in the calling thread, for good; sets no_new_privs only where the
 * kernel wants it. 0 or -errno. Async-signal-safe.
 */
int seccomp_filter_install(const struct sock_fprog *prog) IT_MUST_CHECK;

#endif
