/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects of a Chrome trace ("Trace Event Format"), one a line in the array
 * traceEvents. Perfetto's importer asks for more than JSON does: no arrays in an event,
 * ids that read as hexadecimal numbers, and no keys of the outer object that hold much
 * (src/trace_processor/importers/json in its source).
 */
#ifndef IOTRACE_SINK_TRACE_WRITER_H
#define IOTRACE_SINK_TRACE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "event/event.h"

struct outfile;
struct session_info;

enum trace_phase {
	TRACE_COMPLETE = 'X',
	TRACE_INSTANT = 'i',
	TRACE_COUNTER = 'C',
	TRACE_METADATA = 'M',
	TRACE_ASYNC_BEGIN = 'b',
	TRACE_ASYNC_END = 'e',
	TRACE_FLOW_START = 's',
	TRACE_FLOW_END = 'f',
};

/* A zeroed struct with `out` set is ready. */
struct trace_writer {
	struct outfile *out; /* borrowed */
	size_t at;	     /* where in the buffer the event began */
	uint64_t bytes;	     /* written in all */
	bool any;	     /* the array has an event */
	bool any_args;	     /* the event has args */
};

/* {"otherData":{...},"traceEvents":[ with what is known of the session, which may be
 * NULL. */
void trace_writer_head(struct trace_writer *, const struct session_info *);

/* The end of the array and of the object. */
void trace_writer_tail(struct trace_writer *);

/* Begins an event: NAME is any bytes. Members follow, then args, then the end. */
void trace_event_begin(struct trace_writer *, enum trace_phase, struct text name,
		       uint64_t ns, int32_t pid, int32_t tid);
void trace_event_begin_literal(struct trace_writer *, enum trace_phase, const char *name,
			       uint64_t ns, int32_t pid, int32_t tid);
void trace_event_end(struct trace_writer *);

/* Members of an event. A category may be any bytes, id is unique among those of its name
 * and category. */
void trace_event_cat(struct trace_writer *, struct text cat);
void trace_event_dur(struct trace_writer *, uint64_t ns);
void trace_event_id(struct trace_writer *, uint64_t id);
/* MEMBERS, such as "\"s\":\"t\"", as it is. */
void trace_event_members(struct trace_writer *, const char *members);

/* Args of an event, after its members. KEY is a literal. */
void trace_arg_text(struct trace_writer *, const char *key, struct text);
void trace_arg_u64(struct trace_writer *, const char *key, uint64_t);
void trace_arg_i64(struct trace_writer *, const char *key, int64_t);
void trace_arg_true(struct trace_writer *, const char *key);

#endif
