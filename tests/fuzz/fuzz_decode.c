/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile streams through the decoder. The bytes are a little program that builds
 * records: few tasks and descriptors and small numbers, so that calls meet each other's
 * state, and any blob with any content. What raw_check() refuses is left out, as in the
 * program; every event is read to the last byte.
 */
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/decode.h"
#include "fuzz.h"
#include "raw/raw_build.h"
#include "raw/raw_check.h"
#include "raw/raw_uring.h"
#include "table/syscall_desc.h"

struct input {
	const uint8_t *p;
	size_t left;
};

static uint8_t
byte(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->p++;
}

/* Small mostly, sometimes the ends of the range. */
static uint64_t
word(struct input *in)
{
	static const uint64_t odd[] = { UINT64_MAX,	INT64_MAX, INT64_MIN,
					UINT32_MAX,	INT32_MAX, 0x80000000,
					(uint64_t)-100, 1u << 20 };
	uint8_t b = byte(in);
	if (b < 64)
		return b;
	if (b < 72)
		return odd[b - 64];
	return (uint64_t)byte(in) << (b & 31);
}

static void
add_blob(struct input *in, struct raw_build *b)
{
	unsigned kind = 1 + byte(in) % (RAW_BLOB_KIND_MAX - 1);
	unsigned arg = byte(in) % RAW_ARG_MAX;
	unsigned flags = byte(in) & 3;
	size_t len = byte(in);
	if (len > in->left)
		len = in->left;
	if (kind == RAW_BLOB_FD) {
		struct raw_fd fd = { .fd = (int32_t)word(in),
				     .bits = byte(in) & 15,
				     .flags = (uint32_t)word(in),
				     .mode = (uint32_t)byte(in) << 12,
				     .pos = (int64_t)word(in),
				     .pos_exit = (int64_t)word(in),
				     .ino = byte(in) & 3 };
		len = len > in->left ? in->left : len;
		raw_build_add_fd(b, arg, &fd, (const char *)in->p, len);
	} else {
		raw_build_add(b, kind, arg, flags, in->p, len);
	}
	in->p += len;
	in->left -= len;
}

/* Calls that change what later ones mean. */
static const uint16_t nrs[] = {
	SYS_read,
	SYS_write,
	SYS_openat,
	SYS_close,
	SYS_dup2,
	SYS_fcntl,
	SYS_lseek,
	SYS_pipe2,
	SYS_socket,
	SYS_connect,
	SYS_accept4,
	SYS_recvmsg,
	SYS_sendto,
	SYS_recvfrom,
	SYS_rename,
	SYS_renameat2,
	SYS_unlink,
	SYS_chdir,
	SYS_fchdir,
	SYS_chroot,
	SYS_close_range,
	SYS_name_to_handle_at,
	SYS_open_by_handle_at,
	SYS_execve,
	SYS_unshare,
	SYS_setns,
	SYS_clone,
	SYS_prctl,
	SYS_kcmp,
	SYS_io_uring_setup,
	SYS_io_uring_register,
	SYS_io_uring_enter,
	SYS_splice,
	SYS_copy_file_range,
	SYS_sendfile,
	SYS_utimensat,
	SYS_fanotify_mark,
	SYS_getcwd,
	SYS_mq_open,
	SYS_epoll_ctl,
	SYS_clock_nanosleep,
	SYS_select,
	SYS_ppoll,
	SYS_brk,
	SYS_mmap,
	SYS_getpeername,
	SYS_openat2,
	SYS_signalfd4,
	SYS_memfd_create,
	SYS_bpf,
	SYS_io_submit,
	SYS_io_getevents,
	SYS_io_destroy,
	SYS_io_cancel,
	SYS_getxattr,
	SYS_pwritev2,
	SYS_getdents64,
	SYS_socketpair,
	SYS_recvmmsg,
	SYS_ioctl,
	SYS_linkat,
	SYS_dup3,
	SYS_symlink,
};

/* Few control blocks of few descriptors. */
static void
iocb_blobs(struct input *in, struct raw_build *b, unsigned arg)
{
	struct iocb cbs[3] = { 0 };
	struct raw_iocb_ref refs[3];
	size_t n = 1 + byte(in) % 3;
	for (size_t i = 0; i < n; i++) {
		cbs[i].aio_lio_opcode = byte(in) & 15;
		cbs[i].aio_fildes = byte(in) & 7;
		cbs[i].aio_flags = byte(in) & 1;
		cbs[i].aio_rw_flags = byte(in);
		refs[i].addr = byte(in) & 3;
		refs[i].bytes = word(in);
	}
	raw_build_add(b, RAW_BLOB_IOCBS, arg, 0, cbs, n * sizeof(cbs[0]));
	raw_build_add(b, RAW_BLOB_IOCB_REFS, arg, 0, refs, n * sizeof(refs[0]));
}

/* Completions of such blocks. */
static void
aio_events(struct input *in, struct raw_build *b, unsigned arg)
{
	struct io_event done[3] = { 0 };
	size_t n = 1 + byte(in) % 3;
	for (size_t i = 0; i < n; i++) {
		done[i].obj = byte(in) & 3;
		done[i].res = (int64_t)word(in);
	}
	raw_build_add(b, RAW_BLOB_OUT, arg, 0, done, n * sizeof(done[0]));
}

/* Submissions to few rings, with data that they point to. */
static void
uring_submissions(struct input *in, struct raw_build *b)
{
	struct {
		struct raw_ring head;
		struct uring_sqe s[4];
	} q = { .head = { .ring = byte(in) & 3, .setup = (uint32_t)byte(in) << 12 } };
	size_t n = byte(in) & 3;
	for (size_t i = 0; i < n; i++) {
		q.s[i].opcode = byte(in) % 70;
		q.s[i].flags = byte(in);
		q.s[i].fd = (int32_t)word(in);
		q.s[i].off = word(in);
		q.s[i].len = (uint32_t)word(in);
		q.s[i].op_flags = (uint32_t)word(in);
		q.s[i].user_data = byte(in) & 3;
		q.s[i].file_index = (uint32_t)word(in);
	}
	q.head.count = (uint32_t)n + (byte(in) & 1);
	raw_build_add(b, RAW_BLOB_SQES, 0, 0, &q, sizeof(q.head) + n * sizeof(q.s[0]));
	for (unsigned k = byte(in) & 7; k; k--) {
		struct {
			struct raw_sqe_data head;
			char text[4];
			int32_t fds[8];
		} data = { { byte(in) & 3, byte(in) & 7 }, "/ab", { byte(in) & 7 } };
		size_t len = byte(in) % (sizeof(data) - sizeof(data.head));
		raw_build_add(b, RAW_BLOB_SQE_DATA, 0, byte(in) & 3, &data,
			      sizeof(data.head) + len);
	}
}

static void
uring_completions(struct input *in, struct raw_build *b)
{
	struct {
		struct raw_ring head;
		struct uring_cqe c[4];
	} q = { .head = { .ring = byte(in) & 3, .setup = (uint32_t)byte(in) << 12 } };
	size_t n = byte(in) & 3;
	q.head.lost = byte(in) & 1;
	for (size_t i = 0; i < n; i++) {
		q.c[i].user_data = byte(in) & 3;
		q.c[i].res = (int32_t)word(in);
		q.c[i].flags = byte(in) & 15;
	}
	raw_build_add(b, RAW_BLOB_CQES, 0, 0, &q, sizeof(q.head) + n * sizeof(q.c[0]));
}

static void
uring_files(struct input *in, struct raw_build *b)
{
	struct {
		struct raw_ring_files head;
		int32_t fds[4];
	} f = { { .ring = byte(in) & 3, .offset = (uint32_t)word(in) }, { 0 } };
	size_t n = byte(in) & 3;
	for (size_t i = 0; i < n; i++)
		f.fds[i] = (int32_t)(byte(in) & 7) - 2;
	raw_build_add(b, RAW_BLOB_RING_FILES, 0, 0, &f,
		      sizeof(f.head) + n * sizeof(f.fds[0]));
}

/* What an argument of this type points to, so that most calls make sense. */
static void
typed_blob(struct input *in, struct raw_build *b, unsigned arg, unsigned type)
{
	static const char *const paths[] = {
		"a",  "/a", "/a/b", "/c",     "/c/a", "..",
		"./", "",   "/",    "socket", "a/b",  "/a/"
	};
	unsigned at = byte(in) & 1 ? RAW_BLOB_OUT : RAW_BLOB_BYTES;
	size_t len = byte(in) & 63;
	len = len > in->left ? in->left : len;
	if (type == ARG_path || type == ARG_str) {
		const char *s = paths[byte(in) % (sizeof(paths) / sizeof(*paths))];
		raw_build_add(b, RAW_BLOB_CSTR, arg, 0, s, strlen(s));
		return;
	}
	if (type == ARG_iocbs) {
		iocb_blobs(in, b, arg);
		return;
	}
	if (type == ARG_out && b->rec->nr == SYS_io_getevents) {
		aio_events(in, b, arg);
		return;
	}
	if (type == ARG_iov || type == ARG_msghdr || type == ARG_msghdr_out)
		raw_build_add(b, RAW_BLOB_IOVEC, arg, 0, in->p, len);
	if (type == ARG_msghdr_out)
		raw_build_add(b, RAW_BLOB_CONTROL, arg, 0, in->p, len);
	raw_build_add(b, at, arg, 0, in->p, len);
	in->p += len;
	in->left -= len;
}

static void
typed_blobs(struct input *in, struct raw_build *b)
{
	const struct syscall_desc *desc = syscall_desc(b->rec->nr);
	for (unsigned i = 0; i < desc->nargs; i++)
		if (b->rec->args[i] & 1 || desc->args[i].type == ARG_path)
			typed_blob(in, b, i, desc->args[i].type);
}

static void
one_record(struct input *in, struct raw_build *b, struct decoder *d, uint64_t *now)
{
	uint8_t what = byte(in);
	unsigned kind = what & 3 ? RAW_SYSCALL : 1u + what / 4 % (RAW_KIND_MAX - 1);
	int tid = 1 + (byte(in) & 3);
	struct raw_rec *rec = raw_build_start(b, kind, what & 128 ? 1 : tid, tid);
	uint8_t nr = byte(in), how = byte(in);
	rec->nr = how & 1   ? nrs[nr % (sizeof(nrs) / sizeof(*nrs))]
		  : how & 2 ? 256u + nr
			    : nr;
	rec->flags = how & 4 ? byte(in) & 127 : 0;
	rec->ret = (int64_t)word(in);
	if (rec->ret > 64 && what & 64)
		rec->ret = -(rec->ret & 127);
	rec->enter_ns = *now - (byte(in) & 15);
	rec->exit_ns = *now += byte(in) & 15;
	for (unsigned i = 0; i < 6; i++)
		rec->args[i] = word(in);
	if (rec->nr == SYS_io_submit)
		rec->args[0] &= 3;
	if (kind == RAW_COMPLETIONS && how & 16) {
		rec->args[0] = RAW_RING_AIO;
		rec->args[1] &= 3;
		aio_events(in, b, 0);
	} else if (kind == RAW_COMPLETIONS || kind == RAW_RING_END) {
		rec->args[0] = RAW_RING_URING;
		rec->args[1] &= 3;
		uring_completions(in, b);
	} else if (how & 8 && rec->nr == SYS_io_uring_enter) {
		uring_submissions(in, b);
	} else if (how & 8 && rec->nr == SYS_io_uring_register) {
		uring_files(in, b);
	} else if (how & 8) {
		typed_blobs(in, b);
	}
	for (unsigned n = byte(in) & 3; n; n--)
		add_blob(in, b);
	if (raw_check(b->rec, b->rec->size))
		return;
	/* In a buffer of exactly its size: a byte read beyond it is seen. */
	struct raw_rec *exact = malloc(b->rec->size);
	if (!exact)
		abort();
	memcpy(exact, b->rec, b->rec->size);
	decoder_feed(d, exact);
	free(exact);
}

static void
on_event(void *arg, const struct event *ev)
{
	unsigned *sum = arg;
	for (int id = 0; id < EV_FIELD_COUNT; id++) {
		if (event_fields[id].type != FIELD_TEXT) {
			*sum += (unsigned)event_field_num(ev, id);
			continue;
		}
		struct text t = event_field_text(ev, id);
		if (!!t.p != event_has(ev, id) || (t.p && strlen(t.p) != t.len))
			abort(); /* a text that is no string, or absent but marked */
		for (size_t i = 0; i < t.len; i++)
			*sum += (unsigned char)t.p[i];
	}
	if (!ev->desc || !ev->syscall.p || ev->errnum < 0)
		abort();
}

static void
on_notice(void *arg, const struct notice *n)
{
	*(unsigned *)arg += (unsigned)n->comm.len + (unsigned)n->text.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .p = data, .left = size };
	unsigned sum = 0;
	struct decode_cfg cfg = { .want_args = byte(&in) & 1 };
	struct decode_out out = { .event = on_event, .notice = on_notice, .arg = &sum };
	struct decoder *d = decoder_new(&cfg, &out);
	struct raw_build b = { 0 };
	uint64_t now = 1000;
	while (in.left)
		one_record(&in, &b, d, &now);
	raw_build_fini(&b);
	decoder_end(d, now);
	decoder_free(d);
	return 0;
}
