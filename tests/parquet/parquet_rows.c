/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parquet_rows N FILE.parquet FILE.csv: gives both outputs the same N events, made up so
 * that the Parquet file has everything that can go wrong in one: values at the ends of
 * their types, columns without a value, runs and alternations of nulls, texts that are not
 * UTF-8, that are empty or longer than a bound may be, a column (file) that is too diverse
 * for its dictionary, and, from 262144 events on, a second row group. Without FILE.csv it
 * measures: prints the events a second and the peak memory in KiB.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "sink/outfile.h"
#include "sink/sink.h"

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

struct output {
	const struct sink_ops *ops;
	struct outfile *file;
	struct sink *sink;
};

static void
must(int rc, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "parquet_rows: %s: %s\n", what, strerror(-rc));
	exit(1);
}

static struct output
start(const struct sink_ops *ops, const char *name)
{
	const struct sink_cfg cfg = { 0 };
	const struct session_info info = {
		.host = TEXT("h\xc3\xb6st"),
		.command = TEXT("a b\0\"c\"\xff\0"),
		.version = TEXT("1.2.3"),
		.engine = TEXT("stop"),
		.select = TEXT("all"),
		.epoch_offset_ns = INT64_C(1700000000123456789),
		.start_ns = 5,
	};
	struct output o = { .ops = ops };
	must(outfile_open(name, &o.file, NULL), name);
	must(ops->open(&cfg, o.file, &o.sink), name);
	must(ops->session ? ops->session(o.sink, &info) : 0, name);
	return o;
}

static void
finish(struct output *o, uint64_t n)
{
	const struct session_end end = {
		.end_ns = 7, .events = n, .counted_only = 1, .filtered = 2, .lost = 3,
		.complete = true
	};
	must(o->ops->close(o->sink, &end), "close");
	must(outfile_commit(o->file), "commit");
}

/* splitmix64: the same numbers on every machine. */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static const struct text comms[] = { { "cat", 3 },	   { "", 0 },
				     { "\xc3\xa4\xe2\x82\xac", 5 }, { "\xff\xfe", 2 },
				     { "a,b \"c\"\n", 8 }, { "z\xed\xa0\x80", 4 } };
static const struct text syscalls[] = { { "read", 4 }, { "write", 5 }, { "openat", 6 } };

static uint64_t
extreme_u64(uint64_t i)
{
	static const uint64_t ends[] = { 0, 1, UINT64_MAX, INT64_MAX,
					 (uint64_t)INT64_MAX + 1 };
	return i < 50 ? ends[i % ARRAY_SIZE(ends)] : mix(i) >> (i % 64);
}

static int64_t
extreme_i64(uint64_t i)
{
	static const int64_t ends[] = { 0, -1, INT64_MIN, INT64_MAX };
	return i < 50 ? ends[i % ARRAY_SIZE(ends)] : (int64_t)mix(i) >> (i % 64);
}

/* Event I of the file; TEXTS is where its own texts live. */
static struct event
make_event(uint64_t i, char texts[4100])
{
	static const struct syscall_desc desc = { .bytes = BYTES_READ };
	struct event ev = {
		.has = EVENT_BIT(seq) | EVENT_BIT(time_ns) | EVENT_BIT(comm) |
		       EVENT_BIT(pid) | EVENT_BIT(syscall) | EVENT_BIT(ret),
		.desc = &desc,
		.seq = i + 1,
		.time_ns = 1000 * i + 999,
		.comm = comms[i % ARRAY_SIZE(comms)],
		.pid = i % 3 ? INT32_MAX - (int32_t)(i % 1000) : INT32_MIN,
		.syscall = syscalls[i / 100 % ARRAY_SIZE(syscalls)],
		.ret = extreme_i64(i),
		.bytes = extreme_u64(i),
		.epoll_events = i % 2 ? UINT32_MAX - (uint32_t)i : (uint32_t)i,
		.offset = (int64_t)i - 3,
		.error = TEXT("ENOENT"),
	};
	/* Every other, in runs of a thousand, in the last part only. */
	if (i % 2)
		ev.has |= EVENT_BIT(bytes);
	if (i / 1000 % 2)
		ev.has |= EVENT_BIT(epoll_events) | EVENT_BIT(error);
	if (i > 20000)
		ev.has |= EVENT_BIT(offset);
	/* Numbered files; the greatest name of some groups is too long for a bound. */
	bool is_long = i % 300000 == 7;
	int len = snprintf(texts, 64, "/%s/file-%016" PRIx64, is_long ? "z" : "d", mix(i));
	if (is_long) {
		memset(texts + len, 'x', 4096 - (size_t)len);
		len = 4096;
	}
	ev.file = (struct text){ texts, (size_t)len };
	ev.has |= EVENT_BIT(file);
	return ev;
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	uint64_t n = strtoull(argv[1], NULL, 10);
	uint64_t began = clock_boot_ns();
	struct output outputs[2] = { start(&sink_parquet_ops, argv[2]) };
	size_t noutputs = 1;
	if (argc > 3)
		outputs[noutputs++] = start(&sink_csv_ops, argv[3]);
	static char texts[4100];
	for (uint64_t i = 0; i < n; i++) {
		struct event ev = make_event(i, texts);
		for (size_t k = 0; k < noutputs; k++)
			must(outputs[k].ops->emit(outputs[k].sink, &ev), "emit");
	}
	for (size_t k = 0; k < noutputs; k++)
		finish(&outputs[k], n);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	double seconds = (double)(clock_boot_ns() - began) / 1e9;
	if (argc == 3)
		printf("%.0f %ld\n", (double)n / seconds, usage.ru_maxrss);
	return 0;
}
