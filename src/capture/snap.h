/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies what a call refers to while the tracee stands still: the interpreter of the
 * table's capture half (table/capspec.h). Appends blobs to the tracee's record.
 */
#ifndef IOTRACE_CAPTURE_SNAP_H
#define IOTRACE_CAPTURE_SNAP_H

#include <stdbool.h>

#include "capture/tracee.h"
#include "table/capspec.h"

/* At the entry stop; the record's nr and args are set. USE_PROC: describe descriptors. */
void snap_entry(struct tracee *, const struct capspec *, bool use_proc);

/* At the exit stop; the record's ret is set. */
void snap_exit(struct tracee *, const struct capspec *, bool use_proc);

#endif
