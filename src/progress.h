/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line on the terminal that tells how far a long report has come. It stands there only
 * until something else is said.
 */
#ifndef IOTRACE_PROGRESS_H
#define IOTRACE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool enabled;
	bool shown;
	unsigned quiet_ticks; /* before the first line: short work needs none */
};

/* WANTED: nobody else writes to the terminal meanwhile. Without a terminal on standard
 * error nothing is ever shown. */
void progress_init(struct progress *, bool wanted);

/* Shows that DONE of TOTAL (0: unknown) bytes became EVENTS events. Call it now and then,
 * a few times a second. */
void progress_show(struct progress *, uint64_t done, uint64_t total, uint64_t events);

/* Takes the line away, for what else is to be written. */
void progress_erase(struct progress *);

#endif
