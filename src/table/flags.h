/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of flag bits and enumerated values, generated from flags.tbl.
 */
#ifndef IOTRACE_TABLE_FLAGS_H
#define IOTRACE_TABLE_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct flag_name {
	uint64_t value;
	const char *name;
};

struct flagset {
	const char *name; /* "open", "mmap", ... */
	const char *prefix; /* for leftovers, as strace: 0x40000 O_???  "O_" */
	bool is_enum;     /* one value, not bits; of 32 bits, as all enum arguments */
	bool wide;        /* bits: 64 of them; otherwise the upper half is not looked at */
	uint64_t mask;    /* the bits that hold an enumerated part (O_ACCMODE), or 0 */
	const struct flag_name *flags; /* in the order of output; larger combinations
	                                * before their parts */
	size_t n;
};

/* The set called NAME, or NULL. */
const struct flagset *flagset_find(const char *name);

/* VALUE in names: bits joined by |, the enumerated part first (in the set clone, the
 * signal: last); leftovers in hex; a value without any name as strace: 0x7 O_??? in
 * comment marks; "0" where nothing is set and 0 has no name. SET may be NULL: hex.
 * Returns nothing: any value can be shown. */
void flagset_render(struct strbuf *, const struct flagset *, uint64_t value);

/* The name of one exact value of an enum set, or NULL. */
const char *flagset_name(const struct flagset *, uint64_t value);

/* "ENOENT" for 2; NULL for a number without a name. Kernel-internal restart codes
 * (ERESTARTSYS 512, ...) included. */
const char *errno_name(int errnum);

/* The errno of a name, or 0. */
int errno_find(const char *name, size_t len);

/* "SIGINT" for 2, "SIGRT_3" for 34 + 1 as strace counts them; NULL if out of range. */
const char *signal_name(int signo);

#endif
