/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/unwind.h"

#include <libunwind-ptrace.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "capture/seccomp_filter.h"

#define FRAMES_MAX 256
#define NAMES_MAX 65536 /* addresses with a name, per process; then all are forgotten */

struct mapping {
	uint64_t start, end, offset;
	char *path; /* owned */
};

/* What is known of one process. */
struct space {
	unw_addr_space_t as; /* owned */
	struct mapping *maps; /* owned, by address */
	size_t nmaps;
	struct hash names; /* ip -> owned frame text */
	bool stale;
};

struct unwinder {
	struct hash spaces; /* pid -> owned struct space */
};

static const unsigned mapping_calls[] = { SYS_mmap,	SYS_munmap, SYS_mremap,
					  SYS_mprotect, SYS_shmat,  SYS_shmdt };

struct unwinder *
unwinder_new(void)
{
	return xcalloc(1, sizeof(struct unwinder));
}

static void
forget_mappings(struct space *sp)
{
	for (size_t i = 0; i < sp->nmaps; i++)
		free(sp->maps[i].path);
	free(sp->maps);
	sp->maps = NULL;
	sp->nmaps = 0;
	size_t pos = 0;
	uint64_t ip;
	void *text;
	while (hash_next(&sp->names, &pos, &ip, &text))
		free(text);
	hash_fini(&sp->names);
}

static void
space_free(struct space *sp)
{
	forget_mappings(sp);
	unw_destroy_addr_space(sp->as);
	free(sp);
}

void
unwinder_free(struct unwinder *u)
{
	if (!u)
		return;
	size_t pos = 0;
	uint64_t pid;
	void *sp;
	while (hash_next(&u->spaces, &pos, &pid, &sp))
		space_free(sp);
	hash_fini(&u->spaces);
	free(u);
}

void
unwind_forget(struct unwinder *u, pid_t pid)
{
	struct space *sp = hash_remove(&u->spaces, (uint64_t)pid);
	if (sp)
		space_free(sp);
}

void
unwind_want_calls(unsigned char *want)
{
	for (size_t i = 0; i < ARRAY_SIZE(mapping_calls); i++)
		want[mapping_calls[i]] |= WANT_PEEK;
}

void
unwind_note_call(struct unwinder *u, pid_t pid, unsigned nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(mapping_calls); i++) {
		if (mapping_calls[i] != nr)
			continue;
		struct space *sp = hash_find(&u->spaces, (uint64_t)pid);
		if (sp)
			sp->stale = true;
	}
}

/* /proc/PID/maps (proc_pid_maps(5)): executable mappings with their files. */
static void
read_mappings(struct space *sp, pid_t tid)
{
	char file[32];
	snprintf(file, sizeof(file), "/proc/%d/maps", tid);
	cleanup_fclose FILE *f = fopen(file, "re");
	cleanup_free char *line = NULL;
	size_t cap = 0, room = 0;
	while (f && getline(&line, &cap, f) > 0) {
		struct mapping m;
		char perms[8];
		int at = 0;
		if (sscanf(line, "%lx-%lx %7s %lx %*s %*s %n", &m.start, &m.end, perms,
			   &m.offset, &at) < 4 || !strchr(perms, 'x'))
			continue;
		line[strcspn(line, "\n")] = '\0';
		m.path = xstrdup(at ? line + at : "");
		if (sp->nmaps == room) {
			room = room ? room * 2 : 32;
			sp->maps = xreallocarray(sp->maps, room, sizeof(*sp->maps));
		}
		sp->maps[sp->nmaps++] = m;
	}
}

static struct space *
space_of(struct unwinder *u, const struct tracee *t)
{
	struct space *sp = hash_find(&u->spaces, (uint64_t)t->pid);
	if (!sp) {
		sp = xcalloc(1, sizeof(*sp));
		sp->as = unw_create_addr_space(&_UPT_accessors, 0);
		unw_set_caching_policy(sp->as, UNW_CACHE_GLOBAL);
		sp->stale = true;
		hash_put(&u->spaces, (uint64_t)t->pid, sp);
	}
	if (sp->stale || sp->names.used > NAMES_MAX) {
		forget_mappings(sp);
		unw_flush_cache(sp->as, 0, 0);
		read_mappings(sp, t->tid);
		sp->stale = false;
	}
	return sp;
}

static const struct mapping *
mapping_of(const struct space *sp, uint64_t ip)
{
	size_t low = 0, high = sp->nmaps;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (ip < sp->maps[mid].start)
			high = mid;
		else if (ip >= sp->maps[mid].end)
			low = mid + 1;
		else
			return &sp->maps[mid];
	}
	return NULL;
}

/* The line of the frame at CURSOR; made once per address. Borrowed from SP. */
static const char *
frame_text(struct space *sp, unw_cursor_t *cursor, uint64_t ip)
{
	char *text = hash_find(&sp->names, ip);
	if (text)
		return text;
	char name[256];
	unw_word_t off = 0;
	int err = unw_get_proc_name(cursor, name, sizeof(name), &off);
	const struct mapping *m = mapping_of(sp, ip);
	uint64_t at = m ? ip - m->start + m->offset : ip;
	const char *module = m && *m->path ? m->path : "[unknown]";
	if (err && err != -UNW_ENOMEM)
		text = xasprintf("%s() [0x%lx]", module, at);
	else
		text = xasprintf("%s(%s+0x%lx) [0x%lx]", module, name, off, at);
	hash_put(&sp->names, ip, text);
	return text;
}

void
unwind_stack(struct unwinder *u, struct tracee *t)
{
	struct space *sp = space_of(u, t);
	void *ui = _UPT_create(t->tid);
	unw_cursor_t cursor;
	struct strbuf out = { 0 };
	unsigned flags = 0;
	if (ui && unw_init_remote(&cursor, sp->as, ui) == 0) {
		int n = 0;
		do {
			unw_word_t ip;
			if (unw_get_reg(&cursor, UNW_REG_IP, &ip) < 0 || !ip)
				break;
			if (out.len)
				strbuf_addch(&out, '\n');
			strbuf_adds(&out, frame_text(sp, &cursor, ip));
			if (++n == FRAMES_MAX)
				flags = RAW_BLOB_TRUNC;
		} while (n < FRAMES_MAX && unw_step(&cursor) > 0);
	}
	if (ui)
		_UPT_destroy(ui);
	if (out.len)
		raw_build_add(&t->rec, RAW_BLOB_STACK, 0, flags, out.p, out.len);
	strbuf_fini(&out);
}
