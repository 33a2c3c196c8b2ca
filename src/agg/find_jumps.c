/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Access out of order: transfers that do not begin where the one before them, through the
 * same descriptor, ended. A file counts when that is so for at least 100 transfers and
 * for half of those that had one before, and they move 64 KiB or less on average: with
 * more, order hardly matters.
 */
#include "agg/find.h"
#include "base/units.h"

#define CALLS_MIN 100u
#define BYTES_MAX 65536u
#define RUN_MIN	  8u

static bool
is_random(const struct pattern_flow *flow)
{
	return flow->jumps.calls >= CALLS_MIN &&
	       flow->jumps.calls >= flow->runs * RUN_MIN &&
	       flow->jumps.calls * 2 >= flow->followed &&
	       flow->jumps.bytes / flow->jumps.calls <= BYTES_MAX;
}

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	struct finding_list *list = find_list(f, "Files", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_file *file =
			patterns_file(in->patterns, top->e[i].row);
		const char *sep = "";
		strbuf_reset(&b);
		for (unsigned d = 0; d < PATTERN_DIRECTIONS; d++) {
			const struct pattern_flow *flow = &file->flow[d];
			if (!is_random(flow))
				continue;
			strbuf_adds(&b, sep);
			units_add_count(&b, flow->jumps.calls);
			strbuf_adds(&b, " of ");
			find_say_n(&b, flow->followed,
				   d == PATTERN_IN ? "read" : "write");
			strbuf_adds(&b, ", ");
			units_add_bytes(&b, flow->jumps.bytes / flow->jumps.calls);
			strbuf_adds(&b, " each");
			find_say_who(&b, in, &flow->who_jumps);
			sep = "; ";
		}
		if (file->seeks) {
			strbuf_adds(&b, "; ");
			find_say_n(&b, file->seeks, "lseek call");
		}
		find_item(list, &in->agg->tables[AGG_FILE], top->e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	struct pattern_sum sum = { 0 };
	struct top top = { .n = 0 };
	for (size_t i = 0; i < in->patterns->nfiles; i++) {
		const struct pattern_file *file = in->patterns->files[i];
		uint64_t calls = 0;
		for (unsigned d = 0; file && d < PATTERN_DIRECTIONS; d++) {
			const struct pattern_flow *flow = &file->flow[d];
			if (!is_random(flow))
				continue;
			calls += flow->jumps.calls;
			sum.bytes += flow->jumps.bytes;
			sum.ns += flow->jumps.ns;
		}
		sum.calls += calls;
		if (calls)
			top_offer(&top, calls, i);
	}
	if (!top.n)
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, sum.calls, "transfer");
	strbuf_adds(&b, " in ");
	find_say_n(&b, top.offered, "file");
	strbuf_adds(&b, " began elsewhere than where the one before had ended, ");
	units_add_bytes(&b, sum.bytes / sum.calls);
	strbuf_adds(&b, " each on average. They took ");
	find_say_cost(&b, in, sum.ns);
	strbuf_addch(&b, '.');
	f->what = b.p;
	f->cost_ns = sum.ns;
	f->advice =
		"The kernel reads ahead only in order. Sort the accesses by offset, read "
		"larger pieces, or read the whole file if it fits in memory. For a "
		"database or an index this pattern is normal; then only the time counts.";
	add_items(in, f, &top);
	return true;
}

const struct finding_kind finding_jumps = {
	.id = "jumps",
	.title = "Files accessed out of order",
	.looked_at = "access out of order",
	.judge = judge,
};
