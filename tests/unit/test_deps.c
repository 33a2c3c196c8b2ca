/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies: one name for one file, rules, what single events make of a file, and what
 * renames do to the table.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "deps/deps.h"
#include "deps/names.h"
#include "table/requests.h"

static struct text
text(const char *s)
{
	return (struct text){ s, s ? strlen(s) : 0 };
}

/* ---- names ---- */

START_TEST(test_fold)
{
	static const struct {
		const char *name, *folded;
	} rows[] = {
		{ "/a/b", "/a/b" },	  { "/a/../b", "/b" },	   { "/../a", "/a" },
		{ "/a/b/../../c", "/c" }, { "//a//./b/", "/a/b" }, { "/", "/" },
		{ "/a/..", "/" },	  { "/a/...", "/a/..." },  { "/..a/b", "/..a/b" },
	};
	struct strbuf out = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		names_fold(&out, text(rows[i].name));
		ck_assert_str_eq(strbuf_str(&out), rows[i].folded);
	}
	strbuf_fini(&out);
}
END_TEST

START_TEST(test_resolve)
{
	struct names names = { 0 };
	struct strbuf out = { 0 };
	names_learn(&names, text("/home/me/src/a/b.c"), text("/data/src/a/b.c"));
	names_learn(&names, text("/lib/x/libc.so"), text("/usr/lib/x/libc.so"));
	/* A link to a file says nothing of directories. */
	names_learn(&names, text("/bin/cc"), text("/usr/bin/gcc-12"));
	static const char *const rows[][2] = {
		{ "/home/me/src/new", "/data/src/new" },
		{ "/home/me/x/../src/new", "/data/src/new" },
		{ "/home/menu", "/home/menu" },
		{ "/lib/y", "/usr/lib/y" },
		{ "/lib64/y", "/lib64/y" },
		{ "/bin/cc", "/bin/cc" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		names_resolve(&names, &out, text(rows[i][0]));
		ck_assert_str_eq(strbuf_str(&out), rows[i][1]);
	}
	strbuf_fini(&out);
	names_fini(&names);
}
END_TEST

START_TEST(test_kernel)
{
	ck_assert(names_is_kernel(text("/proc/self/maps")));
	ck_assert(names_is_kernel(text("/dev/null")));
	ck_assert(names_is_kernel(text("/sys")));
	ck_assert(!names_is_kernel(text("/dev/shm/x")));
	ck_assert(!names_is_kernel(text("/system")));
	ck_assert(!names_is_kernel(text("/home/proc/x")));
}
END_TEST

/* ---- rules ---- */

/* Does NAME break the rule WORDS, for a command started in /w? */
static bool
breaks(const char *words, const char *name)
{
	struct deps_rules rules = { 0 };
	char err[256];
	ck_assert_int_eq(deps_rules_add(&rules, words, err, sizeof(err)), 0);
	bool hit = deps_rule_breaks(&rules.rules[0], text(name), text("/w"));
	deps_rules_fini(&rules);
	return hit;
}

START_TEST(test_rules)
{
	ck_assert(breaks("no-write outside:build,/tmp", "/w/other"));
	ck_assert(breaks("no-write outside:build,/tmp", "/w/build2/x"));
	ck_assert(breaks("no-write outside:build,/tmp", "/tmpx"));
	ck_assert(!breaks("no-write outside:build,/tmp", "/w/build"));
	ck_assert(!breaks("no-write outside:build,/tmp", "/w/build/a/b"));
	ck_assert(!breaks("no-write outside:build,/tmp", "/tmp/x"));
	ck_assert(!breaks("no-write outside:build,/tmp", "/dev/null"));
	ck_assert(!breaks("no-write outside:../v/./u", "/v/u/x"));
	ck_assert(!breaks("no-write outside:.", "/w/x"));
	ck_assert(!breaks("no-write outside:/", "/x"));
	ck_assert(breaks("no-read /etc/*", "/etc/a/b"));
	ck_assert(!breaks("no-read /etc/*", "/etcetera"));
	ck_assert(breaks("no-read *.key", "/a/b.key"));
	ck_assert(breaks("no-read src/*.h", "/w/src/a.h"));
	ck_assert(breaks("no-read ./src/*.h", "/w/src/a.h"));
	ck_assert(!breaks("no-read src/*.h", "/v/src/a.h"));
	ck_assert(!breaks("no-read src/*.h", "/w"));
	/* A directory's name is no pattern. */
	ck_assert(breaks("  no-read   /dev/random", "/dev/random"));
	ck_assert(breaks("no-write", "/x"));
	ck_assert(!breaks("no-write", "/proc/self/comm"));
	ck_assert(breaks("no-failed-lookups *.h", "/w/none.h"));
}
END_TEST

START_TEST(test_rule_mistakes)
{
	static const char *const rows[][2] = {
		{ "", "a rule is missing" },
		{ " ", "a rule is missing" },
		{ "no-writes", "did you mean no-write" },
		{ "no-reed /x", "did you mean no-read" },
		{ "network", "unknown rule 'network'" },
		{ "no-network all", "takes no argument" },
		{ "no-write outside:", "misses a directory" },
		{ "no-write outside:a,,b", "misses a directory" },
		{ "no-write outside:a,", "misses a directory" },
		{ "no-failed-lookups outside:a", "takes a GLOB" },
	};
	struct deps_rules rules = { 0 };
	char err[256];
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_int_eq(deps_rules_add(&rules, rows[i][0], err, sizeof(err)),
				 -EINVAL);
		ck_assert_msg(strstr(err, rows[i][1]), "%s: %s", rows[i][0], err);
	}
	ck_assert_uint_eq(rules.n, 0);
}
END_TEST

START_TEST(test_peers)
{
	static const char *const remote[] = {
		"192.0.2.1:80",	 "[2001:db8::1]:443", "[::ffff:192.0.2.1]:1",
		"[fe80::1%2]:1", "family:17",	      "1.127.0.0:1"
	};
	static const char *const local[] = { "127.0.0.1:80",
					     "127.8.9.1:80",
					     "[::1]:53",
					     "0.0.0.0:1",
					     "[::]:1",
					     "netlink:0",
					     "/run/x.sock",
					     "@abstract",
					     "@a:1",
					     "/tmp/1.2.3.4:5",
					     "[::ffff:127.0.0.1]:1" };
	for (size_t i = 0; i < ARRAY_SIZE(remote); i++)
		ck_assert_msg(deps_peer_is_remote(text(remote[i])), "%s", remote[i]);
	for (size_t i = 0; i < ARRAY_SIZE(local); i++)
		ck_assert_msg(!deps_peer_is_remote(text(local[i])), "%s", local[i]);
}
END_TEST

/* ---- events ---- */

static struct deps *deps;

static void
setup(void)
{
	deps = deps_new(NULL);
	deps_set_cwd(deps, text("/w"));
}

static void
teardown(void)
{
	deps_free(deps);
}

static const uint64_t no_words[SYSCALL_ARGS];

static struct event
event(const char *call, const char *file, int64_t ret)
{
	struct event ev = { .desc = syscall_find(call), .pid = 7, .ret = ret };
	if (!ev.desc)
		ev.desc = request_find(call);
	ck_assert_ptr_nonnull(ev.desc);
	ev.has = EVENT_BIT(pid) | EVENT_BIT(comm) | EVENT_BIT(ret) |
		 (file ? EVENT_BIT(file) : 0);
	ev.comm = text("cc");
	ev.file = text(file);
	ev.words = ev.desc->flags & SYSCALL_REQUEST ? NULL : no_words;
	if (ret < 0) {
		ev.errnum = (int)-ret;
		ev.error = text("E");
		ev.has |= EVENT_BIT(error);
	}
	return ev;
}

/* A call on a path. */
static void
path_call(const char *call, const char *file, int64_t ret)
{
	struct event ev = event(call, file, ret);
	ev.event_flags = EVENT_FILE_IS_PATH;
	deps_add(deps, &ev);
}

static void
fd_call(const char *call, const char *file, int64_t ret)
{
	struct event ev = event(call, file, ret);
	deps_add(deps, &ev);
}

static void
open_call(const char *asked, const char *file, const char *flags)
{
	struct event ev = event("openat", file, 3);
	ev.asked = text(asked);
	ev.flags = text(flags);
	ev.has |= EVENT_BIT(flags);
	deps_add(deps, &ev);
}

static void
two_names(const char *call, const char *from, const char *to, uint64_t flags)
{
	const uint64_t words[SYSCALL_ARGS] = { 0, 0, 0, 0, flags, 0 };
	struct event ev = event(call, to, 0);
	ev.old_file = text(from);
	ev.has |= EVENT_BIT(old_file);
	ev.event_flags = EVENT_FILE_IS_PATH;
	ev.words = words;
	deps_add(deps, &ev);
}

static const struct deps_file *
listed(const char *name)
{
	size_t n;
	const struct deps_file *const *files;
	deps_finish(deps);
	files = deps_files(deps, &n);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(files[i]->name.p, name))
			return files[i];
	return NULL;
}

#define READ_OR_WRITTEN (DEPS_USE_READ | DEPS_USE_WRITTEN)

START_TEST(test_generations)
{
	/* Read, then cut and written: both. What is written and read again: output. */
	open_call("/w/a", "/w/a", "O_RDONLY");
	fd_call("read", "/w/a", 0);
	open_call("/w/a", "/w/a", "O_WRONLY|O_TRUNC");
	ck_assert_uint_eq(listed("/w/a")->uses & READ_OR_WRITTEN, READ_OR_WRITTEN);
	open_call("/w/b", "/w/b", "O_RDWR|O_CREAT|O_EXCL");
	fd_call("write", "/w/b", 5);
	fd_call("read", "/w/b", 5);
	ck_assert_uint_eq(listed("/w/b")->uses & READ_OR_WRITTEN, DEPS_USE_WRITTEN);
	path_call("unlink", "/w/b", 0);
	ck_assert_ptr_null(listed("/w/b"));
	/* Sought after it was taken away again: still the run's own affair. */
	path_call("stat", "/w/b", -ENOENT);
	ck_assert_ptr_null(listed("/w/b"));
	/* There before, cut, taken away. */
	path_call("unlink", "/w/a", 0);
	ck_assert(listed("/w/a")->uses & DEPS_USE_DELETED);
	ck_assert(!(listed("/w/a")->uses & DEPS_USE_WRITTEN));
}
END_TEST

START_TEST(test_write_of_nothing)
{
	open_call("/w/a", "/w/a", "O_RDWR");
	fd_call("write", "/w/a", 0);
	fd_call("write", "/w/a", -ENOSPC);
	ck_assert_uint_eq(listed("/w/a")->uses & READ_OR_WRITTEN, 0);
	/* A file whose name is gone is not the one that has it now. */
	struct event ev = event("write", "/w/a", 5);
	ev.event_flags = EVENT_FILE_DELETED;
	deps_add(deps, &ev);
	ck_assert_uint_eq(listed("/w/a")->uses & READ_OR_WRITTEN, 0);
	fd_call("uring_write", "/w/a", 5);
	ck_assert_uint_eq(listed("/w/a")->uses & READ_OR_WRITTEN, DEPS_USE_WRITTEN);
	fd_call("aio_pread", "/w/c", 5);
	ck_assert_uint_eq(listed("/w/c")->uses & READ_OR_WRITTEN, DEPS_USE_READ);
}
END_TEST

START_TEST(test_failed_lookups)
{
	path_call("access", "/w/none", -ENOENT);
	ck_assert(deps_is_missing(listed("/w/none")));
	ck_assert_int_eq(listed("/w/none")->seeker.pid, 7);
	ck_assert_str_eq(listed("/w/none")->seeker.call, "access");
	path_call("access", "/w/secret", -EACCES);
	ck_assert_int_eq(listed("/w/secret")->errnum, EACCES);
	/* Not of the name. */
	path_call("openat", "/w/busy", -EMFILE);
	ck_assert_ptr_null(listed("/w/busy"));
	path_call("mkdir", "/w/dir", -EEXIST);
	ck_assert(!deps_is_missing(listed("/w/dir")));
	/* Found in the end. */
	path_call("stat", "/w/none", 0);
	ck_assert(!deps_is_missing(listed("/w/none")));
}
END_TEST

START_TEST(test_renamed_trees)
{
	path_call("mkdir", "/w/new", 0);
	open_call("/w/new/f", "/w/new/f", "O_WRONLY|O_CREAT|O_EXCL");
	fd_call("write", "/w/new/f", 5);
	open_call("/w/newer", "/w/newer", "O_WRONLY|O_CREAT|O_EXCL");
	two_names("rename", "/w/new", "/w/final", 0);
	ck_assert_ptr_null(listed("/w/new"));
	ck_assert_ptr_null(listed("/w/new/f"));
	ck_assert(listed("/w/final/f")->uses & DEPS_USE_WRITTEN);
	ck_assert_str_eq(listed("/w/final/f")->was.p, "/w/new/f");
	ck_assert(listed("/w/final")->uses & DEPS_USE_DIRECTORY);
	ck_assert_ptr_nonnull(listed("/w/newer"));
	/* Twice renamed: the first name is the one that it was written as. */
	two_names("rename", "/w/final/f", "/w/g", 0);
	ck_assert_str_eq(listed("/w/g")->was.p, "/w/new/f");
	ck_assert_ptr_null(listed("/w/final/f"));
}
END_TEST

START_TEST(test_exchange)
{
	open_call("/w/a/x", "/w/a/x", "O_RDONLY");
	fd_call("read", "/w/a/x", 5);
	path_call("mkdir", "/w/b", 0);
	open_call("/w/b/y", "/w/b/y", "O_WRONLY|O_CREAT|O_EXCL");
	two_names("renameat2", "/w/b", "/w/a", 2);
	/* The old tree is under the new name and the other way round. */
	ck_assert(listed("/w/a/y")->uses & DEPS_USE_WRITTEN);
	ck_assert_ptr_null(listed("/w/b/y"));
	ck_assert(listed("/w/b/x")->uses & DEPS_USE_WRITTEN);
	ck_assert(listed("/w/a/x")->uses & DEPS_USE_READ);
	ck_assert(listed("/w/a/x")->uses & DEPS_USE_DELETED);
}
END_TEST

START_TEST(test_spellings)
{
	open_call("/link/a.h", "/real/a.h", "O_RDONLY");
	fd_call("read", "/real/a.h", 5);
	open_call("/real/sub/../a.h", "/real/a.h", "O_RDONLY");
	open_call("/proc/self/fd/3", "/real/a.h", "O_RDONLY");
	const struct deps_file *f = listed("/real/a.h");
	ck_assert_uint_eq(f->nasked, 1);
	ck_assert_str_eq(f->asked[0].p, "/link/a.h");
	ck_assert(f->asked_by_name);
	path_call("unlink", "/link/a.h", 0);
	ck_assert(listed("/real/a.h")->uses & DEPS_USE_DELETED);
}
END_TEST

START_TEST(test_programs)
{
	const struct program p = { .pid = 9,
				   .comm = text("x"),
				   .file = text("/bin/x"),
				   .interpreter = text("/lib/ld.so") };
	deps_add_program(deps, &p);
	ck_assert(listed("/bin/x")->uses & DEPS_USE_EXECUTED);
	ck_assert_uint_eq(listed("/lib/ld.so")->uses, DEPS_USE_READ);
}
END_TEST

START_TEST(test_violations)
{
	struct deps_rules rules = { 0 };
	char err[256];
	size_t n;
	uint64_t more;
	ck_assert_int_eq(
		deps_rules_add(&rules, "no-write outside:build", err, sizeof(err)), 0);
	ck_assert_int_eq(deps_rules_add(&rules, "no-network", err, sizeof(err)), 0);
	deps_free(deps);
	deps = deps_new(&rules);
	ck_assert(deps_rules_unanswered(deps));
	deps_set_cwd(deps, text("/w"));
	ck_assert(!deps_rules_unanswered(deps));
	fd_call("write", "/w/build/x", 5);
	for (int i = 0; i < 3; i++)
		fd_call("write", "/w/x", 5);
	struct event ev = event("connect", "socket:[5]", -EINPROGRESS);
	ev.peer = text("192.0.2.1:80");
	ev.has |= EVENT_BIT(peer);
	deps_add(deps, &ev);
	const struct deps_violation *all = deps_violations(deps, &n, &more);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(more, 0);
	ck_assert_str_eq(all[0].what.p, "/w/x");
	ck_assert_uint_eq(all[0].times, 3);
	ck_assert_str_eq(all[0].comm, "cc");
	ck_assert_str_eq(all[1].what.p, "192.0.2.1:80");
	for (int i = 0; i < 2000; i++) {
		char name[32];
		snprintf(name, sizeof(name), "/w/%d", i);
		fd_call("write", name, 1);
	}
	deps_violations(deps, &n, &more);
	ck_assert_uint_eq(n + more, 2002);
	deps_free(deps);
	deps = NULL;
	deps_rules_fini(&rules);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("deps");
	TCase *c = tcase_create("deps");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_fold);
	tcase_add_test(c, test_resolve);
	tcase_add_test(c, test_kernel);
	tcase_add_test(c, test_rules);
	tcase_add_test(c, test_rule_mistakes);
	tcase_add_test(c, test_peers);
	tcase_add_test(c, test_generations);
	tcase_add_test(c, test_write_of_nothing);
	tcase_add_test(c, test_failed_lookups);
	tcase_add_test(c, test_renamed_trees);
	tcase_add_test(c, test_exchange);
	tcase_add_test(c, test_spellings);
	tcase_add_test(c, test_programs);
	tcase_add_test(c, test_violations);
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures != 0;
}
