/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compiler should know about our functions, in one place.
 */
#ifndef IOTRACE_BASE_COMPILER_H
#define IOTRACE_BASE_COMPILER_H

#include <stddef.h>
#include <stdint.h>

#define IT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define IT_MUST_CHECK __attribute__((warn_unused_result))
#define IT_NORETURN __attribute__((noreturn))
#define IT_MALLOC __attribute__((malloc, returns_nonnull))
#define IT_UNUSED __attribute__((unused))
#define IT_PURE __attribute__((pure))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The structure that embeds *ptr as its member; type may be const. */
#define container_of(ptr, type, member)                                                  \
	((type *)((uintptr_t)(ptr)-offsetof(type, member)))

#endif
