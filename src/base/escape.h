/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes a tracee chose, made safe to show. Nothing of a tracee reaches a terminal, a
 * line-based file or a JSON string but through here.
 */
#ifndef IOTRACE_BASE_ESCAPE_H
#define IOTRACE_BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/* As the inside of a C string literal, strace's way: printable ASCII as it is, \t \n \v
 * \f \r \" \\ by letter, all else as the shortest octal that the next byte cannot extend. */
void escape_c(struct strbuf *, const char *, size_t len);

/* As escape_c, but without quotes' and backslash's escapes doubled for plain text columns:
 * valid printable UTF-8 passes, control bytes, bad UTF-8 and the invisible or
 * direction-changing code points become \xHH per byte; a backslash stays as it is. */
void escape_terminal(struct strbuf *, const char *, size_t len);

/* As the inside of a JSON string (RFC 8259): " \ and controls escaped, each byte that is
 * not part of valid UTF-8 replaced by U+FFFD. */
void escape_json(struct strbuf *, const char *, size_t len);

/* As text or attribute value of XML and HTML: escape_terminal's rules, so that no byte is
 * left which XML 1.0 forbids, and & < > " ' as entities. */
void escape_xml(struct strbuf *, const char *, size_t len);

/* True if all LEN bytes are valid UTF-8 (RFC 3629: no overlong, no surrogates). */
bool utf8_valid(const char *, size_t len);

/* Appends the bytes as valid UTF-8: each byte that is not part of any becomes U+FFFD. */
void utf8_replace(struct strbuf *, const char *, size_t len);

/* The length 1-4 of the valid UTF-8 sequence at P of LEN bytes, 0 if there is none;
 * its code point in *CP. */
size_t utf8_decode(const char *p, size_t len, unsigned *cp);

/* Base64 (RFC 4648, padded) of LEN bytes. */
void base64_encode(struct strbuf *, const char *, size_t len);

#endif
