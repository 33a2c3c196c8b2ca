/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths: absolute through cwd, dirfd and root; two names; empty and NULL paths; handles,
 * queues; socket peers.
 */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
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

#define FDCWD ((uint64_t)AT_FDCWD)

START_TEST(dirfd)
{
	fx_openat(&fx, "/base", O_RDONLY | O_DIRECTORY, 3);
	fx_call(&fx, SYS_openat, 4, 3, 1, O_RDONLY, 0, 0, 0);
	fx_str(&fx, 1, "rel/./x");
	ck_assert_str_eq(fx_send(&fx)->file, "/base/rel/x");
	fx_call(&fx, SYS_mkdirat, 0, 3, 1, 0777, 0, 0, 0);
	fx_str(&fx, 1, "/abs");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/abs");
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, flags));
	/* The record's word about the directory. */
	fx_call(&fx, SYS_unlinkat, 0, 9, 1, 0, 0, 0, 0);
	fx_str(&fx, 1, "x");
	fx_fd(&fx, 0, 9, "/from/kernel", O_RDONLY, 0, S_IFDIR);
	ck_assert_str_eq(fx_send(&fx)->file, "/from/kernel/x");
	/* Nobody knows the directory: the path as it was passed. */
	fx_call(&fx, SYS_unlinkat, -EBADF, 77, 1, 0, 0, 0, 0);
	fx_str(&fx, 1, "x");
	ck_assert_str_eq(fx_send(&fx)->file, "x");
}
END_TEST

START_TEST(cwd_and_root)
{
	fx_call(&fx, SYS_stat, 0, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "a");
	fx_fd(&fx, RAW_ARG_CWD, AT_FDCWD, "/kernel/cwd", 0, -1, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "/kernel/cwd/a");
	fx_call(&fx, SYS_stat, -ENOENT, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "b");
	ck_assert_str_eq(fx_send(&fx)->file, "/kernel/cwd/b");
	fx_call(&fx, SYS_stat, 0, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "/etc");
	fx_fd(&fx, RAW_ARG_ROOT, -1, "/jail", 0, -1, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "/jail/etc");
	fx_call(&fx, SYS_stat, 0, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "/");
	ck_assert_str_eq(fx_send(&fx)->file, "/jail");
}
END_TEST

START_TEST(two_names)
{
	fx_openat(&fx, "/olddir", O_RDONLY, 3);
	fx_openat(&fx, "/newdir", O_RDONLY, 4);
	fx_call(&fx, SYS_renameat2, 0, 3, 1, 4, 2, 0, 0);
	fx_str(&fx, 1, "a");
	fx_str(&fx, 3, "b");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/newdir/b");
	ck_assert_str_eq(e->old_file, "/olddir/a");
	ck_assert_str_eq(e->kind, "name");
	fx_call(&fx, SYS_symlink, 0, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "../target");
	fx_str(&fx, 1, "link");
	e = fx_send(&fx);
	ck_assert_str_eq(e->old_file, "../target");
	ck_assert_str_eq(e->file, "/proj/link");
	fx_call(&fx, SYS_linkat, 0, 3, 1, FDCWD, 2, AT_EMPTY_PATH, 0);
	fx_str(&fx, 1, "");
	fx_str(&fx, 3, "hard");
	e = fx_send(&fx);
	ck_assert_str_eq(e->old_file, "/olddir");
	ck_assert_str_eq(e->file, "/proj/hard");
	fx_call(&fx, SYS_rename, -ENOENT, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "x");
	e = fx_send(&fx);
	ck_assert_str_eq(e->old_file, "/proj/x");
	ck_assert(!HAS(e, file));
}
END_TEST

/* Views of a run want the name as it was asked for and what a copy was made of. */
START_TEST(beside_the_columns)
{
	fx_call(&fx, SYS_openat, 4, FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx_str(&fx, 1, "link");
	fx_fd(&fx, RAW_ARG_RET, 4, "/real/place", O_RDONLY, 0, S_IFREG);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/real/place");
	ck_assert_str_eq(e->asked, "/proj/link");
	ck_assert_ptr_nonnull(e->ev.words);
	fx_call(&fx, SYS_openat, -ENOENT, FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx_str(&fx, 1, "none");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/none");
	ck_assert_str_eq(e->asked, "");
	fx_openat(&fx, "out", O_WRONLY, 5);
	fx_call(&fx, SYS_copy_file_range, 10, 4, 0, 5, 0, 10, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/out");
	ck_assert_str_eq(e->source, "/real/place");
	fx_call(&fx, SYS_sendfile, 10, 5, 4, 0, 10, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->source, "/real/place");
	ck_assert_str_eq(fx_read(&fx, 4, 1, 1)->source, "");
	fx_start(&fx, RAW_TASK_EXEC);
	fx_blob(&fx, RAW_BLOB_PATH, 0, "/bin/x", 6);
	fx_blob(&fx, RAW_BLOB_PATH, 1, "/lib/ld.so", 10);
	fx_send(&fx);
	ck_assert_str_eq(fx.program, "/bin/x");
	ck_assert_str_eq(fx.interpreter, "/lib/ld.so");
}
END_TEST

START_TEST(renamed_directory)
{
	fx_openat(&fx, "d/f", O_RDWR, 3);
	fx_call(&fx, SYS_rename, 0, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "d");
	fx_str(&fx, 1, "/e");
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/e/f");
	fx_call(&fx, SYS_rename, -EACCES, 1, 2, 0, 0, 0, 0);
	fx_str(&fx, 0, "/e");
	fx_str(&fx, 1, "/g");
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/e/f");
}
END_TEST

START_TEST(empty_paths)
{
	fx_openat(&fx, "/base", O_RDONLY, 3);
	fx_call(&fx, SYS_statx, 0, 3, 1, AT_EMPTY_PATH, 0, 0, 0);
	fx_str(&fx, 1, "");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/base");
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->flags, "O_RDONLY");
	fx_call(&fx, SYS_newfstatat, 0, FDCWD, 1, 2, AT_EMPTY_PATH, 0, 0);
	fx_str(&fx, 1, "");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj");
	ck_assert(!HAS(e, fd));
	fx_call(&fx, SYS_newfstatat, -ENOENT, 3, 1, 2, 0, 0, 0);
	fx_str(&fx, 1, "");
	e = fx_send(&fx);
	ck_assert(!HAS(e, file));
	ck_assert(!HAS(e, fd));
	/* Unreadable is not empty. */
	fx_call(&fx, SYS_statx, -EFAULT, 3, 1, AT_EMPTY_PATH, 0, 0, 0);
	raw_build_add(&fx.b, RAW_BLOB_CSTR, 1, RAW_BLOB_FAULT, "", 0);
	ck_assert(!HAS(fx_send(&fx), file));
	fx_call(&fx, SYS_readlinkat, 5, 3, 1, 2, 64, 0, 0);
	fx_str(&fx, 1, "");
	ck_assert_str_eq(fx_send(&fx)->file, "/base");
}
END_TEST

START_TEST(utimensat_rules)
{
	const int64_t omit = (1 << 30) - 2;
	int64_t times[4] = { 0, omit, 0, omit };
	fx_openat(&fx, "f", O_RDONLY, 3);
	fx_call(&fx, SYS_utimensat, 0, 3, 0, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/f");
	ck_assert_int_eq(e->ev.fd, 3);
	fx_call(&fx, SYS_utimensat, 0, 3, 0, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, times, sizeof(times));
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, file));
	fx_call(&fx, SYS_utimensat, 0, 3, 1, 1, 0, 0, 0);
	fx_str(&fx, 1, "/x");
	fx_blob(&fx, RAW_BLOB_BYTES, 2, times, sizeof(times));
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert_str_eq(e->file, "/x");
	times[3] = 0;
	fx_call(&fx, SYS_utimensat, 0, 3, 0, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, times, sizeof(times));
	e = fx_send(&fx);
	ck_assert(HAS(e, fd));
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/proj/f");
}
END_TEST

START_TEST(getcwd_and_chdir)
{
	fx_call(&fx, SYS_getcwd, 6, 1, 4096, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 0, "/proj\0", 6);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj");
	ck_assert_str_eq(e->kind, "null");
	ck_assert_uint_eq(e->ev.requested, 4096);
	fx_call(&fx, SYS_getcwd, -ERANGE, 1, 2, 0, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), file));
	fx_call(&fx, SYS_chdir, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "sub");
	ck_assert_str_eq(fx_send(&fx)->file, "/proj/sub");
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 3)->file, "/proj/sub/x");
	fx_call(&fx, SYS_chdir, -ENOENT, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "/no");
	fx_send(&fx);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 3)->file, "/proj/sub/x");
	fx_openat(&fx, "/d", O_RDONLY, 4);
	fx_call(&fx, SYS_fchdir, 0, 4, 0, 0, 0, 0, 0);
	fx_send(&fx);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 3)->file, "/d/x");
	fx_call(&fx, SYS_chroot, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, ".");
	fx_send(&fx);
	ck_assert_str_eq(fx_openat(&fx, "/x", O_RDONLY, 3)->file, "/d/x");
}
END_TEST

START_TEST(handles)
{
	uint32_t handle[4] = { 8, 1, 0xabcd, 0x1234 };
	fx_call(&fx, SYS_name_to_handle_at, 0, FDCWD, 1, 2, 3, 0, 0);
	fx_str(&fx, 1, "h");
	fx_blob(&fx, RAW_BLOB_OUT, 2, handle, sizeof(handle));
	fx_send(&fx);
	fx_call(&fx, SYS_open_by_handle_at, -ESTALE, 3, 1, O_RDONLY, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, handle, sizeof(handle));
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/h");
	ck_assert(!HAS(e, fd));
	fx_call(&fx, SYS_open_by_handle_at, 5, 3, 1, O_RDONLY, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, handle, sizeof(handle));
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 5, 1, 1)->file, "/proj/h");
	/* A handle that claims more bytes than the record has. */
	handle[0] = 100;
	fx_call(&fx, SYS_name_to_handle_at, 0, FDCWD, 1, 2, 3, 0, 0);
	fx_str(&fx, 1, "liar");
	fx_blob(&fx, RAW_BLOB_OUT, 2, handle, sizeof(handle));
	fx_send(&fx);
	fx_call(&fx, SYS_open_by_handle_at, -EINVAL, 3, 1, O_RDONLY, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, handle, sizeof(handle));
	ck_assert(!HAS(fx_send(&fx), file));
}
END_TEST

START_TEST(fanotify_inotify_queues)
{
	fx_call(&fx, SYS_fanotify_init, 3, 0, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_fanotify_mark, 0, 3, 1, 2, FDCWD, 5, 0);
	fx_str(&fx, 4, "w");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/proj/w");
	fx_openat(&fx, "/dir", O_RDONLY, 4);
	fx_call(&fx, SYS_fanotify_mark, 0, 3, 1, 2, 4, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/dir");
	fx_call(&fx, SYS_fanotify_mark, 0, 3, 0x80, 2, FDCWD, 5, 0);
	fx_str(&fx, 4, "w");
	ck_assert_str_eq(fx_send(&fx)->file, "anon_inode:[fanotify]");
	fx_call(&fx, SYS_fanotify_mark, -ENOENT, 3, 1, 2, FDCWD, 5, 0);
	fx_str(&fx, 4, "");
	ck_assert(!HAS(fx_send(&fx), file));
	fx_call(&fx, SYS_inotify_init1, 5, 0, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_inotify_add_watch, 1, 5, 1, 2, 0, 0, 0);
	fx_str(&fx, 1, "w");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 5);
	ck_assert_str_eq(e->file, "/proj/w");
	fx_call(&fx, SYS_mq_open, 6, 1, O_RDWR | O_CREAT, 0600, 0, 0, 0);
	fx_str(&fx, 0, "q");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/q");
	ck_assert_str_eq(fx_close_fd(&fx, 6, 0)->file, "/q");
}
END_TEST

START_TEST(long_paths)
{
	char *path = malloc(4097);
	ck_assert_ptr_nonnull(path);
	memset(path, 'x', 4096);
	path[4096] = '\0';
	e = fx_openat(&fx, path, O_RDONLY, -ENAMETOOLONG);
	ck_assert_uint_eq(e->ev.file.len, 4096 + 6);
	ck_assert_int_eq(memcmp(e->file, "/proj/xxx", 9), 0);
	free(path);
}
END_TEST

static struct sockaddr_in
inet(unsigned port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(0x7f000001) };
}

START_TEST(peers)
{
	struct sockaddr_in a = inet(80), b = inet(99);
	fx_call(&fx, SYS_socket, 3, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "socket:[#1]");
	ck_assert_str_eq(e->flags, "O_RDWR|O_CLOEXEC");
	ck_assert(!HAS(e, peer));
	fx_call(&fx, SYS_connect, -EINPROGRESS, 3, 1, sizeof(a), 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, &a, sizeof(a));
	e = fx_send(&fx);
	ck_assert_str_eq(e->peer, "127.0.0.1:80");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->peer, "127.0.0.1:80");
	fx_call(&fx, SYS_dup, 4, 3, 0, 0, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->peer, "127.0.0.1:80");
	fx_call(&fx, SYS_sendto, 1, 4, 1, 1, 0, 2, sizeof(b));
	fx_blob(&fx, RAW_BLOB_BYTES, 4, &b, sizeof(b));
	ck_assert_str_eq(fx_send(&fx)->peer, "127.0.0.1:99");
	ck_assert_str_eq(fx_read(&fx, 4, 1, 1)->peer, "127.0.0.1:80");
	fx_call(&fx, SYS_connect, -ECONNREFUSED, 4, 1, sizeof(b), 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, &b, sizeof(b));
	ck_assert_str_eq(fx_send(&fx)->peer, "127.0.0.1:99");
	ck_assert_str_eq(fx_read(&fx, 4, 1, 1)->peer, "127.0.0.1:80");
	fx_call(&fx, SYS_accept4, 5, 9, 1, 2, SOCK_CLOEXEC, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 1, &b, sizeof(b));
	fx_fd(&fx, RAW_ARG_RET, 5, "socket:[500]", O_RDWR | O_CLOEXEC, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 5);
	ck_assert_str_eq(e->file, "socket:[500]");
	ck_assert_str_eq(e->peer, "127.0.0.1:99");
	fx_call(&fx, SYS_accept4, -EAGAIN, 9, 1, 2, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert(!HAS(e, peer));
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	fx_call(&fx, SYS_connect, 0, 4, 1, sizeof(none), 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, &none, sizeof(none));
	fx_send(&fx);
	ck_assert(!HAS(fx_read(&fx, 3, 1, 1), peer));
}
END_TEST

START_TEST(received_descriptors)
{
	struct sockaddr_in b = inet(99);
	fx_openat(&fx, "stale", O_RDONLY, 8);
	fx_call(&fx, SYS_accept, 5, 9, 1, 2, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 1, &b, sizeof(b));
	fx_fd(&fx, RAW_ARG_RET, 5, "socket:[500]", O_RDWR, 0, 0);
	fx_send(&fx);
	fx_close_fd(&fx, 5, 0);
	/* The same socket comes back by SCM_RIGHTS, and a file. */
	fx_call(&fx, SYS_recvmsg, 1, 3, 1, 0, 0, 0, 0);
	fx_fd(&fx, RAW_ARG_SCM, 7, "socket:[500]", O_RDWR, 0, 0);
	fx_fd(&fx, RAW_ARG_SCM + 1, 8, "/sent", O_RDONLY, 0, S_IFREG);
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 3);
	e = fx_read(&fx, 7, 1, 1);
	ck_assert_str_eq(e->file, "socket:[500]");
	ck_assert_str_eq(e->peer, "127.0.0.1:99");
	ck_assert_str_eq(fx_read(&fx, 8, 1, 1)->file, "/sent");
	/* From the control data alone the names are not known, but old ones are void. */
	struct {
		size_t cmsg_len; /* as struct cmsghdr, which may not stand in a struct */
		int cmsg_level, cmsg_type;
		int32_t fds[2];
	} control = { sizeof(control), SOL_SOCKET, SCM_RIGHTS, { 7, 8 } };
	fx_call(&fx, SYS_recvmsg, 1, 3, 1, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_CONTROL, 1, &control, sizeof(control));
	fx_send(&fx);
	ck_assert(!HAS(fx_read(&fx, 7, 1, 1), file));
	ck_assert(!HAS(fx_read(&fx, 8, 1, 1), file));
	/* Lengths that lie. */
	control.cmsg_len = 1 << 20;
	fx_openat(&fx, "a", O_RDONLY, 8);
	fx_call(&fx, SYS_recvmsg, 1, 3, 1, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_CONTROL, 1, &control, sizeof(control));
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 8, 1, 1)->file, "/proj/a");
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("names");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, dirfd);
	tcase_add_test(c, cwd_and_root);
	tcase_add_test(c, two_names);
	tcase_add_test(c, beside_the_columns);
	tcase_add_test(c, renamed_directory);
	tcase_add_test(c, empty_paths);
	tcase_add_test(c, utimensat_rules);
	tcase_add_test(c, getcwd_and_chdir);
	tcase_add_test(c, handles);
	tcase_add_test(c, fanotify_inotify_queues);
	tcase_add_test(c, long_paths);
	tcase_add_test(c, peers);
	tcase_add_test(c, received_descriptors);
	Suite *s = suite_create("decode names");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
