/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the forms of the list of dependencies share: they write when the run is over, from
 * a struct deps that the pipeline has filled.
 */
#ifndef IOTRACE_SINK_DEPS_SINK_H
#define IOTRACE_SINK_DEPS_SINK_H

#include "deps/deps.h"
#include "sink/sink.h"

struct deps_sink {
	struct sink sink;
	struct sink_cfg cfg;
	char *command; /* owned; NULL: none */
};

int deps_sink_open(const struct sink_ops *, const struct sink_cfg *, struct outfile *,
		   struct sink **out);
int deps_sink_session(struct sink *, const struct session_info *);
void deps_sink_free(struct deps_sink *);

/* NAME as seen from where the command was started: without that directory if below it. */
struct text deps_sink_relative(const struct deps_sink *, struct text name);

#endif
