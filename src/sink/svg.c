/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flame graph of a run as a file that any browser opens (flame_svg.c).
 */
#include "base/strbuf.h"
#include "sink/flame_sink.h"
#include "sink/flame_svg.h"

static int
svg_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	return flame_sink_open(&sink_svg_ops, cfg, &flame_by_picture, out, sink);
}

static int
svg_close(struct sink *sink, const struct session_end *end)
{
	struct flame_sink *s = container_of(sink, struct flame_sink, sink);
	int err = 0;
	if (end) {
		const struct flame_svg_opts opts = {
			.metric = s->cfg.metric,
			.title = s->command ? s->command : "Attached processes",
		};
		err = flame_svg_write(sink->out, s->flame, &opts);
		flame_sink_remarks(s, end);
	}
	flame_sink_free(s);
	return err;
}

const struct sink_ops sink_svg_ops = {
	.name = "svg",
	.suffix = ".svg",
	.help = "a flame graph for any browser, with zoom and search (--by, --metric)",
	.reads = FLAME_READS,
	.takes_by = true,
	.open = svg_open,
	.session = flame_sink_session,
	.emit = flame_sink_emit,
	.count = flame_sink_count,
	.close = svg_close,
};
