/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTRACE_SINK_STALL_TEXT_H
#define IOTRACE_SINK_STALL_TEXT_H

#include "base/strbuf.h"
#include "event/event.h"

/* Appends the lines of a report of --stall for one thread (decode_out.in_flight): what it is
 * in and how long, then its stack, each line with a newline and safe for terminals. */
void stall_render(struct strbuf *, const struct event *);

#endif
