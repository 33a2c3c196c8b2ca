/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tasks share and inherit, and events that come late: fork, threads, exec, unshare,
 * renamed threads, and calls that blocked while others changed the table.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
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

static void
as(int pid, int tid)
{
	fx.pid = pid;
	fx.tid = tid;
}

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_THREAD | CLONE_SIGHAND)

static void
make_pipe(int r, int w)
{
	int32_t pair[2] = { r, w };
	fx_call(&fx, SYS_pipe2, 0, 1, 0, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 0, pair, sizeof(pair));
	fx_send(&fx);
}

START_TEST(fork_inherits)
{
	make_pipe(3, 4);
	fx_openat(&fx, "a", O_RDONLY, 5);
	fx_fork(&fx, 200, 200, 17);
	as(200, 200);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "pipe:[#1]");
	ck_assert_str_eq(e->comm, "first");
	/* The position is the parent's too, the number is not. */
	fx_read(&fx, 5, 10, 10);
	fx_close_fd(&fx, 5, 0);
	fx_call(&fx, SYS_chdir, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "/elsewhere");
	fx_send(&fx);
	as(100, 100);
	e = fx_read(&fx, 5, 10, 10);
	ck_assert_str_eq(e->file, "/proj/a");
	ck_assert_int_eq(e->ev.offset, 10);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 6)->file, "/proj/x");
}
END_TEST

START_TEST(threads_share)
{
	fx_fork(&fx, 100, 101, THREAD);
	as(100, 101);
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_openat(&fx, "b", O_RDONLY, 4);
	fx_call(&fx, SYS_dup3, 3, 4, 3, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_chdir, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "/t");
	fx_send(&fx);
	fx_exit(&fx, 100, 101);
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 6)->file, "/t/x");
}
END_TEST

START_TEST(clone_files_and_unshare)
{
	fx_fork(&fx, 200, 200, CLONE_FILES);
	as(200, 200);
	fx_openat(&fx, "a", O_RDONLY, 3);
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/a");
	as(200, 200);
	fx_call(&fx, SYS_unshare, 0, CLONE_FILES, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_close_fd(&fx, 3, 0);
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/a");
	fx_fork(&fx, 300, 300, CLONE_FILES);
	as(300, 300);
	fx_call(&fx, SYS_close_range, 0, 3, ~0u, 2, 0, 0, 0);
	fx_send(&fx);
	ck_assert(!HAS(fx_read(&fx, 3, 1, -EBADF), file));
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/a");
}
END_TEST

START_TEST(unshared_directory)
{
	fx_fork(&fx, 100, 101, THREAD);
	as(100, 101);
	fx_call(&fx, SYS_unshare, 0, CLONE_FS, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_chdir, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "/own");
	fx_send(&fx);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 3)->file, "/own/x");
	as(100, 100);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 3)->file, "/proj/x");
}
END_TEST

START_TEST(exec_closes_and_renames)
{
	fx_openat(&fx, "keep", O_RDONLY, 3);
	fx_openat(&fx, "drop", O_RDONLY | O_CLOEXEC, 4);
	fx_fork(&fx, 200, 200, CLONE_FILES);
	as(200, 200);
	/* The engine reports the exec before the execve call has returned. */
	fx.now += 1000;
	fx_exec(&fx, 200, 0, "prog");
	uint64_t after = fx.now;
	fx.now = after - 900;
	fx_call(&fx, SYS_execve, 0, 1, 2, 3, 0, 0, 0);
	fx.rec->exit_ns = after;
	fx_str(&fx, 0, "bin/prog");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/bin/prog");
	ck_assert_str_eq(e->comm, "first");
	ck_assert_int_eq(e->ev.ret, 0);
	fx.now = after + 100;
	e = fx_read(&fx, 4, 1, -EBADF);
	ck_assert(!HAS(e, file));
	ck_assert_str_eq(e->comm, "prog");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/keep");
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 4, 1, 1)->file, "/proj/drop");
}
END_TEST

START_TEST(exec_by_a_thread)
{
	fx_fork(&fx, 100, 101, THREAD);
	as(100, 101);
	fx_openat(&fx, "keep", O_RDONLY, 3);
	fx_exec(&fx, 100, 101, "prog");
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_EXEC_SUPERSEDED);
	ck_assert_int_eq(fx.last_notice.tid, 100);
	ck_assert_int_eq(fx.last_notice.other_tid, 101);
	/* One row, under the caller's number, with its gap. */
	as(100, 101);
	fx_call(&fx, SYS_execve, 0, 1, 2, 3, 0, 0, 0);
	fx.rec->enter_ns -= 150; /* before the exec, which was reported first */
	fx_str(&fx, 0, "/bin/true");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.tid, 101);
	ck_assert_int_eq(e->ev.pid, 100);
	ck_assert(HAS(e, gap_ns));
	ck_assert_str_eq(e->comm, "first");
	as(100, 100);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "/proj/keep");
	ck_assert_str_eq(e->comm, "prog");
}
END_TEST

/* The other order: leader's end, the call, then the exec. */
START_TEST(exec_by_a_thread_reported_last)
{
	fx_fork(&fx, 100, 101, THREAD);
	as(100, 101);
	fx_openat(&fx, "drop", O_RDONLY | O_CLOEXEC, 3);
	as(100, 100);
	fx_start(&fx, RAW_TASK_EXIT);
	fx.rec->args[2] = 101;
	fx_send(&fx);
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_EXEC_SUPERSEDED);
	ck_assert_int_eq(fx.last_notice.other_tid, 101);
	as(100, 101);
	fx_call(&fx, SYS_execve, 0, 1, 2, 3, 0, 0, 0);
	fx_str(&fx, 0, "prog");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.tid, 101);
	ck_assert_str_eq(e->file, "/proj/prog");
	fx_exec(&fx, 100, 101, "prog");
	ck_assert_int_eq(fx.notices, 1);
	as(100, 100);
	fx_call(&fx, SYS_execve, 0, 1, 2, 3, 0, 0, 0);
	fx_str(&fx, 0, "other");
	e = fx_send(&fx);
	ck_assert_str_eq(e->comm, "prog");
	ck_assert(HAS(e, gap_ns));
	fx_exec(&fx, 100, 100, "other");
	e = fx_read(&fx, 3, 1, -EBADF);
	ck_assert(!HAS(e, file));
	ck_assert_str_eq(e->comm, "other");
	/* The old number may be given to another thread, which is somebody else. */
	fx_fork(&fx, 100, 101, THREAD);
	as(100, 101);
	ck_assert(!HAS(fx_read(&fx, 3, 1, 1), gap_ns));
}
END_TEST

START_TEST(failed_exec_changes_nothing)
{
	fx_openat(&fx, "a", O_RDONLY | O_CLOEXEC, 3);
	fx_call(&fx, SYS_execve, -ENOENT, 1, 2, 3, 0, 0, 0);
	fx_str(&fx, 0, "missing");
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/proj/missing");
	ck_assert_str_eq(e->error, "ENOENT");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/a");
}
END_TEST

/* Thread 101 blocks in read(3); meanwhile 100 closes 3 and opens another file there. */
START_TEST(late_record_names_what_it_read)
{
	for (int kernel = 0; kernel < 2; kernel++) {
		as(100, 100);
		fx_openat(&fx, "a", O_RDONLY, 3);
		fx_fork(&fx, 100, 101, THREAD);
		uint64_t blocked = fx.now;
		fx.now += 100;
		fx_close_fd(&fx, 3, 0);
		fx_openat(&fx, "b", O_RDONLY, 3);
		as(100, 101);
		fx_call(&fx, SYS_read, 1, 3, 1, 1, 0, 0, 0);
		fx.rec->enter_ns = blocked;
		if (kernel)
			fx_fd(&fx, 0, 3, "/proj/a", O_RDONLY, 0, S_IFREG);
		ck_assert_str_eq(fx_send(&fx)->file, "/proj/a");
		/* The old news has not undone the new binding. */
		ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
		fx_close_fd(&fx, 3, 0);
	}
}
END_TEST

/* Thread 101 blocks in opening a FIFO by a relative name; meanwhile 100 changes cwd. */
/* The kernel said that 3 was not open; the model missed the close, and 3 is open again.
 */
START_TEST(late_record_of_a_closed_number)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_fork(&fx, 100, 101, THREAD);
	uint64_t then = fx.now;
	fx.now += 100;
	fx_openat(&fx, "b", O_RDONLY, 3);
	as(100, 101);
	fx_call(&fx, SYS_read, -EBADF, 3, 1, 1, 0, 0, 0);
	fx.rec->enter_ns = then;
	fx.rec->flags |= RAW_FDS_KNOWN;
	ck_assert(!HAS(fx_send(&fx), file));
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
}
END_TEST

/* 100 closes a number, and 101 is given it while that close is still on its way back: its
 * record comes behind the one of the open, which began before it. */
START_TEST(given_anew_before_the_close_returned)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_fork(&fx, 100, 101, THREAD);
	uint64_t then = fx.now;
	as(100, 101);
	fx_call(&fx, SYS_openat, 3, (uint64_t)AT_FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx_str(&fx, 1, "b");
	fx.rec->enter_ns = then + 10;
	fx.rec->exit_ns = then + 40;
	fx_send(&fx);
	as(100, 100);
	fx_call(&fx, SYS_close, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->enter_ns = then + 20;
	fx.rec->exit_ns = then + 60;
	ck_assert_str_eq(fx_send(&fx)->file, "/proj/a");
	fx.now = then + 100;
	as(100, 101);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->file, "/proj/b");
}
END_TEST

START_TEST(moved_while_blocked)
{
	fx_fork(&fx, 100, 101, THREAD);
	uint64_t blocked = fx.now;
	fx.now += 100;
	fx_call(&fx, SYS_chdir, 0, 1, 0, 0, 0, 0, 0);
	fx_str(&fx, 0, "/other");
	fx_send(&fx);
	as(100, 101);
	fx_call(&fx, SYS_openat, 3, (uint64_t)AT_FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx.rec->enter_ns = blocked;
	fx_str(&fx, 1, "fifo");
	ck_assert_str_eq(fx_send(&fx)->file, "/proj/fifo");
	/* The kernel's old word does not undo the new directory either. */
	fx_call(&fx, SYS_openat, -ENOENT, (uint64_t)AT_FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx.rec->enter_ns = blocked;
	fx_str(&fx, 1, "x");
	fx_fd(&fx, 0, AT_FDCWD, "/proj", 0, -1, 0);
	ck_assert_str_eq(fx_send(&fx)->file, "/proj/x");
	ck_assert_str_eq(fx_openat(&fx, "y", O_RDONLY, 4)->file, "/other/y");
}
END_TEST

START_TEST(renamed_while_blocked)
{
	fx_fork(&fx, 100, 101, THREAD);
	uint64_t blocked = fx.now;
	fx.now += 1000;
	as(100, 101);
	fx_start(&fx, RAW_TASK_COMM);
	fx_blob(&fx, RAW_BLOB_COMM, 0, "renamed", 7);
	fx_send(&fx);
	fx_call(&fx, SYS_openat, 3, (uint64_t)AT_FDCWD, 1, O_RDONLY, 0, 0, 0);
	fx.rec->enter_ns = blocked;
	fx_str(&fx, 1, "fifo");
	ck_assert_str_eq(fx_send(&fx)->comm, "first");
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->comm, "renamed");
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 3, 1, 1)->comm, "first");
}
END_TEST

START_TEST(renamed_by_prctl_and_proc)
{
	fx_call(&fx, SYS_prctl, 0, PR_SET_NAME, 1, 0, 0, 0, 0);
	fx_str(&fx, 1, "a-name-longer-than-fifteen");
	ck_assert_str_eq(fx_send(&fx)->comm, "first");
	ck_assert_str_eq(fx_read(&fx, 0, 1, 1)->comm, "a-name-longer-t");
	fx_fork(&fx, 100, 101, THREAD);
	fx_openat(&fx, "/proc/100/task/101/comm", O_WRONLY, 3);
	fx_call(&fx, SYS_write, 6, 3, 1, 6, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, "worker", 6);
	fx_send(&fx);
	as(100, 101);
	ck_assert_str_eq(fx_read(&fx, 0, 1, 1)->comm, "worker");
	fx_openat(&fx, "/proc/self/task/101/comm", O_WRONLY, 4);
	fx_call(&fx, SYS_write, 2, 4, 1, 2, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, "me", 2);
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 0, 1, 1)->comm, "me");
	as(100, 100);
	ck_assert_str_eq(fx_read(&fx, 0, 1, 1)->comm, "a-name-longer-t");
}
END_TEST

/* Without RAW_TASK_EXEC's word the program's name is the task's. */
START_TEST(exec_names_the_task)
{
	fx_call(&fx, SYS_execve, 0, 1, 2, 3, 0, 0, 0);
	fx_str(&fx, 0, "./dir/a-rather-long-name");
	ck_assert_str_eq(fx_send(&fx)->comm, "first");
	fx_start(&fx, RAW_TASK_EXEC);
	fx.rec->args[0] = 100;
	fx_send(&fx);
	ck_assert_str_eq(fx_read(&fx, 0, 1, 1)->comm, "a-rather-long-n");
}
END_TEST

START_TEST(clone_pidfd)
{
	int32_t fd = 9;
	fx_call(&fx, SYS_clone, 200, 0x1000 | 17, 0, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 2, &fd, sizeof(fd));
	e = fx_send(&fx);
	ck_assert(!HAS(e, fd));
	ck_assert_str_eq(fx_close_fd(&fx, 9, 0)->file, "anon_inode:[pidfd]");
}
END_TEST

START_TEST(seeds)
{
	struct raw_fd in = { .fd = 0,
			     .bits = RAW_FD_INFO | RAW_FD_STAT,
			     .flags = O_RDWR,
			     .mode = S_IFREG,
			     .pos = 5 };
	fx_start(&fx, RAW_FD_SEED);
	fx_raw_fd(&fx, 0, &in, "/input");
	fx_send(&fx);
	e = fx_read(&fx, 0, 1, 1);
	ck_assert_str_eq(e->file, "/input");
	ck_assert_str_eq(e->flags, "O_RDWR");
	/* Somebody else may have moved the position since. */
	ck_assert(!HAS(e, offset));
	fx_call(&fx, SYS_lseek, 0, 0, 0, 0, 0, 0, 0);
	fx_send(&fx);
	ck_assert_int_eq(fx_read(&fx, 0, 1, 1)->ev.offset, 0);
}
END_TEST

static void
session(const char *select, uint64_t flags)
{
	fx_close(&fx);
	fx_open(&fx, NULL);
	fx_start(&fx, RAW_SESSION);
	fx.rec->args[2] = flags;
	fx_blob(&fx, RAW_BLOB_TEXT_SELECT, 0, select, strlen(select));
	fx_send(&fx);
	fx_openat(&fx, "/a", O_RDONLY, 3);
}

/* Where the calls that change things are not recorded, the model keeps quiet. */
START_TEST(model_knows_its_gaps)
{
	session("openat,read", 0);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert(!HAS(e, file));
	ck_assert(!HAS(e, flags));
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 4)->file, "x");
	ck_assert_str_eq(fx_openat(&fx, "/x", O_RDONLY, 4)->file, "/x");
	fx_call(&fx, SYS_close_range, 0, 2, 9, 0, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), file));
	session("openat,read", RAW_SESSION_STATE);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "/a");
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 4)->file, "/proj/x");
	/* With all of FS closes are seen, but not who moves cwd or shares a position. */
	session("FS", 0);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "/a");
	ck_assert(!HAS(e, offset));
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 4)->file, "x");
	session("all", 0);
	ck_assert_int_eq(fx_read(&fx, 3, 1, 1)->ev.offset, 0);
	/* A descriptor that the record names needs no trust. */
	session("read", 0);
	fx_call(&fx, SYS_read, 1, 3, 1, 1, 0, 0, 0);
	fx_fd(&fx, 0, 3, "/b", O_RDONLY, 5, S_IFREG);
	e = fx_send(&fx);
	ck_assert_str_eq(e->file, "/b");
	ck_assert_int_eq(e->ev.offset, 5);
}
END_TEST

START_TEST(loss_is_admitted)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_start(&fx, RAW_LOST);
	fx.rec->args[0] = 12;
	fx_blob(&fx, RAW_BLOB_TEXT_NOTE, 0, "ring full", 9);
	fx_send(&fx);
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_TEXT);
	ck_assert_str_eq(fx.notice_text, "12 records were lost: ring full");
	e = fx_read(&fx, 3, 1, 1);
	ck_assert(!HAS(e, file));
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(fx_openat(&fx, "x", O_RDONLY, 4)->file, "x");
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("sharing");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, fork_inherits);
	tcase_add_test(c, threads_share);
	tcase_add_test(c, clone_files_and_unshare);
	tcase_add_test(c, unshared_directory);
	tcase_add_test(c, exec_closes_and_renames);
	tcase_add_test(c, exec_by_a_thread);
	tcase_add_test(c, exec_by_a_thread_reported_last);
	tcase_add_test(c, failed_exec_changes_nothing);
	tcase_add_test(c, late_record_names_what_it_read);
	tcase_add_test(c, late_record_of_a_closed_number);
	tcase_add_test(c, given_anew_before_the_close_returned);
	tcase_add_test(c, moved_while_blocked);
	tcase_add_test(c, renamed_while_blocked);
	tcase_add_test(c, renamed_by_prctl_and_proc);
	tcase_add_test(c, exec_names_the_task);
	tcase_add_test(c, clone_pidfd);
	tcase_add_test(c, seeds);
	tcase_add_test(c, model_knows_its_gaps);
	tcase_add_test(c, loss_is_admitted);
	Suite *s = suite_create("decode sharing");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
