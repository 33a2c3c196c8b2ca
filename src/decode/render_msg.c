/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sockets exchange: scatter lists, message headers with their control data, option
 * values. The data that goes through iovecs is not captured, so their bases are pointers.
 */
#include "decode/render.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "table/flags.h"

#define SCM_LAST 4 /* SCM_PIDFD, include/linux/socket.h */

static void
add_iovecs(struct strbuf *sb, struct bytes b)
{
	size_t n = b.len / sizeof(struct iovec);
	bool more = (b.flags & (RAW_BLOB_TRUNC | RAW_BLOB_FAULT)) != 0;
	if (n > RENDER_ELEMS) {
		n = RENDER_ELEMS;
		more = true;
	}
	strbuf_addch(sb, '[');
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(sb, i ? ", {iov_base=" : "{iov_base=");
		render_ptr(sb, render_load(b, i * sizeof(struct iovec), 8));
		strbuf_adds(sb, ", iov_len=");
		strbuf_addu64(sb, render_load(b, i * sizeof(struct iovec) + 8, 8));
		strbuf_addch(sb, '}');
	}
	if (more)
		strbuf_adds(sb, n ? ", ..." : "...");
	strbuf_addch(sb, ']');
}

void
render_iovec(const struct render *r, unsigned arg, uint64_t addr, uint64_t count)
{
	struct bytes b = render_blob(r, RAW_BLOB_IOVEC, arg);
	if (!addr || (b.len < sizeof(struct iovec) && count))
		render_ptr(r->sb, addr);
	else
		add_iovecs(r->sb, b);
}

static void
add_ucred(struct strbuf *sb, struct bytes b)
{
	strbuf_adds(sb, "{pid=");
	strbuf_addi64(sb, (int32_t)render_load(b, 0, 4));
	strbuf_adds(sb, ", uid=");
	strbuf_addi64(sb, (int32_t)render_load(b, 4, 4));
	strbuf_adds(sb, ", gid=");
	strbuf_addi64(sb, (int32_t)render_load(b, 8, 4));
	strbuf_addch(sb, '}');
}

/* Descriptors on their way. *N of the message's descriptors were shown before. */
static void
add_rights(const struct render *r, struct bytes data, unsigned *n)
{
	strbuf_addch(r->sb, '[');
	for (size_t at = 0; at + 4 <= data.len; at += 4, ++*n) {
		if (at)
			strbuf_adds(r->sb, ", ");
		if (at / 4 == RENDER_ELEMS) {
			strbuf_adds(r->sb, "...");
			break;
		}
		render_fd(r, RAW_ARG_SCM + *n, (int)render_load(data, at, 4));
	}
	strbuf_addch(r->sb, ']');
}

void
render_option_name(struct strbuf *sb, int level, int name, bool is_cmsg)
{
	/* Control messages are numbered as the options that ask for them, but for the
	 * first few of SOL_SOCKET (include/linux/socket.h: SCM_*). */
	bool is_scm = is_cmsg && name <= SCM_LAST;
	switch (level) {
	case SOL_SOCKET:
		render_set(sb, is_scm ? FLAGSET_scm : FLAGSET_so, (uint32_t)name);
		break;
	case IPPROTO_IP:
		render_set(sb, FLAGSET_ip, (uint32_t)name);
		break;
	case IPPROTO_TCP:
		render_set(sb, FLAGSET_tcp, (uint32_t)name);
		break;
	case IPPROTO_IPV6:
		render_set(sb, FLAGSET_ipv6, (uint32_t)name);
		break;
	default:
		strbuf_addi64(sb, name);
		break;
	}
}

static void
add_cmsg(const struct render *r, const struct cmsghdr *c, struct bytes data,
	 unsigned *nfds)
{
	struct strbuf *sb = r->sb;
	bool is_socket = c->cmsg_level == SOL_SOCKET;
	strbuf_adds(sb, "{cmsg_len=");
	strbuf_addu64(sb, c->cmsg_len);
	strbuf_adds(sb, ", cmsg_level=");
	render_set(sb, FLAGSET_sol, (uint32_t)c->cmsg_level);
	strbuf_adds(sb, ", cmsg_type=");
	render_option_name(sb, c->cmsg_level, c->cmsg_type, true);
	if (data.len) {
		strbuf_adds(sb, ", cmsg_data=");
		if (is_socket && c->cmsg_type == SCM_RIGHTS)
			add_rights(r, data, nfds);
		else if (is_socket && c->cmsg_type == SCM_CREDENTIALS && data.len >= 12)
			add_ucred(sb, data);
		else
			render_quoted_hex(sb, data.p,
					  data.len < CAP_DATA_BYTES ? data.len
								    : CAP_DATA_BYTES,
					  data.len > CAP_DATA_BYTES);
	}
	strbuf_addch(sb, '}');
}

/* Control data: headers, each with its data, aligned to 8 (cmsg(3)). A length that leads
 * out of the bytes ends the list. */
static void
add_control(const struct render *r, struct bytes b)
{
	unsigned nfds = 0;
	size_t n = 0, at = 0;
	strbuf_addch(r->sb, '[');
	while (b.len - at >= sizeof(struct cmsghdr)) {
		struct cmsghdr c;
		memcpy(&c, b.p + at, sizeof(c));
		if (n)
			strbuf_adds(r->sb, ", ");
		if (c.cmsg_len < sizeof(c) || n++ == RENDER_ELEMS) {
			strbuf_adds(r->sb, "...");
			break;
		}
		add_cmsg(r, &c, render_part(b, at + sizeof(c), c.cmsg_len - sizeof(c)),
			 &nfds);
		if (c.cmsg_len > b.len - at)
			break;
		size_t whole = (c.cmsg_len + 7) & ~(size_t)7;
		at += whole < b.len - at ? whole : b.len - at;
	}
	strbuf_addch(r->sb, ']');
}

/* The blob of KIND that was added behind FROM, or anywhere if that is NULL. */
static struct bytes
blob_behind(const struct render *r, const struct raw_blob *from, unsigned kind,
	    unsigned arg)
{
	const struct raw_blob *b =
		from ? raw_blob_next(r->rec, from) : raw_blob_first(r->rec);
	for (; b; b = raw_blob_next(r->rec, b))
		if (b->kind == kind && b->arg == arg)
			return (struct bytes){ raw_blob_data(b), b->len, b->flags };
	return (struct bytes){ NULL, 0, 0 };
}

static void
add_name(const struct render *r, struct bytes name, const struct msghdr *h)
{
	strbuf_adds(r->sb, "{msg_name=");
	if (!h->msg_namelen || !render_sockaddr(r, render_part(name, 0, h->msg_namelen)))
		render_ptr(r->sb, (uintptr_t)h->msg_name);
	strbuf_adds(r->sb, ", msg_namelen=");
}

/* The members of a header behind msg_namelen. */
static void
add_header_rest(const struct render *r, const struct msghdr *h, struct bytes control)
{
	struct strbuf *sb = r->sb;
	strbuf_adds(sb, ", msg_iovlen=");
	strbuf_addu64(sb, h->msg_iovlen);
	if (h->msg_controllen) {
		strbuf_adds(sb, ", msg_control=");
		if (control.len >= sizeof(struct cmsghdr))
			add_control(r, control);
		else
			render_ptr(sb, (uintptr_t)h->msg_control);
	}
	strbuf_adds(sb, ", msg_controllen=");
	strbuf_addu64(sb, h->msg_controllen);
	strbuf_adds(sb, ", msg_flags=");
	render_set(sb, FLAGSET_msg, (uint32_t)h->msg_flags);
	strbuf_addch(sb, '}');
}

void
render_msghdr(const struct render *r, unsigned arg, bool received)
{
	uint64_t addr = r->rec->args[arg];
	struct bytes in = render_blob(r, RAW_BLOB_BYTES, arg);
	struct msghdr before, h;
	if (!addr || in.len < sizeof(h)) {
		render_ptr(r->sb, addr);
		return;
	}
	memcpy(&before, in.p, sizeof(before));
	h = before;
	const struct raw_blob *out = NULL;
	if (received) {
		/* Name and control data at entry are what was in the memory before. */
		out = r->ok ? raw_blob_find(r->rec, RAW_BLOB_OUT, arg) : NULL;
		if (!out || out->len < sizeof(h)) {
			strbuf_adds(r->sb, "{msg_namelen=");
			strbuf_addu64(r->sb, before.msg_namelen);
			strbuf_addch(r->sb, '}');
			return;
		}
		memcpy(&h, raw_blob_data(out), sizeof(h));
	}
	add_name(r, blob_behind(r, out, RAW_BLOB_NAME, arg), &h);
	strbuf_addu64(r->sb, before.msg_namelen);
	if (h.msg_namelen != before.msg_namelen) {
		strbuf_adds(r->sb, " => ");
		strbuf_addu64(r->sb, h.msg_namelen);
	}
	strbuf_adds(r->sb, ", msg_iov=");
	render_iovec(r, arg, (uintptr_t)h.msg_iov, h.msg_iovlen);
	add_header_rest(r, &h, blob_behind(r, out, RAW_BLOB_CONTROL, arg));
}

void
render_mmsghdrs(const struct render *r, unsigned arg)
{
	const size_t size = 64; /* sizeof(struct mmsghdr): a msghdr, msg_len, padding */
	struct bytes b = render_blob(r, r->ok ? RAW_BLOB_OUT : RAW_BLOB_BYTES, arg);
	if (!b.p)
		b = render_blob(r, RAW_BLOB_BYTES, arg);
	if (b.len < size) {
		render_ptr(r->sb, r->rec->args[arg]);
		return;
	}
	size_t n = b.len / size;
	if (r->ok && (uint64_t)r->rec->ret < n)
		n = (size_t)r->rec->ret;
	if (n > RENDER_ELEMS)
		n = RENDER_ELEMS;
	strbuf_addch(r->sb, '[');
	for (size_t i = 0; i < n; i++) {
		struct msghdr h;
		memcpy(&h, b.p + i * size, sizeof(h));
		strbuf_adds(r->sb, i ? ", {msg_hdr=" : "{msg_hdr=");
		add_name(r, (struct bytes){ NULL, 0, 0 }, &h);
		strbuf_addu64(r->sb, h.msg_namelen);
		strbuf_adds(r->sb, ", msg_iov=");
		render_ptr(r->sb, (uintptr_t)h.msg_iov);
		add_header_rest(r, &h, (struct bytes){ NULL, 0, 0 });
		if (r->ok) {
			strbuf_adds(r->sb, ", msg_len=");
			strbuf_addu64(r->sb, render_load(b, i * size + sizeof(h), 4));
		}
		strbuf_addch(r->sb, '}');
	}
	strbuf_addch(r->sb, ']');
}

/* Values that are structs or text; false if it is neither. */
static bool
add_socket_option(struct strbuf *sb, struct bytes b, int name)
{
	if (name == SO_LINGER && b.len == 8) {
		strbuf_adds(sb, "{l_onoff=");
		strbuf_addi64(sb, (int32_t)render_load(b, 0, 4));
		strbuf_adds(sb, ", l_linger=");
		strbuf_addi64(sb, (int32_t)render_load(b, 4, 4));
		strbuf_addch(sb, '}');
		return true;
	}
	if (name == SO_PEERCRED && b.len >= 12) {
		add_ucred(sb, b);
		return true;
	}
	if (name == SO_ERROR && b.len == 4) {
		uint32_t err = (uint32_t)render_load(b, 0, 4);
		const char *text = err && err < 4096 ? errno_name((int)err) : NULL;
		if (text) {
			strbuf_addch(sb, '[');
			strbuf_adds(sb, text);
			strbuf_addch(sb, ']');
		}
		return text != NULL;
	}
	return false;
}

void
render_sockopt(const struct render *r, struct bytes b, int level, int name)
{
	struct strbuf *sb = r->sb;
	if (level == SOL_SOCKET && add_socket_option(sb, b, name))
		return;
	bool is_text = level == SOL_SOCKET && name == SO_BINDTODEVICE;
	if (b.len == 4 && !is_text) {
		strbuf_addch(sb, '[');
		strbuf_addi64(sb, (int32_t)render_load(b, 0, 4));
		strbuf_addch(sb, ']');
	} else {
		render_quoted(sb, b.p, b.len, (b.flags & RAW_BLOB_TRUNC) != 0);
	}
}
