/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile records through args_render: the bytes are one record, which is tried as it is
 * and, as the number decides how the rest is read, as the record of another call too. The
 * corpus is records of a program that makes each call once.
 */
#include <stdlib.h>
#include <string.h>

#include "decode/args.h"
#include "fuzz.h"
#include "raw/raw_check.h"

static void
render(const struct raw_rec *rec)
{
	const struct syscall_desc *desc = syscall_desc(rec->nr);
	struct strbuf sb = { 0 };
	args_render(&sb, rec, desc, NULL);
	args_render_ret(&sb, rec, desc);
	for (size_t i = 0; i < sb.len; i++)
		if (sb.p[i] < ' ' || sb.p[i] > '~')
			abort(); /* a byte of the record came through as it is */
	strbuf_reset(&sb);
	for (const struct raw_blob *b = raw_blob_first(rec); b; b = raw_blob_next(rec, b))
		sockaddr_render_short(&sb, raw_blob_data(b), b->len);
	strbuf_fini(&sb);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size &= ~(size_t)7;
	if (size < sizeof(struct raw_rec) || size > RAW_RECORD_MAX)
		return 0;
	/* In a buffer of exactly its size: a byte read beyond it is seen. */
	struct raw_rec *rec = malloc(size);
	if (!rec)
		abort();
	memcpy(rec, data, size);
	rec->size = (uint32_t)size; /* else most inputs would go no further */
	rec->kind = RAW_SYSCALL;
	if (!raw_check(rec, size)) {
		render(rec);
		rec->nr = (rec->nr * 7 + 1) % (syscall_nr_max + 2);
		rec->ret = 1;
		render(rec);
	}
	free(rec);
	return 0;
}
