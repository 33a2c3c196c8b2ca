/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the outputs made of a tree of frames share: they gather events while the run lasts
 * and write all at its end.
 */
#ifndef IOTRACE_SINK_FLAME_SINK_H
#define IOTRACE_SINK_FLAME_SINK_H

#include "agg/flame.h"
#include "sink/sink.h"

struct flame_sink {
	struct sink sink;
	struct sink_cfg cfg;
	struct flame *flame; /* owned */
	char *command;	     /* owned, any bytes; NULL: none */
};

/* The slots open (for OPS), session, emit and count of these outputs. */
int flame_sink_open(const struct sink_ops *, const struct sink_cfg *,
		    const struct flame_by *default_by, struct outfile *,
		    struct sink **out);
int flame_sink_session(struct sink *, const struct session_info *);
int flame_sink_emit(struct sink *, const struct event *);
int flame_sink_count(struct sink *, const struct event *);

/* Says what a reader must know of the sums, if anything. */
void flame_sink_remarks(const struct flame_sink *, const struct session_end *);

void flame_sink_free(struct flame_sink *);

#endif
