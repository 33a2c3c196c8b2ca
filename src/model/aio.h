/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contexts of kernel AIO (io_setup(2)): they belong to an address space, hold the
 * requests in flight, and end with it. A context that has ended waits in a list of the
 * model for decode to say of its requests that nobody saw them complete.
 *
 * The stream tells of a call when it has returned. So a thread may see a request complete
 * before the record of the io_submit that took it, which is still busy with others, is
 * there: such completions wait for it.
 */
#ifndef IOTRACE_MODEL_AIO_H
#define IOTRACE_MODEL_AIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "model/request.h"

struct mm;
struct model;

/* Completions that wait for their request, in one context. Those of requests that we have
 * not seen submitted never find one; then the oldest make room. */
#define AIO_EARLY_MAX 4096u

struct aio_early {
	uint64_t key, ns;
	int64_t res;
};

struct aio_ctx {
	uint64_t id; /* the address of its ring */
	struct requests inflight;
	struct aio_early *early; /* owned: nearly of them, the oldest first */
	size_t nearly, early_cap;
	struct aio_ctx *next; /* of those that have ended */
};

/* Context ID of the address space, or NULL if none was heard of. */
struct aio_ctx *aio_find(const struct mm *, uint64_t id);

/* The same, made if there is none. */
struct aio_ctx *aio_get(struct mm *, uint64_t id);

/* The context, if it is there, goes to the list of those that have ended. */
void aio_end(struct mm *, uint64_t id);
void aio_end_all(struct mm *);

/* Frees what has ended with all its requests. */
void aio_free_ended(struct model *);
void aio_ctx_free(struct aio_ctx *, size_t *in_flight);

/* KEY completed with RES, seen at NS, and has no request. Returns how many older ones had
 * to make room. */
size_t aio_add_early(struct aio_ctx *, uint64_t key, int64_t res, uint64_t ns);

/* The oldest such completion of KEY seen at or after SINCE_NS; false if there is none. */
bool aio_take_early(struct aio_ctx *, uint64_t key, uint64_t since_ns,
		    struct aio_early *out);

#endif
