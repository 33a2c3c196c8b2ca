/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From events to the table: what each action means for the names of its event. An access
 * goes through reads() or writes(), which also ask the rules.
 */
#include "deps/deps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "deps/actions.h"
#include "deps/file_table.h"
#include "deps/names.h"
#include "deps/violations.h"

#define RENAME_EXCHANGE_ 2u	     /* renameat2(2) */
#define FICLONE_	 0x40049409u /* ioctl_ficlone(2) */
#define FICLONERANGE_	 0x4020940du

struct deps {
	struct deps_actions actions;
	struct names names;
	struct file_table table;
	struct violations violations;
	struct strbuf name[2];	       /* resolved names of the event at hand */
	char *cwd;		       /* owned; NULL: not known */
	const struct deps_file **list; /* owned: the files that are listed */
	size_t nlist;
};

struct deps *
deps_new(const struct deps_rules *rules)
{
	struct deps *d = xcalloc(1, sizeof(*d));
	deps_actions_init(&d->actions);
	violations_init(&d->violations, rules);
	return d;
}

void
deps_free(struct deps *d)
{
	if (!d)
		return;
	deps_actions_fini(&d->actions);
	names_fini(&d->names);
	file_table_fini(&d->table);
	violations_fini(&d->violations);
	strbuf_fini(&d->name[0]);
	strbuf_fini(&d->name[1]);
	free(d->cwd);
	free(d->list);
	free(d);
}

void
deps_selection(struct strbuf *out)
{
	deps_actions_list(out);
}

void
deps_set_cwd(struct deps *d, struct text cwd)
{
	free(d->cwd);
	d->cwd = cwd.len ? xmemdup0(cwd.p, cwd.len) : NULL;
}

struct text
deps_cwd(const struct deps *d)
{
	return (struct text){ d->cwd, d->cwd ? strlen(d->cwd) : 0 };
}

/* ---- single accesses ---- */

/* Names of the file system begin with a slash; of those that do, the kernel's own objects
 * (memfd_create(2), shared anonymous memory, AIO rings) are none. */
static bool
is_path(struct text t)
{
	static const char *const objects[] = { "/memfd:", "/[aio]", "/SYSV",
					       "/anon_hugepage" };
	if (!t.len || t.p[0] != '/')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		if (!strncmp(t.p, objects[i], strlen(objects[i])))
			return false;
	return true;
}

/* The state of a name that the kernel gave, or NULL if it is none. */
static struct file_state *
at_name(struct deps *d, struct text name)
{
	return is_path(name) ? file_table_get(&d->table, name) : NULL;
}

/* NAME as a program wrote it, resolved, in one of the two buffers. */
static struct text
resolve(struct deps *d, unsigned which, struct text name)
{
	if (!is_path(name))
		return (struct text){ 0 };
	names_resolve(&d->names, &d->name[which], name);
	return (struct text){ d->name[which].p, d->name[which].len };
}

static struct file_state *
at_path(struct deps *d, struct text name)
{
	return at_name(d, resolve(d, 0, name));
}

/* The file that the event is about. One whose name is gone is none of that name. */
static struct file_state *
file_of(struct deps *d, const struct event *ev)
{
	if (!event_has(ev, EV_file) || ev->event_flags & EVENT_FILE_DELETED)
		return NULL;
	return ev->event_flags & EVENT_FILE_IS_PATH ? at_path(d, ev->file)
						    : at_name(d, ev->file);
}

static void
note_who(struct deps_who *who, const struct event *ev)
{
	if (who->pid)
		return;
	who->pid = ev->pid;
	who->call = ev->desc->name;
	if (event_has(ev, EV_comm))
		snprintf(who->comm, sizeof(who->comm), "%s", ev->comm.p);
}

static void
reads(struct deps *d, const struct event *ev, struct file_state *f, unsigned use)
{
	if (!f)
		return;
	note_who(&f->file.reader, ev);
	f->file.uses |= use;
	violations_read(&d->violations, ev, f->file.name, deps_cwd(d));
	if (f->own)
		return;
	if (f->before == BEFORE_UNKNOWN)
		f->before = BEFORE_YES;
	if (use != DEPS_USE_LISTED)
		f->file.uses |= DEPS_USE_READ;
}

static void
writes(struct deps *d, const struct event *ev, struct file_state *f)
{
	if (!f)
		return;
	note_who(&f->file.writer, ev);
	f->file.uses |= DEPS_USE_WRITTEN;
	violations_written(&d->violations, ev, f->file.name, deps_cwd(d));
}

/* The run made F, where nothing was or what was there is of no consequence. */
static void
makes(struct deps *d, const struct event *ev, struct file_state *f, bool was_nothing)
{
	if (!f)
		return;
	if (was_nothing && f->before == BEFORE_UNKNOWN)
		f->before = BEFORE_NO;
	f->own = true;
	f->gone = false;
	f->file.uses &= ~(unsigned)DEPS_USE_DELETED;
	writes(d, ev, f);
}

/* A look-up of F succeeded. */
static void
looks(const struct event *ev, struct file_state *f, unsigned use)
{
	if (!f)
		return;
	note_who(&f->file.seeker, ev);
	f->file.uses |= use;
	f->gone = false;
	if (!f->own && f->before == BEFORE_UNKNOWN)
		f->before = BEFORE_YES;
}

/* Errors that say something of the name, not of the call. */
static bool
is_miss(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR || errnum == EACCES ||
	       errnum == EPERM || errnum == ELOOP || errnum == ENAMETOOLONG ||
	       errnum == EROFS;
}

static void
misses(struct deps *d, const struct event *ev, struct text name)
{
	struct file_state *f = at_path(d, name);
	if (!f || !is_miss(ev->errnum))
		return;
	note_who(&f->file.seeker, ev);
	if (!f->file.errnum)
		f->file.errnum = ev->errnum;
	bool absent = ev->errnum == ENOENT || ev->errnum == ENOTDIR;
	if (absent && f->before == BEFORE_UNKNOWN && !f->own)
		f->before = BEFORE_NO;
}

/* ---- actions ---- */

static bool
has_flag(const struct event *ev, const char *flag)
{
	return event_has(ev, EV_flags) && strstr(ev->flags.p, flag);
}

static void
on_open(struct deps *d, const struct event *ev)
{
	struct text asked = { 0 };
	if (is_path(ev->asked)) {
		names_fold(&d->name[1], ev->asked);
		asked = (struct text){ d->name[1].p, d->name[1].len };
		if (is_path(ev->file) && !(ev->event_flags & EVENT_FILE_DELETED))
			names_learn(&d->names, asked, ev->file);
	}
	struct file_state *f = file_of(d, ev);
	if (!f)
		return;
	if (has_flag(ev, "O_PATH") || has_flag(ev, "O_DIRECTORY")) {
		looks(ev, f,
		      DEPS_USE_LOOKED |
			      (has_flag(ev, "O_DIRECTORY") ? DEPS_USE_DIRECTORY : 0u));
		return;
	}
	/* /proc/self/fd/3 names another file in every process. */
	if (asked.p && (names_is_kernel(f->file.name) || !names_is_kernel(asked)))
		file_table_add_asked(&d->table, f, asked);
	bool creates = has_flag(ev, "O_CREAT");
	bool nothing = creates && (has_flag(ev, "O_EXCL") || f->gone ||
				   (f->before == BEFORE_NO && !f->own));
	bool cuts = has_flag(ev, "O_TRUNC") && !has_flag(ev, "O_RDONLY");
	if (nothing || cuts)
		makes(d, ev, f, nothing);
	f->file.uses |= DEPS_USE_OPENED;
	note_who(&f->file.seeker, ev);
	if (!creates)
		looks(ev, f, 0);
}

static void
on_write(struct deps *d, const struct event *ev)
{
	if (ev->ret > 0)
		writes(d, ev, file_of(d, ev));
}

static void
on_copy(struct deps *d, const struct event *ev)
{
	on_write(d, ev);
	reads(d, ev, at_name(d, ev->source), 0);
}

static void
on_map(struct deps *d, const struct event *ev)
{
	struct file_state *f = ev->words ? file_of(d, ev) : NULL;
	if (!f)
		return;
	uint64_t prot = ev->words[2];
	bool shared = (ev->words[3] & MAP_TYPE) != MAP_PRIVATE;
	if (prot & (PROT_READ | PROT_EXEC) || (!shared && prot))
		reads(d, ev, f, 0);
	if (shared && prot & PROT_WRITE)
		writes(d, ev, f);
}

static void
on_change(struct deps *d, const struct event *ev)
{
	struct file_state *f = file_of(d, ev);
	bool cuts = f && ev->words &&
		    (!strcmp(ev->desc->name, "ftruncate") ||
		     !strcmp(ev->desc->name, "truncate")) &&
		    ev->words[1] == 0;
	if (cuts)
		makes(d, ev, f, false);
	else
		writes(d, ev, f);
}

/* The other descriptor is an argument that only the model could name, and mostly cannot:
 * what it was made of shows as opened. */
static void
on_clone(struct deps *d, const struct event *ev)
{
	uint32_t cmd = ev->words ? (uint32_t)ev->words[1] : 0;
	if (cmd == FICLONE_ || cmd == FICLONERANGE_)
		writes(d, ev, file_of(d, ev));
}

/* A descriptor's own name in /proc stands for what it is open on, which has no name. */
static bool
is_descriptor(struct text name)
{
	return names_is_kernel(name) && memmem(name.p, name.len, "/fd/", 4);
}

static void
on_two_names(struct deps *d, const struct event *ev, enum deps_action action)
{
	if (!event_has(ev, EV_old_file) || !event_has(ev, EV_file))
		return;
	struct text from = resolve(d, 0, ev->old_file);
	struct text to = resolve(d, 1, ev->file);
	if (!from.p || !to.p)
		return;
	struct file_state *f = file_table_find(&d->table, from);
	bool unnamed = is_descriptor(from) || (action == DEPS_LINK && f && f->gone);
	if (unnamed) {
		makes(d, ev, file_table_get(&d->table, to), true);
		return;
	}
	bool swaps = ev->words && !strcmp(ev->desc->name, "renameat2") &&
		     ev->words[4] & RENAME_EXCHANGE_;
	if (action == DEPS_RENAME) {
		violations_written(&d->violations, ev, from, deps_cwd(d));
		file_table_rename(&d->table, from, to, swaps);
	} else {
		file_table_link(&d->table, from, to);
	}
	writes(d, ev, file_table_get(&d->table, to));
}

static void
on_unlink(struct deps *d, const struct event *ev)
{
	struct file_state *f = file_of(d, ev);
	if (!f)
		return;
	note_who(&f->file.writer, ev);
	violations_written(&d->violations, ev, f->file.name, deps_cwd(d));
	file_state_remove(f);
}

static void
on_network(struct deps *d, const struct event *ev)
{
	bool raw = !strcmp(ev->desc->name, "socket") && ev->words &&
		   ev->words[0] == AF_PACKET;
	if (raw || (event_has(ev, EV_peer) && deps_peer_is_remote(ev->peer)))
		violations_network(&d->violations, ev);
}

/* The call did what it was asked for. */
static void
succeeded(struct deps *d, const struct event *ev, enum deps_action action)
{
	struct file_state *f;
	switch (action) {
	case DEPS_OPEN:
		on_open(d, ev);
		break;
	case DEPS_READ:
		reads(d, ev, file_of(d, ev), 0);
		break;
	case DEPS_WRITE:
		on_write(d, ev);
		break;
	case DEPS_COPY:
		on_copy(d, ev);
		break;
	case DEPS_MAP:
		on_map(d, ev);
		break;
	case DEPS_LIST:
		f = file_of(d, ev);
		looks(ev, f, DEPS_USE_DIRECTORY);
		reads(d, ev, f, DEPS_USE_LISTED);
		break;
	case DEPS_LOOK:
		if (ev->event_flags & EVENT_FILE_IS_PATH)
			looks(ev, file_of(d, ev), DEPS_USE_LOOKED);
		break;
	case DEPS_CHANGE:
		on_change(d, ev);
		break;
	case DEPS_CLONE:
		on_clone(d, ev);
		break;
	case DEPS_RENAME:
	case DEPS_LINK:
		on_two_names(d, ev, action);
		break;
	case DEPS_MKDIR:
		f = file_of(d, ev);
		makes(d, ev, f, true);
		if (f)
			f->file.uses |= DEPS_USE_DIRECTORY;
		break;
	case DEPS_MAKE:
		makes(d, ev, file_of(d, ev), true);
		break;
	case DEPS_UNLINK:
		on_unlink(d, ev);
		break;
	case DEPS_EXEC:
		reads(d, ev, file_of(d, ev), DEPS_USE_EXECUTED);
		break;
	case DEPS_NETWORK:
	case DEPS_NOTHING:
		break;
	}
}

static void
failed(struct deps *d, const struct event *ev)
{
	if (ev->errnum == EEXIST && event_has(ev, EV_file))
		looks(ev, file_of(d, ev), DEPS_USE_LOOKED);
	if (!(ev->event_flags & EVENT_FILE_IS_PATH))
		return;
	if (event_has(ev, EV_old_file))
		misses(d, ev, ev->old_file);
	else
		misses(d, ev, ev->file);
}

void
deps_add(struct deps *d, const struct event *ev)
{
	enum deps_action action = deps_action(&d->actions, ev);
	if (action == DEPS_NOTHING)
		return;
	/* An attempt to reach the network counts whatever came of it, and what is sent
	 * over a socket that was connected elsewhere is sent. */
	if (action == DEPS_NETWORK || event_has(ev, EV_peer))
		on_network(d, ev);
	if (event_has(ev, EV_error))
		failed(d, ev);
	else if (event_has(ev, EV_ret))
		succeeded(d, ev, action);
}

void
deps_add_program(struct deps *d, const struct program *p)
{
	const struct event ev = {
		.has = EVENT_BIT(pid) | (p->comm.p ? EVENT_BIT(comm) : 0),
		.desc = syscall_find("execve"),
		.pid = p->pid,
		.comm = p->comm,
	};
	reads(d, &ev, at_name(d, p->file), DEPS_USE_EXECUTED);
	if (p->interpreter.len)
		reads(d, &ev, at_name(d, p->interpreter), 0);
}

/* ---- the list ---- */

bool
deps_is_missing(const struct deps_file *f)
{
	unsigned found = DEPS_USE_READ | DEPS_USE_WRITTEN | DEPS_USE_EXECUTED |
			 DEPS_USE_LISTED | DEPS_USE_OPENED | DEPS_USE_DELETED;
	bool absent = f->errnum == ENOENT || f->errnum == ENOTDIR;
	return f->errnum && !(f->uses & (absent ? found | DEPS_USE_LOOKED : found));
}

/* What the run made and took away again, and what is only above a name, is not listed. */
static bool
is_listed(const struct file_state *f)
{
	if (f->gone && f->before == BEFORE_NO)
		return false;
	return f->file.uses & ~(unsigned)DEPS_USE_DIRECTORY || deps_is_missing(&f->file);
}

static int
by_name(const void *a, const void *b)
{
	const struct deps_file *x = *(const struct deps_file *const *)a;
	const struct deps_file *y = *(const struct deps_file *const *)b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return strcmp(x->name.p, y->name.p);
}

static enum deps_place
place_of(const struct deps *d, struct text name)
{
	if (names_is_kernel(name))
		return DEPS_KERNEL;
	return d->cwd && names_below(name, deps_cwd(d)) ? DEPS_BELOW_START
							: DEPS_ELSEWHERE;
}

void
deps_finish(struct deps *d)
{
	if (d->table.n)
		d->list = xreallocarray(d->list, d->table.n, sizeof(*d->list));
	d->nlist = 0;
	for (size_t i = 0; i < d->table.n; i++) {
		struct deps_file *f = &d->table.files[i]->file;
		f->place = place_of(d, f->name);
		if (is_listed(d->table.files[i]))
			d->list[d->nlist++] = f;
	}
	if (d->nlist)
		qsort(d->list, d->nlist, sizeof(*d->list), by_name);
	for (size_t i = 0; i < d->nlist; i++)
		if (deps_is_missing(d->list[i]))
			violations_missing(&d->violations, d->list[i], deps_cwd(d));
}

const struct deps_file *const *
deps_files(const struct deps *d, size_t *n)
{
	*n = d->nlist;
	return d->list;
}

const struct deps_violation *
deps_violations(const struct deps *d, size_t *n, uint64_t *more)
{
	*n = d->violations.n;
	*more = d->violations.more;
	return d->violations.all;
}

bool
deps_rules_unanswered(const struct deps *d)
{
	const struct deps_rules *rules = d->violations.rules;
	for (size_t i = 0; rules && i < rules->n; i++)
		if (!d->cwd && deps_rule_is_relative(&rules->rules[i]))
			return true;
	return false;
}
