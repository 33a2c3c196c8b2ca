/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One name for one file. Calls on descriptors name a file as the kernel does, its
 * symbolic links followed; calls on paths name it as the program wrote it. Both must
 * meet, or a file written through one and renamed through the other would be two. So
 * ".." is taken away, and what opens have shown of directories that lead elsewhere is
 * applied to every path.
 */
#ifndef IOTRACE_DEPS_NAMES_H
#define IOTRACE_DEPS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "event/event.h"

/* Directories known to lead elsewhere; more are not learned. */
#define NAMES_ALIASES_MAX 256u

struct names_alias {
	char *from, *to; /* owned; directories without a slash at the end, "" the root */
	size_t from_len, to_len;
};

struct names {
	struct names_alias *aliases; /* owned */
	size_t n;
};

void names_fini(struct names *);

/* NAME, absolute, without ".." and what it takes back, into OUT. */
void names_fold(struct strbuf *out, struct text name);

/* An open of ASKED, folded, gave REAL, the kernel's name. */
void names_learn(struct names *, struct text asked, struct text real);

/* NAME as the kernel would name it, as far as is known, into OUT. */
void names_resolve(const struct names *, struct strbuf *out, struct text name);

/* Is NAME the directory DIR or below it? */
bool names_below(struct text name, struct text dir);

/* Is NAME one of the kernel's own file systems: /proc, /sys, /dev (but not /dev/shm)? */
bool names_is_kernel(struct text name);

#endif
