/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run did to each name: a state for every file and directory that a call named,
 * and how states move when names do. Which call means what is deps.c's business.
 */
#ifndef IOTRACE_DEPS_FILE_TABLE_H
#define IOTRACE_DEPS_FILE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "deps/deps.h"
#include "event/event.h"

/* Was there something of that name before the run? */
enum file_before { BEFORE_UNKNOWN, BEFORE_YES, BEFORE_NO };

struct file_state {
	struct deps_file file; /* what users of deps.h see; its texts are the table's */
	uint64_t hash;
	struct file_state *same_hash; /* the next one in the chain */
	enum file_before before;
	bool own;	   /* its content is the run's: reading it is no dependency */
	bool gone;	   /* no such name now */
	bool has_children; /* names below it are in the table */
};

struct file_table {
	struct hash by_hash;	   /* to chains */
	struct file_state **files; /* owned, in the order they came */
	size_t n, cap;
	struct arena texts; /* what the states point to */
};

void file_table_fini(struct file_table *);

/* The state of NAME, absolute; a fresh one if it is new. Valid as long as the table. */
struct file_state *file_table_get(struct file_table *, struct text name);

/* The state of NAME, or NULL. */
struct file_state *file_table_find(const struct file_table *, struct text name);

/* NAME went away. What the run itself had made leaves no trace. */
void file_state_remove(struct file_state *);

/* One more spelling under which F was opened; spellings are kept once. */
void file_table_add_asked(struct file_table *, struct file_state *f, struct text asked);

/* FROM, with all below it, is called TO from now on; what TO was is replaced. EXCHANGE:
 * and the other way round. */
void file_table_rename(struct file_table *, struct text from, struct text to,
		       bool exchange);

/* TO is another name of FROM. */
void file_table_link(struct file_table *, struct text from, struct text to);

#endif
