/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that were written and deleted within the run: at least 10 of them, or 1 MiB.
 */
#include "agg/find.h"
#include "base/units.h"

#define FILES_MIN 10u
#define BYTES_MIN (1u << 20)

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top)
{
	struct finding_list *list = find_list(f, "Directories they were in", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_temps *t = &in->patterns->temps[top->e[i].row];
		strbuf_reset(&b);
		find_say_n(&b, t->files, "file");
		strbuf_adds(&b, ", ");
		units_add_bytes(&b, t->bytes);
		if (t->unread_files) {
			strbuf_adds(&b, "; never read: ");
			find_say_n(&b, t->unread_files, "file");
			strbuf_adds(&b, ", ");
			units_add_bytes(&b, t->unread_bytes);
		}
		find_item(list, &in->agg->tables[AGG_DIRECTORY], top->e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	struct pattern_temps sum = { 0 };
	struct top top = { .n = 0 };
	for (size_t i = 0; i < in->patterns->ntemps; i++) {
		const struct pattern_temps *t = &in->patterns->temps[i];
		if (!t->files)
			continue;
		sum.files += t->files;
		sum.bytes += t->bytes;
		sum.ns += t->ns;
		sum.unread_files += t->unread_files;
		sum.unread_bytes += t->unread_bytes;
		top_offer(&top, t->bytes, i);
	}
	if (sum.files < FILES_MIN && sum.bytes < BYTES_MIN)
		return false;
	struct strbuf b = { 0 };
	find_say_n(&b, sum.files, "file");
	strbuf_adds(&b, sum.files == 1 ? " was written, with " : " were written, with ");
	units_add_bytes(&b, sum.bytes);
	strbuf_adds(&b, sum.files == 1 ? ", and deleted again. "
				       : " together, and deleted again. ");
	if (sum.unread_files) {
		find_say_n(&b, sum.unread_files, "file");
		strbuf_adds(&b, " of these (");
		units_add_bytes(&b, sum.unread_bytes);
		strbuf_adds(&b, ") nobody had read. ");
	}
	strbuf_adds(&b, "The writes took ");
	find_say_cost(&b, in, sum.ns);
	strbuf_addch(&b, '.');
	f->what = b.p;
	f->cost_ns = sum.ns;
	f->advice =
		"Where a temporary file only hands data from one program to the next a "
		"pipe "
		"does it without a file (gcc -pipe); put what remains on a tmpfs. What "
		"nobody reads need not be written.";
	add_items(in, f, &top);
	return true;
}

const struct finding_kind finding_temps = {
	.id = "temps",
	.title = "Files written and deleted again",
	.looked_at = "files written and deleted again",
	.judge = judge,
};
