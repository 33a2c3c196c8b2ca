/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices in strace's words, for outputs that people read.
 */
#ifndef IOTRACE_SINK_NOTICE_TEXT_H
#define IOTRACE_SINK_NOTICE_TEXT_H

#include "base/strbuf.h"
#include "event/event.h"

/*
 * Appends the notice without time and pid, on one line and safe for a terminal:
 * "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, ...} ---", "+++ exited with 0 +++",
 * "+++ superseded by execve in pid 7 +++". A remark becomes "--- iotrace: ... ---":
 * strace has lines of that shape that tell of no signal ("--- stopped by SIGTTOU ---"),
 * so readers of its logs pass over it.
 */
void notice_render(struct strbuf *, const struct notice *);

#endif
