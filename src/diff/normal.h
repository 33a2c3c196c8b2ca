/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that differ from run to run by a process id or a random part, made equal, so that
 * two runs of the same program can be compared file by file.
 */
#ifndef IOTRACE_DIFF_NORMAL_H
#define IOTRACE_DIFF_NORMAL_H

#include "base/strbuf.h"
#include "event/event.h"

/*
 * NAME into OUT with '*' for what is taken to be chance:
 *  - numbers in the kernel's names ("pipe:[45]") and of processes below /proc;
 *  - below /tmp, /var/tmp and /dev/shm, and in components that have "tmp" in them:
 * numbers of two digits or more and words of six characters or more that mix digits,
 * lower and upper case as mkstemp(3) does;
 *  - a number of four digits or more at the end of a component, behind '.', '-' or '_'.
 */
void normal_name(struct strbuf *out, struct text name);

#endif
