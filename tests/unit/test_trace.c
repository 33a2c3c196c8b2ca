/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chrome traces of events that are built by hand: exact bytes, names, arrows, tracks of
 * requests, counters, and what becomes of too much. Whether whole files keep the rules of
 * the format is for tests/trace to say.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "sink/trace.h"
#include "sink_run.h"

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

static const struct syscall_desc read_desc = { .name = "read",
					       .family = FAMILY_FS,
					       .bytes = BYTES_READ };
static const struct syscall_desc copy_desc = { .name = "sendfile",
					       .family = FAMILY_FS,
					       .bytes = BYTES_TRANSFER };
static const struct syscall_desc clone_desc = { .name = "clone",
						.family = FAMILY_Process };
static const struct syscall_desc request_desc = { .name = "uring_read",
						  .family = FAMILY_AIO,
						  .bytes = BYTES_READ,
						  .flags = SYSCALL_REQUEST };

static const struct session_end end = { .end_ns = 9000000000, .complete = true };

/* A call of thread TID of process PID from NS on, LENGTH ns long. */
static struct event
call(const struct syscall_desc *desc, int32_t pid, int32_t tid, uint64_t ns,
     uint64_t length)
{
	return (struct event){
		.has = EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(comm) |
		       EVENT_BIT(pid) | EVENT_BIT(tid) | EVENT_BIT(syscall) |
		       EVENT_BIT(family) | EVENT_BIT(ret),
		.desc = desc,
		.time_ns = ns,
		.latency_ns = length,
		.comm = TEXT("cat"),
		.pid = pid,
		.tid = tid,
		.syscall = { desc->name, strlen(desc->name) },
		.family = TEXT("FS"),
	};
}

static struct event
transfer(const struct syscall_desc *desc, uint64_t end_ns, uint64_t bytes)
{
	struct event ev = call(desc, 70, 70, end_ns - 10, 10);
	ev.has |= EVENT_BIT(bytes);
	ev.bytes = bytes;
	return ev;
}

/* The trace of N events; the caller frees. */
static char *
trace_of(const struct event *ev, size_t n)
{
	struct sink_run r = sink_run_start("trace", NULL);
	for (size_t i = 0; i < n; i++)
		sink_run_emit(&r, &ev[i]);
	return sink_run_end(&r, &end);
}

#define HEAD "{\"otherData\":{\"clock\":\"CLOCK_BOOTTIME\"},\n\"traceEvents\":[\n"
#define TAIL(n) \
	"{\"ph\":\"M\",\"name\":\"iotrace_end\",\"ts\":9000000.000,\"pid\":0,\"tid\":0," \
	"\"args\":{\"events\":" n ",\"left_out\":0,\"counted_only\":0,\"filtered\":0," \
	"\"lost\":0,\"complete\":true}}\n]}\n"

START_TEST(exact_bytes)
{
	struct event ev = call(&read_desc, 70, 71, 5123456789, 12345);
	ev.has |= EVENT_BIT(seq) | EVENT_BIT(file) | EVENT_BIT(restarts);
	ev.seq = 1;
	ev.file = TEXT("/x\n\"\xff");
	char *got = trace_of(&ev, 1);
	ck_assert_str_eq(
		got, HEAD
		"{\"ph\":\"M\",\"name\":\"process_name\",\"ts\":5123456.789,\"pid\":70,"
		"\"tid\":70,\"args\":{\"name\":\"cat\"}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_name\",\"ts\":5123456.789,\"pid\":70,"
		"\"tid\":71,\"args\":{\"name\":\"cat\"}},\n"
		"{\"ph\":\"X\",\"name\":\"read\",\"ts\":5123456.789,\"pid\":70,\"tid\":"
		"71,"
		"\"cat\":\"FS\",\"dur\":12.345,\"args\":{\"seq\":1,\"ret\":0,"
		"\"file\":\"/x\\n\\\"\xef\xbf\xbd\"}},\n" TAIL("1"));
	free(got);
}
END_TEST

START_TEST(empty_run)
{
	char *got = trace_of(NULL, 0);
	ck_assert_str_eq(got, HEAD TAIL("0"));
	free(got);
}
END_TEST

START_TEST(session_in_head)
{
	struct sink_run r = sink_run_start("trace", NULL);
	const struct session_info info = { .host = TEXT("h"),
					   .command = { "a\0\"b", 4 },
					   .version = TEXT("1"),
					   .engine = TEXT("stop"),
					   .epoch_offset_ns = 7 };
	ck_assert_int_eq(r.ops->session(r.sink, &info), 0);
	char *got = sink_run_end(&r, &end);
	ck_assert_ptr_nonnull(
		strstr(got, ",\"host\":\"h\",\"command\":\"a \\\"b\",\"version\":"
			    "\"1\",\"engine\":\"stop\",\"epoch_offset_ns\":\"7\"}"));
	ck_assert_uint_eq(occurrences(got, "otherData"), 1);
	free(got);
}
END_TEST

START_TEST(names_follow_changes)
{
	struct event ev[] = {
		call(&read_desc, 70, 71, 1000, 10), call(&read_desc, 70, 71, 2000, 10),
		call(&read_desc, 70, 70, 3000, 10), call(&read_desc, 70, 70, 4000, 10),
		call(&read_desc, 72, 71, 5000, 10),
	};
	ev[3].comm = TEXT("new"); /* an exec */
	char *got = trace_of(ev, ARRAY_SIZE(ev));
	/* 70 by its thread 71, 70 renamed, 72; 71, 70, 70 renamed, 71 of 72 */
	ck_assert_uint_eq(occurrences(got, "\"process_name\""), 3);
	ck_assert_uint_eq(occurrences(got, "\"thread_name\""), 4);
	ck_assert_uint_eq(occurrences(got, "\"name\":\"new\""), 2);
	free(got);
}
END_TEST

/* The row of a child's first call may come before that of the fork. */
START_TEST(arrows_to_new_tasks)
{
	struct event made = call(&clone_desc, 70, 70, 1000, 500);
	struct event first = call(&read_desc, 75, 75, 1200, 20);
	struct event second = call(&read_desc, 75, 75, 2200, 20);
	made.ret = 75;
	const struct event orders[][3] = { { made, first, second },
					   { first, second, made } };
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		char *got = trace_of(orders[i], 3);
		ck_assert_ptr_nonnull(strstr(got, "{\"ph\":\"s\",\"name\":\"new task\","
						  "\"ts\":1.001,\"pid\":70,\"tid\":70,"
						  "\"cat\":\"task\",\"id\":\"0x1\"}"));
		ck_assert_ptr_nonnull(strstr(got, "{\"ph\":\"f\",\"name\":\"new task\","
						  "\"ts\":1.201,\"pid\":75,\"tid\":75,"
						  "\"cat\":\"task\",\"id\":\"0x1\","
						  "\"bp\":\"e\"}"));
		ck_assert_uint_eq(occurrences(got, "\"ph\":\"f\""), 1);
		free(got);
	}
}
END_TEST

START_TEST(no_arrow_to_others)
{
	struct event made = call(&clone_desc, 70, 70, 1000, 500);
	struct event failed = call(&clone_desc, 70, 70, 1600, 50);
	struct event older = call(&read_desc, 2, 2, 500, 20);
	made.ret = 2; /* of another pid namespace */
	failed.ret = -11;
	const struct event orders[][3] = { { older, made, failed },
					   { made, older, failed } };
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		char *got = trace_of(orders[i], 3);
		ck_assert_uint_eq(occurrences(got, "\"ph\":\"s\""), 0);
		free(got);
	}
}
END_TEST

/* A number that is used again: its first owner ended, which the notice tells. */
START_TEST(arrow_to_second_of_a_number)
{
	struct sink_run r = sink_run_start("trace", NULL);
	for (unsigned i = 0; i < 2; i++) {
		struct event made = call(&clone_desc, 70, 70, 1000 + 1000 * i, 100);
		struct event first = call(&read_desc, 75, 75, 1500 + 1000 * i, 20);
		made.ret = 75;
		const struct notice gone = { .kind = NOTICE_EXIT,
					     .pid = 75,
					     .tid = 75,
					     .time_ns = 1600 + 1000 * i };
		sink_run_emit(&r, &made);
		sink_run_emit(&r, &first);
		ck_assert_int_eq(r.ops->notice(r.sink, &gone), 0);
	}
	char *got = sink_run_end(&r, &end);
	ck_assert_uint_eq(occurrences(got, "\"ph\":\"s\""), 2);
	ck_assert_uint_eq(occurrences(got, "\"id\":\"0x2\""), 2);
	ck_assert_uint_eq(occurrences(got, "exited with 0"), 2);
	free(got);
}
END_TEST

START_TEST(requests_share_tracks)
{
	/* in the order of their ends: the third begins when the first is over */
	struct event ev[] = {
		call(&request_desc, 70, 70, 1000, 1000),
		call(&request_desc, 70, 70, 1500, 1000),
		call(&request_desc, 70, 70, 2000, 1000),
		call(&request_desc, 70, 70, 2100, 0),
	};
	ev[3].has &= ~(EVENT_BIT(latency_ns) | EVENT_BIT(ret));
	char *got = trace_of(ev, ARRAY_SIZE(ev));
	ck_assert_uint_eq(occurrences(got, "\"ph\":\"b\""), 4);
	ck_assert_uint_eq(occurrences(got, "\"ph\":\"e\""), 3);
	ck_assert_uint_eq(occurrences(got, "\"id\":\"0x1\""), 4);
	ck_assert_uint_eq(occurrences(got, "\"id\":\"0x2\""), 2);
	ck_assert_uint_eq(occurrences(got, "\"id\":\"0x3\""), 1);
	/* depth 1, 2, 2 (one ends, one begins), 1, 0 */
	ck_assert_uint_eq(occurrences(got, "\"queue depth\""), 5);
	ck_assert_ptr_nonnull(strstr(got,
				     "\"queue depth\",\"ts\":1.500,\"pid\":0,\"tid\":0,"
				     "\"args\":{\"requests\":2}"));
	ck_assert_ptr_nonnull(strstr(got,
				     "\"queue depth\",\"ts\":3.000,\"pid\":0,\"tid\":0,"
				     "\"args\":{\"requests\":0}"));
	free(got);
}
END_TEST

#define RATE(ts, read, written) \
	"\"bytes/s\",\"ts\":" ts ",\"pid\":0,\"tid\":0,\"args\":{\"read\":" read \
	",\"written\":" written "}}"

START_TEST(bytes_per_second)
{
	/* bins are 10 ms: two calls in one, the next one, and one after a gap */
	const struct event ev[] = {
		transfer(&read_desc, 1001000000, 10), transfer(&copy_desc, 1002000000, 5),
		transfer(&read_desc, 1011000000, 1),  transfer(&read_desc, 1055000000, 2),
		transfer(&read_desc, 1054000000, 2), /* late: of the same bin */
	};
	char *got = trace_of(ev, ARRAY_SIZE(ev));
	const char *at = strstr(got, RATE("1000000.000", "1500", "500"));
	ck_assert_ptr_nonnull(at);
	ck_assert_ptr_nonnull(at = strstr(at, RATE("1010000.000", "100", "0")));
	ck_assert_ptr_nonnull(at = strstr(at, RATE("1020000.000", "0", "0")));
	ck_assert_ptr_nonnull(at = strstr(at, RATE("1050000.000", "400", "0")));
	ck_assert_ptr_nonnull(strstr(at, RATE("1060000.000", "0", "0")));
	ck_assert_uint_eq(occurrences(got, "\"bytes/s\""), 5);
	free(got);
}
END_TEST

START_TEST(bins_grow)
{
	struct sink_run r = sink_run_start("trace", NULL);
	for (uint64_t i = 0; i < 20000; i++) {
		struct event ev =
			transfer(&read_desc, NSEC_PER_SEC + i * 10000000 + 10, 10);
		sink_run_emit(&r, &ev);
	}
	char *got = sink_run_end(&r, &end);
	ck_assert_uint_lt(occurrences(got, "\"bytes/s\""), 11000);
	ck_assert_uint_gt(occurrences(got, "\"read\":1000,"), 9000);
	free(got);
}
END_TEST

static void
hear(void *arg, IT_UNUSED const char *output, const char *line)
{
	strbuf_adds(arg, line);
}

START_TEST(a_full_file_says_so)
{
	struct strbuf said = { 0 };
	const struct sink_cfg cfg = { .say = hear, .say_arg = &said };
	struct sink_run r = sink_run_start("trace", &cfg);
	char *args = xcalloc(1, 1000001);
	memset(args, 'x', 1000000);
	struct event ev = call(&read_desc, 70, 70, 1000, 10);
	ev.has |= EVENT_BIT(args);
	ev.args = (struct text){ args, 1000000 };
	for (unsigned i = 0; i < 250; i++) {
		ev.time_ns += 1000;
		sink_run_emit(&r, &ev);
	}
	char *got = sink_run_end(&r, &end);
	ck_assert_uint_lt(strlen(got), TRACE_BYTES_MAX + 2000000);
	ck_assert_uint_eq(occurrences(got, "\"ph\":\"X\""), 200);
	ck_assert_ptr_nonnull(strstr(got, "\"name\":\"iotrace: file full\""));
	ck_assert_ptr_nonnull(strstr(got, "\"left_out\":50}"));
	ck_assert_ptr_nonnull(strstr(got, "{\"events\":200,\"left_out\":50,"));
	ck_assert_ptr_nonnull(
		strstr(said.p, "full after 200 events, the next 50 are left out"));
	free(got);
	free(args);
	strbuf_fini(&said);
}
END_TEST

START_TEST(notices)
{
	struct sink_run r = sink_run_start("trace", NULL);
	struct notice n = { .kind = NOTICE_SIGNAL,
			    .signo = SIGUSR1,
			    .pid = 70,
			    .tid = 70,
			    .time_ns = 1000 };
	ck_assert_int_eq(r.ops->notice(r.sink, &n), 0);
	n = (struct notice){ .kind = NOTICE_TEXT, .text = TEXT("a\x1b \"remark\"") };
	ck_assert_int_eq(r.ops->notice(r.sink, &n), 0);
	char *got = sink_run_end(&r, &end);
	ck_assert_ptr_nonnull(
		strstr(got, "{\"ph\":\"i\",\"name\":\"SIGUSR1\",\"ts\":1.000,"
			    "\"pid\":70,\"tid\":70,\"s\":\"t\",\"args\":{\"text\":"
			    "\"--- SIGUSR1 {"));
	ck_assert_ptr_nonnull(
		strstr(got, "\"s\":\"g\",\"args\":{\"text\":\"--- iotrace: a\\\\x1b "
			    "\\\"remark\\\" ---\"}}"));
	free(got);
}
END_TEST

START_TEST(latency_unknown_is_an_instant)
{
	struct event ev = call(&read_desc, 70, 70, 1000, 10);
	ev.has &= ~(EVENT_BIT(latency_ns) | EVENT_BIT(ret));
	ev.event_flags |= EVENT_UNFINISHED;
	char *got = trace_of(&ev, 1);
	ck_assert_ptr_nonnull(
		strstr(got, "{\"ph\":\"i\",\"name\":\"read\",\"ts\":1.000,\"pid\":70,"
			    "\"tid\":70,\"cat\":\"FS\",\"s\":\"t\","
			    "\"args\":{\"unfinished\":true}}"));
	free(got);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("trace");
	TCase *tc = tcase_create("trace");
	tcase_set_timeout(tc, 120);
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, exact_bytes);
	tcase_add_test(tc, empty_run);
	tcase_add_test(tc, session_in_head);
	tcase_add_test(tc, names_follow_changes);
	tcase_add_test(tc, arrows_to_new_tasks);
	tcase_add_test(tc, no_arrow_to_others);
	tcase_add_test(tc, arrow_to_second_of_a_number);
	tcase_add_test(tc, requests_share_tracks);
	tcase_add_test(tc, bytes_per_second);
	tcase_add_test(tc, bins_grow);
	tcase_add_test(tc, a_full_file_says_so);
	tcase_add_test(tc, notices);
	tcase_add_test(tc, latency_unknown_is_an_instant);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
