/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recording: raw records as they came, through raw_writer. Unlike other outputs it is
 * worth something half done, so it grows under the name FILE.part, which iotrace report
 * reads up to its last frame, and it writes a frame at least every second of records and,
 * in quiet moments, of time. A killed run loses what came after the last frame.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "raw/raw_file.h"
#include "sink/outfile.h"
#include "sink/sink.h"

/* Frames of their own cost compression; more than one a second would be wasteful. */
#define FLUSH_NS NSEC_PER_SEC

struct recording {
	struct sink sink;
	struct raw_writer *writer; /* owned */
	uint64_t flushed_ns;	   /* boot time of the last frame, as records tell it */
};

static struct recording *
recording_of(struct sink *sink)
{
	return container_of(sink, struct recording, sink);
}

static int
recording_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	(void)cfg;
	outfile_keep_part(out);
	int rc = outfile_flush(out);
	if (rc < 0)
		return rc;
	struct recording *r = xcalloc(1, sizeof(*r));
	r->sink.ops = &sink_recording_ops;
	r->sink.out = out;
	r->flushed_ns = clock_boot_ns();
	rc = raw_writer_new(outfile_fd(out), &r->writer);
	if (rc < 0) {
		free(r);
		return rc;
	}
	*sink = &r->sink;
	return 0;
}

/* Writes a frame if the last one is old enough at NOW. */
static int
flush_if_due(struct recording *r, uint64_t now)
{
	/* Signed: a recording that is copied may tell times before ours. */
	if ((int64_t)(now - r->flushed_ns) < (int64_t)FLUSH_NS)
		return 0;
	r->flushed_ns = now;
	return raw_writer_flush(r->writer);
}

static int
recording_record(struct sink *sink, const struct raw_rec *rec)
{
	struct recording *r = recording_of(sink);
	int rc = raw_writer_put(r->writer, rec);
	/* Without it the rest could not be read: at once. */
	if (rc >= 0 && rec->kind == RAW_SESSION)
		rc = raw_writer_flush(r->writer);
	return rc < 0 ? rc : flush_if_due(r, rec->exit_ns);
}

static int
recording_tick(struct sink *sink)
{
	return flush_if_due(recording_of(sink), clock_boot_ns());
}

static int
recording_close(struct sink *sink, const struct session_end *end)
{
	(void)end;
	struct recording *r = recording_of(sink);
	int rc = raw_writer_free(r->writer);
	free(r);
	return rc;
}

const struct sink_ops sink_recording_ops = {
	.name = "recording",
	.suffix = ".iotrace",
	.help = "everything, for iotrace report: raw records, compressed",
	.open = recording_open,
	.record = recording_record,
	.tick = recording_tick,
	.close = recording_close,
};
