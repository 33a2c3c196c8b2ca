/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes are added up in bins. A run of hours would have too many of them, so each time
 * that BINS have been written they become twice as long: their number grows with the
 * logarithm of the run. The depth of the queue is known only when the requests are over,
 * which is also when their rows come, so its steps are kept until the end; the limit of
 * the file bounds them.
 */
#include "sink/trace_counters.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sink/outfile.h"
#include "sink/trace_writer.h"

#define FIRST_BIN_NS UINT64_C(10000000)
#define BINS	     4096u

void
trace_counters_fini(struct trace_counters *c)
{
	free(c->steps);
}

static void
put_rate(struct trace_counters *c, struct trace_writer *w, uint64_t ns, uint64_t read,
	 uint64_t written)
{
	if (!c->named) {
		c->named = true;
		trace_event_begin_literal(w, TRACE_METADATA, "process_name", ns, 0, 0);
		trace_arg_text(w, "name", (struct text){ "all processes", 13 });
		trace_event_end(w);
	}
	trace_event_begin_literal(w, TRACE_COUNTER, "bytes/s", ns, 0, 0);
	trace_arg_u64(w, "read", read);
	trace_arg_u64(w, "written", written);
	trace_event_end(w);
	c->samples++;
}

static uint64_t
per_second(uint64_t bytes, uint64_t ns)
{
	return (uint64_t)((double)bytes * (double)NSEC_PER_SEC / (double)ns);
}

/* Ends the current bin; up to END, which begins another one, nothing happened. */
static void
end_bin(struct trace_counters *c, struct trace_writer *w, uint64_t end)
{
	uint64_t start = c->bin * c->bin_ns;
	if (c->read || c->written) {
		put_rate(c, w, start, per_second(c->read, c->bin_ns),
			 per_second(c->written, c->bin_ns));
		c->idle = false;
	}
	bool gap = end > start + c->bin_ns || !(c->read || c->written);
	if (gap && !c->idle) {
		put_rate(c, w, c->read || c->written ? start + c->bin_ns : start, 0, 0);
		c->idle = true;
	}
	c->read = c->written = 0;
}

void
trace_counters_bytes(struct trace_counters *c, struct trace_writer *w,
		     const struct event *ev)
{
	if (!event_has(ev, EV_bytes) || !ev->bytes)
		return;
	if (!c->bin_ns) {
		c->bin_ns = FIRST_BIN_NS;
		c->idle = true;
	}
	uint64_t bin = (ev->time_ns + ev->latency_ns) / c->bin_ns;
	/* Rows come in the order of their ends, but for those of requests that were found
	 * complete later. */
	if (bin > c->bin) {
		end_bin(c, w, bin * c->bin_ns);
		if (c->samples >= BINS) {
			c->samples = 0;
			c->bin_ns *= 2;
			bin /= 2;
		}
		c->bin = bin;
	}
	if (ev->desc->bytes == BYTES_READ || ev->desc->bytes == BYTES_TRANSFER)
		c->read += ev->bytes;
	if (ev->desc->bytes == BYTES_WRITE || ev->desc->bytes == BYTES_TRANSFER)
		c->written += ev->bytes;
}

void
trace_counters_request(struct trace_counters *c, uint64_t start_ns, uint64_t end_ns)
{
	if (c->nsteps + 2 > c->cap) {
		c->cap = c->cap ? c->cap * 2 : 256;
		c->steps = xreallocarray(c->steps, c->cap, sizeof(*c->steps));
	}
	c->steps[c->nsteps++] = start_ns << 1;
	c->steps[c->nsteps++] = end_ns << 1 | 1;
}

static int
compare_steps(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;
	return a < b ? -1 : a > b;
}

int
trace_counters_end(struct trace_counters *c, struct trace_writer *w)
{
	if (c->bin_ns)
		end_bin(c, w, UINT64_MAX);
	if (!c->nsteps)
		return 0;
	qsort(c->steps, c->nsteps, sizeof(*c->steps), compare_steps);
	int64_t depth = 0;
	for (size_t i = 0; i < c->nsteps; i++) {
		uint64_t ns = c->steps[i] >> 1;
		depth += c->steps[i] & 1 ? -1 : 1;
		if (i + 1 < c->nsteps && c->steps[i + 1] >> 1 == ns)
			continue; /* one sample a moment */
		trace_event_begin_literal(w, TRACE_COUNTER, "queue depth", ns, 0, 0);
		trace_arg_i64(w, "requests", depth);
		trace_event_end(w);
		int err = outfile_room(w->out);
		if (err)
			return err;
	}
	return 0;
}
