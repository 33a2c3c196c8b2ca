/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry of the scenarios and the language in which they say what must be seen.
 *
 * `ioworkload --expect NAME` prints lines. Directives come first:
 *
 *	scenario NAME
 *	options OPTION...        iotrace is to be run with these
 *	helper                   `ioworkload --helper NAME` must run beside it, untraced
 *	ignore CALL|file=GLOB... rows that are not compared: what libc or waiting adds
 *	total CALL=NUMBER...     calls of the whole run, whether they became rows or not
 *	status NUMBER            what the run ends with
 *	whole                    there are no markers: all rows of the trace are compared
 *	attach                   iotrace attaches when the scenario is set up
 *
 * Then a line a row, between the marker rows, in the order of each task; tasks are
 * independent of each other:
 *
 *	[TASK[*N]:] [N*] CALL FAMILY KIND [COLUMN=VALUE]...
 *
 * TASK is the first thread if absent; t1, t2 are threads of it, p1, p2 other processes,
 * p1.t1 a thread of p1. "t1*40:" means forty threads that all look like this. "4*" means
 * the row four times; "0-4*" at most four times. After a successful exec a task's rows
 * are left out up to and including access("/ioworkload-resume").
 *
 * "repeat N" begins a block of rows that ends at "end" and comes N times. In it variables
 * that begin with $_ are the round's own, and [300+i] is 300 plus its number, from 0.
 * %name% is the value of a parameter of the scenario.
 *
 * COLUMN is one of iotrace-format(5). A VALUE is one of
 *
 *	text        exactly this; \xHH and \\ escape; a leading @ is the scratch
 *	            directory; {N:text} is text N times; flags are compared as a set
 *	-ENAME      in ret: the negative errno; the column error must then be ENAME
 *	-           absent
 *	*           present
 *	?           not compared
 *	>N >=N <=N  a number
 *	~GLOB       text in which * stands for anything
 *	$v          the same as everywhere else in the scenario; $t1 is the tid of task t1
 *	$v~GLOB $v>=N   both
 *
 * A column that a line does not name must be as nothing: ret 0; fd, file, old_file and
 * the epoll columns absent; bytes, address_space_bytes, requested_sleep_ns, nfds and
 * timeout_ns absent or 0; comm "ioworkload". flags, peer, offset, requested, restarts,
 * aio_id, args, stack and times are compared only where named.
 */
#include <stdio.h>
#include <string.h>

#include "scenario.h"

#define SCENARIO(id) extern const struct scenario sc_##id;
#include "scenarios.def"
#undef SCENARIO

const struct scenario *const scenarios[] = {
#define SCENARIO(id) &sc_##id,
#include "scenarios.def"
#undef SCENARIO
	NULL,
};

const struct scenario *
scenario_find(const char *name)
{
	for (size_t i = 0; scenarios[i]; i++)
		if (strcmp(scenarios[i]->name, name) == 0)
			return scenarios[i];
	return NULL;
}

/* Prints TEXT with the values of %name%. */
static void
print_rows(const struct run *r, const char *text)
{
	const char *end;
	size_t plain;

	while (*text) {
		plain = strcspn(text, "%");
		printf("%.*s", (int)plain, text);
		text += plain;
		if (!*text)
			break;
		end = strchr(text + 1, '%');
		if (!end)
			fail("a % without an end", 0, 0);
		printf("%ld", param(r, text + 1, (size_t)(end - text - 1)));
		text = end + 1;
	}
}

void
expect_print(const struct run *r)
{
	const struct scenario *sc = r->sc;

	printf("scenario %s\n", sc->name);
	printf("options %s\n", sc->options ? sc->options : "-e all");
	if (sc->helper)
		puts("helper");
	if (sc->ignore)
		printf("ignore %s\n", sc->ignore);
	if (sc->totals) {
		fputs("total ", stdout);
		print_rows(r, sc->totals);
		putchar('\n');
	}
	if (sc->status)
		printf("status %d\n", sc->status);
	if (sc->how & HOW_WHOLE)
		puts("whole");
	if (sc->how & HOW_ATTACH)
		puts("attach");
	print_rows(r, sc->expect);
}
