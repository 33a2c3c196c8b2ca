/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes: names, what tasks share, and calls that look into another process. That a
 * task began, ended or executed a program comes as records of their own (decode.c).
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

#define COMM_BYTES 15u /* TASK_COMM_LEN without the NUL */

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

/* A new descriptor of a process, close-on-exec from the start (pidfd_open(2)). */
static void
make_pidfd(struct call *c, int32_t fd, unsigned blob_arg, uint64_t pid)
{
	static const char name[] = "anon_inode:[pidfd]";
	struct made made = { .name = name,
			     .len = sizeof(name) - 1,
			     .flags = O_RDWR | O_CLOEXEC,
			     .pos = -1 };
	struct ofd *o = dec_make(c, fd, blob_arg, &made);
	if (o)
		o->pid = (int32_t)pid;
}

static void
apply_pidfd_open(struct call *c)
{
	c->made_fd = (int32_t)c->rec->ret;
	make_pidfd(c, c->made_fd, RAW_ARG_RET, c->rec->args[0]);
}

/* The other process's descriptor is ours now, the same open file description. */
static void
apply_pidfd_getfd(struct call *c)
{
	const struct ofd *pidfd = dec_fd(c, 0)->ofd;
	bool known = pidfd && c->d->trust.bindings;
	const struct task *t = known ? model_task_find(c->m, pidfd->pid) : NULL;
	const struct fdslot *s =
		t ? fdtable_find(t->files, (int32_t)c->rec->args[1]) : NULL;
	c->made_fd = (int32_t)c->rec->ret;
	dec_make_dup(c, c->made_fd, RAW_ARG_RET, s ? s->ofd : NULL, true);
}

/* CLONE_PIDFD stored a descriptor: the record names it, or clone(2)'s parent_tid does. */
static void
apply_clone(struct call *c)
{
	for (unsigned arg = RAW_ARG_NEW0; arg <= RAW_ARG_NEW1; arg++) {
		const struct raw_blob *b =
			dec_blob(c, RAW_BLOB_FD, arg, sizeof(struct raw_fd));
		if (!b)
			continue;
		make_pidfd(c, ((const struct raw_fd *)raw_blob_data(b))->fd, arg,
			   (uint64_t)c->rec->ret);
		return;
	}
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_OUT, 2, 4);
	if (c->rec->nr == __NR_clone && c->rec->args[0] & CLONE_PIDFD && b)
		make_pidfd(c, (int32_t)dec_u32(b, 0), RAW_ARG_MAX, (uint64_t)c->rec->ret);
}

static void
apply_unshare(struct call *c)
{
	/* kernel/fork.c, ksys_unshare(): both namespaces imply CLONE_FS. */
	if (c->rec->args[0] & (CLONE_FS | CLONE_NEWNS | CLONE_NEWUSER))
		model_unshare_fs(c->m, c->task);
	if (c->rec->args[0] & CLONE_FILES)
		model_unshare_files(c->task);
}

/* Another mount namespace: fs/namespace.c, mntns_install() moves root and cwd there. */
static void
apply_setns(struct call *c)
{
	struct text t = dec_fd(c, 0)->name;
	bool other = c->rec->args[1] && !(c->rec->args[1] & CLONE_NEWNS);
	if (other || (t.p && t.len > 4 && t.p[3] == ':' && t.p[0] != 'm'))
		return;
	fsctx_forget(c->task->fs);
}

static void
apply_prctl(struct call *c)
{
	if ((int)c->rec->args[0] != PR_SET_NAME)
		return;
	/* A RAW_TASK_COMM record says so too; this one is for engines that cannot. */
	const struct raw_blob *b = raw_blob_find(c->rec, RAW_BLOB_CSTR, 1);
	if (!b)
		b = raw_blob_find(c->rec, RAW_BLOB_BYTES, 1);
	if (!b)
		return;
	/* What is copied may go on behind the NUL, or stop at the end of the memory. */
	size_t n = strnlen(raw_blob_data(b), b->len);
	if (n < b->len || !(b->flags & RAW_BLOB_FAULT))
		model_task_rename(c->m, c->task, raw_blob_data(b),
				  n < COMM_BYTES ? n : COMM_BYTES, c->end_ns);
}

/* The name is that of the program's last component (fs/exec.c, begin_new_exec()); what
 * RAW_TASK_EXEC says, before or later, wins. */
static void
apply_exec(struct call *c)
{
	struct text t = dec_path(c, (unsigned)c->desc->path_arg);
	const char *slash = t.p ? strrchr(t.p, '/') : NULL;
	if (!t.p || c->task->exec_ns > c->rec->enter_ns)
		return;
	const char *name = slash ? slash + 1 : t.p;
	model_task_rename(c->m, c->task, name, strnlen(name, COMM_BYTES), c->end_ns);
}

/* idx1 is a descriptor, and one of pid1, only for KCMP_FILE (kcmp(2)). */
static void
fill_kcmp(struct call *c)
{
	dec_unset(c, EV_fd);
	dec_unset(c, EV_flags);
	dec_unset(c, EV_peer);
	dec_set_file(c, (struct text){ 0 }, 0);
	if (c->rec->args[2] != 0) /* KCMP_FILE, linux/kcmp.h */
		return;
	int32_t fd = (int32_t)c->rec->args[3];
	const struct task *t = model_task_find(c->m, (int32_t)c->rec->args[0]);
	dec_set_fd(c, fd);
	if (t == c->task || (int32_t)c->rec->args[0] == c->rec->pid) {
		dec_set_fdinfo(c, dec_fd(c, 3));
		return;
	}
	const struct fdslot *s =
		t ? fdtable_find_at(t->files, fd, c->rec->enter_ns) : NULL;
	if (s && s->ofd->name && c->d->trust.bindings)
		dec_set_file(c, dec_text(c, s->ofd->name->s, s->ofd->name->len),
			     s->ofd->deleted ? EVENT_FILE_DELETED : 0);
}

const struct dec_row dec_proc_rows[] = {
	{ __NR_clone, 0, NULL, apply_clone },
	{ __NR_clone3, 0, NULL, apply_clone },
	{ __NR_unshare, 0, NULL, apply_unshare },
	{ __NR_setns, 0, NULL, apply_setns },
	{ __NR_prctl, 0, NULL, apply_prctl },
	{ __NR_execve, 0, NULL, apply_exec },
	{ __NR_execveat, 0, NULL, apply_exec },
	{ __NR_pidfd_open, 0, NULL, apply_pidfd_open },
	{ __NR_pidfd_getfd, 0, NULL, apply_pidfd_getfd },
	{ __NR_kcmp, 0, fill_kcmp, NULL },
	{ 0 },
};
