/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/flame_sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

int
flame_sink_open(const struct sink_ops *ops, const struct sink_cfg *cfg,
		const struct flame_by *default_by, struct outfile *out,
		struct sink **sink)
{
	struct flame_sink *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = ops, .out = out };
	s->cfg = *cfg;
	s->flame = flame_new(cfg->by ? cfg->by : default_by, NULL);
	*sink = &s->sink;
	return 0;
}

int
flame_sink_session(struct sink *sink, const struct session_info *info)
{
	struct flame_sink *s = container_of(sink, struct flame_sink, sink);
	free(s->command);
	s->command = session_command(info);
	return 0;
}

int
flame_sink_emit(struct sink *sink, const struct event *ev)
{
	flame_add(container_of(sink, struct flame_sink, sink)->flame, ev);
	return 0;
}

int
flame_sink_count(struct sink *sink, const struct event *ev)
{
	struct event counted = *ev;
	counted.event_flags |= EVENT_COUNTED_ONLY;
	return flame_sink_emit(sink, &counted);
}

void
flame_sink_remarks(const struct flame_sink *s, const struct session_end *end)
{
	char line[160];
	uint64_t folded = flame_folded(s->flame);
	if (folded) {
		snprintf(line, sizeof(line),
			 "%" PRIu64
			 " events found no room in the tree and are in " FLAME_OTHER
			 "; totals are exact",
			 folded);
		sink_say(&s->cfg, s->sink.out, line);
	}
	if (end->counted_only) {
		snprintf(line, sizeof(line),
			 "%" PRIu64
			 " calls were only counted (--sample): they have no files, no"
			 " stack and no bytes here",
			 end->counted_only);
		sink_say(&s->cfg, s->sink.out, line);
	}
}

void
flame_sink_free(struct flame_sink *s)
{
	flame_free(s->flame);
	free(s->command);
	free(s);
}
