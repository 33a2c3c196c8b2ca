/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flow of a run: engine → records → decoder → events → sampling → filter → sinks.
 * Owns the decoder and the sinks; the engine and the options are its user's.
 */
#ifndef IOTRACE_PIPELINE_H
#define IOTRACE_PIPELINE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "capture/engine.h"
#include "cli/options.h"

struct deps;
struct pipeline;

/*
 * Opens all outputs of OPT, before anything runs: an output that cannot be written is
 * known at once. 0, or -errno with one line in ERR.
 */
int pipeline_open(const struct options *opt, struct pipeline **out, char *err, size_t errlen)
	IT_MUST_CHECK;

/* Flushes what live outputs hold back; for the ticks of a timer. */
void pipeline_tick(struct pipeline *);

/* Tells a user at a terminal how far a report is: DONE of TOTAL bytes (0: unknown). */
void pipeline_show_progress(struct pipeline *, uint64_t done, uint64_t total);

/*
 * Takes records from ENGINE until its stream ends. POLL is called before every record and
 * after every interrupted wait: it may call engine->ops->interrupt. Returns whether all
 * outputs could be written; each failure has been said on standard error, once.
 */
bool pipeline_run(struct pipeline *, struct engine *engine,
                  void (*poll)(void *arg, struct engine *), void *arg) IT_MUST_CHECK;

/* Did the stream of records come to its proper end, or to the one that --limit set? After
 * pipeline_run. */
bool pipeline_complete(const struct pipeline *);

/* The list of dependencies, full after pipeline_finish; NULL where none was asked for. */
const struct deps *pipeline_deps(const struct pipeline *);

/* What is known at the end; after pipeline_finish. */
const struct session_end *pipeline_totals(const struct pipeline *);

/* Somebody who wants events without being an output; slots may be NULL. */
struct pipeline_watch {
	void (*session)(void *arg, const struct session_info *);
	void (*event)(void *arg, const struct event *); /* those that pass */
	void *arg;
};

/* Before pipeline_run. */
void pipeline_watch(struct pipeline *, const struct pipeline_watch *);

/* Completes the outputs and puts them in place. Returns as pipeline_run. */
bool pipeline_finish(struct pipeline *) IT_MUST_CHECK;

/* Frees; outputs that were not finished leave their targets as they were. */
void pipeline_free(struct pipeline *);

#endif
