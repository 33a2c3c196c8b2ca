/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an event means to somebody who looks for patterns: what sort of call it is, and
 * what sort of thing its file is. Both by name only, as nothing else is in an event.
 */
#ifndef IOTRACE_AGG_ROLES_H
#define IOTRACE_AGG_ROLES_H

#include "base/hash.h"
#include "event/event.h"

/* Explained in roles.def. */
enum role {
	ROLE_OTHER,
	ROLE_READ,
	ROLE_WRITE,
	ROLE_RECEIVE,
	ROLE_SEND,
	ROLE_FILL,
	ROLE_LOOK,
	ROLE_OPEN,
	ROLE_EXEC,
	ROLE_SYNC,
	ROLE_SEEK,
	ROLE_RENAME,
	ROLE_LINK,
	ROLE_UNLINK,
	ROLE_TRUNCATE,
	ROLE_LOCK,
	ROLES
};

enum file_class {
	FILE_NONE,    /* the event names none */
	FILE_REGULAR, /* a name in a file system that keeps data; files and directories */
	FILE_KERNEL,  /* below /proc or /sys: made when it is read */
	FILE_DEVICE,  /* below /dev: terminals, /dev/null */
	FILE_PIPE,
	FILE_SOCKET,
	FILE_OTHER, /* eventfd, timerfd, names whose place is unknown */
	FILE_CLASSES
};

/* The roles of the calls seen so far. A zeroed struct is a valid empty one. */
struct roles {
	struct hash by_desc; /* of struct syscall_desc to an entry of the table */
};

void roles_fini(struct roles *);

enum role role_of(struct roles *, const struct event *);

/* Of a file as an event names it; p may be NULL. */
enum file_class file_class_of(struct text file);

#endif
