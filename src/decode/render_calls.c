/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls with an argument whose meaning hangs on another one: the mode of an open that
 * creates nothing, the third argument of fcntl, the value of a socket option. A call
 * without a row in rules[] is shown by the types of its arguments alone.
 */
#include "decode/render.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "table/flags.h"

static uint64_t
value(const struct render *r, unsigned i)
{
	return r->rec->args[i];
}

static void
arg_hex(const struct render *r, unsigned i)
{
	strbuf_addhex(r->sb, value(r, i));
}

static void
arg_ptr(const struct render *r, unsigned i)
{
	render_ptr(r->sb, value(r, i));
}

static void
arg_i32(const struct render *r, unsigned i)
{
	strbuf_addi64(r->sb, (int32_t)value(r, i));
}

static void
arg_u64(const struct render *r, unsigned i)
{
	strbuf_addu64(r->sb, value(r, i));
}

/* ---- files ---- */

/* The mode counts only if the call may create a file (open(2)). O_TMPFILE without its
 * O_DIRECTORY part. */
static unsigned
nargs_mode_behind(const struct render *r, unsigned flags_arg)
{
	static const uint64_t creates = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
	return value(r, flags_arg) & creates ? flags_arg + 2 : flags_arg + 1;
}

static unsigned
nargs_open(const struct render *r)
{
	return nargs_mode_behind(r, 1);
}

static unsigned
nargs_openat(const struct render *r)
{
	return nargs_mode_behind(r, 2);
}

static unsigned
nargs_mq_open(const struct render *r)
{
	return value(r, 1) & O_CREAT ? 4 : 2;
}

static unsigned
nargs_mknod(const struct render *r)
{
	unsigned mode_arg = r->desc->nr == __NR_mknodat ? 2 : 1;
	mode_t mode = (mode_t)value(r, mode_arg);
	return S_ISCHR(mode) || S_ISBLK(mode) ? mode_arg + 2 : mode_arg + 1;
}

static void
arg_file_mode(const struct render *r, unsigned i)
{
	render_mode(r->sb, (uint32_t)value(r, i));
}

/* Entries of a directory are not text. */
static void
arg_dirent(const struct render *r, unsigned i)
{
	arg_ptr(r, i);
}

/* The handle's size as offered; the handle itself once it is there. */
static void
arg_handle(const struct render *r, unsigned i)
{
	struct bytes in = render_blob(r, RAW_BLOB_BYTES, i);
	struct bytes out = render_blob(r, RAW_BLOB_OUT, i);
	if (in.len < 4) {
		arg_ptr(r, i);
	} else if (r->ok && out.len >= 8) {
		render_handle_filled(r, (uint32_t)render_load(in, 0, 4), out);
	} else {
		strbuf_adds(r->sb, "{handle_bytes=");
		strbuf_addu64(r->sb, render_load(in, 0, 4));
		strbuf_addch(r->sb, '}');
	}
}

/* How to ask a server is a field of two bits whose 0 has a name as well. */
static void
arg_statx_flags(const struct render *r, unsigned i)
{
	uint64_t v = (uint32_t)value(r, i);
	if (!(v & AT_STATX_SYNC_TYPE)) {
		strbuf_adds(r->sb, "AT_STATX_SYNC_AS_STAT");
		if (!v)
			return;
		strbuf_addch(r->sb, '|');
	}
	render_arg(r, i);
}

/* ---- sockets ---- */

static void
arg_protocol(const struct render *r, unsigned i)
{
	uint32_t v = (uint32_t)value(r, i);
	switch ((int)value(r, 0)) {
	case AF_INET:
	case AF_INET6:
		render_set(r->sb, FLAGSET_ipproto, v);
		break;
	case AF_NETLINK:
		render_set(r->sb, FLAGSET_netlink, v);
		break;
	default:
		strbuf_addi64(r->sb, (int32_t)v);
		break;
	}
}

static void
arg_optname(const struct render *r, unsigned i)
{
	render_option_name(r->sb, (int)value(r, 1), (int)value(r, i), false);
}

static void
arg_optval(const struct render *r, unsigned i)
{
	bool is_get = r->desc->nr == __NR_getsockopt;
	struct bytes b = { NULL, 0, 0 };
	if (r->ok || !is_get)
		b = render_blob(r, is_get ? RAW_BLOB_OUT : RAW_BLOB_BYTES, i);
	if (!b.p || b.flags & RAW_BLOB_FAULT)
		arg_ptr(r, i);
	else
		render_sockopt(r, b, (int)value(r, 1), (int)value(r, 2));
}

/* ---- memory ---- */

static unsigned
nargs_mremap(const struct render *r)
{
	return value(r, 3) & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? 5 : 4;
}

/* ---- waiting ---- */

static void
arg_epoll_event(const struct render *r, unsigned i)
{
	if ((uint32_t)value(r, 1) == EPOLL_CTL_DEL)
		arg_ptr(r, i);
	else
		render_arg(r, i);
}

/* What is left of a sleep: stored only where a signal ended it. */
static void
arg_remaining(const struct render *r, unsigned i)
{
	struct bytes b = { NULL, 0, 0 };
	if (!r->ok)
		b = render_blob(r, RAW_BLOB_OUT, i);
	if (!render_struct(r, STRUCT_timespec, b))
		arg_ptr(r, i);
}

static unsigned
nargs_futex(const struct render *r)
{
	switch (value(r, 1) & FUTEX_CMD_MASK) {
	case FUTEX_WAKE:
	case FUTEX_FD:
		return 3;
	case FUTEX_WAIT:
	case FUTEX_LOCK_PI:
		return 4;
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		return 2;
	case FUTEX_REQUEUE:
		return 5;
	default:
		return 6;
	}
}

/* The fourth argument is a number for calls that move waiters (futex(2), val2). */
static void
arg_futex_timeout(const struct render *r, unsigned i)
{
	switch (value(r, 1) & FUTEX_CMD_MASK) {
	case FUTEX_REQUEUE:
	case FUTEX_CMP_REQUEUE:
	case FUTEX_CMP_REQUEUE_PI:
	case FUTEX_WAKE_OP:
		arg_u64(r, i);
		break;
	case FUTEX_WAKE_BITSET:
		arg_ptr(r, i);
		break;
	default:
		render_arg(r, i);
		break;
	}
}

static void
arg_futex_val3(const struct render *r, unsigned i)
{
	uint32_t v = (uint32_t)value(r, i);
	uint64_t cmd = value(r, 1) & FUTEX_CMD_MASK;
	if (v == FUTEX_BITSET_MATCH_ANY &&
	    (cmd == FUTEX_WAIT_BITSET || cmd == FUTEX_WAKE_BITSET))
		strbuf_adds(r->sb, "FUTEX_BITSET_MATCH_ANY");
	else
		strbuf_addhex(r->sb, v);
}

/* ---- processes and signals ---- */

static void
arg_random(const struct render *r, unsigned i)
{
	struct bytes b = render_blob(r, RAW_BLOB_OUT, i);
	if (!r->ok || !b.p || b.flags & RAW_BLOB_FAULT)
		render_arg(r, i);
	else
		render_quoted_hex(r->sb, b.p, b.len, (b.flags & RAW_BLOB_TRUNC) != 0);
}

static void
ret_umask(const struct render *r)
{
	render_perm(r->sb, (uint32_t)r->rec->ret);
}

static void
ret_signal(const struct render *r)
{
	render_ret_plain(r);
	if (r->rec->ret <= 0)
		return;
	strbuf_adds(r->sb, " (");
	render_signal(r->sb, (int)r->rec->ret);
	strbuf_addch(r->sb, ')');
}

/* ---- System V IPC ---- */

/* Flags over nine bits of permissions. */
static void
arg_ipcget(const struct render *r, unsigned i)
{
	uint32_t v = (uint32_t)value(r, i);
	if (v & ~0777u) {
		flagset_render(r->sb, r->desc->args[i].set, v & ~0777u);
		strbuf_addch(r->sb, '|');
	}
	render_perm(r->sb, v & 0777);
}

/* Only commands that ask for the state fill the struct. */
static void
arg_ipc_state(const struct render *r, unsigned i)
{
	const uint32_t ipc_stat = 2; /* linux/ipc.h: IPC_STAT */
	if ((uint32_t)value(r, 1) == ipc_stat && r->ok)
		render_arg(r, i);
	else
		arg_ptr(r, i);
}

/* struct msgbuf: the type, then the text. LEN is that of the text. */
static void
add_msgbuf(const struct render *r, unsigned i, struct bytes b, uint64_t len)
{
	struct bytes text = render_part(b, 8, len < SIZE_MAX ? (size_t)len : SIZE_MAX);
	if (b.len < 8 || b.flags & RAW_BLOB_FAULT) {
		arg_ptr(r, i);
		return;
	}
	strbuf_adds(r->sb, "{mtype=");
	strbuf_addi64(r->sb, (int64_t)render_load(b, 0, 8));
	strbuf_adds(r->sb, ", mtext=");
	render_quoted(r->sb, text.p, text.len, text.len < len);
	strbuf_addch(r->sb, '}');
}

static void
arg_msgsnd(const struct render *r, unsigned i)
{
	add_msgbuf(r, i, render_blob(r, RAW_BLOB_BYTES, i), value(r, 2));
}

static void
arg_msgrcv(const struct render *r, unsigned i)
{
	if (r->ok)
		add_msgbuf(r, i, render_blob(r, RAW_BLOB_OUT, i), (uint64_t)r->rec->ret);
	else
		arg_ptr(r, i);
}

/* clang-format off */
static const struct call_rule rules[] = {
	[__NR_open] = { .nargs = nargs_open },
	[__NR_openat] = { .nargs = nargs_openat },
	[__NR_mq_open] = { .nargs = nargs_mq_open },
	[__NR_mknod] = { .nargs = nargs_mknod, .arg = { [1] = arg_file_mode } },
	[__NR_mknodat] = { .nargs = nargs_mknod, .arg = { [2] = arg_file_mode } },
	[__NR_getdents] = { .arg = { [1] = arg_dirent } },
	[__NR_getdents64] = { .arg = { [1] = arg_dirent } },
	[__NR_name_to_handle_at] = { .arg = { [2] = arg_handle } },
	[__NR_statx] = { .arg = { [2] = arg_statx_flags } },
	[__NR_preadv] = { .skip = 1u << 4 },
	[__NR_pwritev] = { .skip = 1u << 4 },
	[__NR_preadv2] = { .skip = 1u << 4 },
	[__NR_pwritev2] = { .skip = 1u << 4 },
	[__NR_fcntl] = { .nargs = render_nargs_fcntl, .arg = { [2] = render_arg_fcntl }, .ret = render_ret_fcntl },
	[__NR_ioctl] = { .nargs = render_nargs_ioctl,
			 .arg = { [1] = render_arg_ioctl_cmd, [2] = render_arg_ioctl } },

	[__NR_socket] = { .arg = { [2] = arg_protocol } },
	[__NR_socketpair] = { .arg = { [2] = arg_protocol } },
	[__NR_setsockopt] = { .arg = { [2] = arg_optname, [3] = arg_optval } },
	[__NR_getsockopt] = { .arg = { [2] = arg_optname, [3] = arg_optval } },

	[__NR_mmap] = { .arg = { [5] = arg_hex } },
	[__NR_mremap] = { .nargs = nargs_mremap },

	[__NR_poll] = { .ret = render_ret_poll },
	[__NR_ppoll] = { .ret = render_ret_poll },
	[__NR_select] = { .arg = { [0] = arg_i32 }, .ret = render_ret_select },
	[__NR_pselect6] = { .arg = { [0] = arg_i32 }, .ret = render_ret_select },
	[__NR_nanosleep] = { .arg = { [1] = arg_remaining } },
	[__NR_clock_nanosleep] = { .arg = { [3] = arg_remaining } },
	[__NR_epoll_ctl] = { .arg = { [3] = arg_epoll_event } },
	[__NR_futex] = { .nargs = nargs_futex,
			 .arg = { [3] = arg_futex_timeout, [5] = arg_futex_val3 } },

	[__NR_clone] = { .all = render_all_clone },
	[__NR_clone3] = { .arg = { [0] = render_arg_clone_args } },
	[__NR_wait4] = { .arg = { [1] = render_arg_wait_status, [3] = render_arg_wait_rusage } },
	[__NR_personality] = { .arg = { [0] = render_arg_personality } },
	[__NR_rseq] = { .arg = { [1] = arg_hex, [3] = arg_hex } },
	[__NR_prctl] = { .nargs = render_nargs_prctl },
	[__NR_sched_setaffinity] = { .arg = { [2] = render_arg_cpuset } },
	[__NR_sched_getaffinity] = { .arg = { [2] = render_arg_cpuset } },
	[__NR_getrandom] = { .arg = { [0] = arg_random } },
	[__NR_umask] = { .ret = ret_umask },
	[__NR_rt_sigtimedwait] = { .ret = ret_signal },

	[__NR_io_uring_enter] = { .arg = { [0] = render_arg_ring } },
	[__NR_io_uring_register] = { .arg = { [0] = render_arg_ring } },

	[__NR_shmget] = { .arg = { [2] = arg_ipcget } },
	[__NR_semget] = { .arg = { [2] = arg_ipcget } },
	[__NR_msgget] = { .arg = { [1] = arg_ipcget } },
	[__NR_shmctl] = { .arg = { [2] = arg_ipc_state } },
	[__NR_msgctl] = { .arg = { [2] = arg_ipc_state } },
	[__NR_msgsnd] = { .arg = { [1] = arg_msgsnd } },
	[__NR_msgrcv] = { .arg = { [1] = arg_msgrcv } },
};
/* clang-format on */

const struct call_rule *
render_call_rule(const struct syscall_desc *desc)
{
	if (desc->flags & SYSCALL_UNKNOWN || desc->nr >= ARRAY_SIZE(rules))
		return NULL;
	return &rules[desc->nr];
}
