/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of calls about processes: making them, waiting for them, prctl(2), where they
 * may run.
 */
#include "decode/render.h"

#include <asm/unistd.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <signal.h>

#include "table/flags.h"

static uint64_t
value(const struct render *r, unsigned i)
{
	return r->rec->args[i];
}

/* strace names these arguments because architectures disagree about their order. */
void
render_all_clone(const struct render *r)
{
	struct strbuf *sb = r->sb;
	uint64_t flags = (uint32_t)value(r, 0);
	strbuf_adds(sb, "child_stack=");
	render_ptr(sb, value(r, 1));
	strbuf_adds(sb, ", flags=");
	uint64_t bits = flags & ~(uint64_t)CSIGNAL;
	int signo = (int)(flags & CSIGNAL);
	if (bits || !signo)
		render_set(sb, FLAGSET_clone, bits);
	if (signo) {
		strbuf_adds(sb, bits ? "|" : "");
		render_signal(sb, signo);
	}
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) {
		struct bytes tid = { NULL, 0, 0 };
		if (r->ok)
			tid = render_blob(r, RAW_BLOB_OUT, 2);
		strbuf_adds(sb, ", parent_tid=");
		if (tid.len < 4) {
			render_ptr(sb, value(r, 2));
		} else {
			strbuf_addch(sb, '[');
			render_fd(r, flags & CLONE_PIDFD ? RAW_ARG_NEW0 : RAW_ARG_MAX,
				  (int)render_load(tid, 0, 4));
			strbuf_addch(sb, ']');
		}
	}
	if (flags & CLONE_SETTLS) {
		strbuf_adds(sb, ", tls=");
		strbuf_addhex(sb, value(r, 4));
	}
	if (flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) {
		strbuf_adds(sb, ", child_tidptr=");
		render_ptr(sb, value(r, 3));
	}
}

/* The request; behind it the descriptor of the child, where the call made one. */
void
render_arg_clone_args(const struct render *r, unsigned i)
{
	struct bytes in = render_blob(r, RAW_BLOB_BYTES, i);
	struct bytes fd = render_blob(r, RAW_BLOB_FD, RAW_ARG_NEW0);
	if (in.flags & RAW_BLOB_FAULT || !render_struct(r, STRUCT_clone_args, in)) {
		render_ptr(r->sb, value(r, i));
	} else if (r->ok && fd.len >= sizeof(struct raw_fd)) {
		strbuf_adds(r->sb, " => {pidfd=[");
		render_fd(r, RAW_ARG_NEW0,
			  (int)render_load(fd, offsetof(struct raw_fd, fd), 4));
		strbuf_adds(r->sb, "]}");
	}
}

/* Set only if a child was reported. */
void
render_arg_wait_status(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!r->ok || r->rec->ret == 0 || b.len < 4) {
		render_ptr(r->sb, value(r, i));
		return;
	}
	strbuf_addch(r->sb, '[');
	render_wait_status(r->sb, (int)render_load(b, 0, 4));
	strbuf_addch(r->sb, ']');
}

void
render_arg_wait_rusage(const struct render *r, unsigned i)
{
	if (r->ok && r->rec->ret == 0)
		render_ptr(r->sb, value(r, i));
	else
		render_arg(r, i);
}

/* How many arguments of prctl(2) count, for options that programs use; else all. */
unsigned
render_nargs_prctl(const struct render *r)
{
	switch ((int)value(r, 0)) {
	case PR_GET_DUMPABLE:
	case PR_GET_KEEPCAPS:
	case PR_GET_TIMERSLACK:
	case PR_GET_SECCOMP:
	case PR_GET_SECUREBITS:
		return 1;
	case PR_SET_NAME:
	case PR_GET_NAME:
	case PR_SET_PDEATHSIG:
	case PR_GET_PDEATHSIG:
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_SET_TIMERSLACK:
	case PR_CAPBSET_READ:
	case PR_CAPBSET_DROP:
	case PR_SET_PTRACER:
	case PR_SET_CHILD_SUBREAPER:
	case PR_GET_CHILD_SUBREAPER:
		return 2;
	default:
		return 5;
	}
}

/* All ones only asks (personality(2)). */
void
render_arg_personality(const struct render *r, unsigned i)
{
	if ((uint32_t)value(r, i) == UINT32_MAX)
		strbuf_addhex(r->sb, UINT32_MAX);
	else
		render_arg(r, i);
}

/* The processors of a cpu_set_t: [0 1]. */
void
render_arg_cpuset(const struct render *r, unsigned i)
{
	bool is_get = r->desc->nr == __NR_sched_getaffinity;
	struct bytes b = { NULL, 0, 0 };
	if (r->ok || !is_get)
		b = render_blob(r, is_get ? RAW_BLOB_OUT : RAW_BLOB_BYTES, i);
	if (!b.p || b.flags & RAW_BLOB_FAULT)
		render_ptr(r->sb, value(r, i));
	else
		render_fdset(r->sb, b, UINT64_MAX);
}
