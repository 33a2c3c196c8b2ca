/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent: runs in the traced program, in place of a system call instruction. Makes the
 * call and its raw record, by the same capture rules as the stop engine (capspec.h), with
 * no stop. Freestanding, position-independent, general registers only: no libc, no data.
 *
 * What the arguments point to is copied after the call: directly where the call's result
 * proves that the kernel could read it, else through the kernel. A fault in here would be
 * forced on the program.
 */
#include "agent/arena.h"

#define ENOENT 2
#define PAGE 4096u
#define NAME 4096u /* bytes of a descriptor's name */
#define SYS_getpid 39
#define SYS_readlinkat 267
#define SYS_process_vm_readv 310
#define AT_FDCWD (-100)
#define F_DUPFD 0
#define F_SETFL 4
#define F_DUPFD_CLOEXEC 1030

#define TABLES ((const struct agent_tables *)(AGENT_ADDR + AGENT_TABLES))

static inline uint64_t
tsc(void)
{
	uint32_t lo, hi;
	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

/* A call with the result stored at RET and then SLOT_AFTER at PHASE. */
static inline void
call(uint64_t nr, const uint64_t a[6], uint64_t *ret, uint32_t *phase)
{
	register uint64_t r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4];
	register uint64_t r9 __asm__("r9") = a[5];
	register uint64_t *r12 __asm__("r12") = ret;
	register uint32_t *r13 __asm__("r13") = phase;
	uint64_t rax;
	__asm__ volatile("call agent_syscall"
			 : "=a"(rax)
			 : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9),
			   "r"(r12), "r"(r13)
			 : "rcx", "r11", "memory");
}

/* A call of the agent's own, for the slot that P lies in. */
static uint64_t
own_call(const void *p, uint64_t nr, const uint64_t a[6])
{
	struct slot *s = (void *)((uint64_t)p & ~(SLOT_BYTES - 1));
	call(nr, a, &s->own_ret, &s->own_phase);
	return s->own_ret;
}

/* In this order, for the supervisor: it may look at any instruction. */
static inline void
store(uint32_t *phase, enum slot_phase value)
{
	__atomic_store_n(phase, value, __ATOMIC_RELEASE);
	__asm__ volatile("" ::: "memory");
}

static inline void
copy(char *to, const char *from, uint64_t n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static void *
begin_blob(struct raw_rec *r)
{
	return (char *)r + r->size + sizeof(struct raw_blob);
}

static void
end_blob(struct raw_rec *r, unsigned kind, unsigned arg, unsigned flags, uint32_t len)
{
	struct raw_blob *b = (void *)((char *)r + r->size);
	char *end = (char *)(b + 1) + len;
	*(uint64_t *)(void *)end = 0; /* padding */
	*b = (struct raw_blob){ .kind = (uint16_t)kind, .arg = (uint8_t)arg,
				.flags = (uint8_t)flags, .len = len };
	r->size += (uint32_t)sizeof(*b) + raw_pad(len);
	r->nblob++;
}

static void
add_bytes(struct raw_rec *r, unsigned kind, unsigned arg, uint64_t len, uint64_t cap)
{
	if (!r->args[arg] || !len)
		return;
	uint64_t n = len < cap ? len : cap;
	copy(begin_blob(r), (const char *)r->args[arg], n);
	end_blob(r, kind, arg, n < len ? RAW_BLOB_TRUNC : 0u, (uint32_t)n);
}

/* The same through the kernel, which says no where nothing is mapped; bytes read. */
static uint64_t
read_guarded(char *to, uint64_t from, uint64_t n)
{
	uint64_t here[2] = { (uint64_t)to, n }, there[2] = { from, n };
	uint64_t args[6] = { 0, (uint64_t)here, 1, (uint64_t)there, 1, 0 };
	args[0] = own_call(to, SYS_getpid, args);
	int64_t got = (int64_t)own_call(to, SYS_process_vm_readv, args);
	return got < 0 ? 0 : (uint64_t)got;
}

static void
add_bytes_guarded(struct raw_rec *r, unsigned arg, uint64_t len)
{
	if (!r->args[arg] || !len)
		return;
	uint64_t n = len < CAP_DATA_BYTES ? len : CAP_DATA_BYTES;
	uint64_t got = read_guarded(begin_blob(r), r->args[arg], n);
	unsigned flags = (n < len ? RAW_BLOB_TRUNC : 0u) | (got < n ? RAW_BLOB_FAULT : 0u);
	end_blob(r, RAW_BLOB_BYTES, arg, flags, (uint32_t)got);
}

/* Length of the string at P, or MAX. */
static uint64_t
length(const char *p, uint64_t max)
{
	uint64_t n = 0;
	while (n < max && p[n])
		n++;
	return n;
}

static void
add_string(struct raw_rec *r, unsigned arg)
{
	const char *from = (const char *)r->args[arg];
	uint64_t n = length(from, CAP_PATH_BYTES - 1);
	copy(begin_blob(r), from, n);
	end_blob(r, RAW_BLOB_CSTR, arg, n == CAP_PATH_BYTES - 1 ? RAW_BLOB_TRUNC : 0u,
		 (uint32_t)n);
}

/* Page by page: what lies behind the string may not be there. */
static void
add_string_guarded(struct raw_rec *r, unsigned arg)
{
	char *to = begin_blob(r);
	uint64_t n = 0, max = CAP_PATH_BYTES - 1;
	for (;;) {
		uint64_t at = r->args[arg] + n, part = PAGE - at % PAGE;
		if (part > max - n)
			part = max - n;
		uint64_t got = part ? read_guarded(to + n, at, part) : 0;
		uint64_t len = length(to + n, got);
		n += len;
		if (len < got || got < part || n == max) {
			unsigned flags = len < got ? 0u : n == max ? RAW_BLOB_TRUNC
								   : RAW_BLOB_FAULT;
			end_blob(r, RAW_BLOB_CSTR, arg, flags, (uint32_t)n);
			return;
		}
	}
}

/*
 * What argument I points to. The kernel has read it if the call succeeded, and a path also
 * if there is no such file; other failures may come before the first look at it.
 */
static void
add_arg(struct raw_rec *r, const struct capspec *spec, unsigned i, uint64_t ret)
{
	const struct cap_arg *a = &spec->arg[i];
	uint64_t len = a->len_arg < 6 ? r->args[a->len_arg] : 0;
	int failed = (int64_t)ret < 0;
	if (!r->args[i] || (a->when == CAP_AT_EXIT && failed))
		return;
	switch (a->how) {
	case CAP_PATH:
		if (failed && ret != (uint64_t)-ENOENT)
			add_string_guarded(r, i);
		else
			add_string(r, i);
		break;
	case CAP_BUF:
		if (failed) {
			add_bytes_guarded(r, i, len);
			break;
		}
		if (a->when == CAP_AT_EXIT && a->len_arg >= 6)
			len = CAP_DATA_BYTES;
		if (a->when == CAP_AT_EXIT && spec->flags & CAP_RET_BYTES && ret < len)
			len = ret;
		add_bytes(r, a->when == CAP_AT_EXIT ? RAW_BLOB_OUT : RAW_BLOB_BYTES, i, len,
			  CAP_DATA_BYTES);
		break;
	case CAP_TEXT:
		add_bytes(r, RAW_BLOB_OUT, i, ret, CAP_PATH_BYTES);
		break;
	case CAP_FIXED:
		add_bytes(r, RAW_BLOB_OUT, i, a->size, a->size);
		break;
	default:
		break;
	}
}

/* What the new descriptor names, as the kernel has it. */
static void
add_new_fd(struct raw_rec *r, uint64_t fd)
{
	char path[32] = "/proc/self/fd/";
	char *p = path + 14, digits[12];
	unsigned n = 0;
	for (uint64_t v = fd; v || !n; v /= 10)
		digits[n++] = (char)('0' + v % 10);
	while (n)
		*p++ = digits[--n];
	*p = 0;
	struct raw_fd *b = begin_blob(r);
	const uint64_t args[6] = { (uint64_t)AT_FDCWD, (uint64_t)path, (uint64_t)(b + 1), NAME };
	uint64_t got = own_call(r, SYS_readlinkat, args);
	if ((int64_t)got <= 0)
		return;
	*b = (struct raw_fd){ .fd = (int32_t)fd, .pos = -1, .pos_exit = -1 };
	end_blob(r, RAW_BLOB_FD, RAW_ARG_RET, 0, (uint32_t)(sizeof(*b) + got));
}

/* Commands of fcntl(2) that take no pointer; those that duplicate a descriptor. */
static int
plain_fcntl(uint64_t cmd)
{
	return cmd <= F_SETFL || cmd == F_DUPFD_CLOEXEC;
}

static int
returns_fd(const struct raw_rec *r, const struct capspec *spec)
{
	if (TABLES->serve[r->nr] == SERVE_FCNTL)
		return r->args[1] == F_DUPFD || r->args[1] == F_DUPFD_CLOEXEC;
	return spec->flags & CAP_RET_FD;
}

static int
served(const struct slot *s, const struct agent_frame *f)
{
	uint64_t nr = f->rax;
	if (nr >= AGENT_CALLS || s->cur + SLOT_RECORD_MAX > s->limit)
		return 0;
	return TABLES->serve[nr] == SERVE ||
	       (TABLES->serve[nr] == SERVE_FCNTL && plain_fcntl(f->rsi));
}

static void
begin_record(struct raw_rec *r, const struct agent_frame *f)
{
	r->kind = RAW_SYSCALL;
	r->nblob = 0;
	r->size = sizeof(*r);
	r->nr = (uint32_t)f->rax;
	r->flags = RAW_BY_AGENT;
	r->restarts = 0;
	r->abi_nr = 0;
	r->ip = f->next;
	r->args[0] = f->rdi;
	r->args[1] = f->rsi;
	r->args[2] = f->rdx;
	r->args[3] = f->r10;
	r->args[4] = f->r8;
	r->args[5] = f->r9;
}

/* What the arguments point to, and the new descriptor. */
static void
add_blobs(struct raw_rec *r, uint64_t ret)
{
	const struct capspec *spec = &TABLES->spec[r->nr];
	for (unsigned i = 0; i < spec->nargs; i++)
		if (spec->arg[i].when)
			add_arg(r, spec, i, ret);
	if ((int64_t)ret >= 0 && returns_fd(r, spec))
		add_new_fd(r, ret);
}

/* Called from enter.S with the program's registers. False: the call was not made, and
 * must be made where the supervisor sees it. */
long agent_call(struct agent_frame *f);

long
agent_call(struct agent_frame *f)
{
	struct slot *s = (void *)((uint64_t)f & ~(SLOT_BYTES - 1));
	if (!served(s, f))
		return 0;
	struct raw_rec *r = (void *)((char *)s + s->cur);
	begin_record(r, f);
	s->entry_tsc = r->enter_ns = tsc();
	store(&s->phase, SLOT_BEFORE);
	call(f->rax, r->args, &s->ret, &s->phase);
	r->exit_ns = tsc();
	f->rax = s->ret;
	r->ret = (int64_t)s->ret;
	add_blobs(r, s->ret);
	__atomic_store_n(&s->cur, s->cur + r->size, __ATOMIC_RELEASE);
	store(&s->phase, SLOT_IDLE);
	return 1;
}
