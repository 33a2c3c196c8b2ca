/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outputs. A sink takes events (or raw records) and writes one file or stream in its
 * format. Each is one .c file with one const struct sink_ops, listed in sinks.def.
 */
#ifndef IOTRACE_SINK_SINK_H
#define IOTRACE_SINK_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/flame.h"
#include "base/compiler.h"
#include "event/event.h"
#include "raw/raw.h"

struct deps;
struct diff;
struct sink;
struct outfile;

/* What sinks may want to know about the run; filled in by the RAW_SESSION record. */
struct session_info {
	struct text host, command, version, engine, select;
	struct text cwd; /* where the command was started; absent if we attached */
	int64_t epoch_offset_ns; /* add to a boot time to get ns since the epoch */
	uint64_t start_ns;
};

/* What is known only at the end. */
struct session_end {
	uint64_t end_ns;        /* boot time; the last event's if the recording was cut */
	uint64_t tracer_cpu_ns; /* 0: unknown */
	uint64_t stops;
	uint64_t agent_calls; /* calls that took no stop */
	uint64_t events;       /* that passed selection, sampling and filters */
	uint64_t counted_only; /* sampled out */
	uint64_t filtered;     /* dropped by filters */
	uint64_t requests;     /* of all these: requests, which are no calls */
	uint64_t lost;
	bool complete; /* the stream had its RAW_END */
};

struct sink_cfg {
	const int *columns; /* enum event_field_id; NULL: all. borrowed */
	size_t ncolumns;
	unsigned top;         /* rows of each summary table; 0: default */
	const char *sort;     /* summary: column to sort by, or NULL. borrowed */
	bool escape_terminal; /* the output is a terminal */
	bool colour;
	unsigned width; /* columns of the terminal; 0: no terminal, lines may be long */
	const struct flame_by *by; /* frames of flame graphs; NULL: the format's. borrowed */
	enum flame_metric metric;
	const struct diff *diff; /* a comparison. borrowed */
	const struct deps *deps; /* the list of dependencies, full when the run is over */
	const char *deps_target; /* target of a depfile, or NULL: the outputs. borrowed */
	bool deps_all;		 /* list kernel file systems, too */
	/* Tells the user, who may have silenced it, what the output cannot; NULL: nobody
	 * listens. See sink_say. */
	void (*say)(void *arg, const char *output, const char *line);
	void *say_arg;
};

/* All slots but open and close may be NULL. All return 0 or -errno; after the first
 * error a sink is closed and its target left as it was. */
struct sink_ops {
	const char *name;   /* as in FORMAT:FILE and --format */
	const char *suffix; /* ".csv": what chooses the format */
	const char *help;
	/* Which columns the sink reads, bit EV_x: what nobody reads is not decoded. */
	uint64_t reads;
	bool takes_by; /* --by and --metric are for it */
	bool takes_columns; /* sink_cfg.columns picks and orders what it shows */
	/* Allocates a sink whose first member is struct sink. The outfile stays the
	 * caller's, which commits it after close. */
	int (*open)(const struct sink_cfg *, struct outfile *, struct sink **out);
	int (*session)(struct sink *, const struct session_info *); /* once, before events */
	int (*emit)(struct sink *, const struct event *);           /* borrows */
	int (*count)(struct sink *, const struct event *); /* a sampled-out call: totals only */
	int (*notice)(struct sink *, const struct notice *);
	int (*record)(struct sink *, const struct raw_rec *);
	int (*tick)(struct sink *); /* write what is pending; at quiet moments */
	/* Ends the output (END may be NULL after an error) and frees the sink. */
	int (*close)(struct sink *, const struct session_end *end);
};

struct sink {
	const struct sink_ops *ops;
	struct outfile *out; /* borrowed */
};

#define SINK(id) extern const struct sink_ops sink_##id##_ops;
#include "sink/sinks.def"
#undef SINK

/* All formats of events, in sinks.def's order; ends with NULL. */
extern const struct sink_ops *const sink_formats[];

/* Those of the list of dependencies; some have the names of formats of events. */
extern const struct sink_ops *const sink_deps_formats[];
extern const struct sink_ops sink_deps_text_ops, sink_deps_jsonl_ops, sink_deps_make_ops;

/* Those of a comparison. */
extern const struct sink_ops *const sink_diff_formats[];
extern const struct sink_ops sink_diff_text_ops, sink_diff_jsonl_ops, sink_diff_html_ops;

/* The same as sink_format_find and sink_format_of, of a LIST that ends with NULL. */
const struct sink_ops *sink_list_find(const struct sink_ops *const *list,
				      const char *name, size_t len);
const struct sink_ops *sink_list_of(const struct sink_ops *const *list, const char *file);

/* The format called NAME of LEN bytes, or NULL. */
const struct sink_ops *sink_format_find(const char *name, size_t len);

/* The format whose suffix ends FILE (the longest wins), or NULL. */
const struct sink_ops *sink_format_of(const char *file);

/* Says LINE, safe to show, of the output to the user. */
void sink_say(const struct sink_cfg *, const struct outfile *, const char *line);

/* The command of a run, its words joined by blanks; any bytes. NULL if there is none; the
 * caller frees. */
char *session_command(const struct session_info *);

/* A tick slot for row outputs: flushes where somebody reads along, else lets the buffer
 * fill. 0 or -errno. */
int sink_tick_live(struct sink *);

#endif
