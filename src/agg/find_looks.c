/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stat storms: the same name asked for again and again (stat, access, readlink and their
 * kin). A name counts from 10 questions on; the finding is made when at least 500 of
 * these repeated one before, or when 1,000 questions of any names took 5 % of the wall
 * time.
 */
#include "agg/find.h"
#include "base/units.h"

#define NAME_MIN    10u
#define REPEATS_MIN 500u
#define ALL_MIN	    1000u
#define COST_MIN    50u /* permille of the wall time */

struct looks {
	uint64_t names, repeats, repeats_ns;
	struct top top;
};

static struct looks
looks_of(const struct patterns *p)
{
	struct looks l = { .names = 0 };
	for (size_t i = 0; i < p->nlooks; i++) {
		const struct pattern_look *look = &p->looks[i];
		l.names += look->calls > 0;
		if (look->calls < NAME_MIN)
			continue;
		l.repeats += look->calls - 1;
		l.repeats_ns += look->ns - look->ns / look->calls;
		top_offer(&l.top, look->calls, i);
	}
	return l;
}

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	struct finding_list *list = find_list(f, "Names asked for most often", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_look *look = &in->patterns->looks[top->e[i].row];
		strbuf_reset(&b);
		find_say_n(&b, look->calls, "question");
		strbuf_adds(&b, ", ");
		units_add_time(&b, look->ns);
		find_say_who(&b, in, &look->who);
		find_item(list, &in->agg->tables[AGG_FILE], top->e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	const struct pattern_sum *all = &in->patterns->look_all;
	struct looks l = looks_of(in->patterns);
	bool repeated = l.repeats >= REPEATS_MIN;
	if (!repeated && (all->calls < ALL_MIN || !find_costs(in, all->ns, COST_MIN)))
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, all->calls, "call");
	strbuf_adds(&b,
		    " asked what a name is (stat, access, readlink and their kin), for ");
	find_say_n(&b, l.names, "different name");
	strbuf_adds(&b, "; together ");
	find_say_cost(&b, in, all->ns);
	strbuf_adds(&b, ". ");
	if (repeated) {
		units_add_count(&b, l.repeats);
		strbuf_addf(&b, " of them repeated a question about one of ");
		find_say_n(&b, l.top.offered, "name");
		strbuf_addf(&b, " asked for %u times or more.", NAME_MIN);
		f->advice =
			"Remember the answers while they cannot change, or open the file "
			"at "
			"once and handle the error: open needs no question before it.";
	} else {
		strbuf_adds(
			&b,
			"Hardly any was repeated: something walks through many files.");
		f->advice = "Walk fewer directories, or let readdir's d_type answer "
			    "(find -type "
			    "needs no stat for it). git has core.fsmonitor and "
			    "core.untrackedCache against this.";
	}
	f->what = b.p;
	f->cost_ns = repeated ? l.repeats_ns : all->ns;
	if (l.top.n)
		add_items(in, f, &l.top);
	return true;
}

const struct finding_kind finding_looks = {
	.id = "looks",
	.title = "Many questions about names (stat storm)",
	.looked_at = "repeated stat and access calls",
	.judge = judge,
};
