/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing byte string. p is NUL-terminated whenever it is not NULL, and may hold NULs
 * before that. Embedded: strbuf_fini frees; a zeroed struct is a valid empty one.
 */
#ifndef IOTRACE_BASE_STRBUF_H
#define IOTRACE_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct strbuf {
	char *p; /* owned */
	size_t len, cap;
};

/* Frees the bytes; the buffer is empty and usable again. */
void strbuf_fini(struct strbuf *);

/* Forgets the bytes, keeps the memory. */
void strbuf_reset(struct strbuf *);

/* Room for MORE bytes behind len; returns where they start. Does not change len. */
char *strbuf_reserve(struct strbuf *, size_t more);

void strbuf_addch(struct strbuf *, char);
void strbuf_adds(struct strbuf *, const char *);
void strbuf_addmem(struct strbuf *, const void *, size_t len);
void strbuf_addu64(struct strbuf *, uint64_t); /* decimal */
void strbuf_addi64(struct strbuf *, int64_t);  /* decimal */
void strbuf_addhex(struct strbuf *, uint64_t); /* 0x..., 0 is "0" as strace prints it */
void strbuf_addf(struct strbuf *, const char *fmt, ...) IT_PRINTF(2, 3);
void strbuf_addv(struct strbuf *, const char *fmt, va_list) IT_PRINTF(2, 0);

/* The bytes as a string; never NULL; borrowed until the next change. */
const char *strbuf_str(const struct strbuf *);

#endif
