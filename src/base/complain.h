/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTRACE_BASE_COMPLAIN_H
#define IOTRACE_BASE_COMPLAIN_H

#include <stdarg.h>

#include "base/compiler.h"

/* One line on standard error, "iotrace: " in front. What a message quotes may have come
 * from anywhere: escaped for a terminal, as a whole. */
void complain(const char *fmt, ...) IT_PRINTF(1, 2);
void complain_va(const char *fmt, va_list ap) IT_PRINTF(1, 0);

#endif
