/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison for programs: an object for each total of the two runs, changed or not,
 * then one for each change.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "diff/diff.h"
#include "sink/json.h"
#include "sink/outfile.h"
#include "sink/sink.h"

struct diff_jsonl {
	struct sink sink;
	const struct diff *diff; /* borrowed */
};

static void
add_values(struct strbuf *b, enum diff_metric metric, uint64_t before, uint64_t after)
{
	strbuf_addf(b, "\"metric\":\"%s\",\"before\":%" PRIu64 ",\"after\":%" PRIu64,
		    diff_metrics[metric].name, before, after);
	if (before)
		strbuf_addf(b, ",\"percent\":%.2f",
			    100 * ((double)after - (double)before) / (double)before);
}

static void
add_totals(struct strbuf *b, const struct diff *d)
{
	for (unsigned i = 0; i < DIFF_METRICS; i++) {
		enum diff_metric metric = (enum diff_metric)i;
		strbuf_adds(b, "{\"table\":\"run\",");
		add_values(b, metric, diff_value(&d->before->agg->total, metric),
			   diff_value(&d->after->agg->total, metric));
		strbuf_adds(b, "}\n");
	}
}

static void
add_change(struct strbuf *b, const struct diff_change *c)
{
	strbuf_addf(b, "{\"table\":\"%s\",\"change\":\"%s\",", diff_table_name(c->table),
		    diff_kind_name(c->kind));
	if (c->name.p) {
		strbuf_adds(b, "\"name\":");
		json_add_text(b, "name", c->name);
		strbuf_addch(b, ',');
	}
	add_values(b, c->metric, c->before, c->after);
	strbuf_adds(b, "}\n");
}

static int
diff_jsonl_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	struct diff_jsonl *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = &sink_diff_jsonl_ops, .out = out };
	s->diff = cfg->diff;
	*sink = &s->sink;
	return 0;
}

static int
diff_jsonl_close(struct sink *sink, const struct session_end *end)
{
	struct diff_jsonl *s = container_of(sink, struct diff_jsonl, sink);
	int err = 0;
	if (end)
		add_totals(outfile_buf(sink->out), s->diff);
	for (size_t i = 0; end && i < s->diff->n && !err; i++) {
		add_change(outfile_buf(sink->out), &s->diff->changes[i]);
		err = outfile_room(sink->out);
	}
	if (!err)
		err = outfile_room(sink->out);
	free(s);
	return err;
}

const struct sink_ops sink_diff_jsonl_ops = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.help = "one JSON object a total and a change",
	.open = diff_jsonl_open,
	.close = diff_jsonl_close,
};
