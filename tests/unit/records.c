/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw records by hand: see records.h.
 */
#include "records.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "raw/raw_check.h"

static void
copy_text(char *to, size_t size, struct text t)
{
	assert(t.len < size);
	if (t.p) {
		assert(strlen(t.p) == t.len);
		memcpy(to, t.p, t.len + 1);
	} else {
		to[0] = '\0';
	}
}

#define COPY(field) \
	copy_text(c->field, sizeof(c->field), event_field_text(ev, EV_##field))

static void
keep(struct event_copy *c, const struct event *ev)
{
	assert(ev->desc);
	c->ev = *ev;
	COPY(syscall);
	COPY(family);
	COPY(kind);
	COPY(comm);
	COPY(error);
	COPY(file);
	COPY(old_file);
	copy_text(c->asked, sizeof(c->asked), ev->asked);
	copy_text(c->source, sizeof(c->source), ev->source);
	COPY(flags);
	COPY(peer);
	COPY(epoll_op);
	COPY(args);
}

static void
on_event(void *arg, const struct event *ev)
{
	struct fixture *fx = arg;
	keep(&fx->last, ev);
	fx->events++;
}

static void
on_in_flight(void *arg, const struct event *ev)
{
	struct fixture *fx = arg;
	keep(&fx->last, ev);
	fx->in_flight++;
}

static void
on_notice(void *arg, const struct notice *n)
{
	struct fixture *fx = arg;
	fx->last_notice = *n;
	copy_text(fx->notice_text, sizeof(fx->notice_text), n->text);
	fx->notices++;
}

static void
on_program(void *arg, const struct program *p)
{
	struct fixture *fx = arg;
	copy_text(fx->program, sizeof(fx->program), p->file);
	copy_text(fx->interpreter, sizeof(fx->interpreter), p->interpreter);
}

void
fx_open(struct fixture *fx, const struct decode_cfg *cfg)
{
	static const struct decode_cfg all;
	struct decode_out out = { .event = on_event, .notice = on_notice,
				  .in_flight = on_in_flight,
				  .program = on_program, .arg = fx };
	*fx = (struct fixture){ .pid = 100, .tid = 100, .now = 1000 };
	fx->d = decoder_new(cfg ? cfg : &all, &out);
	fx_start(fx, RAW_TASK_NEW);
	fx->rec->args[2] = RAW_ORIGIN_LAUNCH;
	fx_blob(fx, RAW_BLOB_COMM, 0, "first", 5);
	fx_send(fx);
	fx_start(fx, RAW_FS_SEED);
	fx_blob(fx, RAW_BLOB_PATH, 0, "/proj", 5);
	fx_blob(fx, RAW_BLOB_PATH, 1, "/", 1);
	fx_send(fx);
}

void
fx_close(struct fixture *fx)
{
	raw_build_fini(&fx->b);
	decoder_free(fx->d);
}

void
fx_start(struct fixture *fx, unsigned kind)
{
	fx->rec = raw_build_start(&fx->b, kind, fx->pid, fx->tid);
	fx->rec->seq = ++fx->seq;
	fx->rec->enter_ns = fx->now;
	fx->rec->exit_ns = fx->now + 10;
	fx->rec->flags = fx->flags;
	fx->now += 100;
}

void
fx_call(struct fixture *fx, unsigned nr, int64_t ret, uint64_t a0, uint64_t a1,
	uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	fx_start(fx, RAW_SYSCALL);
	fx->rec->nr = nr;
	fx->rec->ret = ret;
	uint64_t args[] = { a0, a1, a2, a3, a4, a5 };
	memcpy(fx->rec->args, args, sizeof(args));
}

void
fx_blob(struct fixture *fx, unsigned kind, unsigned arg, const void *p, size_t len)
{
	raw_build_add(&fx->b, kind, arg, 0, p, len);
	fx->rec = fx->b.rec;
}

void
fx_str(struct fixture *fx, unsigned arg, const char *s)
{
	fx_blob(fx, RAW_BLOB_CSTR, arg, s, strlen(s));
}

void
fx_raw_fd(struct fixture *fx, unsigned arg, const struct raw_fd *fd, const char *name)
{
	raw_build_add_fd(&fx->b, arg, fd, name, strlen(name));
	fx->rec = fx->b.rec;
}

void
fx_fd(struct fixture *fx, unsigned arg, int fd, const char *name, unsigned flags,
      int64_t pos, unsigned mode)
{
	struct raw_fd raw = { .fd = fd, .flags = flags, .mode = mode };
	if (pos >= 0) {
		raw.pos = pos;
		raw.bits |= RAW_FD_INFO;
	}
	if (mode)
		raw.bits |= RAW_FD_STAT;
	fx_raw_fd(fx, arg, &raw, name);
}

const struct event_copy *
fx_send(struct fixture *fx)
{
	int before = fx->events;
	const char *bad = raw_check(fx->b.rec, fx->b.rec->size);
	if (bad)
		fprintf(stderr, "record %u: %s\n", fx->b.rec->kind, bad);
	assert(!bad);
	/* In a buffer of exactly its size, so that ASan sees a byte too many read. */
	struct raw_rec *exact = malloc(fx->b.rec->size);
	assert(exact);
	memcpy(exact, fx->b.rec, fx->b.rec->size);
	decoder_feed(fx->d, exact);
	free(exact);
	return fx->events > before ? &fx->last : NULL;
}

const struct event_copy *
fx_openat(struct fixture *fx, const char *path, unsigned flags, int64_t ret)
{
	fx_call(fx, SYS_openat, ret, (uint64_t)AT_FDCWD, 0x1000, flags, 0644, 0, 0);
	fx_str(fx, 1, path);
	return fx_send(fx);
}

const struct event_copy *
fx_read(struct fixture *fx, int fd, uint64_t count, int64_t ret)
{
	fx_call(fx, SYS_read, ret, (uint64_t)fd, 0x1000, count, 0, 0, 0);
	return fx_send(fx);
}

const struct event_copy *
fx_close_fd(struct fixture *fx, int fd, int64_t ret)
{
	fx_call(fx, SYS_close, ret, (uint64_t)fd, 0, 0, 0, 0, 0);
	return fx_send(fx);
}

void
fx_fork(struct fixture *fx, int pid, int tid, uint64_t clone_flags)
{
	int creator = fx->tid, was_pid = fx->pid;
	fx->pid = pid;
	fx->tid = tid;
	fx_start(fx, RAW_TASK_NEW);
	fx->rec->args[0] = (uint64_t)creator;
	fx->rec->args[1] = clone_flags;
	fx->rec->args[2] = RAW_ORIGIN_CHILD;
	fx_send(fx);
	fx->pid = was_pid;
	fx->tid = creator;
}

void
fx_exec(struct fixture *fx, int pid, int former, const char *comm)
{
	int was_tid = fx->tid;
	fx->tid = fx->pid = pid;
	fx_start(fx, RAW_TASK_EXEC);
	fx->rec->args[0] = (uint64_t)former;
	fx_blob(fx, RAW_BLOB_COMM, 0, comm, strlen(comm));
	fx_blob(fx, RAW_BLOB_PATH, 0, "/bin/x", 6);
	fx_send(fx);
	fx->tid = was_tid;
}

void
fx_exit(struct fixture *fx, int pid, int tid)
{
	int was_pid = fx->pid, was_tid = fx->tid;
	fx->pid = pid;
	fx->tid = tid;
	fx_start(fx, RAW_TASK_EXIT);
	fx->rec->args[1] = pid == tid;
	fx_send(fx);
	fx->pid = was_pid;
	fx->tid = was_tid;
}
