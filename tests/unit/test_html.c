/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report as bytes: every tag is closed in its order, nothing that a program chose is
 * markup, and it stays small. What it looks like and does is for tests/browser.
 */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "raw/raw_build.h"
#include "sink/outfile.h"
#include "sink/sink.h"

#define TEXT(s)	       ((struct text){ (s), strlen(s) })
#define SIZE_MAX_BYTES (2u << 20) /* promised for a million events */

static char dir[] = "/tmp/iotrace-test-XXXXXX";

/* A report that is being made, and then its bytes. */
static struct outfile *out;
static struct sink *sink;
static char *page;

static const struct session_end no_end = { .complete = true };

static void
start(void)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/report.html", dir);
	const struct sink_cfg cfg = { .top = 0 };
	ck_assert_int_eq(outfile_open(path, &out, NULL), 0);
	ck_assert_int_eq(sink_html_ops.open(&cfg, out, &sink), 0);
}

static void
session(const char *command, const char *host)
{
	const struct session_info info = { .command = TEXT(command),
					   .host = TEXT(host),
					   .version = TEXT("1.2"),
					   .engine = TEXT("stop"),
					   .start_ns = 1000000 };
	ck_assert_int_eq(sink_html_ops.session(sink, &info), 0);
}

/* ---- a strict reader of markup: quoted attributes, every element closed in order ----
 */

struct reader {
	const char *p;
	char open[96][16];
	size_t depth;
};

static bool
is_void(const char *name)
{
	return !strcmp(name, "meta") || !strcmp(name, "input");
}

/* Behind the attributes of a tag; tells whether it closed itself. */
static bool
read_attributes(struct reader *r)
{
	while (*r->p && *r->p != '>' && *r->p != '/') {
		r->p += strspn(r->p, " \n");
		size_t name = strspn(
			r->p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-:1");
		ck_assert_msg(name > 0 || *r->p == '>' || *r->p == '/', "%.60s", r->p);
		r->p += name;
		if (*r->p != '=')
			continue;
		ck_assert_msg(r->p[1] == '"', "%.60s", r->p);
		const char *end = strchr(r->p + 2, '"');
		ck_assert_ptr_nonnull(end);
		for (const char *c = r->p + 2; c < end; c++)
			ck_assert_msg(*c != '<', "%.60s", r->p);
		r->p = end + 1;
	}
	bool self = *r->p == '/';
	r->p += self;
	ck_assert_int_eq(*r->p++, '>');
	return self;
}

static void
read_tag(struct reader *r)
{
	bool closing = r->p[1] == '/';
	r->p += closing ? 2 : 1;
	char name[16] = "";
	size_t len = strspn(r->p,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
	ck_assert_msg(len > 0 && len < sizeof(name), "%.60s", r->p - 2);
	memcpy(name, r->p, len);
	r->p += len;
	bool self = read_attributes(r);
	if (closing) {
		ck_assert_uint_gt(r->depth, 0);
		r->depth--;
		ck_assert_msg(!strcmp(r->open[r->depth], name),
			      "</%s> closes <%s>: %.60s", name, r->open[r->depth], r->p);
		return;
	}
	if (!strcmp(name, "script") || !strcmp(name, "style")) {
		r->p = strstr(r->p, "</");
		ck_assert_ptr_nonnull(r->p);
	}
	if (!self && !is_void(name)) {
		ck_assert_uint_lt(r->depth, ARRAY_SIZE(r->open));
		memcpy(r->open[r->depth++], name, sizeof(name));
	}
}

static void
check_markup(const char *html)
{
	static const char doctype[] = "<!DOCTYPE html>\n";
	struct reader r = { .p = html };
	ck_assert_int_eq(strncmp(html, doctype, strlen(doctype)), 0);
	r.p += strlen(doctype);
	while (*r.p) {
		if (*r.p == '<') {
			read_tag(&r);
			continue;
		}
		if (*r.p == '&')
			ck_assert_msg(strcspn(r.p, ";") < 8, "%.20s", r.p);
		ck_assert_msg(*r.p != '>', "%.20s", r.p);
		r.p++;
	}
	ck_assert_uint_eq(r.depth, 0);
}

/* Ends the report and reads it; every page must be sound. Returns its size. */
static size_t
finish(const struct session_end *end)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/report.html", dir);
	ck_assert_int_eq(sink_html_ops.close(sink, end), 0);
	ck_assert_int_eq(outfile_commit(out), 0);
	FILE *f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	free(page);
	page = xmalloc(SIZE_MAX_BYTES + 1);
	size_t n = fread(page, 1, SIZE_MAX_BYTES, f);
	page[n] = '\0';
	fclose(f);
	unlink(path);
	ck_assert_uint_lt(n, SIZE_MAX_BYTES);
	ck_assert_uint_eq(strlen(page), n);
	check_markup(page);
	return n;
}

static void
check_has(const char *text)
{
	ck_assert_msg(strstr(page, text) != NULL, "the page lacks '%s'", text);
}

static void
check_lacks(const char *text)
{
	const char *at = strstr(page, text);
	ck_assert_msg(!at, "the page has '%s': %.80s", text, at ? at : "");
}

static struct event
event(const char *name, const char *file, uint64_t i)
{
	return (struct event){
		.has = EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(comm) |
		       EVENT_BIT(pid) | EVENT_BIT(tid) | EVENT_BIT(syscall) |
		       EVENT_BIT(family) | EVENT_BIT(ret) | EVENT_BIT(file),
		.event_flags = EVENT_FILE_IS_PATH,
		.desc = syscall_find(name),
		.time_ns = 1000000 + i * 1000,
		.latency_ns = 500,
		.comm = TEXT("prog"),
		.pid = 7,
		.tid = 7,
		.syscall = TEXT(name),
		.family = TEXT("FS"),
		.file = TEXT(file),
	};
}

static void
emit(const struct event *ev)
{
	ck_assert_int_eq(sink_html_ops.emit(sink, ev), 0);
}

START_TEST(test_empty)
{
	start();
	finish(&no_end);
	check_has("There is no traced call in this run");
	check_has("Attached processes");
	check_has("No call failed.");
	start();
	session("true", "host");
	struct session_end end = no_end;
	end.filtered = 12;
	finish(&end);
	check_has("the filters dropped 12 events");
}
END_TEST

START_TEST(test_one)
{
	start();
	session("cat /etc/x", "host");
	struct event ev = event("close", "/etc/x", 1);
	emit(&ev);
	struct session_end end = no_end;
	end.end_ns = 5000000;
	end.events = 1;
	finish(&end);
	check_has("In <b>4.00ms</b> 1 process made <b>1 traced call</b>. They read");
	check_has("Nothing stands out.");
	check_has("<title>cat /etc/x &#8211; iotrace</title>");
	check_has("No call failed.");
	check_lacks("Incomplete");
	check_lacks("http://www.iotrace");
}
END_TEST

START_TEST(test_only_errors)
{
	start();
	for (uint64_t i = 0; i < 200; i++) {
		struct event ev = event("openat", "/etc/none", i);
		ev.has |= EVENT_BIT(error);
		ev.ret = -ENOENT;
		ev.errnum = ENOENT;
		ev.error = TEXT("ENOENT");
		emit(&ev);
	}
	struct session_end end = no_end;
	end.complete = false;
	finish(&end);
	check_has("<b>200</b> (100.0%) failed");
	check_has("Look-ups that find nothing");
	check_has("ENOENT <small>No such file or directory</small>");
	check_has("Incomplete");
}
END_TEST

/* Nothing of what a program chose gets out of its place. */
START_TEST(test_hostile)
{
	static const char evil[] =
		"</code></title></style></script><script>alert(1)</script>"
		"<img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' &amp; "
		"\x1b[2J\xff\xc3 \xe2\x80\xae txt\xe2\x80\x8b\n\r\t]]>";
	start();
	session(evil, evil);
	const struct notice n = { .kind = NOTICE_TEXT, .text = TEXT(evil) };
	ck_assert_int_eq(sink_html_ops.notice(sink, &n), 0);
	for (uint64_t i = 0; i < 300; i++) {
		struct event ev = event(i % 2 ? "openat" : "read", evil, i);
		char path[600];
		snprintf(path, sizeof(path), "/%s", evil);
		ev.file = TEXT(path);
		ev.comm = TEXT(evil);
		ev.has |= EVENT_BIT(bytes) | EVENT_BIT(requested) | EVENT_BIT(fd);
		ev.bytes = ev.requested = 1;
		if (i % 2) {
			ev.has |= EVENT_BIT(error);
			ev.error = TEXT(evil);
			ev.errnum = ENOENT;
		}
		emit(&ev);
	}
	struct session_end end = no_end;
	end.end_ns = 2000000;
	finish(&end);
	check_has("&lt;script&gt;alert(1)");
	check_has("Many tiny reads");
	check_lacks("<script>alert");
	check_lacks("<img");
	check_lacks("\" onmouseover");
	check_lacks("\x1b");
	check_lacks("\xff");
	check_lacks("\xe2\x80\xae");
	check_lacks("\xe2\x80\x8b");
}
END_TEST

/* No element loads anything, and the policy forbids it anyway. */
START_TEST(test_alone)
{
	start();
	finish(&no_end);
	check_has("Content-Security-Policy\" content=\"default-src 'none';");
	check_has("script-src 'sha256-");
	check_lacks(" src=");
	check_lacks("<link");
	check_lacks("@import");
	check_lacks("url(h");
	check_lacks("fetch(");
}
END_TEST

static void
task_record(unsigned kind, int32_t pid, uint64_t arg0, uint64_t now_ns, const char *comm)
{
	struct raw_build build = { 0 };
	struct raw_rec *rec = raw_build_start(&build, kind, pid, pid);
	rec->enter_ns = now_ns;
	rec->args[0] = arg0;
	rec->args[1] = 1;
	if (comm)
		raw_build_add(&build, RAW_BLOB_COMM, 0, 0, comm, strlen(comm));
	ck_assert_int_eq(sink_html_ops.record(sink, build.rec), 0);
	raw_build_fini(&build);
}

START_TEST(test_tree)
{
	start();
	session("make", "host");
	task_record(RAW_TASK_NEW, 10, 0, 1000000, "make");
	task_record(RAW_TASK_NEW, 11, 10, 2000000, "cc1");
	task_record(RAW_TASK_NEW, 12, 11, 2000000, "as");
	task_record(RAW_TASK_EXIT, 12, 9, 3000000, NULL);
	task_record(RAW_TASK_EXIT, 11, 256, 3000000, NULL);
	/* A chain that is deeper than any page should nest. */
	for (int i = 0; i < 600; i++)
		task_record(RAW_TASK_NEW, 100 + i, (uint64_t)(i ? 99 + i : 10), 2000000,
			    "deep");
	struct event ev = event("close", "/x", 1);
	ev.pid = 12;
	emit(&ev);
	struct session_end end = no_end;
	end.end_ns = 5000000;
	finish(&end);
	const char *make = strstr(page, "<bdi>make</bdi></b> <small>(10)");
	const char *cc1 = strstr(page, "<bdi>cc1</bdi></b> <small>(11)");
	const char *as = strstr(page, "<bdi>as</bdi></b> <small>(12)");
	ck_assert(make && cc1 && as && make < cc1 && cc1 < as);
	ck_assert_ptr_nonnull(strstr(cc1, "exit status 1"));
	ck_assert_ptr_nonnull(strstr(as, "killed by SIGKILL"));
	check_has("203 processes with fewer calls are not shown");
}
END_TEST

/* A million events with more names than there is room for. */
START_TEST(test_size)
{
	enum { EVENTS = 1000000 };
	static const char *const calls[] = { "read", "write", "openat", "newfstatat",
					     "close" };
	char name[64], comm[16];
	struct event ev;
	start();
	session("big", "host");
	for (uint64_t i = 0; i < EVENTS; i++) {
		snprintf(name, sizeof(name), "/some/where/%" PRIu64 "/%" PRIu64, i % 977,
			 i % 300007);
		snprintf(comm, sizeof(comm), "<comm%" PRIu64 ">", i % 100);
		ev = event(calls[i % ARRAY_SIZE(calls)], name, i);
		ev.comm = TEXT(comm);
		ev.pid = ev.tid = (int32_t)(100 + i % 20011);
		ev.latency_ns = (i * 7919) % 100000000;
		ev.has |= EVENT_BIT(bytes) | EVENT_BIT(requested) | EVENT_BIT(fd) |
			  EVENT_BIT(offset);
		ev.bytes = ev.requested = i % 5 < 2 ? i % 10000 : 0;
		ev.offset = (int64_t)(i * 4096);
		if (i % 7 == 0) {
			ev.has |= EVENT_BIT(error);
			ev.errnum = ENOENT;
			ev.error = TEXT("ENOENT");
		}
		emit(&ev);
	}
	struct session_end end = no_end;
	end.end_ns = 1000000 + EVENTS * UINT64_C(1000) + 100000000;
	end.events = EVENTS;
	finish(&end);
	check_has("<b>1,000,000 traced calls</b>");
	check_has("All calls</th><td data-v=\"1000000\">1,000,000</td>");
	check_has("names that came too late");
}
END_TEST

/* Names as long as the kernel lets them be: whole ones would be megabytes. */
START_TEST(test_long_names)
{
	enum { FILES = 1000, LONG = 4095 };
	char name[LONG + 1];
	start();
	for (uint64_t i = 0; i < FILES; i++) {
		for (size_t k = 0; k < LONG; k++)
			name[k] = k % 256 ? 'x' : '/';
		/* directories that differ near the root: no two share more than a frame
		 */
		int n = snprintf(name, sizeof(name), "/%" PRIu64, i);
		name[n] = 'y';
		name[LONG] = '\0';
		struct event ev = event("close", name, i);
		emit(&ev);
	}
	finish(&no_end);
	check_has("<i>&#8230; 3695 bytes &#8230;</i>");
}
END_TEST

/* Those sampled out are in the totals of calls alone. */
START_TEST(test_counted)
{
	start();
	session("x", "host");
	for (uint64_t i = 0; i < 10; i++) {
		struct event ev = event("read", "/secret", i);
		ck_assert_int_eq(sink_html_ops.count(sink, &ev), 0);
	}
	struct session_end end = no_end;
	end.counted_only = 10;
	finish(&end);
	check_has("All calls</th><td data-v=\"10\">10</td>");
	check_has("Only events that became rows are judged");
	check_lacks("/secret");
}
END_TEST

START_TEST(test_error_on_close)
{
	start();
	ck_assert_int_eq(sink_html_ops.close(sink, NULL), 0);
	outfile_discard(out);
}
END_TEST

int
main(void)
{
	if (!mkdtemp(dir))
		return 1;
	TCase *tc = tcase_create("html");
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, test_empty);
	tcase_add_test(tc, test_one);
	tcase_add_test(tc, test_only_errors);
	tcase_add_test(tc, test_hostile);
	tcase_add_test(tc, test_alone);
	tcase_add_test(tc, test_tree);
	tcase_add_test(tc, test_size);
	tcase_add_test(tc, test_long_names);
	tcase_add_test(tc, test_counted);
	tcase_add_test(tc, test_error_on_close);
	Suite *suite = suite_create("html");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(dir);
	return failed != 0;
}
