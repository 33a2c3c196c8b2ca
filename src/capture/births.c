/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How tasks come and go. The kernel tells of a child twice, in either order: an event of
 * its creator and the child's own first stop. The child is held at its first stop until
 * the creator's event said who made it and with which flags, so that a child's first call
 * always comes after its RAW_TASK_NEW.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "capture/inline.h"
#include "capture/mem.h"
#include "capture/regs.h"
#include "capture/restart.h"
#include "capture/stop_engine.h"
#include "capture/unwind.h"

/* i386 numbers of what makes tasks (arch/x86/entry/syscalls/syscall_32.tbl) */
#define I386_VFORK 190
#define I386_CLONE 120

/* The CLONE_* flags of the call T is in, which just made a child. */
static uint64_t
clone_flags(const struct tracee *t)
{
	struct syscall_regs r;
	uint64_t flags = 0;
	if (!regs_read(t->tid, OP_NONE, &r))
		return 0;
	bool i386 = r.abi == RAW_ABI_I386;
	if (r.nr == (i386 ? I386_CLONE : SYS_clone))
		return r.args[0];
	if (r.nr == (i386 ? I386_VFORK : SYS_vfork))
		return CLONE_VFORK | CLONE_VM;
	if (r.nr == SYS_clone3) /* the same number in every ABI */
		mem_read(t->tid, r.args[0], &flags, sizeof(flags));
	return flags;
}

static void
seed_fs(struct stop_engine *e, struct tracee *t)
{
	char name[PROC_NAME_MAX];
	stop_engine_record(e, RAW_FS_SEED, t);
	ssize_t n = proc_link(&t->proc, "cwd", name, sizeof(name));
	if (n > 0)
		raw_build_add(&e->scratch, RAW_BLOB_PATH, 0, 0, name, (size_t)n);
	n = proc_link(&t->proc, "root", name, sizeof(name));
	if (n > 0)
		raw_build_add(&e->scratch, RAW_BLOB_PATH, 1, 0, name, (size_t)n);
	stop_engine_queue(e, t, e->scratch.rec);
}

struct seed_ctx {
	struct stop_engine *e;
	struct tracee *t;
};

static void
seed_fd(void *arg, int num)
{
	struct seed_ctx *ctx = arg;
	struct raw_fd fd;
	char name[PROC_NAME_MAX];
	ssize_t n = proc_fd(&ctx->t->proc, num, PROC_FD_INFO | PROC_FD_STAT, &fd, name,
			    sizeof(name));
	if (n < 0)
		return;
	stop_engine_record(ctx->e, RAW_FD_SEED, ctx->t);
	raw_build_add_fd(&ctx->e->scratch, 0, &fd, name, (size_t)n);
	stop_engine_queue(ctx->e, ctx->t, ctx->e->scratch.rec);
}

/* The name of the task, where it is known; else it is the reader's to work out. */
static void
add_comm(struct stop_engine *e, const struct tracee *t)
{
	if (t->comm[0])
		raw_build_add(&e->scratch, RAW_BLOB_COMM, 0, 0, t->comm, strlen(t->comm));
}

void
births_announce(struct stop_engine *e, struct tracee *t, pid_t creator, uint64_t flags,
		enum raw_task_origin origin, uint64_t when_ns)
{
	if (e->use_proc && !proc_comm(&t->proc, t->comm))
		t->comm[0] = '\0';
	t->known = true;
	struct raw_rec *rec = stop_engine_record(e, RAW_TASK_NEW, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = (uint64_t)creator;
	rec->args[1] = flags;
	rec->args[2] = origin;
	add_comm(e, t);
	stop_engine_queue(e, t, e->scratch.rec);
}

/* Without /proc: a command that we start works where we do. */
static void
seed_our_cwd(struct stop_engine *e, const struct tracee *t)
{
	char name[PATH_MAX];
	if (!getcwd(name, sizeof(name)))
		return;
	stop_engine_record(e, RAW_FS_SEED, t);
	raw_build_add(&e->scratch, RAW_BLOB_PATH, 0, 0, name, strlen(name));
	stop_engine_queue(e, t, e->scratch.rec);
}

void
births_seed(struct stop_engine *e, struct tracee *t)
{
	if (!e->use_proc) {
		if (!t->attached)
			seed_our_cwd(e, t);
		return;
	}
	seed_fs(e, t);
	proc_each_fd(&t->proc, seed_fd, &(struct seed_ctx){ e, t });
}

/* The creator will not tell of T any more, or is not known: what /proc says must do. */
static void
announce_orphan(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	struct proc_status st;
	pid_t creator = 0;
	uint64_t flags = 0;
	t->pid = t->tid;
	if (e->use_proc && !proc_status(t->tid, &st)) {
		t->pid = st.tgid;
		creator = st.tgid == t->tid ? st.ppid : st.tgid;
		if (st.tgid != t->tid)
			flags = CLONE_THREAD | CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND;
	}
	t->seccomp = e->use_seccomp && !t->attached;
	births_announce(e, t, creator, flags, RAW_ORIGIN_CHILD, when_ns);
	inline_orphan(e, t, creator, flags);
}

struct tracee *
births_tracee(struct stop_engine *e, const struct stop *s)
{
	struct tracee *t = tracees_find(&e->tracees, s->tid);
	if (t || !WIFSTOPPED(s->status))
		return t;
	return tracees_add(&e->tracees, s->tid, 0);
}

void
births_hold(struct stop_engine *e, struct tracee *t)
{
	if (!t->held_at_birth)
		e->orphans++;
	t->held_at_birth = true;
}

/* Lets a child go that was held, now that it is known. */
static void
let_go(struct stop_engine *e, struct tracee *t)
{
	if (!t->held_at_birth)
		return;
	t->held_at_birth = false;
	e->orphans--;
	stops_resume(e, t, 0);
}

void
births_child(struct stop_engine *e, struct tracee *t, const struct stop *s)
{
	pid_t tid = (pid_t)s->message;
	if (tid <= 0)
		return;
	struct tracee *child = tracees_find(&e->tracees, tid);
	if (child && child->known)
		return;
	if (!child)
		child = tracees_add(&e->tracees, tid, 0);
	uint64_t flags = clone_flags(t);
	bool thread = flags & CLONE_THREAD;
	child->pid = thread ? t->pid : tid;
	child->attached = t->attached;
	child->seccomp = t->seccomp;
	child->muted = t->muted || (!e->cfg->follow && !thread);
	child->root = t->root ? xstrdup(t->root) : NULL;
	child->root_epoch = t->root_epoch;
	births_announce(e, child, t->tid, flags, RAW_ORIGIN_CHILD, s->when_ns);
	if (!thread)
		uring_forked(e, t->pid, tid);
	inline_child(e, t, child, flags);
	let_go(e, child);
}

struct tracee *
births_exec(struct stop_engine *e, struct tracee *t, const struct stop *s)
{
	pid_t former = (pid_t)s->message;
	if (former > 0 && former != t->tid) {
		/* Another thread made the exec and now has the leader's tid; the leader
		 * itself is gone without a wait status (ptrace(2), "execve(2) under
		 * ptrace"). */
		struct tracee *caller = tracees_find(&e->tracees, former);
		if (caller) {
			struct stop end = { .when_ns = s->when_ns, .message = s->message };
			births_end(e, t, &end);
			tracees_rename(&e->tracees, caller, s->tid);
			t = caller;
		}
	}
	inline_end(e, t);
	uring_gone(e, t->tid, t->pid, s->when_ns);
	t->exec_former = former > 0 ? former : t->tid;
	t->launching = false;
	aio_forget(e, t->pid);
	if (e->unwinder)
		unwind_forget(e->unwinder, t->pid);
	free(t->root);
	t->root = NULL;
	t->root_epoch = e->root_epoch - 1;
	procdir_close(&t->proc);
	procdir_open(&t->proc, t->tid, e->tracees.keep_below);
	/* A program with other privileges may have another /proc owner; it also may run
	 * other code than the held calls belong to. */
	restart_release_all(e, t);
	if (!t->recording)
		births_exec_done(e, t, s->when_ns);
	inline_exec(e, t);
	return t;
}

/* What privileges the program of TID would give whoever runs it, in words; NULL: none. By
 * the link of /proc, which needs no way to the file's name. */
static const char *
gives_privileges(pid_t tid)
{
	struct stat st;
	char exe[32];
	snprintf(exe, sizeof(exe), "/proc/%d/exe", tid);
	if (stat(exe, &st))
		return NULL;
	if (st.st_mode & S_ISUID && st.st_uid != geteuid())
		return "set-user-ID privileges";
	if (st.st_mode & S_ISGID && st.st_mode & S_IXGRP)
		return "set-group-ID privileges";
	return getxattr(exe, "security.capability", NULL, 0) > 0 ? "file capabilities" : NULL;
}

/* Things that a user should know of a program that was just executed, once each. */
static void
remark_on_program(struct stop_engine *e, pid_t tid, const char *exe)
{
	char text[PATH_MAX + 160];
	/* no_new_privs, which a filter needs where CAP_SYS_ADMIN is missing, and any tracer
	 * without CAP_SYS_PTRACE take the privileges (execve(2), ptrace(2)). */
	const char *what = !e->said_unprivileged && e->drops_privileges ? gives_privileges(tid)
									: NULL;
	if (!what)
		return;
	e->said_unprivileged = true;
	snprintf(text, sizeof(text), "%s runs without its %s, because iotrace has none: run "
		 "iotrace as root to keep them", exe, what);
	stop_engine_note(e, text);
}

/* The program has run no instruction yet: what is mapped besides itself is its loader. */
static void
add_interpreter(struct stop_engine *e, struct tracee *t, const char *exe)
{
	char name[PROC_NAME_MAX];
	size_t n = proc_other_map(&t->proc, exe, name, sizeof(name));
	if (n)
		raw_build_add(&e->scratch, RAW_BLOB_PATH, 1, 0, name, n);
}

void
births_exec_done(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	if (!t->exec_former)
		return;
	char exe[PROC_NAME_MAX];
	ssize_t n = e->use_proc ? proc_link(&t->proc, "exe", exe, sizeof(exe) - 1) : -1;
	if (e->use_proc && !proc_comm(&t->proc, t->comm))
		t->comm[0] = '\0';
	struct raw_rec *rec = stop_engine_record(e, RAW_TASK_EXEC, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = (uint64_t)t->exec_former;
	add_comm(e, t);
	if (n > 0) {
		exe[n] = '\0';
		raw_build_add(&e->scratch, RAW_BLOB_PATH, 0, 0, exe, (size_t)n);
		add_interpreter(e, t, exe);
	}
	stop_engine_queue(e, t, e->scratch.rec);
	t->exec_former = 0;
	if (n > 0)
		remark_on_program(e, t->tid, exe);
}

/* Children whose creator died before its event could tell of them. */
static void
adopt_orphans(struct stop_engine *e, uint64_t when_ns)
{
	while (e->orphans) {
		size_t pos = 0;
		uint64_t tid;
		void *v = NULL;
		while (hash_next(&e->tracees.by_tid, &pos, &tid, &v))
			if (((struct tracee *)v)->held_at_birth)
				break;
		announce_orphan(e, v, when_ns);
		let_go(e, v);
	}
}

static bool
group_is_gone(const struct stop_engine *e, pid_t pid)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		const struct tracee *t = v;
		if (t->pid == pid)
			return false;
	}
	return true;
}

void
births_end(struct stop_engine *e, struct tracee *t, const struct stop *s)
{
	inline_end(e, t);
	restart_release_all(e, t);
	calls_abandon(e, t, s->when_ns);
	pid_t pid = t->pid;
	bool known = t->known, muted = t->muted;
	uring_gone(e, t->tid, t->tid == t->pid ? pid : 0, s->when_ns);
	struct raw_rec *rec = stop_engine_record(e, RAW_TASK_EXIT, t);
	bool leader = t->tid == t->pid;
	rec->enter_ns = rec->exit_ns = s->when_ns;
	rec->args[0] = (uint64_t)(uint32_t)s->status;
	rec->args[2] = s->message;
	if (t->held_at_birth)
		e->orphans--;
	tracees_remove(&e->tracees, t);
	/* The leader's status comes last of its group (wait_task_zombie waits for
	 * delay_group_leader), unless a thread's exec took its place, or it had ended before
	 * we attached. */
	rec->args[1] = group_is_gone(e, pid);
	if (rec->args[1])
		aio_forget(e, pid);
	if (rec->args[1] && e->unwinder)
		unwind_forget(e->unwinder, pid);
	if (known && !muted)
		stop_engine_queue(e, NULL, rec);
	adopt_orphans(e, s->when_ns);
	if (pid == e->command && leader && rec->args[1])
		e->command_status = s->status;
}
