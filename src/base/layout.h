/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text on the lines of a terminal: how wide it is, made to fit, broken at blanks. For text
 * that is safe to show (escape_terminal). Widths are columns.
 */
#ifndef IOTRACE_BASE_LAYOUT_H
#define IOTRACE_BASE_LAYOUT_H

#include <stddef.h>

#include "base/strbuf.h"

/* The columns that LEN bytes of UTF-8 take: two for the wide characters of East Asia and
 * for pictures, none for marks that combine with what is before them. */
size_t layout_width(const char *, size_t len);

/* Appends the LEN bytes, if they are wider than WIDTH with "..." for a part in the middle:
 * of names the ends tell most. */
void layout_shorten(struct strbuf *, const char *, size_t len, size_t width);

/* Appends the words of TEXT and a line break, on lines of at most WIDTH columns that begin
 * in column INDENT. The line so far is AT columns long; one that is longer than the
 * indent is ended first, unless a blank fits between. A longer word stays whole. */
void layout_wrap(struct strbuf *, const char *text, size_t at, size_t indent, size_t width);

#endif
