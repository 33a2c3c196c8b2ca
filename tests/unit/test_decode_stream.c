/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stream: selection, times and gaps, results, calls that do not return, unknown and
 * foreign calls, notices, tasks nobody announced.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "records.h"
#include "table/syscall_desc.h"

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

START_TEST(times)
{
	e = fx_read(&fx, 0, 1, 1);
	ck_assert_uint_eq(e->ev.seq, 1);
	ck_assert_uint_eq(e->ev.time_ns, fx.now - 100);
	ck_assert_uint_eq(e->ev.latency_ns, 10);
	ck_assert(!HAS(e, gap_ns));
	e = fx_read(&fx, 0, 1, 1);
	ck_assert_uint_eq(e->ev.seq, 2);
	ck_assert_uint_eq(e->ev.gap_ns, 90);
	/* A clock that goes back gives 0, not 2^64. */
	fx_call(&fx, SYS_read, 1, 0, 1, 1, 0, 0, 0);
	fx.rec->enter_ns = 5;
	fx.rec->exit_ns = 3;
	e = fx_send(&fx);
	ck_assert_uint_eq(e->ev.latency_ns, 0);
	ck_assert(HAS(e, gap_ns));
	ck_assert_uint_eq(e->ev.gap_ns, 0);
	/* Attached within the call: how long it took is not known. */
	fx_call(&fx, SYS_read, 1, 0, 1, 1, 0, 0, 0);
	fx.rec->flags |= RAW_NO_ENTER;
	ck_assert(!HAS(fx_send(&fx), latency_ns));
}
END_TEST

START_TEST(selection)
{
	static unsigned char sel[4096];
	struct decode_cfg cfg = { .selected = sel };
	memset(sel, 0, sizeof(sel));
	sel[SYS_read] = 1;
	fx_close(&fx);
	fx_open(&fx, &cfg);
	ck_assert_ptr_null(fx_openat(&fx, "a", O_RDONLY, 3));
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "/proj/a");
	ck_assert_uint_eq(e->ev.seq, 1);
	uint64_t end = fx.now - 100 + 10;
	ck_assert_ptr_null(fx_openat(&fx, "b", O_RDONLY, 4));
	/* The gap goes over what was not selected. */
	ck_assert_uint_eq(fx_read(&fx, 4, 1, 1)->ev.gap_ns, fx.now - 100 - end);
	fx_call(&fx, 4000, 0, 0, 0, 0, 0, 0, 0);
	ck_assert_ptr_null(fx_send(&fx));
	sel[syscall_nr_max + 1] = 1;
	fx_call(&fx, 4000, 0, 0, 0, 0, 0, 0, 0);
	ck_assert_ptr_nonnull(fx_send(&fx));
}
END_TEST

START_TEST(restart_codes)
{
	const int codes[] = { -512, -513, -514, -516 };
	for (size_t i = 0; i < 4; i++) {
		fx_call(&fx, SYS_read, codes[i], 0, 1, 1, 0, 0, 0);
		fx.rec->flags |= RAW_INTERRUPTED;
		fx.rec->restarts = 2;
		e = fx_send(&fx);
		ck_assert_int_eq(e->ev.ret, codes[i]);
		ck_assert_int_eq(e->ev.errnum, 0);
		ck_assert(!HAS(e, error));
		ck_assert(e->ev.event_flags & EVENT_INTERRUPTED);
		ck_assert_uint_eq(e->ev.restarts, 2);
	}
	ck_assert_int_eq(fx_read(&fx, 0, 1, -515)->ev.errnum, 515);
	ck_assert_str_eq(fx_read(&fx, 0, 1, -EINTR)->error, "EINTR");
	ck_assert_int_eq(fx_read(&fx, 0, 1, -4095)->ev.errnum, 4095);
	ck_assert_str_eq(fx.last.error, "errno_4095");
	ck_assert_int_eq(fx_read(&fx, 0, 1, -4096)->ev.errnum, 0);
}
END_TEST

START_TEST(no_return)
{
	fx_read(&fx, 0, 1, 1);
	fx_call(&fx, SYS_exit_group, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_NO_RET;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "exit_group");
	ck_assert(!HAS(e, ret));
	ck_assert(!HAS(e, error));
	ck_assert_uint_eq(e->ev.latency_ns, 0);
	ck_assert_uint_eq(e->ev.gap_ns, 90);
	ck_assert(!(e->ev.event_flags & EVENT_UNFINISHED));
	fx_start(&fx, RAW_UNFINISHED);
	fx.rec->nr = SYS_read;
	fx.rec->args[2] = 10;
	fx.rec->flags |= RAW_NO_RET;
	e = fx_send(&fx);
	ck_assert(e->ev.event_flags & EVENT_UNFINISHED);
	ck_assert(!HAS(e, ret));
	ck_assert(!HAS(e, bytes));
	ck_assert_uint_eq(e->ev.requested, 10);
	ck_assert_uint_eq(e->ev.latency_ns, 10);
}
END_TEST

START_TEST(unknown_call)
{
	fx_call(&fx, 4321, 7, 1, 2, 3, 4, 5, 6);
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "syscall_4321");
	ck_assert_str_eq(e->family, "Misc");
	ck_assert_str_eq(e->kind, "null");
	ck_assert(!HAS(e, fd));
	fx_call(&fx, UINT32_MAX, -ENOSYS, 1, 2, 3, 4, 5, 6);
	ck_assert_str_eq(fx_send(&fx)->syscall, "syscall_4294967295");
}
END_TEST

START_TEST(foreign_calls)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	/* 6 is close in the i386 table and lstat in ours. */
	fx_call(&fx, 6, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "close");
	ck_assert_str_eq(e->family, "FS");
	ck_assert(!HAS(e, file));
	fx_call(&fx, 195, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "stat64");
	ck_assert_str_eq(e->kind, "pathname");
	fx_call(&fx, 0, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_X32;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "x32:read");
	ck_assert_str_eq(e->family, "FS");
	ck_assert(!HAS(e, file));
	fx_call(&fx, 2000, -ENOSYS, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_X32;
	ck_assert_str_eq(fx_send(&fx)->syscall, "x32:syscall_2000");
	fx_call(&fx, 5000, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "syscall_5000");
	ck_assert_str_eq(e->family, "Misc");
}
END_TEST

/* Records that are in our terms differ by the name alone, and move the model. */
START_TEST(foreign_as_native)
{
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_call(&fx, SYS_write, 5, 3, 0, 5, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386 | RAW_AS_NATIVE;
	fx.rec->abi_nr = 4;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "write");
	ck_assert_str_eq(e->file, "/proj/a");
	ck_assert_int_eq(e->ev.bytes, 5);
	fx_call(&fx, SYS_socket, 4, 1, 1, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386 | RAW_AS_NATIVE;
	fx.rec->abi_nr = 102 | 1 << 16;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "socket");
	ck_assert_int_eq(e->ev.fd, 4);
	/* A send(2) by socketcall(2) has our sendto's arguments and its own name. */
	fx_call(&fx, SYS_sendto, 7, 4, 0, 7, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386 | RAW_AS_NATIVE;
	fx.rec->abi_nr = 102 | 9 << 16;
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "send");
	ck_assert_int_eq(e->ev.bytes, 7);
	fx_call(&fx, SYS_close, 0, 3, 0, 0, 0, 0, 0);
	fx.rec->flags |= RAW_ABI_I386 | RAW_AS_NATIVE;
	fx.rec->abi_nr = 6;
	ck_assert_str_eq(fx_send(&fx)->file, "/proj/a");
	fx_call(&fx, SYS_write, -EBADF, 3, 0, 5, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), file));
}
END_TEST

START_TEST(notices)
{
	fx_start(&fx, RAW_SIGNAL);
	fx.rec->args[0] = SIGUSR1;
	fx.rec->args[1] = (uint64_t)SI_USER;
	fx.rec->args[2] = 55;
	fx.rec->args[3] = 1000;
	ck_assert_ptr_null(fx_send(&fx));
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_SIGNAL);
	ck_assert_int_eq(fx.last_notice.signo, SIGUSR1);
	ck_assert_int_eq(fx.last_notice.sender_pid, 55);
	ck_assert_int_eq(fx.last_notice.tid, 100);
	fx_start(&fx, RAW_NOTE);
	fx_blob(&fx, RAW_BLOB_TEXT_NOTE, 0, "set-user-ID program", 19);
	fx_send(&fx);
	ck_assert_str_eq(fx.notice_text, "set-user-ID program");
	fx_start(&fx, RAW_TASK_EXIT);
	fx.rec->args[0] = 0x300;
	fx_send(&fx);
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_EXIT);
	ck_assert_int_eq(fx.last_notice.status, 0x300);
	ck_assert_int_eq(fx.notices, 3);
}
END_TEST

/* How many major faults a task had is told of the task by its name. */
START_TEST(faults)
{
	fx_start(&fx, RAW_TASK_FAULTS);
	fx.rec->args[0] = 17;
	fx_send(&fx);
	ck_assert_int_eq(fx.last_notice.kind, NOTICE_FAULTS);
	ck_assert_uint_eq(fx.last_notice.faults, 17);
	ck_assert_int_eq(fx.last_notice.pid, 100);
	ck_assert_int_eq(fx.last_notice.comm.len, 5);
	ck_assert_int_eq(fx.events, 0);
}
END_TEST

/* A call that goes on is told, selected or not, and has not happened yet: a close that hangs
 * closes nothing, and no row and no gap comes of it. */
START_TEST(in_flight)
{
	ck_assert_ptr_nonnull(fx_openat(&fx, "a.txt", 0, 3));
	fx_start(&fx, RAW_IN_FLIGHT);
	fx.rec->nr = SYS_close;
	fx.rec->args[0] = 3;
	fx.rec->flags |= RAW_NO_RET | RAW_STALLED;
	fx.rec->exit_ns = fx.rec->enter_ns + 5000;
	ck_assert_ptr_null(fx_send(&fx));
	ck_assert_int_eq(fx.in_flight, 1);
	ck_assert_str_eq(fx.last.syscall, "close");
	ck_assert_str_eq(fx.last.file, "/proj/a.txt");
	ck_assert_uint_eq(fx.last.ev.latency_ns, 5000);
	ck_assert(fx.last.ev.event_flags & EVENT_STALLED);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_str_eq(e->file, "/proj/a.txt");
	fx_start(&fx, RAW_IN_FLIGHT);
	fx.rec->nr = UINT32_MAX;
	fx.rec->args[0] = RAW_IDLE_STOPPED;
	ck_assert_ptr_null(fx_send(&fx));
	ck_assert_str_eq(fx.last.syscall, "stopped by a signal");
	ck_assert(fx.last.ev.event_flags & EVENT_NO_CALL);
}
END_TEST

START_TEST(strangers)
{
	fx.pid = fx.tid = 555;
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_int_eq(e->ev.tid, 555);
	ck_assert(!HAS(e, comm));
	ck_assert(!HAS(e, file));
	ck_assert_str_eq(fx_openat(&fx, "rel", O_RDONLY, 3)->file, "rel");
	fx.pid = 100;
	fx.tid = 556; /* a thread of 100 that nobody announced */
	ck_assert_str_eq(fx_openat(&fx, "rel", O_RDONLY, 3)->file, "/proj/rel");
}
END_TEST

START_TEST(args_on_demand)
{
	struct decode_cfg cfg = { .want_args = true };
	ck_assert(!HAS(fx_read(&fx, 3, 7, 1), args));
	fx_close(&fx);
	fx_open(&fx, &cfg);
	e = fx_read(&fx, 3, 7, 1);
	ck_assert(HAS(e, args));
	ck_assert_ptr_nonnull(strstr(e->args, "7"));
	ck_assert_str_eq(e->ev.ret_text.p, "1");
}
END_TEST

START_TEST(stack)
{
	fx_call(&fx, SYS_read, 1, 0, 1, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_STACK, 0, "read\nmain\n", 10);
	e = fx_send(&fx);
	ck_assert(HAS(e, stack));
	ck_assert_uint_eq(e->ev.stack.len, 10);
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("stream");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, times);
	tcase_add_test(c, selection);
	tcase_add_test(c, restart_codes);
	tcase_add_test(c, no_return);
	tcase_add_test(c, unknown_call);
	tcase_add_test(c, foreign_calls);
	tcase_add_test(c, foreign_as_native);
	tcase_add_test(c, notices);
	tcase_add_test(c, faults);
	tcase_add_test(c, in_flight);
	tcase_add_test(c, strangers);
	tcase_add_test(c, args_on_demand);
	tcase_add_test(c, stack);
	Suite *s = suite_create("decode stream");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
