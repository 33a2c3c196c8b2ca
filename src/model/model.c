/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model as a whole: tasks and what the kernel says of descriptors. Names that change
 * under open files are in names.c.
 */
#include "model/model.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/xalloc.h"
#include "model/aio.h"

struct model *
model_new(void)
{
	struct model *m = xcalloc(1, sizeof(*m));
	m->names = intern_pool_new();
	m->slot_budget = MODEL_MAX_SLOTS;
	return m;
}

void
model_free(struct model *m)
{
	if (!m)
		return;
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&m->tasks, &pos, &key, &value))
		task_free(value);
	hash_fini(&m->tasks);
	aio_free_ended(m);
	uring_rings_free(m);
	peers_fini(&m->peers);
	handles_fini(&m->handles);
	intern_pool_free(m->names);
	free(m);
}

struct task *
model_task_find(const struct model *m, int32_t tid)
{
	return hash_find(&m->tasks, (uint32_t)tid);
}

/* Puts T under its tid, freeing what stood there. */
static void
put_task(struct model *m, struct task *t)
{
	task_free(hash_put(&m->tasks, (uint32_t)t->tid, t));
}

/* Shares with or copies from FROM as clone(2) says of FLAGS; FROM NULL: all is new. */
static struct task *
make_task(struct model *m, int32_t pid, int32_t tid, const struct task *from,
	  uint64_t flags)
{
	struct task *t = task_new(pid, tid);
	if (!from) {
		t->files = fdtable_new(&m->slot_budget);
		t->fs = fsctx_new(&m->fsctxs);
		t->mm = mm_new(0, &m->aio_ended);
		return t;
	}
	t->files = flags & CLONE_FILES ? fdtable_ref(from->files)
				       : fdtable_copy(from->files);
	t->fs = flags & CLONE_FS ? fsctx_ref(from->fs) : fsctx_copy(from->fs, &m->fsctxs);
	t->mm = flags & CLONE_VM ? mm_ref(from->mm) : mm_new(from->mm->brk, &m->aio_ended);
	t->names[0].s = istr_ref(from->names[0].s);
	return t;
}

/* Any task of group PID: its leader; others are found by no index and not looked for. */
static const struct task *
sibling(const struct model *m, int32_t pid, int32_t tid)
{
	const struct task *t = pid == tid ? NULL : model_task_find(m, pid);
	return t && t->pid == pid ? t : NULL;
}

#define SHARES_ALL (CLONE_FILES | CLONE_FS | CLONE_VM)

struct task *
model_task(struct model *m, int32_t pid, int32_t tid)
{
	struct task *t = model_task_find(m, tid);
	if (t && t->pid == pid)
		return t;
	t = make_task(m, pid, tid, sibling(m, pid, tid), SHARES_ALL);
	put_task(m, t);
	return t;
}

struct task *
model_task_begin(struct model *m, int32_t pid, int32_t tid, int32_t creator,
		 uint64_t flags)
{
	const struct task *from = creator ? model_task_find(m, creator) : NULL;
	if (!from) {
		from = sibling(m, pid, tid);
		flags = SHARES_ALL;
	}
	struct task *t = make_task(m, pid, tid, from, flags);
	put_task(m, t);
	return t;
}

void
model_unshare_files(struct task *t)
{
	if (t->files->refs == 1)
		return;
	struct fdtable *own = fdtable_copy(t->files);
	fdtable_unref(t->files);
	t->files = own;
}

void
model_unshare_fs(struct model *m, struct task *t)
{
	if (t->fs->refs == 1)
		return;
	struct fsctx *own = fsctx_copy(t->fs, &m->fsctxs);
	fsctx_unref(t->fs);
	t->fs = own;
}

struct task *
model_task_exec(struct model *m, int32_t pid, int32_t former, uint64_t ns,
		bool *superseded)
{
	struct task *t = model_task(m, pid, former ? former : pid);
	*superseded = false;
	t->exec_ns = ns;
	t->former_tid = 0;
	if (t->tid != pid) {
		/* fs/exec.c, de_thread(): the caller takes over the leader's number. */
		hash_remove(&m->tasks, (uint32_t)t->tid);
		t->former_tid = t->tid;
		t->tid = pid;
		*superseded = model_task_find(m, pid);
		put_task(m, t);
	}
	model_unshare_files(t);
	fdtable_close_cloexec(t->files, ns);
	mm_unref(t->mm);
	t->mm = mm_new(0, &m->aio_ended);
	task_rings_free(t);
	return t;
}

void
model_task_end(struct model *m, int32_t tid)
{
	task_free(hash_remove(&m->tasks, (uint32_t)tid));
}

void
model_task_rename(struct model *m, struct task *t, const char *name, size_t len,
		  uint64_t ns)
{
	task_rename(t, intern(m->names, name, strnlen(name, len)), ns);
}

void
model_ofd_observe(struct model *m, struct ofd *o, const struct ofd_facts *f)
{
	if (!o->name || o->name->len != f->len ||
	    memcmp(o->name->s, f->name, f->len) != 0) {
		uint64_t ino;
		ofd_set_name(o, intern(m->names, f->name, f->len));
		if (socket_ino(f->name, f->len, &ino)) {
			if (o->peer)
				peers_set(&m->peers, ino, o->peer);
			else
				o->peer = istr_ref(peers_find(&m->peers, ino));
		}
	}
	o->known |= OFD_KERNEL_NAME;
	o->deleted = f->deleted;
	if (f->has_flags) {
		o->flags = f->flags & ~(uint32_t)O_CLOEXEC;
		o->pos = f->pos;
		o->known |= OFD_FLAGS;
	}
	if (f->has_stat) {
		o->mode = f->mode & S_IFMT;
		o->dev = f->dev;
		o->ino = f->ino;
		o->known |= OFD_STAT;
	}
}

struct ofd *
model_ofd_new(struct model *m, const struct ofd_facts *f)
{
	struct ofd *o = ofd_new(&m->ofds);
	model_ofd_observe(m, o, f);
	return o;
}

/*
 * Can the facts be about this description? A name that the model made up says nothing
 * against it; a name of the kernel's changes only by a rename, and then the file is still
 * the same one.
 */
static bool
same_ofd(const struct ofd *o, const struct ofd_facts *f)
{
	if (o->known & OFD_STAT && f->has_stat)
		return o->dev == f->dev && o->ino == f->ino &&
		       o->mode == (f->mode & S_IFMT);
	if (o->name && o->name->len == f->len && !memcmp(o->name->s, f->name, f->len))
		return true;
	return !(o->known & OFD_KERNEL_NAME);
}

void
model_fd_observe(struct model *m, struct task *t, int32_t fd, const struct ofd_facts *f,
		 uint64_t ns)
{
	if (fdtable_changed_after(t->files, fd, ns))
		return;
	struct fdslot *s = fdtable_find(t->files, fd);
	if (s && same_ofd(s->ofd, f)) {
		model_ofd_observe(m, s->ofd, f);
		if (f->has_flags)
			s->cloexec = f->flags & O_CLOEXEC;
		return;
	}
	struct ofd *o = model_ofd_new(m, f);
	fdtable_install(t->files, fd, o, f->has_flags && f->flags & O_CLOEXEC, ns);
	ofd_unref(o);
}

void
model_fd_absent(struct task *t, int32_t fd, uint64_t ns)
{
	if (!fdtable_changed_after(t->files, fd, ns))
		fdtable_remove(t->files, fd, ns);
}

void
model_set_peer(struct model *m, struct ofd *o, struct istr *addr)
{
	uint64_t ino;
	if (o->name && socket_ino(o->name->s, o->name->len, &ino))
		peers_set(&m->peers, ino, addr);
	ofd_set_peer(o, addr);
}

struct istr *
model_invent(struct model *m, const char *prefix)
{
	char name[64];
	int n = snprintf(name, sizeof(name), "%s:[#%llu]", prefix,
			 (unsigned long long)++m->invented);
	return intern(m->names, name, (size_t)n);
}

void
model_forget(struct model *m)
{
	size_t pos = 0;
	uint64_t key;
	void *value;
	while (hash_next(&m->tasks, &pos, &key, &value)) {
		struct task *t = value;
		fdtable_clear(t->files);
		fsctx_forget(t->fs);
		task_rings_free(t);
		t->mm->brk = 0;
		aio_end_all(t->mm);
	}
}
