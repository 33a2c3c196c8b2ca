/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording as an engine: the same records again, through the same contract.
 */
#ifndef IOTRACE_CAPTURE_REPLAY_H
#define IOTRACE_CAPTURE_REPLAY_H

#include "capture/engine.h"

/*
 * Opens the recording FILE ("-": standard input). 0 or -errno with one line in ERR. A file
 * that is damaged or cut gives the records before the damage; replay_damage tells then.
 */
int replay_open(const char *file, struct engine **out, char *err, size_t errlen) IT_MUST_CHECK;

/* How many bytes of the recording were read, and how many it has, 0 if it is no file. */
void replay_progress(const struct engine *, uint64_t *done, uint64_t *total);

/* Why the recording ended early, or NULL if it was whole so far. */
const char *replay_damage(const struct engine *);

#endif
