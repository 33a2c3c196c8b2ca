/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that open something by name: open(2) and its family, file handles, message
 * queues, mounts.
 */
#include <fcntl.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

/* The flags argument of an open call; false if it could not be read. */
static bool
open_word(const struct call *c, uint32_t *word)
{
	const struct raw_blob *b;
	switch (c->rec->nr) {
	case __NR_open:
	case __NR_mq_open:
		*word = (uint32_t)c->rec->args[1];
		return true;
	case __NR_openat:
	case __NR_open_by_handle_at:
		*word = (uint32_t)c->rec->args[2];
		return true;
	case __NR_creat:
		*word = O_CREAT | O_WRONLY | O_TRUNC;
		return true;
	case __NR_openat2:
		/* struct open_how (openat2(2)): flags come first. */
		b = dec_blob(c, RAW_BLOB_BYTES, 2, 8);
		*word = b ? (uint32_t)dec_u64(b, 0) : 0;
		return b;
	default:
		return false;
	}
}

/* The type and bytes of the struct file_handle in BLOB: its bytes begin at 4. */
static bool
handle_bytes(const struct raw_blob *b, const void **p, size_t *len)
{
	if (!b || b->len < 8 || dec_u32(b, 0) > b->len - 8)
		return false;
	*p = (const char *)raw_blob_data(b) + 4;
	*len = 4 + (size_t)dec_u32(b, 0);
	return true;
}

static struct text
handle_path(const struct call *c)
{
	const void *p;
	size_t len;
	const struct istr *s = NULL;
	if (handle_bytes(dec_blob(c, RAW_BLOB_BYTES, 1, 8), &p, &len))
		s = handles_find(&c->m->handles, p, len);
	return s ? dec_literal(s->s, s->len) : (struct text){ 0 };
}

/* A queue's name as the kernel shows it: below the root of its own file system. */
static struct text
queue_name(struct call *c)
{
	struct text t = dec_path(c, 0);
	if (!t.p || t.p[0] == '/')
		return t;
	char *p = arena_alloc(&c->d->arena, t.len + 2);
	p[0] = '/';
	memcpy(p + 1, t.p, t.len + 1);
	return dec_literal(p, t.len + 1);
}

/* What the opened thing is called, going by the arguments. */
static struct text
target(struct call *c)
{
	struct text t = { 0 };
	const struct fdinfo *info;
	switch (c->rec->nr) {
	case __NR_open_by_handle_at:
		return handle_path(c);
	case __NR_mq_open:
		return queue_name(c);
	default:
		if (c->desc->path_arg < 0)
			return t;
		t = dec_path(c, (unsigned)c->desc->path_arg);
		if (!t.p && dec_path_is_dirfd(c, (unsigned)c->desc->path_arg))
			t = dec_dir(c, (unsigned)c->desc->path_arg, &info);
		return t;
	}
}

static void
fill_open(struct call *c)
{
	uint32_t word;
	if (open_word(c, &word)) {
		dec_set_flags(c, word);
		c->asked_flags = true;
	}
	struct text t = target(c);
	if (!t.p)
		return;
	t = dec_text(c, t.p, t.len);
	dec_set_file(c, t, EVENT_FILE_IS_PATH);
	if (c->ok)
		c->ev->asked = t;
}

static void
apply_open(struct call *c)
{
	struct text t = target(c);
	struct made made = { .name = t.p, .len = t.len };
	uint32_t word = 0;
	made.no_flags = !open_word(c, &word);
	/* fs/open.c, do_dentry_open(): these act once and are not kept. */
	made.flags = word & ~(uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	if (c->rec->nr == __NR_mq_open) /* ipc/mqueue.c: always close-on-exec */
		made.flags |= O_CLOEXEC;
	c->made_fd = (int32_t)c->rec->ret;
	dec_make(c, c->made_fd, RAW_ARG_RET, &made);
}

static void
apply_open_tree(struct call *c)
{
	struct text t = target(c);
	struct made made = { .name = t.p, .len = t.len };
	made.flags = O_PATH | ((uint32_t)c->rec->args[2] & O_CLOEXEC);
	c->made_fd = (int32_t)c->rec->ret;
	dec_make(c, c->made_fd, RAW_ARG_RET, &made);
}

static void
fill_queue(struct call *c)
{
	dec_set_file(c, queue_name(c), EVENT_FILE_IS_PATH);
}

/* The handle that the call stored names the path from now on. */
static void
apply_handle(struct call *c)
{
	const void *p;
	size_t len;
	struct text t = target(c);
	if (!t.p || !handle_bytes(dec_blob(c, RAW_BLOB_OUT, 2, 8), &p, &len))
		return;
	struct istr *s = intern(c->m->names, t.p, t.len);
	handles_set(&c->m->handles, p, len, s);
	istr_unref(s);
}

const struct dec_row dec_open_rows[] = {
	{ __NR_open, 0, fill_open, apply_open },
	{ __NR_openat, 0, fill_open, apply_open },
	{ __NR_openat2, 0, fill_open, apply_open },
	{ __NR_creat, 0, fill_open, apply_open },
	{ __NR_open_by_handle_at, 0, fill_open, apply_open },
	{ __NR_mq_open, 0, fill_open, apply_open },
	{ __NR_mq_unlink, 0, fill_queue, NULL },
	{ __NR_open_tree, 0, NULL, apply_open_tree },
	{ __NR_open_tree_attr, 0, NULL, apply_open_tree },
	{ __NR_name_to_handle_at, 0, NULL, apply_handle },
	{ 0 },
};
