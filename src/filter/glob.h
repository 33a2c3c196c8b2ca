/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globs on names, which are bytes.
 */
#ifndef IOTRACE_FILTER_GLOB_H
#define IOTRACE_FILTER_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Does the LEN bytes at S match the pattern? fnmatch(3) without flags: * also matches
 * '/', a leading dot is nothing special. A character is a valid UTF-8 sequence or else
 * one byte, whatever the locale. Time is at most patlen * len. */
bool glob_match(const char *pat, size_t patlen, const char *s, size_t len);

#endif
