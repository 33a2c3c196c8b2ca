/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The open file description, the kernel's struct file: what dup(2), fork(2) and
 * SCM_RIGHTS share. Descriptors (fdtable.h) only point to it.
 */
#ifndef IOTRACE_MODEL_OFD_H
#define IOTRACE_MODEL_OFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct istr;

enum ofd_known {
	OFD_FLAGS = 0x1u,	/* flags is known */
	OFD_STAT = 0x2u,	/* mode, dev and ino are known */
	OFD_KERNEL_NAME = 0x4u, /* name is the kernel's word, not the model's guess */
};

struct ofd {
	unsigned refs;
	unsigned known;	   /* enum ofd_known */
	struct istr *name; /* counted; NULL: unknown */
	struct istr *peer; /* counted: address at the other end of a socket, or NULL */
	int64_t pos;	   /* file position, -1 unknown */
	uint32_t flags;	   /* O_* without O_CLOEXEC, which is the descriptor's */
	uint32_t mode;	   /* S_IFMT bits */
	uint64_t dev, ino;
	int32_t pid;	   /* of a pidfd: the process; else 0 */
	bool deleted;	   /* the name is no longer in a directory */
	struct ofd *next;  /* all of a model; borrowed */
	struct ofd **link; /* what points to this one in that list */
};

/* A new one with one reference, nothing known, in the list that starts at *LIST. */
struct ofd *ofd_new(struct ofd **list);

struct ofd *ofd_ref(struct ofd *);

/* NULL is allowed. */
void ofd_unref(struct ofd *);

/* Takes over the caller's reference to NAME. */
void ofd_set_name(struct ofd *, struct istr *name);

/* Takes over the caller's reference to PEER (NULL: none). */
void ofd_set_peer(struct ofd *, struct istr *peer);

/*
 * Does a read or write of what has this name and S_IFMT bits (0: unknown) happen at a
 * file position? A name alone is judged by its form: a path outside /dev has one. A FIFO
 * that was opened by path and never described by the kernel is taken for a file.
 */
bool ofd_seekable(const char *name, size_t len, uint32_t mode);

#endif
