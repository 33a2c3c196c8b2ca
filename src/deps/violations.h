/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What broke which rule: one entry for all that is alike (rule, process, call, file).
 */
#ifndef IOTRACE_DEPS_VIOLATIONS_H
#define IOTRACE_DEPS_VIOLATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "deps/deps.h"
#include "deps/rules.h"
#include "event/event.h"

/* More different ones than these are only counted. */
#define VIOLATIONS_MAX 1000u

struct violations {
	const struct deps_rules *rules; /* borrowed; or NULL */
	struct deps_violation *all;	/* owned, in the order they came */
	size_t n, cap;
	uint64_t more; /* beyond VIOLATIONS_MAX */
	struct arena texts;
};

void violations_init(struct violations *, const struct deps_rules *);
void violations_fini(struct violations *);

/* EV read, wrote NAME; CWD as for deps_rule_breaks(). */
void violations_read(struct violations *, const struct event *ev, struct text name,
		     struct text cwd);
void violations_written(struct violations *, const struct event *ev, struct text name,
			struct text cwd);

/* EV had to do with a peer beyond this machine. */
void violations_network(struct violations *, const struct event *ev);

/* FILE was looked for in vain. */
void violations_missing(struct violations *, const struct deps_file *file,
			struct text cwd);

#endif
