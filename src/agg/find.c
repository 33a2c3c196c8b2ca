/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/find.h"

#include <string.h>

#include "base/units.h"
#include "base/xalloc.h"

void
top_offer(struct top *t, uint64_t key, size_t row)
{
	t->offered++;
	size_t at = t->n;
	while (at && t->e[at - 1].key < key)
		at--;
	if (at == FINDING_ITEMS)
		return;
	if (t->n < FINDING_ITEMS)
		t->n++;
	memmove(&t->e[at + 1], &t->e[at], (t->n - 1 - at) * sizeof(t->e[0]));
	t->e[at].key = key;
	t->e[at].row = row;
}

struct finding_list *
find_list(struct finding *f, const char *heading, const struct top *top)
{
	struct finding_list *list = f->lists;
	if (list->heading)
		list++;
	list->heading = heading;
	list->more = (size_t)top->offered - top->n;
	return list;
}

void
find_item_named(struct finding_list *list, struct text name, const struct strbuf *detail)
{
	struct finding_item *item = &list->items[list->n++];
	item->name = name;
	item->detail = xstrdup(strbuf_str(detail));
}

void
find_item(struct finding_list *list, const struct agg_table *table, size_t row,
	  const struct strbuf *detail)
{
	const struct agg_row *r = agg_table_row(table, row);
	find_item_named(list, (struct text){ r->name, r->len }, detail);
}

bool
find_costs(const struct findings_input *in, uint64_t ns, unsigned permille)
{
	return in->wall_ns && (double)ns * 1000 >= (double)in->wall_ns * permille;
}

void
find_say_cost(struct strbuf *b, const struct findings_input *in, uint64_t ns)
{
	units_add_time(b, ns);
	if (!in->wall_ns)
		return;
	if (find_costs(in, ns, 1)) {
		strbuf_adds(b, " (");
		units_add_share(b, ns, in->wall_ns);
	} else {
		strbuf_adds(b, " (less than 0.1%");
	}
	strbuf_adds(b, " of the wall time)");
}

void
find_say_who(struct strbuf *b, const struct findings_input *in,
	     const struct pattern_who *who)
{
	if (!who->row)
		return;
	/* "PID COMM", as agg keys them */
	const struct agg_row *r =
		agg_table_row(&in->agg->tables[AGG_PROCESS], who->row - 1);
	const char *blank = memchr(r->name, ' ', r->len);
	size_t pid_len = blank ? (size_t)(blank - r->name) : r->len;
	strbuf_adds(b, ", by ");
	if (blank && pid_len + 1 < r->len)
		strbuf_addmem(b, blank + 1, r->len - pid_len - 1);
	else
		strbuf_adds(b, "process");
	strbuf_adds(b, " (");
	strbuf_addmem(b, r->name, pid_len);
	strbuf_adds(b, ")");
	if (who->others)
		strbuf_adds(b, " and others");
}

void
find_say_n(struct strbuf *b, uint64_t n, const char *noun)
{
	units_add_count(b, n);
	strbuf_addf(b, " %s%s", noun, n == 1 ? "" : "s");
}
