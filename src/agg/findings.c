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
weigh(const struct findings_input *in, uint64_t cost_ns)
{
	if (find_costs(in, cost_ns, 100))
		return FINDING_LARGE;
	return find_costs(in, cost_ns, 10) ? FINDING_MEDIUM : FINDING_SMALL;
}

struct findings
findings_judge(const struct findings_input *in)
{
	struct findings all = { .f = xcalloc(ARRAY_SIZE(finding_kinds), sizeof(*all.f)) };
	for (size_t i = 0; finding_kinds[i]; i++) {
		struct finding f = { .kind = finding_kinds[i] };
		if (!f.kind->judge(in, &f))
			continue;
		f.weight = weigh(in, f.cost_ns);
		size_t at = all.n++;
		for (; at && all.f[at - 1].cost_ns < f.cost_ns; at--)
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
