/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors and what they name: with the kernel's word in the record, and from the
 * model alone.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

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

START_TEST(open_read_close)
{
	e = fx_openat(&fx, "/etc/passwd", O_RDWR | O_CREAT | O_CLOEXEC, 3);
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->syscall, "openat");
	ck_assert_str_eq(e->family, "FS");
	ck_assert_str_eq(e->kind, "open");
	ck_assert_str_eq(e->comm, "first");
	ck_assert_str_eq(e->file, "/etc/passwd");
	ck_assert_str_eq(e->flags, "O_RDWR|O_CREAT|O_CLOEXEC");
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_int_eq(e->ev.ret, 3);
	ck_assert(!HAS(e, error));
	ck_assert_int_eq(e->ev.pid, 100);
	e = fx_read(&fx, 3, 10, 10);
	ck_assert_str_eq(e->file, "/etc/passwd");
	/* What acts only at open is not kept (do_dentry_open). */
	ck_assert_str_eq(e->flags, "O_RDWR|O_CLOEXEC");
	e = fx_close_fd(&fx, 3, 0);
	ck_assert_str_eq(e->file, "/etc/passwd");
	ck_assert_int_eq(e->ev.fd, 3);
	e = fx_close_fd(&fx, 3, -EBADF);
	ck_assert(!HAS(e, file));
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->error, "EBADF");
	ck_assert_int_eq(e->ev.errnum, EBADF);
}
END_TEST

START_TEST(failed_open)
{
	e = fx_openat(&fx, "missing", O_RDONLY, -ENOENT);
	ck_assert_str_eq(e->file, "/proj/missing");
	ck_assert(!HAS(e, fd));
	ck_assert_str_eq(e->flags, "O_RDONLY");
	ck_assert_str_eq(e->error, "ENOENT");
	ck_assert_uint_eq(e->ev.event_flags & EVENT_FILE_IS_PATH, EVENT_FILE_IS_PATH);
}
END_TEST

START_TEST(openat2_and_creat)
{
	uint64_t how[3] = { O_WRONLY | O_APPEND, 0, 0 };
	fx_call(&fx, SYS_openat2, 5, (uint64_t)AT_FDCWD, 1, 2, 24, 0, 0);
	fx_str(&fx, 1, "f");
	fx_blob(&fx, RAW_BLOB_BYTES, 2, how, sizeof(how));
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/f");
	ck_assert_str_eq(e->flags, "O_WRONLY|O_APPEND");
	fx_call(&fx, SYS_openat2, 6, (uint64_t)AT_FDCWD, 1, 2, 24, 0, 0);
	fx_str(&fx, 1, "g");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 6);
	ck_assert(!HAS(e, flags));
	fx_call(&fx, SYS_creat, 7, 1, 0600, 0, 0, 0, 0);
	fx_str(&fx, 0, "h");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 7);
	ck_assert_str_eq(e->flags, "O_WRONLY|O_CREAT|O_TRUNC");
	ck_assert_str_eq(fx_read(&fx, 7, 1, -EBADF)->file, "/proj/h");
}
END_TEST

START_TEST(kernel_names_win)
{
	fx.flags = RAW_FDS_KNOWN;
	/* The path leads through a symbolic link. */
	fx_call(&fx, SYS_openat, 3, (uint64_t)AT_FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx_str(&fx, 1, "/lib/x.so");
	fx_fd(&fx, RAW_ARG_RET, 3, "/usr/lib/x.so.1", O_RDONLY | O_CLOEXEC, 0, S_IFREG);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/usr/lib/x.so.1");
	ck_assert_str_eq(e->flags, "O_RDONLY");
	fx.flags = 0;
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->flags, "O_RDONLY|O_CLOEXEC");
	/* A descriptor that nobody saw made. */
	fx_call(&fx, SYS_read, 5, 9, 1, 5, 0, 0, 0);
	fx_fd(&fx, 0, 9, "/tmp/was", O_RDWR | 0100000, 7, S_IFREG);
	fx.rec->flags = RAW_FDS_KNOWN;
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/tmp/was");
	ck_assert_str_eq(e->flags, "O_RDWR");
	ck_assert_int_eq(e->ev.offset, 7);
	/* It was learned: the next one needs no blob. */
	fx.flags = 0;
	e = fx_read(&fx, 9, 5, 5);
	ck_assert_str_eq(e->file, "/tmp/was");
	ck_assert_int_eq(e->ev.offset, 12);
	/* Silence means not open, whatever the model thinks. */
	fx.flags = RAW_FDS_KNOWN;
	e = fx_read(&fx, 9, 5, -EBADF);
	ck_assert(!HAS(e, file));
	ck_assert_int_eq(e->ev.fd, 9);
	fx.flags = 0;
	ck_assert(!HAS(fx_read(&fx, 9, 5, 5), file));
}
END_TEST

START_TEST(deleted_files)
{
	struct raw_fd fd = { .fd = 4, .bits = RAW_FD_DELETED };
	fx_call(&fx, SYS_read, 1, 4, 1, 1, 0, 0, 0);
	fx_raw_fd(&fx, 0, &fd, "/tmp/gone");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/tmp/gone");
	ck_assert(e->ev.event_flags & EVENT_FILE_DELETED);
	fx_openat(&fx, "x", O_RDWR, 5);
	fx_call(&fx, SYS_unlinkat, 0, (uint64_t)AT_FDCWD, 1, 0, 0, 0, 0);
	fx_str(&fx, 1, "./x");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/x");
	ck_assert(!(e->ev.event_flags & EVENT_FILE_DELETED));
	e = fx_read(&fx, 5, 1, 0);
	ck_assert_str_eq(e->file, "/proj/x");
	ck_assert(e->ev.event_flags & EVENT_FILE_DELETED);
}
END_TEST

START_TEST(dup_shares_name_and_position)
{
	fx_openat(&fx, "a", O_RDONLY | O_CLOEXEC, 3);
	fx_call(&fx, SYS_dup, 4, 3, 0, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 4);
	ck_assert_str_eq(e->file, "/proj/a");
	ck_assert_str_eq(e->flags, "O_RDONLY");
	fx_read(&fx, 3, 10, 10);
	ck_assert_int_eq(fx_read(&fx, 4, 10, 10)->ev.offset, 10);
	ck_assert_int_eq(fx_read(&fx, 3, 10, 1)->ev.offset, 20);
	/* dup2 onto an open number replaces it. */
	fx_openat(&fx, "b", O_RDONLY, 5);
	fx_call(&fx, SYS_dup2, 3, 5, 3, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/b");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
	ck_assert_str_eq(fx_read(&fx, 4, 1, 1)->file, "/proj/a");
	fx_call(&fx, SYS_dup2, 3, 3, 3, 0, 0, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.fd, 3);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
	/* Failures change nothing; the source is still named. */
	fx_call(&fx, SYS_dup3, -EINVAL, 3, 3, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/b");
	ck_assert(!HAS(e, fd));
	fx_call(&fx, SYS_dup, -EBADF, 99999, 0, 0, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), file));
	fx_call(&fx, SYS_dup3, 6, 3, 6, O_CLOEXEC, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->flags, "O_RDONLY|O_CLOEXEC");
}
END_TEST

START_TEST(fcntl_and_ioctl)
{
	fx_openat(&fx, "a", O_RDWR, 3);
	fx_call(&fx, SYS_fcntl, 10, 3, 1030, 10, 0, 0, 0); /* F_DUPFD_CLOEXEC */
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 10);
	ck_assert_str_eq(e->flags, "O_RDWR|O_CLOEXEC");
	fx_call(&fx, SYS_fcntl, 0, 3, F_SETFL, O_APPEND | O_NONBLOCK | O_TRUNC, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->flags, "O_RDWR");
	ck_assert_str_eq(fx_read(&fx, 10, 1, 0)->flags,
			 "O_RDWR|O_APPEND|O_NONBLOCK|O_CLOEXEC");
	fx_call(&fx, SYS_fcntl, 0, 10, F_SETFD, 0, 0, 0, 0);
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 10, 1, 0)->flags, "O_RDWR|O_APPEND|O_NONBLOCK");
	fx_call(&fx, SYS_ioctl, 0, 3, 0x5451, 0, 0, 0, 0); /* FIOCLEX */
	ck_assert_str_eq(fx_send(&fx)->flags, "O_RDWR|O_APPEND|O_NONBLOCK");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 0)->flags,
			 "O_RDWR|O_APPEND|O_NONBLOCK|O_CLOEXEC");
	fx_call(&fx, SYS_fcntl, O_WRONLY, 3, F_GETFL, 0, 0, 0, 0);
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 10, 1, 0)->flags, "O_WRONLY");
	fx_call(&fx, SYS_fcntl, -EINVAL, 3, F_DUPFD, 1 << 30, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/a");
	ck_assert_int_eq(e->ev.fd, 3);
}
END_TEST

START_TEST(close_range_rules)
{
	for (int fd = 3; fd < 7; fd++) {
		char name[] = { 'f', (char)('0' + fd), 0 };
		fx_openat(&fx, name, O_RDONLY, fd);
	}
	fx_call(&fx, SYS_close_range, 0, 2, 4, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 2);
	ck_assert_str_eq(e->file, "/proj/f3");
	ck_assert(!HAS(fx_read(&fx, 4, 1, -EBADF), file));
	ck_assert_str_eq(fx_read(&fx, 5, 1, 1)->file, "/proj/f5");
	fx_call(&fx, SYS_close_range, 0, 5, ~0u, 4, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->flags, "O_RDONLY|O_CLOEXEC");
	ck_assert_str_eq(fx_read(&fx, 6, 1, 1)->flags, "O_RDONLY|O_CLOEXEC");
	fx_call(&fx, SYS_close_range, 0, 9000, 9999, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 9000);
	ck_assert(!HAS(e, file));
}
END_TEST

START_TEST(close_frees_even_when_it_fails)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	ck_assert_str_eq(fx_close_fd(&fx, 3, -EIO)->file, "/proj/a");
	ck_assert(!HAS(fx_read(&fx, 3, 1, -EBADF), file));
	fx_openat(&fx, "b", O_RDONLY, 3);
	fx_start(&fx, RAW_UNFINISHED);
	fx.rec->nr = SYS_close;
	fx.rec->args[0] = 3;
	e = fx_send(&fx);
	ck_assert(e->ev.event_flags & EVENT_UNFINISHED);
	ck_assert(!HAS(e, ret));
	ck_assert_str_eq(e->file, "/proj/b");
	ck_assert(!HAS(fx_read(&fx, 3, 1, -EBADF), file));
}
END_TEST

START_TEST(pipes_and_anonymous)
{
	uint32_t pair[2] = { 3, 4 };
	fx_call(&fx, SYS_pipe2, 0, 1, O_CLOEXEC, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 0, pair, sizeof(pair));
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "pipe:[#1]");
	ck_assert_str_eq(e->flags, "O_RDONLY|O_CLOEXEC");
	fx_call(&fx, SYS_write, 5, 4, 1, 5, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "pipe:[#1]");
	ck_assert_str_eq(e->flags, "O_WRONLY|O_CLOEXEC");
	ck_assert(!HAS(e, offset));
	/* The kernel's names for both ends, when it tells them. */
	fx_call(&fx, SYS_pipe, 0, 1, 0, 0, 0, 0, 0);
	fx_fd(&fx, RAW_ARG_NEW0, 5, "pipe:[77]", O_RDONLY, 0, 0);
	fx_fd(&fx, RAW_ARG_NEW1, 6, "pipe:[77]", O_WRONLY, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 5);
	ck_assert_str_eq(e->file, "pipe:[77]");
	ck_assert_str_eq(fx_close_fd(&fx, 6, 0)->file, "pipe:[77]");
	/* A made-up name gives way to the kernel's. */
	fx_call(&fx, SYS_read, 1, 3, 1, 1, 0, 0, 0);
	fx_fd(&fx, 0, 3, "pipe:[55]", O_RDONLY, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "pipe:[55]");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "pipe:[55]");

	fx_call(&fx, SYS_eventfd2, 7, 0, O_CLOEXEC | O_NONBLOCK, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "anon_inode:[eventfd]");
	ck_assert_str_eq(e->flags, "O_RDWR|O_NONBLOCK|O_CLOEXEC");
	fx_call(&fx, SYS_memfd_create, 8, 1, 1, 0, 0, 0, 0);
	fx_str(&fx, 0, "mem");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/memfd:mem");
	ck_assert(e->ev.event_flags & EVENT_FILE_DELETED);
	fx_call(&fx, SYS_signalfd4, 7, 7, 1, 8, 0, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.fd, 7);
	fx_call(&fx, SYS_bpf, 9, 0, 1, 2, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "anon_inode:bpf-map");
	fx_call(&fx, SYS_bpf, 0, 2, 1, 2, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), fd));
	fx_call(&fx, SYS_epoll_create1, -EMFILE, 0, 0, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, file));
}
END_TEST

START_TEST(pidfd_getfd_names_the_result)
{
	fx_call(&fx, SYS_pidfd_open, 3, 50, 0, 0, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "anon_inode:[pidfd]");
	fx_call(&fx, SYS_pidfd_getfd, 4, 3, 7, 0, 0, 0, 0);
	fx_fd(&fx, RAW_ARG_RET, 4, "/other/file", O_RDONLY, 0, S_IFREG);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/other/file");
	ck_assert_int_eq(e->ev.fd, 4);
	/* From the model, if the process is traced; else the result has no name. */
	fx_openat(&fx, "mine", O_RDONLY, 9);
	fx_call(&fx, SYS_pidfd_open, 5, 100, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_pidfd_getfd, 6, 5, 9, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/mine");
	ck_assert_str_eq(e->flags, "O_RDONLY|O_CLOEXEC");
	fx_call(&fx, SYS_pidfd_getfd, 7, 3, 9, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 7);
	ck_assert(!HAS(e, file));
	fx_call(&fx, SYS_pidfd_getfd, -EBADF, 5, 99, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert_str_eq(e->file, "anon_inode:[pidfd]");
}
END_TEST

START_TEST(two_descriptors_name_the_destination)
{
	fx_openat(&fx, "in", O_RDONLY, 3);
	fx_openat(&fx, "out", O_WRONLY, 4);
	fx_call(&fx, SYS_sendfile, 5, 4, 3, 0, 5, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 4);
	ck_assert_str_eq(e->file, "/proj/out");
	fx_call(&fx, SYS_copy_file_range, 5, 3, 0, 4, 0, 5, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 4);
	ck_assert_str_eq(e->file, "/proj/out");
	fx_call(&fx, SYS_mmap, 0x7f0000000000, 0, 4096, 1, 2, 3, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/in");
	ck_assert_int_eq(e->ev.fd, 3);
	fx_call(&fx, SYS_mmap, 0x7f0000000000, 0, 4096, 3, 0x22, ~0ull, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "anon");
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, flags));
}
END_TEST

START_TEST(kcmp_only_files)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_call(&fx, SYS_kcmp, 0, 100, 100, 0, 3, 3, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/proj/a");
	fx_call(&fx, SYS_kcmp, 0, 100, 100, 1, 3, 3, 0);
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, file));
}
END_TEST

START_TEST(registered_rings)
{
	uint32_t update[4] = { 2, 0, 3, 0 };
	fx_call(&fx, SYS_io_uring_setup, 3, 8, 1, 0, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "anon_inode:[io_uring]");
	fx_call(&fx, SYS_io_uring_register, 1, 3, 20, 1, 1, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 2, update, sizeof(update));
	fx_send(&fx);
	fx_call(&fx, SYS_io_uring_enter, 0, 2, 0, 0, 16, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "anon_inode:[io_uring]");
	ck_assert_int_eq(e->ev.fd, 3);
	/* Index 0 is not descriptor 0, and nothing is registered there. */
	fx_call(&fx, SYS_io_uring_enter, -EBADF, 0, 0, 0, 16, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "io_uring:reg[0]");
	ck_assert(!HAS(e, fd));
	/* The number goes to another file, the ring stays. */
	fx_close_fd(&fx, 3, 0);
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_call(&fx, SYS_io_uring_enter, 0, 2, 0, 0, 16, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "anon_inode:[io_uring]");
	ck_assert(!HAS(e, fd));
	fx_call(&fx, SYS_io_uring_register, 1, 2, 21 | 1u << 31, 1, 1, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, update, sizeof(update));
	fx_send(&fx);
	fx_call(&fx, SYS_io_uring_enter, -EBADF, 2, 0, 0, 16, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "io_uring:reg[2]");
	fx_call(&fx, SYS_io_uring_register, -EBADF, 99999, 20, 1, 1, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 99999);
	ck_assert(!HAS(e, file));
}
END_TEST

START_TEST(aio_setup_has_no_descriptor)
{
	fx_call(&fx, SYS_io_setup, 0, 32, 0x1000, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->family, "AIO");
	ck_assert_str_eq(e->kind, "null");
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, file));
	ck_assert(!HAS(e, bytes));
	fx_call(&fx, SYS_io_setup, -EINVAL, 0, 0x1000, 0, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->error, "EINVAL");
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("files");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, open_read_close);
	tcase_add_test(c, failed_open);
	tcase_add_test(c, openat2_and_creat);
	tcase_add_test(c, kernel_names_win);
	tcase_add_test(c, deleted_files);
	tcase_add_test(c, dup_shares_name_and_position);
	tcase_add_test(c, fcntl_and_ioctl);
	tcase_add_test(c, close_range_rules);
	tcase_add_test(c, close_frees_even_when_it_fails);
	tcase_add_test(c, pipes_and_anonymous);
	tcase_add_test(c, pidfd_getfd_names_the_result);
	tcase_add_test(c, two_descriptors_name_the_destination);
	tcase_add_test(c, kcmp_only_files);
	tcase_add_test(c, registered_rings);
	tcase_add_test(c, aio_setup_has_no_descriptor);
	Suite *s = suite_create("decode files");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
