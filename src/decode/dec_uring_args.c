/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The column args of an operation of io_uring: the words of its entry that mean something
 * for it, by name.
 */
#include <fcntl.h>
#include <string.h>

#include "decode/dec.h"
#include "decode/render.h"
#include "raw/raw_uring.h"
#include "table/uring_ops.h"

static void
add_u64(struct strbuf *sb, const char *label, uint64_t v)
{
	strbuf_adds(sb, label);
	strbuf_addu64(sb, v);
}

static void
add_ptr(struct strbuf *sb, const char *label, uint64_t v)
{
	strbuf_adds(sb, label);
	render_ptr(sb, v);
}

static void
add_target(const struct render *view, const struct uring_sqe *s, unsigned uses)
{
	if (s->opcode == URING_OP_close && s->file_index)
		add_u64(view->sb, "file_index=", s->file_index - 1);
	else if (uses & URING_FD && s->flags & URING_SQE_FIXED_FILE)
		add_u64(view->sb, "file_index=", (uint32_t)s->fd);
	else if (uses & URING_DIRFD && s->fd == AT_FDCWD)
		strbuf_adds(view->sb, "AT_FDCWD");
	else if (uses & (URING_FD | URING_DIRFD))
		render_fd_data(view, s->fd);
}

static void
add_path(struct strbuf *sb, const char *path)
{
	if (sb->len)
		strbuf_adds(sb, ", ");
	if (path)
		render_quoted(sb, path, strlen(path), false);
	else
		strbuf_addch(sb, '?');
}

static void
add_paths(const struct render *view, const struct uring_sqe *s, unsigned uses,
	  const char *path, const char *path2)
{
	if (uses & (URING_PATH | URING_TARGET | URING_XPATH))
		add_path(view->sb, path);
	if (!(uses & URING_PATH2))
		return;
	if (!(uses & URING_TARGET)) {
		strbuf_adds(view->sb, ", ");
		if ((int32_t)s->len == AT_FDCWD)
			strbuf_adds(view->sb, "AT_FDCWD");
		else
			render_fd_data(view, (int32_t)s->len);
	}
	add_path(view->sb, path2);
}

static void
add_data(struct strbuf *sb, const struct uring_sqe *s, unsigned uses)
{
	if (uses & URING_LEN) {
		add_ptr(sb, ", buf=", s->addr);
		add_u64(sb, ", len=", s->len);
	}
	if (uses & URING_IOVEC) {
		add_ptr(sb, ", iov=", s->addr);
		add_u64(sb, ", iovcnt=", s->len);
	}
	if (uses & URING_MSG)
		add_ptr(sb, ", msg=", s->addr);
	if (uses & URING_OFFSET) {
		strbuf_adds(sb, ", offset=");
		strbuf_addi64(sb, (int64_t)s->off);
	}
	if (uses & URING_FDS) {
		add_ptr(sb, "fds=", s->addr);
		add_u64(sb, ", nr=", s->len);
		add_u64(sb, ", offset=", (uint32_t)s->off);
	}
}

static void
add_flags(struct strbuf *sb, const struct uring_sqe *s, unsigned uses)
{
	static const char *const names[] = {
		"FIXED_FILE", "IO_DRAIN",      "IO_LINK",	   "IO_HARDLINK",
		"ASYNC",      "BUFFER_SELECT", "CQE_SKIP_SUCCESS",
	};
	bool opens = uses & URING_PATH && uses & URING_MAKES_FD && !(uses & URING_HOW);
	if (opens) {
		strbuf_adds(sb, ", flags=");
		render_set(sb, FLAGSET_open, s->op_flags);
	} else if (s->op_flags) {
		strbuf_adds(sb, ", flags=");
		strbuf_addhex(sb, s->op_flags);
	}
	if (uses & URING_MAKES_FD && s->file_index == URING_FILE_INDEX_ALLOC)
		strbuf_adds(sb, ", file_index=ALLOC");
	else if (uses & URING_MAKES_FD && s->file_index)
		add_u64(sb, ", file_index=", s->file_index - 1);
	const char *sep = ", sqe_flags=";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(s->flags & 1u << i))
			continue;
		strbuf_adds(sb, sep);
		strbuf_adds(sb, names[i]);
		sep = "|";
	}
}

void
dec_uring_args(struct call *c, const struct uring_sqe *s, const char *path,
	       const char *path2)
{
	struct strbuf *sb = &c->d->tmp;
	struct render view = { sb, c->rec, c->desc, NULL, true };
	unsigned uses = uring_op_uses(s->opcode);
	strbuf_reset(sb);
	add_target(&view, s, uses);
	add_paths(&view, s, uses, path, path2);
	add_data(sb, s, uses);
	add_flags(sb, s, uses);
	strbuf_adds(sb, sb->len ? ", user_data=" : "user_data=");
	strbuf_addhex(sb, s->user_data);
}
