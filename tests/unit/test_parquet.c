/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a Parquet file, byte for byte against the examples of the descriptions of
 * Parquet and Thrift, and by reading back. Whole files are for tests/parquet/.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "sink/parquet_dict.h"
#include "sink/parquet_rle.h"
#include "sink/parquet_thrift.h"

static void
expect_bytes(struct strbuf *b, const void *want, size_t len)
{
	ck_assert_uint_eq(b->len, len);
	ck_assert_mem_eq(strbuf_str(b), want, len);
	strbuf_fini(b);
}

#define EXPECT(b, bytes) expect_bytes(b, bytes, sizeof(bytes) - 1)

START_TEST(test_varint)
{
	struct strbuf b = { 0 };
	thrift_add_varint(&b, 0);
	thrift_add_varint(&b, 127);
	thrift_add_varint(&b, 50399); /* the example of the protocol's description */
	thrift_add_varint(&b, UINT64_MAX);
	EXPECT(&b, "\x00\x7f\xdf\x89\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}
END_TEST

START_TEST(test_thrift_fields)
{
	struct thrift t = { 0 };
	thrift_item_struct(&t);
	thrift_i32(&t, 1, -1);     /* delta 1, zigzag 1 */
	thrift_bool(&t, 2, true);  /* the value is in the type */
	thrift_bool(&t, 3, false);
	thrift_i8(&t, 4, -2);
	thrift_i16(&t, 5, 64);
	thrift_i64(&t, 21, INT64_MIN); /* delta 16 has the id behind the type */
	thrift_string(&t, 22, "ab");
	thrift_end(&t);
	ck_assert_uint_eq(t.depth, 0);
	EXPECT(&t.out, "\x15\x01\x11\x12\x13\xfe\x14\x80\x01"
		       "\x06\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
		       "\x18\x02"
		       "ab\x00");
}
END_TEST

START_TEST(test_thrift_nesting)
{
	struct thrift t = { 0 };
	thrift_item_struct(&t);
	thrift_list(&t, 3, THRIFT_I32, 2);
	thrift_item_i32(&t, 1);
	thrift_item_i32(&t, -1);
	thrift_struct(&t, 4);
	thrift_i32(&t, 1, 0);
	thrift_end(&t);
	thrift_i32(&t, 5, 2); /* ids go on where the outer structure was */
	thrift_list(&t, 6, THRIFT_BINARY, 15);
	for (int i = 0; i < 15; i++)
		thrift_item_string(&t, "");
	thrift_end(&t);
	EXPECT(&t.out, "\x39\x25\x02\x01\x1c\x15\x00\x00\x15\x04\x19\xf8\x0f"
		       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
}
END_TEST

START_TEST(test_bit_width)
{
	ck_assert_uint_eq(parquet_bit_width(0), 0);
	ck_assert_uint_eq(parquet_bit_width(1), 1);
	ck_assert_uint_eq(parquet_bit_width(2), 2);
	ck_assert_uint_eq(parquet_bit_width(255), 8);
	ck_assert_uint_eq(parquet_bit_width(256), 9);
	ck_assert_uint_eq(parquet_bit_width(UINT32_MAX), 32);
}
END_TEST

START_TEST(test_rle_bytes)
{
	/* Encodings.md: the numbers 0 to 7 in 3 bits are 88 c6 fa. */
	const uint32_t count[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct strbuf b = { 0 };
	parquet_rle_encode(&b, count, 8, 3);
	EXPECT(&b, "\x03\x88\xc6\xfa");

	const uint32_t run[9] = { 300, 300, 300, 300, 300, 300, 300, 300, 300 };
	parquet_rle_encode(&b, run, 9, 9);
	EXPECT(&b, "\x12\x2c\x01");

	/* Too short a run is packed, its group filled up. */
	const uint32_t few[3] = { 1, 1, 1 };
	parquet_rle_encode(&b, few, 3, 1);
	EXPECT(&b, "\x03\x07");

	/* The run gives seven of its own to the group before it. */
	const uint32_t mixed[17] = { 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	parquet_rle_encode(&b, mixed, 17, 1);
	EXPECT(&b, "\x03\xfe\x12\x01");

	parquet_rle_encode(&b, few, 0, 1);
	EXPECT(&b, "");
}
END_TEST

/* Reads N values back, as Encodings.md says. */
static void
decode(const struct strbuf *b, unsigned width, uint32_t *values, size_t n)
{
	const unsigned char *p = (const unsigned char *)strbuf_str(b), *end = p + b->len;
	size_t got = 0;
	while (got < n) {
		uint64_t head = 0;
		for (unsigned shift = 0;; shift += 7) {
			ck_assert(p < end);
			head |= (uint64_t)(*p & 0x7f) << shift;
			if (*p++ < 0x80)
				break;
		}
		size_t many = (size_t)(head >> 1) * (head & 1 ? 8 : 1);
		for (size_t i = 0; i < many; i++) {
			uint32_t v = 0;
			for (unsigned bit = 0; bit < width; bit++) {
				size_t at = (head & 1 ? i * width : 0) + bit;
				ck_assert(p + at / 8 < end);
				v |= (uint32_t)(p[at / 8] >> at % 8 & 1) << bit;
			}
			if (got < n)
				values[got++] = v;
			else
				ck_assert_uint_eq(v, 0);
		}
		p += head & 1 ? many / 8 * width : (width + 7) / 8;
	}
	ck_assert(p == end);
}

START_TEST(test_rle_reads_back)
{
	enum { N = 1000 };
	unsigned width = (unsigned)_i;
	uint32_t mask = width == 32 ? UINT32_MAX : (1u << width) - 1;
	uint32_t values[N], back[N];
	uint32_t x = 12345;
	for (size_t trial = 0; trial < 40; trial++) {
		/* Runs of 1 up to about `trial` values, and all lengths in all. */
		size_t n = trial * 25 + trial % 8;
		for (size_t i = 0; i < n;) {
			x = x * 1103515245u + 12345u;
			size_t run = 1 + x / 65536 % (trial + 1);
			for (; run && i < n; run--)
				values[i++] = x & mask;
		}
		struct strbuf b = { 0 };
		parquet_rle_encode(&b, values, n, width);
		decode(&b, width, back, n);
		for (size_t i = 0; i < n; i++)
			ck_assert_uint_eq(values[i], back[i]);
		strbuf_fini(&b);
	}
}
END_TEST

START_TEST(test_dict)
{
	struct parquet_dict d = { 0 };
	bool added;
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 5000; i++) {
			char name[16];
			uint32_t index;
			size_t len = (size_t)snprintf(name, sizeof(name), "%u", i % 2500);
			ck_assert(parquet_dict_index(&d, name, len, &index, &added));
			ck_assert_uint_eq(index, i % 2500);
			ck_assert(added == (i < 2500));
		}
		ck_assert_uint_eq(d.n, 2500);
		parquet_dict_reset(&d);
		ck_assert_uint_eq(d.n, 0);
	}
	uint32_t index;
	ck_assert(parquet_dict_index(&d, "", 0, &index, &added) && added && index == 0);
	ck_assert(parquet_dict_index(&d, "b", 1, &index, &added) && added && index == 1);
	expect_bytes(&d.page, "\0\0\0\0\1\0\0\0b", 9);
	d.n = 0;
	parquet_dict_fini(&d);
}
END_TEST

START_TEST(test_dict_full)
{
	struct parquet_dict d = { 0 };
	char *half = xcalloc(1, PARQUET_DICT_BYTES / 2);
	uint32_t index;
	bool added;
	ck_assert(parquet_dict_index(&d, half, PARQUET_DICT_BYTES / 2, &index, &added));
	half[0] = 'x';
	ck_assert(!parquet_dict_index(&d, half, PARQUET_DICT_BYTES / 2, &index, &added));
	ck_assert_uint_eq(d.n, 1);
	/* What is in it is still found, and there is room for less. */
	half[0] = '\0';
	ck_assert(parquet_dict_index(&d, half, PARQUET_DICT_BYTES / 2, &index, &added));
	ck_assert(!added && index == 0);
	ck_assert(parquet_dict_index(&d, "y", 1, &index, &added) && added && index == 1);
	parquet_dict_fini(&d);
	free(half);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("parquet");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_varint);
	tcase_add_test(tc, test_thrift_fields);
	tcase_add_test(tc, test_thrift_nesting);
	tcase_add_test(tc, test_bit_width);
	tcase_add_test(tc, test_rle_bytes);
	tcase_add_loop_test(tc, test_rle_reads_back, 0, 33);
	tcase_add_test(tc, test_dict);
	tcase_add_test(tc, test_dict_full);
	Suite *suite = suite_create("parquet");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
