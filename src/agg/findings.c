/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/findings.h"

#include <stdlib.h>

#include "agg/find.h"
#include "base/compiler.h"
#include "base/xalloc.h"

const struct finding_kind *const finding_kinds[] = {
#define FINDING(id) &finding_##id,
#include "agg/findings.def"
#undef FINDING
	NULL
};

static enum finding_weight
weigh(const struct findings_input *in, const struct finding *f)
{
	if (in->wall_ns && !find_costs(in, f->cost_ns, 1))
		return FINDING_NEGLIGIBLE;
	if (f->kind->intended || !find_costs(in, f->cost_ns, 10))
		return FINDING_SMALL;
	return find_costs(in, f->cost_ns, 100) ? FINDING_LARGE : FINDING_MEDIUM;
}

static bool
comes_before(const struct finding *a, const struct finding *b)
{
	return a->weight != b->weight ? a->weight > b->weight : a->cost_ns > b->cost_ns;
}

struct findings
findings_judge(const struct findings_input *in)
{
	struct findings all = { .f = xcalloc(ARRAY_SIZE(finding_kinds), sizeof(*all.f)) };
	for (size_t i = 0; finding_kinds[i]; i++) {
		struct finding f = { .kind = finding_kinds[i] };
		if (!f.kind->judge(in, &f))
			continue;
		f.weight = weigh(in, &f);
		size_t at = all.n++;
		for (; at && comes_before(&f, &all.f[at - 1]); at--)
			all.f[at] = all.f[at - 1];
		all.f[at] = f;
	}
	return all;
}

void
findings_fini(struct findings *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct finding *f = &all->f[i];
		for (size_t l = 0; l < FINDING_LISTS; l++)
			for (size_t k = 0; k < f->lists[l].n; k++)
				free(f->lists[l].items[k].detail);
		free(f->what);
	}
	free(all->f);
	*all = (struct findings){ 0 };
}
