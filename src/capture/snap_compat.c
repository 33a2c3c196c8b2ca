/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts: include/linux/compat.h (iovec, msghdr), include/linux/time32.h (timespec,
 * timeval): as x86_64's, with int, or an address of 32 bits, for every long and pointer.
 */
#include "capture/snap_compat.h"

#include <string.h>
#include <sys/uio.h>

#include "base/compiler.h"
#include "capture/mem.h"
#include "table/foreign.h"
#include "table/structs.h"

#define CHUNK	  128u /* elements that are read at a time */
#define TIMES_MAX 4u

struct compat_iovec {
	uint32_t base, len;
};

struct compat_msghdr {
	uint32_t name;
	int32_t namelen;
	uint32_t iov, iovlen, control, controllen, flags;
};

/* Nothing in these is as wide as a long or a pointer, nor aligned by one. */
static bool
is_alike(unsigned id)
{
	static const unsigned char alike[STRUCT_COUNT] = {
		[STRUCT_int] = 1,	  [STRUCT_uint] = 1,	    [STRUCT_uid] = 1,
		[STRUCT_gid] = 1,	  [STRUCT_timerid] = 1,	    [STRUCT_off] = 1,
		[STRUCT_gids] = 1,	  [STRUCT_ints] = 1,	    [STRUCT_timezone] = 1,
		[STRUCT_statx] = 1,	  [STRUCT_open_how] = 1,    [STRUCT_fdset] = 1,
		[STRUCT_pollfd] = 1,	  [STRUCT_epoll_event] = 1, [STRUCT_sockaddr] = 1,
		[STRUCT_sigset] = 1,	  [STRUCT_clone_args] = 1,  [STRUCT_sembuf] = 1,
		[STRUCT_sched_param] = 1, [STRUCT_utsname] = 1,
	};
	return alike[id];
}

/* How many longs a struct of time has, 0 if it is none. */
static unsigned
count_times(unsigned id)
{
	if (id == STRUCT_timespec || id == STRUCT_timeval)
		return 2;
	if (id == STRUCT_timespec2 || id == STRUCT_timeval2 || id == STRUCT_itimerval ||
	    id == STRUCT_itimerspec)
		return 4;
	return 0;
}

static void
add_times(struct tracee *t, unsigned i, unsigned kind, unsigned n)
{
	int32_t narrow[TIMES_MAX];
	int64_t wide[TIMES_MAX];
	uint64_t addr = t->rec.rec->args[i];
	size_t bytes = n * sizeof(narrow[0]);
	if (!addr || mem_read(t->tid, addr, narrow, bytes) != bytes)
		return;
	for (unsigned k = 0; k < n; k++)
		wide[k] = narrow[k];
	raw_build_add(&t->rec, kind, i, 0, wide, n * sizeof(wide[0]));
}

bool
snap_compat_arg(struct tracee *t, unsigned i, const struct cap_arg *a, unsigned kind)
{
	if (t->foreign->words[i].how == 'p')
		return true;
	unsigned id = t->foreign->desc->args[i].struct_id;
	switch ((enum cap_how)a->how) {
	case CAP_FIXED:
		if (count_times(id) && !t->foreign->time64) {
			add_times(t, i, kind, count_times(id));
			return true;
		}
		return !is_alike(id) && !count_times(id);
	case CAP_ARRAY:
	case CAP_SIZED:
	case CAP_BITS:
		return !is_alike(id);
	case CAP_MMSGHDR:
	case CAP_IOCBS:
		return true;
	case CAP_NONE:
	case CAP_FD:
	case CAP_DIRFD:
	case CAP_PATH:
	case CAP_CSTR:
	case CAP_STRV:
	case CAP_BUF:
	case CAP_TEXT:
	case CAP_SIZED_PTR:
	case CAP_IOVEC:
	case CAP_MSGHDR:
	case CAP_FDPAIR:
		break;
	}
	return false;
}

void
snap_compat_iovec(struct tracee *t, unsigned arg, uint64_t addr, size_t count)
{
	size_t max = count * sizeof(struct iovec);
	struct iovec *v = addr && count ? raw_build_blob_begin(&t->rec, &max) : NULL;
	if (!v)
		return;
	size_t n = max / sizeof(*v), done = 0;
	while (done < n) {
		struct compat_iovec some[CHUNK];
		size_t want = n - done < CHUNK ? n - done : CHUNK;
		size_t got = mem_read(t->tid, addr + done * sizeof(some[0]), some,
				      want * sizeof(some[0])) /
			     sizeof(some[0]);
		for (size_t i = 0; i < got; i++)
			v[done + i] = (struct iovec){ (void *)(uintptr_t)some[i].base,
						      some[i].len };
		done += got;
		if (got < want)
			break;
	}
	unsigned flags =
		(n < count ? RAW_BLOB_TRUNC : 0u) | (done < n ? RAW_BLOB_FAULT : 0u);
	raw_build_blob_end(&t->rec, RAW_BLOB_IOVEC, arg, flags, done * sizeof(*v));
}

size_t
snap_compat_pointers(const struct tracee *t, uint64_t addr, uint64_t *ptrs, size_t n)
{
	size_t done = 0;
	while (done < n) {
		uint32_t some[CHUNK];
		size_t want = n - done < CHUNK ? n - done : CHUNK;
		size_t got = mem_read(t->tid, addr + done * sizeof(some[0]), some,
				      want * sizeof(some[0])) /
			     sizeof(some[0]);
		for (size_t i = 0; i < got; i++)
			ptrs[done + i] = some[i];
		done += got;
		if (got < want)
			break;
	}
	return done;
}

bool
snap_compat_msghdr(const struct tracee *t, uint64_t addr, struct msghdr *msg)
{
	struct compat_msghdr c;
	if (mem_read(t->tid, addr, &c, sizeof(c)) != sizeof(c))
		return false;
	memset(msg, 0, sizeof(*msg));
	msg->msg_name = (void *)(uintptr_t)c.name;
	msg->msg_namelen = (socklen_t)c.namelen;
	msg->msg_iov = (void *)(uintptr_t)c.iov;
	msg->msg_iovlen = c.iovlen;
	msg->msg_control = (void *)(uintptr_t)c.control;
	msg->msg_controllen = c.controllen;
	msg->msg_flags = (int)c.flags;
	return true;
}
