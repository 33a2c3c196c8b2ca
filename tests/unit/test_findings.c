/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings, from events made by hand: each is made when it should and not when it should
 * not, and its numbers are those of the events.
 */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agg/findings.h"
#include "base/compiler.h"
#include "table/requests.h"

#define MS	UINT64_C(1000000)
#define TEXT(s) ((struct text){ (s), strlen(s) })

/* A run that is added up: 10 s long, so that a call of 1 ms costs 0.01 %. */
static struct agg *agg;
static struct patterns *patterns;
static struct findings_input input;
static struct findings found;
static uint64_t now_ns;

static void
setup(void)
{
	agg = agg_new(NULL);
	patterns = patterns_new(agg);
	now_ns = 1000 * MS;
	input = (struct findings_input){ .agg = agg,
					 .patterns = patterns,
					 .start_ns = now_ns,
					 .wall_ns = 10000 * MS };
	found = (struct findings){ 0 };
}

static void
teardown(void)
{
	findings_fini(&found);
	patterns_free(patterns);
	agg_free(agg);
}

/* A call that succeeded, of process 7 and 1000 ns. */
static struct event
call(const char *name, const char *file)
{
	const struct syscall_desc *desc = syscall_find(name);
	if (!desc)
		desc = request_find(name);
	ck_assert_ptr_nonnull(desc);
	return (struct event){
		.has = EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(comm) |
		       EVENT_BIT(pid) | EVENT_BIT(syscall) | EVENT_BIT(ret) |
		       EVENT_BIT(file),
		.desc = desc,
		.time_ns = now_ns += 2000,
		.latency_ns = 1000,
		.comm = TEXT("prog"),
		.pid = 7,
		.tid = 7,
		.syscall = TEXT(name),
		.file = TEXT(file),
	};
}

static void
add(const struct event *ev)
{
	struct agg_rows rows = agg_add(agg, ev);
	patterns_add(patterns, ev, &rows);
}

static struct event
transfer(const char *name, const char *file, int64_t offset, uint64_t bytes)
{
	struct event ev = call(name, file);
	ev.has |= EVENT_BIT(bytes) | EVENT_BIT(requested) | EVENT_BIT(fd);
	ev.fd = 3;
	ev.bytes = ev.requested = bytes;
	if (offset >= 0) {
		ev.has |= EVENT_BIT(offset);
		ev.offset = offset;
	}
	return ev;
}

static void
add_transfer(const char *name, const char *file, int64_t offset, uint64_t bytes)
{
	struct event ev = transfer(name, file, offset, bytes);
	add(&ev);
}

/* A call with a path; ERRNUM 0 succeeds. */
static void
add_path(const char *name, const char *file, int errnum)
{
	struct event ev = call(name, file);
	/* An open that succeeded is named by its descriptor. */
	if (errnum || strcmp(name, "openat") != 0)
		ev.event_flags |= EVENT_FILE_IS_PATH;
	if (errnum) {
		ev.has |= EVENT_BIT(error);
		ev.errnum = errnum;
		ev.error = TEXT(errnum == ENOENT ? "ENOENT" : "EACCES");
	}
	add(&ev);
}

static void
add_open(const char *file, const char *flags)
{
	struct event ev = call("openat", file);
	ev.has |= EVENT_BIT(flags) | EVENT_BIT(fd);
	ev.flags = TEXT(flags);
	ev.fd = 3;
	add(&ev);
}

static void
add_rename(const char *from, const char *to)
{
	struct event ev = call("rename", to);
	ev.event_flags |= EVENT_FILE_IS_PATH;
	ev.has |= EVENT_BIT(old_file);
	ev.old_file = TEXT(from);
	add(&ev);
}

/* The finding ID of what was added, or NULL. */
static const struct finding *
judge(const char *id)
{
	findings_fini(&found);
	found = findings_judge(&input);
	for (size_t i = 0; i < found.n; i++)
		if (!strcmp(found.f[i].kind->id, id))
			return &found.f[i];
	return NULL;
}

static void
check_none(void)
{
	judge("");
	ck_assert_msg(found.n == 0, "%s", found.n ? found.f[0].what : "");
}

static void
check_says(const char *text, const char *part)
{
	ck_assert_msg(text && strstr(text, part), "'%s' lacks '%s'", text, part);
}

static void
check_item(const struct finding *f, size_t list, size_t item, const char *name)
{
	ck_assert_uint_gt(f->lists[list].n, item);
	const struct text *t = &f->lists[list].items[item].name;
	ck_assert_msg(t->len == strlen(name) && !memcmp(t->p, name, t->len),
		      "'%.*s', not '%s'", (int)t->len, t->p, name);
}

START_TEST(test_nothing)
{
	check_none();
	input.wall_ns = 0;
	check_none();
	add_path("openat", "/nowhere", ENOENT);
	add_transfer("read", "/a", 0, 1);
	check_none();
}
END_TEST

/* ---- tiny ---- */

START_TEST(test_tiny_reads)
{
	for (int i = 0; i < 99; i++)
		add_transfer("read", "/a", i * 10, 10);
	check_none();
	add_transfer("read", "/a", 990, 10);
	const struct finding *f = judge("tiny-reads");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->cost_ns, 100 * 1000);
	check_says(f->what,
		   "100 reads asked for less than 512 bytes each and moved 0.98 KiB");
	check_says(f->what, "100.0% of all reads");
	check_says(f->what, "about 1 call.");
	check_item(f, 0, 0, "/a");
	check_says(f->lists[0].items[0].detail, "100 reads of 10 B on average");
	check_says(f->lists[0].items[0].detail, "by prog (7)");
	ck_assert_ptr_null(strstr(f->lists[0].items[0].detail, "others"));
}
END_TEST

/* Small files read with large buffers, devices, eventfds: not tiny. */
START_TEST(test_not_tiny)
{
	for (int i = 0; i < 500; i++) {
		struct event ev = transfer("read", "/small", 0, 10);
		ev.requested = 4096;
		ev.pid = 1000 + i;
		add(&ev);
		add_transfer("read", "/dev/zero", -1, 1);
		add_transfer("read", "/proc/stat", -1, 1);
		add_transfer("read", "anon_inode:[eventfd]", -1, 8);
		add_transfer("getdents64", "/dir", -1, 100);
	}
	/* Some tiny ones among many large ones. */
	for (int i = 0; i < 300; i++)
		add_transfer("read", "/large", i * 4096, i % 3 ? 4096 : 500);
	ck_assert_ptr_null(judge("tiny-reads"));
}
END_TEST

START_TEST(test_tiny_writes)
{
	for (int i = 0; i < 120; i++) {
		add_transfer("write", "pipe:[5]", -1, 511);
		add_transfer("sendto", "socket:[6]", -1, 512);
	}
	const struct finding *f = judge("tiny-writes");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->lists[0].n, 1);
	check_item(f, 0, 0, "pipe:[5]");
	check_says(f->what, "50.0% of all writes");
	ck_assert_ptr_null(judge("tiny-reads"));
}
END_TEST

/* ---- read again ---- */

static void
read_whole(const char *file, uint64_t size, int32_t pid)
{
	for (uint64_t at = 0; at < size; at += 65536) {
		struct event ev = transfer("read", file, (int64_t)at, 65536);
		ev.pid = pid;
		add(&ev);
	}
}

START_TEST(test_again)
{
	read_whole("/a", 1 << 20, 7);
	read_whole("/b", 1 << 20, 7);
	check_none();
	read_whole("/a", 1 << 20, 7);
	const struct finding *f = judge("again");
	ck_assert_ptr_nonnull(f);
	check_says(f->what,
		   "1 file was read again although its data had not changed: 1.00 MiB");
	check_says(f->what, "0.0% of it by another process");
	check_says(f->advice, "Keep what was read");
	ck_assert_uint_eq(f->cost_ns, 16 * 1000);
	check_item(f, 0, 0, "/a");
	read_whole("/b", 1 << 20, 8);
	read_whole("/b", 1 << 20, 9);
	f = judge("again");
	check_item(f, 0, 0, "/b");
	check_says(f->what, "66.7% of it by another process");
	check_says(f->advice, "start fewer processes");
	check_says(f->lists[0].items[0].detail, "by prog (8) and others");
}
END_TEST

/* Data that changed in between are not the same: written, truncated, replaced. */
START_TEST(test_not_again)
{
	struct event ev;
	read_whole("/large", 8 << 20, 7); /* and a part of it again */
	read_whole("/large", 2 << 20, 7);
	for (int i = 0; i < 6; i++) {
		read_whole("/written", 1 << 20, 7);
		add_transfer("write", "/written", 0, 100);
		read_whole("/patched", 131072, 7);
		for (int k = 0; k < 2; k++)
			add_transfer("pwrite64", "/patched", k * 65536, 65536);
		read_whole("/cut", 1 << 20, 7);
		ev = call("ftruncate", "/cut");
		add(&ev);
		read_whole("/gone", 1 << 20, 7);
		add_transfer("write", "/new", 0, 10);
		add_rename("/new", "/gone");
		read_whole("/filled", 1 << 20, 7);
		add_transfer("copy_file_range", "/filled", -1, 1 << 20);
		read_whole("/proc/x", 1 << 20, 7);
	}
	ck_assert_ptr_null(judge("again"));
}
END_TEST

/* ---- order ---- */

START_TEST(test_jumps)
{
	for (int i = 0; i < 101; i++) {
		add_transfer("pread64", "/db", (i * 37 % 101) * 8192, 4096);
		add_transfer("read", "/log", i * 4096, 4096);
		add_transfer("write", "/log", (i * 37 % 101) * 8192, 1 << 20);
	}
	const struct finding *f = judge("jumps");
	ck_assert_ptr_nonnull(f);
	check_says(f->what, "100 transfers in 1 file began elsewhere");
	check_says(f->what, "4.00 KiB each");
	check_item(f, 0, 0, "/db");
	check_says(f->lists[0].items[0].detail, "100 of 100 reads");
}
END_TEST

/* Two readers of one file, and one that opens it anew each time, are in order. */
START_TEST(test_in_order)
{
	for (int i = 0; i < 300; i++) {
		struct event ev = transfer("read", "/shared", (i / 2) * 4096, 4096);
		ev.pid = i % 2 ? 8 : 7;
		ev.fd = 3;
		add(&ev);
		add_open("/config", "O_RDONLY");
		add_transfer("read", "/config", 0, 4096);
		/* as the dynamic linker does, for each program */
		add_open("/lib/libc.so.6", "O_RDONLY");
		add_transfer("read", "/lib/libc.so.6", 0, 832);
		add_transfer("pread64", "/lib/libc.so.6", 64, 784);
		add_transfer("pread64", "/lib/libc.so.6", 64, 784);
	}
	ck_assert_ptr_null(judge("jumps"));
}
END_TEST

/* ---- names ---- */

static const char *
numbered(const char *prefix, int i, const char *suffix)
{
	static char name[64];
	snprintf(name, sizeof(name), "%s%d%s", prefix, i, suffix);
	return name;
}

START_TEST(test_looks)
{
	for (int i = 0; i < 900; i++)
		add_path("newfstatat", numbered("/dir/", i, ""), 0);
	for (int i = 0; i < 500; i++)
		add_path("access", "/etc/localtime", 0);
	check_none();
	add_path("stat", "/etc/localtime", 0);
	const struct finding *f = judge("looks");
	ck_assert_ptr_nonnull(f);
	check_says(f->what, "1,401 calls asked what a name is");
	check_says(f->what, "901 different names");
	check_says(f->what, "500 of them repeated a question about one of 1 name");
	check_item(f, 0, 0, "/etc/localtime");
	ck_assert_uint_eq(f->cost_ns, 501 * 1000 - 1000);
}
END_TEST

/* A walk that takes its time is told of, one that does not is not. */
START_TEST(test_walk)
{
	for (int i = 0; i < 2000; i++)
		add_path("newfstatat", numbered("/dir/", i, ""), 0);
	check_none();
	input.wall_ns = 20 * MS;
	const struct finding *f = judge("looks");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->weight, FINDING_LARGE);
	check_says(f->what, "Hardly any was repeated");
	ck_assert_uint_eq(f->lists[0].n, 0);
}
END_TEST

/* fstat and an empty path with a descriptor ask nothing about a name. */
START_TEST(test_no_looks)
{
	for (int i = 0; i < 1000; i++) {
		struct event ev = call("newfstatat", "/open/file");
		add(&ev);
		ev = call("fstat", "/open/file");
		add(&ev);
	}
	check_none();
}
END_TEST

START_TEST(test_lookups)
{
	for (int i = 0; i < 33; i++) {
		add_path("openat", numbered("/usr/include/a/x", i, ".h"), ENOENT);
		add_path("openat", numbered("/usr/include/b/x", i, ".h"), ENOENT);
		add_path("openat", numbered("/usr/include/x", i, ".h"), 0);
		add_path("openat", "/etc/secret", EACCES);
	}
	check_none(); /* 66 */
	for (int i = 0; i < 40; i++)
		add_path("access", "/usr/local/bin/tool", ENOENT);
	add_path("access", "/usr/bin/tool", 0);
	const struct finding *f = judge("lookups");
	ck_assert_ptr_nonnull(f);
	check_says(f->what, "106 of 173 look-ups found nothing");
	check_says(f->what, "for C headers (66), programs (40).");
	check_says(f->advice, "-I");
	check_item(f, 0, 0, "/usr/local/bin");
	check_item(f, 0, 1, "/usr/include/a");
	ck_assert_uint_eq(f->lists[0].n, 3);
	check_item(f, 1, 0, "tool");
	check_says(f->lists[1].items[0].detail, "40 times not found in /usr/local/bin, "
						"afterwards found 1 time");
	check_says(f->lists[1].items[1].detail,
		   "in /usr/include/a and 1 other directory");
	ck_assert_uint_eq(f->lists[1].more, 34 - FINDING_ITEMS);
}
END_TEST

/* Who makes a file asks first whether it is there. */
START_TEST(test_made_later)
{
	for (int i = 0; i < 300; i++) {
		add_path("newfstatat", numbered("/out/", i, ""), ENOENT);
		add_path("newfstatat", numbered("/moved/", i, ""), ENOENT);
		if (i % 2)
			add_path("openat", numbered("/out/", i, ""), 0);
		else
			add_path("mkdir", numbered("/out/", i, ""), 0);
		add_rename("/tmp/x", numbered("/moved/", i, ""));
	}
	ck_assert_uint_eq(patterns->lookup_failed[LOOKUP_FILE].calls, 0);
	ck_assert_uint_eq(patterns->lookup_failed[LOOKUP_FILE].ns, 0);
	check_none();
	add_path("stat", "/out/1", ENOENT);
	ck_assert_uint_eq(patterns->lookup_failed[LOOKUP_FILE].calls, 1);
	add_path("unlink", "/out/1", 0);
	ck_assert_uint_eq(patterns->lookup_failed[LOOKUP_FILE].calls, 1);
}
END_TEST

/* A library is found by the name of its symbolic link. */
START_TEST(test_asked)
{
	for (int i = 0; i < 100; i++) {
		add_path("openat", "/lib/a/libz.so.1", ENOENT);
		struct event ev = call("openat", "/data/libz.so.1.2.3");
		ev.asked = TEXT("/lib/b/libz.so.1");
		if (!i)
			add_path("stat", "/lib/b", 0);
		add(&ev);
	}
	const struct finding *f = judge("lookups");
	ck_assert_ptr_nonnull(f);
	check_item(f, 1, 0, "libz.so.1");
	check_says(f->lists[1].items[0].detail, "afterwards found 100 times");
}
END_TEST

/* Waiting for the other end is not the price of small pieces. */
START_TEST(test_tiny_waits)
{
	for (int i = 0; i < 100; i++) {
		struct event ev = transfer("read", "pipe:[5]", -1, 1);
		ev.latency_ns = 30 * MS;
		add(&ev);
	}
	const struct finding *f = judge("tiny-reads");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->cost_ns, 100 * PATTERN_WAIT_NS);
}
END_TEST

/* Few among many, and cheap. */
START_TEST(test_few_lookups)
{
	for (int i = 0; i < 100; i++)
		add_path("openat", numbered("/d/", i, ""), ENOENT);
	for (int i = 0; i < 1901; i++)
		add_path("openat", "/d/there", 0);
	ck_assert_ptr_null(judge("lookups"));
	input.wall_ns = 10 * MS;
	ck_assert_ptr_nonnull(judge("lookups"));
}
END_TEST

START_TEST(test_lookup_kinds)
{
	static const struct {
		const char *file;
		enum lookup_kind kind;
	} cases[] = {
		{ "/a/b.h", LOOKUP_HEADER },
		{ "/usr/include/linux", LOOKUP_HEADER },
		{ "/a/__init__.py", LOOKUP_PYTHON },
		{ "/usr/lib/python3/x.so", LOOKUP_PYTHON },
		{ "/lib/libz.so.1", LOOKUP_LIBRARY },
		{ "/usr/share/locale/de/x", LOOKUP_LOCALE },
		{ "/usr/local/sbin/cc", LOOKUP_PROGRAM },
		{ "/etc/x", LOOKUP_FILE },
		{ "/", LOOKUP_FILE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t before = patterns->lookup_failed[cases[i].kind].calls;
		add_path("stat", cases[i].file, ENOENT);
		ck_assert_msg(patterns->lookup_failed[cases[i].kind].calls == before + 1,
			      "%s", cases[i].file);
	}
}
END_TEST

/* ---- sync ---- */

START_TEST(test_sync)
{
	struct event ev = call("fsync", "/db");
	ev.latency_ns = 99 * MS;
	add(&ev);
	check_none();
	ev = call("sync", "");
	ev.has &= ~EVENT_BIT(file);
	ev.latency_ns = 1 * MS;
	add(&ev);
	const struct finding *f = judge("sync");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->weight, FINDING_MEDIUM);
	check_says(f->what, "2 calls to fsync");
	check_says(f->what, "100ms (1.0% of the wall time), 50.0ms each");
	ck_assert_uint_eq(f->lists[0].n, 1);
	check_item(f, 0, 0, "/db");
	input.wall_ns = 0;
	ck_assert_ptr_null(judge("sync"));
}
END_TEST

/* ---- what became of written data ---- */

static void
add_temp(const char *name, bool is_read)
{
	add_open(name, "O_RDWR|O_CREAT|O_EXCL");
	add_transfer("write", name, 0, 1000);
	if (is_read)
		add_open(name, "O_RDONLY");
	struct event ev = call("unlink", name);
	add(&ev);
}

START_TEST(test_temps)
{
	for (int i = 0; i < 9; i++)
		add_temp(numbered("/tmp/cc", i, ".s"), i % 2);
	/* deleted, but not written */
	struct event ev = call("unlink", "/tmp/other");
	add(&ev);
	check_none();
	add_temp("/tmp/last", false);
	const struct finding *f = judge("temps");
	ck_assert_ptr_nonnull(f);
	check_says(f->what, "10 files were written, with 9.77 KiB together");
	check_says(f->what, "6 files of these (5.86 KiB) nobody had read");
	check_item(f, 0, 0, "/tmp");
	ck_assert_uint_eq(f->lists[0].n, 1);
}
END_TEST

/* link and unlink is how careful programs rename. */
START_TEST(test_linked)
{
	for (int i = 0; i < 20; i++) {
		add_transfer("write", numbered("/tmp/obj", i, ""), 0, 1 << 20);
		struct event ev = call("link", numbered("/final", i, ""));
		char old[32];
		snprintf(old, sizeof(old), "/tmp/obj%d", i);
		ev.has |= EVENT_BIT(old_file);
		ev.old_file = TEXT(old);
		add(&ev);
		ev = call("unlink", old);
		add(&ev);
	}
	ck_assert_ptr_null(judge("temps"));
	ck_assert_ptr_null(judge("unread"));
	struct event ev = call("unlink", "/final3");
	add(&ev);
	ck_assert_ptr_nonnull(judge("temps"));
}
END_TEST

/* Results are results, however long they took to write. */
START_TEST(test_intended)
{
	struct event ev = transfer("write", "/out", 0, 1 << 20);
	ev.latency_ns = 5000 * MS;
	add(&ev);
	const struct finding *f = judge("unread");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->weight, FINDING_SMALL);
}
END_TEST

START_TEST(test_unread)
{
	add_open("/out", "O_WRONLY|O_CREAT");
	add_transfer("write", "/out", 0, (1 << 20) - 1);
	check_none();
	add_transfer("write", "/out", (1 << 20) - 1, 1);
	add_transfer("write", "/read", 0, 1 << 20);
	add_transfer("read", "/read", 0, 4096);
	add_transfer("write", "/opened", 0, 1 << 20);
	add_open("/opened", "O_RDONLY|O_CLOEXEC");
	add_transfer("write", "/run", 0, 1 << 20);
	patterns_executed(patterns, TEXT("/run"));
	add_transfer("write", "/linked", 0, 1 << 20);
	struct event ev = call("link", "/other");
	ev.has |= EVENT_BIT(old_file);
	ev.old_file = TEXT("/linked");
	add(&ev);
	add_transfer("write", "/sent", 0, 1 << 20);
	ev = transfer("sendfile", "socket:[3]", -1, 1 << 20);
	ev.source = TEXT("/sent");
	add(&ev);
	add_transfer("write", "pipe:[1]", -1, 1 << 20);
	const struct finding *f = judge("unread");
	ck_assert_ptr_nonnull(f);
	check_says(f->what,
		   "1 file was written, with 1.00 MiB, that no traced process read");
	check_item(f, 0, 0, "/out");
	add_rename("/out", "/final");
	f = judge("unread");
	check_item(f, 0, 0, "/final");
	add_transfer("read", "/final", 0, 1);
	ck_assert_ptr_null(judge("unread"));
}
END_TEST

/* ---- outliers ---- */

START_TEST(test_slow)
{
	for (int i = 0; i < 200; i++) {
		struct event ev = transfer("read", "/disk", i * 4096, 4096);
		add(&ev);
		/* these wait for others */
		ev = transfer("read", "pipe:[1]", -1, 4096);
		ev.latency_ns = i == 50 ? 700 * MS : 1000;
		add(&ev);
		ev = call("flock", "/lock");
		ev.latency_ns = i == 50 ? 700 * MS : 1000;
		add(&ev);
		/* all alike */
		ev = call("unlink", "/x");
		ev.latency_ns = 3 * MS;
		add(&ev);
		/* ten times its like, but nothing to speak of */
		ev = call("close", "/x");
		ev.latency_ns = i == 3 ? MS - 1 : 1000;
		add(&ev);
	}
	ck_assert_ptr_null(judge("slow"));
	struct event ev = transfer("read", "/disk", 200 * 4096, 4096);
	ev.latency_ns = 40 * MS;
	ev.time_ns = input.start_ns + 5000 * MS;
	add(&ev);
	const struct finding *f = judge("slow");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->cost_ns, 40 * MS);
	ck_assert_uint_eq(f->lists[0].n, 1);
	check_item(f, 0, 0, "/disk");
	check_says(f->lists[0].items[0].detail,
		   "read took 40.0ms, 99 of 100 take no more than");
	check_says(f->lists[0].items[0].detail, "5.00s after the start, by prog (7)");
}
END_TEST

START_TEST(test_few_are_no_outliers)
{
	for (int i = 0; i < 99; i++) {
		struct event ev = call("unlink", "/x");
		ev.latency_ns = i == 5 ? 500 * MS : 1000;
		add(&ev);
	}
	check_none();
}
END_TEST

/* ---- the engine ---- */

START_TEST(test_order_and_weight)
{
	for (int i = 0; i < 200; i++) {
		add_transfer("read", "/tiny", i, 1);
		struct event ev = call("fsync", "/db");
		ev.latency_ns = 6 * MS;
		add(&ev);
	}
	judge("");
	ck_assert_uint_eq(found.n, 2);
	ck_assert_str_eq(found.f[0].kind->id, "sync");
	ck_assert_int_eq(found.f[0].weight, FINDING_LARGE);
	ck_assert_str_eq(found.f[1].kind->id, "tiny-reads");
	ck_assert_int_eq(found.f[1].weight, FINDING_NEGLIGIBLE);
	for (size_t i = 0; finding_kinds[i]; i++) {
		ck_assert_ptr_nonnull(finding_kinds[i]->looked_at);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(finding_kinds[i]->id, finding_kinds[k]->id);
	}
}
END_TEST

/* Failures, calls that never returned and those sampled out are no pattern. */
START_TEST(test_not_counted)
{
	for (int i = 0; i < 1000; i++) {
		struct event ev = transfer("read", "/a", i, 1);
		ev.event_flags |= EVENT_COUNTED_ONLY;
		add(&ev);
		ev = transfer("read", "/b", i, 1);
		ev.has = (ev.has & ~EVENT_BIT(bytes)) | EVENT_BIT(error);
		ev.error = TEXT("EAGAIN");
		ev.errnum = EAGAIN;
		add(&ev);
		ev = transfer("read", "/c", i, 1);
		ev.has &= ~(EVENT_BIT(ret) | EVENT_BIT(bytes));
		add(&ev);
	}
	check_none();
}
END_TEST

/* More files than are followed: the rest is counted, memory stays. */
START_TEST(test_bounds)
{
	for (int i = 0; i < (int)PATTERN_FILES + 100; i++) {
		add_transfer("read", numbered("/many/", i, ""), 0, 100);
		add_path("access", numbered("/search/", i, ""), ENOENT);
	}
	ck_assert_uint_eq(patterns->followed, PATTERN_FILES);
	ck_assert_uint_gt(patterns->not_followed, 0);
	ck_assert_uint_le(patterns->names.nrows, PATTERN_NAMES);
	const struct finding *f = judge("lookups");
	ck_assert_ptr_nonnull(f);
	check_says(f->what, "65,636 of 65,636 look-ups");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("findings");
	TCase *tc = tcase_create("findings");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_nothing);
	tcase_add_test(tc, test_tiny_reads);
	tcase_add_test(tc, test_not_tiny);
	tcase_add_test(tc, test_tiny_writes);
	tcase_add_test(tc, test_again);
	tcase_add_test(tc, test_not_again);
	tcase_add_test(tc, test_jumps);
	tcase_add_test(tc, test_in_order);
	tcase_add_test(tc, test_looks);
	tcase_add_test(tc, test_walk);
	tcase_add_test(tc, test_no_looks);
	tcase_add_test(tc, test_lookups);
	tcase_add_test(tc, test_made_later);
	tcase_add_test(tc, test_asked);
	tcase_add_test(tc, test_tiny_waits);
	tcase_add_test(tc, test_few_lookups);
	tcase_add_test(tc, test_lookup_kinds);
	tcase_add_test(tc, test_sync);
	tcase_add_test(tc, test_temps);
	tcase_add_test(tc, test_linked);
	tcase_add_test(tc, test_intended);
	tcase_add_test(tc, test_unread);
	tcase_add_test(tc, test_slow);
	tcase_add_test(tc, test_few_are_no_outliers);
	tcase_add_test(tc, test_order_and_weight);
	tcase_add_test(tc, test_not_counted);
	tcase_add_test(tc, test_bounds);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
