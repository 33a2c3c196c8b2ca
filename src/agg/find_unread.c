/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that were written and that no traced process read, opened for reading, linked or
 * executed afterwards: at least 1 MiB. Most are what the run was for; the finding is
 * there to see whether all of them are.
 */
#include "agg/find.h"
#include "base/units.h"

#define BYTES_MIN (1u << 20)

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	struct finding_list *list = find_list(f, "Files", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_file *file =
			patterns_file(in->patterns, top->e[i].row);
		strbuf_reset(&b);
		units_add_bytes(&b, file->life.total);
		strbuf_adds(&b, " written in ");
		units_add_time(&b, file->life.ns);
		find_say_who(&b, in, &file->life.who);
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
		if (!file || file->class != FILE_REGULAR || !file->life.total ||
		    file->life.was_read)
			continue;
		sum.bytes += file->life.total;
		sum.ns += file->life.ns;
		top_offer(&top, file->life.total, i);
	}
	if (sum.bytes < BYTES_MIN)
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, top.offered, "file");
	strbuf_adds(&b,
		    top.offered == 1 ? " was written, with " : " were written, with ");
	units_add_bytes(&b, sum.bytes);
	strbuf_adds(&b, ", that no traced process read afterwards. The writes took ");
	find_say_cost(&b, in, sum.ns);
	strbuf_addch(&b, '.');
	f->what = b.p;
	f->cost_ns = sum.ns;
	f->advice = "If these are the results of the run, all is well. Else see who "
		    "needs them: "
		    "logs, caches and intermediate files can often be switched off.";
	add_items(in, f, &top);
	return true;
}

const struct finding_kind finding_unread = {
	.id = "unread",
	.title = "Files written and not read",
	.looked_at = "files written and never read",
	.intended = true,
	.judge = judge,
};
