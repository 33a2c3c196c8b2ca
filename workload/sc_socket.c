/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets: local and loopback ones, accepted ones, descriptors sent through one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "scenario.h"

static void
basic_run(struct run *r)
{
	int pair[2];
	long s = want_ok(sys(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
			 "socket");

	(void)r;
	want(sys(SYS_close, s), 0, "close");
	want(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair), 0, "socketpair");
	want(sys(SYS_write, pair[0], "to you", 6L), 6, "write");
	want(sys(SYS_shutdown, pair[0], SHUT_WR), 0, "shutdown");
	want(sys(SYS_close, pair[0]), 0, "close");
	want(sys(SYS_close, pair[1]), 0, "close");
	want(sys(SYS_socket, 9999, SOCK_STREAM, 0), -EAFNOSUPPORT, "socket");
}

const struct scenario sc_socket_basic = {
	.name = "socket-basic",
	.help = "socket and socketpair",
	.run = basic_run,
	.expect = "socket Network socket ret=$s fd=$s file=$n~socket:[*]\n"
		  "close FS fd fd=$s file=$n\n"
		  "socketpair Network socketpair fd=? file=~socket:[*]\n"
		  "write FS fd ret=6 bytes=6 fd=$a file=$na~socket:[*]\n"
		  "shutdown Network fd fd=$a file=$na\n"
		  "close FS fd fd=$a file=$na\n"
		  "close FS fd fd=$b file=$nb~socket:[*]\n"
		  "socket Network socket ret=-EAFNOSUPPORT\n",
};

static void
pair_run(struct run *r)
{
	int pair[2];

	(void)r;
	want(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair), 0, "socketpair");
	want(sys(SYS_close, pair[0]), 0, "close");
	want(sys(SYS_close, pair[1]), 0, "close");
}

const struct scenario sc_socketpair_basic = {
	.name = "socketpair-basic",
	.help = "both ends of a pair have names of their own",
	.run = pair_run,
	.expect = "socketpair Network socketpair fd=$a file=$na~socket:[*]\n"
		  "close FS fd fd=$a file=$na\n"
		  "close FS fd fd=$b file=~socket:[*]\n",
};

/* A local server in fd[0] and a client in fd[1], connected and not yet accepted. */
static const struct sockaddr_un local = { .sun_family = AF_UNIX,
					  .sun_path = "listen.sock" };

static void
connect_local(struct run *r)
{
	const long len = (long)sizeof(local);

	r->fd[0] = (int)want_ok(sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), "socket");
	want(sys(SYS_bind, r->fd[0], &local, len), 0, "bind");
	want(sys(SYS_listen, r->fd[0], 4), 0, "listen");
	r->fd[1] = (int)want_ok(sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), "socket");
	want(sys(SYS_connect, r->fd[1], &local, len), 0, "connect");
}

#define CONNECTED \
	"socket Network socket ret=$l fd=$l file=$nl~socket:[*]\n" \
	"bind Network fd fd=$l file=$nl\n" \
	"listen Network fd fd=$l file=$nl\n" \
	"socket Network socket ret=$c fd=$c file=$nc~socket:[*]\n" \
	"connect Network fd fd=$c file=$nc peer=~*listen.sock\n"

static void
lifecycle_run(struct run *r)
{
	char buf[8];
	long as;

	connect_local(r);
	as = want_ok(sys(SYS_accept4, r->fd[0], NULL, NULL, SOCK_CLOEXEC), "accept4");
	want(sys(SYS_write, r->fd[1], "hello", 5L), 5, "write");
	want(sys(SYS_read, as, buf, 8L), 5, "read");
	want(sys(SYS_close, as), 0, "close");
	want(sys(SYS_close, r->fd[1]), 0, "close");
	want(sys(SYS_close, r->fd[0]), 0, "close");
}

const struct scenario sc_socket_accept_lifecycle = {
	.name = "socket-accept-lifecycle",
	.help = "a local server and its client: bind, listen, connect, accept4",
	.run = lifecycle_run,
	.expect = CONNECTED "accept4 Network accept ret=$a fd=$a file=$na~socket:[*]\n"
			    "write FS fd ret=5 bytes=5 fd=$c file=$nc\n"
			    "read FS fd ret=5 bytes=5 fd=$a file=$na\n"
			    "close FS fd fd=$a file=$na\n"
			    "close FS fd fd=$c file=$nc\n"
			    "close FS fd fd=$l file=$nl\n",
};

static void
plain_run(struct run *r)
{
	long as;

	connect_local(r);
	as = want_ok(sys(SYS_accept, r->fd[0], NULL, NULL), "accept");
	want(sys(SYS_shutdown, as, SHUT_RDWR), 0, "shutdown");
	want(sys(SYS_close, as), 0, "close");
	want(sys(SYS_accept, 99999, NULL, NULL), -EBADF, "accept");
}

const struct scenario sc_socket_accept_lifecycle_plain = {
	.name = "socket-accept-lifecycle-plain",
	.help = "the same with accept and shutdown",
	.run = plain_run,
	.expect = CONNECTED "accept Network accept ret=$a fd=$a file=$na~socket:[*]\n"
			    "shutdown Network fd fd=$a file=$na\n"
			    "close FS fd fd=$a file=$na\n"
			    "accept Network accept ret=-EBADF fd=?\n",
};

static void
introspection_run(struct run *r)
{
	struct sockaddr_un who;
	socklen_t len = sizeof(who);
	int value = 1;
	long as;

	connect_local(r);
	as = want_ok(sys(SYS_accept4, r->fd[0], NULL, NULL, 0), "accept4");
	want(sys(SYS_getsockname, as, &who, &len), 0, "getsockname");
	len = sizeof(who);
	want(sys(SYS_getpeername, r->fd[1], &who, &len), 0, "getpeername");
	want(sys(SYS_setsockopt, as, SOL_SOCKET, SO_PASSCRED, &value, 4L), 0,
	     "setsockopt");
	len = sizeof(value);
	want(sys(SYS_getsockopt, as, SOL_SOCKET, SO_TYPE, &value, &len), 0, "getsockopt");
	want(sys(SYS_getpeername, r->fd[0], &who, &len), -ENOTCONN, "getpeername");
	want(sys(SYS_getsockopt, 0x7fff, SOL_SOCKET, SO_TYPE, &value, &len), -EBADF,
	     "getsockopt");
}

const struct scenario sc_socket_introspection = {
	.name = "socket-introspection",
	.help = "sockets asked about: names and options",
	.run = introspection_run,
	.expect = CONNECTED "accept4 Network accept ret=$a fd=$a file=$na~socket:[*]\n"
			    "getsockname Network fd fd=$a file=$na\n"
			    "getpeername Network fd fd=$c file=$nc\n"
			    "setsockopt Network fd fd=$a file=$na\n"
			    "getsockopt Network fd fd=$a file=$na\n"
			    "getpeername Network fd ret=-ENOTCONN fd=$l file=$nl\n"
			    "getsockopt Network fd ret=-EBADF fd=32767\n",
};

static void
inet_run(struct run *r)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct sockaddr_in who;
	socklen_t len = sizeof(at);
	int value = 1;
	char buf[16];
	long ls, cs, as;

	(void)r;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ls = need(sys(SYS_socket, AF_INET, SOCK_STREAM, 0), "an IPv4 socket");
	want(sys(SYS_setsockopt, ls, SOL_SOCKET, SO_REUSEADDR, &value, 4L), 0,
	     "setsockopt");
	need(sys(SYS_bind, ls, &at, (long)len), "bind");
	want(sys(SYS_listen, ls, 1), 0, "listen");
	want(sys(SYS_getsockname, ls, &at, &len), 0, "getsockname");
	cs = want_ok(sys(SYS_socket, AF_INET, SOCK_STREAM, 0), "socket");
	need(sys(SYS_connect, cs, &at, (long)len), "connect");
	as = want_ok(sys(SYS_accept4, ls, &who, &len, 0), "accept4");
	want(sys(SYS_getpeername, cs, &who, &len), 0, "getpeername");
	len = sizeof(value);
	want(sys(SYS_getsockopt, cs, SOL_SOCKET, SO_TYPE, &value, &len), 0, "getsockopt");
	want(sys(SYS_sendto, cs, "over loopback", 13L, MSG_NOSIGNAL, NULL, 0L), 13,
	     "sendto");
	want(sys(SYS_recvfrom, as, buf, 16L, 0, NULL, NULL), 13, "recvfrom");
}

const struct scenario sc_socket_inet = {
	.name = "socket-inet",
	.help = "a TCP connection over loopback: the peer is its address",
	.needs = "IPv4 loopback",
	.run = inet_run,
	.expect = "socket Network socket ret=$l fd=$l file=$nl~socket:[*]\n"
		  "setsockopt Network fd fd=$l file=$nl\n"
		  "bind Network fd fd=$l file=$nl\n"
		  "listen Network fd fd=$l file=$nl\n"
		  "getsockname Network fd fd=$l file=$nl\n"
		  "socket Network socket ret=$c fd=$c file=$nc~socket:[*]\n"
		  "connect Network fd fd=$c file=$nc peer=$p~127.0.0.1:*\n"
		  "accept4 Network accept ret=$a fd=$a file=$na~socket:[*] "
		  "peer=$q~127.0.0.1:*\n"
		  "getpeername Network fd fd=$c file=$nc peer=$p\n"
		  "getsockopt Network fd fd=$c file=$nc peer=$p\n"
		  "sendto Network fd ret=13 bytes=13 fd=$c file=$nc peer=$p\n"
		  "recvfrom Network fd ret=13 bytes=13 fd=$a file=$na peer=$q\n",
};

static void
scm_setup(struct run *r)
{
	want(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, r->fd), 0, "socketpair");
	r->fd[2] = (int)want_ok(
		sys(SYS_openat, AT_FDCWD, "passed.txt", O_RDWR | O_CREAT, 0600), "open");
}

static void
scm_run(struct run *r)
{
	union {
		struct cmsghdr h;
		char room[CMSG_SPACE(sizeof(int))];
	} out = { .h = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } }, in;
	char byte = 'x';
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = &out,
			    .msg_controllen = sizeof(out) };
	int got;

	memcpy(CMSG_DATA(&out.h), &r->fd[2], sizeof(int));
	want(sys(SYS_sendmsg, r->fd[0], &m, 0), 1, "sendmsg");
	m.msg_control = &in;
	m.msg_controllen = sizeof(in);
	want(sys(SYS_recvmsg, r->fd[1], &m, 0), 1, "recvmsg");
	memcpy(&got, CMSG_DATA(&in.h), sizeof(int));
	want(sys(SYS_write, got, "passed", 6L), 6, "write");
	want(sys(SYS_close, got), 0, "close");
}

const struct scenario sc_socket_scm_rights = {
	.name = "socket-scm-rights",
	.help = "a descriptor that came out of a socket has its file's name",
	.setup = scm_setup,
	.run = scm_run,
	.expect = "sendmsg Network fd ret=1 bytes=1 fd=$a file=~socket:[*]\n"
		  "recvmsg Network fd ret=1 bytes=1 fd=$b file=~socket:[*]\n"
		  "write FS fd ret=6 bytes=6 fd=$f file=@/passed.txt\n"
		  "close FS fd fd=$f file=@/passed.txt\n",
};
