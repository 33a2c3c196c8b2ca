/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/snap_msg.h"

#include <string.h>
#include <sys/socket.h>

#include "capture/mem.h"
#include "capture/snap_compat.h"

#define NAME_BYTES 128u
#define CONTROL_BYTES 1024u
#define SCM_MAX 32u

static bool
read_header(struct tracee *t, unsigned arg, struct msghdr *msg)
{
	uint64_t addr = snap_arg(t, arg);
	if (t->foreign)
		return snap_compat_msghdr(t, addr, msg);
	return mem_read(t->tid, addr, msg, sizeof(*msg)) == sizeof(*msg);
}

void
snap_msghdr_entry(struct tracee *t, unsigned arg, bool receives)
{
	struct msghdr msg;
	if (!read_header(t, arg, &msg))
		return;
	raw_build_add(&t->rec, RAW_BLOB_BYTES, arg, 0, &msg, sizeof(msg));
	snap_iovec_of(t, arg, (uint64_t)(uintptr_t)msg.msg_iov, msg.msg_iovlen);
	if (receives)
		return;
	snap_bytes(t, RAW_BLOB_NAME, arg, (uint64_t)(uintptr_t)msg.msg_name, msg.msg_namelen,
		   NAME_BYTES);
	if (!t->foreign)
		snap_bytes(t, RAW_BLOB_CONTROL, arg, (uint64_t)(uintptr_t)msg.msg_control,
			   msg.msg_controllen, CONTROL_BYTES);
}

/* Describes the descriptors that SCM_RIGHTS messages in the control data installed. */
static void
snap_rights(struct tracee *t, const char *control, size_t len)
{
	unsigned n = 0;
	for (size_t at = 0; at + sizeof(struct cmsghdr) <= len;) {
		struct cmsghdr c;
		memcpy(&c, control + at, sizeof(c));
		if (c.cmsg_len < sizeof(c) || c.cmsg_len > len - at)
			return;
		bool rights = c.cmsg_level == SOL_SOCKET && c.cmsg_type == SCM_RIGHTS;
		for (size_t off = sizeof(c); rights && off + sizeof(int) <= c.cmsg_len;
		     off += sizeof(int)) {
			int fd;
			memcpy(&fd, control + at + off, sizeof(fd));
			if (n == SCM_MAX)
				return;
			snap_fd(t, RAW_ARG_SCM + n++, fd, PROC_FD_INFO);
		}
		at += (c.cmsg_len + 7) & ~(size_t)7;
	}
}

void
snap_msghdr_exit(struct tracee *t, unsigned arg, bool use_proc)
{
	struct msghdr msg;
	if (!read_header(t, arg, &msg))
		return;
	raw_build_add(&t->rec, RAW_BLOB_OUT, arg, 0, &msg, sizeof(msg));
	snap_bytes(t, RAW_BLOB_NAME, arg, (uint64_t)(uintptr_t)msg.msg_name, msg.msg_namelen,
		   NAME_BYTES);
	/* struct compat_cmsghdr is not looked into. */
	if (!msg.msg_control || !msg.msg_controllen || t->foreign)
		return;
	size_t max = msg.msg_controllen < CONTROL_BYTES ? msg.msg_controllen : CONTROL_BYTES;
	char control[CONTROL_BYTES];
	size_t len = mem_read(t->tid, (uint64_t)(uintptr_t)msg.msg_control, control, max);
	raw_build_add(&t->rec, RAW_BLOB_CONTROL, arg,
		      max < msg.msg_controllen ? RAW_BLOB_TRUNC : 0u, control, len);
	if (use_proc)
		snap_rights(t, control, len);
}
