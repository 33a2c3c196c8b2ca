/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command line must know of the summary: the columns it can be sorted by.
 */
#ifndef IOTRACE_SINK_SUMMARY_H
#define IOTRACE_SINK_SUMMARY_H

#include <stdbool.h>

/* Is NAME a column for --sort (sink_cfg.sort)? */
bool summary_sort_valid(const char *name);

/* All of them, "calls, errors, ..."; for messages. A literal. */
const char *summary_sort_names(void);

#endif
