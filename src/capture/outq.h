/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that are ready to be handed out, in order: one stop can make several.
 */
#ifndef IOTRACE_CAPTURE_OUTQ_H
#define IOTRACE_CAPTURE_OUTQ_H

#include <stddef.h>
#include <stdint.h>

#include "raw/raw_build.h"

struct outq {
	char *bytes; /* owned */
	size_t len, cap;
	size_t next;  /* where the record to hand out begins */
	uint64_t seq; /* of the last record queued */
};

void outq_fini(struct outq *);

/* Queues a copy of the record with the next seq. */
void outq_put(struct outq *, const struct raw_rec *);

/* The oldest record, valid until the next outq_put; NULL if there is none. */
const struct raw_rec *outq_take(struct outq *);

#endif
