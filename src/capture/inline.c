/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/inline.h"

#include <asm/prctl.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "capture/inline_impl.h"
#include "capture/regs.h"
#include "table/syscall_desc.h"

/* The linked agent (src/agent/blob.S). */
extern const unsigned char agent_code[], agent_code_end[];

static struct agent_head
head_of_agent(void)
{
	struct agent_head head;
	memcpy(&head, agent_code, sizeof(head));
	return head;
}

uint64_t
inline_blessed_ip(void)
{
	return head_of_agent().blessed;
}

/* Calls that may put the agent out of service; see ends_service(). */
static const unsigned watched[] = { SYS_seccomp, SYS_prctl,	 SYS_arch_prctl, SYS_io_uring_setup,
				    SYS_chroot,	 SYS_pivot_root, SYS_setns,	 SYS_unshare };

void
inline_want_calls(unsigned char *want)
{
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++)
		if (syscall_desc(nr)->flags & SYSCALL_STATE)
			want[nr] |= WANT_STATE;
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
		want[watched[i]] |= WANT_PEEK;
	/* Names that the model has must follow the files. */
	want[SYS_rename] |= WANT_STATE;
	want[SYS_renameat] |= WANT_STATE;
	want[SYS_renameat2] |= WANT_STATE;
}

/* --- what is served --- */

/* Calls whose state the supervisor itself must see, beyond what the record tells. */
static const unsigned must_stop[] = {
	SYS_chdir, SYS_fchdir, /* the new directory's real name is in /proc alone */
	SYS_ioctl, SYS_bpf, SYS_seccomp, SYS_prctl, SYS_arch_prctl, SYS_ptrace,
	SYS_chroot, SYS_pivot_root, SYS_setns, SYS_unshare,
	SYS_clone, SYS_clone3, SYS_fork, SYS_vfork, SYS_restart_syscall,
	SYS_io_setup, SYS_io_destroy, SYS_io_cancel, SYS_io_submit, SYS_io_getevents,
	SYS_io_pgetevents, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
};

/* Can the agent copy what the call's arguments point to? */
static bool
copies(const struct capspec *spec)
{
	for (unsigned i = 0; i < spec->nargs; i++) {
		const struct cap_arg *a = &spec->arg[i];
		switch ((enum cap_how)a->how) {
		case CAP_NONE:
		case CAP_FD:
		case CAP_DIRFD:
		case CAP_PATH:
		case CAP_TEXT:
			break;
		case CAP_BUF:
			if (a->when == (CAP_AT_ENTRY | CAP_AT_EXIT))
				return false;
			break;
		case CAP_FIXED:
			if (a->when != CAP_AT_EXIT)
				return false;
			break;
		case CAP_CSTR:
		case CAP_STRV:
		case CAP_ARRAY:
		case CAP_BITS:
		case CAP_SIZED:
		case CAP_SIZED_PTR:
		case CAP_IOVEC:
		case CAP_MSGHDR:
		case CAP_MMSGHDR:
		case CAP_IOCBS:
		case CAP_FDPAIR:
			return false;
		}
	}
	return !(spec->flags & CAP_NORETURN);
}

static enum agent_serve
serve(const struct stop_engine *e, unsigned nr)
{
	if (!(e->want[nr] & (WANT_EVENT | WANT_STATE)) || !copies(syscall_capspec(nr)))
		return SERVE_NOT;
	for (size_t i = 0; i < ARRAY_SIZE(must_stop); i++)
		if (nr == must_stop[i])
			return SERVE_NOT;
	return nr == SYS_fcntl ? SERVE_FCNTL : SERVE;
}

struct inline_agent *
inline_open(const struct stop_engine *e)
{
	int id = shmget(IPC_PRIVATE, AGENT_BYTES, IPC_CREAT | 0700);
	void *code = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
	if (id >= 0) /* it lives as long as somebody has it mapped, and no longer */
		shmctl(id, IPC_RMID, NULL);
	if (code == (void *)-1)
		return NULL;
	struct inline_agent *a = xcalloc(1, sizeof(*a));
	a->id = id;
	a->code = code;
	a->head = head_of_agent();
	memcpy(a->code, agent_code, (size_t)(agent_code_end - agent_code));
	a->tables = (struct agent_tables *)(void *)(a->code + AGENT_TABLES);
	for (unsigned nr = 0; nr < AGENT_CALLS && nr <= syscall_nr_max; nr++) {
		a->tables->spec[nr] = *syscall_capspec(nr);
		a->tables->serve[nr] = (uint8_t)serve(e, nr);
	}
	tsc_clock_sync(&a->clock);
	return a;
}

void
inline_close(struct inline_agent *a)
{
	if (!a)
		return;
	shmdt(a->code);
	free(a);
}

/* --- arenas, images, slots --- */

static void
arena_unref(struct arena *a)
{
	if (--a->refs)
		return;
	if (a->slots)
		shmdt(a->slots);
	if (a->pool)
		shmdt(a->pool);
	free(a);
}

/* A new segment, mapped here and marked for removal; its id in *ID. */
static unsigned char *
new_segment(size_t bytes, int mode, int *id)
{
	*id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | mode);
	if (*id < 0)
		return NULL;
	void *p = shmat(*id, NULL, 0);
	shmctl(*id, IPC_RMID, NULL);
	return p == (void *)-1 ? NULL : p;
}

static struct arena *
arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof(*a));
	a->refs = 1;
	a->used = 1u << NO_SLOT;
	a->slots = new_segment(ARENA_BYTES, 0600, &a->id);
	a->pool = new_segment(POOL_BYTES, 0700, &a->pool_id);
	if (a->slots && a->pool)
		return a;
	arena_unref(a);
	return NULL;
}

/* The number of a slot that is ready for a task; NO_SLOT if all are taken. */
static unsigned
take_slot(const struct image *im)
{
	struct arena *a = im->arena;
	for (unsigned i = 0; i < NO_SLOT; i++) {
		if (a->used & 1u << i)
			continue;
		a->used |= 1u << i;
		struct slot *s = (struct slot *)(void *)(a->slots + i * SLOT_BYTES);
		*s = (struct slot){ .magic = SLOT_MAGIC,
				    .stack = ARENA_ADDR + i * SLOT_BYTES + SLOT_RECORDS,
				    .cur = SLOT_RECORDS,
				    .limit = im->off ? 0 : SLOT_BYTES };
		return i;
	}
	return NO_SLOT;
}

static void
image_unref(struct image *im)
{
	if (--im->refs)
		return;
	arena_unref(im->arena);
	hash_fini(&im->sites);
	free(im);
}

static bool
set_gs(struct tracee *t)
{
	uint64_t base = ARENA_ADDR + t->slot * SLOT_BYTES;
	size_t at = offsetof(struct user_regs_struct, gs_base);
	return ptrace(PTRACE_POKEUSER, t->tid, at, base) == 0;
}

static void
enter_image(struct tracee *t, struct image *im)
{
	t->image = im;
	t->slot = take_slot(im);
	t->drained = SLOT_RECORDS;
	/* A child that has not come to its first stop gets it there. */
	t->gs_due = !im->own_gs && !set_gs(t);
}

void
inline_exec(struct stop_engine *e, struct tracee *t)
{
	if (!e->agent || !t->seccomp || t->filtered || t->root)
		return;
	struct arena *a = arena_new();
	if (!a)
		return;
	struct image *im = xcalloc(1, sizeof(*im));
	im->refs = 1;
	im->arena = a;
	if (inline_boot(e, t, im))
		enter_image(t, im);
	else
		image_unref(im);
}

/* The memory of a fork: the same arena, but patches from now on are its own. */
static struct image *
copy_image(const struct image *from)
{
	struct image *im = xmalloc(sizeof(*im));
	*im = *from;
	im->refs = 0;
	im->arena->refs++;
	im->sites = (struct hash){ 0 };
	size_t pos = 0;
	uint64_t site;
	void *state;
	while (hash_next(&from->sites, &pos, &site, &state))
		hash_put(&im->sites, site, state);
	return im;
}

void
inline_child(struct stop_engine *e, const struct tracee *t, struct tracee *child,
	     uint64_t flags)
{
	(void)e;
	child->filtered = t->filtered;
	if (!t->image)
		return;
	struct image *im = flags & CLONE_VM ? t->image : copy_image(t->image);
	im->refs++;
	enter_image(child, im);
}

void
inline_orphan(struct stop_engine *e, struct tracee *child, pid_t creator, uint64_t flags)
{
	size_t pos = 0, at = offsetof(struct user_regs_struct, gs_base);
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		const struct tracee *t = v;
		if (t->pid == creator && t->image && t != child) {
			inline_child(e, t, child, flags);
			return;
		}
	}
	uint64_t gs = (uint64_t)ptrace(PTRACE_PEEKUSER, child->tid, at, 0);
	if (e->agent && gs - ARENA_ADDR < ARENA_BYTES)
		ptrace(PTRACE_POKEUSER, child->tid, at, ARENA_ADDR + NO_SLOT * SLOT_BYTES);
}

/* --- out of service --- */

/* Does the call make an end of it? A filter of the program's own may forbid what the agent
 * calls; what rings hold is looked at in every call; a root directory changes what names
 * the agent is told; gs may become the program's, and rdtsc a fault. */
static bool
ends_service(const struct syscall_regs *r)
{
	switch (r->nr) {
	case SYS_prctl:
		return r->args[0] == PR_SET_SECCOMP || r->args[0] == PR_SET_TSC;
	case SYS_arch_prctl:
		return r->args[0] == ARCH_SET_GS;
	case SYS_seccomp:
	case SYS_io_uring_setup:
	case SYS_chroot:
	case SYS_pivot_root:
	case SYS_setns:
	case SYS_unshare:
		return true;
	default:
		return false;
	}
}

void
inline_end_service(struct stop_engine *e, struct image *im)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	im->off = true;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v))
		if (((struct tracee *)v)->image == im)
			inline_slot(v)->limit = 0;
}

void
inline_end_service_of_all(struct stop_engine *e)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		const struct tracee *t = v;
		if (t->image && !t->image->off)
			inline_end_service(e, t->image);
	}
}

void
inline_resume(const struct tracee *t)
{
	if (!t->image || t->slot == NO_SLOT)
		return;
	/* Whether a call that a signal interrupted goes on is seen by what is called next
	 * (restart.h). */
	bool serve = !t->image->off && !t->distrusted && !t->nheld;
	inline_slot(t)->limit = serve ? SLOT_BYTES : 0;
}

void
inline_call(struct stop_engine *e, struct tracee *t, const struct syscall_regs *r)
{
	if (!e->agent || r->abi)
		return;
	if (r->nr == SYS_seccomp || (r->nr == SYS_prctl && r->args[0] == PR_SET_SECCOMP))
		t->filtered = true;
	if (!t->image)
		return;
	if (ends_service(r)) {
		t->image->own_gs |= r->nr == SYS_arch_prctl;
		inline_end_service(e, t->image);
	}
	if (!t->image->off && r->nr < AGENT_CALLS &&
	    e->agent->tables->serve[r->nr] != SERVE_NOT)
		inline_site(t, r->ip);
}

void
inline_end(struct stop_engine *e, struct tracee *t)
{
	if (!t->image)
		return;
	tsc_clock_sync(&e->agent->clock);
	inline_drain_slot(e, t);
	if (t->slot != NO_SLOT)
		t->image->arena->used &= ~(1u << t->slot);
	image_unref(t->image);
	t->image = NULL;
}
