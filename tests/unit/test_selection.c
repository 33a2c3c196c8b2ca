/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of calls: what each kind of item selects, removal, mistakes and what is
 * suggested, sampling rates, and the table that iotrace syscalls prints.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "table/selection.h"
#include "table/syscall_desc.h"

/* What LISTS, up to a NULL, select; the caller finishes it. */
static struct selection
select_lists(const char *const *lists)
{
	struct selection sel;
	char err[256] = "";

	selection_init(&sel);
	for (; *lists; lists++)
		ck_assert_msg(selection_add(&sel, *lists, err, sizeof(err)) == 0,
			      "%s: %s", *lists, err);
	return sel;
}

static struct selection
select_list(const char *list)
{
	const char *const lists[] = { list, NULL };

	return select_lists(lists);
}

static bool
has(const struct selection *sel, const char *name)
{
	const struct syscall_desc *desc = syscall_find(name);

	ck_assert_msg(desc != NULL, "no %s", name);
	return selection_has(sel, desc->nr);
}

static size_t
count(const struct selection *sel)
{
	size_t n = 0;

	for (unsigned nr = 0; nr <= syscall_nr_max; nr++)
		n += syscall_desc(nr)->name && selection_has(sel, nr);
	return n;
}

static void
assert_count(const char *list, size_t expected)
{
	struct selection sel = select_list(list);

	ck_assert_msg(count(&sel) == expected, "%s: %zu", list, count(&sel));
	selection_fini(&sel);
}

START_TEST(test_items)
{
	assert_count("all", 385);
	assert_count("FS", 118);
	assert_count("fs", 118);
	assert_count("FS,AIO,Network", 149);
	assert_count("kind:fd", 74);
	assert_count("KIND:Fd_Pathname", 2);
	assert_count("kind:fd-pathname", 2);
	assert_count("read", 1);
	assert_count(" read , write\t,read", 2);
	assert_count("newstat,stat,umount,umount2,sendfile64", 3);
	/* a family and a call of one name: the family, which has the call */
	assert_count("time", 19);
}
END_TEST

START_TEST(test_removal)
{
	struct selection sel = select_list("FS,!read,! kind:pathname");

	ck_assert(!has(&sel, "read") && !has(&sel, "stat"));
	ck_assert(has(&sel, "write") && has(&sel, "openat"));
	selection_fini(&sel);

	assert_count("!FS", 385 - 118);
	assert_count("read,!all", 0);
	assert_count("!read,read", 385);

	sel = select_lists((const char *const[]){ "FS", "!read", NULL });
	ck_assert_uint_eq(count(&sel), 117);
	selection_fini(&sel);
}
END_TEST

START_TEST(test_unknown_numbers)
{
	static const struct {
		const char *list;
		bool expected;
	} rows[] = {
		{ "all", true },	{ "Misc", true }, { "kind:null", true },
		{ "!FS", true },	{ "FS", false },  { "read", false },
		{ "all,!Misc", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct selection sel = select_list(rows[i].list);

		ck_assert_uint_eq(sel.n, syscall_nr_max + 2);
		ck_assert_msg(selection_has(&sel, 400) == rows[i].expected, "%s",
			      rows[i].list);
		ck_assert(selection_has(&sel, syscall_nr_max + 1) == rows[i].expected);
		ck_assert(selection_has(&sel, 0xffffffffu) == rows[i].expected);
		selection_fini(&sel);
	}
}
END_TEST

START_TEST(test_empty)
{
	struct selection sel;

	selection_init(&sel);
	ck_assert(selection_is_empty(&sel));
	selection_fini(&sel);
	sel = select_list("read");
	ck_assert(!selection_is_empty(&sel));
	selection_fini(&sel);
	sel = select_list("read,!read");
	ck_assert(selection_is_empty(&sel));
	selection_fini(&sel);
}
END_TEST

static const struct {
	const char *list, *message;
} mistakes[] = {
	{ "read,opne", "unknown call or family \"opne\"; did you mean open?" },
	{ "newstatt", "unknown call or family \"newstatt\"; did you mean newstat?" },
	{ "Netwrok", "unknown call or family \"Netwrok\"; did you mean Network?" },
	{ "!opennat", "unknown call or family \"opennat\"; did you mean openat?" },
	{ "kind:pathnam", "unknown kind \"pathnam\"; did you mean pathname?" },
	{ "pathname",
	  "unknown call or family \"pathname\"; did you mean kind:pathname?" },
	{ "re\33ad", "unknown call or family \"re?ad\"; did you mean read?" },
	{ "qqqqqqqqqq",
	  "unknown call or family \"qqqqqqqqqq\"; the families are FS, Network, AIO, "
	  "IPC, "
	  "Memory, Polling, Process, Sched, Security, Signals, Time, Misc" },
	{ "", "empty item in the list of calls" },
	{ "read,,write", "empty item in the list of calls" },
	{ "read,", "empty item in the list of calls" },
	{ "read, ! ", "empty item in the list of calls" },
};

START_TEST(test_mistakes)
{
	struct selection sel;
	char err[256] = "", tiny[8];

	selection_init(&sel);
	ck_assert_int_eq(selection_add(&sel, mistakes[_i].list, err, sizeof(err)),
			 -EINVAL);
	ck_assert_str_eq(err, mistakes[_i].message);
	ck_assert_int_eq(selection_add(&sel, mistakes[_i].list, tiny, sizeof(tiny)),
			 -EINVAL);
	ck_assert_mem_eq(tiny, mistakes[_i].message, sizeof(tiny) - 1);
	selection_fini(&sel);
}
END_TEST

START_TEST(test_long_item)
{
	struct selection sel;
	char list[10001], err[256] = "";

	memset(list, 'r', sizeof(list) - 1);
	list[sizeof(list) - 1] = '\0';
	selection_init(&sel);
	ck_assert_int_eq(selection_add(&sel, list, err, sizeof(err)), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err, "rrr...\""));
	ck_assert_int_eq(selection_add(&sel, list + 10000 - 70, err, sizeof(err)),
			 -EINVAL);
	selection_fini(&sel);
}
END_TEST

static uint32_t *
new_rates(size_t n)
{
	uint32_t *rate = calloc(n, sizeof(*rate));

	ck_assert_ptr_nonnull(rate);
	for (size_t i = 0; i < n; i++)
		rate[i] = 1;
	return rate;
}

START_TEST(test_sampling)
{
	size_t n = syscall_nr_max + 2;
	uint32_t *rate = new_rates(n);
	char err[256] = "";

	/* a name beats its family in any order; the later of two equals counts */
	ck_assert_int_eq(
		sampling_parse(
			"read=10, FS = 100 ,futex=0,umount=5,pipe=3,pipe=4294967295",
			rate, n, err, sizeof(err)),
		0);
	ck_assert_uint_eq(rate[syscall_find("read")->nr], 10);
	ck_assert_uint_eq(rate[syscall_find("write")->nr], 100);
	ck_assert_uint_eq(rate[syscall_find("futex")->nr], 0);
	ck_assert_uint_eq(rate[syscall_find("umount2")->nr], 5);
	ck_assert_uint_eq(rate[syscall_find("pipe")->nr], 4294967295u);
	ck_assert_uint_eq(rate[syscall_find("sendto")->nr], 1);
	ck_assert_uint_eq(rate[n - 1], 1);
	ck_assert_int_eq(sampling_parse("Misc=7", rate, n, err, sizeof(err)), 0);
	ck_assert_uint_eq(rate[n - 1], 7);
	free(rate);
}
END_TEST

static const struct {
	const char *list, *message;
} bad_rates[] = {
	{ "read", "no sampling rate for read: write read=N" },
	{ "read=", "bad sampling rate for read: a number from 0 to 4294967295" },
	{ "read=4294967296",
	  "bad sampling rate for read: a number from 0 to 4294967295" },
	{ "read=99999999999999999999999999",
	  "bad sampling rate for read: a number from 0 to 4294967295" },
	{ "read=-1", "bad sampling rate for read: a number from 0 to 4294967295" },
	{ "read=1x", "bad sampling rate for read: a number from 0 to 4294967295" },
	{ "FS=2,reda=10", "unknown call or family \"reda\"; did you mean read?" },
	{ "kind:fd=2", "unknown kind \"fd\": rates are for calls and families" },
	{ "=2",
	  "unknown call or family \"\"; the families are FS, Network, AIO, IPC, Memory, "
	  "Polling, Process, Sched, Security, Signals, Time, Misc" },
	{ "", "empty item in the list of sampling rates" },
	{ "read=1,", "empty item in the list of sampling rates" },
};

START_TEST(test_bad_rates)
{
	size_t n = syscall_nr_max + 2;
	uint32_t *rate = new_rates(n);
	char err[256] = "";

	ck_assert_int_eq(sampling_parse(bad_rates[_i].list, rate, n, err, sizeof(err)),
			 -EINVAL);
	ck_assert_str_eq(err, bad_rates[_i].message);
	free(rate);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("selection");
	TCase *tc = tcase_create("selection");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, test_items);
	tcase_add_test(tc, test_removal);
	tcase_add_test(tc, test_unknown_numbers);
	tcase_add_test(tc, test_empty);
	tcase_add_loop_test(tc, test_mistakes, 0, (int)ARRAY_SIZE(mistakes));
	tcase_add_test(tc, test_long_item);
	tcase_add_test(tc, test_sampling);
	tcase_add_loop_test(tc, test_bad_rates, 0, (int)ARRAY_SIZE(bad_rates));
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
