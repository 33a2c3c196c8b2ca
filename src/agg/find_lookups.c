/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-ups along a search path that find nothing. The finding is made for at least 100
 * failed look-ups that are 5 % of all, or take 1 % of the wall time. Names that came into
 * being afterwards do not count: whoever makes a file may ask whether it is there.
 */
#include "agg/find.h"
#include "base/units.h"

#define FAILED_MIN 100u
#define COST_MIN   10u /* permille of the wall time */
#define DIR_MIN	   20u /* look-ups in a directory worth a line */

static const char *const kind_words[LOOKUP_KINDS] = {
	[LOOKUP_HEADER] = "C headers",	[LOOKUP_PYTHON] = "Python modules",
	[LOOKUP_LIBRARY] = "libraries", [LOOKUP_LOCALE] = "message catalogues",
	[LOOKUP_PROGRAM] = "programs",	[LOOKUP_FILE] = "other files",
};

static const char *const kind_advice[LOOKUP_KINDS] = {
	[LOOKUP_HEADER] =
		"Put the directory that has most headers first among -I, and leave out "
		"those that have none.",
	[LOOKUP_PYTHON] =
		"Shorten sys.path, import packages by their full names, keep .pyc files "
		"writable; python -X importtime shows who imports what.",
	[LOOKUP_LIBRARY] =
		"Look at LD_LIBRARY_PATH, RPATH and -L: each directory in them is "
		"searched before the one that has the library.",
	[LOOKUP_LOCALE] =
		"Set LC_ALL=C, or a locale that is installed, where nobody reads the "
		"messages.",
	[LOOKUP_PROGRAM] =
		"Put the directory that has most of the programs first in PATH, or "
		"call them by their full names.",
	[LOOKUP_FILE] =
		"See which program searches, and tell it the place: an option or a "
		"variable with the full name spares the search.",
};

/* Directories in which nothing was ever found come out of the path without loss. */
static void
add_directories(const struct findings_input *in, struct finding *f)
{
	const struct patterns *p = in->patterns;
	struct top top = { .n = 0 };
	for (size_t i = 0; i < p->nlookups; i++)
		if (p->lookups[i].failed >= DIR_MIN && !p->lookups[i].found)
			top_offer(&top, p->lookups[i].failed, i);
	if (!top.n)
		return;
	struct finding_list *list = find_list(f, "Directories searched in vain", &top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top.n; i++) {
		const struct pattern_lookup *l = &p->lookups[top.e[i].row];
		strbuf_reset(&b);
		find_say_n(&b, l->failed, "look-up");
		strbuf_adds(&b, ", none found anything, ");
		units_add_time(&b, l->failed_ns);
		find_item(list, &in->agg->tables[AGG_DIRECTORY], top.e[i].row, &b);
	}
	strbuf_fini(&b);
}

static void
say_dirs(struct strbuf *b, const struct findings_input *in, const struct pattern_name *n)
{
	size_t ndirs = 0;
	while (ndirs < PATTERN_DIRS && n->dirs[ndirs])
		ndirs++;
	if (!ndirs)
		return;
	const struct agg_row *r =
		agg_table_row(&in->agg->tables[AGG_DIRECTORY], n->dirs[0] - 1);
	strbuf_adds(b, " in ");
	strbuf_addmem(b, r->name, r->len);
	if (n->more_dirs)
		strbuf_addf(b, " and %zu or more other directories", ndirs);
	else if (ndirs > 1)
		strbuf_addf(b, " and %zu other director%s", ndirs - 1,
			    ndirs == 2 ? "y" : "ies");
}

static void
add_names(const struct findings_input *in, struct finding *f)
{
	const struct patterns *p = in->patterns;
	struct top top = { .n = 0 };
	for (size_t i = 0; i < p->nnames; i++)
		if (p->name_info[i].failed)
			top_offer(&top, p->name_info[i].failed, i);
	struct finding_list *list = find_list(f, "Names looked for in vain", &top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top.n; i++) {
		const struct pattern_name *n = &p->name_info[top.e[i].row];
		strbuf_reset(&b);
		units_add_count(&b, n->failed);
		strbuf_adds(&b, " times not found");
		say_dirs(&b, in, n);
		if (n->found) {
			strbuf_adds(&b, ", afterwards found ");
			find_say_n(&b, n->found, "time");
		}
		find_say_who(&b, in, &n->who);
		find_item(list, &p->names, top.e[i].row, &b);
	}
	strbuf_fini(&b);
}

/* What they looked like, most first; returns the kind that there was most of. */
static enum lookup_kind
say_kinds(struct strbuf *b, const struct patterns *p)
{
	struct top top = { .n = 0 };
	for (size_t i = 0; i < LOOKUP_KINDS; i++)
		if (p->lookup_failed[i].calls)
			top_offer(&top, p->lookup_failed[i].calls, i);
	strbuf_adds(b, "By their names they were for ");
	for (size_t i = 0; i < top.n; i++) {
		strbuf_addf(b, "%s%s (", i ? ", " : "", kind_words[top.e[i].row]);
		units_add_count(b, top.e[i].key);
		strbuf_adds(b, ")");
	}
	strbuf_addch(b, '.');
	return (enum lookup_kind)top.e[0].row;
}

static bool
judge(const struct findings_input *in, struct finding *f)
{
	const struct patterns *p = in->patterns;
	struct pattern_sum sum = { 0 };
	for (size_t i = 0; i < LOOKUP_KINDS; i++) {
		sum.calls += p->lookup_failed[i].calls;
		sum.ns += p->lookup_failed[i].ns;
	}
	if (sum.calls < FAILED_MIN ||
	    (sum.calls * 20 < p->path_calls && !find_costs(in, sum.ns, COST_MIN)))
		return false;
	struct strbuf b = { 0 };
	units_add_count(&b, sum.calls);
	strbuf_adds(&b, " of ");
	find_say_n(&b, p->path_calls, "look-up");
	strbuf_adds(&b, " found nothing (ENOENT, ENOTDIR) and took ");
	find_say_cost(&b, in, sum.ns);
	strbuf_adds(&b, ". ");
	f->advice = kind_advice[say_kinds(&b, p)];
	f->what = b.p;
	f->cost_ns = sum.ns;
	add_directories(in, f);
	add_names(in, f);
	return true;
}

const struct finding_kind finding_lookups = {
	.id = "lookups",
	.title = "Look-ups that find nothing",
	.looked_at = "names looked for in vain",
	.judge = judge,
};
