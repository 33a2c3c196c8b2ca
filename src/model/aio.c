/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/aio.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/model.h"

struct aio_ctx *
aio_find(const struct mm *mm, uint64_t id)
{
	return hash_find(&mm->aio, id);
}

struct aio_ctx *
aio_get(struct mm *mm, uint64_t id)
{
	struct aio_ctx *ctx = hash_find(&mm->aio, id);
	if (ctx)
		return ctx;
	ctx = xcalloc(1, sizeof(*ctx));
	ctx->id = id;
	hash_put(&mm->aio, id, ctx);
	return ctx;
}

static void
put_ended(struct mm *mm, struct aio_ctx *ctx)
{
	ctx->next = *mm->ended;
	*mm->ended = ctx;
}

void
aio_end(struct mm *mm, uint64_t id)
{
	struct aio_ctx *ctx = hash_remove(&mm->aio, id);
	if (ctx)
		put_ended(mm, ctx);
}

void
aio_end_all(struct mm *mm)
{
	size_t pos = 0;
	uint64_t id;
	void *ctx;
	while (hash_next(&mm->aio, &pos, &id, &ctx))
		put_ended(mm, ctx);
	hash_fini(&mm->aio);
}

void
aio_ctx_free(struct aio_ctx *ctx, size_t *in_flight)
{
	struct request *next, *r = requests_take_all(&ctx->inflight);
	for (; r; r = next) {
		next = r->next;
		request_free(r, in_flight);
	}
	free(ctx->early);
	free(ctx);
}

void
aio_free_ended(struct model *m)
{
	while (m->aio_ended) {
		struct aio_ctx *ctx = m->aio_ended;
		m->aio_ended = ctx->next;
		aio_ctx_free(ctx, &m->requests);
	}
}

static void
drop_early(struct aio_ctx *ctx, size_t at, size_t n)
{
	ctx->nearly -= n;
	memmove(ctx->early + at, ctx->early + at + n,
		(ctx->nearly - at) * sizeof(*ctx->early));
}

size_t
aio_add_early(struct aio_ctx *ctx, uint64_t key, int64_t res, uint64_t ns)
{
	size_t dropped = ctx->nearly == AIO_EARLY_MAX ? AIO_EARLY_MAX / 4 : 0;
	if (dropped)
		drop_early(ctx, 0, dropped);
	if (ctx->nearly == ctx->early_cap) {
		ctx->early_cap = ctx->early_cap ? 2 * ctx->early_cap : 16;
		ctx->early =
			xreallocarray(ctx->early, ctx->early_cap, sizeof(*ctx->early));
	}
	ctx->early[ctx->nearly++] =
		(struct aio_early){ .key = key, .ns = ns, .res = res };
	return dropped;
}

bool
aio_take_early(struct aio_ctx *ctx, uint64_t key, uint64_t since_ns,
	       struct aio_early *out)
{
	size_t i = 0;
	while (i < ctx->nearly &&
	       (ctx->early[i].key != key || ctx->early[i].ns < since_ns))
		i++;
	if (i == ctx->nearly)
		return false;
	*out = ctx->early[i];
	drop_early(ctx, i, 1);
	return true;
}
