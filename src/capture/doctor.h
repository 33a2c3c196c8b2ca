/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges whether tracing can work, from what a host says and probes have shown.
 */
#ifndef IOTRACE_CAPTURE_DOCTOR_H
#define IOTRACE_CAPTURE_DOCTOR_H

#include <stddef.h>

struct host;
struct probes;

enum verdict {
	VERDICT_OK,
	VERDICT_LIMITED, /* tracing works, with the effect that is said */
	VERDICT_BROKEN,  /* COMMAND cannot be traced */
};

struct check {
	const char *name; /* of what was looked at, one word */
	enum verdict verdict;
	char state[256];  /* what was found */
	char effect[160]; /* what follows from it; empty if nothing */
	char remedy[256]; /* a command or setting; empty if none is needed, or known */
};

#define DOCTOR_CHECKS 10

/* Fills CHECKS, all that there are. How many of them are VERDICT_BROKEN: none, and tracing
 * works here. */
unsigned doctor_judge(const struct host *, const struct probes *,
		      struct check checks[DOCTOR_CHECKS]);

#endif
