/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls on descriptor numbers themselves: close(2), dup(2), fcntl(2) and their kin.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

#ifndef F_DUPFD_CLOEXEC
#define F_DUPFD_CLOEXEC 1030
#endif
#define CLOSE_RANGE_UNSHARE_ 0x2u /* linux/close_range.h */
#define CLOSE_RANGE_CLOEXEC_ 0x4u

/* fs/open.c, filp_close() comes behind the removal: on Linux the number is free whatever
 * close returns, but for EBADF (close(2), "Dealing with error returns"). And at once: where
 * another thread has been given the number by now, that is not what was closed. */
static void
apply_close(struct call *c)
{
	if (c->finished && c->rec->ret == -EBADF)
		return;
	const struct fdslot *s = fdtable_find(c->task->files, (int32_t)c->rec->args[0]);
	if (s && s->since_ns <= c->rec->enter_ns)
		fdtable_remove(c->task->files, s->fd, c->end_ns);
}

/* Where the first number is not open, the row is named after the first that is. */
static void
fill_close_range(struct call *c)
{
	uint32_t first = (uint32_t)c->rec->args[0], last = (uint32_t)c->rec->args[1];
	struct fdinfo info = *dec_fd(c, 0);
	const struct fdslot *s = fdtable_lowest(c->task->files, first, last);
	if (!info.open && s && c->d->trust.bindings) {
		info.open = true;
		info.deleted = s->ofd->deleted;
		info.has_flags = s->ofd->known & OFD_FLAGS;
		info.flags = s->ofd->flags | (s->cloexec ? O_CLOEXEC : 0);
		if (s->ofd->name)
			info.name = dec_literal(s->ofd->name->s, s->ofd->name->len);
		info.ofd = s->ofd;
	}
	if (c->rec->args[2] & CLOSE_RANGE_CLOEXEC_)
		info.flags |= O_CLOEXEC;
	dec_set_fdinfo(c, &info);
}

static void
apply_close_range(struct call *c)
{
	uint32_t first = (uint32_t)c->rec->args[0], last = (uint32_t)c->rec->args[1];
	if (c->rec->args[2] & CLOSE_RANGE_UNSHARE_)
		model_unshare_files(c->task);
	if (c->rec->args[2] & CLOSE_RANGE_CLOEXEC_)
		fdtable_cloexec_range(c->task->files, first, last);
	else
		fdtable_remove_range(c->task->files, first, last, c->end_ns);
}

static void
make_dup(struct call *c, bool cloexec)
{
	const struct fdinfo *from = dec_fd(c, 0);
	c->made_fd = (int32_t)c->rec->ret;
	if (c->made_fd != from->fd)
		dec_make_dup(c, c->made_fd, RAW_ARG_RET, from->ofd, cloexec);
}

static void
apply_dup(struct call *c)
{
	make_dup(c, c->rec->nr == __NR_dup3 && c->rec->args[2] & O_CLOEXEC);
}

/* The binding that the call acted on, if it still is the one. */
static struct fdslot *
slot(const struct call *c)
{
	int32_t fd = (int32_t)c->rec->args[0];
	if (fdtable_changed_after(c->task->files, fd, c->rec->enter_ns))
		return NULL;
	return fdtable_find(c->task->files, fd);
}

/* fs/fcntl.c: what F_SETFL can change. */
#define SETFL_MASK ((uint32_t)(O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME))

static void
set_status(const struct fdslot *s, uint32_t mask, uint32_t word)
{
	s->ofd->flags = (s->ofd->flags & ~mask) | (word & mask);
}

static void
apply_fcntl(struct call *c)
{
	int cmd = (int)c->rec->args[1];
	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC) {
		make_dup(c, cmd == F_DUPFD_CLOEXEC);
		return;
	}
	struct fdslot *s = slot(c);
	if (!s)
		return;
	switch (cmd) {
	case F_GETFD:
		s->cloexec = c->rec->ret & FD_CLOEXEC;
		break;
	case F_SETFD:
		s->cloexec = c->rec->args[2] & FD_CLOEXEC;
		break;
	case F_GETFL:
		s->ofd->known |= OFD_FLAGS;
		set_status(s, ~0u, (uint32_t)c->rec->ret);
		break;
	case F_SETFL:
		set_status(s, SETFL_MASK, (uint32_t)c->rec->args[2]);
		break;
	default:
		break;
	}
}

/* FIONBIO and FIOASYNC (ioctl_tty(2), socket(7)): 0 or not behind the pointer. */
static void
set_by_ioctl(const struct call *c, const struct fdslot *s, uint32_t flag)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 2, 4);
	if (b)
		set_status(s, flag, dec_u32(b, 0) ? flag : 0);
	else
		s->ofd->known &= ~(unsigned)OFD_FLAGS;
}

static void
apply_ioctl(struct call *c)
{
	/* TIOCGPTPEER, NS_GET_*: the record has the new descriptor if there is one. */
	if (raw_blob_find(c->rec, RAW_BLOB_FD, RAW_ARG_RET)) {
		struct made made = { .no_flags = true, .pos = -1 };
		c->made_fd = (int32_t)c->rec->ret;
		dec_make(c, c->made_fd, RAW_ARG_RET, &made);
		return;
	}
	struct fdslot *s = slot(c);
	if (!s)
		return;
	switch ((uint32_t)c->rec->args[1]) {
	case FIOCLEX:
		s->cloexec = true;
		break;
	case FIONCLEX:
		s->cloexec = false;
		break;
	case FIONBIO:
		set_by_ioctl(c, s, O_NONBLOCK);
		break;
	case FIOASYNC:
		set_by_ioctl(c, s, O_ASYNC);
		break;
	default:
		break;
	}
}

const struct dec_row dec_fd_rows[] = {
	{ __NR_close, DEC_EVEN_FAILED, NULL, apply_close },
	{ __NR_close_range, 0, fill_close_range, apply_close_range },
	{ __NR_dup, 0, NULL, apply_dup },
	{ __NR_dup2, 0, NULL, apply_dup },
	{ __NR_dup3, 0, NULL, apply_dup },
	{ __NR_fcntl, 0, NULL, apply_fcntl },
	{ __NR_ioctl, 0, NULL, apply_ioctl },
	{ 0 },
};
