/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests must know of the Chrome trace output.
 */
#ifndef IOTRACE_SINK_TRACE_H
#define IOTRACE_SINK_TRACE_H

#include <stdint.h>

/* A file that has so many bytes takes no more events: browsers would not load it. */
#define TRACE_BYTES_MAX UINT64_C(200000000)

#endif
