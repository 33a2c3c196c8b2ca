/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report shows beside totals: ranges of files that were read, calls over time, the
 * tree of processes.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agg/extents.h"
#include "agg/proctree.h"
#include "agg/timeline.h"
#include "table/syscall_desc.h"

#define MS	UINT64_C(1000000)
#define TEXT(s) ((struct text){ (s), strlen(s) })

/* A read of 10 bytes by process 7 that returned at END_NS. */
static struct event
read_at(uint64_t end_ns, uint64_t latency_ns)
{
	return (struct event){
		.has = EVENT_BIT(time_ns) | EVENT_BIT(latency_ns) | EVENT_BIT(comm) |
		       EVENT_BIT(pid) | EVENT_BIT(ret) | EVENT_BIT(bytes),
		.desc = syscall_find("read"),
		.time_ns = end_ns - latency_ns,
		.latency_ns = latency_ns,
		.comm = TEXT("prog"),
		.pid = 7,
		.bytes = 10,
	};
}

/* ---- ranges ---- */

/* Random reads and writes against an array that knows of each byte who read it. */
START_TEST(test_extents_exact)
{
	enum { SIZE = 64, ROUNDS = 4000 };
	int32_t last[SIZE] = { 0 };
	struct extents x = { 0 };
	unsigned state = 12345;
	for (int i = 0; i < ROUNDS; i++) {
		state = state * 1103515245u + 12345u;
		unsigned start = state >> 16 & 7, len = state >> 20 & 3;
		int32_t pid = (int32_t)(state >> 24 & 3);
		/* in blocks of 8, so that there are never more than EXTENTS_MAX ranges */
		start *= 8;
		len = (len * 8 > SIZE - start ? SIZE - start : len * 8);
		struct extents_again want = { 0 };
		for (unsigned k = start; k < start + len; k++) {
			want.by_same += last[k] && last[k] == pid;
			want.by_other += last[k] && last[k] != pid;
			last[k] = pid;
		}
		if (!pid) {
			extents_written(&x, start, len);
			continue;
		}
		struct extents_again got = extents_read(&x, start, len, pid);
		ck_assert_msg(got.by_same == want.by_same &&
				      got.by_other == want.by_other,
			      "round %d: %" PRIu64 " and %" PRIu64, i, got.by_same,
			      got.by_other);
	}
	extents_fini(&x);
}
END_TEST

/* With too many ranges something is forgotten, never invented. */
START_TEST(test_extents_bounded)
{
	enum { N = 1000 };
	struct extents x = { 0 };
	uint64_t again = 0;
	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < N; i++) {
			struct extents_again a = extents_read(&x, i * 100, 1 + i % 7, 7);
			ck_assert(round || !(a.by_same + a.by_other));
			again += a.by_same + a.by_other;
			ck_assert_uint_le(x.n, EXTENTS_MAX);
		}
	}
	ck_assert_uint_gt(again, 0);
	extents_read(&x, UINT64_MAX - 5, 100, 7);
	extents_fini(&x);
}
END_TEST

/* ---- time line ---- */

static void
add_at(struct timeline *t, const char *comm, uint64_t at_ns, uint64_t latency_ns)
{
	struct event ev = read_at(at_ns, latency_ns);
	ev.comm = TEXT(comm);
	timeline_add(t, &ev);
}

static struct timeline_bin
timeline_sum(const struct timeline *t, size_t track)
{
	struct timeline_bin sum = { 0 };
	for (size_t i = 0; i < TIMELINE_BINS; i++) {
		sum.calls += t->tracks[track]->bins[i].calls;
		sum.bytes_read += t->tracks[track]->bins[i].bytes_read;
	}
	return sum;
}

START_TEST(test_timeline)
{
	struct timeline *t = timeline_new();
	timeline_start(t, 1000 * MS);
	for (uint64_t i = 0; i < 1000; i++)
		add_at(t, i % 2 ? "a" : "b", (1000 + i) * MS, 300);
	/* Not before the trace, though it was entered there. */
	add_at(t, "a", 999 * MS, 5000 * MS);
	ck_assert_uint_le(t->nbins, TIMELINE_BINS);
	ck_assert_uint_ge(t->nbins, TIMELINE_BINS / 2);
	ck_assert_uint_ge(t->nbins * t->bin_ns, 999 * MS);
	ck_assert_uint_eq(t->ntracks, 2);
	ck_assert_uint_eq(timeline_sum(t, 0).calls, 500);
	ck_assert_uint_eq(timeline_sum(t, 1).bytes_read, 5010);
	ck_assert_uint_eq(t->tracks[1]->sum.bytes_read, 5010);
	uint64_t fast = 0, all = 0;
	for (size_t i = 0; i < TIMELINE_BINS; i++) {
		fast += t->latencies[i][timeline_latency(300)];
		for (size_t k = 0; k < TIMELINE_LATENCIES; k++)
			all += t->latencies[i][k];
	}
	ck_assert_uint_eq(fast, 1000);
	ck_assert_uint_eq(all, 1001);
	/* each half of the time has half of the calls */
	uint64_t calls = 0;
	for (size_t i = 0; i * t->bin_ns < 500 * MS; i++)
		calls += t->tracks[0]->bins[i].calls + t->tracks[1]->bins[i].calls;
	ck_assert_uint_ge(calls, 500);
	ck_assert_uint_le(calls, 520);
	for (int i = 0; i < 200; i++) {
		char comm[16];
		snprintf(comm, sizeof(comm), "comm%d", i);
		add_at(t, comm, UINT64_C(1) << 62, 0);
	}
	ck_assert_uint_eq(t->ntracks, TIMELINE_NAMES + 1);
	ck_assert_str_eq(t->tracks[TIMELINE_NAMES]->comm, "");
	ck_assert_uint_eq(timeline_sum(t, TIMELINE_NAMES).calls,
			  200 - (TIMELINE_NAMES - 2));
	timeline_free(t);
}
END_TEST

START_TEST(test_latency_classes)
{
	ck_assert_uint_eq(timeline_latency(0), 0);
	ck_assert_uint_eq(timeline_latency(511), 0);
	ck_assert_uint_eq(timeline_latency(512), 1);
	ck_assert_uint_eq(timeline_latency(UINT64_MAX), TIMELINE_LATENCIES - 1);
	for (size_t i = 1; i < TIMELINE_LATENCIES; i++) {
		ck_assert_uint_eq(timeline_latency(timeline_latency_low(i)), i);
		ck_assert_uint_eq(timeline_latency(timeline_latency_low(i) - 1), i - 1);
	}
}
END_TEST

/* ---- processes ---- */

START_TEST(test_proctree)
{
	struct proctree *t = proctree_new();
	proctree_task(t, 10, 10, 0, TEXT("sh"), 1);
	proctree_task(t, 10, 11, 10, TEXT("sh"), 2);
	proctree_task(t, 20, 20, 11, TEXT("sh"), 3); /* of a thread */
	proctree_exec(t, 20, 20, TEXT("cc"), TEXT("/usr/bin/cc"));
	proctree_comm(t, 10, 11, TEXT("worker"));
	proctree_exit(t, 20, true, 256, 9);
	proctree_task(t, 20, 20, 10, TEXT("sh"), 10); /* the pid again */
	struct event ev = read_at(20, 5);
	ev.pid = 20;
	proctree_add(t, &ev);
	ev.pid = 99; /* of whom nobody told */
	proctree_add(t, &ev);
	ck_assert_uint_eq(t->n, 4);
	ck_assert_uint_eq(t->p[0].threads, 2);
	ck_assert_str_eq(t->p[0].comm, "sh");
	ck_assert_uint_eq(t->p[1].parent, 1);
	ck_assert_str_eq(t->p[1].comm, "cc");
	ck_assert_str_eq(t->p[1].program, "/usr/bin/cc");
	ck_assert_int_eq(t->p[1].status, 256);
	ck_assert_uint_eq(t->p[1].end_ns, 9);
	ck_assert_uint_eq(t->p[1].calls, 0);
	ck_assert_uint_eq(t->p[2].parent, 1);
	ck_assert_uint_eq(t->p[2].calls, 1);
	ck_assert_uint_eq(t->p[2].bytes_read, 10);
	ck_assert_int_eq(t->p[3].pid, 99);
	/* A thread execs: it becomes the process. */
	proctree_exec(t, 10, 11, TEXT("new"), TEXT("/new"));
	ck_assert_str_eq(t->p[0].comm, "new");
	for (int i = 0; i < (int)PROCTREE_MAX; i++)
		proctree_task(t, 1000 + i, 1000 + i, 10, TEXT("x"), 5);
	ck_assert_uint_eq(t->n, PROCTREE_MAX);
	ck_assert_uint_eq(t->more, 4);
	proctree_free(t);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("views");
	TCase *tc = tcase_create("views");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_extents_exact);
	tcase_add_test(tc, test_extents_bounded);
	tcase_add_test(tc, test_timeline);
	tcase_add_test(tc, test_latency_classes);
	tcase_add_test(tc, test_proctree);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
