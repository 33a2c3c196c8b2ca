/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rings of io_uring(7): their registered files and the operations in flight. The engine
 * has numbered the rings, so the model need not know how tasks come by them.
 *
 * An operation is more than its row: when it completes it changes what descriptors mean,
 * whether somebody wants to see a row or not.
 */
#ifndef IOTRACE_MODEL_URING_H
#define IOTRACE_MODEL_URING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct fdtable;
struct istr;
struct model;
struct ofd;
struct request;

/* Completions that wait for their operation, in one ring; see model/aio.h. */
#define URING_EARLY_MAX 4096u

struct uring_early {
	uint64_t key, ns;
	int32_t res;
	uint32_t flags;
};

/* An operation in flight. */
struct uring_flight {
	struct request *row; /* owned; NULL: nobody wants it */
	uint64_t key;	     /* user_data */
	uint64_t order;
	uint64_t submit_ns;
	struct fdtable *files;	 /* counted: the submitter's descriptors */
	struct ofd *ofd;	 /* counted: what it acts on; or NULL */
	struct istr *name, *old; /* counted: of its paths; or NULL */
	struct istr *peer;	 /* counted: address it connects to; or NULL */
	struct ofd **update; /* owned, counted: files to register; NULL: an empty place */
	uint32_t nupdate;
	uint32_t place;	     /* file_index; of files to register the first place */
	uint32_t open_flags; /* O_* of what it makes */
	int32_t fd;
	uint8_t opcode;
	bool fixed;	  /* fd is a place of the registered files */
	bool late_fixed;  /* which is looked up when it completes: a link precedes it */
	bool quiet;	  /* posts no completion if it succeeds */
	bool hard;	  /* what it is linked to runs even if it fails */
	bool at_position; /* at the current file position */
	struct uring_flight *before, *behind; /* in its chain of links; borrowed */
	struct uring_flight *next; /* of those with the same key: the next younger */
	struct uring_flight *last; /* in the oldest of a key: the youngest */
};

struct uring_ring {
	uint32_t id, setup;	   /* IORING_SETUP_* */
	struct hash files;	   /* place to struct ofd, counted */
	struct hash flights;	   /* user_data to the oldest, owned */
	struct uring_early *early; /* owned */
	size_t nearly, early_cap;
	uint64_t order;	      /* of the last operation */
	uint32_t at_position; /* how many in flight are */
	bool half; /* the next 16 bytes of completions belong to the last one */
};

/* Ring ID, or NULL if none was heard of; or made. */
struct uring_ring *uring_ring_find(const struct model *, uint32_t id);
struct uring_ring *uring_ring_get(struct model *, uint32_t id);

/* Frees it, with its operations. */
void uring_ring_end(struct model *, uint32_t id);
void uring_rings_free(struct model *);

/* What place I of the registered files holds (borrowed), or NULL. */
struct ofd *uring_file(const struct uring_ring *, uint32_t i);

/* It holds OFD (a reference of its own) from now on; NULL: nothing. */
void uring_file_set(struct uring_ring *, uint32_t i, struct ofd *);
void uring_files_clear(struct uring_ring *);

/* A new operation in the ring; NULL if there are too many. */
struct uring_flight *uring_flight_add(struct model *, struct uring_ring *, uint64_t key,
				      struct fdtable *);

/* The oldest with KEY, or NULL. */
struct uring_flight *uring_flight_find(const struct uring_ring *, uint64_t key);

/* Takes it out of the ring and frees it, all but its row, which must be done with. */
void uring_flight_end(struct model *, struct uring_ring *, struct uring_flight *);

/* All of them, the oldest first, N of them; the caller frees the array. NULL if none is.
 */
struct uring_flight **uring_flights(const struct uring_ring *, size_t *n);

/* KEY completed and has no operation. Returns how many older ones had to make room. */
size_t uring_early_add(struct uring_ring *, const struct uring_early *);

/* The oldest such completion of KEY seen at or after SINCE_NS; false if there is none. */
bool uring_early_take(struct uring_ring *, uint64_t key, uint64_t since_ns,
		      struct uring_early *out);

#endif
