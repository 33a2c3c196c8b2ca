/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Peers of sockets by inode number.
 */
#include "model/peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"

void
peers_fini(struct peers *p)
{
	for (unsigned i = 0; p->ring && i < PEERS_MAX; i++)
		istr_unref(p->ring[i].addr);
	free(p->ring);
	hash_fini(&p->by_ino);
	*p = (struct peers){ 0 };
}

bool
socket_ino(const char *name, size_t len, uint64_t *ino)
{
	static const char prefix[] = "socket:[";
	size_t at = sizeof(prefix) - 1;
	if (len < at + 2 || memcmp(name, prefix, at) != 0 || name[len - 1] != ']' ||
	    len > at + 20)
		return false;
	uint64_t v = 0;
	for (; at < len - 1; at++) {
		if (name[at] < '0' || name[at] > '9')
			return false;
		v = v * 10 + (uint64_t)(name[at] - '0');
	}
	*ino = v;
	return true;
}

static void
forget(struct peers *p, struct peer *peer)
{
	if (!peer->addr)
		return;
	hash_remove(&p->by_ino, peer->ino);
	istr_unref(peer->addr);
	*peer = (struct peer){ 0 };
}

void
peers_set(struct peers *p, uint64_t ino, struct istr *addr)
{
	struct peer *peer = hash_find(&p->by_ino, ino);
	if (peer && addr) {
		istr_ref(addr);
		istr_unref(peer->addr);
		peer->addr = addr;
		return;
	}
	if (!addr) {
		if (peer)
			forget(p, peer);
		return;
	}
	if (!p->ring)
		p->ring = xcalloc(PEERS_MAX, sizeof(*p->ring));
	peer = &p->ring[p->next++ % PEERS_MAX];
	forget(p, peer);
	*peer = (struct peer){ .ino = ino, .addr = istr_ref(addr) };
	hash_put(&p->by_ino, ino, peer);
}

struct istr *
peers_find(const struct peers *p, uint64_t ino)
{
	const struct peer *peer = hash_find(&p->by_ino, ino);
	return peer ? peer->addr : NULL;
}
