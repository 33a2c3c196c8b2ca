/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that run a pipeline: tracing a program, reading a recording.
 */
#ifndef IOTRACE_RUN_H
#define IOTRACE_RUN_H

#include "cli/options.h"

/* Traces opt->argv and opt->pids. Returns the exit status of cli.md section 9; does not
 * return if the command died of a signal, but dies of the same. */
int run_trace(const struct options *opt);

/* Reads the recording opt->argv[0] into the outputs. Returns the exit status. */
int run_report(const struct options *opt);

#endif
