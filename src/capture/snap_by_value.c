/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/snap_by_value.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/nsfs.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/compiler.h"
#include "capture/snap_msg.h"

#define COMM_BYTES 16u  /* TASK_COMM_LEN */
#define ELEMENTS_MAX 64u /* of an array; rings are 16 at most */

static const struct {
	uint16_t nr;
	uint8_t arg;
	uint32_t value;
} returns_fd[] = {
	{ SYS_fcntl, 1, F_DUPFD },
	{ SYS_fcntl, 1, F_DUPFD_CLOEXEC },
	{ SYS_ioctl, 1, TIOCGPTPEER },
	{ SYS_ioctl, 1, NS_GET_USERNS },
	{ SYS_ioctl, 1, NS_GET_PARENT },
	{ SYS_bpf, 0, BPF_MAP_CREATE },
	{ SYS_bpf, 0, BPF_PROG_LOAD },
	{ SYS_bpf, 0, BPF_OBJ_GET },
	{ SYS_bpf, 0, BPF_PROG_GET_FD_BY_ID },
	{ SYS_bpf, 0, BPF_MAP_GET_FD_BY_ID },
	{ SYS_bpf, 0, BPF_RAW_TRACEPOINT_OPEN },
	{ SYS_bpf, 0, BPF_BTF_LOAD },
	{ SYS_bpf, 0, BPF_BTF_GET_FD_BY_ID },
	{ SYS_bpf, 0, BPF_LINK_CREATE },
	{ SYS_bpf, 0, BPF_LINK_GET_FD_BY_ID },
	{ SYS_bpf, 0, BPF_ITER_CREATE },
};

#define ONE 7 /* no argument counts: there is one */

/* Commands that make an argument a pointer to so many bytes, or elements of that size. */
static const struct pointee {
	uint16_t nr;
	uint8_t cmd_arg, ptr_arg, count_arg;
	uint8_t size;
	uint32_t cmd;
	unsigned when;
} pointees[] = {
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_SETLK, CAP_AT_ENTRY },
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_SETLKW, CAP_AT_ENTRY },
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_GETLK, CAP_AT_ENTRY | CAP_AT_EXIT },
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_OFD_SETLK, CAP_AT_ENTRY },
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_OFD_SETLKW, CAP_AT_ENTRY },
	{ SYS_fcntl, 1, 2, ONE, sizeof(struct flock), F_OFD_GETLK, CAP_AT_ENTRY | CAP_AT_EXIT },
	{ SYS_ioctl, 1, 2, ONE, sizeof(int), FIONREAD, CAP_AT_EXIT },
	{ SYS_ioctl, 1, 2, ONE, sizeof(int), FIONBIO, CAP_AT_ENTRY },
	{ SYS_ioctl, 1, 2, ONE, sizeof(int), TIOCGPGRP, CAP_AT_EXIT },
	{ SYS_ioctl, 1, 2, ONE, sizeof(int), TIOCSPGRP, CAP_AT_ENTRY },
	{ SYS_prctl, 0, 1, ONE, COMM_BYTES, PR_SET_NAME, CAP_AT_ENTRY },
	{ SYS_io_uring_register, 1, 2, 3, sizeof(struct io_uring_rsrc_update),
	  IORING_REGISTER_RING_FDS, CAP_AT_ENTRY | CAP_AT_EXIT },
	{ SYS_io_uring_register, 1, 2, 3, sizeof(struct io_uring_rsrc_update),
	  IORING_UNREGISTER_RING_FDS, CAP_AT_ENTRY },
};

bool
snap_returns_fd(const struct raw_rec *rec, const struct capspec *spec)
{
	if (spec->flags & CAP_RET_FD)
		return true;
	if (rec->nr == SYS_seccomp)
		return rec->args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
	for (size_t i = 0; i < ARRAY_SIZE(returns_fd); i++)
		if (returns_fd[i].nr == rec->nr &&
		    returns_fd[i].value == (uint32_t)rec->args[returns_fd[i].arg])
			return true;
	return false;
}

void
snap_pointee(struct tracee *t, unsigned when)
{
	const struct raw_rec *rec = t->rec.rec;
	for (size_t i = 0; i < ARRAY_SIZE(pointees); i++) {
		const struct pointee *p = &pointees[i];
		if (p->nr != rec->nr || p->cmd != (uint32_t)rec->args[p->cmd_arg] ||
		    !(p->when & when))
			continue;
		/* struct flock of 32-bit callers is another one. */
		if (t->foreign && p->nr == SYS_fcntl)
			return;
		uint64_t n = p->count_arg == ONE ? 1 : rec->args[p->count_arg];
		snap_bytes(t, when == CAP_AT_ENTRY ? RAW_BLOB_BYTES : RAW_BLOB_OUT, p->ptr_arg,
			   rec->args[p->ptr_arg], n < ELEMENTS_MAX ? n * p->size : UINT32_MAX,
			   ELEMENTS_MAX * p->size);
		return;
	}
}
