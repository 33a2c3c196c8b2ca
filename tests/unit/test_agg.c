/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Aggregation: percentiles against exact ones of the same data, exact totals when keys
 * fold and when memory runs out, which table counts what, the directory rule.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agg/agg.h"
#include "base/compiler.h"
#include "base/xalloc.h"

/* xorshift64: the same data on every run. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Values as latencies are: all magnitudes up to 2^MAG, dense within each. */
static uint64_t
next_latency(uint64_t *state, unsigned mag)
{
	uint64_t shape = next_random(state) % mag;
	return next_random(state) & ((UINT64_C(2) << shape) - 1);
}

static int
cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static uint64_t
exact_permille(const uint64_t *sorted, size_t n, unsigned permille)
{
	size_t rank = (n * permille + 999) / 1000;
	return sorted[rank ? rank - 1 : 0];
}

/* |got - want| <= pct of want, and SLACK for small values. */
static void
check_near(uint64_t got, uint64_t want, unsigned pct, uint64_t slack, unsigned permille,
	   size_t n)
{
	uint64_t diff = got > want ? got - want : want - got;
	ck_assert_msg(diff <= want / 100 * pct + want % 100 * pct / 100 + slack,
		      "n %zu, permille %u: %" PRIu64 ", exact %" PRIu64, n, permille, got,
		      want);
}

static const unsigned permilles[] = { 0, 1, 10, 250, 500, 750, 900, 950, 990, 999, 1000 };

static void
check_against_exact(struct histogram *h, uint64_t *values, size_t n, unsigned pct)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	qsort(values, n, sizeof(*values), cmp_u64);
	ck_assert_uint_eq(h->count, n);
	ck_assert_uint_eq(h->sum, sum);
	ck_assert_uint_eq(h->min, values[0]);
	ck_assert_uint_eq(h->max, values[n - 1]);
	ck_assert_uint_eq(histogram_permille(h, 1000), values[n - 1]);
	for (size_t i = 0; i < ARRAY_SIZE(permilles); i++)
		check_near(histogram_permille(h, permilles[i]),
			   exact_permille(values, n, permilles[i]), pct,
			   (1u << h->coarse) / 2, permilles[i], n);
}

static const size_t sizes[] = { 1, 2, 3, 7, 15, 100, 255, 1000, 30000 };

START_TEST(test_percentiles)
{
	size_t n = sizes[_i];
	uint64_t *values = xcalloc(n, sizeof(*values));
	for (unsigned mag = 1; mag <= 56; mag += 5) {
		uint64_t state = 88172645463325252 + mag;
		struct histogram h = { 0 };
		struct histogram_pool pool = { .max = SIZE_MAX };
		for (size_t i = 0; i < n; i++) {
			values[i] = next_latency(&state, mag);
			histogram_add(&h, &pool, values[i]);
		}
		check_against_exact(&h, values, n, 2);
		histogram_fini(&h, &pool);
		ck_assert_uint_eq(pool.used, 0);
	}
	free(values);
}
END_TEST

START_TEST(test_extremes)
{
	struct histogram h = { 0 };
	struct histogram_pool pool = { .max = SIZE_MAX };
	ck_assert_uint_eq(histogram_permille(&h, 500), 0);
	histogram_add(&h, &pool, 0);
	ck_assert_uint_eq(histogram_permille(&h, 500), 0);
	histogram_add(&h, &pool, UINT64_MAX);
	ck_assert_uint_eq(h.min, 0);
	ck_assert_uint_eq(histogram_permille(&h, 990), UINT64_MAX);
	histogram_fini(&h, &pool);
}
END_TEST

/* Without memory percentiles get coarse, by the degree that is announced; all else stays
 * exact, and memory stays at the floor. */
START_TEST(test_no_memory)
{
	enum { N = 20000 };
	static const size_t maxima[] = { 0, 60, 200, 700, 2000 };
	uint64_t *values = xcalloc(N, sizeof(*values));
	for (size_t k = 0; k < ARRAY_SIZE(maxima); k++) {
		uint64_t state = 42 + k;
		struct histogram h = { 0 };
		struct histogram_pool pool = { .max = maxima[k] };
		for (size_t i = 0; i < N; i++) {
			values[i] = next_latency(&state, 40);
			histogram_add(&h, &pool, values[i]);
		}
		ck_assert_uint_gt(h.coarse, 0);
		ck_assert_uint_le(pool.used, maxima[k] > 248 ? maxima[k] : 248);
		check_against_exact(&h, values, N, histogram_error_pct(h.coarse));
		histogram_fini(&h, &pool);
	}
	free(values);
}
END_TEST

/* More of one value than an entry counts. */
START_TEST(test_many)
{
	struct histogram h = { 0 };
	struct histogram_pool pool = { 0 };
	for (unsigned i = 0; i < (1u << 21) + 100; i++)
		histogram_add(&h, &pool, 1000);
	for (unsigned i = 0; i < 1000; i++)
		histogram_add(&h, &pool, 5000000);
	ck_assert_uint_eq(h.count, (1u << 21) + 1100);
	check_near(histogram_permille(&h, 999), 1000, 2, 0, 999, h.count);
	ck_assert_uint_eq(histogram_permille(&h, 1000), 5000000);
	histogram_fini(&h, &pool);
	ck_assert_uint_eq(pool.used, 0);
}
END_TEST

START_TEST(test_merge)
{
	enum { N = 5000, PARTS = 7 };
	uint64_t *values = xcalloc(N, sizeof(*values));
	uint64_t state = 7;
	struct histogram parts[PARTS] = { { 0 } }, all = { 0 };
	struct histogram_pool pool = { .max = SIZE_MAX };
	for (size_t i = 0; i < N; i++) {
		values[i] = next_latency(&state, 34);
		/* sizes from a few values to most of them */
		histogram_add(&parts[i % 13 < PARTS - 1 && i < 500 ? i % 13 : PARTS - 1],
			      &pool, values[i]);
	}
	histogram_merge(&all, &pool, &(struct histogram){ 0 });
	for (size_t i = 0; i < PARTS; i++) {
		histogram_merge(&all, &pool, &parts[i]);
		histogram_fini(&parts[i], &pool);
	}
	check_against_exact(&all, values, N, 2);
	histogram_fini(&all, &pool);
	ck_assert_uint_eq(pool.used, 0);
	free(values);
}
END_TEST

/* What was coarse stays where it was when it is merged into fine buckets. */
START_TEST(test_merge_coarse)
{
	struct histogram coarse = { 0 }, all = { 0 };
	struct histogram_pool none = { 0 }, pool = { .max = SIZE_MAX };
	uint64_t state = 11;
	for (size_t i = 0; i < 3000; i++)
		histogram_add(&coarse, &none, 1000 + next_latency(&state, 34));
	ck_assert_uint_gt(coarse.coarse, 2);
	histogram_merge(&all, &pool, &coarse);
	for (size_t i = 0; i < ARRAY_SIZE(permilles); i++)
		check_near(histogram_permille(&all, permilles[i]),
			   histogram_permille(&coarse, permilles[i]), 2, 0, permilles[i],
			   coarse.count);
	histogram_fini(&all, &pool);
	histogram_fini(&coarse, &none);
}
END_TEST

/* ---- tables ---- */

static const struct agg_row *
row_named(const struct agg_table *t, const char *name)
{
	for (size_t i = 0; i < t->nrows; i++)
		if (!strcmp(agg_table_row(t, i)->name, name))
			return agg_table_row(t, i);
	return NULL;
}

/* 3000 keys, seen again and again, into tables too small for them by number or by bytes:
 * rows that exist have all their calls, and rows and others add up. */
static void
check_folding(const struct agg_limits *limits, size_t want_rows)
{
	enum { KEYS = 3000, ROUNDS = 4 };
	struct agg_table t;
	agg_table_init(&t, limits);
	uint64_t state = 99, want_sum = 0;
	char key[32];
	for (int i = 0; i < KEYS * ROUNDS; i++) {
		struct agg_sample s = { .timed = true };
		s.c[AGG_calls] = 1;
		s.c[AGG_errors] = i % 3 == 0;
		s.c[AGG_bytes_read] = (uint64_t)i;
		s.latency_ns = next_latency(&state, 30);
		want_sum += s.latency_ns;
		int n = snprintf(key, sizeof(key), "/some/file/%d", i % KEYS);
		size_t row = agg_table_add(&t, key, (size_t)n, &s);
		ck_assert(row == (size_t)(i % KEYS) || row == AGG_NO_ROW);
		ck_assert_uint_eq(agg_table_find(&t, key, (size_t)n), row);
	}
	ck_assert_uint_eq(agg_table_find(&t, "/some", 5), AGG_NO_ROW);
	if (want_rows)
		ck_assert_uint_eq(t.nrows, want_rows);
	ck_assert_uint_lt(t.nrows, KEYS);
	struct agg_row all = { 0 };
	struct histogram_pool pool = { .max = SIZE_MAX };
	for (size_t i = 0; i < t.nrows; i++) {
		const struct agg_row *r = agg_table_row(&t, i);
		snprintf(key, sizeof(key), "/some/file/%zu", i);
		ck_assert_str_eq(r->name, key);
		ck_assert_uint_eq(r->c[AGG_calls], ROUNDS);
		agg_row_merge(&all, &pool, r);
	}
	ck_assert_uint_eq(t.other.c[AGG_calls], (KEYS - t.nrows) * ROUNDS);
	agg_row_merge(&all, &pool, &t.other);
	ck_assert_uint_eq(all.c[AGG_calls], KEYS * ROUNDS);
	ck_assert_uint_eq(all.c[AGG_errors], KEYS * ROUNDS / 3);
	ck_assert_uint_eq(all.c[AGG_bytes_read],
			  (uint64_t)KEYS * ROUNDS * (KEYS * ROUNDS - 1) / 2);
	ck_assert_uint_eq(all.latency.count, KEYS * ROUNDS);
	ck_assert_uint_eq(all.latency.sum, want_sum);
	histogram_fini(&all.latency, &pool);
	agg_table_fini(&t);
}

START_TEST(test_folding)
{
	struct agg_limits limits = { 100, SIZE_MAX, SIZE_MAX };
	check_folding(&limits, 100);
	limits.max_keys = 1;
	check_folding(&limits, 1);
	limits = (struct agg_limits){ SIZE_MAX, 40000, 0 };
	check_folding(&limits, 0);
	limits = (struct agg_limits){ 0, 0, 0 };
	struct agg_table t;
	agg_table_init(&t, &limits);
	struct agg_sample s = { .c = { [AGG_calls] = 1 } };
	agg_table_add(&t, "x", 1, &s);
	ck_assert_uint_eq(t.nrows, 0);
	ck_assert_uint_eq(t.other.c[AGG_calls], 1);
	agg_table_fini(&t);
}
END_TEST

/* Keys are bytes: prefixes and names with odd bytes are different keys. */
START_TEST(test_keys)
{
	struct agg_table t;
	agg_table_init(&t, &(struct agg_limits){ 100, SIZE_MAX, SIZE_MAX });
	struct agg_sample s = { .c = { [AGG_calls] = 1 } };
	static const char *const keys[] = {
		"a", "ab", "a\n", "\xff", "", "a", "a", "\xff"
	};
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		agg_table_add(&t, keys[i], strlen(keys[i]), &s);
	ck_assert_uint_eq(t.nrows, 5);
	ck_assert_uint_eq(row_named(&t, "a")->c[AGG_calls], 3);
	ck_assert_uint_eq(row_named(&t, "\xff")->c[AGG_calls], 2);
	ck_assert_uint_eq(row_named(&t, "")->c[AGG_calls], 1);
	ck_assert_uint_eq(row_named(&t, "")->latency.count, 0);
	agg_table_fini(&t);
}
END_TEST

/* ---- events ---- */

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

static struct event
event_of(const struct syscall_desc *desc, struct text name, struct text file)
{
	struct event ev = {
		.has = EVENT_BIT(latency_ns) | EVENT_BIT(comm) | EVENT_BIT(pid) |
		       EVENT_BIT(syscall) | EVENT_BIT(ret) | EVENT_BIT(bytes) |
		       EVENT_BIT(file),
		.desc = desc,
		.latency_ns = 1000,
		.comm = TEXT("sh"),
		.pid = 7,
		.syscall = name,
		.ret = 100,
		.bytes = 100,
		.file = file,
	};
	return ev;
}

START_TEST(test_bytes_by_class)
{
	struct syscall_desc none = { .bytes = BYTES_NONE }, rd = { .bytes = BYTES_READ },
			    wr = { .bytes = BYTES_WRITE },
			    both = { .bytes = BYTES_TRANSFER };
	struct agg *agg = agg_new(NULL);
	struct event ev = event_of(&none, TEXT("mmap"), TEXT("/d/f"));
	agg_add(agg, &ev);
	ev = event_of(&rd, TEXT("read"), TEXT("/d/f"));
	agg_add(agg, &ev);
	ev.has &= ~EVENT_BIT(bytes);
	agg_add(agg, &ev);
	ev = event_of(&wr, TEXT("write"), TEXT("/d/f"));
	ev.bytes = 30;
	agg_add(agg, &ev);
	ev = event_of(&both, TEXT("sendfile"), TEXT("/d/g"));
	ev.bytes = 5;
	agg_add(agg, &ev);
	const struct agg_row *f = row_named(&agg->tables[AGG_FILE], "/d/f");
	ck_assert_uint_eq(f->c[AGG_calls], 4);
	ck_assert_uint_eq(f->c[AGG_bytes_read], 100);
	ck_assert_uint_eq(f->c[AGG_bytes_written], 30);
	const struct agg_row *d = row_named(&agg->tables[AGG_DIRECTORY], "/d");
	ck_assert_uint_eq(d->c[AGG_calls], 5);
	ck_assert_uint_eq(d->c[AGG_bytes_read], 105);
	ck_assert_uint_eq(d->c[AGG_bytes_written], 35);
	ck_assert_uint_eq(d->latency.sum, 5000);
	ck_assert_ptr_nonnull(row_named(&agg->tables[AGG_PROCESS], "7 sh"));
	ck_assert_uint_eq(agg->total.c[AGG_bytes_read], 105);
	agg_free(agg);
}
END_TEST

START_TEST(test_counted_only)
{
	struct syscall_desc rd = { .bytes = BYTES_READ };
	struct agg *agg = agg_new(NULL);
	struct event ev = event_of(&rd, TEXT("read"), TEXT("/d/f"));
	ev.event_flags = EVENT_COUNTED_ONLY;
	ev.has |= EVENT_BIT(error);
	ev.error = TEXT("EIO");
	agg_add(agg, &ev);
	const struct agg_row *r = row_named(&agg->tables[AGG_SYSCALL], "read");
	ck_assert_uint_eq(r->c[AGG_calls], 1);
	ck_assert_uint_eq(r->c[AGG_errors], 1);
	ck_assert_uint_eq(r->c[AGG_bytes_read], 0);
	ck_assert_uint_eq(r->latency.sum, 1000);
	ck_assert_uint_eq(agg->tables[AGG_ERRNO].nrows, 1);
	ck_assert_uint_eq(agg->tables[AGG_PROCESS].nrows, 1);
	ck_assert_uint_eq(agg->tables[AGG_FILE].nrows, 0);
	ck_assert_uint_eq(agg->tables[AGG_DIRECTORY].nrows, 0);
	agg_free(agg);
}
END_TEST

/* Faults make a row of their own where there was no call, and none for nothing. */
START_TEST(test_faults)
{
	struct agg *agg = agg_new(NULL);
	agg_add_faults(agg, 7, TEXT("quiet"), 0);
	ck_assert_uint_eq(agg->tables[AGG_PROCESS].nrows, 0);
	agg_add_faults(agg, 7, TEXT("mapper"), 3);
	agg_add_faults(agg, 7, TEXT("mapper"), 2);
	const struct agg_row *r = row_named(&agg->tables[AGG_PROCESS], "7 mapper");
	ck_assert_uint_eq(r->c[AGG_major_faults], 5);
	ck_assert_uint_eq(r->c[AGG_calls], 0);
	ck_assert_uint_eq(agg->total.c[AGG_major_faults], 5);
	ck_assert_uint_eq(agg->tables[AGG_SYSCALL].nrows, 0);
	agg_free(agg);
}
END_TEST

/* A request has a row like a call's, and is told from the calls in the total. */
START_TEST(test_requests)
{
	struct syscall_desc rd = { .bytes = BYTES_READ, .flags = SYSCALL_REQUEST };
	struct agg *agg = agg_new(NULL);
	struct event ev = event_of(&rd, TEXT("uring_read"), TEXT("/d/f"));
	agg_add(agg, &ev);
	rd.flags = 0;
	agg_add(agg, &ev);
	ck_assert_uint_eq(agg->total.c[AGG_calls], 2);
	ck_assert_uint_eq(agg->total.c[AGG_requests], 1);
	agg_free(agg);
}
END_TEST

/* exit_group and calls that death cut short are calls, but have no latency. */
START_TEST(test_untimed)
{
	struct syscall_desc none = { .bytes = BYTES_NONE };
	struct agg *agg = agg_new(NULL);
	struct event ev = event_of(&none, TEXT("exit_group"), TEXT(""));
	ev.has &= ~(EVENT_BIT(ret) | EVENT_BIT(file));
	agg_add(agg, &ev);
	const struct agg_row *r = row_named(&agg->tables[AGG_SYSCALL], "exit_group");
	ck_assert_uint_eq(r->c[AGG_calls], 1);
	ck_assert_uint_eq(r->latency.count, 0);
	ck_assert_uint_eq(agg->tables[AGG_FILE].nrows, 0);
	agg_free(agg);
}
END_TEST

static const struct {
	const char *file, *directory;
} directories[] = {
	{ "/a/b/c", "/a/b" },
	{ "/a", "/" },
	{ "/", "/" },
	{ "//", "/" },
	{ "/a/b/", "/a" },
	{ "/a//b", "/a" },
	{ "/a/ \n/x", "/a/ \n" },
	{ "socket:[123]", "[socket]" },
	{ "pipe:[5]", "[pipe]" },
	{ "anon_inode:[eventpoll]", "[anon_inode]" },
	{ "anon_inode:inotify", "[anon_inode]" },
	{ "net:[4026531840]", "[net]" },
	{ "/memfd:buffer", "[memfd]" },
	{ "/memfd:a/b", "[memfd]" },
	{ "name", "[relative]" },
	{ "a/b", "[relative]" },
	{ "c:/x", "[relative]" },
	{ ":[1]", "[relative]" },
	{ "socket:", "[relative]" },
	{ "", "[relative]" },
};

START_TEST(test_directory)
{
	struct strbuf scratch = { 0 };
	const char *file = directories[_i].file;
	struct text d = agg_directory((struct text){ file, strlen(file) }, &scratch);
	ck_assert_uint_eq(d.len, strlen(directories[_i].directory));
	ck_assert_mem_eq(d.p, directories[_i].directory, d.len);
	strbuf_fini(&scratch);
}
END_TEST

/* The bounds of tables.def hold for many long names. */
START_TEST(test_default_bounds)
{
	struct syscall_desc rd = { .bytes = BYTES_READ };
	struct agg *agg = agg_new(NULL);
	char name[3000];
	memset(name, 'x', sizeof(name));
	struct event ev = event_of(&rd, TEXT("read"), TEXT(""));
	uint64_t state = 5;
	for (int i = 0; i < 30000; i++) {
		int n = snprintf(name, sizeof(name), "/%d/", i);
		name[n] = 'x';
		ev.file = (struct text){ name, sizeof(name) };
		for (int k = 0; k < 3; k++) {
			ev.latency_ns = next_latency(&state, 36);
			agg_add(agg, &ev);
		}
	}
	const struct agg_table *t = &agg->tables[AGG_FILE];
	size_t bytes = t->name_bytes + t->nrows * sizeof(struct agg_row);
	ck_assert_uint_le(bytes, t->limits.key_bytes);
	ck_assert_uint_gt(t->other.c[AGG_calls], 0);
	ck_assert_uint_eq(t->other.c[AGG_calls] + t->nrows * 3, 90000);
	ck_assert_uint_eq(agg->total.c[AGG_calls], 90000);
	agg_free(agg);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("agg");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_percentiles, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, test_extremes);
	tcase_add_test(tc, test_no_memory);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_merge);
	tcase_add_test(tc, test_merge_coarse);
	tcase_add_test(tc, test_folding);
	tcase_add_test(tc, test_keys);
	tcase_add_test(tc, test_bytes_by_class);
	tcase_add_test(tc, test_counted_only);
	tcase_add_test(tc, test_faults);
	tcase_add_test(tc, test_requests);
	tcase_add_test(tc, test_untimed);
	tcase_add_loop_test(tc, test_directory, 0, ARRAY_SIZE(directories));
	tcase_add_test(tc, test_default_bounds);
	Suite *suite = suite_create("agg");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
