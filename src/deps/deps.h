/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run depended on and what it left behind: every file that its events tell of,
 * with what became of it in the end. Temporary files that were renamed count under their
 * final name; what the run made and took away again is no file of the list. doc/deps.md
 * has the rules for the hard cases.
 */
#ifndef IOTRACE_DEPS_DEPS_H
#define IOTRACE_DEPS_DEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "deps/rules.h"
#include "event/event.h"

enum deps_use {
	DEPS_USE_READ = 0x1u, /* content from before the run was read, mapped, executed */
	DEPS_USE_WRITTEN = 0x2u, /* made or changed by the run, and still there */
	DEPS_USE_EXECUTED = 0x4u,
	DEPS_USE_LISTED = 0x8u,	    /* a directory whose entries were read */
	DEPS_USE_LOOKED = 0x10u,    /* asked about (stat, access, readlink) */
	DEPS_USE_OPENED = 0x20u,    /* opened */
	DEPS_USE_DELETED = 0x40u,   /* was there before the run and is not any more */
	DEPS_USE_DIRECTORY = 0x80u, /* known to be a directory */
};

struct deps_who {
	int32_t pid; /* 0: nobody */
	char comm[16];
	const char *call; /* a literal */
};

enum deps_place { DEPS_BELOW_START, DEPS_ELSEWHERE, DEPS_KERNEL };

struct deps_file {
	struct text name;      /* absolute; ends with a NUL */
	enum deps_place place; /* DEPS_KERNEL: /proc, /sys, /dev but /dev/shm */
	unsigned uses;	       /* enum deps_use */
	int errnum;	       /* of a look-up that failed; 0: none did */
	struct deps_who reader, writer, seeker; /* the first of each */
	struct text *asked; /* spellings with which it was opened, as far as not NAME */
	size_t nasked;
	bool asked_by_name; /* it was opened as NAME, too */
	struct text was;    /* its name before the last rename; or p NULL */
};

struct deps;

/* RULES, borrowed, are checked as events come; NULL: none. */
struct deps *deps_new(const struct deps_rules *rules);
void deps_free(struct deps *);

/* Where the command was started: what relative rules are relative to, and what a depfile
 * leaves out of names. */
void deps_set_cwd(struct deps *, struct text cwd);

void deps_add(struct deps *, const struct event *);
void deps_add_program(struct deps *, const struct program *);

/* The run is over: the list is made and what only the end shows is checked. */
void deps_finish(struct deps *);

/* ---- after deps_finish ---- */

/* The files, those below the start directory first, kernel file systems last, each in the
 * order of their names; *N of them. Borrowed. */
const struct deps_file *const *deps_files(const struct deps *, size_t *n);

/* Did it end as a failed look-up? */
bool deps_is_missing(const struct deps_file *);

/* Where the command was started; p NULL: not known. */
struct text deps_cwd(const struct deps *);

/* Does a rule need what is not known: relative to a start directory that is missing? */
bool deps_rules_unanswered(const struct deps *);

/* What broke rules, in the order it happened; *N of them, and *MORE that were not kept.
 */
const struct deps_violation *deps_violations(const struct deps *, size_t *n,
					     uint64_t *more);

/* The LIST of --trace that a run needs to be recorded with. Appends. */
void deps_selection(struct strbuf *);

#endif
