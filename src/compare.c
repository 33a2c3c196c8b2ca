/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"
#include "capture/replay.h"
#include "diff/diff.h"
#include "pipeline.h"
#include "sink/outfile.h"

#define EXIT_REGRESSION	 1
#define EXIT_TROUBLE	 125
#define REGRESSIONS_SAID 10

/* One recording on its way into its side. */
struct reading {
	struct diff_side *side;
	char *select; /* owned: which calls it holds */
	uint64_t start_ns;
};

static void
on_session(void *arg, const struct session_info *info)
{
	struct reading *r = arg;
	free(r->side->command);
	free(r->select);
	r->side->command = session_command(info);
	r->select = info->select.p ? xmemdup0(info->select.p, info->select.len) : NULL;
	r->start_ns = info->start_ns;
}

static void
on_event(void *arg, const struct event *ev)
{
	struct reading *r = arg;
	diff_side_add(r->side, ev);
}

static void
poll_nothing(void *arg, struct engine *engine)
{
	(void)arg;
	(void)engine;
}

/* Reads the recording; false after saying what is wrong with it. One that only lacks its
 * end is compared as far as it goes. */
static bool
read_side(const struct options *opt, const char *file, struct reading *r)
{
	struct engine *engine;
	struct pipeline *p;
	char err[512];
	const struct pipeline_watch watch = { on_session, on_event, r };
	if (replay_open(file, &engine, err, sizeof(err))) {
		fprintf(stderr, "iotrace: %s\n", err);
		return false;
	}
	if (pipeline_open(opt, &p, err, sizeof(err))) {
		fprintf(stderr, "iotrace: %s\n", err);
		engine->ops->close(engine);
		return false;
	}
	pipeline_watch(p, &watch);
	bool ok = pipeline_run(p, engine, poll_nothing, NULL);
	ok &= pipeline_finish(p);
	const char *damage = replay_damage(engine);
	if (damage)
		fprintf(stderr, "iotrace: %s: %s; only what comes before is compared\n",
			file, damage);
	else if (ok && !pipeline_complete(p))
		fprintf(stderr,
			"iotrace: %s has no end: the run that wrote it was killed, or "
			"still "
			"writes it; what is there is compared\n",
			file);
	const struct session_end *end = pipeline_totals(p);
	if (end->end_ns > r->start_ns)
		r->side->wall_ns = end->end_ns - r->start_ns;
	pipeline_free(p);
	engine->ops->close(engine);
	return ok && !damage;
}

static bool
write_output(const struct options *opt, const struct output_spec *spec,
	     const struct diff *diff)
{
	struct outfile *out;
	struct sink *sink;
	const char *why = NULL;
	const struct session_end end = { .complete = true };
	int err = outfile_open(spec->target, &out, &why);
	if (err) {
		fprintf(stderr, "iotrace: cannot write '%s': %s\n", spec->target,
			why ? why : strerror(-err));
		return false;
	}
	const struct sink_cfg cfg = {
		.diff = diff,
		.top = opt->top,
		.colour = outfile_is_tty(out) && !getenv("NO_COLOR"),
	};
	err = spec->format->open(&cfg, out, &sink);
	if (!err)
		err = spec->format->close(sink, &end);
	char *name = xstrdup(outfile_name(out));
	if (err)
		outfile_discard(out);
	else
		err = outfile_commit(out);
	if (err)
		fprintf(stderr, "iotrace: %s: %s\n", name, strerror(-err));
	free(name);
	return !err;
}

/* Says what of --fail-on there is: the first few, and how many more. */
static bool
has_regressions(const struct diff *d, unsigned what)
{
	size_t n = 0;
	struct strbuf b = { 0 };
	for (size_t i = 0; i < d->n; i++) {
		const struct diff_change *c = &d->changes[i];
		const char *item = diff_fails(c, what);
		if (!item || n++ >= REGRESSIONS_SAID)
			continue;
		strbuf_reset(&b);
		strbuf_addf(&b, "iotrace: %s: ", item);
		if (c->name.p)
			escape_terminal(&b, c->name.p, c->name.len);
		else
			strbuf_adds(&b, "the whole run");
		if (c->table == AGG_FILE) {
			strbuf_adds(&b, " appeared");
		} else {
			strbuf_addf(&b, ": %s ", diff_metrics[c->metric].name);
			diff_add_value(&b, c->metric, c->before);
			strbuf_adds(&b, " -> ");
			diff_add_value(&b, c->metric, c->after);
		}
		fprintf(stderr, "%s\n", strbuf_str(&b));
	}
	if (n > REGRESSIONS_SAID)
		fprintf(stderr, "iotrace: and %zu more regressions\n",
			n - REGRESSIONS_SAID);
	strbuf_fini(&b);
	return n > 0;
}

static int
compare(const struct options *opt, const struct diff_side side[2])
{
	struct diff diff;
	diff_init(&diff, &side[0], &side[1], opt->threshold_pct);
	bool ok = true;
	for (size_t i = 0; i < opt->noutputs; i++)
		ok &= write_output(opt, &opt->outputs[i], &diff);
	bool worse = has_regressions(&diff, opt->fail_on);
	diff_fini(&diff);
	if (!ok)
		return EXIT_TROUBLE;
	return worse ? EXIT_REGRESSION : 0;
}

static bool
same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

int
compare_recordings(const struct options *opt)
{
	struct options reading_opt = *opt;
	struct diff_side side[2];
	struct reading r[2] = { { .side = &side[0] }, { .side = &side[1] } };
	bool ok = true;
	reading_opt.noutputs = 0; /* nobody writes while the recordings are read */
	for (int i = 0; i < 2; i++) {
		diff_side_init(&side[i], opt->argv[i], opt->exact_names);
		ok = ok && read_side(&reading_opt, opt->argv[i], &r[i]);
	}
	if (ok && !opt->select_given && !opt->quiet &&
	    !same_text(r[0].select, r[1].select))
		fprintf(stderr,
			"iotrace: the recordings hold different calls (%s and %s): "
			"compare "
			"what both have with -e\n",
			r[0].select ? r[0].select : "?", r[1].select ? r[1].select : "?");
	int status = ok ? compare(opt, side) : EXIT_TROUBLE;
	for (int i = 0; i < 2; i++) {
		diff_side_fini(&side[i]);
		free(r[i].select);
	}
	return status;
}
