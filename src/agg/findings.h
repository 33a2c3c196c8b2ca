/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judgement: of what patterns.h counted, what a developer should look at, in words, with
 * its numbers and its cost in time. Each kind of finding is an entry in findings.def and
 * a file find_*.c; its threshold is written there and in iotrace-format(5). What is below
 * it is not mentioned.
 */
#ifndef IOTRACE_AGG_FINDINGS_H
#define IOTRACE_AGG_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "agg/patterns.h"

#define FINDING_ITEMS 5u
#define FINDING_LISTS 2u

/* What the calls concerned took, of the wall time. */
enum finding_weight {
	FINDING_NEGLIGIBLE, /* below 0.1 % */
	FINDING_SMALL,	    /* below 1 %, or the wall time is unknown */
	FINDING_MEDIUM,	    /* 1 % and more */
	FINDING_LARGE,	    /* 10 % and more */
};

/* Something concerned: bytes of traced programs, not safe to show as they are. */
struct finding_item {
	struct text name; /* borrowed from agg */
	char *detail;	  /* owned */
};

struct finding_list {
	const char *heading; /* NULL: the list is empty */
	struct finding_item items[FINDING_ITEMS];
	size_t n, more; /* shown; not shown */
};

struct finding {
	const struct finding_kind *kind;
	enum finding_weight weight;
	uint64_t cost_ns;   /* of the calls concerned together; threads may overlap */
	char *what;	    /* sentences. owned */
	const char *advice; /* what one would do about it. borrowed */
	struct finding_list lists[FINDING_LISTS];
};

struct findings_input {
	const struct agg *agg;		 /* borrowed */
	const struct patterns *patterns; /* borrowed */
	uint64_t start_ns, wall_ns;	 /* wall_ns 0: unknown */
};

struct finding_kind {
	const char *id;	       /* "tiny-reads": for links */
	const char *title;     /* a heading */
	const char *looked_at; /* what was looked for, where nothing is found */
	bool intended;	       /* often what the run is for: small at most */
	/* Is there something to tell? Then fills in all but kind and weight. */
	bool (*judge)(const struct findings_input *, struct finding *);
};

#define FINDING(id) extern const struct finding_kind finding_##id;
#include "agg/findings.def"
#undef FINDING

/* All kinds, in findings.def's order; ends with NULL. */
extern const struct finding_kind *const finding_kinds[];

struct findings {
	struct finding *f; /* owned; the weightiest first, then by cost */
	size_t n;
};

struct findings findings_judge(const struct findings_input *);
void findings_fini(struct findings *);

#endif
