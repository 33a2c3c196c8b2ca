/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets: who is at the other end, and descriptors that come in messages.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/intern.h"
#include "decode/args.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

/* The address in a blob in its short form, in d->tmp; empty if there is none. */
static struct text
address(struct call *c, const struct raw_blob *b)
{
	struct strbuf *sb = &c->d->tmp;
	strbuf_reset(sb);
	if (b && b->len && !(b->flags & RAW_BLOB_FAULT))
		sockaddr_render_short(sb, raw_blob_data(b), b->len);
	return dec_literal(strbuf_str(sb), sb->len);
}

static void
set_peer_of_blob(struct call *c, unsigned kind, unsigned arg)
{
	struct text t = address(c, raw_blob_find(c->rec, kind, arg));
	if (t.len)
		dec_set_peer(c, dec_text(c, t.p, t.len));
}

static void
remember_peer(struct call *c, struct ofd *o, const struct raw_blob *b)
{
	struct text t = address(c, b);
	if (t.len)
		model_set_peer(c->m, o, intern(c->m->names, t.p, t.len));
}

static void
make_socket(struct call *c, int32_t fd, unsigned blob_arg, uint32_t type_flags)
{
	struct istr *name = model_invent(c->m, "socket");
	/* SOCK_CLOEXEC and SOCK_NONBLOCK are O_CLOEXEC and O_NONBLOCK (linux/net.h). */
	struct made made = {
		.name = name->s,
		.len = name->len,
		.flags = O_RDWR | (type_flags & (O_CLOEXEC | O_NONBLOCK)),
		.pos = -1,
	};
	dec_make(c, fd, blob_arg, &made);
	istr_unref(name);
	if (c->made_fd < 0)
		c->made_fd = fd;
}

static void
apply_socket(struct call *c)
{
	make_socket(c, (int32_t)c->rec->ret, RAW_ARG_RET, (uint32_t)c->rec->args[1]);
}

/* A descriptor that a call stored in an int[2] (argument ARG). */
static bool
stored_fd(const struct call *c, unsigned arg, unsigned i, int32_t *fd)
{
	const struct raw_blob *b =
		dec_blob(c, RAW_BLOB_FD, RAW_ARG_NEW0 + i, sizeof(struct raw_fd));
	if (b) {
		*fd = ((const struct raw_fd *)raw_blob_data(b))->fd;
		return true;
	}
	b = dec_blob(c, RAW_BLOB_OUT, arg, 8);
	if (b)
		*fd = (int32_t)dec_u32(b, (size_t)i * 4);
	return b;
}

static void
apply_socketpair(struct call *c)
{
	int32_t fd;
	for (unsigned i = 0; i < 2; i++)
		if (stored_fd(c, 3, i, &fd))
			make_socket(c, fd, RAW_ARG_NEW0 + i, (uint32_t)c->rec->args[1]);
}

static void
apply_pipe(struct call *c)
{
	uint32_t flags = c->rec->nr == __NR_pipe2 ? (uint32_t)c->rec->args[1] : 0;
	struct istr *name = model_invent(c->m, "pipe");
	struct made made = { .name = name->s, .len = name->len, .pos = -1 };
	int32_t fd;
	for (unsigned i = 0; i < 2; i++) {
		made.flags = (i ? O_WRONLY : O_RDONLY) |
			     (flags & (O_CLOEXEC | O_NONBLOCK | O_DIRECT));
		if (!stored_fd(c, 0, i, &fd))
			continue;
		dec_make(c, fd, RAW_ARG_NEW0 + i, &made);
		if (c->made_fd < 0)
			c->made_fd = fd;
	}
	istr_unref(name);
}

static void
fill_accept(struct call *c)
{
	/* What the listener's peer would be is nobody's. */
	dec_set_peer(c, (struct text){ 0 });
	if (c->ok)
		set_peer_of_blob(c, RAW_BLOB_OUT, 1);
}

static void
apply_accept(struct call *c)
{
	uint32_t flags = c->rec->nr == __NR_accept4 ? (uint32_t)c->rec->args[3] : 0;
	make_socket(c, (int32_t)c->rec->ret, RAW_ARG_RET, flags);
	const struct fdslot *s = fdtable_find(c->task->files, c->made_fd);
	if (s)
		remember_peer(c, s->ofd, raw_blob_find(c->rec, RAW_BLOB_OUT, 1));
}

static void
fill_connect(struct call *c)
{
	set_peer_of_blob(c, RAW_BLOB_BYTES, 1);
}

/* A connection that is only being made (EINPROGRESS) has its peer all the same;
 * AF_UNSPEC takes the peer away (connect(2)). */
static void
apply_connect(struct call *c)
{
	struct ofd *o = dec_fd(c, 0)->ofd;
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 1, 2);
	if (!o || !b || !c->finished || (!c->ok && c->rec->ret != -EINPROGRESS))
		return;
	uint16_t family;
	memcpy(&family, raw_blob_data(b), sizeof(family));
	if (family == AF_UNSPEC)
		model_set_peer(c->m, o, NULL);
	else
		remember_peer(c, o, b);
}

static void
apply_getpeername(struct call *c)
{
	struct ofd *o = dec_fd(c, 0)->ofd;
	if (o)
		remember_peer(c, o, raw_blob_find(c->rec, RAW_BLOB_OUT, 1));
}

static void
fill_getpeername(struct call *c)
{
	if (c->ok)
		set_peer_of_blob(c, RAW_BLOB_OUT, 1);
}

static void
fill_sendto(struct call *c)
{
	set_peer_of_blob(c, RAW_BLOB_BYTES, 4);
}

static void
fill_recvfrom(struct call *c)
{
	if (c->ok)
		set_peer_of_blob(c, RAW_BLOB_OUT, 4);
}

static void
fill_sendmsg(struct call *c)
{
	set_peer_of_blob(c, RAW_BLOB_NAME, 1);
}

static void
fill_recvmsg(struct call *c)
{
	if (c->ok)
		set_peer_of_blob(c, RAW_BLOB_NAME, 1);
}

/* A descriptor from another process: it is what the kernel says, or unknown. */
static void
make_received(struct call *c, int32_t fd, unsigned blob_arg)
{
	uint32_t msg_flags = (uint32_t)c->rec->args[c->rec->nr == __NR_recvmmsg ? 3 : 2];
	bool cloexec = msg_flags & MSG_CMSG_CLOEXEC;
	struct made made = { .flags = cloexec ? O_CLOEXEC : 0,
			     .no_flags = true,
			     .pos = -1 };
	dec_make(c, fd, blob_arg, &made);
}

/* What SCM_RIGHTS in control data of LEN bytes installed (cmsg(3), unix(7)). */
static void
receive_control(struct call *c, const char *p, size_t len)
{
	while (len >= sizeof(struct cmsghdr)) {
		struct cmsghdr h;
		memcpy(&h, p, sizeof(h));
		if (h.cmsg_len < sizeof(h) || h.cmsg_len > len)
			return;
		bool rights = h.cmsg_level == SOL_SOCKET && h.cmsg_type == SCM_RIGHTS;
		for (size_t at = sizeof(h); rights && at + 4 <= h.cmsg_len; at += 4) {
			int32_t fd;
			memcpy(&fd, p + at, sizeof(fd));
			make_received(c, fd, RAW_ARG_MAX);
		}
		size_t step = CMSG_ALIGN(h.cmsg_len);
		if (step >= len)
			return;
		p += step;
		len -= step;
	}
}

static void
apply_recv(struct call *c)
{
	bool named = false;
	const struct raw_blob *b = raw_blob_first(c->rec);
	for (; b; b = raw_blob_next(c->rec, b)) {
		if (b->kind != RAW_BLOB_FD || b->arg < RAW_ARG_SCM ||
		    b->len < sizeof(struct raw_fd))
			continue;
		named = true;
		make_received(c, ((const struct raw_fd *)raw_blob_data(b))->fd, b->arg);
	}
	b = raw_blob_find(c->rec, RAW_BLOB_CONTROL, 1);
	if (!named && b)
		receive_control(c, raw_blob_data(b), b->len);
}

const struct dec_row dec_net_rows[] = {
	{ __NR_socket, 0, NULL, apply_socket },
	{ __NR_socketpair, 0, NULL, apply_socketpair },
	{ __NR_pipe, 0, NULL, apply_pipe },
	{ __NR_pipe2, 0, NULL, apply_pipe },
	{ __NR_accept, 0, fill_accept, apply_accept },
	{ __NR_accept4, 0, fill_accept, apply_accept },
	{ __NR_connect, DEC_EVEN_FAILED, fill_connect, apply_connect },
	{ __NR_getpeername, 0, fill_getpeername, apply_getpeername },
	{ __NR_sendto, 0, fill_sendto, NULL },
	{ __NR_recvfrom, 0, fill_recvfrom, NULL },
	{ __NR_sendmsg, 0, fill_sendmsg, NULL },
	{ __NR_recvmsg, 0, fill_recvmsg, apply_recv },
	{ __NR_recvmmsg, 0, NULL, apply_recv },
	{ 0 },
};
