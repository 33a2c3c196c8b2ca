/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that appears whole or not at all: written under a temporary name beside its
 * target and renamed over it at the end. "-" is standard output, NULL standard error;
 * those, and targets that are not regular files (a FIFO, /dev/null), are written directly.
 * Writes are buffered.
 */
#ifndef IOTRACE_SINK_OUTFILE_H
#define IOTRACE_SINK_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/strbuf.h"

struct outfile;

/*
 * Opens the output for TARGET. A new file has mode 0600, less what the umask forbids; a
 * file that is replaced keeps its mode, and its owner where we may set it, unless somebody
 * else may have put it into a sticky directory; a target that is a symbolic link is
 * replaced, not followed. 0, or -errno: then *WHY (may be NULL) says in words what to do, a
 * literal.
 */
int outfile_open(const char *target, struct outfile **out, const char **why) IT_MUST_CHECK;

/*
 * Gives the temporary file a name that a user will find if we are killed: TARGET.part, or
 * TARGET.part2 and so on where that is taken; nothing is replaced. For formats of which a
 * part is of use. Where the file system cannot do it (renameat2(2), RENAME_NOREPLACE) the
 * hidden name stays. Commit and discard work as before.
 */
void outfile_keep_part(struct outfile *);

/* As given to outfile_open, or "standard output" and the like; for messages. */
const char *outfile_name(const struct outfile *);

/* Is it a terminal? */
bool outfile_is_tty(const struct outfile *);

/* The columns of the terminal, 80 if it does not tell; 0 if it is none. */
unsigned outfile_columns(const struct outfile *);

/* Is somebody reading as it is written (terminal, pipe, stream), so that flushing in
 * quiet moments makes sense? */
bool outfile_is_live(const struct outfile *);

/* Takes LEN bytes. 0, or -errno of this or an earlier write. */
int outfile_write(struct outfile *, const void *, size_t len) IT_MUST_CHECK;

/* A buffer to append to directly; what is in it counts as written at the next
 * outfile_room, flush or commit. Cheaper than outfile_write for many small pieces. */
struct strbuf *outfile_buf(struct outfile *);

/* Call after appending to outfile_buf: writes it out when it is large. 0 or -errno. */
int outfile_room(struct outfile *) IT_MUST_CHECK;

int outfile_flush(struct outfile *) IT_MUST_CHECK;

/* The descriptor, for those who write by themselves (after a flush). */
int outfile_fd(const struct outfile *);

/* Puts the file in place and frees; on an error removes it and leaves the target as it
 * was. 0 or -errno. */
int outfile_commit(struct outfile *) IT_MUST_CHECK;

/* Removes what was written, leaves the target as it was, frees. NULL is allowed. */
void outfile_discard(struct outfile *);

#endif
