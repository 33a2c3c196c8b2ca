/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report as one HTML page. While the run lasts everything is added up in memory that
 * is bounded (agg); at the end each section writes itself, in the order of html.c. A
 * section is a file html_*.c; report.css and report.js are the look and what a script
 * adds: without it all content is there.
 */
#ifndef IOTRACE_SINK_HTML_HTML_H
#define IOTRACE_SINK_HTML_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "agg/findings.h"
#include "agg/flame.h"
#include "agg/patterns.h"
#include "agg/proctree.h"
#include "agg/timeline.h"
#include "base/strbuf.h"
#include "sink/sink.h"

/* Where a failure was seen first: rows of agg plus 1. */
struct html_error {
	uint32_t call, errnum, file, process;
};

struct html {
	struct sink sink;
	unsigned top; /* rows of each table; 0: html_table's default */
	struct agg *agg;
	struct patterns *patterns;
	struct timeline *timeline;
	struct proctree *proctree;
	struct flame *flame;
	struct agg_table errors;       /* by error and call: "ENOENT openat" */
	struct html_error *error_info; /* by row of errors. owned */
	size_t nerrors;
	struct strbuf key;
	char *command, *host, *version, *engine; /* owned, any bytes; NULL: unknown */
	int64_t epoch_offset_ns;
	uint64_t start_ns;
	bool has_session;
	struct strbuf notes; /* list items, escaped */
	unsigned nnotes;
	/* Known when the sections are written: */
	const struct session_end *end;
	uint64_t wall_ns; /* 0: unknown */
};

/* From the doctype to the head of the body; the end of it. */
void html_head(struct strbuf *, const struct html *);
void html_tail(struct strbuf *);

/* The sections; each appends one element with a heading. */
void html_overview(struct strbuf *, const struct html *);
void html_findings(struct strbuf *, const struct html *, const struct findings *);
void html_timeline(struct strbuf *, const struct html *);
void html_heat(struct strbuf *, const struct html *);
void html_tables(struct strbuf *, const struct html *);
void html_processes(struct strbuf *, const struct html *);
void html_errors(struct strbuf *, const struct html *);
void html_about(struct strbuf *, const struct html *);

#endif
