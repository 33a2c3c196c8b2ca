/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * New descriptors enter the model: under the kernel's name where the record has it, else
 * under the name that the call implies.
 */
#include <fcntl.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

/* The facts of the FD blob with ARG about descriptor FD; false if there is none. */
static bool
made_facts(const struct call *c, int32_t fd, unsigned arg, struct ofd_facts *f)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_FD, arg, sizeof(struct raw_fd));
	if (!b)
		return false;
	const struct raw_fd *raw = raw_blob_data(b);
	if (raw->fd != fd)
		return false;
	*f = dec_facts(raw, b);
	return true;
}

/* Nobody can use a number that the kernel chose before the call returned. One that the
 * program chose may be in use by another thread as soon as the call began. */
static void
install(struct call *c, int32_t fd, struct ofd *o, bool cloexec)
{
	bool chosen = c->rec->nr == __NR_dup2 || c->rec->nr == __NR_dup3;
	if (fd >= 0)
		fdtable_install(c->task->files, fd, o, cloexec,
				chosen ? c->rec->enter_ns : c->end_ns);
}

struct ofd *
dec_make(struct call *c, int32_t fd, unsigned blob_arg, const struct made *made)
{
	struct ofd *o = ofd_new(&c->m->ofds);
	bool cloexec = made->flags & O_CLOEXEC;
	if (!made->no_flags) {
		o->flags = made->flags & ~(uint32_t)O_CLOEXEC;
		o->known |= OFD_FLAGS;
	}
	o->pos = made->pos;
	o->deleted = made->deleted;
	struct ofd_facts f;
	if (made_facts(c, fd, blob_arg, &f)) {
		model_ofd_observe(c->m, o, &f);
		if (f.has_flags)
			cloexec = f.flags & O_CLOEXEC;
	} else if (made->name) {
		o->name = intern(c->m->names, made->name, made->len);
	}
	install(c, fd, o, cloexec);
	const struct fdslot *s = fdtable_find(c->task->files, fd);
	bool kept = s && s->ofd == o;
	ofd_unref(o);
	return kept ? o : NULL;
}

void
dec_make_dup(struct call *c, int32_t fd, unsigned blob_arg, struct ofd *o, bool cloexec)
{
	struct ofd_facts f;
	bool facts = made_facts(c, fd, blob_arg, &f);
	if (!o && !facts) {
		/* A copy of something unknown: at least the old binding is void. */
		fdtable_remove(c->task->files, fd, c->rec->enter_ns);
		return;
	}
	if (o)
		ofd_ref(o);
	else
		o = model_ofd_new(c->m, &f);
	install(c, fd, o, facts && f.has_flags ? (f.flags & O_CLOEXEC) != 0 : cloexec);
	ofd_unref(o);
}
