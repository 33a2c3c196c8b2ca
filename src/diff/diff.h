/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two runs compared: what appeared, vanished or changed beyond a threshold, of the whole
 * run and by call, file, directory, process name and error.
 */
#ifndef IOTRACE_DIFF_DIFF_H
#define IOTRACE_DIFF_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "base/strbuf.h"
#include "event/event.h"

/* What is compared of each row. */
enum diff_metric {
#define DIFF_METRIC(id, name, unit, minimum, factor, help) DIFF_##id,
#include "diff/metrics.def"
	DIFF_METRICS
};

enum diff_unit { DIFF_COUNT, DIFF_BYTES, DIFF_TIME };

struct diff_metric_desc {
	const char *name;
	enum diff_unit unit;
	uint64_t minimum; /* smaller differences are none */
	unsigned factor;  /* of the threshold: what varies by itself needs more */
};

extern const struct diff_metric_desc diff_metrics[DIFF_METRICS];

/* What a run comes to. */
struct diff_side {
	const char *file; /* borrowed: the recording's name */
	char *command;	  /* owned; or NULL */
	struct agg *agg;  /* owned; processes have pid 0, names are normal */
	uint64_t wall_ns; /* 0: unknown */
	bool exact_names; /* leave names as they are */
	struct strbuf name;
};

void diff_side_init(struct diff_side *, const char *file, bool exact_names);
void diff_side_fini(struct diff_side *);

void diff_side_add(struct diff_side *, const struct event *);

enum diff_change_kind { DIFF_APPEARED, DIFF_VANISHED, DIFF_INCREASED, DIFF_DECREASED };

/* The tables of agg.h, and the run as a whole. */
#define DIFF_TOTAL  AGG_TABLES
#define DIFF_TABLES (AGG_TABLES + 1)

struct diff_change {
	unsigned table;	  /* enum agg_table_id or DIFF_TOTAL */
	struct text name; /* borrowed from the sides */
	enum diff_change_kind kind;
	enum diff_metric metric;
	uint64_t before, after;
	double weight; /* the difference as a share of the whole run's value */
};

struct diff {
	const struct diff_side *before, *after; /* borrowed */
	unsigned threshold_pct;
	struct diff_change *changes; /* owned; by table, the weightiest first */
	size_t n, cap;
};

/* Compares; the sides live longer than the result. */
void diff_init(struct diff *, const struct diff_side *before,
	       const struct diff_side *after, unsigned threshold_pct);
void diff_fini(struct diff *);

/* A metric of a row; ROW may be NULL: 0. */
uint64_t diff_value(const struct agg_row *row, enum diff_metric);

/* The changes of TABLE: the first one, or NULL; *N of them. */
const struct diff_change *diff_of_table(const struct diff *, unsigned table, size_t *n);

/* "Calls", "Files", ...; "call", "file", ... */
const char *diff_table_title(unsigned table);
const char *diff_table_name(unsigned table);

/* ---- words ---- */

/* "appeared", "vanished", "increased", "decreased" */
const char *diff_kind_name(enum diff_change_kind);

/* Appends a value in its metric's unit, for people. */
void diff_add_value(struct strbuf *, enum diff_metric, uint64_t value);

/* Appends "+12%", "-3%", "new", "gone". */
void diff_add_percent(struct strbuf *, const struct diff_change *);

/* Appends the comparison in a few sentences, without line breaks. */
void diff_add_headline(struct strbuf *, const struct diff *);

/* ---- regressions ---- */

enum diff_fail {
	DIFF_FAIL_CALLS = 0x1u,
	DIFF_FAIL_BYTES = 0x2u,
	DIFF_FAIL_ERRORS = 0x4u,
	DIFF_FAIL_LATENCY = 0x8u,
	DIFF_FAIL_NEW_FILES = 0x10u,
};

/* The LIST of --fail-on into *WHAT. 0, or -EINVAL with one line in ERR. */
int diff_fail_parse(const char *list, unsigned *what, char *err, size_t errlen);

/*
 * Is CHANGE one of those in WHAT, enum diff_fail? calls, bytes, errors and latency are
 * more of it in the whole run, in a call or in an error; new-files are files that
 * appeared, but for the kernel's own. Returns the item's name, or NULL.
 */
const char *diff_fails(const struct diff_change *, unsigned what);

#endif
