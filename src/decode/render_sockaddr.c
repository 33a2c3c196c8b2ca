/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Socket addresses, in two forms: as strace writes the struct, and the short one of the
 * column peer. The length is the caller's of the call and may be anything: an address
 * that is too short for its family is shown as bytes.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "decode/args.h"
#include "decode/render.h"

/* sin6_scope_id is not in what RFC 2133 programs pass (net/ipv6: SIN6_LEN_RFC2133). */
#define SIN6_LEN_MIN 24u

static const size_t sun_path_at = offsetof(struct sockaddr_un, sun_path);

static void
add_unix(struct strbuf *sb, struct bytes b)
{
	struct bytes path = render_part(b, sun_path_at, b.len);
	if (!path.len)
		return;
	strbuf_adds(sb, ", sun_path=");
	if (!path.p[0]) {
		strbuf_addch(sb, '@');
		render_quoted(sb, path.p + 1, path.len - 1, false);
	} else {
		render_quoted(sb, path.p, strnlen((const char *)path.p, path.len), false);
	}
}

static void
add_inet(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_in in;
	char text[INET_ADDRSTRLEN] = "";
	memcpy(&in, b.p, sizeof(in));
	inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
	strbuf_adds(sb, ", sin_port=htons(");
	strbuf_addu64(sb, ntohs(in.sin_port));
	strbuf_adds(sb, "), sin_addr=inet_addr(\"");
	strbuf_adds(sb, text);
	strbuf_adds(sb, "\")");
}

static void
add_inet6(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_in6 in = { 0 };
	char text[INET6_ADDRSTRLEN] = "";
	memcpy(&in, b.p, b.len < sizeof(in) ? b.len : sizeof(in));
	inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof(text));
	strbuf_adds(sb, ", sin6_port=htons(");
	strbuf_addu64(sb, ntohs(in.sin6_port));
	strbuf_adds(sb, "), sin6_flowinfo=htonl(");
	strbuf_addu64(sb, ntohl(in.sin6_flowinfo));
	strbuf_adds(sb, "), inet_pton(AF_INET6, \"");
	strbuf_adds(sb, text);
	strbuf_adds(sb, "\", &sin6_addr)");
	if (b.len >= sizeof(in)) {
		strbuf_adds(sb, ", sin6_scope_id=");
		strbuf_addu64(sb, in.sin6_scope_id);
	}
}

static void
add_netlink(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_nl nl;
	memcpy(&nl, b.p, sizeof(nl));
	strbuf_addf(sb, ", nl_pid=%d, nl_groups=%#08x", (int)nl.nl_pid, nl.nl_groups);
}

static void
add_packet(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_ll ll;
	memcpy(&ll, b.p, sizeof(ll));
	strbuf_adds(sb, ", sll_protocol=htons(");
	strbuf_addhex(sb, ntohs(ll.sll_protocol));
	strbuf_adds(sb, "), sll_ifindex=");
	strbuf_addi64(sb, ll.sll_ifindex);
	strbuf_adds(sb, ", sll_hatype=");
	strbuf_addhex(sb, ll.sll_hatype);
	strbuf_adds(sb, ", sll_pkttype=");
	strbuf_addhex(sb, ll.sll_pkttype);
	strbuf_adds(sb, ", sll_halen=");
	strbuf_addu64(sb, ll.sll_halen);
	for (size_t i = 0; i < ll.sll_halen && i < sizeof(ll.sll_addr); i++) {
		strbuf_adds(sb, i ? ", " : ", sll_addr=[");
		strbuf_addhex(sb, ll.sll_addr[i]);
	}
	if (ll.sll_halen)
		strbuf_addch(sb, ']');
}

static void
add_vsock(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_vm vm;
	memcpy(&vm, b.p, sizeof(vm));
	strbuf_adds(sb, ", svm_cid=");
	strbuf_addhex(sb, vm.svm_cid);
	strbuf_adds(sb, ", svm_port=");
	strbuf_addhex(sb, vm.svm_port);
}

static const struct sa_form {
	unsigned family;
	size_t min; /* bytes without which it is no address of the family */
	void (*add)(struct strbuf *, struct bytes);
} forms[] = {
	{ AF_UNIX, sizeof(sa_family_t), add_unix },
	{ AF_INET, sizeof(struct sockaddr_in), add_inet },
	{ AF_INET6, SIN6_LEN_MIN, add_inet6 },
	{ AF_NETLINK, sizeof(struct sockaddr_nl), add_netlink },
	{ AF_PACKET, sizeof(struct sockaddr_ll), add_packet },
	{ AF_VSOCK, sizeof(struct sockaddr_vm), add_vsock },
};

bool
render_sockaddr(const struct render *r, struct bytes b)
{
	if (!b.p || b.len < sizeof(sa_family_t))
		return false;
	unsigned family = (unsigned)render_load(b, 0, sizeof(sa_family_t));
	strbuf_adds(r->sb, "{sa_family=");
	render_set(r->sb, FLAGSET_af, family);
	size_t i = 0;
	while (i < ARRAY_SIZE(forms) && forms[i].family != family)
		i++;
	if (i < ARRAY_SIZE(forms) && b.len >= forms[i].min) {
		forms[i].add(r->sb, b);
	} else if (b.len > sizeof(sa_family_t)) {
		strbuf_adds(r->sb, ", sa_data=");
		struct bytes data = render_part(b, sizeof(sa_family_t), b.len);
		render_quoted(r->sb, data.p, data.len, (b.flags & RAW_BLOB_TRUNC) != 0);
	}
	strbuf_addch(r->sb, '}');
	return true;
}

/* A path up to its NUL; an abstract name with '@' for each NUL, as /proc/net/unix. */
static void
add_unix_short(struct strbuf *sb, struct bytes b)
{
	struct bytes path = render_part(b, sun_path_at, b.len);
	if (!path.len)
		return;
	if (path.p[0]) {
		strbuf_addmem(sb, path.p, strnlen((const char *)path.p, path.len));
		return;
	}
	char *to = strbuf_reserve(sb, path.len);
	for (size_t i = 0; i < path.len; i++)
		to[i] = path.p[i] ? (char)path.p[i] : '@';
	to[path.len] = '\0';
	sb->len += path.len;
}

static void
add_inet_short(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_in in;
	char text[INET_ADDRSTRLEN] = "";
	memcpy(&in, b.p, sizeof(in));
	inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
	strbuf_adds(sb, text);
	strbuf_addch(sb, ':');
	strbuf_addu64(sb, ntohs(in.sin_port));
}

static void
add_inet6_short(struct strbuf *sb, struct bytes b)
{
	struct sockaddr_in6 in = { 0 };
	char text[INET6_ADDRSTRLEN] = "";
	memcpy(&in, b.p, b.len < sizeof(in) ? b.len : sizeof(in));
	inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof(text));
	strbuf_addch(sb, '[');
	strbuf_adds(sb, text);
	if (in.sin6_scope_id) {
		strbuf_addch(sb, '%');
		strbuf_addu64(sb, in.sin6_scope_id);
	}
	strbuf_adds(sb, "]:");
	strbuf_addu64(sb, ntohs(in.sin6_port));
}

void
sockaddr_render_short(struct strbuf *sb, const void *addr, size_t len)
{
	struct bytes b = { addr, len, 0 };
	if (!addr || len < sizeof(sa_family_t))
		return;
	unsigned family = (unsigned)render_load(b, 0, sizeof(sa_family_t));
	if (family == AF_UNSPEC)
		return;
	if (family == AF_UNIX) {
		add_unix_short(sb, b);
	} else if (family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		add_inet_short(sb, b);
	} else if (family == AF_INET6 && len >= SIN6_LEN_MIN) {
		add_inet6_short(sb, b);
	} else if (family == AF_NETLINK && len >= sizeof(struct sockaddr_nl)) {
		strbuf_adds(sb, "netlink:");
		strbuf_addu64(sb,
			      render_load(b, offsetof(struct sockaddr_nl, nl_pid), 4));
	} else {
		strbuf_adds(sb, "family:");
		strbuf_addu64(sb, family);
	}
}
