/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The descriptor table, the kernel's struct files_struct: numbers to open file
 * descriptions. Threads and CLONE_FILES share one, fork copies it.
 *
 * A record arrives when its call has ended, perhaps long after other threads changed the
 * number it had used. So each binding says since when it holds, and the last ones that
 * ended stay in a small graveyard, where a late record finds what its number meant.
 */
#ifndef IOTRACE_MODEL_FDTABLE_H
#define IOTRACE_MODEL_FDTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct ofd;

#define FDTABLE_GRAVES 32u

struct fdslot {
	struct ofd *ofd; /* counted */
	uint64_t
		since_ns; /* from when the number means that; 0: before the trace */
	uint64_t until_ns; /* in the graveyard: when it ended */
	int32_t fd;
	bool cloexec;
};

struct fdtable {
	unsigned refs;
	struct hash slots;		       /* fd to struct fdslot, owned */
	struct fdslot *graves[FDTABLE_GRAVES]; /* owned; a ring */
	unsigned buried;		       /* ever */
	size_t *budget; /* borrowed: slots that may still be made, over all tables */
};

/* An empty table with one reference. BUDGET bounds what hostile input can make grow. */
struct fdtable *fdtable_new(size_t *budget);

struct fdtable *fdtable_ref(struct fdtable *);
void fdtable_unref(struct fdtable *);

/* A table of its own with the same live bindings. */
struct fdtable *fdtable_copy(const struct fdtable *);

/* What FD is bound to now, or NULL. Valid until the table changes. */
struct fdslot *fdtable_find(const struct fdtable *, int32_t fd);

/* What FD was bound to at NS, or NULL. */
const struct fdslot *fdtable_find_at(const struct fdtable *, int32_t fd, uint64_t ns);

/* Has FD's binding changed after NS? Then news from NS are no news. */
bool fdtable_changed_after(const struct fdtable *, int32_t fd, uint64_t ns);

/* Binds FD to OFD (a reference of its own), replacing what it was bound to. */
void fdtable_install(struct fdtable *, int32_t fd, struct ofd *, bool cloexec,
		     uint64_t ns);

/* FD is closed as of NS; nothing happens if it was not open. */
void fdtable_remove(struct fdtable *, int32_t fd, uint64_t ns);

/* All from FIRST to LAST (unsigned, as close_range(2) counts). */
void fdtable_remove_range(struct fdtable *, uint32_t first, uint32_t last, uint64_t ns);
void fdtable_cloexec_range(struct fdtable *, uint32_t first, uint32_t last);

/* The lowest binding from FIRST to LAST, or NULL. */
const struct fdslot *fdtable_lowest(const struct fdtable *, uint32_t first,
				    uint32_t last);

/* What exec does. */
void fdtable_close_cloexec(struct fdtable *, uint64_t ns);

/* Forgets everything: what the numbers mean is no longer known. */
void fdtable_clear(struct fdtable *);

#endif
