/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joining of paths as text.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "model/path.h"

static const char *
joined(const char *base, const char *path)
{
	static char out[256];
	size_t room = strlen(base) + strlen(path) + 2;
	char *tight = malloc(room); /* so that ASan sees a byte too many */
	ck_assert_ptr_nonnull(tight);
	size_t n = path_join(tight, base, strlen(base), path, strlen(path));
	ck_assert_uint_lt(n, room);
	ck_assert_uint_eq(strlen(tight), n);
	memcpy(out, tight, n + 1);
	free(tight);
	return out;
}

START_TEST(joins)
{
	ck_assert_str_eq(joined("/proj", "a"), "/proj/a");
	ck_assert_str_eq(joined("/", "a"), "/a");
	ck_assert_str_eq(joined("/", "/a/b"), "/a/b");
	ck_assert_str_eq(joined("/jail", "/etc/passwd"), "/jail/etc/passwd");
	ck_assert_str_eq(joined("/", "/"), "/");
	ck_assert_str_eq(joined("/", ""), "/");
	ck_assert_str_eq(joined("/proj", ""), "/proj");
}
END_TEST

START_TEST(folds)
{
	ck_assert_str_eq(joined("/proj", "./a"), "/proj/a");
	ck_assert_str_eq(joined("/proj", "a//b/./c"), "/proj/a/b/c");
	ck_assert_str_eq(joined("/proj", "."), "/proj");
	ck_assert_str_eq(joined("/proj/", "a/"), "/proj/a");
	ck_assert_str_eq(joined("/", "//a///"), "/a");
	ck_assert_str_eq(joined("/", "/./."), "/");
	ck_assert_str_eq(joined("/proj", "..."), "/proj/...");
	ck_assert_str_eq(joined("/proj", ".a"), "/proj/.a");
}
END_TEST

START_TEST(keeps_dotdot)
{
	/* /proj/link may be a symbolic link elsewhere. */
	ck_assert_str_eq(joined("/proj", "link/../a"), "/proj/link/../a");
	ck_assert_str_eq(joined("/proj", "../a"), "/proj/../a");
}
END_TEST

START_TEST(below)
{
	ck_assert(path_below("/a/b", 4, "/a", 2));
	ck_assert(path_below("/a", 2, "/a", 2));
	ck_assert(!path_below("/ab", 3, "/a", 2));
	ck_assert(!path_below("/", 1, "/a", 2));
}
END_TEST

int
main(void)
{
	TCase *t = tcase_create("path");
	tcase_add_test(t, joins);
	tcase_add_test(t, folds);
	tcase_add_test(t, keeps_dotdot);
	tcase_add_test(t, below);
	Suite *s = suite_create("path");
	suite_add_tcase(s, t);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
