/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scope-bound ownership, for functions that acquire and may leave early (cli, files,
 * parsers). Never mixed with goto in one function, never in per-event code.
 */
#ifndef IOTRACE_BASE_CLEANUP_H
#define IOTRACE_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define cleanup_free __attribute__((cleanup(cleanup_free_p)))
#define cleanup_fd __attribute__((cleanup(cleanup_fd_p)))
#define cleanup_fclose __attribute__((cleanup(cleanup_fclose_p)))

static inline void
cleanup_free_p(void *pp)
{
	free(*(void **)pp);
}

static inline void
cleanup_fd_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void
cleanup_fclose_p(FILE **f)
{
	if (*f)
		fclose(*f);
}

#endif
