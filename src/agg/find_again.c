/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same data read again, though nothing had changed them. A file counts when at least
 * 64 KiB of it were read again, and no less than was read for the first time; all of them
 * together must reach 1 MiB.
 */
#include "agg/find.h"
#include "base/units.h"

#define FILE_MIN (64u << 10)
#define ALL_MIN	 (1u << 20)

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	struct finding_list *list = find_list(f, "Files", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_file *file =
			patterns_file(in->patterns, top->e[i].row);
		strbuf_reset(&b);
		units_add_bytes(&b, file->again.bytes);
		strbuf_adds(&b, " read again, ");
		units_add_bytes(&b, file->fresh);
		strbuf_adds(&b, " for the first time");
		find_say_who(&b, in, &file->who_again);
		find_item(list, &in->agg->tables[AGG_FILE], top->e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	struct pattern_sum sum = { 0 };
	uint64_t others = 0, fresh = 0;
	struct top top = { .n = 0 };
	for (size_t i = 0; i < in->patterns->nfiles; i++) {
		const struct pattern_file *file = in->patterns->files[i];
		if (!file || file->again.bytes < FILE_MIN ||
		    file->again.bytes < file->fresh)
			continue;
		sum.calls += file->again.calls;
		sum.bytes += file->again.bytes;
		sum.ns += file->again.ns;
		others += file->again_others;
		fresh += file->fresh;
		top_offer(&top, file->again.bytes, i);
	}
	if (sum.bytes < ALL_MIN)
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, top.offered, "file");
	strbuf_adds(&b, top.offered == 1 ? " was read again although its"
					 : " were read again although their");
	strbuf_adds(&b, " data had not changed: ");
	units_add_bytes(&b, sum.bytes);
	strbuf_adds(&b, " more than the ");
	units_add_bytes(&b, fresh);
	strbuf_adds(&b, " of the first time, ");
	units_add_share(&b, others, sum.bytes);
	strbuf_adds(&b,
		    " of it by another process than the one before. These reads took ");
	find_say_cost(&b, in, sum.ns);
	strbuf_addch(&b, '.');
	f->what = b.p;
	f->cost_ns = sum.ns;
	f->advice =
		others > sum.bytes / 2
			? "The data come from the page cache, so the price is copying "
			  "and "
			  "parsing them again in each process: start fewer processes, or "
			  "let one keep what it learned (a server, a precompiled header, "
			  "a cache file)."
			: "Keep what was read, or map the file (mmap) when it is wanted "
			  "often; look for a loop that opens and reads the same file "
			  "each time round.";
	add_items(in, f, &top);
	return true;
}

const struct finding_kind finding_again = {
	.id = "again",
	.title = "The same data read again",
	.looked_at = "unchanged data read more than once",
	.judge = judge,
};
