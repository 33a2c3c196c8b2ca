/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much and where: bytes, requested, offset.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "records.h"

static struct fixture fx;
static const struct event_copy *e;

static void
setup(void)
{
	fx_open(&fx, NULL);
}

static void
teardown(void)
{
	fx_close(&fx);
}

static void
iov_blob(unsigned arg, size_t n, size_t each)
{
	struct iovec iov[16];
	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){ .iov_len = each };
	fx_blob(&fx, RAW_BLOB_IOVEC, arg, iov, n * sizeof(*iov));
}

START_TEST(plain)
{
	fx_openat(&fx, "a", O_RDWR, 3);
	e = fx_read(&fx, 3, 100, 21);
	ck_assert_uint_eq(e->ev.bytes, 21);
	ck_assert_uint_eq(e->ev.requested, 100);
	ck_assert_int_eq(e->ev.offset, 0);
	e = fx_read(&fx, 3, 100, -EBADF);
	ck_assert(HAS(e, bytes));
	ck_assert_uint_eq(e->ev.bytes, 0);
	ck_assert_uint_eq(e->ev.requested, 100);
	ck_assert_int_eq(e->ev.offset, 21);
	e = fx_read(&fx, 3, 100, -512);
	ck_assert_uint_eq(e->ev.bytes, 0);
	ck_assert(!HAS(e, error));
	e = fx_close_fd(&fx, 3, 0);
	ck_assert(!HAS(e, bytes));
	ck_assert(!HAS(e, requested));
	ck_assert(!HAS(e, offset));
}
END_TEST

START_TEST(positions)
{
	fx_openat(&fx, "a", O_RDWR, 3);
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 0);
	fx_call(&fx, SYS_lseek, 4, 3, 4, 0, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
	ck_assert_int_eq(fx_read(&fx, 3, 3, 3)->ev.offset, 4);
	fx_call(&fx, SYS_pread64, 5, 3, 1, 5, 1000, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 1000);
	fx_call(&fx, SYS_pread64, -EINVAL, 3, 1, 5, ~0ull, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
	fx_call(&fx, SYS_preadv2, 2, 3, 1, 1, ~0ull, 0, 0);
	iov_blob(1, 1, 2);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 7);
	fx_call(&fx, SYS_preadv2, 2, 3, 1, 1, 500, 0, 0);
	iov_blob(1, 1, 2);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 500);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 0)->ev.offset, 9);
	/* The kernel's position beats the model's. */
	fx_call(&fx, SYS_read, 5, 3, 1, 5, 0, 0, 0);
	fx_fd(&fx, 0, 3, "/proj/a", O_RDWR, 70, S_IFREG);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 70);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 1)->ev.offset, 75);
	/* Another thread read meanwhile: the position at exit says so. */
	struct raw_fd fd = { .fd = 3,
			     .bits = RAW_FD_INFO | RAW_FD_STAT | RAW_FD_POS_EXIT,
			     .flags = O_RDWR,
			     .mode = S_IFREG,
			     .pos = 70,
			     .pos_exit = 80 };
	fx_call(&fx, SYS_read, 5, 3, 1, 5, 0, 0, 0);
	fx_raw_fd(&fx, 0, &fd, "/proj/a");
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 70);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 1)->ev.offset, 80);
}
END_TEST

START_TEST(appending)
{
	fx_openat(&fx, "a", O_WRONLY | O_APPEND, 3);
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
	struct raw_fd fd = { .fd = 3,
			     .bits = RAW_FD_INFO | RAW_FD_STAT | RAW_FD_POS_EXIT,
			     .flags = O_WRONLY | O_APPEND,
			     .mode = S_IFREG,
			     .pos = 10,
			     .pos_exit = 110 };
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	fx_raw_fd(&fx, 0, &fd, "/proj/a");
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 100);
	/* pwrite(2), BUGS: with O_APPEND the data goes to the end. */
	fx_call(&fx, SYS_pwrite64, 10, 3, 1, 10, 5, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
	fx_call(&fx, SYS_pwritev2, 10, 3, 1, 1, 5, 0, 0x20);
	iov_blob(1, 1, 10);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 5);
	fx_openat(&fx, "b", O_WRONLY, 4);
	fx_call(&fx, SYS_pwritev2, 10, 4, 1, 1, 5, 0, 0x10);
	iov_blob(1, 1, 10);
	ck_assert(!HAS(fx_send(&fx), offset));
}
END_TEST

START_TEST(no_position)
{
	struct raw_fd tty = { .fd = 0,
			      .bits = RAW_FD_INFO | RAW_FD_STAT,
			      .mode = S_IFCHR };
	fx_call(&fx, SYS_read, 1, 0, 1, 1, 0, 0, 0);
	fx_raw_fd(&fx, 0, &tty, "/dev/pts/0");
	ck_assert(!HAS(fx_send(&fx), offset));
	struct raw_fd fifo = { .fd = 5,
			       .bits = RAW_FD_INFO | RAW_FD_STAT,
			       .mode = S_IFIFO };
	fx_call(&fx, SYS_read, 1, 5, 1, 1, 0, 0, 0);
	fx_raw_fd(&fx, 0, &fifo, "/tmp/fifo");
	ck_assert(!HAS(fx_send(&fx), offset));
	fx_openat(&fx, "/dev/null", O_RDWR, 6);
	ck_assert(!HAS(fx_read(&fx, 6, 1, 0), offset));
	/* Unknown descriptors have unknown positions. */
	ck_assert(!HAS(fx_read(&fx, 77, 1, 0), offset));
}
END_TEST

START_TEST(directories)
{
	fx_openat(&fx, "/d", O_RDONLY | O_DIRECTORY, 3);
	fx_call(&fx, SYS_getdents64, 480, 3, 1, 32768, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 480);
	ck_assert_int_eq(e->ev.offset, 0);
	fx_call(&fx, SYS_getdents64, 0, 3, 1, 32768, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
}
END_TEST

START_TEST(transfers)
{
	uint64_t off = 4096;
	fx_openat(&fx, "in", O_RDONLY, 3);
	fx_openat(&fx, "out", O_RDWR, 4);
	fx_call(&fx, SYS_sendfile, 100, 4, 3, 0, 1000, 0, 0);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 100);
	ck_assert_uint_eq(e->ev.requested, 1000);
	ck_assert_int_eq(e->ev.offset, 0);
	/* Both positions moved; with an offset only the destination's does. */
	ck_assert_int_eq(fx_read(&fx, 3, 1, 0)->ev.offset, 100);
	fx_call(&fx, SYS_sendfile, 5, 4, 3, 0x1000, 5, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, &off, 8);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 100);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 0)->ev.offset, 100);
	fx_call(&fx, SYS_copy_file_range, 7, 3, 0, 4, 0x1000, 7, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 3, &off, 8);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 4096);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 0)->ev.offset, 107);
	ck_assert_int_eq(fx_read(&fx, 4, 1, 0)->ev.offset, 105);
	/* A pointer that could not be read. */
	fx_call(&fx, SYS_copy_file_range, -EFAULT, 3, 0, 4, 0x1000, 7, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
}
END_TEST

START_TEST(vectors)
{
	fx_openat(&fx, "a", O_RDWR, 3);
	fx_call(&fx, SYS_readv, 12, 3, 1, 2, 0, 0, 0);
	iov_blob(1, 2, 10);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.requested, 20);
	ck_assert_uint_eq(e->ev.bytes, 12);
	/* Fewer elements than the call had: the sum is not known. */
	fx_call(&fx, SYS_readv, 12, 3, 1, 3, 0, 0, 0);
	iov_blob(1, 2, 10);
	ck_assert(!HAS(fx_send(&fx), requested));
	fx_call(&fx, SYS_readv, -EFAULT, 3, 1, ~0ull, 0, 0, 0);
	iov_blob(1, 2, 10);
	ck_assert(!HAS(fx_send(&fx), requested));
	fx_call(&fx, SYS_process_vm_readv, 9, 50, 1, 1, 2, 2, 0);
	iov_blob(1, 1, 9);
	iov_blob(3, 2, 10);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.requested, 9);
	ck_assert(!HAS(e, fd));
}
END_TEST

START_TEST(xattr_probe)
{
	fx_call(&fx, SYS_getxattr, 16, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "f");
	fx_str(&fx, 1, "user.ior");
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 0);
	ck_assert_int_eq(e->ev.ret, 16);
	ck_assert_str_eq(e->file, "/proj/f");
	fx_call(&fx, SYS_getxattr, 16, 1, 2, 3, 64, 0, 0);
	fx_str(&fx, 0, "f");
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 16);
	fx_call(&fx, SYS_flistxattr, 9, 3, 0, 0, 0, 0, 0);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 0);
	uint32_t args[4] = { 0, 0, 0, 0 };
	fx_call(&fx, 464, 16, (uint64_t)AT_FDCWD, 1, 0, 2, 3, 16);
	fx_str(&fx, 1, "f");
	fx_blob(&fx, RAW_BLOB_BYTES, 4, args, sizeof(args));
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 0);
	/* Unreadable arguments: what the kernel said. */
	fx_call(&fx, 464, 16, (uint64_t)AT_FDCWD, 1, 0, 2, 3, 16);
	fx_str(&fx, 1, "f");
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 16);
	ck_assert(!HAS(e, requested));
}
END_TEST

static void
recvmsg_of(int64_t ret, uint64_t flags, size_t n, size_t each)
{
	struct msghdr h = { .msg_iovlen = n };
	fx_call(&fx, SYS_recvmsg, ret, 3, 1, flags, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, &h, sizeof(h));
	iov_blob(1, n, each);
}

START_TEST(receive_flags)
{
	fx_call(&fx, SYS_recvfrom, 100, 3, 1, 200, MSG_PEEK, 0, 0);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 0);
	fx_call(&fx, SYS_recvfrom, 100, 3, 1, 200, 0, 0, 0);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 100);
	fx_call(&fx, SYS_recvfrom, 300, 3, 1, 10, MSG_TRUNC, 0, 0);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 10);
	ck_assert_int_eq(e->ev.ret, 300);
	recvmsg_of(200, MSG_PEEK | MSG_TRUNC, 1, 10);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 0);
	recvmsg_of(400, MSG_TRUNC, 2, 20);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 40);
	ck_assert_uint_eq(e->ev.requested, 40);
	recvmsg_of(300, MSG_TRUNC, 9, 10);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 90);
	fx_call(&fx, SYS_recvmsg, 300, 3, 1, MSG_TRUNC, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 300);
	ck_assert(!HAS(e, requested));
}
END_TEST

START_TEST(classes)
{
	fx_call(&fx, SYS_recvmmsg, 2, 3, 1, 2, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), bytes));
	fx_call(&fx, SYS_readahead, 0, 3, 0, 4096, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert(!HAS(e, bytes));
	ck_assert(!HAS(e, requested));
	fx_call(&fx, SYS_sendto, 5, 3, 1, 9, 0, 2, 16);
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 5);
	ck_assert_uint_eq(e->ev.requested, 9);
	fx_call(&fx, SYS_getrandom, 32, 1, 32, 0, 0, 0, 0);
	ck_assert_uint_eq(fx_send(&fx)->ev.bytes, 32);
	/* What syslog(2) returns are bytes for some commands only; a queue's send moves
	 * its message, but not what it returns. */
	fx_call(&fx, SYS_syslog, 100, 3, 1, 128, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), bytes));
	fx_call(&fx, SYS_readlink, 4, 1, 2, 64, 0, 0, 0);
	fx_str(&fx, 0, "/l");
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.bytes, 4);
	ck_assert_uint_eq(e->ev.requested, 64);
}
END_TEST

/* Where reads are not in the stream, a position that the model counted is worth nothing.
 */
START_TEST(unseen_moves)
{
	static unsigned char only_write[4096];
	only_write[SYS_write] = only_write[SYS_openat] = 1;
	struct decode_cfg cfg = { .selected = only_write };
	fx_close(&fx);
	fx_open(&fx, &cfg);
	fx_openat(&fx, "a", O_RDWR, 3);
	ck_assert_ptr_null(fx_read(&fx, 3, 1, 1));
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), offset));
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	fx_fd(&fx, 0, 3, "/proj/a", O_RDWR, 44, S_IFREG);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 44);
	/* What was recorded counts, not what is selected now. */
	fx_close(&fx);
	fx_open(&fx, &cfg);
	fx_start(&fx, RAW_SESSION);
	fx.rec->args[2] = RAW_SESSION_STATE;
	fx_blob(&fx, RAW_BLOB_TEXT_SELECT, 0, "all", 3);
	fx_send(&fx);
	fx_openat(&fx, "a", O_RDWR, 3);
	fx_call(&fx, SYS_write, 10, 3, 1, 10, 0, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.offset, 0);
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("bytes");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, plain);
	tcase_add_test(c, positions);
	tcase_add_test(c, appending);
	tcase_add_test(c, no_position);
	tcase_add_test(c, directories);
	tcase_add_test(c, transfers);
	tcase_add_test(c, vectors);
	tcase_add_test(c, xattr_probe);
	tcase_add_test(c, receive_flags);
	tcase_add_test(c, classes);
	tcase_add_test(c, unseen_moves);
	Suite *s = suite_create("decode bytes");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
