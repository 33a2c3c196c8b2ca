/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors without a path: what the kernel calls them (the names that
 * anon_inode_getfile() and shmem_file_setup() are given), and which flags they begin
 * with.
 */
#include <fcntl.h>
#include <string.h>

#include "base/intern.h"
#include "decode/dec.h"
#include "decode/dec_nr.h"

#define NO_ARG 7u

/* One creator; the argument FLAG_ARG holds the two bits, NO_ARG: always close-on-exec. */
struct anon {
	uint16_t nr;
	uint8_t flag_arg;
	uint32_t cloexec_bit, nonblock_bit; /* 0: cannot be asked for */
	uint32_t access;
	const char *name; /* NULL: the kernel's word or nothing */
};

static const struct anon anons[] = {
	{ __NR_eventfd, 0, 0, 0, O_RDWR, "anon_inode:[eventfd]" },
	{ __NR_eventfd2, 1, O_CLOEXEC, O_NONBLOCK, O_RDWR, "anon_inode:[eventfd]" },
	{ __NR_epoll_create, 0, 0, 0, O_RDWR, "anon_inode:[eventpoll]" },
	{ __NR_epoll_create1, 0, O_CLOEXEC, 0, O_RDWR, "anon_inode:[eventpoll]" },
	{ __NR_inotify_init, 0, 0, 0, O_RDONLY, "anon_inode:inotify" },
	{ __NR_inotify_init1, 0, O_CLOEXEC, O_NONBLOCK, O_RDONLY, "anon_inode:inotify" },
	{ __NR_fanotify_init, 0, 0x1, 0x2, O_RDWR, "anon_inode:[fanotify]" },
	{ __NR_signalfd, 0, 0, 0, O_RDWR, "anon_inode:[signalfd]" },
	{ __NR_signalfd4, 3, O_CLOEXEC, O_NONBLOCK, O_RDWR, "anon_inode:[signalfd]" },
	{ __NR_timerfd_create, 1, O_CLOEXEC, O_NONBLOCK, O_RDWR, "anon_inode:[timerfd]" },
	{ __NR_userfaultfd, 0, O_CLOEXEC, O_NONBLOCK, O_RDWR,
	  "anon_inode:[userfaultfd]" },
	{ __NR_memfd_secret, 0, O_CLOEXEC, 0, O_RDWR, "/secretmem" },
	{ __NR_fsopen, 1, 0x1, 0, O_RDWR, "anon_inode:[fscontext]" },
	{ __NR_fspick, 2, 0x1, 0, O_RDWR, "anon_inode:[fscontext]" },
	{ __NR_fsmount, 1, 0x1, 0, O_PATH, NULL },
	{ __NR_perf_event_open, 4, 0x8, 0, O_RDWR, "anon_inode:[perf_event]" },
	{ __NR_landlock_create_ruleset, NO_ARG, 0, 0, O_RDWR,
	  "anon_inode:[landlock-ruleset]" },
};

static void
make_anon(struct call *c, const char *name, size_t len, uint32_t flags, bool deleted)
{
	struct made made = { .name = name,
			     .len = len,
			     .flags = flags,
			     .deleted = deleted,
			     .pos = deleted ? 0 : -1 };
	c->made_fd = (int32_t)c->rec->ret;
	dec_make(c, c->made_fd, RAW_ARG_RET, &made);
}

static void
apply_anon(struct call *c)
{
	const struct anon *a = anons;
	while (a->nr != c->rec->nr)
		a++;
	uint32_t word = a->flag_arg == NO_ARG ? 0 : (uint32_t)c->rec->args[a->flag_arg];
	uint32_t flags = a->access;
	if (a->flag_arg == NO_ARG || (a->cloexec_bit && word & a->cloexec_bit))
		flags |= O_CLOEXEC;
	if (a->nonblock_bit && word & a->nonblock_bit)
		flags |= O_NONBLOCK;
	make_anon(c, a->name, a->name ? strlen(a->name) : 0, flags,
		  c->rec->nr == __NR_memfd_secret);
}

/* signalfd(2) on an existing one changes it and returns the same number. */
static void
apply_signalfd(struct call *c)
{
	if ((int32_t)c->rec->args[0] == -1)
		apply_anon(c);
	else
		c->made_fd = (int32_t)c->rec->ret;
}

/* "/memfd:NAME", deleted from the start (mm/memfd.c). */
static void
apply_memfd(struct call *c)
{
	static const char prefix[] = "/memfd:";
	size_t n = sizeof(prefix) - 1;
	struct text t = dec_path(c, 0);
	char *name = arena_alloc(&c->d->arena, n + t.len + 1);
	memcpy(name, prefix, n);
	if (t.len)
		memcpy(name + n, t.p, t.len);
	uint32_t flags =
		O_RDWR | (c->rec->args[1] & 0x1 ? O_CLOEXEC : 0); /* MFD_CLOEXEC */
	make_anon(c, name, n + t.len, flags, true);
}

/* Which bpf(2) commands return a descriptor, and of what (linux/bpf.h, enum bpf_cmd). */
static const char *
bpf_name(uint64_t cmd)
{
	switch (cmd) {
	case 0:	 /* BPF_MAP_CREATE */
	case 14: /* BPF_MAP_GET_FD_BY_ID */
		return "anon_inode:bpf-map";
	case 5:	 /* BPF_PROG_LOAD */
	case 13: /* BPF_PROG_GET_FD_BY_ID */
		return "anon_inode:bpf-prog";
	case 18: /* BPF_BTF_LOAD */
	case 19: /* BPF_BTF_GET_FD_BY_ID */
		return "anon_inode:btf";
	case 28: /* BPF_LINK_CREATE */
	case 30: /* BPF_LINK_GET_FD_BY_ID */
		return "anon_inode:bpf_link";
	case 17: /* BPF_RAW_TRACEPOINT_OPEN */
		return "anon_inode:bpf-raw-tracepoint";
	case 32: /* BPF_ENABLE_STATS */
		return "anon_inode:bpf-stats";
	case 33: /* BPF_ITER_CREATE */
		return "anon_inode:bpf_iter";
	case 7:	 /* BPF_OBJ_GET: a map, a program or a link */
	case 36: /* BPF_TOKEN_CREATE */
		return "anon_inode:bpf";
	default:
		return NULL;
	}
}

static void
apply_bpf(struct call *c)
{
	const char *name = bpf_name(c->rec->args[0]);
	if (name)
		make_anon(c, name, strlen(name), O_RDWR | O_CLOEXEC, false);
}

/* SECCOMP_SET_MODE_FILTER with SECCOMP_FILTER_FLAG_NEW_LISTENER (seccomp(2)). */
static void
apply_seccomp(struct call *c)
{
	static const char name[] = "anon_inode:seccomp notify";
	if (c->rec->args[0] == 1 && c->rec->args[1] & 0x8)
		make_anon(c, name, sizeof(name) - 1, O_RDWR | O_CLOEXEC, false);
}

const struct dec_row dec_anon_rows[] = {
	{ __NR_eventfd, 0, NULL, apply_anon },
	{ __NR_eventfd2, 0, NULL, apply_anon },
	{ __NR_epoll_create, 0, NULL, apply_anon },
	{ __NR_epoll_create1, 0, NULL, apply_anon },
	{ __NR_inotify_init, 0, NULL, apply_anon },
	{ __NR_inotify_init1, 0, NULL, apply_anon },
	{ __NR_fanotify_init, 0, NULL, apply_anon },
	{ __NR_signalfd, 0, NULL, apply_signalfd },
	{ __NR_signalfd4, 0, NULL, apply_signalfd },
	{ __NR_timerfd_create, 0, NULL, apply_anon },
	{ __NR_userfaultfd, 0, NULL, apply_anon },
	{ __NR_memfd_create, 0, NULL, apply_memfd },
	{ __NR_memfd_secret, 0, NULL, apply_anon },
	{ __NR_fsopen, 0, NULL, apply_anon },
	{ __NR_fspick, 0, NULL, apply_anon },
	{ __NR_fsmount, 0, NULL, apply_anon },
	{ __NR_perf_event_open, 0, NULL, apply_anon },
	{ __NR_landlock_create_ruleset, 0, NULL, apply_anon },
	{ __NR_bpf, 0, NULL, apply_bpf },
	{ __NR_seccomp, 0, NULL, apply_seccomp },
	{ 0 },
};
