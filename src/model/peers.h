/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which address is at the other end of which socket, by the socket's inode number: how a
 * peer is known again when the socket comes back through a way the model cannot follow
 * (SCM_RIGHTS, a process that was not traced yet). Bounded: the oldest are forgotten.
 */
#ifndef IOTRACE_MODEL_PEERS_H
#define IOTRACE_MODEL_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct istr;

#define PEERS_MAX 4096u

struct peer {
	uint64_t ino;
	struct istr *addr; /* counted; NULL: free */
};

struct peers {
	struct hash by_ino; /* to struct peer in ring */
	struct peer *ring;  /* owned; made with the first peer */
	unsigned next;	    /* the oldest, which the next one replaces */
};

void peers_fini(struct peers *);

/* The N of "socket:[N]"; false if NAME is none. */
bool socket_ino(const char *name, size_t len, uint64_t *ino);

/* Remembers ADDR (takes a reference of its own); NULL forgets. */
void peers_set(struct peers *, uint64_t ino, struct istr *addr);

/* The address (borrowed), or NULL. */
struct istr *peers_find(const struct peers *, uint64_t ino);

#endif
