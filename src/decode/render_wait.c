/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that wait for descriptors: what they wait for, and the remark behind the
 * result that says what became ready.
 */
#include "decode/render.h"

#include <poll.h>
#include <string.h>

void
render_pollfd(const struct render *r, struct bytes b)
{
	int fd = (int)render_load(b, 0, 4);
	strbuf_adds(r->sb, "{fd=");
	strbuf_addi64(r->sb, fd);
	if (fd >= 0) {
		strbuf_adds(r->sb, ", events=");
		render_set(r->sb, FLAGSET_pollevents, render_load(b, 4, 2));
	}
	strbuf_addch(r->sb, '}');
}

/* struct epoll_event is packed: 4 bytes of events, 8 of data. */
void
render_epoll_event(const struct render *r, struct bytes b)
{
	strbuf_adds(r->sb, "{events=");
	render_set(r->sb, FLAGSET_epollevents, render_load(b, 0, 4));
	strbuf_adds(r->sb, ", data={u32=");
	strbuf_addu64(r->sb, render_load(b, 4, 4));
	strbuf_adds(r->sb, ", u64=");
	strbuf_addu64(r->sb, render_load(b, 4, 8));
	strbuf_adds(r->sb, "}}");
}

/* Descriptor numbers below NFDS whose bit is set; how many if SB is NULL. */
static unsigned
walk_fdset(struct strbuf *sb, struct bytes b, uint64_t nfds)
{
	unsigned n = 0;
	for (size_t i = 0; i < b.len; i++) {
		for (unsigned bits = b.p[i]; bits; bits &= bits - 1) {
			uint64_t fd = i * 8 + (unsigned)__builtin_ctz(bits);
			if (fd >= nfds)
				return n;
			if (sb && n)
				strbuf_addch(sb, ' ');
			if (sb)
				strbuf_addu64(sb, fd);
			n++;
		}
	}
	return n;
}

void
render_fdset(struct strbuf *sb, struct bytes b, uint64_t nfds)
{
	strbuf_addch(sb, '[');
	walk_fdset(sb, b, nfds);
	strbuf_adds(sb, b.flags & RAW_BLOB_TRUNC ? " ...]" : "]");
}

/* What a call left of its time-out, as a last member of the remark. */
static void
add_left(const struct render *r, unsigned arg, const char *sep)
{
	struct bytes left = render_blob(r, RAW_BLOB_OUT, arg);
	size_t at = r->sb->len;
	strbuf_adds(r->sb, sep);
	strbuf_adds(r->sb, "left ");
	if (!render_struct(r, r->desc->args[arg].struct_id, left)) {
		r->sb->len = at;
		r->sb->p[at] = '\0';
	}
}

void
render_ret_poll(const struct render *r)
{
	struct strbuf *sb = r->sb;
	strbuf_addi64(sb, r->rec->ret);
	if (r->rec->ret == 0) {
		strbuf_adds(sb, " (Timeout)");
		return;
	}
	struct bytes b = render_blob(r, RAW_BLOB_OUT, 0);
	unsigned n = 0;
	for (size_t at = 0; at + sizeof(struct pollfd) <= b.len;
	     at += sizeof(struct pollfd)) {
		uint64_t revents = render_load(b, at + 6, 2);
		if (!revents)
			continue;
		strbuf_adds(sb, n ? ", " : " ([");
		if (n++ == RENDER_ELEMS) {
			strbuf_adds(sb, "...");
			break;
		}
		strbuf_adds(sb, "{fd=");
		strbuf_addi64(sb, (int)render_load(b, at, 4));
		strbuf_adds(sb, ", revents=");
		render_set(sb, FLAGSET_pollevents, revents);
		strbuf_addch(sb, '}');
	}
	if (!n)
		return;
	strbuf_addch(sb, ']');
	if (r->desc->nargs > 3)
		add_left(r, 2, ", ");
	strbuf_addch(sb, ')');
}

void
render_ret_select(const struct render *r)
{
	static const char *const labels[] = { "in ", "out ", "except " };
	struct strbuf *sb = r->sb;
	uint64_t nfds = r->rec->args[0];
	strbuf_addi64(sb, r->rec->ret);
	if (r->rec->ret == 0) {
		strbuf_adds(sb, " (Timeout)");
		return;
	}
	const char *sep = " (";
	for (unsigned i = 0; i < ARRAY_SIZE(labels); i++) {
		struct bytes b = render_blob(r, RAW_BLOB_OUT, i + 1);
		if (!walk_fdset(NULL, b, nfds))
			continue;
		strbuf_adds(sb, sep);
		strbuf_adds(sb, labels[i]);
		render_fdset(sb, b, nfds);
		sep = ", ";
	}
	size_t before = sb->len;
	add_left(r, 4, sep);
	if (sep[0] == ',' || sb->len != before)
		strbuf_addch(sb, ')');
}
