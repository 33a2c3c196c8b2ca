/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agg/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define LOW_BITS 8u /* the first class is below 2^(LOW_BITS + 1) ns */

struct timeline *
timeline_new(void)
{
	struct timeline *t = xcalloc(1, sizeof(*t));
	t->bin_ns = TIMELINE_FIRST_NS;
	return t;
}

void
timeline_free(struct timeline *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->ntracks; i++)
		free(t->tracks[i]);
	free(t);
}

void
timeline_start(struct timeline *t, uint64_t start_ns)
{
	t->start_ns = start_ns;
}

size_t
timeline_latency(uint64_t latency_ns)
{
	if (latency_ns < 2u << LOW_BITS)
		return 0;
	size_t bits = 63u - (unsigned)__builtin_clzll(latency_ns) - LOW_BITS;
	return bits < TIMELINE_LATENCIES ? bits : TIMELINE_LATENCIES - 1;
}

uint64_t
timeline_latency_low(size_t latency)
{
	return latency ? UINT64_C(1) << (latency + LOW_BITS) : 0;
}

static void
bin_merge(struct timeline_bin *to, const struct timeline_bin *from)
{
	to->calls += from->calls;
	to->bytes_read += from->bytes_read;
	to->bytes_written += from->bytes_written;
}

/* Each two bins become one; the other half is free. */
static void
halve(struct timeline *t)
{
	for (size_t k = 0; k < t->ntracks; k++) {
		struct timeline_bin *b = t->tracks[k]->bins;
		for (size_t i = 0; i < TIMELINE_BINS / 2; i++) {
			struct timeline_bin sum = b[2 * i];
			bin_merge(&sum, &b[2 * i + 1]);
			b[i] = sum;
		}
		memset(b + TIMELINE_BINS / 2, 0, sizeof(*b) * TIMELINE_BINS / 2);
	}
	for (size_t i = 0; i < TIMELINE_BINS / 2; i++)
		for (size_t k = 0; k < TIMELINE_LATENCIES; k++)
			t->latencies[i][k] =
				t->latencies[2 * i][k] + t->latencies[2 * i + 1][k];
	memset(t->latencies[TIMELINE_BINS / 2], 0,
	       sizeof(t->latencies[0]) * TIMELINE_BINS / 2);
	t->bin_ns *= 2;
	t->nbins = (t->nbins + 1) / 2;
}

static size_t
bin_of(struct timeline *t, uint64_t ns)
{
	/* An attached task may have been inside a call before the trace began. */
	uint64_t since = ns > t->start_ns ? ns - t->start_ns : 0;
	while (since / t->bin_ns >= TIMELINE_BINS)
		halve(t);
	size_t i = since / t->bin_ns;
	if (i >= t->nbins)
		t->nbins = i + 1;
	return i;
}

static struct timeline_track *
track_of(struct timeline *t, struct text comm)
{
	struct timeline_track *track;
	if (comm.len >= sizeof(track->comm))
		comm.len = sizeof(track->comm) - 1;
	for (size_t i = 0; i < t->ntracks; i++)
		if (strlen(t->tracks[i]->comm) == comm.len &&
		    !memcmp(t->tracks[i]->comm, comm.p, comm.len))
			return t->tracks[i];
	if (t->ntracks == TIMELINE_NAMES + 1)
		return t->tracks[TIMELINE_NAMES];
	track = t->tracks[t->ntracks] = xcalloc(1, sizeof(*track));
	if (t->ntracks++ < TIMELINE_NAMES && comm.len)
		memcpy(track->comm, comm.p, comm.len);
	return track;
}

void
timeline_add(struct timeline *t, const struct event *ev)
{
	bool returned = event_has(ev, EV_ret) && event_has(ev, EV_latency_ns);
	if (!t->start_ns)
		t->start_ns = ev->time_ns;
	size_t i = bin_of(t, ev->time_ns + (returned ? ev->latency_ns : 0));
	struct timeline_bin one = { .calls = 1 };
	if (!(ev->event_flags & EVENT_COUNTED_ONLY) && event_has(ev, EV_bytes)) {
		if (ev->desc->bytes == BYTES_READ || ev->desc->bytes == BYTES_TRANSFER)
			one.bytes_read = ev->bytes;
		if (ev->desc->bytes == BYTES_WRITE || ev->desc->bytes == BYTES_TRANSFER)
			one.bytes_written = ev->bytes;
	}
	struct text comm = event_has(ev, EV_comm) ? ev->comm : (struct text){ "?", 1 };
	struct timeline_track *track = track_of(t, comm);
	bin_merge(&track->bins[i], &one);
	bin_merge(&track->sum, &one);
	if (returned)
		t->latencies[i][timeline_latency(ev->latency_ns)]++;
}
