/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw records in, events out. Decode is a function of the records and of the model that
 * earlier records built: it never touches a tracee, /proc or a clock, so a recording
 * decodes to the same events as the live run, byte for byte.
 */
#ifndef IOTRACE_DECODE_DECODE_H
#define IOTRACE_DECODE_DECODE_H

#include <stdbool.h>

#include "event/event.h"
#include "raw/raw.h"

struct decoder;

/* Where decoded things go. All borrow their argument for the call. */
struct decode_out {
	void (*event)(void *arg, const struct event *);
	void (*notice)(void *arg, const struct notice *);
	/* A call that has not returned yet, when some call lasted too long; no row. latency_ns
	 * is its age. NULL: nobody listens. */
	void (*in_flight)(void *arg, const struct event *);
	void (*program)(void *arg, const struct program *);
	void *arg;
};

struct decode_cfg {
	/* Calls that become events, a byte per number; numbers from syscall_nr_max + 1 on
	 * share the last one. Borrowed. NULL: all. */
	const unsigned char *selected;
	bool want_args; /* some output or filter reads the args column: it is costly */
};

struct decoder *decoder_new(const struct decode_cfg *, const struct decode_out *);

/* Decodes one record that raw_check() has passed; calls OUT for what comes of it. */
void decoder_feed(struct decoder *, const struct raw_rec *);

/* The stream is over at NS, whether or not its RAW_END came: rows and remarks for what
 * has not completed. */
void decoder_end(struct decoder *, uint64_t ns);

void decoder_free(struct decoder *);

#endif
