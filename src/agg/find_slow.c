/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slow outliers: of a syscall with at least 100 calls on files, those that took 1 ms or
 * more and ten times its 99th percentile. Calls that wait for others (pipes, sockets,
 * terminals, locks) are left out; of each syscall only the slowest four are known.
 */
#include "agg/find.h"
#include "base/units.h"

#define CALLS_MIN      100u
#define LATENCY_MIN_NS UINT64_C(1000000)
#define P99_TIMES      10u

/* A slow call by number: row of the syscall and place among its slowest. */
static size_t
number_of(size_t row, size_t place)
{
	return row * PATTERN_SLOWEST + place;
}

static uint64_t
p99_of(const struct patterns *p, size_t row)
{
	return histogram_permille(&p->calls[row].latency, 990);
}

static void
offer_calls(const struct patterns *p, struct top *top, struct pattern_sum *sum)
{
	for (size_t i = 0; i < p->ncalls; i++) {
		const struct pattern_call *c = &p->calls[i];
		if (c->latency.count < CALLS_MIN)
			continue;
		uint64_t p99 = p99_of(p, i);
		for (size_t k = 0; k < PATTERN_SLOWEST; k++) {
			uint64_t ns = c->slowest[k].latency_ns;
			if (ns < LATENCY_MIN_NS || ns / P99_TIMES < p99)
				break;
			sum->calls++;
			sum->ns += ns;
			top_offer(top, ns, number_of(i, k));
		}
	}
}

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	const struct patterns *p = in->patterns;
	struct finding_list *list = find_list(f, "The slowest", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		size_t row = top->e[i].row / PATTERN_SLOWEST;
		const struct pattern_slow *s =
			&p->calls[row].slowest[top->e[i].row % PATTERN_SLOWEST];
		const struct pattern_who who = { .row = s->process };
		const struct agg_row *call =
			agg_table_row(&in->agg->tables[AGG_SYSCALL], row);
		strbuf_reset(&b);
		strbuf_addmem(&b, call->name, call->len);
		strbuf_adds(&b, " took ");
		units_add_time(&b, s->latency_ns);
		strbuf_adds(&b, ", 99 of 100 take no more than ");
		units_add_time(&b, p99_of(p, row));
		if (s->time_ns >= in->start_ns) {
			strbuf_adds(&b, "; ");
			units_add_time(&b, s->time_ns - in->start_ns);
			strbuf_adds(&b, " after the start");
		}
		find_say_who(&b, in, &who);
		if (s->file)
			find_item(list, &in->agg->tables[AGG_FILE], s->file - 1, &b);
		else
			find_item_named(list, (struct text){ "(no file)", 9 }, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	struct pattern_sum sum = { 0 };
	struct top top = { .n = 0 };
	offer_calls(in->patterns, &top, &sum);
	if (!top.n)
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, sum.calls, "call");
	strbuf_adds(
		&b,
		" on files took far longer than others of the same kind (1 ms or more, "
		"and ten times what 99 of 100 take): ");
	find_say_cost(&b, in, sum.ns);
	strbuf_addf(&b, ". Of each syscall the slowest %u are considered.",
		    PATTERN_SLOWEST);
	f->what = b.p;
	f->cost_ns = sum.ns;
	f->advice = "A single slow call is often the first access to something that is not in "
		    "memory, a busy disk, a network file system, or a machine with more work "
		    "than processors: see in the time line what else happened then.";
	add_items(in, f, &top);
	return true;
}

const struct finding_kind finding_slow = {
	.id = "slow",
	.title = "Single calls far slower than their like",
	.looked_at = "calls far slower than others of their kind",
	.judge = judge,
};
