/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io_uring: rings by descriptor, and rings by index. A thread may register its rings
 * (io_uring_register(2), IORING_REGISTER_RING_FDS) and then name them by their place in
 * its own table; such a number must not be taken for a descriptor.
 */
#include <fcntl.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"
#include "raw/raw_uring.h"

/* struct io_uring_rsrc_update: u32 offset, u32 resv, u64 data */
#define UPDATE_BYTES 16u
#define MAX_UPDATES  16u  /* IO_RINGFD_REG_MAX */
#define FILES_SKIP   (-2) /* IORING_REGISTER_FILES_SKIP */

static bool
by_index(const struct call *c)
{
	if (c->rec->nr == __NR_io_uring_enter)
		return c->rec->args[3] & URING_ENTER_REGISTERED_RING;
	return c->rec->args[1] & URING_REGISTER_BY_INDEX;
}

/* The row of a registered ring; its number only as long as that still is the ring. */
static void
fill_ring(struct call *c)
{
	if (!by_index(c))
		return;
	uint32_t index = (uint32_t)c->rec->args[0];
	const struct task_ring *r = task_ring_find(c->task, index);
	dec_unset(c, EV_fd);
	dec_unset(c, EV_flags);
	dec_unset(c, EV_peer);
	if (!r) {
		strbuf_reset(&c->d->tmp);
		strbuf_addf(&c->d->tmp, "io_uring:reg[%u]", index);
		dec_set_file(c, dec_text(c, strbuf_str(&c->d->tmp), c->d->tmp.len), 0);
		return;
	}
	dec_set_file(c, DEC_LITERAL("anon_inode:[io_uring]"), 0);
	const struct fdslot *s = fdtable_find(c->task->files, r->fd);
	if (c->d->trust.bindings && r->ofd && s && s->ofd == r->ofd)
		dec_set_fd(c, r->fd);
}

/* ret entries of the array were registered; where the program left the choice of a place
 * (offset ~0) the kernel has written it back, which only the copy at exit shows. */
static void
register_rings(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_OUT, 2);
	if (!b)
		b = raw_blob_find(c->rec, RAW_BLOB_BYTES, 2);
	for (uint64_t i = 0; b && i < (uint64_t)c->rec->ret && i < MAX_UPDATES; i++) {
		if ((i + 1) * UPDATE_BYTES > b->len)
			return;
		int32_t fd = (int32_t)dec_u64(b, i * UPDATE_BYTES + 8);
		const struct fdslot *s = fdtable_find(c->task->files, fd);
		task_ring_set(c->task, dec_u32(b, i * UPDATE_BYTES), fd,
			      s ? s->ofd : NULL);
	}
}

static void
unregister_rings(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_BYTES, 2);
	if (!b) {
		/* Which ones is not known: better none than wrong ones. */
		task_rings_free(c->task);
		return;
	}
	for (uint64_t i = 0; i < (uint64_t)c->rec->ret && i < MAX_UPDATES; i++)
		if ((i + 1) * UPDATE_BYTES <= b->len)
			task_ring_clear(c->task, dec_u32(b, i * UPDATE_BYTES));
}

/* Files are in the ring now, in a row from a place on; all of them, or as many of an
 * update as the result says. */
static void
register_files(struct call *c, bool update)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_RING_FILES, 0);
	struct raw_ring_files f;
	if (!b)
		return;
	memcpy(&f, raw_blob_data(b), sizeof(f));
	struct uring_ring *ring = uring_ring_get(c->m, f.ring);
	uint64_t n = (b->len - sizeof(f)) / sizeof(int32_t);
	if (update && n > (uint64_t)c->rec->ret)
		n = (uint64_t)c->rec->ret;
	if (!update)
		uring_files_clear(ring);
	for (uint32_t i = 0; i < n; i++) {
		int32_t fd = (int32_t)dec_u32(b, sizeof(f) + (size_t)i * sizeof(fd));
		const struct fdslot *s =
			fdtable_find_at(c->task->files, fd, c->rec->enter_ns);
		if (fd != FILES_SKIP)
			uring_file_set(ring, f.offset + i, fd >= 0 && s ? s->ofd : NULL);
	}
}

static void
unregister_files(struct call *c)
{
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_RING, 0);
	if (b)
		uring_files_clear(uring_ring_get(c->m, dec_u32(b, 0)));
}

static void
apply_register(struct call *c)
{
	switch ((uint32_t)c->rec->args[1] & ~URING_REGISTER_BY_INDEX) {
	case URING_REGISTER_FILES:
	case URING_REGISTER_FILES2:
		register_files(c, false);
		break;
	case URING_REGISTER_FILES_UPDATE:
	case URING_REGISTER_FILES_UPDATE2:
		register_files(c, true);
		break;
	case URING_UNREGISTER_FILES:
		unregister_files(c);
		break;
	case URING_REGISTER_RING_FDS:
		register_rings(c);
		break;
	case URING_UNREGISTER_RING_FDS:
		unregister_rings(c);
		break;
	default:
		break;
	}
}

static void
apply_setup(struct call *c)
{
	static const char name[] = "anon_inode:[io_uring]";
	/* struct io_uring_params: flags at 8 */
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 1, 12);
	if (b && dec_u32(b, 8) & URING_SETUP_REGISTERED_FD_ONLY) {
		task_ring_set(c->task, (uint32_t)c->rec->ret, -1, NULL);
		return;
	}
	struct made made = { .name = name,
			     .len = sizeof(name) - 1,
			     .flags = O_RDWR | O_CLOEXEC,
			     .pos = -1 };
	c->made_fd = (int32_t)c->rec->ret;
	dec_make(c, c->made_fd, RAW_ARG_RET, &made);
}

const struct dec_row dec_uring_rows[] = {
	{ __NR_io_uring_setup, 0, NULL, apply_setup },
	{ __NR_io_uring_enter, DEC_AFTER | DEC_EVEN_FAILED, fill_ring, dec_uring_submit },
	{ __NR_io_uring_register, 0, fill_ring, apply_register },
	{ 0 },
};
