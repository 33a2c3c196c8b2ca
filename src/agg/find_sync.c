/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for the disk: fsync and its kin. The finding is made when they take 1 % of the
 * wall time, or where that is unknown from 100 calls on.
 */
#include "agg/find.h"
#include "base/units.h"

#define COST_MIN  10u /* permille of the wall time */
#define CALLS_MIN 100u

static void
add_items(const struct findings_input *in, struct finding *f)
{
	const struct patterns *p = in->patterns;
	struct top top = { .n = 0 };
	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i] && p->files[i]->sync.calls)
			top_offer(&top, p->files[i]->sync.ns, i);
	if (!top.n)
		return; /* sync(2) names no file */
	struct finding_list *list = find_list(f, "Files", &top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top.n; i++) {
		const struct pattern_file *file = patterns_file(p, top.e[i].row);
		strbuf_reset(&b);
		find_say_n(&b, file->sync.calls, "call");
		strbuf_adds(&b, ", ");
		units_add_time(&b, file->sync.ns);
		strbuf_adds(&b, ", for ");
		find_say_n(&b, file->flow[PATTERN_OUT].all.calls, "write");
		find_say_who(&b, in, &file->who_sync);
		find_item(list, &in->agg->tables[AGG_FILE], top.e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	const struct pattern_sum *sum = &in->patterns->sync_all;
	if (!sum->calls ||
	    (in->wall_ns ? !find_costs(in, sum->ns, COST_MIN) : sum->calls < CALLS_MIN))
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, sum->calls, "call");
	strbuf_adds(&b, " to fsync and its kin waited until data were on the disk: ");
	find_say_cost(&b, in, sum->ns);
	strbuf_adds(&b, ", ");
	units_add_time(&b, sum->ns / sum->calls);
	strbuf_adds(&b, " each on average.");
	f->what = b.p;
	f->cost_ns = sum->ns;
	f->advice =
		"Sync once after a group of writes instead of after each (batch the "
		"transactions), or not at all for data that can be made again: databases "
		"and package managers have an option for it.";
	add_items(in, f);
	return true;
}

const struct finding_kind finding_sync = {
	.id = "sync",
	.title = "Time spent in fsync",
	.looked_at = "time spent in fsync",
	.judge = judge,
};
