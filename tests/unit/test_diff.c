/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparison of runs: names made equal, what counts as a change, the words for it, and
 * what is a regression.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "diff/diff.h"
#include "diff/normal.h"

static struct text
text(const char *s)
{
	return (struct text){ s, strlen(s) };
}

START_TEST(test_normal)
{
	static const char *const rows[][2] = {
		{ "/tmp/ccQo0l6B.s", "/tmp/*.s" },
		{ "/tmp/tmp.X5Gf2hhB4a/x", "/tmp/tmp.*/x" },
		{ "/tmp/build-4711/Makefile", "/tmp/build-*/Makefile" },
		{ "/var/tmp/aB3dE9.lock", "/var/tmp/*.lock" },
		{ "/tmp/output", "/tmp/output" },
		{ "/w/a.tmp.kR7x2Q", "/w/a.tmp.*" },
		{ "/w/out.12345", "/w/out.*" },
		{ "/w/log-2024", "/w/log-*" },
		{ "/w/12345", "/w/12345" },
		{ "/usr/lib/python3.11/x86_64", "/usr/lib/python3.11/x86_64" },
		{ "/usr/lib/libz.so.1.2.13", "/usr/lib/libz.so.1.2.13" },
		{ "/w/AbC123dEf", "/w/AbC123dEf" },
		{ "/proc/4711/maps", "/proc/*/maps" },
		{ "/proc/4711/task/4712/comm", "/proc/*/task/*/comm" },
		{ "/proc/self/maps", "/proc/self/maps" },
		{ "pipe:[752730]", "pipe:[*]" },
		{ "socket:[5]", "socket:[*]" },
		{ "anon_inode:[eventfd]", "anon_inode:[eventfd]" },
		{ "/", "/" },
		{ "", "" },
	};
	struct strbuf out = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		normal_name(&out, text(rows[i][0]));
		ck_assert_str_eq(strbuf_str(&out), rows[i][1]);
	}
	strbuf_fini(&out);
}
END_TEST

static struct diff_side before, after;
static struct diff diff;

static void
setup(void)
{
	diff_side_init(&before, "a", false);
	diff_side_init(&after, "b", false);
}

static void
teardown(void)
{
	diff_fini(&diff);
	diff_side_fini(&before);
	diff_side_fini(&after);
}

/* N calls alike. */
static void
calls(struct diff_side *side, unsigned n, const char *call, const char *file,
      uint64_t bytes, uint64_t latency_ns, const char *error)
{
	struct event ev = { .desc = syscall_find(call),
			    .pid = side == &before ? 10 : 20,
			    .comm = text("cc"),
			    .syscall = text(call),
			    .file = text(file),
			    .bytes = bytes,
			    .latency_ns = latency_ns };
	ev.has = EVENT_BIT(pid) | EVENT_BIT(comm) | EVENT_BIT(syscall) | EVENT_BIT(file) |
		 EVENT_BIT(bytes) | EVENT_BIT(latency_ns) | EVENT_BIT(ret);
	if (error) {
		ev.error = text(error);
		ev.has |= EVENT_BIT(error);
	}
	for (unsigned i = 0; i < n; i++)
		diff_side_add(side, &ev);
}

static void
both(unsigned n, const char *call, const char *file, uint64_t bytes, uint64_t latency_ns)
{
	calls(&before, n, call, file, bytes, latency_ns, NULL);
	calls(&after, n, call, file, bytes, latency_ns, NULL);
}

/* The change of NAME's METRIC in TABLE, or NULL. */
static const struct diff_change *
find(unsigned table, const char *name, enum diff_metric metric)
{
	size_t n;
	const struct diff_change *c = diff_of_table(&diff, table, &n);
	for (size_t i = 0; i < n; i++)
		if (c[i].metric == metric && c[i].name.len == strlen(name) &&
		    (!*name || !memcmp(c[i].name.p, name, c[i].name.len)))
			return &c[i];
	return NULL;
}

START_TEST(test_same)
{
	struct strbuf words = { 0 };
	both(100, "read", "/w/a", 100, 1000);
	/* Other pids and temporary names are no difference. */
	calls(&before, 5, "write", "/tmp/ccQo0l6B.s", 10, 100, NULL);
	calls(&after, 5, "write", "/tmp/ccZZ9a1b.s", 10, 100, NULL);
	diff_init(&diff, &before, &after, 10);
	ck_assert_uint_eq(diff.n, 0);
	diff_add_headline(&words, &diff);
	ck_assert_str_eq(strbuf_str(&words), "No difference beyond 10%.");
	strbuf_fini(&words);
}
END_TEST

START_TEST(test_changes)
{
	both(1000, "read", "/w/a", 100, 1000);
	calls(&after, 200, "read", "/w/a", 100, 1000, NULL);
	calls(&before, 3, "write", "/w/old", 10, 100, NULL);
	calls(&after, 3, "write", "/w/new", 10, 100, NULL);
	calls(&after, 20, "openat", "/w/none", 0, 100, "ENOENT");
	diff_init(&diff, &before, &after, 10);
	const struct diff_change *c = find(AGG_SYSCALL, "read", DIFF_CALLS);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->kind, DIFF_INCREASED);
	ck_assert_uint_eq(c->before, 1000);
	ck_assert_uint_eq(c->after, 1200);
	ck_assert_ptr_nonnull(find(AGG_SYSCALL, "read", DIFF_READ));
	ck_assert_ptr_null(find(AGG_SYSCALL, "read", DIFF_WRITTEN));
	ck_assert_int_eq(find(AGG_FILE, "/w/new", DIFF_CALLS)->kind, DIFF_APPEARED);
	ck_assert_int_eq(find(AGG_FILE, "/w/old", DIFF_CALLS)->kind, DIFF_VANISHED);
	ck_assert_int_eq(find(AGG_ERRNO, "ENOENT", DIFF_CALLS)->kind, DIFF_APPEARED);
	ck_assert_ptr_null(find(AGG_ERRNO, "ENOENT", DIFF_ERRORS));
	ck_assert_ptr_nonnull(find(AGG_PROCESS, "cc", DIFF_CALLS));
	/* The weightiest first. */
	size_t n;
	ck_assert(!memcmp(diff_of_table(&diff, AGG_SYSCALL, &n)->name.p, "openat", 6));
}
END_TEST

START_TEST(test_thresholds)
{
	/* 20 % more calls, but few; 5 % more of many; times that vary. */
	both(40, "read", "/w/a", 0, 1000000);
	calls(&after, 8, "read", "/w/a", 0, 1000000, NULL);
	both(1000, "write", "/w/b", 0, 1000);
	calls(&after, 50, "write", "/w/b", 0, 1000, NULL);
	diff_init(&diff, &before, &after, 10);
	ck_assert_uint_eq(diff.n, 0);
	diff_fini(&diff);
	diff_init(&diff, &before, &after, 4);
	ck_assert_ptr_nonnull(find(AGG_SYSCALL, "write", DIFF_CALLS));
	ck_assert_ptr_null(find(AGG_SYSCALL, "read", DIFF_CALLS));
	ck_assert_ptr_null(find(AGG_SYSCALL, "read", DIFF_LATENCY));
	diff_fini(&diff);
	diff_init(&diff, &before, &after, 3);
	ck_assert_ptr_nonnull(find(AGG_SYSCALL, "read", DIFF_LATENCY));
}
END_TEST

START_TEST(test_percentiles)
{
	calls(&before, 19, "read", "/w/a", 0, 1000, NULL);
	calls(&after, 19, "read", "/w/a", 0, 900000, NULL);
	calls(&before, 20, "write", "/w/a", 0, 1000, NULL);
	calls(&after, 20, "write", "/w/a", 0, 900000, NULL);
	diff_init(&diff, &before, &after, 10);
	ck_assert_ptr_null(find(AGG_SYSCALL, "read", DIFF_P95));
	ck_assert_ptr_nonnull(find(AGG_SYSCALL, "write", DIFF_P95));
}
END_TEST

START_TEST(test_fails)
{
	unsigned what = 0;
	char err[256];
	both(100, "read", "/w/a", 100, 1000);
	calls(&after, 100, "read", "/w/a", 100, 1000, NULL);
	calls(&after, 1, "read", "/dev/null", 0, 1000, NULL);
	calls(&after, 1, "read", "/w/new", 0, 1000, NULL);
	diff_init(&diff, &before, &after, 10);
	ck_assert_int_eq(diff_fail_parse("calls,new-files", &what, err, sizeof(err)), 0);
	ck_assert_str_eq(diff_fails(find(AGG_SYSCALL, "read", DIFF_CALLS), what),
			 "calls");
	ck_assert_str_eq(diff_fails(find(DIFF_TOTAL, "", DIFF_CALLS), what), "calls");
	ck_assert_str_eq(diff_fails(find(AGG_FILE, "/w/new", DIFF_CALLS), what),
			 "new-files");
	ck_assert_ptr_null(diff_fails(find(AGG_FILE, "/dev/null", DIFF_CALLS), what));
	ck_assert_ptr_null(diff_fails(find(AGG_FILE, "/w/a", DIFF_CALLS), what));
	ck_assert_ptr_null(diff_fails(find(AGG_SYSCALL, "read", DIFF_READ), what));
	ck_assert_int_eq(diff_fail_parse("calls,bites", &what, err, sizeof(err)),
			 -EINVAL);
	ck_assert(strstr(err, "did you mean bytes"));
	ck_assert_int_eq(diff_fail_parse("", &what, err, sizeof(err)), -EINVAL);
	ck_assert_int_eq(diff_fail_parse("calls,", &what, err, sizeof(err)), -EINVAL);
	/* The time that failing takes is no error. */
	const struct diff_change slow = { .table = AGG_ERRNO,
					  .kind = DIFF_INCREASED,
					  .metric = DIFF_P95 };
	ck_assert_ptr_null(diff_fails(&slow, 0xffffffffu));
	/* Less is no regression. */
	diff_fini(&diff);
	diff_init(&diff, &after, &before, 10);
	for (size_t i = 0; i < diff.n; i++)
		ck_assert_ptr_null(diff_fails(&diff.changes[i], 0xffffffffu));
}
END_TEST

START_TEST(test_words)
{
	static const struct {
		struct diff_change c;
		const char *words;
	} rows[] = {
		{ { .kind = DIFF_INCREASED, .before = 100, .after = 112 }, "+12%" },
		{ { .kind = DIFF_INCREASED, .before = 1000, .after = 1005 }, "+0.5%" },
		{ { .kind = DIFF_DECREASED, .before = 100, .after = 0 }, "-100%" },
		{ { .kind = DIFF_INCREASED, .before = 2, .after = 100 }, "x50" },
		{ { .kind = DIFF_INCREASED, .before = 0, .after = 5 }, "new" },
		{ { .kind = DIFF_APPEARED, .before = 0, .after = 5 }, "new" },
		{ { .kind = DIFF_VANISHED, .before = 5, .after = 0 }, "gone" },
	};
	struct strbuf b = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_reset(&b);
		diff_add_percent(&b, &rows[i].c);
		ck_assert_str_eq(strbuf_str(&b), rows[i].words);
	}
	strbuf_reset(&b);
	both(1000, "read", "/w/a", 100, 1000);
	calls(&after, 200, "read", "/w/b", 100, 1000, NULL);
	diff_init(&diff, &before, &after, 10);
	diff_add_headline(&b, &diff);
	ck_assert_str_eq(
		strbuf_str(&b),
		"The second run made 1,200 calls instead of 1,000 (+20%), 0 of them "
		"failed "
		"as before; it read 117KB instead of 97.7KB (+20%), wrote 0B as before, "
		"and "
		"spent 1.20ms in calls instead of 1.00ms (+20%). 1 file appeared, 0 "
		"vanished. Most of it: read, 1,200 calls instead of 1,000.");
	strbuf_fini(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("diff");
	TCase *c = tcase_create("diff");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_normal);
	tcase_add_test(c, test_same);
	tcase_add_test(c, test_changes);
	tcase_add_test(c, test_thresholds);
	tcase_add_test(c, test_percentiles);
	tcase_add_test(c, test_fails);
	tcase_add_test(c, test_words);
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures != 0;
}
