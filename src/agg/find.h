/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kinds of findings share: the largest few of many, and how things are said.
 */
#ifndef IOTRACE_AGG_FIND_H
#define IOTRACE_AGG_FIND_H

#include "agg/findings.h"
#include "base/strbuf.h"

/* The rows with the greatest keys, greatest first. A zeroed struct is empty. */
struct top {
	struct {
		uint64_t key;
		size_t row;
	} e[FINDING_ITEMS];
	size_t n;
	uint64_t offered;
};

void top_offer(struct top *, uint64_t key, size_t row);

/* Starts the list of a finding with what TOP found; the caller appends its items. */
struct finding_list *find_list(struct finding *, const char *heading, const struct top *);

/* Appends an item: the name of row ROW of table TABLE and DETAIL, which is copied. */
void find_item(struct finding_list *, const struct agg_table *table, size_t row,
	       const struct strbuf *detail);

/* The same for a name that is in no table. */
void find_item_named(struct finding_list *, struct text name,
		     const struct strbuf *detail);

/* Do NS reach PERMILLE of the wall time? Never, if that is unknown. */
bool find_costs(const struct findings_input *, uint64_t ns, unsigned permille);

/* "1.2ms" and, where the wall time is known, " (3.4% of the wall time)" */
void find_say_cost(struct strbuf *, const struct findings_input *, uint64_t ns);

/* ", by make (123)", "and others" */
void find_say_who(struct strbuf *, const struct findings_input *,
		  const struct pattern_who *);

/* "1,234 files": the plural is NOUN with an s. */
void find_say_n(struct strbuf *, uint64_t n, const char *noun);

#endif
