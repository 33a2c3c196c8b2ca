/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of frames and what is written of it: sums, bounds, names of every sort. Events
 * are built by hand, so every number is known.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agg/flame.h"
#include "base/strbuf.h"
#include "sink/flame_svg.h"
#include "sink_run.h"

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

static const struct syscall_desc read_desc = { .bytes = BYTES_READ };

static struct text
text(const char *s)
{
	return (struct text){ s, s ? strlen(s) : 0 };
}

/* A read of FILE (NULL: none) by COMM: 100 of 4096 bytes in 1000 ns. */
static struct event
event_of(const char *comm, const char *file)
{
	struct event ev = {
		.has = EVENT_BIT(latency_ns) | EVENT_BIT(comm) | EVENT_BIT(pid) |
		       EVENT_BIT(tid) | EVENT_BIT(syscall) | EVENT_BIT(family) |
		       EVENT_BIT(ret) | EVENT_BIT(bytes) | EVENT_BIT(requested) |
		       (file ? EVENT_BIT(file) : 0),
		.desc = &read_desc,
		.latency_ns = 1000,
		.comm = text(comm),
		.pid = 70,
		.tid = 71,
		.syscall = TEXT("read"),
		.family = TEXT("FS"),
		.ret = 100,
		.bytes = 100,
		.requested = 4096,
		.file = text(file),
	};
	return ev;
}

static void
add(struct flame *f, const char *comm, const char *file)
{
	struct event ev = event_of(comm, file);
	flame_add(f, &ev);
}

/* The node at the end of the way NAMES, ended by NULL; FLAME_NONE if there is none. */
static uint32_t
walk(const struct flame *f, const char *const *names)
{
	uint32_t at = FLAME_ROOT;
	for (; *names; names++) {
		uint32_t kid = flame_node(f, at)->first_child;
		while (kid != FLAME_NONE &&
		       strcmp(flame_name(flame_node(f, kid)).p, *names) != 0)
			kid = flame_node(f, kid)->next;
		if (kid == FLAME_NONE)
			return FLAME_NONE;
		at = kid;
	}
	return at;
}

#define WALK(f, ...) walk(f, (const char *const[]){ __VA_ARGS__, NULL })

static uint64_t
value(const struct flame *f, uint32_t node, enum flame_metric metric)
{
	ck_assert_uint_ne(node, FLAME_NONE);
	return flame_node(f, node)->v[metric];
}

#define COUNT(f, ...) value(f, WALK(f, __VA_ARGS__), FLAME_METRIC_count)

static struct flame *
flame_by_keys(const char *list)
{
	struct flame_by by = { 0 };
	for (const char *p = list; *p;) {
		size_t n = strcspn(p, ",");
		int key = flame_key_find(p, n);
		ck_assert_int_ge(key, 0);
		by.keys[by.n++] = (enum flame_key)key;
		p += n + (p[n] == ',');
	}
	return flame_new(&by, NULL);
}

/* --- the tree --- */

START_TEST(sums_in_every_metric)
{
	struct flame *f = flame_new(&flame_by_default, NULL);
	add(f, "cat", "/a");
	add(f, "cat", "/a");
	add(f, "dd", "/a");
	uint32_t cat = WALK(f, "cat"), leaf = WALK(f, "cat", "/a", "read");
	static const uint64_t each[FLAME_METRICS] = { 1, 1000, 100, 4096 };
	for (unsigned m = 0; m < FLAME_METRICS; m++) {
		ck_assert_uint_eq(value(f, FLAME_ROOT, m), 3 * each[m]);
		ck_assert_uint_eq(value(f, cat, m), 2 * each[m]);
		ck_assert_uint_eq(value(f, leaf, m), 2 * each[m]);
		ck_assert_uint_eq(flame_self(f, leaf, m), 2 * each[m]);
		ck_assert_uint_eq(flame_self(f, cat, m), 0);
	}
	flame_free(f);
}
END_TEST

START_TEST(absent_values_give_no_frame)
{
	struct flame *f = flame_by_keys("flags,path");
	add(f, "x", "/a"); /* no flags */
	add(f, "x", NULL); /* neither */
	ck_assert_uint_eq(COUNT(f, "/a"), 1);
	ck_assert_uint_eq(COUNT(f, "[unknown]"), 1);
	ck_assert_uint_eq(value(f, FLAME_ROOT, FLAME_METRIC_count), 2);
	flame_free(f);
}
END_TEST

START_TEST(counted_only_adds_calls_and_time)
{
	struct flame *f = flame_by_keys("comm,path,flags,syscall");
	struct event ev = event_of("x", "/a");
	ev.event_flags |= EVENT_COUNTED_ONLY;
	flame_add(f, &ev);
	uint32_t leaf = WALK(f, "x", "[counted only]", "read");
	ck_assert_uint_eq(value(f, leaf, FLAME_METRIC_count), 1);
	ck_assert_uint_eq(value(f, leaf, FLAME_METRIC_latency), 1000);
	ck_assert_uint_eq(value(f, leaf, FLAME_METRIC_bytes), 0);
	ck_assert_uint_eq(value(f, leaf, FLAME_METRIC_requested), 0);
	flame_free(f);
}
END_TEST

START_TEST(no_latency_without_return)
{
	struct flame *f = flame_by_keys("comm");
	struct event ev = event_of("x", NULL);
	ev.has &= ~EVENT_BIT(ret);
	flame_add(f, &ev);
	ck_assert_uint_eq(value(f, FLAME_ROOT, FLAME_METRIC_count), 1);
	ck_assert_uint_eq(value(f, FLAME_ROOT, FLAME_METRIC_latency), 0);
	flame_free(f);
}
END_TEST

START_TEST(ids_and_families)
{
	struct flame *f = flame_by_keys("family,pid,tid");
	add(f, "x", NULL);
	ck_assert_uint_eq(COUNT(f, "FS", "70", "71"), 1);
	flame_free(f);
}
END_TEST

START_TEST(directories_and_trees)
{
	struct flame *f = flame_by_keys("dir,tree");
	add(f, "x", "/usr/lib/x.so");
	add(f, "x", "/usr/lib/");
	add(f, "x", "/");
	add(f, "x", "socket:[12]");
	add(f, "x", "/memfd:a/b");
	add(f, "x", "no/place");
	ck_assert_uint_eq(COUNT(f, "/usr/lib", "/", "usr/", "lib/", "x.so"), 1);
	ck_assert_uint_eq(COUNT(f, "/usr", "/", "usr/", "lib/"), 1);
	ck_assert_uint_eq(COUNT(f, "/", "/"), 1);
	ck_assert_uint_eq(COUNT(f, "[socket]", "[socket]", "socket:[12]"), 1);
	ck_assert_uint_eq(COUNT(f, "[memfd]", "[memfd]", "/memfd:a/b"), 1);
	ck_assert_uint_eq(COUNT(f, "[relative]", "[relative]", "no/place"), 1);
	flame_free(f);
}
END_TEST

static const struct {
	const char *lines;
	const char *frames[4]; /* root first */
} stacks[] = {
	{ "/lib/libc.so.6(read+0x10) [0xf1]\n/bin/cat(main+0x2) [0x1]",
	  { "main", "read" } },
	{ "/lib/libc.so.6() [0xf1]\n/bin/cat() [0x1]", { "[cat]", "[libc.so.6]" } },
	{ "[vdso]() [0x1]\n[unknown]() [0x2]", { "[unknown]", "[vdso]" } },
	{ "/tmp/a (1)/b(f+g+0x1) [0x3]", { "f+g" } },
	{ "/tmp/(x() [0x3]", { "[(x]" } },
	{ "no frame at all\n() [0x1]\n) [\n\n\n(",
	  { "(", ") [", "[]", "no frame at all" } },
};

START_TEST(stack_frames)
{
	struct flame *f = flame_by_keys("stack");
	struct event ev = event_of("x", NULL);
	ev.has |= EVENT_BIT(stack);
	ev.stack = text(stacks[_i].lines);
	flame_add(f, &ev);
	uint32_t at = FLAME_ROOT;
	for (size_t i = 0; i < 4 && stacks[_i].frames[i]; i++) {
		at = flame_node(f, at)->first_child;
		ck_assert_uint_ne(at, FLAME_NONE);
		ck_assert_str_eq(flame_name(flame_node(f, at)).p, stacks[_i].frames[i]);
	}
	ck_assert_uint_eq(flame_node(f, at)->first_child, FLAME_NONE);
	flame_free(f);
}
END_TEST

/* However many names there are and however deep: memory ends, sums do not. */
START_TEST(bounds_keep_totals)
{
	static const struct flame_limits small = { .max_nodes = 20,
						   .name_bytes = 1u << 20,
						   .max_depth = 20 };
	struct flame *f = flame_new(&flame_by_picture, &small);
	char file[64];
	for (int i = 0; i < 1000; i++) {
		snprintf(file, sizeof(file), "/d%d/e/f/g/h/i/j/%d", i % 3, i);
		add(f, i % 2 ? "a" : "b", file);
	}
	ck_assert_uint_le(flame_size(f), 41);
	ck_assert_uint_eq(flame_folded(f), 999); /* the first one fits */
	uint64_t sum = 0;
	for (uint32_t i = 0; i < flame_size(f); i++)
		sum += flame_self(f, i, FLAME_METRIC_bytes);
	ck_assert_uint_eq(sum, 100000);
	flame_free(f);
}
END_TEST

START_TEST(depth_is_bounded)
{
	static const struct flame_limits small = { .max_nodes = 1000,
						   .name_bytes = 1u << 20,
						   .max_depth = 3 };
	struct flame *f = flame_new(&flame_by_picture, &small);
	add(f, "a", "/d/e/f/g");
	ck_assert_uint_eq(COUNT(f, "a", "/", "d/", FLAME_OTHER), 1);
	ck_assert_uint_eq(flame_size(f), 5);
	ck_assert_uint_eq(flame_folded(f), 1);
	flame_free(f);
}
END_TEST

START_TEST(name_bytes_are_bounded)
{
	static const struct flame_limits small = { .max_nodes = 1000,
						   .name_bytes = 1000,
						   .max_depth = 5 };
	struct flame *f = flame_new(&flame_by_default, &small);
	char comm[16];
	for (int i = 0; i < 200; i++) {
		snprintf(comm, sizeof(comm), "%d", i);
		add(f, comm, NULL);
	}
	add(f, "0", NULL); /* known names need no room */
	ck_assert_uint_eq(COUNT(f, "0", "read"), 2);
	ck_assert_uint_gt(flame_folded(f), 100);
	ck_assert_uint_eq(COUNT(f, FLAME_OTHER), flame_folded(f));
	flame_free(f);
}
END_TEST

/* What a foreign recording claims must not make a child larger than its parent. */
START_TEST(sums_do_not_run_over)
{
	struct flame *f = flame_by_keys("comm");
	struct event ev = event_of("a", NULL);
	ev.bytes = UINT64_MAX - 10;
	flame_add(f, &ev);
	add(f, "b", NULL);
	ck_assert_uint_eq(value(f, FLAME_ROOT, FLAME_METRIC_bytes), UINT64_MAX);
	ck_assert_uint_eq(value(f, WALK(f, "b"), FLAME_METRIC_bytes), 10);
	ck_assert_uint_eq(flame_self(f, FLAME_ROOT, FLAME_METRIC_bytes), 0);
	flame_free(f);
}
END_TEST

START_TEST(children_are_in_order)
{
	struct flame *f = flame_by_keys("comm");
	static const char *const comms[] = { "b", "c", "c", "a", "ab" };
	for (size_t i = 0; i < ARRAY_SIZE(comms); i++)
		add(f, comms[i], NULL);
	uint32_t *kids = NULL;
	size_t cap = 0;
	size_t n = flame_children(f, FLAME_ROOT, FLAME_METRIC_count, &kids, &cap);
	static const char *const want[] = { "c", "a", "ab", "b" };
	ck_assert_uint_eq(n, 4);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(flame_name(flame_node(f, kids[i])).p, want[i]);
	free(kids);
	flame_free(f);
}
END_TEST

/* --- folded and svg --- */

/* What format NAME makes of N events; the caller frees. */
static char *
written(const char *name, const struct sink_cfg *cfg, const struct event *ev, size_t n)
{
	struct sink_run r = sink_run_start(name, cfg);
	const struct session_info info = { .command = { "a\0<b>&\"'\n", 10 } };
	ck_assert_int_eq(r.ops->session(r.sink, &info), 0);
	for (size_t i = 0; i < n; i++)
		sink_run_emit(&r, &ev[i]);
	const struct session_end end = { .events = n };
	return sink_run_end(&r, &end);
}

static void
expect_folded(const struct sink_cfg *cfg, const struct event *ev, size_t n,
	      const char *want)
{
	char *got = written("folded", cfg, ev, n);
	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(folded_lines)
{
	const struct event ev[] = { event_of("cat", "/a"), event_of("cat", "/a"),
				    event_of("cat", NULL), event_of("dd", "/b") };
	struct sink_cfg cfg = { 0 };
	expect_folded(&cfg, ev, 4, "cat;/a;read 2\ncat;read 1\ndd;/b;read 1\n");
	cfg.metric = FLAME_METRIC_bytes;
	expect_folded(&cfg, ev, 4, "cat;/a;read 200\ncat;read 100\ndd;/b;read 100\n");
	expect_folded(&cfg, ev, 0, "");
}
END_TEST

START_TEST(folded_omits_zero_weight)
{
	struct event ev[] = { event_of("cat", "/a"), event_of("dd", "/b") };
	ev[0].bytes = 0;
	const struct sink_cfg cfg = { .metric = FLAME_METRIC_bytes };
	expect_folded(&cfg, ev, 2, "dd;/b;read 100\n");
}
END_TEST

/* A semicolon splits, a line break may not, other bytes are as they are; a number at the
 * end of a name is not taken for a second value. */
START_TEST(folded_hostile_names)
{
	const struct event ev[] = {
		event_of("a;b", "/x\ny\rz"),
		event_of("\xff\x01 \"<", "/tail 12"),
		event_of("z", "/t\t3.5"),
	};
	const struct flame_by by = { .keys = { FLAME_KEY_comm, FLAME_KEY_path }, .n = 2 };
	struct sink_cfg cfg = { .by = &by };
	expect_folded(
		&cfg, ev, 3,
		"a;b;/x\\x0ay\\x0dz 1\nz;/t\\x093.5 1\n\xff\x01 \"<;/tail\\x2012 1\n");
	cfg.escape_terminal = true;
	expect_folded(
		&cfg, ev, 3,
		"a;b;/x\\x0ay\\x0dz 1\nz;/t\\x093.5 1\n\\xff\\x01 \"<;/tail\\x2012 1\n");
}
END_TEST

START_TEST(svg_escapes_names)
{
	const struct event ev = event_of("</title><script>x()</script>",
					 "/]]>&\"'\x1b[31m\xff\xe2\x80\xae");
	const struct sink_cfg cfg = { .by = &flame_by_default };
	char *svg = written("svg", &cfg, &ev, 1);
	ck_assert_uint_eq(occurrences(svg, "<script>"), 1);
	ck_assert_uint_eq(occurrences(svg, "]]>"), 2); /* of style and script */
	ck_assert_ptr_nonnull(strstr(svg, "&lt;/title&gt;&lt;script&gt;x()"));
	ck_assert_ptr_nonnull(
		strstr(svg, "/]]&gt;&amp;&quot;&#39;\\x1b[31m\\xff\\xe2\\x80\\xae"));
	ck_assert_ptr_nonnull(strstr(svg, ">a &lt;b&gt;&amp;&quot;&#39;\\x0a</text>"));
	free(svg);
}
END_TEST

START_TEST(svg_of_nothing)
{
	const struct sink_cfg cfg = { .metric = FLAME_METRIC_bytes };
	struct event ev = event_of("x", NULL);
	ev.bytes = 0;
	for (size_t n = 0; n < 2; n++) {
		char *svg = written("svg", &cfg, &ev, n);
		ck_assert_ptr_nonnull(
			strstr(svg, n ? "comm &#8250; tree &#8250; syscall: no call has "
					"a value for bytes<"
				      : "syscall: no calls<"));
		ck_assert_uint_eq(occurrences(svg, "data-v="), 0);
		free(svg);
	}
}
END_TEST

/* The frames that are drawn, as "level:name=value" from their markup. */
START_TEST(svg_joins_small_frames)
{
	struct flame *f = flame_by_keys("comm,path");
	char file[32];
	for (int i = 0; i < 100; i++) {
		snprintf(file, sizeof(file), "/%d", i);
		for (int k = 0; k < (i < 3 ? 50 : 1); k++)
			add(f, "x", file);
	}
	struct outfile *out;
	ck_assert_int_eq(outfile_open("/dev/null", &out, NULL), 0);
	const struct flame_svg_opts opts = { .max_frames = 10, .embedded = true };
	ck_assert_int_eq(flame_svg_write(out, f, &opts), 0);
	const char *svg = strbuf_str(outfile_buf(out));
	/* root, x, the three large files, five of 97 equal small ones, the rest */
	ck_assert_uint_eq(occurrences(svg, "data-v="), 11);
	ck_assert_uint_eq(occurrences(svg, "data-v=\"50\""), 3);
	ck_assert_uint_eq(occurrences(svg, "data-v=\"247\""), 2);
	ck_assert_ptr_nonnull(strstr(svg, "(92 smaller)\n92 calls, 37.2%"));
	ck_assert_ptr_nonnull(strstr(svg, "92 small frames are joined"));
	ck_assert_ptr_null(strstr(svg, "<script"));
	ck_assert_ptr_null(strstr(svg, "<?xml"));
	outfile_discard(out);
	flame_free(f);
}
END_TEST

START_TEST(svg_values)
{
	static const struct {
		enum flame_metric metric;
		uint64_t v;
		const char *want;
	} cases[] = {
		{ FLAME_METRIC_count, 1, "1 call" },
		{ FLAME_METRIC_count, 1234567, "1234567 calls" },
		{ FLAME_METRIC_latency, 999, "999ns" },
		{ FLAME_METRIC_latency, 1234567, "1.23ms (1234567 ns)" },
		{ FLAME_METRIC_bytes, 1, "1 byte" },
		{ FLAME_METRIC_requested, 4096, "4.00KiB (4096 bytes)" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct strbuf b = { 0 };
		flame_svg_add_value(&b, cases[i].metric, cases[i].v);
		ck_assert_str_eq(b.p, cases[i].want);
		strbuf_fini(&b);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("flame");
	TCase *tree = tcase_create("tree");
	suite_add_tcase(suite, tree);
	tcase_add_test(tree, sums_in_every_metric);
	tcase_add_test(tree, absent_values_give_no_frame);
	tcase_add_test(tree, counted_only_adds_calls_and_time);
	tcase_add_test(tree, no_latency_without_return);
	tcase_add_test(tree, ids_and_families);
	tcase_add_test(tree, directories_and_trees);
	tcase_add_loop_test(tree, stack_frames, 0, (int)ARRAY_SIZE(stacks));
	tcase_add_test(tree, bounds_keep_totals);
	tcase_add_test(tree, depth_is_bounded);
	tcase_add_test(tree, name_bytes_are_bounded);
	tcase_add_test(tree, sums_do_not_run_over);
	tcase_add_test(tree, children_are_in_order);
	TCase *folded = tcase_create("folded");
	suite_add_tcase(suite, folded);
	tcase_add_test(folded, folded_lines);
	tcase_add_test(folded, folded_omits_zero_weight);
	tcase_add_test(folded, folded_hostile_names);
	TCase *svg = tcase_create("svg");
	suite_add_tcase(suite, svg);
	tcase_add_test(svg, svg_escapes_names);
	tcase_add_test(svg, svg_of_nothing);
	tcase_add_test(svg, svg_joins_small_frames);
	tcase_add_test(svg, svg_values);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
