/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot fail: out of memory ends the program with one line.
 * Every tracee of a launched run dies with it (PTRACE_O_EXITKILL), so none is left
 * running with a filter and no tracer. A size of 0 is a bug and asserts.
 */
#ifndef IOTRACE_BASE_XALLOC_H
#define IOTRACE_BASE_XALLOC_H

#include <stddef.h>

#include "base/compiler.h"

/* SIZE bytes, not initialised; the caller frees with free(3). */
void *xmalloc(size_t size) IT_MALLOC __attribute__((alloc_size(1)));

/* N * SIZE zeroed bytes, the product checked for overflow; the caller frees. */
void *xcalloc(size_t n, size_t size) IT_MALLOC __attribute__((alloc_size(1, 2)));

/* Resizes P (may be NULL) to N * SIZE bytes; the old pointer is void afterwards. */
void *xreallocarray(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull, alloc_size(2, 3)));

/* A copy of the string S; the caller frees. */
char *xstrdup(const char *s) IT_MALLOC;

/* A copy of the LEN bytes at P with a NUL behind; the caller frees. */
char *xmemdup0(const void *p, size_t len) IT_MALLOC;

/* A formatted string; the caller frees. */
char *xasprintf(const char *fmt, ...) IT_MALLOC IT_PRINTF(1, 2);

#endif
