/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of io_uring by hand: what a live ring shows too rarely, too late or never.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "raw/raw_uring.h"
#include "records.h"
#include "table/uring_ops.h"

#define RING 7u

static struct fixture fx;

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

static struct uring_sqe
sqe(uint8_t op, int fd, uint64_t key)
{
	return (struct uring_sqe){
		.opcode = op, .fd = fd, .user_data = key, .len = 8, .addr = 0x1000
	};
}

/* An io_uring_enter that took RET of the N submissions, not sent yet. */
static void
enter(const struct uring_sqe *s, unsigned n, int64_t ret, uint32_t flags)
{
	struct raw_ring head = { .ring = RING, .setup = flags, .count = n };
	char bytes[sizeof(head) + 8 * sizeof(*s)];
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), s, n * sizeof(*s));
	fx_call(&fx, SYS_io_uring_enter, ret, 9, n, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_SQES, 0, bytes, sizeof(head) + n * sizeof(*s));
}

static void
add_data(uint32_t index, uint32_t what, const void *p, size_t len)
{
	struct raw_sqe_data head = { .index = index, .what = what };
	char bytes[256];
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), p, len);
	fx_blob(&fx, RAW_BLOB_SQE_DATA, 0, bytes, sizeof(head) + len);
}

/* The completions, not sent yet. */
static void
show(const struct uring_cqe *c, unsigned n, uint32_t flags, uint32_t lost)
{
	struct raw_ring head = { .ring = RING, .setup = flags, .count = n, .lost = lost };
	char bytes[sizeof(head) + 8 * sizeof(*c)];
	memcpy(bytes, &head, sizeof(head));
	if (n)
		memcpy(bytes + sizeof(head), c, n * sizeof(*c));
	fx_start(&fx, RAW_COMPLETIONS);
	fx.rec->args[0] = RAW_RING_URING;
	fx.rec->args[1] = RING;
	fx_blob(&fx, RAW_BLOB_CQES, 0, bytes, sizeof(head) + n * sizeof(*c));
}

static const struct event_copy *
done(uint64_t key, int32_t res, uint32_t flags)
{
	struct uring_cqe c = { .user_data = key, .res = res, .flags = flags };
	show(&c, 1, 0, 0);
	return fx_send(&fx);
}

static void
ring_end(void)
{
	fx_start(&fx, RAW_RING_END);
	fx.rec->args[0] = RAW_RING_URING;
	fx.rec->args[1] = RING;
	fx_send(&fx);
}

static void
stream_end(void)
{
	fx_start(&fx, RAW_END);
	fx_send(&fx);
}

/* ---- which completion is whose ---- */

START_TEST(a_completion_before_its_submission_waits_for_it)
{
	struct uring_sqe s = sqe(URING_OP_read, 3, 5);
	fx_openat(&fx, "data", O_RDONLY, 3);
	enter(&s, 1, 1, 0);
	uint64_t entered = fx.rec->enter_ns;
	struct raw_rec *late = malloc(fx.rec->size);
	memcpy(late, fx.rec, fx.rec->size);
	ck_assert(!done(5, 8, 0));
	uint64_t seen = fx.now - 100 + 10;
	late->exit_ns = fx.now;
	decoder_feed(fx.d, late);
	ck_assert_str_eq(fx.last.syscall, "uring_read");
	ck_assert_str_eq(fx.last.file, "/proj/data");
	ck_assert_int_eq(fx.last.ev.ret, 8);
	ck_assert_uint_eq(fx.last.ev.time_ns, entered);
	ck_assert_uint_eq(fx.last.ev.latency_ns, seen - entered);
	free(late);
}
END_TEST

START_TEST(a_stale_completion_is_not_taken_for_a_later_submission)
{
	struct uring_sqe s = sqe(URING_OP_read, 3, 5);
	ck_assert(!done(5, 1, 0));
	enter(&s, 1, 1, 0);
	ck_assert_str_eq(fx_send(&fx)->syscall, "io_uring_enter");
	ck_assert_int_eq(done(5, 8, 0)->ev.ret, 8);
	stream_end();
	ck_assert(strstr(fx.notice_text, "1 completion of io_uring has no submission"));
}
END_TEST

START_TEST(one_key_twice_is_first_come_first_served)
{
	struct uring_sqe s[] = { sqe(URING_OP_read, 3, 5), sqe(URING_OP_write, 4, 5),
				 sqe(URING_OP_fsync, 4, 5) };
	enter(s, 3, 3, 0);
	fx_send(&fx);
	ck_assert_str_eq(done(5, 8, 0)->syscall, "uring_read");
	ck_assert_str_eq(done(5, 8, 0)->syscall, "uring_write");
	ck_assert_str_eq(done(5, 0, 0)->syscall, "uring_fsync");
	ck_assert(!done(5, 0, 0));
}
END_TEST

START_TEST(only_what_the_call_took_is_in_flight)
{
	struct uring_sqe s[] = { sqe(URING_OP_nop, -1, 1), sqe(URING_OP_nop, -1, 2) };
	enter(s, 2, 1, 0);
	fx_send(&fx);
	ck_assert_str_eq(done(1, 0, 0)->syscall, "uring_nop");
	ck_assert(!done(2, 0, 0));
	enter(s, 2, -EBUSY, 0);
	fx_send(&fx);
	ck_assert(!done(1, 0, 0));
	/* Killed while it waited: all were taken. */
	enter(s, 2, 0, 0);
	fx.rec->kind = RAW_UNFINISHED;
	fx.rec->flags |= RAW_NO_RET;
	fx_send(&fx);
	ck_assert(done(2, 0, 0));
}
END_TEST

START_TEST(what_never_completes_is_shown_when_the_ring_ends)
{
	struct uring_sqe s[] = { sqe(URING_OP_read, 3, 1), sqe(URING_OP_write, 3, 2) };
	enter(s, 2, 2, 0);
	fx_send(&fx);
	int before = fx.events;
	ring_end();
	ck_assert_int_eq(fx.events, before + 2);
	ck_assert_str_eq(fx.last.syscall, "uring_write");
	ck_assert(fx.last.ev.event_flags & EVENT_UNFINISHED);
	ck_assert(!HAS(&fx.last, ret) && !HAS(&fx.last, latency_ns));
	ck_assert(!done(1, 8, 0));
	stream_end();
	ck_assert_int_eq(fx.notices, 2);
}
END_TEST

START_TEST(what_is_in_flight_at_the_end_of_the_stream_is_shown)
{
	struct uring_sqe s = sqe(URING_OP_timeout, -1, 1);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	stream_end();
	ck_assert_str_eq(fx.last.syscall, "uring_timeout");
	ck_assert_str_eq(fx.notice_text,
			 "1 request was submitted and never seen to complete");
}
END_TEST

START_TEST(a_loss_of_records_ends_what_is_in_flight)
{
	struct uring_sqe s = sqe(URING_OP_read, 3, 1);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	fx_start(&fx, RAW_LOST);
	fx.rec->args[0] = 3;
	ck_assert(fx_send(&fx)->ev.event_flags & EVENT_UNFINISHED);
	ck_assert_str_eq(fx.notice_text, "3 records were lost");
	ck_assert(!done(1, 8, 0));
}
END_TEST

/* ---- counts of what cannot be seen ---- */

START_TEST(completions_of_a_polled_ring_are_counted)
{
	struct uring_cqe c[3] = { { .user_data = 1 }, { .user_data = 2 } };
	show(c, 3, URING_SETUP_SQPOLL, 4);
	ck_assert(!fx_send(&fx));
	stream_end();
	ck_assert(strstr(fx.notice_text, "7 completions of io_uring were counted"));
}
END_TEST

START_TEST(completions_that_were_written_over_are_counted)
{
	show(NULL, 0, 0, 1);
	fx_send(&fx);
	stream_end();
	ck_assert(strstr(fx.notice_text, "1 completion of io_uring was gone"));
}
END_TEST

START_TEST(submissions_that_were_not_copied_are_counted)
{
	struct uring_sqe s = sqe(URING_OP_nop, -1, 1);
	enter(&s, 1, 3, 0);
	struct raw_ring *head = (void *)((char *)(fx.rec + 1) + sizeof(struct raw_blob));
	head->count = 3;
	fx_send(&fx);
	done(1, 0, 0);
	stream_end();
	ck_assert_str_eq(fx.notice_text,
			 "2 submitted requests could not be recorded and have no row");
}
END_TEST

/* ---- descriptors ---- */

START_TEST(what_the_ring_opens_has_its_name)
{
	struct uring_sqe s = sqe(URING_OP_openat, AT_FDCWD, 1);
	s.op_flags = O_WRONLY | O_CREAT | O_CLOEXEC;
	enter(&s, 1, 1, 0);
	add_data(0, RAW_SQE_PATH, "new", 3);
	fx_send(&fx);
	const struct event_copy *e = done(1, 6, 0);
	ck_assert_int_eq(e->ev.fd, 6);
	ck_assert_str_eq(e->file, "/proj/new");
	ck_assert_str_eq(e->flags, "O_WRONLY|O_CREAT|O_CLOEXEC");
	ck_assert_str_eq(fx_read(&fx, 6, 8, -EBADF)->file, "/proj/new");
}
END_TEST

START_TEST(what_the_ring_closes_has_none)
{
	struct uring_sqe s = sqe(URING_OP_close, 3, 1);
	fx_openat(&fx, "data", O_RDONLY, 3);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	ck_assert_str_eq(done(1, 0, 0)->file, "/proj/data");
	ck_assert(!HAS(fx_read(&fx, 3, 8, -EBADF), file));
}
END_TEST

START_TEST(a_number_bound_anew_meanwhile_stays_bound)
{
	struct uring_sqe s = sqe(URING_OP_close, 3, 1);
	fx_openat(&fx, "data", O_RDONLY, 3);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	fx_openat(&fx, "later", O_RDONLY, 3);
	done(1, 0, 0);
	ck_assert_str_eq(fx_read(&fx, 3, 8, 8)->file, "/proj/later");
}
END_TEST

START_TEST(each_connection_of_one_accept_has_a_row_and_a_descriptor)
{
	struct uring_sqe s = sqe(URING_OP_accept, 3, 1);
	struct raw_fd told = { .fd = 8, .pos = -1, .bits = RAW_FD_INFO, .flags = O_RDWR };
	struct uring_cqe c = { .user_data = 1, .res = 8, .flags = URING_CQE_MORE };
	fx_call(&fx, SYS_socket, 3, 2, 1, 0, 0, 0, 0);
	fx_send(&fx);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	const struct event_copy *e = done(1, 7, URING_CQE_MORE);
	uint64_t id = e->ev.aio_id;
	ck_assert_int_eq(e->ev.fd, 7);
	show(&c, 1, 0, 0);
	fx_raw_fd(&fx, RAW_ARG_DATA, &told, "socket:[88]");
	e = fx_send(&fx);
	ck_assert_int_eq(e->ev.fd, 8);
	ck_assert_str_eq(e->file, "socket:[88]");
	ck_assert_uint_eq(e->ev.aio_id, id);
	ck_assert_str_eq(fx_read(&fx, 8, 8, 8)->file, "socket:[88]");
	e = done(1, -ECANCELED, 0);
	ck_assert(!HAS(e, fd));
	ck_assert_uint_eq(e->ev.aio_id, id);
	ck_assert(!done(1, 9, 0));
}
END_TEST

START_TEST(the_model_learns_also_where_no_row_is_wanted)
{
	unsigned char *some = calloc(syscall_nr_max + 2, 1);
	struct decode_cfg cfg = { .selected = some };
	struct uring_sqe s = sqe(URING_OP_openat, AT_FDCWD, 1);
	some[SYS_read] = 1;
	fx_close(&fx);
	fx_open(&fx, &cfg);
	enter(&s, 1, 1, 0);
	add_data(0, RAW_SQE_PATH, "new", 3);
	ck_assert(!fx_send(&fx));
	ck_assert(!done(1, 6, 0));
	ck_assert_str_eq(fx_read(&fx, 6, 8, 8)->file, "/proj/new");
	free(some);
}
END_TEST

START_TEST(registered_files_are_named_by_their_place)
{
	struct {
		struct raw_ring_files head;
		int32_t fds[3];
	} files = { { RING, 0, 3, 0 }, { 3, -1, 4 } };
	struct uring_sqe s = sqe(URING_OP_read, 2, 1);
	s.flags = URING_SQE_FIXED_FILE;
	fx_openat(&fx, "a", O_RDONLY, 3);
	fx_openat(&fx, "b", O_RDONLY, 4);
	fx_call(&fx, SYS_io_uring_register, 0, 9, URING_REGISTER_FILES, 0x1000, 3, 0, 0);
	fx_blob(&fx, RAW_BLOB_RING_FILES, 0, &files, sizeof(files));
	fx_send(&fx);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	const struct event_copy *e = done(1, 8, 0);
	ck_assert_str_eq(e->file, "/proj/b");
	ck_assert(!HAS(e, fd));
	/* An update of which the kernel did the first only. */
	files.head.offset = 1;
	files.fds[0] = files.fds[1] = 3;
	fx_call(&fx, SYS_io_uring_register, 1, 9, URING_REGISTER_FILES_UPDATE, 0x1000, 2,
		0, 0);
	fx_blob(&fx, RAW_BLOB_RING_FILES, 0, &files, sizeof(files));
	fx_send(&fx);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	ck_assert_str_eq(done(1, 8, 0)->file, "/proj/b");
	s.fd = 1;
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	ck_assert_str_eq(done(1, 8, 0)->file, "/proj/a");
}
END_TEST

/* ---- sizes and kinds of entries ---- */

START_TEST(vectors_are_summed)
{
	uint64_t iov[4] = { 0x1000, 5, 0x2000, 7 };
	struct uring_sqe s[] = { sqe(URING_OP_nop, -1, 1), sqe(URING_OP_readv, 3, 2) };
	enter(s, 2, 2, 0);
	add_data(1, RAW_SQE_IOVEC, iov, sizeof(iov));
	fx_send(&fx);
	const struct event_copy *e = done(2, 12, 0);
	ck_assert_uint_eq(e->ev.requested, 12);
	ck_assert_uint_eq(e->ev.bytes, 12);
}
END_TEST

START_TEST(a_notification_is_no_result)
{
	struct uring_sqe s = sqe(URING_OP_send_zc, 3, 1);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	ck_assert_int_eq(done(1, 8, URING_CQE_MORE)->ev.ret, 8);
	ck_assert(!done(1, 0, URING_CQE_NOTIF));
	int before = fx.events;
	ring_end();
	ck_assert_int_eq(fx.events, before);
}
END_TEST

START_TEST(long_entries_among_short_ones_take_two_places)
{
	struct uring_sqe s[] = { sqe(URING_OP_uring_cmd128, 3, 1), sqe(0xee, 1, 99),
				 sqe(URING_OP_nop, -1, 2) };
	struct uring_cqe c[] = {
		{ .user_data = 1, .res = 5, .flags = URING_CQE_32 },
		{ .user_data = 2, .res = 77 }, /* its other half */
		{ .user_data = 2, .res = 78, .flags = URING_CQE_SKIP },
		{ .user_data = 2, .res = 0 },
	};
	enter(s, 3, 3, URING_SETUP_SQE_MIXED);
	fx_send(&fx);
	int before = fx.events;
	show(c, 4, URING_SETUP_CQE_MIXED, 0);
	fx_send(&fx);
	ck_assert_int_eq(fx.events, before + 2);
	ck_assert_str_eq(fx.last.syscall, "uring_nop");
	ck_assert_int_eq(fx.last.ev.ret, 0);
}
END_TEST

START_TEST(an_operation_of_tomorrow_is_unknown)
{
	struct uring_sqe s = sqe(0xfe, 3, 1);
	enter(&s, 1, 1, 0);
	fx_send(&fx);
	const struct event_copy *e = done(1, 0, 0);
	ck_assert_str_eq(e->syscall, "uring_unknown");
	ck_assert(!HAS(e, fd));
}
END_TEST

START_TEST(data_of_no_submission_hurt_nobody)
{
	struct uring_sqe s[] = { sqe(URING_OP_openat, AT_FDCWD, 1),
				 sqe(URING_OP_linkat, AT_FDCWD, 2) };
	enter(s, 2, 2, 0);
	add_data(4000000, RAW_SQE_PATH, "x", 1);
	add_data(0, 12345, "x", 1);
	add_data(1, RAW_SQE_PATH2, "y", 1);
	fx_send(&fx);
	ck_assert(!HAS(done(1, 5, 0), file));
	const struct event_copy *e = done(2, 0, 0);
	ck_assert(!HAS(e, old_file));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("decode_uring");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_completion_before_its_submission_waits_for_it);
	tcase_add_test(tc, a_stale_completion_is_not_taken_for_a_later_submission);
	tcase_add_test(tc, one_key_twice_is_first_come_first_served);
	tcase_add_test(tc, only_what_the_call_took_is_in_flight);
	tcase_add_test(tc, what_never_completes_is_shown_when_the_ring_ends);
	tcase_add_test(tc, what_is_in_flight_at_the_end_of_the_stream_is_shown);
	tcase_add_test(tc, a_loss_of_records_ends_what_is_in_flight);
	tcase_add_test(tc, completions_of_a_polled_ring_are_counted);
	tcase_add_test(tc, completions_that_were_written_over_are_counted);
	tcase_add_test(tc, submissions_that_were_not_copied_are_counted);
	tcase_add_test(tc, what_the_ring_opens_has_its_name);
	tcase_add_test(tc, what_the_ring_closes_has_none);
	tcase_add_test(tc, a_number_bound_anew_meanwhile_stays_bound);
	tcase_add_test(tc, each_connection_of_one_accept_has_a_row_and_a_descriptor);
	tcase_add_test(tc, the_model_learns_also_where_no_row_is_wanted);
	tcase_add_test(tc, registered_files_are_named_by_their_place);
	tcase_add_test(tc, vectors_are_summed);
	tcase_add_test(tc, a_notification_is_no_result);
	tcase_add_test(tc, long_entries_among_short_ones_take_two_places);
	tcase_add_test(tc, an_operation_of_tomorrow_is_unknown);
	tcase_add_test(tc, data_of_no_submission_hurt_nobody);
	suite_add_tcase(s, tc);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
