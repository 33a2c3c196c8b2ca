/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The containers of base/: what they promise at their edges. The hash is held against a
 * plain array under random puts and removals, which makes probes collide and holes close.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/io.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

/* For loops: ck_assert() reports each pass to its parent, which takes a microsecond. */
static void
must(bool ok, const char *what)
{
	if (!ok)
		ck_abort_msg("%s", what);
}

START_TEST(strbuf_empty_and_reuse)
{
	struct strbuf sb = { 0 };
	ck_assert_str_eq(strbuf_str(&sb), "");
	strbuf_reset(&sb);
	strbuf_addmem(&sb, NULL, 0);
	ck_assert_uint_eq(sb.len, 0);
	strbuf_adds(&sb, "ab");
	strbuf_addch(&sb, '\0');
	strbuf_addch(&sb, 'c');
	ck_assert_uint_eq(sb.len, 4);
	ck_assert_mem_eq(sb.p, "ab\0c", 5);
	strbuf_reset(&sb);
	ck_assert_str_eq(strbuf_str(&sb), "");
	strbuf_fini(&sb);
	ck_assert_ptr_null(sb.p);
	strbuf_adds(&sb, "again");
	ck_assert_str_eq(sb.p, "again");
	strbuf_fini(&sb);
}
END_TEST

START_TEST(strbuf_numbers)
{
	struct strbuf sb = { 0 };
	strbuf_addu64(&sb, UINT64_MAX);
	strbuf_addch(&sb, ' ');
	strbuf_addi64(&sb, INT64_MIN);
	strbuf_addch(&sb, ' ');
	strbuf_addu64(&sb, 0);
	strbuf_addch(&sb, ' ');
	strbuf_addhex(&sb, 0);
	strbuf_addch(&sb, ' ');
	strbuf_addhex(&sb, UINT64_MAX);
	strbuf_addf(&sb, " %s-%d", "x", -7);
	ck_assert_str_eq(sb.p, "18446744073709551615 -9223372036854775808 0 0 "
			       "0xffffffffffffffff x--7");
	strbuf_fini(&sb);
}
END_TEST

START_TEST(strbuf_formats_more_than_it_had)
{
	struct strbuf sb = { 0 };
	char long_string[5000];
	memset(long_string, 'y', sizeof(long_string));
	long_string[sizeof(long_string) - 1] = '\0';
	strbuf_addf(&sb, "<%s>", long_string);
	ck_assert_uint_eq(sb.len, sizeof(long_string) + 1);
	ck_assert_int_eq(sb.p[0], '<');
	ck_assert_int_eq(sb.p[sb.len - 1], '>');
	ck_assert_int_eq(sb.p[sb.len], '\0');
	strbuf_fini(&sb);
}
END_TEST

START_TEST(xasprintf_formats)
{
	char *s = xasprintf("%d:%s", 42, "answer");
	ck_assert_str_eq(s, "42:answer");
	free(s);
	s = xmemdup0("a\0b", 3);
	ck_assert_mem_eq(s, "a\0b", 4);
	free(s);
	s = xmemdup0(NULL, 0);
	ck_assert_str_eq(s, "");
	free(s);
}
END_TEST

START_TEST(arena_keeps_what_it_gave)
{
	struct arena a = { 0 };
	enum { N = 3000 };
	static const size_t sizes[] = { 0, 1, 7, 40, 16384, 16385, 100000 };
	for (int round = 0; round < 2; round++) {
		char **got = xcalloc(N, sizeof(*got));
		for (size_t i = 0; i < N; i++) {
			size_t size = sizes[i % 97 == 0 ? i % 7 : i % 4];
			got[i] = arena_alloc(&a, size + sizeof(size_t));
			ck_assert_uint_eq((uintptr_t)got[i] % alignof(max_align_t), 0);
			memcpy(got[i], &i, sizeof(i));
			memset(got[i] + sizeof(i), 0xee, size);
		}
		for (size_t i = 0; i < N; i++)
			ck_assert_mem_eq(got[i], &i, sizeof(i));
		free(got);
		arena_reset(&a);
	}
	char *s = arena_memdup0(&a, "xy", 2);
	ck_assert_str_eq(s, "xy");
	ck_assert_str_eq(arena_memdup0(&a, NULL, 0), "");
	arena_fini(&a);
	arena_fini(&a);
	ck_assert_ptr_nonnull(arena_alloc(&a, 1));
	arena_fini(&a);
}
END_TEST

START_TEST(arena_reset_reuses_blocks)
{
	struct arena a = { 0 };
	void *first = arena_alloc(&a, 100);
	arena_alloc(&a, 50000);
	arena_reset(&a);
	ck_assert_ptr_eq(arena_alloc(&a, 100), first);
	arena_fini(&a);
}
END_TEST

START_TEST(hash_against_a_plain_array)
{
	enum { KEYS = 300, STEPS = 60000 };
	struct hash h = { 0 };
	static char values[STEPS];
	void *want[KEYS] = { 0 };
	size_t used = 0;
	unsigned seed = 12345;
	ck_assert_ptr_null(hash_find(&h, 0));
	ck_assert_ptr_null(hash_remove(&h, 0));
	for (int i = 0; i < STEPS; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned k = seed >> 16 & 0x7fff;
		/* Long stretches of mostly puts, then of mostly removals. */
		bool put = k % 8 < (i / 2000 % 2 ? 2u : 6u);
		k = k / 8 % KEYS;
		uint64_t key = k * UINT64_C(0x100000001);
		void *was = put ? hash_put(&h, key, &values[i]) : hash_remove(&h, key);
		ck_assert_ptr_eq(was, want[k]);
		used += put && !was;
		used -= !put && was;
		want[k] = put ? &values[i] : NULL;
		ck_assert_uint_eq(h.used, used);
		ck_assert_uint_lt(h.used, h.cap ? h.cap : 1);
		if (i % 64)
			continue;
		for (unsigned n = 0; n < KEYS; n++)
			must(hash_find(&h, n * UINT64_C(0x100000001)) == want[n], "find");
	}
	hash_fini(&h);
}
END_TEST

/* Fill a table of the least size until it is nearly full, so that every removal happens
 * inside a run of occupied slots, and try every order of first removal. */
START_TEST(hash_removal_inside_a_run)
{
	static char value;
	for (uint64_t base = 0; base < 200; base++) {
		for (uint64_t gone = 0; gone < 12; gone++) {
			struct hash h = { 0 };
			for (uint64_t k = 0; k < 12; k++)
				hash_put(&h, base * 1000 + k, &value);
			ck_assert_uint_eq(h.cap, 16);
			ck_assert_ptr_eq(hash_remove(&h, base * 1000 + gone), &value);
			for (uint64_t k = 0; k < 12; k++)
				must(hash_find(&h, base * 1000 + k) ==
					     (k == gone ? NULL : &value),
				     "found or gone");
			hash_fini(&h);
		}
	}
}
END_TEST

START_TEST(hash_walk_sees_each_once)
{
	struct hash h = { 0 };
	size_t pos = 0;
	uint64_t key;
	void *value;
	ck_assert(!hash_next(&h, &pos, &key, &value));
	static char values[1000];
	for (uint64_t k = 0; k < 1000; k++)
		hash_put(&h, k, &values[k]);
	char seen[1000] = { 0 };
	for (pos = 0; hash_next(&h, &pos, &key, &value);) {
		ck_assert_uint_lt(key, 1000);
		ck_assert_ptr_eq(value, &values[key]);
		ck_assert_int_eq(seen[key]++, 0);
	}
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(seen[i], 1);
	hash_fini(&h);
}
END_TEST

START_TEST(intern_shares_and_forgets)
{
	struct intern_pool *pool = intern_pool_new();
	struct istr *a = intern(pool, "a\0b", 3);
	ck_assert_ptr_eq(intern(pool, "a\0b", 3), a);
	ck_assert_ptr_ne(intern(pool, "a", 1), a);
	ck_assert_uint_eq(a->refs, 2);
	ck_assert_mem_eq(a->s, "a\0b", 4);
	ck_assert_ptr_eq(istr_ref(a), a);
	for (int i = 0; i < 3; i++)
		istr_unref(a);
	ck_assert_ptr_null(istr_ref(NULL));
	istr_unref(NULL);
	struct istr *one = intern(pool, "a", 1);
	istr_unref(one);
	istr_unref(one);
	intern_pool_free(pool); /* asserts that nothing is left */
	intern_pool_free(NULL);
}
END_TEST

START_TEST(intern_many)
{
	enum { N = 5000 };
	struct intern_pool *pool = intern_pool_new();
	struct istr **s = xcalloc(N, sizeof(*s));
	char name[32];
	for (int i = 0; i < N; i++) {
		int len = snprintf(name, sizeof(name), "/dir/%d", i);
		s[i] = intern(pool, name, (size_t)len);
	}
	for (int i = 0; i < N; i += 2)
		istr_unref(s[i]);
	for (int i = 1; i < N; i += 2) {
		int len = snprintf(name, sizeof(name), "/dir/%d", i);
		ck_assert_ptr_eq(intern(pool, name, (size_t)len), s[i]);
		istr_unref(s[i]);
		istr_unref(s[i]);
	}
	free(s);
	intern_pool_free(pool);
}
END_TEST

struct slow_reader {
	int fd;
	size_t got;
};

static void *
read_all(void *arg)
{
	struct slow_reader *r = arg;
	char buf[333];
	for (ssize_t n; (n = io_read(r->fd, buf, sizeof(buf))) > 0;)
		r->got += (size_t)n;
	return NULL;
}

/* Both ends non-blocking: each side must wait for the other instead of failing. */
START_TEST(io_waits_for_nonblocking_pipes)
{
	enum { BYTES = 1000000 };
	int p[2];
	ck_assert_int_eq(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
	struct slow_reader reader = { .fd = p[0] };
	pthread_t thread;
	ck_assert_int_eq(pthread_create(&thread, NULL, read_all, &reader), 0);
	char *data = xcalloc(1, BYTES);
	ck_assert_int_eq(io_write_all(p[1], data, BYTES), 0);
	close(p[1]);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(reader.got, BYTES);
	close(p[0]);
	free(data);
}
END_TEST

START_TEST(io_tells_errors)
{
	char c = 'x';
	ck_assert_int_eq(io_write_all(-1, &c, 1), -EBADF);
	ck_assert_int_eq((int)io_read(-1, &c, 1), -EBADF);
	ck_assert_int_eq(io_write_all(-1, &c, 0), 0);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ck_assert_int_ge(full, 0);
	ck_assert_int_eq(io_write_all(full, &c, 1), -ENOSPC);
	close(full);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("base");
	TCase *tc = tcase_create("base");
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, strbuf_empty_and_reuse);
	tcase_add_test(tc, strbuf_numbers);
	tcase_add_test(tc, strbuf_formats_more_than_it_had);
	tcase_add_test(tc, xasprintf_formats);
	tcase_add_test(tc, arena_keeps_what_it_gave);
	tcase_add_test(tc, arena_reset_reuses_blocks);
	tcase_add_test(tc, hash_against_a_plain_array);
	tcase_add_test(tc, hash_removal_inside_a_run);
	tcase_add_test(tc, hash_walk_sees_each_once);
	tcase_add_test(tc, intern_shares_and_forgets);
	tcase_add_test(tc, intern_many);
	tcase_add_test(tc, io_waits_for_nonblocking_pipes);
	tcase_add_test(tc, io_tells_errors);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
