/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Working and root directory, the kernel's struct fs_struct: shared by threads and
 * CLONE_FS, copied by fork.
 */
#ifndef IOTRACE_MODEL_FSCTX_H
#define IOTRACE_MODEL_FSCTX_H

#include <stdint.h>

struct istr;

/* So many are remembered: a bound for a process that changes its directory for ever. */
#define FSCTX_CWDS 256u

/* A working directory and when the call that set it was entered. Calls are reported when
 * they end: one that blocked, or waited for its turn on a busy machine, while another
 * thread changed the directory began elsewhere.
 */
struct cwd {
	struct istr *s; /* counted; NULL: unknown */
	uint64_t since_ns;
};

struct fsctx {
	unsigned refs;
	struct cwd *cwds;	     /* oldest first; owned; none: unknown */
	unsigned ncwds, size;	     /* in use, allocated */
	struct istr *root;	     /* counted; NULL: "/" */
	struct fsctx *next;	     /* all of a model; borrowed */
	struct fsctx **link;	     /* what points to this one in that list */
};

/* A new one with one reference, in the list that starts at *LIST. */
struct fsctx *fsctx_new(struct fsctx **list);

/* The same directories in a new one. */
struct fsctx *fsctx_copy(const struct fsctx *, struct fsctx **list);

struct fsctx *fsctx_ref(struct fsctx *);
void fsctx_unref(struct fsctx *);

/* The directory is CWD (NULL: unknown) from NS on. Takes over the caller's reference. */
void fsctx_set_cwd(struct fsctx *, struct istr *cwd, uint64_t ns);

/* The directory at NS (borrowed), or NULL: unknown, or forgotten by now. */
const struct istr *fsctx_cwd_at(const struct fsctx *, uint64_t ns);

/* The newest: {NULL, 0} where nothing is known. */
struct cwd fsctx_cwd(const struct fsctx *);

/* Takes over the caller's reference. */
void fsctx_set_root(struct fsctx *, struct istr *root);

/* Nothing is known any more. */
void fsctx_forget(struct fsctx *);

#endif
