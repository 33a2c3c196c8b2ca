/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building records and judging them: whatever raw_build makes passes raw_check, however
 * full, and each way of being malformed is refused.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "raw/raw_build.h"
#include "raw/raw_check.h"

static const struct raw_fd some_fd = { .fd = 3, .bits = RAW_FD_INFO, .pos = 7 };

/* The blob that must be there. */
static const struct raw_blob *
must_find(const struct raw_rec *rec, unsigned kind, unsigned arg)
{
	const struct raw_blob *b = raw_blob_find(rec, kind, arg);
	if (!b)
		ck_abort_msg("no blob of kind %u for %u", kind, arg);
	return b;
}

START_TEST(build_and_walk)
{
	struct raw_build b = { 0 };
	struct raw_rec *rec = raw_build_start(&b, RAW_SYSCALL, 10, 11);
	rec->nr = 257;
	ck_assert_ptr_null(raw_blob_first(b.rec));
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	raw_build_add(&b, RAW_BLOB_CSTR, 1, RAW_BLOB_FAULT, "/etc/x", 6);
	raw_build_add(&b, RAW_BLOB_COMM, 0, 0, NULL, 0);
	raw_build_add_fd(&b, RAW_ARG_RET, &some_fd, "/etc/x", 6);
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	ck_assert_int_eq(b.rec->pid, 10);
	ck_assert_int_eq(b.rec->tid, 11);
	ck_assert_uint_eq(b.rec->nr, 257);
	ck_assert_uint_eq(b.rec->nblob, 3);
	ck_assert_uint_eq(b.rec->size, 120 + 8 + 8 + 8 + 8 + 56);

	const struct raw_blob *s = must_find(b.rec, RAW_BLOB_CSTR, 1);
	ck_assert_uint_eq(s->len, 6);
	ck_assert_uint_eq(s->flags, RAW_BLOB_FAULT);
	ck_assert_mem_eq(raw_blob_data(s), "/etc/x\0\0", 8); /* padding is zero */
	s = must_find(b.rec, RAW_BLOB_FD, RAW_ARG_RET);
	struct raw_fd fd;
	memcpy(&fd, raw_blob_data(s), sizeof(fd));
	ck_assert_int_eq(fd.fd, 3);
	ck_assert_int_eq((int)fd.pos, 7);
	ck_assert_mem_eq((const char *)raw_blob_data(s) + sizeof(fd), "/etc/x", 6);
	ck_assert_ptr_null(raw_blob_next(b.rec, s));
	ck_assert_ptr_null(raw_blob_find(b.rec, RAW_BLOB_FD, 0));

	raw_build_start(&b, RAW_END, 0, 0); /* the next record is a clean one */
	ck_assert_uint_eq(b.rec->size, 120);
	ck_assert_uint_eq(b.rec->nr, 0);
	ck_assert_uint_eq(b.rec->nblob, 0);
	raw_build_fini(&b);
}
END_TEST

START_TEST(build_blob_in_place)
{
	struct raw_build b = { 0 };
	raw_build_start(&b, RAW_NOTE, 0, 0);
	size_t max = 5000;
	char *p = raw_build_blob_begin(&b, &max);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(max, 5000);
	memset(p, 0xff, max);
	raw_build_blob_end(&b, RAW_BLOB_TEXT_NOTE, 0, 0, 3);
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	ck_assert_mem_eq(raw_blob_data(must_find(b.rec, RAW_BLOB_TEXT_NOTE, 0)),
			 "\xff\xff\xff\0\0\0\0\0", 8);
	max = 100; /* begun and not ended: no blob */
	ck_assert_ptr_nonnull(raw_build_blob_begin(&b, &max));
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	ck_assert_uint_eq(b.rec->nblob, 1);
	raw_build_fini(&b);
}
END_TEST

START_TEST(build_cuts_what_does_not_fit)
{
	char *big = xcalloc(1, RAW_RECORD_MAX);
	struct raw_build b = { 0 };
	raw_build_start(&b, RAW_SYSCALL, 1, 1);
	raw_build_add(&b, RAW_BLOB_BYTES, 0, 0, big, RAW_RECORD_MAX);
	ck_assert_uint_eq(b.rec->size, RAW_RECORD_MAX);
	const struct raw_blob *bytes = must_find(b.rec, RAW_BLOB_BYTES, 0);
	ck_assert_uint_eq(bytes->flags, RAW_BLOB_TRUNC);
	ck_assert_uint_eq(bytes->len, RAW_RECORD_MAX - 120 - 8);
	size_t max = 1;
	ck_assert_ptr_null(raw_build_blob_begin(&b, &max));
	raw_build_add(&b, RAW_BLOB_COMM, 0, 0, "x", 1);
	raw_build_add_fd(&b, 0, &some_fd, "x", 1);
	ck_assert_uint_eq(b.rec->nblob, 1);
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));

	/* Room for part of a descriptor only: none of it; for part of a name: cut. */
	raw_build_start(&b, RAW_SYSCALL, 1, 1);
	raw_build_add(&b, RAW_BLOB_BYTES, 0, 0, big, RAW_RECORD_MAX - 120 - 8 - 48);
	raw_build_add_fd(&b, 0, &some_fd, "name", 4);
	ck_assert_uint_eq(b.rec->nblob, 1);
	raw_build_start(&b, RAW_SYSCALL, 1, 1);
	raw_build_add(&b, RAW_BLOB_BYTES, 0, 0, big, RAW_RECORD_MAX - 120 - 8 - 64);
	raw_build_add_fd(&b, 0, &some_fd, "0123456789", 10);
	ck_assert_uint_eq(b.rec->nblob, 2);
	const struct raw_blob *fd = must_find(b.rec, RAW_BLOB_FD, 0);
	ck_assert_uint_eq(fd->len, 48 + 8);
	ck_assert_uint_eq(fd->flags, RAW_BLOB_TRUNC);
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	raw_build_fini(&b);
	free(big);
}
END_TEST

START_TEST(build_many_small_blobs)
{
	struct raw_build b = { 0 };
	raw_build_start(&b, RAW_SYSCALL, 1, 1);
	for (unsigned i = 0; i < 20000; i++)
		raw_build_add(&b, RAW_BLOB_OUT, i % 6, 0, "12345", i % 6);
	ck_assert_uint_le(b.rec->size, RAW_RECORD_MAX);
	ck_assert_uint_gt(b.rec->size, RAW_RECORD_MAX - 16);
	ck_assert_ptr_null(raw_check(b.rec, b.rec->size));
	unsigned n = 0;
	for (const struct raw_blob *p = raw_blob_first(b.rec); p; n++)
		p = raw_blob_next(b.rec, p);
	ck_assert_uint_eq(n, b.rec->nblob);
	raw_build_fini(&b);
}
END_TEST

/* A good record with two blobs, spoilt in one place per case. */
struct sample {
	struct raw_rec rec;
	struct raw_blob cstr;
	char path[8];
	struct raw_blob fd;
	struct raw_fd data;
};
_Static_assert(sizeof(struct sample) == 120 + 8 + 8 + 8 + 48, "as on the wire");

static struct sample
good(void)
{
	return (struct sample){
		.rec = { .size = sizeof(struct sample), .kind = RAW_SYSCALL, .nblob = 2 },
		.cstr = { .kind = RAW_BLOB_CSTR, .arg = 5, .len = 3 },
		.fd = { .kind = RAW_BLOB_FD, .arg = RAW_ARG_MAX - 1, .len = 48 },
	};
}

START_TEST(check_takes_the_good_one)
{
	struct sample s = good();
	ck_assert_ptr_null(raw_check(&s, sizeof(s)));
	ck_assert_ptr_null(raw_check(&s, sizeof(s) + 1000));
}
END_TEST

START_TEST(check_refuses_any_cut)
{
	struct sample s = good();
	for (size_t n = 0; n < sizeof(s); n++)
		ck_assert_ptr_nonnull(raw_check(&s, n));
}
END_TEST

#define REFUSED(change) \
	do { \
		struct sample s = good(); \
		change; \
		ck_assert_msg(raw_check(&s, sizeof(s)) != NULL, "%s", #change); \
	} while (0)

START_TEST(check_refuses_headers)
{
	REFUSED(s.rec.size = 0);
	REFUSED(s.rec.size = 112);
	REFUSED(s.rec.size -= 8);
	REFUSED(s.rec.size -= 4);
	REFUSED(s.rec.size += 8);
	REFUSED(s.rec.size = UINT32_MAX);
	REFUSED(s.rec.size = UINT32_MAX - 7);
	REFUSED(s.rec.kind = 0);
	REFUSED(s.rec.kind = RAW_KIND_MAX);
	REFUSED(s.rec.kind = UINT16_MAX);
	REFUSED(s.rec.nblob = 0);
	REFUSED(s.rec.nblob = 1);
	REFUSED(s.rec.nblob = 3);
	REFUSED(s.rec.nblob = UINT16_MAX);
}
END_TEST

START_TEST(check_refuses_blobs)
{
	REFUSED(s.cstr.kind = 0);
	REFUSED(s.cstr.kind = RAW_BLOB_KIND_MAX);
	REFUSED(s.cstr.kind = UINT16_MAX);
	REFUSED(s.cstr.len = 9);
	REFUSED(s.cstr.len = 64 + 8); /* up to the end: the second blob is missing */
	REFUSED(s.cstr.len = UINT32_MAX);
	REFUSED(s.cstr.len = UINT32_MAX - 6); /* its padding is 0 in 32 bits */
	/* The same where nothing behind gives it away: the last blob, empty but for that.
	 */
	REFUSED(s.rec.size = 128; s.rec.nblob = 1; s.cstr.len = UINT32_MAX);
	REFUSED(s.cstr.arg = 6);
	REFUSED(s.cstr.kind = RAW_BLOB_COMM); /* with an argument */
	REFUSED(s.fd.len = 47);
	REFUSED(s.fd.len = 49);
	REFUSED(s.fd.len = 0);
	REFUSED(s.fd.arg = RAW_ARG_MAX);
	REFUSED(s.fd.arg = UINT8_MAX);
	REFUSED(s.fd.arg = 6);
	REFUSED(s.fd.arg = 11);
	REFUSED(s.fd.arg = RAW_ARG_DATA + 1);
}
END_TEST

START_TEST(check_limits_size)
{
	size_t size = RAW_RECORD_MAX + 8;
	struct raw_rec *rec = xcalloc(1, size);
	struct raw_blob *blob = (struct raw_blob *)(rec + 1);
	rec->kind = RAW_SYSCALL;
	rec->nblob = 1;
	blob->kind = RAW_BLOB_BYTES;
	rec->size = (uint32_t)size;
	blob->len = (uint32_t)(size - 128);
	ck_assert_ptr_nonnull(raw_check(rec, size));
	rec->size -= 8;
	blob->len -= 8;
	ck_assert_ptr_null(raw_check(rec, size));
	free(rec);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("raw");
	TCase *tc = tcase_create("raw");
	suite_add_tcase(suite, tc);
	tcase_add_test(tc, build_and_walk);
	tcase_add_test(tc, build_blob_in_place);
	tcase_add_test(tc, build_cuts_what_does_not_fit);
	tcase_add_test(tc, build_many_small_blobs);
	tcase_add_test(tc, check_takes_the_good_one);
	tcase_add_test(tc, check_refuses_any_cut);
	tcase_add_test(tc, check_refuses_headers);
	tcase_add_test(tc, check_refuses_blobs);
	tcase_add_test(tc, check_limits_size);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
