/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Polls, sleeps, epoll's interest list, and address space.
 */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
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

static int64_t
sleep_of(int64_t sec, int64_t nsec)
{
	int64_t ts[2] = { sec, nsec };
	fx_call(&fx, SYS_nanosleep, 0, 0x1000, 0, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 0, ts, sizeof(ts));
	e = fx_send(&fx);
	ck_assert(HAS(e, requested_sleep_ns));
	return e->ev.requested_sleep_ns;
}

START_TEST(sleeps)
{
	ck_assert_int_eq(sleep_of(0, 2000000), 2000000);
	ck_assert_int_eq(sleep_of(1, 5), 1000000005);
	ck_assert_int_eq(sleep_of(-1, 0), -1);
	ck_assert_int_eq(sleep_of(0, 1000000000), -1);
	ck_assert_int_eq(sleep_of(0, -1), -1);
	ck_assert_int_eq(sleep_of(INT64_MAX, 0), INT64_MAX);
	ck_assert_int_eq(sleep_of(9223372036, 854775808), INT64_MAX);
	fx_call(&fx, SYS_nanosleep, -EFAULT, 0, 0, 0, 0, 0, 0);
	ck_assert_int_eq(fx_send(&fx)->ev.requested_sleep_ns, -1);
	int64_t ts[2] = { 0, 3000000 };
	fx_call(&fx, SYS_clock_nanosleep, 0, 1, 0, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, ts, sizeof(ts));
	ck_assert_int_eq(fx_send(&fx)->ev.requested_sleep_ns, 3000000);
	fx_call(&fx, SYS_clock_nanosleep, 0, 1, 1, 1, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, ts, sizeof(ts));
	ck_assert_int_eq(fx_send(&fx)->ev.requested_sleep_ns, -1);
	ck_assert(!HAS(fx_read(&fx, 0, 1, 1), requested_sleep_ns));
}
END_TEST

static void
wait_is(int32_t nfds, int64_t timeout_ns)
{
	e = fx_send(&fx);
	ck_assert(HAS(e, nfds));
	ck_assert_int_eq(e->ev.nfds, nfds);
	ck_assert_int_eq(e->ev.timeout_ns, timeout_ns);
	ck_assert(!HAS(e, bytes));
}

START_TEST(polls)
{
	int64_t ts[2] = { 0, 100000000 }, tv[2] = { 1, 2500000 }, bad[2] = { 0, -1 };
	fx_call(&fx, SYS_poll, 1, 1, 3, 100, 0, 0, 0);
	wait_is(3, 100000000);
	fx_call(&fx, SYS_poll, 1, 1, 3, (uint32_t)-1, 0, 0, 0);
	wait_is(3, -1);
	fx_call(&fx, SYS_poll, 0, 1, 3, 0, 0, 0, 0);
	wait_is(3, 0);
	fx_call(&fx, SYS_ppoll, 1, 1, 2, 3, 0, 8, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 2, ts, sizeof(ts));
	wait_is(2, 100000000);
	fx_call(&fx, SYS_ppoll, 1, 1, 2, 0, 0, 8, 0);
	wait_is(2, -1);
	fx_call(&fx, SYS_ppoll, -EFAULT, 1, 2, 3, 0, 8, 0);
	wait_is(2, -2);
	fx_call(&fx, SYS_pselect6, -EINVAL, 5, 1, 2, 3, 4, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 4, bad, sizeof(bad));
	wait_is(5, -2);
	/* select(2) takes microseconds beyond a second. */
	fx_call(&fx, SYS_select, 1, 5, 1, 2, 3, 4, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 4, tv, sizeof(tv));
	wait_is(5, 3500000000);
	fx_call(&fx, SYS_select, -EINVAL, 5, 1, 2, 3, 4, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 4, bad, sizeof(bad));
	wait_is(5, -2);
	fx_call(&fx, SYS_select, 1, 5, 1, 2, 3, 0, 0);
	wait_is(5, -1);
}
END_TEST

START_TEST(epoll)
{
	int64_t ts[2] = { 2, 0 };
	fx_call(&fx, SYS_epoll_create1, 3, 0, 0, 0, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_epoll_wait, 1, 3, 1, 16, 100, 0, 0);
	wait_is(16, 100000000);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "anon_inode:[eventpoll]");
	fx_call(&fx, SYS_epoll_pwait2, 1, 3, 1, 16, 2, 0, 8);
	fx_blob(&fx, RAW_BLOB_BYTES, 3, ts, sizeof(ts));
	wait_is(16, 2000000000);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	fx_call(&fx, SYS_epoll_ctl, 0, 3, EPOLL_CTL_ADD, 7, 0x1000, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 3, &ev, sizeof(ev));
	e = fx_send(&fx);
	ck_assert_str_eq(e->epoll_op, "ADD");
	ck_assert_int_eq(e->ev.epoll_target_fd, 7);
	ck_assert_uint_eq(e->ev.epoll_events, EPOLLIN | EPOLLET);
	ck_assert_int_eq(e->ev.fd, 3);
	fx_call(&fx, SYS_epoll_ctl, 0, 3, EPOLL_CTL_DEL, 7, 0x1000, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 3, &ev, sizeof(ev));
	e = fx_send(&fx);
	ck_assert_str_eq(e->epoll_op, "DEL");
	ck_assert_uint_eq(e->ev.epoll_events, 0);
	fx_call(&fx, SYS_epoll_ctl, -EINVAL, 3, 42, 7, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->epoll_op, "42");
	fx_call(&fx, SYS_epoll_ctl, -EFAULT, 3, EPOLL_CTL_MOD, 7, 0x1000, 0, 0);
	e = fx_send(&fx);
	ck_assert_str_eq(e->epoll_op, "MOD");
	ck_assert(!HAS(e, epoll_events));
}
END_TEST

static uint64_t
space(unsigned nr, int64_t ret, uint64_t a0, uint64_t a1, uint64_t a2)
{
	fx_call(&fx, nr, ret, a0, a1, a2, 0x22, ~0ull, 0);
	e = fx_send(&fx);
	ck_assert(HAS(e, address_space_bytes));
	ck_assert(!HAS(e, bytes));
	return e->ev.address_space_bytes;
}

START_TEST(address_space)
{
	ck_assert_uint_eq(space(SYS_mmap, 0x7f0000000000, 0, 5000, 3), 8192);
	ck_assert_uint_eq(space(SYS_mmap, -ENOMEM, 0, 5000, 3), 0);
	ck_assert_uint_eq(space(SYS_munmap, 0, 0x1000, 8192, 0), 8192);
	ck_assert_uint_eq(space(SYS_munmap, -EINVAL, 0x1000, 8192, 0), 0);
	ck_assert_uint_eq(space(SYS_mremap, 0x7f0000000000, 0x1000, 4096, 8192), 8192);
	ck_assert_uint_eq(space(SYS_mmap, -ENOMEM, 0, UINT64_MAX, 3), 0);
	ck_assert_uint_eq(space(SYS_brk, 0x10000, 0, 0, 0), 0);
	ck_assert_uint_eq(space(SYS_brk, 0x31000, 0x31000, 0, 0), 0x21000);
	ck_assert_uint_eq(space(SYS_brk, 0x31000, 0, 0, 0), 0);
	ck_assert_uint_eq(space(SYS_brk, 0x30800, 0x30800, 0, 0), 0);
	ck_assert_uint_eq(space(SYS_brk, 0x20000, 0x20000, 0, 0), 0x11000);
	/* exec begins a new one. */
	fx_exec(&fx, 100, 0, "new");
	ck_assert_uint_eq(space(SYS_brk, 0x90000, 0, 0, 0), 0);
	fx_call(&fx, SYS_mprotect, 0, 1, 4096, 1, 0, 0, 0);
	ck_assert(!HAS(fx_send(&fx), address_space_bytes));
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("waits");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, sleeps);
	tcase_add_test(c, polls);
	tcase_add_test(c, epoll);
	tcase_add_test(c, address_space);
	Suite *s = suite_create("decode waits");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
