/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that are many calls, told apart by the value of one argument: fcntl, ioctl, bpf.
 * What the table's columns cannot say of them is in two small tables here. Part of snap.
 */
#ifndef IOTRACE_CAPTURE_SNAP_BY_VALUE_H
#define IOTRACE_CAPTURE_SNAP_BY_VALUE_H

#include <stdbool.h>

#include "capture/tracee.h"
#include "table/capspec.h"

/* Is a result >= 0 of this call a new descriptor? */
bool snap_returns_fd(const struct raw_rec *, const struct capspec *);

/* Copies what the call's last argument points to, if its command says that it does; WHEN
 * is one of enum cap_when. */
void snap_pointee(struct tracee *, unsigned when);

#endif
