/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments and results as text: values, descriptors, strings, data, sockets; and records
 * that no engine would build. The expected lines are what strace 6.1 prints for the same
 * calls, where it shows them.
 */
#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "call.h"

START_TEST(test_values)
{
	struct call c = call("lseek", 12, ARGS(3, u64(-5), 2));
	expect(&c, "3, -5, SEEK_END = 12");
	c = call("kill", -3, ARGS(u64(-7), 9));
	expect(&c, "-7, SIGKILL = -1 ESRCH (No such process)");
	c = call("kill", -22, ARGS(1, 99));
	expect(&c, "1, 99 = -1 EINVAL (Invalid argument)");
	c = call("chown", 0, ARGS(0, u64(-1), 7));
	expect(&c, "NULL, -1, 7 = 0");
	c = call("umask", 022, ARGS(0));
	expect(&c, "000 = 022");
	c = call("mprotect", 0, ARGS(PTR, 4096, PROT_READ | PROT_WRITE));
	expect(&c, "0x7f0012345000, 4096, PROT_READ|PROT_WRITE = 0");
	c = call("brk", 0x55aa000, ARGS(0));
	expect(&c, "NULL = 0x55aa000");
	c = call("mmap", PTR,
		 ARGS(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, u64(-1), 0));
	expect(&c, "NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 = "
		   "0x7f0012345000");
	c = call("mremap", -14, ARGS(PTR, 4096, 8192, MREMAP_MAYMOVE, 77));
	expect(&c,
	       "0x7f0012345000, 4096, 8192, MREMAP_MAYMOVE = -1 EFAULT (Bad address)");
	c = call("clock_gettime", -22, ARGS(99, PTR));
	expect(&c, "0x63 /* CLOCK_??? */, 0x7f0012345000 = -1 EINVAL (Invalid argument)");
	c = call("shmget", 4, ARGS(0, 4096, 01600));
	expect(&c, "IPC_PRIVATE, 4096, IPC_CREAT|0600 = 4");
	c = call("msgget", 4, ARGS(0x1234, 0600));
	expect(&c, "0x1234, 0600 = 4");
	c = call("epoll_wait", -9, ARGS(99, PTR, u64(-1), u64(-1)));
	expect(&c, "99, 0x7f0012345000, -1, -1 = -1 EBADF (Bad file descriptor)");
	c = call("io_setup", -22, ARGS(0, PTR));
	expect(&c, "0, 0x7f0012345000 = -1 EINVAL (Invalid argument)");
	c = call("getpid", 5, ARGS(0));
	expect(&c, " = 5");
}
END_TEST

START_TEST(test_unknown_call)
{
	struct call c = call("getpid", -38, ARGS(1, 0, 0x30, 4, 5, 6));
	c.desc = syscall_desc(9999);
	c.b.rec->nr = 9999;
	struct strbuf sb = { 0 };
	args_render(&sb, c.b.rec, c.desc, NULL);
	ck_assert_str_eq(strbuf_str(&sb), "0x1, 0, 0x30, 0x4, 0x5, 0x6");
	strbuf_fini(&sb);
	raw_build_fini(&c.b);
}
END_TEST

START_TEST(test_descriptors)
{
	struct call c =
		call("openat", 3, ARGS(u64(AT_FDCWD), PTR, O_RDWR | O_CREAT, 0644));
	add_fd(&c, 0, AT_FDCWD, 0, "/cwd");
	add_str(&c, 1, "foo");
	add_fd(&c, RAW_ARG_RET, 3, 0, "/cwd/foo");
	expect(&c, "AT_FDCWD</cwd>, \"foo\", O_RDWR|O_CREAT, 0644 = 3</cwd/foo>");
	/* A descriptor number comes in 32 bits. */
	c = call("openat", 3, ARGS(0xffffff9c, PTR, O_RDONLY | O_CLOEXEC, 0));
	add_str(&c, 1, "/etc/passwd");
	expect(&c, "AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_CLOEXEC = 3");
	c = call("openat", -9, ARGS(u64(-7), PTR, O_TMPFILE | O_WRONLY, 0600));
	add_str(&c, 1, "x");
	expect(&c,
	       "-7, \"x\", O_WRONLY|O_TMPFILE, 0600 = -1 EBADF (Bad file descriptor)");
	c = call("close", 0, ARGS(4));
	add_fd(&c, 0, 4, RAW_FD_DELETED, "/t/a<1>\"\n");
	expect(&c, "4</t/a\\0741\\76\\\"\\n>(deleted) = 0");
	/* A name of another number is not this one's. */
	c = call("close", -9, ARGS(4));
	add_fd(&c, 0, 5, 0, "/t/b");
	expect(&c, "4 = -1 EBADF (Bad file descriptor)");
	c = call("pipe2", 0, ARGS(PTR, O_CLOEXEC));
	add(&c, RAW_BLOB_OUT, 0, (int[]){ 5, 6 }, 8);
	add_fd(&c, RAW_ARG_NEW0, 5, 0, "pipe:[7]");
	add_fd(&c, RAW_ARG_NEW1, 6, 0, "pipe:[7]");
	expect(&c, "[5<pipe:[7]>, 6<pipe:[7]>], O_CLOEXEC = 0");
	c = call("pipe", -24, ARGS(PTR));
	expect(&c, "0x7f0012345000 = -1 EMFILE (Too many open files)");
	c = call("pipe", 0, ARGS(PTR));
	add(&c, RAW_BLOB_OUT, 0, (int[]){ 5, 6 }, 7);
	expect(&c, "0x7f0012345000 = 0");
	c = call("dup2", 50, ARGS(7, 50));
	add_fd(&c, 0, 7, 0, "/dev/null");
	add_fd(&c, RAW_ARG_RET, 50, 0, "/dev/null");
	expect(&c, "7</dev/null>, 50 = 50</dev/null>");
}
END_TEST

START_TEST(test_strings)
{
	struct call c = call("rename", 0, ARGS(PTR, PTR));
	add_str(&c, 0, "a\tb\1");
	add_flagged(&c, RAW_BLOB_CSTR, 1, RAW_BLOB_TRUNC, "long", 4);
	expect(&c, "\"a\\tb\\1\", \"long\"... = 0");
	c = call("rename", -14, ARGS(8, 0));
	add_flagged(&c, RAW_BLOB_CSTR, 0, RAW_BLOB_FAULT, "", 0);
	expect(&c, "0x8, NULL = -1 EFAULT (Bad address)");
	c = call("unlink", -2, ARGS(PTR));
	add_str(&c, 0, "");
	expect(&c, "\"\" = -1 ENOENT (No such file or directory)");
	c = call("execve", 0, ARGS(PTR, PTR, PTR));
	add_str(&c, 0, "/bin/sh");
	add(&c, RAW_BLOB_STRV, 1, "sh\0-c\0\0a \"b\"", 13);
	expect(&c, "\"/bin/sh\", [\"sh\", \"-c\", \"\", \"a \\\"b\\\"\"], 0x7f0012345000 "
		   "= 0");
	c = call("execve", -14, ARGS(PTR, PTR, 0));
	add_str(&c, 0, "x");
	add_flagged(&c, RAW_BLOB_STRV, 1, RAW_BLOB_FAULT, "x", 2);
	expect(&c, "\"x\", [\"x\", ...], NULL = -1 EFAULT (Bad address)");
	c = call("execve", 0, ARGS(PTR, PTR, 0));
	add_str(&c, 0, "x");
	add(&c, RAW_BLOB_STRV, 1, "", 0);
	expect(&c, "\"x\", [], NULL = 0");
	c = call("readlink", 3, ARGS(PTR, PTR, 100));
	add_str(&c, 0, "lnk");
	add(&c, RAW_BLOB_OUT, 1, "tgt", 3);
	expect(&c, "\"lnk\", \"tgt\", 100 = 3");
	c = call("getcwd", 5, ARGS(PTR, 100));
	add(&c, RAW_BLOB_OUT, 0, "/tmp", 5);
	expect(&c, "\"/tmp\", 100 = 5");
	c = call("getcwd", -34, ARGS(PTR, 2));
	add(&c, RAW_BLOB_OUT, 0, "/tmp", 5);
	expect(&c, "0x7f0012345000, 2 = -1 ERANGE (Numerical result out of range)");
}
END_TEST

START_TEST(test_data)
{
	struct call c = call("read", 2996, ARGS(3, PTR, 4096));
	add_flagged(&c, RAW_BLOB_OUT, 1, RAW_BLOB_TRUNC, "root:x:0\n", 9);
	expect(&c, "3, \"root:x:0\\n\"..., 4096 = 2996");
	c = call("read", 0, ARGS(3, PTR, 4096));
	expect(&c, "3, \"\", 4096 = 0");
	c = call("read", -9, ARGS(3, PTR, 4096));
	add(&c, RAW_BLOB_OUT, 1, "junk", 4);
	expect(&c, "3, 0x7f0012345000, 4096 = -1 EBADF (Bad file descriptor)");
	c = call("read", 0, ARGS(3, 0, 4096));
	expect(&c, "3, NULL, 4096 = 0");
	c = call("write", 3, ARGS(1, PTR, 3));
	add(&c, RAW_BLOB_BYTES, 1, "\0a\377", 3);
	expect(&c, "1, \"\\0a\\377\", 3 = 3");
	c = call("write", -14, ARGS(1, 8, 3));
	add_flagged(&c, RAW_BLOB_BYTES, 1, RAW_BLOB_FAULT, NULL, 0);
	expect(&c, "1, 0x8, 3 = -1 EFAULT (Bad address)");
	c = call("write", 0, ARGS(1, PTR, 0));
	expect(&c, "1, \"\", 0 = 0");
	c = call("getxattr", 3, ARGS(PTR, PTR, 0, 0));
	add_str(&c, 0, "f");
	add_str(&c, 1, "user.x");
	expect(&c, "\"f\", \"user.x\", NULL, 0 = 3");
	c = call("getrandom", 3, ARGS(PTR, 3, 1));
	add(&c, RAW_BLOB_OUT, 0, "a\0\377", 3);
	expect(&c, "\"\\x61\\x00\\xff\", 3, GRND_NONBLOCK = 3");
	c = call("getdents64", 128, ARGS(3, PTR, 9000));
	add_flagged(&c, RAW_BLOB_OUT, 1, RAW_BLOB_TRUNC, "\1\2\3", 3);
	expect(&c, "3, 0x7f0012345000, 9000 = 128");
	c = call("sched_getaffinity", 16, ARGS(0, 128, PTR));
	add(&c, RAW_BLOB_OUT, 2, "\3\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	expect(&c, "0, 128, [0 1 8] = 16");
}
END_TEST

START_TEST(test_iovec)
{
	struct iovec iov[40] = { { (void *)0x10, 4 }, { NULL, 10 } };
	struct call c = call("writev", 14, ARGS(3, PTR, 2));
	add(&c, RAW_BLOB_IOVEC, 1, iov, 32);
	expect(&c,
	       "3, [{iov_base=0x10, iov_len=4}, {iov_base=NULL, iov_len=10}], 2 = 14");
	c = call("readv", 0, ARGS(3, PTR, 0));
	expect(&c, "3, [], 0 = 0");
	c = call("readv", -14, ARGS(3, 8, 2));
	add_flagged(&c, RAW_BLOB_IOVEC, 1, RAW_BLOB_FAULT, NULL, 0);
	expect(&c, "3, 0x8, 2 = -1 EFAULT (Bad address)");
	/* Half an element, and more elements than are shown. */
	c = call("preadv2", 1, ARGS(3, PTR, 2, u64(-1), 0, 8));
	add_flagged(&c, RAW_BLOB_IOVEC, 1, RAW_BLOB_FAULT, iov, 24);
	expect(&c, "3, [{iov_base=0x10, iov_len=4}, ...], 2, -1, RWF_NOWAIT = 1");
	c = call("writev", 0, ARGS(3, PTR, 40));
	add(&c, RAW_BLOB_IOVEC, 1, iov, sizeof(iov));
	struct strbuf sb = { 0 };
	args_render(&sb, c.b.rec, c.desc, NULL);
	ck_assert_ptr_nonnull(strstr(strbuf_str(&sb), "iov_len=0}, ...], 40"));
	strbuf_fini(&sb);
	raw_build_fini(&c.b);
}
END_TEST

/* A sockaddr of LEN bytes through connect(2), and the column's form of it. */
static void
expect_sockaddr_at(const void *addr, size_t len, const char *want, const char *peer,
		   int line)
{
	char text[512];
	struct call c = call("connect", 0, ARGS(3, PTR, len));
	add(&c, RAW_BLOB_BYTES, 1, addr, len);
	snprintf(text, sizeof(text), "3, %s, %zu = 0", want, len);
	expect_at(&c, text, line);

	struct strbuf sb = { 0 };
	void *copy = len ? malloc(len) : NULL;
	if (copy)
		memcpy(copy, addr, len);
	sockaddr_render_short(&sb, copy, len);
	ck_assert_msg(strcmp(strbuf_str(&sb), peer) == 0, "line %d: peer %s, want %s",
		      line, strbuf_str(&sb), peer);
	free(copy);
	strbuf_fini(&sb);
}

#define expect_sockaddr(addr, len, want, peer) \
	expect_sockaddr_at(addr, len, want, peer, __LINE__)

START_TEST(test_sockaddr_unix)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	expect_sockaddr(&un, sizeof(un), "{sa_family=AF_UNIX, sun_path=\"/run/x\"}",
			"/run/x");
	expect_sockaddr(&un, 4, "{sa_family=AF_UNIX, sun_path=\"/r\"}", "/r");
	expect_sockaddr(&un, 2, "{sa_family=AF_UNIX}", "");
	expect_sockaddr(&un, 1, "0x7f0012345000", "");
	expect_sockaddr(&un, 0, "0x7f0012345000", "");
	memcpy(un.sun_path, "\0abs\0x", 6);
	expect_sockaddr(&un, 8, "{sa_family=AF_UNIX, sun_path=@\"abs\\0x\"}", "@abs@x");
	expect_sockaddr(&un, 3, "{sa_family=AF_UNIX, sun_path=@\"\"}", "@");
	struct call c = call("connect", -14, ARGS(3, 0, 16));
	expect(&c, "3, NULL, 16 = -1 EFAULT (Bad address)");
}
END_TEST

START_TEST(test_sockaddr_inet)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	expect_sockaddr(&in, sizeof(in),
			"{sa_family=AF_INET, sin_port=htons(80), "
			"sin_addr=inet_addr(\"127.0.0.1\")}",
			"127.0.0.1:80");
	expect_sockaddr(&in, 4, "{sa_family=AF_INET, sa_data=\"\\0P\"}", "family:2");

	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(443),
				    .sin6_flowinfo = htonl(7),
				    .sin6_scope_id = 9,
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	expect_sockaddr(
		&in6, sizeof(in6),
		"{sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(7), "
		"inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=9}",
		"[::1%9]:443");
	expect_sockaddr(
		&in6, 24,
		"{sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(7), "
		"inet_pton(AF_INET6, \"::1\", &sin6_addr)}",
		"[::1]:443");
	expect_sockaddr(&in6, 8, "{sa_family=AF_INET6, sa_data=\"\\1\\273\\0\\0\\0\\7\"}",
			"family:10");
}
END_TEST

START_TEST(test_sockaddr_others)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 5, .nl_groups = 3 };
	expect_sockaddr(&nl, sizeof(nl),
			"{sa_family=AF_NETLINK, nl_pid=5, nl_groups=0x000003}",
			"netlink:5");
	nl.nl_groups = 0;
	expect_sockaddr(&nl, sizeof(nl),
			"{sa_family=AF_NETLINK, nl_pid=5, nl_groups=00000000}",
			"netlink:5");
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(0x800),
				  .sll_ifindex = 1,
				  .sll_halen = 255,
				  .sll_addr = { 1, 2 } };
	expect_sockaddr(&ll, sizeof(ll),
			"{sa_family=AF_PACKET, sll_protocol=htons(0x800), sll_ifindex=1, "
			"sll_hatype=0, sll_pkttype=0, sll_halen=255, "
			"sll_addr=[0x1, 0x2, 0, 0, 0, 0, 0, 0]}",
			"family:17");
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK,
				  .svm_cid = 2,
				  .svm_port = 0x400 };
	expect_sockaddr(&vm, sizeof(vm),
			"{sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x400}", "family:40");
	struct sockaddr sa = { .sa_family = AF_UNSPEC };
	expect_sockaddr(&sa, 4, "{sa_family=AF_UNSPEC, sa_data=\"\\0\\0\"}", "");
	sa.sa_family = 77;
	expect_sockaddr(&sa, 2, "{sa_family=0x4d /* AF_??? */}", "family:77");
}
END_TEST

START_TEST(test_sockaddr_out)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct call c = call("accept4", 13, ARGS(11, PTR, PTR, SOCK_CLOEXEC));
	add(&c, RAW_BLOB_BYTES, 2, (int[]){ 100 }, 4);
	add(&c, RAW_BLOB_OUT, 1, &in, sizeof(in));
	add(&c, RAW_BLOB_OUT, 2, (int[]){ 16 }, 4);
	add_fd(&c, RAW_ARG_RET, 13, 0, "socket:[4]");
	expect(&c, "11, {sa_family=AF_INET, sin_port=htons(80), "
		   "sin_addr=inet_addr(\"0.0.0.0\")}, [100 => 16], SOCK_CLOEXEC = "
		   "13<socket:[4]>");
	c = call("accept", -9, ARGS(99, PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 2, (int[]){ 16 }, 4);
	expect(&c, "99, 0x7f0012345000, [16] = -1 EBADF (Bad file descriptor)");
	c = call("accept", 3, ARGS(99, 0, 0));
	expect(&c, "99, NULL, NULL = 3");
	c = call("recvfrom", 5, ARGS(13, PTR, 100, MSG_PEEK, PTR, PTR));
	add(&c, RAW_BLOB_OUT, 1, "hello", 5);
	add(&c, RAW_BLOB_BYTES, 5, (int[]){ 16 }, 4);
	add(&c, RAW_BLOB_OUT, 5, (int[]){ 0 }, 4);
	expect(&c, "13, \"hello\", 100, MSG_PEEK, 0x7f0012345000, [16 => 0] = 5");
}
END_TEST

START_TEST(test_socket_calls)
{
	struct call c =
		call("socket", 3, ARGS(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
	expect(&c, "AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP = 3");
	c = call("socket", 3, ARGS(AF_NETLINK, SOCK_RAW, 0));
	expect(&c, "AF_NETLINK, SOCK_RAW, NETLINK_ROUTE = 3");
	c = call("socket", 3, ARGS(AF_UNIX, SOCK_DGRAM, 0));
	expect(&c, "AF_UNIX, SOCK_DGRAM, 0 = 3");
	c = call("setsockopt", 0, ARGS(3, SOL_SOCKET, SO_REUSEADDR, PTR, 4));
	add(&c, RAW_BLOB_BYTES, 3, (int[]){ 1 }, 4);
	expect(&c, "3, SOL_SOCKET, SO_REUSEADDR, [1], 4 = 0");
	c = call("setsockopt", 0, ARGS(3, IPPROTO_TCP, TCP_NODELAY, PTR, 4));
	add(&c, RAW_BLOB_BYTES, 3, (int[]){ 1 }, 4);
	expect(&c, "3, SOL_TCP, TCP_NODELAY, [1], 4 = 0");
	c = call("setsockopt", 0, ARGS(3, SOL_SOCKET, SO_LINGER, PTR, 8));
	add(&c, RAW_BLOB_BYTES, 3, (int[]){ 1, 2 }, 8);
	expect(&c, "3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=2}, 8 = 0");
	c = call("setsockopt", -92, ARGS(3, 999, 7, 0, 0));
	expect(&c, "3, 0x3e7 /* SOL_??? */, 7, NULL, 0 = -1 ENOPROTOOPT (Protocol not "
		   "available)");
	c = call("getsockopt", 0, ARGS(3, SOL_SOCKET, SO_ERROR, PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 4, (int[]){ 4 }, 4);
	add(&c, RAW_BLOB_OUT, 3, (int[]){ 111 }, 4);
	add(&c, RAW_BLOB_OUT, 4, (int[]){ 4 }, 4);
	expect(&c, "3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4] = 0");
	c = call("getsockopt", 0, ARGS(3, SOL_SOCKET, SO_PEERCRED, PTR, PTR));
	add(&c, RAW_BLOB_OUT, 3, (int[]){ 5, 0, -1 }, 12);
	expect(&c,
	       "3, SOL_SOCKET, SO_PEERCRED, {pid=5, uid=0, gid=-1}, 0x7f0012345000 = 0");
}
END_TEST

/* Control data: SCM_RIGHTS with two descriptors, then SCM_CREDENTIALS. */
static size_t
control(char *buf, size_t cap)
{
	struct msghdr h = { .msg_control = buf, .msg_controllen = cap };
	memset(buf, 0, cap);
	struct cmsghdr *m = CMSG_FIRSTHDR(&h);
	m->cmsg_level = SOL_SOCKET;
	m->cmsg_type = SCM_RIGHTS;
	m->cmsg_len = CMSG_LEN(8);
	memcpy(CMSG_DATA(m), (int[]){ 7, 8 }, 8);
	m = CMSG_NXTHDR(&h, m);
	m->cmsg_level = SOL_SOCKET;
	m->cmsg_type = SCM_CREDENTIALS;
	m->cmsg_len = CMSG_LEN(12);
	memcpy(CMSG_DATA(m), (int[]){ 1, 2, 3 }, 12);
	return CMSG_SPACE(8) + CMSG_SPACE(12);
}

START_TEST(test_msghdr)
{
	_Alignas(8) char buf[256];
	size_t len = control(buf, sizeof(buf));
	struct iovec iov = { (void *)0x20, 6 };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/s" };
	struct msghdr h = { .msg_name = (void *)0x30,
			    .msg_iov = (void *)0x40,
			    .msg_iovlen = 1,
			    .msg_control = (void *)0x50,
			    .msg_controllen = len };
	struct call c = call("sendmsg", 6, ARGS(3, PTR, MSG_NOSIGNAL));
	add(&c, RAW_BLOB_BYTES, 1, &h, sizeof(h));
	add(&c, RAW_BLOB_IOVEC, 1, &iov, sizeof(iov));
	add(&c, RAW_BLOB_CONTROL, 1, buf, len);
	expect(&c,
	       "3, {msg_name=0x30, msg_namelen=0, msg_iov=[{iov_base=0x20, iov_len=6}], "
	       "msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, "
	       "cmsg_type=SCM_RIGHTS, cmsg_data=[7, 8]}, {cmsg_len=28, "
	       "cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, "
	       "cmsg_data={pid=1, uid=2, gid=3}}], msg_controllen=56, msg_flags=0}, "
	       "MSG_NOSIGNAL = 6");

	/* What lay in the buffers before a receive is not shown. */
	h.msg_namelen = sizeof(un);
	c = call("recvmsg", 6, ARGS(3, PTR, 0));
	add(&c, RAW_BLOB_BYTES, 1, &h, sizeof(h));
	add(&c, RAW_BLOB_IOVEC, 1, &iov, sizeof(iov));
	add(&c, RAW_BLOB_NAME, 1, "junkjunk", 8);
	add(&c, RAW_BLOB_CONTROL, 1, buf, len);
	h.msg_namelen = 5;
	h.msg_controllen = CMSG_SPACE(8);
	h.msg_flags = MSG_CMSG_CLOEXEC;
	add(&c, RAW_BLOB_OUT, 1, &h, sizeof(h));
	add(&c, RAW_BLOB_NAME, 1, &un, 5);
	add(&c, RAW_BLOB_CONTROL, 1, buf, CMSG_SPACE(8));
	add_fd(&c, RAW_ARG_SCM, 7, 0, "/a");
	add_fd(&c, RAW_ARG_SCM + 1, 8, 0, "/b");
	expect(&c,
	       "3, {msg_name={sa_family=AF_UNIX, sun_path=\"/s\"}, msg_namelen=110 => 5, "
	       "msg_iov=[{iov_base=0x20, iov_len=6}], msg_iovlen=1, "
	       "msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
	       "cmsg_data=[7</a>, 8</b>]}], msg_controllen=24, "
	       "msg_flags=MSG_CMSG_CLOEXEC}, 0 = 6");

	c = call("recvmsg", -11, ARGS(3, PTR, MSG_DONTWAIT));
	add(&c, RAW_BLOB_BYTES, 1, &h, sizeof(h));
	expect(&c, "3, {msg_namelen=5}, MSG_DONTWAIT = "
		   "-1 EAGAIN (Resource temporarily unavailable)");
	c = call("sendmsg", -14, ARGS(3, PTR, 0));
	add_flagged(&c, RAW_BLOB_BYTES, 1, RAW_BLOB_FAULT, &h, 55);
	expect(&c, "3, 0x7f0012345000, 0 = -1 EFAULT (Bad address)");
}
END_TEST

START_TEST(test_msghdr_hostile)
{
	_Alignas(8) char buf[256];
	control(buf, sizeof(buf));
	struct msghdr h = { .msg_iov = (void *)0x40,
			    .msg_iovlen = SIZE_MAX,
			    .msg_control = (void *)0x50,
			    .msg_controllen = SIZE_MAX,
			    .msg_name = (void *)0x60,
			    .msg_namelen = UINT32_MAX };
	/* Lengths that lead out of the bytes, or nowhere. */
	static const size_t lens[] = { 0,   15,	      16,	    17,
				       200, SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 20 };
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct call c = call("sendmsg", 6, ARGS(3, PTR, 0));
		add(&c, RAW_BLOB_BYTES, 1, &h, sizeof(h));
		add(&c, RAW_BLOB_NAME, 1, "\1\0x", 3);
		memcpy(buf, &lens[i], sizeof(lens[i]));
		add(&c, RAW_BLOB_CONTROL, 1, buf, 43);
		struct strbuf sb = { 0 };
		struct raw_rec *rec = exact(&c.b);
		args_render(&sb, rec, c.desc, NULL);
		ck_assert_uint_lt(sb.len, 1000);
		ck_assert_ptr_nonnull(strstr(strbuf_str(&sb), "msg_control=["));
		strbuf_fini(&sb);
		free(rec);
		raw_build_fini(&c.b);
	}
}
END_TEST

START_TEST(test_mmsghdr)
{
	struct mmsghdr m[3] = { { .msg_len = 9 }, { .msg_len = 8 } };
	struct call c = call("sendmmsg", 2, ARGS(3, PTR, 3, 0));
	add(&c, RAW_BLOB_BYTES, 1, m, sizeof(m));
	add(&c, RAW_BLOB_OUT, 1, m, sizeof(m) - 1);
	expect(&c,
	       "3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, "
	       "msg_controllen=0, msg_flags=0}, msg_len=9}, {msg_hdr={msg_name=NULL, "
	       "msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_controllen=0, "
	       "msg_flags=0}, msg_len=8}], 3, 0 = 2");
	c = call("sendmmsg", -9, ARGS(3, PTR, 3, 0));
	add(&c, RAW_BLOB_BYTES, 1, m, 63);
	expect(&c, "3, 0x7f0012345000, 3, 0 = -1 EBADF (Bad file descriptor)");
}
END_TEST

START_TEST(test_results)
{
	static const struct {
		int64_t ret;
		const char *text;
	} rets[] = {
		{ -512, "? ERESTARTSYS (To be restarted if SA_RESTART is set)" },
		{ -513, "? ERESTARTNOINTR (To be restarted)" },
		{ -514, "? ERESTARTNOHAND (To be restarted if no handler)" },
		{ -516, "? ERESTART_RESTARTBLOCK (Interrupted by signal)" },
		{ -4000, "-1 ERRNO_4000 (Unknown error 4000)" },
		{ -4, "-1 EINTR (Interrupted system call)" },
		{ -4096, "-4096" },
		{ INT64_MIN, "-9223372036854775808" },
		{ 7, "7" },
	};
	struct strbuf sb = { 0 };
	for (size_t i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		struct call c = call("getppid", rets[i].ret, ARGS(0));
		args_render_ret(&sb, c.b.rec, c.desc);
		ck_assert_str_eq(strbuf_str(&sb), rets[i].text);
		strbuf_reset(&sb);
		raw_build_fini(&c.b);
	}
	strbuf_fini(&sb);
	/* Cut short: what would have been stored is not shown. */
	struct call c = call("read", 0, ARGS(3, PTR, 10));
	c.b.rec->kind = RAW_UNFINISHED;
	expect(&c, "3, 0x7f0012345000, 10 = ?");
}
END_TEST

/* A small generator, so that a failure can be repeated. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Bytes that are neither text nor zero only: small numbers, ones, anything. */
static void
fill(unsigned char *p, size_t len, uint32_t *state)
{
	unsigned style = next_random(state) % 4;
	for (size_t i = 0; i < len; i++) {
		uint32_t v = next_random(state);
		p[i] = (unsigned char)(style == 0   ? 0
				       : style == 1 ? 0xff
				       : style == 2 ? v % 3
						    : v);
	}
}

/* Every call of the table with blobs of every kind that capture makes, of wrong lengths
 * and contents. Nothing is asserted of the text but that it ends; ASan sees the rest. */
START_TEST(test_hostile)
{
	static const unsigned kinds[] = { RAW_BLOB_CSTR,    RAW_BLOB_BYTES, RAW_BLOB_OUT,
					  RAW_BLOB_STRV,    RAW_BLOB_IOVEC, RAW_BLOB_NAME,
					  RAW_BLOB_CONTROL, RAW_BLOB_IOCBS };
	uint32_t state = 2463534242u + (uint32_t)_i;
	struct raw_build b = { NULL, 0 };
	struct strbuf sb = { 0 };
	unsigned char data[300];
	for (unsigned nr = 0; nr <= syscall_nr_max + 1; nr++) {
		struct raw_rec *r = raw_build_start(&b, RAW_SYSCALL, 1, 1);
		r->nr = nr;
		r->ret = (int64_t)(next_random(&state) % 3) *
			 (int64_t)(next_random(&state) % 5);
		for (unsigned i = 0; i < 6; i++)
			r->args[i] = next_random(&state) % 2
					     ? next_random(&state) % 64
					     : u64((int32_t)next_random(&state));
		for (unsigned n = 0; n < 14; n++) {
			size_t len = next_random(&state) % sizeof(data);
			unsigned kind = kinds[next_random(&state) % 8];
			fill(data, len, &state);
			raw_build_add(&b, kind, n % 6, next_random(&state) % 4, data,
				      len);
		}
		struct raw_fd fd = { .fd = (int)(next_random(&state) % 8) };
		raw_build_add_fd(&b, next_random(&state) % 6, &fd, "<>",
				 next_random(&state) % 3);
		struct raw_rec *rec = exact(&b);
		const struct syscall_desc *desc = syscall_desc(nr);
		args_render(&sb, rec, desc, NULL);
		args_render_ret(&sb, rec, desc);
		ck_assert_uint_eq(strlen(strbuf_str(&sb)), sb.len);
		ck_assert_uint_lt(sb.len, 100000);
		strbuf_reset(&sb);
		free(rec);
	}
	raw_build_fini(&b);
	strbuf_fini(&sb);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("args");
	TCase *tc = tcase_create("args");
	tcase_add_test(tc, test_values);
	tcase_add_test(tc, test_unknown_call);
	tcase_add_test(tc, test_descriptors);
	tcase_add_test(tc, test_strings);
	tcase_add_test(tc, test_data);
	tcase_add_test(tc, test_iovec);
	tcase_add_test(tc, test_sockaddr_unix);
	tcase_add_test(tc, test_sockaddr_inet);
	tcase_add_test(tc, test_sockaddr_others);
	tcase_add_test(tc, test_sockaddr_out);
	tcase_add_test(tc, test_socket_calls);
	tcase_add_test(tc, test_msghdr);
	tcase_add_test(tc, test_msghdr_hostile);
	tcase_add_test(tc, test_mmsghdr);
	tcase_add_test(tc, test_results);
	tcase_add_loop_test(tc, test_hostile, 0, 40);
	suite_add_tcase(s, tc);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
