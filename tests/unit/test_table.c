/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generated table: rows whose every column matters to somebody, what is derived, and
 * what holds for all rows.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "table/flags.h"
#include "table/foreign.h"
#include "table/structs.h"
#include "table/syscall_desc.h"

static const struct syscall_desc *
find(const char *name)
{
	const struct syscall_desc *desc = syscall_find(name);

	ck_assert_msg(desc != NULL, "no %s", name);
	return desc;
}

static const struct capspec *
spec(const char *name)
{
	return syscall_capspec(find(name)->nr);
}

static void
assert_cap(const char *name, unsigned arg, unsigned how, unsigned when, unsigned len_arg,
	   unsigned size)
{
	const struct cap_arg *a = &spec(name)->arg[arg];

	ck_assert_msg(arg < spec(name)->nargs, "%s has no argument %u", name, arg);
	ck_assert_msg(a->how == how && a->when == when && a->len_arg == len_arg &&
			      a->size == size,
		      "%s %u: how %u when %u len %u size %u", name, arg, a->how, a->when,
		      a->len_arg, a->size);
}

START_TEST(test_read)
{
	const struct syscall_desc *d = syscall_desc(0);

	ck_assert_str_eq(d->name, "read");
	ck_assert_ptr_null(d->alias);
	ck_assert_uint_eq(d->nr, 0);
	ck_assert_uint_eq(d->nargs, 3);
	ck_assert_uint_eq(d->family, FAMILY_FS);
	ck_assert_uint_eq(d->kind, KIND_fd);
	ck_assert_uint_eq(d->ret, RET_bytes);
	ck_assert_uint_eq(d->bytes, BYTES_READ);
	ck_assert_uint_eq(d->flags, 0);
	ck_assert_int_eq(d->fd_arg, 0);
	ck_assert_int_eq(d->path_arg, -1);
	ck_assert_str_eq(d->args[1].name, "buf");
	ck_assert_uint_eq(d->args[1].type, ARG_buf_out);
	ck_assert_uint_eq(spec("read")->flags, CAP_TRANSFER | CAP_RET_BYTES);
	assert_cap("read", 0, CAP_FD, CAP_AT_ENTRY, CAP_NO_LEN, 0);
	assert_cap("read", 1, CAP_BUF, CAP_AT_EXIT, 2, 1);
	assert_cap("read", 2, CAP_NONE, 0, CAP_NO_LEN, 0);
}
END_TEST

START_TEST(test_openat)
{
	const struct syscall_desc *d = find("openat");

	ck_assert_uint_eq(d->nr, 257);
	ck_assert_int_eq(d->fd_arg, -1);
	ck_assert_int_eq(d->path_arg, 1);
	ck_assert_uint_eq(d->ret, RET_fd);
	ck_assert_uint_eq(d->flags, SYSCALL_STATE);
	ck_assert_ptr_eq(d->args[2].set, flagset_find("open"));
	ck_assert_uint_eq(spec("openat")->flags, CAP_RET_FD);
	assert_cap("openat", 0, CAP_DIRFD, CAP_AT_ENTRY, CAP_NO_LEN, 0);
	assert_cap("openat", 1, CAP_PATH, CAP_AT_ENTRY, CAP_NO_LEN, 0);
}
END_TEST

/* io_setup: nr_reqs a count, ctxp an output; neither a descriptor nor a path. */
START_TEST(test_io_setup)
{
	const struct syscall_desc *d = find("io_setup");

	ck_assert_uint_eq(d->nr, 206);
	ck_assert_uint_eq(d->family, FAMILY_AIO);
	ck_assert_uint_eq(d->kind, KIND_null);
	ck_assert_uint_eq(d->nargs, 2);
	ck_assert_uint_eq(d->args[0].type, ARG_count);
	ck_assert_uint_eq(d->args[1].type, ARG_out);
	ck_assert_uint_eq(d->args[1].struct_id, STRUCT_aioctx);
	ck_assert_int_eq(d->fd_arg, -1);
	ck_assert_int_eq(d->path_arg, -1);
	ck_assert_uint_eq(spec("io_setup")->flags, 0);
	assert_cap("io_setup", 0, CAP_NONE, 0, CAP_NO_LEN, 0);
	assert_cap("io_setup", 1, CAP_FIXED, CAP_AT_EXIT, CAP_NO_LEN, 8);
}
END_TEST

START_TEST(test_two_names)
{
	ck_assert_int_eq(find("rename")->old_path_arg, 0);
	ck_assert_int_eq(find("rename")->path_arg, 1);
	ck_assert_int_eq(find("linkat")->old_path_arg, 1);
	ck_assert_int_eq(find("linkat")->path_arg, 3);
	ck_assert_int_eq(find("renameat2")->path_arg, 3);
	/* what a symlink holds is text: nothing is to be resolved */
	ck_assert_int_eq(find("symlinkat")->old_path_arg, 0);
	ck_assert_int_eq(find("symlinkat")->path_arg, 2);
	ck_assert_uint_eq(find("symlinkat")->args[0].type, ARG_str);
	ck_assert_int_eq(find("open")->old_path_arg, -1);
}
END_TEST

START_TEST(test_operands)
{
	static const struct {
		const char *name;
		int fd_arg;
	} rows[] = {
		{ "sendfile", 0 },
		{ "splice", 2 },
		{ "tee", 1 },
		{ "copy_file_range", 2 },
		{ "signalfd4", -1 },
		{ "mmap", 4 },
		{ "kcmp", 3 },
		{ "perf_event_open", -1 },
		{ "epoll_ctl", 0 },
		{ "dup2", 0 },
		{ "move_mount", 0 },
		{ "fstat", 0 },
		{ "kexec_file_load", 0 },
		{ "stat", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(find(rows[i].name)->fd_arg == rows[i].fd_arg, "%s: %d",
			      rows[i].name, find(rows[i].name)->fd_arg);
}
END_TEST

/* What the measuring argument makes of a type. */
START_TEST(test_measured)
{
	unsigned both = CAP_AT_ENTRY | CAP_AT_EXIT;

	assert_cap("readv", 1, CAP_IOVEC, CAP_AT_ENTRY, 2, 16);
	assert_cap("connect", 1, CAP_SIZED, CAP_AT_ENTRY, 2, 128);
	assert_cap("accept4", 1, CAP_SIZED_PTR, CAP_AT_EXIT, 2, 128);
	assert_cap("getsockopt", 3, CAP_SIZED_PTR, CAP_AT_EXIT, 4, 1);
	assert_cap("openat2", 2, CAP_SIZED, CAP_AT_ENTRY, 3, 24);
	assert_cap("poll", 0, CAP_ARRAY, both, 1, 8);
	assert_cap("select", 2, CAP_BITS, both, 0, 0);
	assert_cap("mbind", 3, CAP_BITS, CAP_AT_ENTRY, 4, 0);
	assert_cap("epoll_wait", 1, CAP_ARRAY, CAP_AT_EXIT, 2, 12);
	assert_cap("io_getevents", 3, CAP_ARRAY, CAP_AT_EXIT, 2, 32);
	assert_cap("io_submit", 2, CAP_IOCBS, CAP_AT_ENTRY, 1, 64);
	assert_cap("recvmsg", 1, CAP_MSGHDR, both, CAP_NO_LEN, 56);
	assert_cap("sendmmsg", 1, CAP_MMSGHDR, both, 2, 64);
	assert_cap("readlink", 1, CAP_TEXT, CAP_AT_EXIT, 2, 0);
	assert_cap("pipe2", 0, CAP_FDPAIR, CAP_AT_EXIT, CAP_NO_LEN, 8);
	assert_cap("process_vm_readv", 3, CAP_IOVEC, CAP_AT_ENTRY, 4, 16);
	assert_cap("execve", 1, CAP_STRV, CAP_AT_ENTRY, CAP_NO_LEN, 0);
	assert_cap("nanosleep", 0, CAP_FIXED, CAP_AT_ENTRY, CAP_NO_LEN, 16);
	assert_cap("fstat", 1, CAP_FIXED, CAP_AT_EXIT, CAP_NO_LEN, 144);
}
END_TEST

/* A result counts the elements of an output array only where it does: the ready
 * descriptors of poll may stand anywhere. */
START_TEST(test_result_counts)
{
	ck_assert_uint_eq(spec("epoll_wait")->flags, CAP_RET_COUNT);
	ck_assert_uint_eq(spec("recvmmsg")->flags, CAP_RET_COUNT);
	ck_assert_uint_eq(spec("poll")->flags, 0);
	ck_assert_uint_eq(spec("move_pages")->flags, 0);
	ck_assert_uint_eq(spec("exit_group")->flags, CAP_NORETURN);
	ck_assert_uint_eq(spec("lseek")->flags, CAP_TRANSFER);
	ck_assert_uint_eq(spec("pread64")->flags, CAP_RET_BYTES);
}
END_TEST

START_TEST(test_aliases)
{
	ck_assert_ptr_eq(find("newstat"), find("stat"));
	ck_assert_ptr_eq(find("newfstat"), find("fstat"));
	ck_assert_ptr_eq(find("newlstat"), find("lstat"));
	ck_assert_ptr_eq(find("newuname"), find("uname"));
	ck_assert_ptr_eq(find("sendfile64"), find("sendfile"));
	ck_assert_ptr_eq(find("umount"), find("umount2"));
	ck_assert_ptr_null(syscall_find("Read"));
	ck_assert_ptr_null(syscall_find("rea"));
	ck_assert_ptr_null(syscall_find(""));
}
END_TEST

START_TEST(test_unknown)
{
	static const unsigned numbers[] = {
		337, 400, 423, 472, 1000, 65536, 0xffffffffu
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct syscall_desc *d = syscall_desc(numbers[i]);
		const struct capspec *c = syscall_capspec(numbers[i]);

		ck_assert_ptr_null(d->name);
		ck_assert_uint_eq(d->flags, SYSCALL_UNKNOWN);
		ck_assert_uint_eq(d->family, FAMILY_Misc);
		ck_assert_uint_eq(d->nargs, 6);
		ck_assert_uint_eq(d->args[5].type, ARG_ulong);
		ck_assert_int_eq(d->fd_arg, -1);
		ck_assert_uint_eq(c->nargs, 6);
		for (unsigned arg = 0; arg < 6; arg++)
			ck_assert_uint_eq(c->arg[arg].how, CAP_NONE);
	}
}
END_TEST

static void
check_row(const struct syscall_desc *d, const struct capspec *c)
{
	ck_assert_uint_eq(c->nargs, d->nargs);
	ck_assert_msg(!(c->flags & CAP_RET_FD) == (d->ret != RET_fd), "%s", d->name);
	if (d->path_arg >= 0)
		ck_assert(d->args[d->path_arg].type == ARG_path ||
			  d->args[d->path_arg].type == ARG_str);
	for (unsigned i = 0; i < d->nargs; i++) {
		const struct arg_desc *a = &d->args[i];
		bool named = a->type == ARG_flags || a->type == ARG_enum;

		ck_assert_msg((a->set != NULL) == named, "%s %s", d->name, a->name);
		ck_assert(a->struct_id < STRUCT_COUNT);
		ck_assert(c->arg[i].len_arg == CAP_NO_LEN ||
			  c->arg[i].len_arg < d->nargs);
		ck_assert_msg((c->arg[i].how == CAP_NONE) == (c->arg[i].when == 0),
			      "%s %s", d->name, a->name);
		/* so that the engine need not look for the path of a directory */
		if (a->type == ARG_dirfd &&
		    d->nr != syscall_find("open_by_handle_at")->nr)
			ck_assert_msg(d->args[i + 1].type == ARG_path, "%s", d->name);
	}
}

START_TEST(test_all_rows)
{
	unsigned rows = 0;

	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		const struct syscall_desc *d = syscall_desc(nr);

		if (!d->name)
			continue;
		rows++;
		ck_assert_uint_eq(d->nr, nr);
		ck_assert_ptr_eq(syscall_find(d->name), d);
		check_row(d, syscall_capspec(nr));
	}
	ck_assert_uint_eq(rows, 385);
}
END_TEST

/* Whatever can return or install a descriptor must be seen whatever is selected. */
START_TEST(test_state)
{
	static const char *const names[] = {
		"open",
		"close",
		"dup3",
		"fcntl",
		"ioctl",
		"pipe2",
		"socketpair",
		"accept4",
		"recvmsg",
		"recvmmsg",
		"epoll_create1",
		"bpf",
		"seccomp",
		"fsmount",
		"pidfd_getfd",
		"chdir",
		"fchdir",
		"chroot",
		"setns",
		"unshare",
		"prctl",
		"lseek",
		"brk",
		"clone3",
		"close_range",
		"memfd_secret",
		"io_uring_setup",
		"restart_syscall",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(find(names[i])->flags & SYSCALL_STATE, "%s", names[i]);
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		if (syscall_desc(nr)->name && syscall_desc(nr)->ret == RET_fd)
			ck_assert_msg(syscall_desc(nr)->flags & SYSCALL_STATE, "%s",
				      syscall_desc(nr)->name);
	}
	ck_assert(!(find("read")->flags & SYSCALL_STATE));
}
END_TEST

START_TEST(test_names)
{
	ck_assert_str_eq(family_name(FAMILY_AIO), "AIO");
	ck_assert_int_eq(family_find("network"), FAMILY_Network);
	ck_assert_int_eq(family_find("Net"), -1);
	ck_assert_str_eq(kind_name(KIND_open_by_handle_at), "open-by-handle-at");
	ck_assert_int_eq(kind_find("OPEN_by-handle_at"), KIND_open_by_handle_at);
	ck_assert_int_eq(kind_find("f"), -1);
	ck_assert_int_eq(kind_find("fdx"), -1);
	ck_assert_int_eq(kind_find(""), -1);
	ck_assert_str_eq(ret_kind_name(RET_zero), "zero");
	ck_assert_str_eq(bytes_class_name(BYTES_TRANSFER), "transfer");
	ck_assert_str_eq(arg_type_name(ARG_enum), "enum");
	ck_assert_str_eq(struct_name(STRUCT_stat), "stat");
	ck_assert_uint_eq(struct_size(STRUCT_stat), 144);
	ck_assert_ptr_null(struct_name(STRUCT_none));
}
END_TEST

static const struct foreign_call *
i386(struct foreign_table *t, uint32_t nr, const char *name)
{
	const struct foreign_call *c = foreign_call(t, FOREIGN_I386, nr);
	ck_assert_str_eq(c->name, name);
	return c;
}

/* The arguments of C for words 0x11, 0x22, ... */
static void
expect_args(const struct foreign_call *c, const char *native, size_t n,
	    const uint64_t *want)
{
	const uint64_t words[SYSCALL_ARGS] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 };
	ck_assert(c->translates);
	ck_assert_str_eq(c->desc->name, native);
	for (unsigned i = 0; i < n; i++)
		ck_assert_msg(foreign_arg(c, i, words) == want[i],
			      "%s: argument %u is %#jx", c->name, i,
			      (uintmax_t)foreign_arg(c, i, words));
}

#define EXPECT_ARGS(c, native, ...) \
	do { \
		const uint64_t want_[] = { __VA_ARGS__ }; \
		expect_args(c, native, ARRAY_SIZE(want_), want_); \
	} while (0)

START_TEST(test_foreign_words)
{
	struct foreign_table *t = foreign_table_new();
	EXPECT_ARGS(i386(t, 3, "read"), "read", 0x11, 0x22, 0x33);
	EXPECT_ARGS(i386(t, 180, "pread64"), "pread64", 0x11, 0x22, 0x33, 0x5500000044);
	EXPECT_ARGS(i386(t, 140, "_llseek"), "lseek", 0x11, 0x2200000033, 0x55, 0x44);
	EXPECT_ARGS(i386(t, 192, "mmap2"), "mmap", 0x11, 0x22, 0x33, 0x44, 0x55, 0x66000);
	EXPECT_ARGS(i386(t, 120, "clone"), "clone", 0x11, 0x22, 0x33, 0x55, 0x44);
	EXPECT_ARGS(i386(t, 268, "statfs64"), "statfs", 0x11, 0x33);
	EXPECT_ARGS(i386(t, 324, "fallocate"), "fallocate", 0x11, 0x22, 0x4400000033,
		    0x6600000055);
	EXPECT_ARGS(i386(t, 339, "fanotify_mark"), "fanotify_mark", 0x11, 0x22,
		    0x4400000033, 0x55, 0x66);
	EXPECT_ARGS(i386(t, 7, "waitpid"), "wait4", 0x11, 0x22, 0x33, 0);
	const uint64_t minus[SYSCALL_ARGS] = { 3, 0xffffffff, 0xffff, 0, 0, 0 };
	ck_assert_int_eq((int64_t)foreign_arg(i386(t, 19, "lseek"), 1, minus), -1);
	ck_assert_uint_eq(foreign_arg(i386(t, 182, "chown"), 2, minus), UINT32_MAX);
	ck_assert_uint_eq(foreign_arg(i386(t, 3, "read"), 1, minus), UINT32_MAX);
	foreign_table_free(t);
}
END_TEST

START_TEST(test_foreign_names)
{
	struct foreign_table *t = foreign_table_new();
	ck_assert(i386(t, 403, "clock_gettime64")->time64);
	ck_assert(!i386(t, 265, "clock_gettime")->time64);
	ck_assert(!i386(t, 67, "sigaction")->translates);
	ck_assert_str_eq(i386(t, 67, "sigaction")->desc->name, "rt_sigaction");
	ck_assert(i386(t, 119, "sigreturn")->desc->flags & SYSCALL_NORETURN);
	ck_assert(i386(t, 113, "vm86old")->desc->flags & SYSCALL_UNKNOWN);
	ck_assert_str_eq(i386(t, 439, "faccessat2")->desc->name, "faccessat2");
	ck_assert_ptr_null(foreign_call(t, FOREIGN_I386, 1000)->name);
	ck_assert_ptr_null(foreign_call(t, FOREIGN_I386, UINT32_MAX)->name);
	const struct foreign_call *c = foreign_call(t, FOREIGN_X32, 0);
	ck_assert_str_eq(c->name, "x32:read");
	ck_assert(!c->translates);
	ck_assert_str_eq(foreign_call(t, FOREIGN_X32, 514)->name, "x32:ioctl");
	foreign_table_free(t);
}
END_TEST

START_TEST(test_foreign_subcalls)
{
	struct foreign_table *t = foreign_table_new();
	const struct foreign_call *sock = i386(t, 102, "socketcall");
	const struct foreign_call *ipc = i386(t, 117, "ipc");
	EXPECT_ARGS(foreign_subcall(t, sock, 8), "socketpair", 0x11, 0x22, 0x33, 0x44);
	EXPECT_ARGS(foreign_subcall(t, sock, 9), "sendto", 0x11, 0x22, 0x33, 0x44, 0, 0);
	ck_assert_str_eq(foreign_subcall(t, sock, 9)->name, "send");
	EXPECT_ARGS(foreign_subcall(t, ipc, 1), "semop", 0x22, 0x55, 0x33);
	EXPECT_ARGS(foreign_subcall(t, ipc, 0x10017), "shmget", 0x22, 0x33, 0x44);
	ck_assert_ptr_eq(foreign_subcall(t, ipc, 99), ipc);
	ck_assert_ptr_eq(foreign_subcall(t, sock, 0x10001), sock);
	const struct foreign_call *plain = i386(t, 3, "read");
	ck_assert_ptr_eq(foreign_subcall(t, plain, 1), plain);
	unsigned pos = 0, n = 0;
	while (foreign_next_subcall(t, sock, &pos))
		n++;
	ck_assert_uint_eq(n, 20);
	foreign_table_free(t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("table");
	TCase *tc = tcase_create("table");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, test_read);
	tcase_add_test(tc, test_openat);
	tcase_add_test(tc, test_io_setup);
	tcase_add_test(tc, test_two_names);
	tcase_add_test(tc, test_operands);
	tcase_add_test(tc, test_measured);
	tcase_add_test(tc, test_result_counts);
	tcase_add_test(tc, test_aliases);
	tcase_add_test(tc, test_unknown);
	tcase_add_test(tc, test_all_rows);
	tcase_add_test(tc, test_state);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_foreign_words);
	tcase_add_test(tc, test_foreign_names);
	tcase_add_test(tc, test_foreign_subcalls);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
