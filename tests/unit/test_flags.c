/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values in names: bits, enumerated parts, combinations, leftovers, zero, width; errnos
 * and signals.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "table/flagset_table.h"

static void
assert_render(const char *set, uint64_t value, const char *expected)
{
	struct strbuf b = { 0 };

	ck_assert_msg(flagset_find(set) != NULL, "no set %s", set);
	flagset_render(&b, flagset_find(set), value);
	ck_assert_str_eq(strbuf_str(&b), expected);
	strbuf_fini(&b);
}

START_TEST(test_bits)
{
	assert_render("open", 0, "O_RDONLY");
	assert_render("open", 02 | 0100 | 02000000, "O_RDWR|O_CREAT|O_CLOEXEC");
	assert_render("open", 01 | 0100 | 0200 | 01000,
		      "O_WRONLY|O_CREAT|O_EXCL|O_TRUNC");
	assert_render("open", 04000 | 02000000 | 0200000,
		      "O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY");
	assert_render("open", 0100000, "O_RDONLY|O_LARGEFILE");
	assert_render("oflags", 02000000, "O_CLOEXEC");
	assert_render("prot", 0, "PROT_NONE");
	assert_render("prot", 5, "PROT_READ|PROT_EXEC");
	assert_render("at", 0, "0");
	assert_render("at", 0x1100, "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH");
	assert_render("access", 0, "F_OK");
	assert_render("access", 5, "R_OK|X_OK");
}
END_TEST

START_TEST(test_combinations)
{
	assert_render("open", 04010001, "O_WRONLY|O_SYNC");
	assert_render("open", 010001, "O_WRONLY|O_DSYNC");
	assert_render("open", 020200002, "O_RDWR|O_TMPFILE");
	assert_render("open", 0200000, "O_RDONLY|O_DIRECTORY");
	assert_render("statx", 0x7ff, "STATX_BASIC_STATS");
	assert_render("statx", 0xfff, "STATX_ALL");
	assert_render("statx", 0x17ff, "STATX_BASIC_STATS|STATX_MNT_ID");
	assert_render("inotify", 0xfff, "IN_ALL_EVENTS");
}
END_TEST

START_TEST(test_enumerated_part)
{
	assert_render("mmap", 0x22, "MAP_PRIVATE|MAP_ANONYMOUS");
	assert_render("mmap", 0x03, "MAP_SHARED_VALIDATE");
	assert_render("socktype", 0x80801, "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK");
	assert_render("socktype", 5, "SOCK_SEQPACKET");
	assert_render("sockflags", 0x80000, "SOCK_CLOEXEC");
	assert_render("futexop", 0, "FUTEX_WAIT");
	assert_render("futexop", 129, "FUTEX_WAKE_PRIVATE");
	assert_render("futexop", 393, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME");
	assert_render("flock", 6, "LOCK_EX|LOCK_NB");
	assert_render("clone", 0x1200011,
		      "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD");
	assert_render("quota", 0x80000701, "Q_GETQUOTA<<8|GRPQUOTA");
	assert_render("uringregister", 0x80000014,
		      "IORING_REGISTER_RING_FDS|IORING_REGISTER_USE_REGISTERED_RING");
}
END_TEST

START_TEST(test_leftovers)
{
	assert_render("open", 0x40000000, "O_RDONLY|0x40000000");
	assert_render("open", 3, "0x3 /* O_??? */");
	assert_render("at", 0x2, "0x2 /* AT_??? */");
	assert_render("zero", 0, "0");
	assert_render("zero", 5, "0x5 /* ??? */");
	assert_render("mmap", 0x100000000022, "MAP_PRIVATE|MAP_ANONYMOUS|0x100000000000");
	/* an int: what the upper half of the register holds is nobody's */
	assert_render("open", 0xffffffff00000042, "O_RDWR|O_CREAT");
	assert_render("clone", 0x100000000, "CLONE_CLEAR_SIGHAND");
}
END_TEST

START_TEST(test_enums)
{
	struct strbuf b = { 0 };

	assert_render("seek", 1, "SEEK_CUR");
	assert_render("seek", 99, "0x63 /* SEEK_??? */");
	assert_render("fcntl", 1030, "F_DUPFD_CLOEXEC");
	assert_render("ioctl", 0x541b, "FIONREAD");
	assert_render("ioctl", 0xffffffff80081272, "BLKGETSIZE64");
	assert_render("dirfd", (uint64_t)-100, "AT_FDCWD");
	assert_render("dirfd", 0xffffff9c, "AT_FDCWD");
	assert_render("rusage", 0xffffffff, "RUSAGE_CHILDREN");
	assert_render("af", 1, "AF_UNIX");
	assert_render("clock", 7, "CLOCK_BOOTTIME");
	ck_assert_str_eq(flagset_name(flagset_find("epollop"), 3), "EPOLL_CTL_MOD");
	ck_assert_ptr_null(flagset_name(flagset_find("epollop"), 4));
	ck_assert_ptr_null(flagset_find("none"));
	flagset_render(&b, NULL, 0x1f);
	ck_assert_str_eq(strbuf_str(&b), "0x1f");
	strbuf_fini(&b);
}
END_TEST

START_TEST(test_errnos)
{
	ck_assert_str_eq(errno_name(2), "ENOENT");
	ck_assert_str_eq(errno_name(11), "EAGAIN");
	ck_assert_str_eq(errno_name(133), "EHWPOISON");
	ck_assert_str_eq(errno_name(512), "ERESTARTSYS");
	ck_assert_str_eq(errno_name(516), "ERESTART_RESTARTBLOCK");
	ck_assert_ptr_null(errno_name(0));
	ck_assert_ptr_null(errno_name(41));
	ck_assert_ptr_null(errno_name(-2));
	ck_assert_int_eq(errno_find("ENOENT", 6), 2);
	ck_assert_int_eq(errno_find("ENOENTRY", 6), 2);
	ck_assert_int_eq(errno_find("ENO", 3), 0);
	ck_assert_int_eq(errno_find("EWOULDBLOCK", 11), 11);
	ck_assert_int_eq(errno_find("ENOTSUP", 7), 95);
	ck_assert_int_eq(errno_find("", 0), 0);
	/* all that this machine's libc has a name for */
	for (int e = 1; e < 134; e++) {
		const char *libc = strerrorname_np(e);

		if (libc && strcmp(libc, "ENOTSUP") != 0)
			ck_assert_msg(errno_name(e) && strcmp(errno_name(e), libc) == 0,
				      "%d is %s, not %s", e, libc, errno_name(e));
	}
}
END_TEST

START_TEST(test_signals)
{
	ck_assert_str_eq(signal_name(2), "SIGINT");
	ck_assert_str_eq(signal_name(31), "SIGSYS");
	ck_assert_str_eq(signal_name(32), "SIGRTMIN");
	ck_assert_str_eq(signal_name(35), "SIGRT_3");
	ck_assert_str_eq(signal_name(64), "SIGRT_32");
	ck_assert_ptr_null(signal_name(0));
	ck_assert_ptr_null(signal_name(65));
	ck_assert_ptr_null(signal_name(-1));
	ck_assert_str_eq(signal_name(29), "SIGIO"); /* the C library says SIGPOLL */
	for (int sig = 1; sig < 32; sig++)
		ck_assert(sig == 29 ||
			  strcmp(signal_name(sig) + 3, sigabbrev_np(sig)) == 0);
}
END_TEST

/* Any value of any set has a text, and a value of one name has that name. */
START_TEST(test_all_sets)
{
	for (size_t i = 0; i < FLAGSET_COUNT; i++) {
		const struct flagset *set = &flagset_table[i];

		for (size_t j = 0; j < set->n; j++) {
			struct strbuf b = { 0 };

			flagset_render(&b, set, set->flags[j].value);
			ck_assert_msg(strstr(strbuf_str(&b), set->flags[j].name) != NULL,
				      "[%s] %s comes out as %s", set->name,
				      set->flags[j].name, strbuf_str(&b));
			strbuf_fini(&b);
		}
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("flags");
	TCase *tc = tcase_create("flags");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, test_bits);
	tcase_add_test(tc, test_combinations);
	tcase_add_test(tc, test_enumerated_part);
	tcase_add_test(tc, test_leftovers);
	tcase_add_test(tc, test_enums);
	tcase_add_test(tc, test_errnos);
	tcase_add_test(tc, test_signals);
	tcase_add_test(tc, test_all_sets);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
