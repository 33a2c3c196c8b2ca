/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which events become output: one expression tree, whether it was written with --filter
 * or with the short options (-P, --comm, -z, -Z, --slower-than), which are compiled to
 * the same nodes.
 */
#ifndef IOTRACE_FILTER_FILTER_H
#define IOTRACE_FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "event/event.h"

struct filter;

struct filter_error {
	size_t column; /* of the mistake, from 1, in bytes of the expression */
	char text[160];
};

/* A filter that passes everything. */
struct filter *filter_new(void);

void filter_free(struct filter *);

/*
 * Narrows the filter by an expression of cli.md section 3. 0, or -EINVAL with *ERR set.
 * Precedence: not, comparison, and, or; fields are the columns; == and != compare
 * exactly, ~ and !~ glob (fnmatch(3), where * also matches /) on text. A comparison with
 * a column that is absent from an event is false, a negated operator's too.
 */
int filter_add_expr(struct filter *, const char *expr,
		    struct filter_error *err) IT_MUST_CHECK;

/* The column called NAME, where columns in nanoseconds may go without their _ns (latency,
 * gap, time, timeout, requested_sleep), or -1. */
int filter_column_find(const char *name, size_t len);

/* The columns whose names are close to NAME, as "a, b or c", into BUF of SIZE bytes,
 * which it returns; "" if none is. */
const char *filter_column_nearest(const char *name, size_t len, char *buf, size_t size);

/* Narrows by: file or old_file matches any of the N globs. Copies them. */
void filter_add_paths(struct filter *, const char *const *globs, size_t n);

/* Narrows by: comm matches any of the N globs. */
void filter_add_comms(struct filter *, const char *const *globs, size_t n);

void filter_add_successful(struct filter *); /* -z */
void filter_add_failed(struct filter *);     /* -Z */
void filter_add_slower(struct filter *, uint64_t ns);

bool filter_pass(const struct filter *, const struct event *);

/* Does any node read this column? (args is costly to make.) */
bool filter_reads(const struct filter *, enum event_field_id);

/*
 * A time such as "100us", "2.5s", "5" (seconds unless BARE_NS) in ns into *NS: 0, or
 * -EINVAL, -ERANGE. Units ns us ms s m h.
 */
int parse_time_ns(const char *s, bool bare_ns, uint64_t *ns) IT_MUST_CHECK;

/* A size or count such as "4096", "64K", "1M", "2G" (powers of 1024): 0 or -errno. */
int parse_size(const char *s, uint64_t *v) IT_MUST_CHECK;

#endif
