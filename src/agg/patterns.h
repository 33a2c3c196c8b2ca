/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What totals do not tell: small transfers, data read again, names asked for again and
 * again, look-ups that fail, order of access, what became of written data, the slowest
 * calls. It stands beside an agg, by the numbers of its rows, and is what findings.h
 * judges. Memory is bounded: names have the rows of agg, of the files with data at most
 * PATTERN_FILES are followed, and what was left out is counted.
 */
#ifndef IOTRACE_AGG_PATTERNS_H
#define IOTRACE_AGG_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "agg/extents.h"
#include "agg/roles.h"

/* The columns that patterns_add reads, for sink_ops.reads. */
#define PATTERNS_READS \
	(AGG_READS | EVENT_BIT(time_ns) | EVENT_BIT(fd) | EVENT_BIT(requested) | \
	 EVENT_BIT(offset) | EVENT_BIT(old_file) | EVENT_BIT(flags))

#define PATTERN_FILES	   65536u
#define PATTERN_NAMES	   16384u
#define PATTERN_TINY_BYTES 512u	  /* a transfer below is tiny */
#define PATTERN_WAIT_NS	   50000u /* what is beyond, at a pipe or socket, is waiting */
#define PATTERN_SLOWEST	   4u	  /* calls kept of each syscall */
#define PATTERN_DIRS	   4u	  /* directories kept of each name that was not found */

/* Calls, what they moved, and how long they took together. */
struct pattern_sum {
	uint64_t calls, bytes, ns;
};

/* Who: row of AGG_PROCESS of the first, and whether there were others. */
struct pattern_who {
	uint32_t row; /* plus 1; 0: nobody, or a process without a row */
	bool others;
};

enum pattern_dir { PATTERN_IN, PATTERN_OUT, PATTERN_DIRECTIONS };

/* One direction of a file's data. */
struct pattern_flow {
	struct pattern_sum all, tiny; /* the time of tiny ones without waiting */
	struct pattern_who who_tiny;
	/* Transfers that began anew, through another descriptor or after an open; those
	 * that had one before them, and those of them that did not start where it ended.
	 */
	uint64_t runs, followed;
	struct pattern_sum jumps;
	struct pattern_who who_jumps;
	uint64_t end_offset; /* of the last transfer */
	int32_t pid, fd;     /* that made it */
};

/* What is known of the data in a file. It goes along when the file is renamed. */
struct pattern_life {
	struct extents read;
	uint64_t total; /* bytes written in all */
	uint64_t ns;	/* in writing them */
	struct pattern_who who;
	bool was_read; /* or opened for it, or given another name, since it was written */
};

struct pattern_file {
	struct pattern_flow flow[PATTERN_DIRECTIONS];
	uint64_t fresh;		  /* bytes read that had not been read before */
	struct pattern_sum again; /* bytes that had, in calls that read mostly those */
	uint64_t again_others;	  /* of these, read last by another process */
	struct pattern_who who_again;
	struct pattern_sum sync;
	struct pattern_who who_sync;
	uint64_t seeks; /* lseek calls */
	struct pattern_life life;
	enum file_class class;
};

/* Of a name in AGG_FILE: questions about it, and look-ups that failed since it last was
 * there. */
struct pattern_look {
	uint64_t ns, failed_ns;
	uint32_t calls, failed;
	struct pattern_who who;
};

/* Of a directory in AGG_DIRECTORY: names looked up in it. */
struct pattern_lookup {
	uint64_t failed_ns;
	uint32_t found, failed;
};

/* What a look-up was probably for, by the looks of the name. */
enum lookup_kind {
	LOOKUP_HEADER,
	LOOKUP_PYTHON,
	LOOKUP_LIBRARY,
	LOOKUP_LOCALE,
	LOOKUP_PROGRAM,
	LOOKUP_FILE, /* anything else */
	LOOKUP_KINDS
};

/* Of a last part of a name that was not found somewhere. */
struct pattern_name {
	uint64_t failed_ns;
	uint32_t failed, found;
	uint32_t dirs[PATTERN_DIRS]; /* rows of AGG_DIRECTORY plus 1, where it was not */
	bool more_dirs;
	struct pattern_who who;
};

struct pattern_slow {
	uint64_t latency_ns, time_ns;
	uint32_t file, process; /* rows plus 1 */
};

/* Of a syscall: those of its calls that nobody but the kernel and the disk can delay. */
struct pattern_call {
	struct histogram latency;
	struct pattern_slow slowest[PATTERN_SLOWEST]; /* slowest first */
};

/* Files that were written and then deleted. */
struct pattern_temps {
	uint64_t files, unread_files, bytes, unread_bytes, ns;
};

struct patterns {
	const struct agg *agg; /* borrowed */
	struct roles roles;
	struct pattern_file **files; /* by row of AGG_FILE; NULL: no data. owned */
	struct pattern_look *looks;  /* by row of AGG_FILE. owned */
	size_t nfiles, nlooks;	     /* slots */
	size_t followed;	     /* files that have an entry */
	uint64_t not_followed;	     /* calls on files for which there was no room */

	struct pattern_lookup *lookups; /* by row of AGG_DIRECTORY. owned */
	size_t nlookups;
	struct agg_table names;		/* last parts of names that were not found */
	struct pattern_name *name_info; /* by row of names. owned */
	size_t nnames;
	struct pattern_sum lookup_failed[LOOKUP_KINDS];
	uint64_t path_calls; /* that found or did not find a name */

	struct pattern_call *calls; /* by row of AGG_SYSCALL. owned */
	size_t ncalls;
	struct histogram_pool pool;

	struct pattern_temps *temps; /* by row of AGG_DIRECTORY. owned */
	size_t ntemps;

	struct strbuf scratch;
	struct pattern_sum by_class[FILE_CLASSES]; /* everything, by what it acted on */
	struct pattern_sum look_all, sync_all;
};

struct patterns *patterns_new(const struct agg *);
void patterns_free(struct patterns *); /* NULL is allowed */

/* Adds an event that agg_add has put into ROWS. */
void patterns_add(struct patterns *, const struct event *, const struct agg_rows *rows);

/* A process executes the file PROGRAM, whatever calls are selected. */
void patterns_executed(struct patterns *, struct text program);

/* What is known of row I of AGG_FILE, or NULL. */
const struct pattern_file *patterns_file(const struct patterns *, size_t i);

#endif
