/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* Of the calls of progress_show. */
#define QUIET_TICKS 2u

/* ECMA-48: back to the first column, and erase the line. */
#define ERASE "\r\033[K"

void
progress_init(struct progress *p, bool wanted)
{
	*p = (struct progress){ .enabled = wanted && isatty(STDERR_FILENO) };
}

void
progress_show(struct progress *p, uint64_t done, uint64_t total, uint64_t events)
{
	if (!p->enabled || p->quiet_ticks++ < QUIET_TICKS)
		return;
	/* Shorter than any terminal, so that it needs no second line. */
	fputs(ERASE, stderr);
	if (total && done <= total)
		fprintf(stderr, "%3.0f%%, ", 100 * (double)done / (double)total);
	fprintf(stderr, "%.1f million events", (double)events / 1e6);
	fflush(stderr);
	p->shown = true;
}

void
progress_erase(struct progress *p)
{
	if (!p->shown)
		return;
	fputs(ERASE, stderr);
	fflush(stderr);
	p->shown = false;
}
