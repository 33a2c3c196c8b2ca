/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command diff: two recordings through the pipeline, then the comparison of both.
 */
#ifndef IOTRACE_COMPARE_H
#define IOTRACE_COMPARE_H

#include "cli/options.h"

/* Compares the recordings opt->argv[0] and [1]. Returns the exit status: 0, 1 for what
 * --fail-on names, 125 for trouble. */
int compare_recordings(const struct options *opt);

#endif
