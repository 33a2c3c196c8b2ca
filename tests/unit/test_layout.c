/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text made to fit a terminal: widths, names with a part left out, lines broken at blanks.
 */
#include <check.h>
#include <string.h>

#include "base/compiler.h"
#include "base/escape.h"
#include "base/layout.h"

START_TEST(test_width)
{
	static const struct {
		const char *text;
		size_t width;
	} v[] = { { "", 0 },
		  { "abc", 3 },
		  { "\xc3\xa4\xe2\x82\xac", 2 },	    /* ae, euro */
		  { "\xe6\xbc\xa2\xe5\xad\x97", 4 },	    /* two of Han */
		  { "\xf0\x9f\x98\x80", 2 },		    /* a face */
		  { "e\xcc\x81", 1 },			    /* with an accent of its own */
		  { "\xff", 1 } };
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_uint_eq(layout_width(v[i].text, strlen(v[i].text)), v[i].width);
}
END_TEST

START_TEST(test_shorten)
{
	static const struct {
		const char *text;
		size_t width;
		const char *want;
	} v[] = { { "/etc/passwd", 11, "/etc/passwd" },
		  { "/usr/share/doc/x", 15, "/usr...re/doc/x" },
		  { "0123456789", 9, "01...6789" },
		  { "0123456789", 6, "0...89" },
		  { "0123456789", 5, "01234" },
		  { "0123456789", 0, "" },
		  { "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 9,
		    "\xe6\xbc\xa2...\xe6\xbc\xa2\xe6\xbc\xa2" } };
	struct strbuf b = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		strbuf_reset(&b);
		layout_shorten(&b, v[i].text, strlen(v[i].text), v[i].width);
		ck_assert_str_eq(strbuf_str(&b), v[i].want);
	}
	strbuf_fini(&b);
}
END_TEST

/* Whatever the width, it is kept, and no character is split. */
START_TEST(test_shorten_fits)
{
	static const char text[] = "/a\xc3\xa4/\xe6\xbc\xa2\xe5\xad\x97/some/where"
				   "/\xf0\x9f\x98\x80\xf0\x9f\x98\x80/e\xcc\x81nd.txt";
	struct strbuf b = { 0 };
	for (size_t width = 0; width < 40; width++) {
		strbuf_reset(&b);
		layout_shorten(&b, text, strlen(text), width);
		ck_assert_uint_le(layout_width(b.p, b.len), width);
		ck_assert(utf8_valid(b.p, b.len));
	}
	strbuf_fini(&b);
}
END_TEST

START_TEST(test_wrap)
{
	struct strbuf b = { 0 };
	layout_wrap(&b, "one two three four", 0, 0, 9);
	ck_assert_str_eq(strbuf_str(&b), "one two\nthree\nfour\n");
	strbuf_reset(&b);
	strbuf_adds(&b, "-x");
	layout_wrap(&b, "what it does", 2, 5, 13);
	ck_assert_str_eq(strbuf_str(&b), "-x   what it\n     does\n");
	strbuf_reset(&b);
	strbuf_adds(&b, "--long");
	layout_wrap(&b, "unbreakable words", 6, 5, 9);
	ck_assert_str_eq(strbuf_str(&b), "--long\n     unbreakable\n     words\n");
	strbuf_reset(&b);
	layout_wrap(&b, "", 0, 0, 10);
	ck_assert_str_eq(strbuf_str(&b), "\n");
	strbuf_fini(&b);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("layout");
	tcase_add_test(tc, test_width);
	tcase_add_test(tc, test_shorten);
	tcase_add_test(tc, test_shorten_fits);
	tcase_add_test(tc, test_wrap);
	Suite *suite = suite_create("layout");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
