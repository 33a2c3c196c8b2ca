/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of calls, built by hand as an engine would build them, and what they should
 * look like as text.
 */
#ifndef IOTRACE_TESTS_CALL_H
#define IOTRACE_TESTS_CALL_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "decode/args.h"
#include "raw/raw_build.h"
#include "raw/raw_check.h"

#define PTR 0x7f0012345000u

/* One record under construction, and what it should look like. */
struct call {
	struct raw_build b;
	const struct syscall_desc *desc;
};

static inline struct call
call(const char *name, int64_t ret, const uint64_t args[6])
{
	struct call c = { { NULL, 0 }, syscall_find(name) };
	ck_assert_msg(c.desc != NULL, "no call %s in the table", name);
	struct raw_rec *rec = raw_build_start(&c.b, RAW_SYSCALL, 5, 5);
	rec->nr = c.desc->nr;
	rec->ret = ret;
	memcpy(rec->args, args, sizeof(rec->args));
	return c;
}

#define ARGS(...) ((const uint64_t[6]){ __VA_ARGS__ })

static inline void
add(struct call *c, unsigned kind, unsigned arg, const void *p, size_t len)
{
	raw_build_add(&c->b, kind, arg, 0, p, len);
}

static inline void
add_flagged(struct call *c, unsigned kind, unsigned arg, unsigned flags, const void *p,
	    size_t len)
{
	raw_build_add(&c->b, kind, arg, flags, p, len);
}

static inline void
add_str(struct call *c, unsigned arg, const char *s)
{
	add(c, RAW_BLOB_CSTR, arg, s, strlen(s));
}

static inline void
add_fd(struct call *c, unsigned arg, int num, unsigned bits, const char *name)
{
	struct raw_fd fd = { .fd = num, .bits = bits };
	raw_build_add_fd(&c->b, arg, &fd, name, strlen(name));
}

/* The record in memory of exactly its size, so that ASan sees a byte too many. */
static inline struct raw_rec *
exact(const struct raw_build *b)
{
	struct raw_rec *rec = malloc(b->rec->size);
	ck_assert_ptr_nonnull(rec);
	memcpy(rec, b->rec, b->rec->size);
	const char *wrong = raw_check(rec, rec->size);
	ck_assert_msg(!wrong, "%s", wrong ? wrong : "");
	return rec;
}

/* Checks "ARGS = RET" of a call and frees it. */
static inline void
expect_at(struct call *c, const char *want, int line)
{
	struct strbuf sb = { 0 };
	struct raw_rec *rec = exact(&c->b);
	args_render(&sb, rec, c->desc, NULL);
	strbuf_adds(&sb, " = ");
	args_render_ret(&sb, rec, c->desc);
	ck_assert_msg(strcmp(strbuf_str(&sb), want) == 0,
		      "line %d, %s:\n  got  %s\n  want %s", line, c->desc->name,
		      strbuf_str(&sb), want);
	free(rec);
	strbuf_fini(&sb);
	raw_build_fini(&c->b);
}

#define expect(c, want) expect_at(c, want, __LINE__)

static inline uint64_t
u64(int64_t v)
{
	return (uint64_t)v;
}

#endif
