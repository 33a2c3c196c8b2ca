/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assertions on what a run may touch (--assert):
 *
 *	no-write [GLOB | outside:DIR[,DIR]...]
 *	no-read [GLOB | outside:DIR[,DIR]...]
 *	no-network
 *	no-failed-lookups [GLOB]
 *
 * Relative names are below the directory where the command was started. Without an
 * argument, and with outside:, the kernel's own file systems do not count.
 */
#ifndef IOTRACE_DEPS_RULES_H
#define IOTRACE_DEPS_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "event/event.h"

enum deps_rule_kind {
	DEPS_RULE_NO_WRITE,
	DEPS_RULE_NO_READ,
	DEPS_RULE_NO_NETWORK,
	DEPS_RULE_NO_FAILED_LOOKUPS,
};

struct deps_rule {
	enum deps_rule_kind kind;
	char *text;    /* owned: as the user wrote it */
	bool outside;  /* names are directories, and everything elsewhere breaks the rule
			*/
	char **names;  /* owned: a glob, or directories */
	size_t nnames; /* 0: all names */
};

struct deps_rules {
	struct deps_rule *rules; /* owned */
	size_t n;
};

/* Adds the rule TEXT. 0, or -EINVAL with one line in ERR that says what is valid. */
int deps_rules_add(struct deps_rules *, const char *text, char *err,
		   size_t errlen) IT_MUST_CHECK;

void deps_rules_fini(struct deps_rules *);

/* Does NAME, absolute, break the rule? CWD is the start directory or p NULL: then no name
 * breaks a rule by a relative word, and with outside: none is within it. */
bool deps_rule_breaks(const struct deps_rule *, struct text name, struct text cwd);

/* Is any of the rule's words relative? */
bool deps_rule_is_relative(const struct deps_rule *);

/* Is PEER, as the column shows it, beyond this machine? Loopback addresses, AF_UNIX and
 * netlink are not. */
bool deps_peer_is_remote(struct text peer);

struct deps_violation {
	const struct deps_rule *rule; /* borrowed */
	int32_t pid;
	char comm[16];
	const char *call; /* a literal */
	struct text what; /* file or peer */
	uint64_t times;	  /* alike */
};

#endif
