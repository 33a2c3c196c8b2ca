/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What calls do to the files that they name, from actions.def.
 */
#ifndef IOTRACE_DEPS_ACTIONS_H
#define IOTRACE_DEPS_ACTIONS_H

#include "base/strbuf.h"
#include "event/event.h"

enum deps_action {
	DEPS_NOTHING,
	DEPS_OPEN,
	DEPS_READ,
	DEPS_WRITE,
	DEPS_COPY,   /* reads one file and writes the other */
	DEPS_MAP,    /* reads or writes, as its protection says */
	DEPS_LIST,   /* reads a directory */
	DEPS_LOOK,   /* asks about a name */
	DEPS_CHANGE, /* changes length or attributes */
	DEPS_CLONE,  /* an ioctl that may share the blocks of another file */
	DEPS_RENAME,
	DEPS_LINK,
	DEPS_MAKE, /* makes what is neither regular file nor directory */
	DEPS_MKDIR,
	DEPS_UNLINK,
	DEPS_EXEC,
	DEPS_NETWORK, /* may name a peer */
};

/* By number, calls first and requests behind them. */
struct deps_actions {
	unsigned char *of; /* owned; enum deps_action */
	size_t n;
};

void deps_actions_init(struct deps_actions *);
void deps_actions_fini(struct deps_actions *);

enum deps_action deps_action(const struct deps_actions *, const struct event *);

/* Appends the LIST of --trace that selects all calls with an action. */
void deps_actions_list(struct strbuf *);

#endif
