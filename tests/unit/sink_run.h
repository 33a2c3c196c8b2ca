/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink on a real output file, whose bytes a test reads back. All fail the running test on
 * any error.
 */
#ifndef IOTRACE_TESTS_SINK_RUN_H
#define IOTRACE_TESTS_SINK_RUN_H

#include "sink/outfile.h"
#include "sink/sink.h"

struct sink_run {
	const struct sink_ops *ops;
	struct outfile *out;
	struct sink *sink;
	char path[64];
};

/* Opens format NAME on a new file; CFG may be NULL. */
struct sink_run sink_run_start(const char *name, const struct sink_cfg *cfg);

void sink_run_emit(struct sink_run *, const struct event *);

/* Ends the run and removes the file. Its bytes, with a NUL behind; the caller frees. */
char *sink_run_end(struct sink_run *, const struct session_end *end);

/* How often WHAT stands IN. */
size_t occurrences(const char *in, const char *what);

#endif
