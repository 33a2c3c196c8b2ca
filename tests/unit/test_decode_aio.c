/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of kernel AIO: from the io_submit that took them to the record that shows that
 * they completed, or to the end of their context.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/compiler.h"
#include "records.h"
#include "table/requests.h"
#include "table/syscall_desc.h"

#define CTX 0x7f0000000000u
#define CB  0x1000u /* address of the first control block; the next is 64 behind */

static struct fixture fx;
static const struct event_copy *e;

static void
setup(void)
{
	static const struct decode_cfg cfg = { .want_args = true };
	fx_open(&fx, &cfg);
	fx.flags = RAW_FDS_KNOWN;
}

static void
teardown(void)
{
	fx_close(&fx);
}

static struct iocb
block(int op, int fd, uint64_t nbytes, int64_t offset)
{
	return (struct iocb){ .aio_data = 0xd,
			      .aio_lio_opcode = (uint16_t)op,
			      .aio_fildes = (uint32_t)fd,
			      .aio_buf = 0x2000,
			      .aio_nbytes = nbytes,
			      .aio_offset = offset };
}

/* Begins the record of an io_submit of N blocks with result RET. The file 3 is described
 * with FLAGS. */
static void
submit_of(const struct iocb *cbs, const struct raw_iocb_ref *refs, unsigned n,
	  int64_t ret, unsigned flags)
{
	fx_call(&fx, SYS_io_submit, ret, CTX, n, 0x3000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_IOCBS, 2, cbs, n * sizeof(*cbs));
	fx_blob(&fx, RAW_BLOB_IOCB_REFS, 2, refs, n * sizeof(*refs));
	fx_fd(&fx, RAW_ARG_DATA, 3, "/data/x", flags, 0, S_IFREG);
}

/* Submits N blocks that lie one behind the other, of which RET are taken. */
static void
submit(const struct iocb *cbs, unsigned n, int64_t ret)
{
	struct raw_iocb_ref refs[8];
	for (unsigned i = 0; i < n; i++)
		refs[i] = (struct raw_iocb_ref){ CB + 64 * i, UINT64_MAX };
	submit_of(cbs, refs, n, ret, O_RDWR);
	e = fx_send(&fx);
}

static void
submit1(int op, uint64_t nbytes, int64_t offset)
{
	struct iocb cb = block(op, 3, nbytes, offset);
	submit(&cb, 1, 1);
}

/* A record in which the completion of the block at OBJ shows. */
static void
complete(uint64_t obj, int64_t res)
{
	struct io_event done = { .data = 0xd, .obj = obj, .res = res };
	fx_start(&fx, RAW_COMPLETIONS);
	fx.rec->args[0] = RAW_RING_AIO;
	fx.rec->args[1] = CTX;
	fx_blob(&fx, RAW_BLOB_OUT, 0, &done, sizeof(done));
	e = fx_send(&fx);
}

static void
end_stream(void)
{
	fx_start(&fx, RAW_END);
	fx.rec->args[0] = fx.now;
	e = fx_send(&fx);
}

START_TEST(one_read)
{
	submit1(IOCB_CMD_PREAD, 4096, 512);
	ck_assert_str_eq(e->syscall, "io_submit");
	ck_assert(!HAS(e, aio_id));
	uint64_t submitted = fx.now - 100;
	complete(CB, 100);
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->syscall, "aio_pread");
	ck_assert_str_eq(e->family, "AIO");
	ck_assert_str_eq(e->kind, "request");
	ck_assert_str_eq(e->comm, "first");
	ck_assert_int_eq(e->ev.tid, 100);
	ck_assert_uint_eq(e->ev.time_ns, submitted);
	ck_assert_uint_eq(e->ev.latency_ns, 110);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/data/x");
	ck_assert_str_eq(e->flags, "O_RDWR");
	ck_assert_uint_eq(e->ev.requested, 4096);
	ck_assert_int_eq(e->ev.offset, 512);
	ck_assert_int_eq(e->ev.ret, 100);
	ck_assert_uint_eq(e->ev.bytes, 100);
	ck_assert_uint_eq(e->ev.aio_id, 1);
	ck_assert_uint_eq(e->ev.seq, 2);
	ck_assert(!HAS(e, error) && !HAS(e, gap_ns) && !HAS(e, restarts));
	ck_assert_str_eq(e->args,
			 "3</data/x>, buf=0x2000, nbytes=4096, offset=512, data=0xd");
	end_stream();
	ck_assert_int_eq(fx.notices, 0);
}
END_TEST

/* The thread's calls follow each other as if the request was not there. */
START_TEST(gap_of_thread)
{
	fx_read(&fx, 3, 1, 1);
	submit1(IOCB_CMD_PREAD, 1, 0);
	complete(CB, 1);
	e = fx_read(&fx, 3, 1, 1);
	ck_assert_uint_eq(e->ev.gap_ns, 190);
}
END_TEST

START_TEST(operations)
{
	static const struct {
		int op;
		int64_t res;
		const char *name;
		bool transfers;
		uint64_t bytes;
	} ops[] = {
		{ IOCB_CMD_PREAD, 7, "aio_pread", true, 7 },
		{ IOCB_CMD_PWRITE, 7, "aio_pwrite", true, 7 },
		{ IOCB_CMD_PWRITE, -ENOSPC, "aio_pwrite", true, 0 },
		{ IOCB_CMD_FSYNC, 0, "aio_fsync", false, 0 },
		{ IOCB_CMD_FDSYNC, -EIO, "aio_fdsync", false, 0 },
		{ IOCB_CMD_POLL, 65, "aio_poll", false, 0 },
		{ IOCB_CMD_NOOP, 0, "aio_noop", false, 0 },
		{ 77, 5, "aio_unknown", false, 0 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		submit1(ops[i].op, 7, 0);
		complete(CB, ops[i].res);
		ck_assert_str_eq(e->syscall, ops[i].name);
		ck_assert_int_eq(e->ev.ret, ops[i].res);
		ck_assert_uint_eq(e->ev.aio_id, i + 1);
		ck_assert_int_eq(HAS(e, bytes), ops[i].transfers);
		ck_assert_int_eq(HAS(e, requested), ops[i].transfers);
		ck_assert_int_eq(HAS(e, offset), ops[i].transfers);
		ck_assert_int_eq(HAS(e, error), ops[i].res < 0);
		ck_assert_uint_eq(e->ev.bytes, ops[i].bytes);
	}
}
END_TEST

START_TEST(errors)
{
	submit1(IOCB_CMD_PREAD, 7, 0);
	complete(CB, -EIO);
	ck_assert_int_eq(e->ev.ret, -EIO);
	ck_assert_int_eq(e->ev.errnum, EIO);
	ck_assert_str_eq(e->error, "EIO");
	ck_assert_str_eq(e->ev.ret_text.p, "-1 EIO (Input/output error)");
}
END_TEST

START_TEST(vectored)
{
	struct iocb cb = block(IOCB_CMD_PREADV, 3, 2, 8);
	struct raw_iocb_ref ref = { CB, 40 };
	submit_of(&cb, &ref, 1, 1, O_RDONLY);
	fx_send(&fx);
	complete(CB, 40);
	ck_assert_str_eq(e->syscall, "aio_preadv");
	ck_assert_uint_eq(e->ev.requested, 40);
	ck_assert_str_eq(e->args, "3</data/x>, iov=0x2000, iovcnt=2, offset=8, data=0xd");
	/* An array that could not be read. */
	ref.bytes = UINT64_MAX;
	submit_of(&cb, &ref, 1, 1, O_RDONLY);
	fx_send(&fx);
	complete(CB, -EFAULT);
	ck_assert(!HAS(e, requested));
}
END_TEST

START_TEST(eventfd)
{
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 2, 8);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	cb.aio_flags = IOCB_FLAG_RESFD;
	cb.aio_resfd = 5;
	submit_of(&cb, &ref, 1, 1, O_RDONLY);
	fx_fd(&fx, RAW_ARG_DATA, 5, "anon_inode:[eventfd]", O_RDWR, 0, 0);
	fx_send(&fx);
	complete(CB, 2);
	ck_assert_int_eq(e->ev.fd, 3);
	ck_assert_str_eq(e->file, "/data/x");
	ck_assert_str_eq(e->args, "3</data/x>, buf=0x2000, nbytes=2, offset=8, data=0xd, "
				  "resfd=5<anon_inode:[eventfd]>");
}
END_TEST

/* Where the write went is not what it asked for. */
START_TEST(appending)
{
	struct iocb cb = block(IOCB_CMD_PWRITE, 3, 2, 8);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	submit_of(&cb, &ref, 1, 1, O_WRONLY | O_APPEND);
	fx_send(&fx);
	complete(CB, 2);
	ck_assert(!HAS(e, offset));
	cb.aio_rw_flags = 0x20; /* RWF_NOAPPEND */
	submit_of(&cb, &ref, 1, 1, O_WRONLY | O_APPEND);
	fx_send(&fx);
	complete(CB, 2);
	ck_assert_int_eq(e->ev.offset, 8);
	cb.aio_rw_flags = 0x10; /* RWF_APPEND */
	submit_of(&cb, &ref, 1, 1, O_WRONLY);
	fx_send(&fx);
	complete(CB, 2);
	ck_assert(!HAS(e, offset));
}
END_TEST

/* The name of the file at the submission, whatever the number means later. */
START_TEST(closed_and_reused)
{
	fx.flags = 0;
	fx_openat(&fx, "old", O_RDONLY, 3);
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 2, 0);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	fx_call(&fx, SYS_io_submit, 1, CTX, 1, 0x3000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_IOCBS, 2, &cb, sizeof(cb));
	fx_blob(&fx, RAW_BLOB_IOCB_REFS, 2, &ref, sizeof(ref));
	fx_send(&fx);
	fx_close_fd(&fx, 3, 0);
	fx_openat(&fx, "new", O_RDONLY, 3);
	complete(CB, 2);
	ck_assert_str_eq(e->file, "/proj/old");
}
END_TEST

START_TEST(partial)
{
	struct iocb cbs[3];
	for (int i = 0; i < 3; i++)
		cbs[i] = block(IOCB_CMD_PREAD, 3, 10, i);
	submit(cbs, 3, 2);
	complete(CB + 128, 10); /* the third was not taken */
	ck_assert_ptr_null(e);
	complete(CB + 64, 10);
	ck_assert_int_eq(e->ev.offset, 1);
	complete(CB, 10);
	ck_assert_int_eq(e->ev.offset, 0);
	submit(cbs, 3, -EAGAIN);
	complete(CB, 10);
	ck_assert_ptr_null(e);
	end_stream();
	ck_assert_int_eq(fx.notices, 1);
	ck_assert_str_eq(fx.notice_text,
			 "2 completions of AIO have no submissions that were seen");
}
END_TEST

/* One block in flight twice: first come, first served. */
START_TEST(resubmitted)
{
	submit1(IOCB_CMD_PREAD, 10, 1);
	submit1(IOCB_CMD_PREAD, 10, 2);
	complete(CB, 10);
	ck_assert_int_eq(e->ev.offset, 1);
	ck_assert_uint_eq(e->ev.aio_id, 1);
	complete(CB, 10);
	ck_assert_int_eq(e->ev.offset, 2);
	complete(CB, 10);
	ck_assert_ptr_null(e);
}
END_TEST

/* Another thread saw it complete before io_submit was back. */
START_TEST(completed_early)
{
	complete(CB, 5); /* of an earlier life: not this request's */
	uint64_t entered = fx.now;
	fx.now += 100;
	complete(CB, 10);
	ck_assert_ptr_null(e);
	uint64_t seen = fx.now - 90;
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 10, 0);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	int before = fx.events;
	submit_of(&cb, &ref, 1, 1, O_RDONLY);
	fx.rec->enter_ns = entered;
	e = fx_send(&fx);
	ck_assert_int_eq(fx.events, before + 2);
	ck_assert_str_eq(e->syscall, "aio_pread");
	ck_assert_int_eq(e->ev.ret, 10);
	ck_assert_uint_eq(e->ev.latency_ns, seen - entered);
}
END_TEST

/* More completions without a request than are kept: the newest stay. */
START_TEST(early_ones_are_bounded)
{
	uint64_t entered = fx.now;
	for (unsigned i = 0; i < 10000; i++)
		complete(CB + 64 * i, i);
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 10, 0);
	struct raw_iocb_ref refs[] = { { CB, UINT64_MAX },
				       { CB + 64 * 9999, UINT64_MAX } };
	for (unsigned i = 0; i < 2; i++) {
		submit_of(&cb, &refs[i], 1, 1, O_RDONLY);
		fx.rec->enter_ns = entered;
		e = fx_send(&fx);
		ck_assert_str_eq(e->syscall, i ? "aio_pread" : "io_submit");
	}
	ck_assert_int_eq(e->ev.ret, 9999);
}
END_TEST

static void
getevents(unsigned flags, const struct io_event *done, int64_t ret)
{
	fx_call(&fx, SYS_io_getevents, ret, CTX, 1, 8, 0x4000, 0, 0);
	fx.rec->flags |= flags;
	if (ret > 0)
		fx_blob(&fx, RAW_BLOB_OUT, 3, done, (size_t)ret * sizeof(*done));
	e = fx_send(&fx);
}

/* What the call returned counts only where its ring was not read. */
START_TEST(returned_by_getevents)
{
	struct iocb cbs[2] = { block(IOCB_CMD_PREAD, 3, 10, 0),
			       block(IOCB_CMD_PREAD, 3, 10, 10) };
	struct io_event done[2] = { { .obj = CB, .res = 10 },
				    { .obj = CB + 64, .res = 4 } };
	submit(cbs, 2, 2);
	getevents(RAW_RING_READ, done, 2);
	ck_assert_str_eq(e->syscall, "io_getevents");
	int before = fx.events;
	getevents(0, done, 2);
	ck_assert_int_eq(fx.events, before + 3);
	ck_assert_str_eq(e->syscall, "aio_pread");
	ck_assert_int_eq(e->ev.ret, 4);
	ck_assert_int_eq(e->ev.offset, 10);
	getevents(0, done, 0);
	ck_assert_str_eq(e->syscall, "io_getevents");
	/* A result that is larger than the array. */
	fx_call(&fx, SYS_io_getevents, 1000000, CTX, 1, 8, 0x4000, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 3, done, sizeof(done[0]) + 3);
	ck_assert_str_eq(fx_send(&fx)->syscall, "io_getevents");
}
END_TEST

START_TEST(cancelled)
{
	struct io_event done = { .obj = CB, .res = -ECANCELED };
	struct iocb cb = block(IOCB_CMD_POLL, 3, 0, 0);
	submit1(IOCB_CMD_POLL, 0, 0);
	fx_call(&fx, SYS_io_cancel, -EINPROGRESS, CTX, CB, 0x4000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_BYTES, 1, &cb, sizeof(cb));
	ck_assert_str_eq(fx_send(&fx)->syscall, "io_cancel");
	complete(CB, 0);
	ck_assert_str_eq(e->syscall, "aio_poll");
	/* As kernels before 3.11 did. */
	submit1(IOCB_CMD_PREAD, 1, 0);
	fx_call(&fx, SYS_io_cancel, 0, CTX, CB, 0x4000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 2, &done, sizeof(done));
	e = fx_send(&fx);
	ck_assert_str_eq(e->syscall, "aio_pread");
	ck_assert_int_eq(e->ev.ret, -ECANCELED);
	complete(CB, 0);
	ck_assert_ptr_null(e);
}
END_TEST

static void
check_unseen(const char *syscall, uint64_t id)
{
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->syscall, syscall);
	ck_assert_uint_eq(e->ev.aio_id, id);
	ck_assert_uint_eq(e->ev.event_flags, EVENT_UNFINISHED);
	ck_assert(!HAS(e, ret) && !HAS(e, latency_ns) && !HAS(e, bytes));
	ck_assert_str_eq(e->ev.ret_text.p, "?");
}

START_TEST(destroyed)
{
	submit1(IOCB_CMD_POLL, 0, 0);
	submit1(IOCB_CMD_PREAD, 1, 0);
	fx_call(&fx, SYS_io_destroy, -EINVAL, CTX, 0, 0, 0, 0, 0);
	ck_assert_str_eq(fx_send(&fx)->syscall, "io_destroy");
	int before = fx.events;
	fx_call(&fx, SYS_io_destroy, 0, CTX, 0, 0, 0, 0, 0);
	e = fx_send(&fx);
	ck_assert_int_eq(fx.events, before + 3);
	check_unseen("aio_pread", 2);
	/* Another context at its address has nothing of it. */
	complete(CB, 1);
	ck_assert_ptr_null(e);
	end_stream();
	/* One of them on the completion above. */
	ck_assert_int_eq(fx.notices, 2);
	ck_assert_str_eq(fx.notice_text,
			 "2 requests were submitted and never seen to complete");
}
END_TEST

/* io_destroy was not seen, but its place is taken. */
START_TEST(set_up_again)
{
	uint64_t ctx = CTX;
	submit1(IOCB_CMD_POLL, 0, 0);
	fx_call(&fx, SYS_io_setup, 0, 8, 0x5000, 0, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_OUT, 1, &ctx, sizeof(ctx));
	e = fx_send(&fx);
	check_unseen("aio_poll", 1);
}
END_TEST

START_TEST(process_ends)
{
	fx_fork(&fx, 100, 101, CLONE_VM | CLONE_FILES | CLONE_THREAD);
	fx.tid = 101;
	submit1(IOCB_CMD_POLL, 0, 0);
	int before = fx.events;
	fx_exit(&fx, 100, 101);
	ck_assert_int_eq(fx.events, before); /* the address space lives on */
	fx_exit(&fx, 100, 100);
	ck_assert_int_eq(fx.events, before + 1);
	e = &fx.last;
	check_unseen("aio_poll", 1);
	ck_assert_int_eq(e->ev.tid, 101);
}
END_TEST

/* A forked child has no contexts; a program executed has none either. */
START_TEST(not_inherited)
{
	submit1(IOCB_CMD_POLL, 0, 0);
	fx_fork(&fx, 200, 200, 0);
	fx.pid = fx.tid = 200;
	complete(CB, 1);
	ck_assert_ptr_null(e);
	fx.pid = fx.tid = 100;
	int before = fx.events;
	fx_exec(&fx, 100, 100, "next");
	ck_assert_int_eq(fx.events, before + 1);
	e = &fx.last;
	check_unseen("aio_poll", 1);
	ck_assert_str_eq(e->comm, "first");
}
END_TEST

START_TEST(stream_ends)
{
	submit1(IOCB_CMD_POLL, 0, 0);
	end_stream();
	check_unseen("aio_poll", 1);
	ck_assert_int_eq(fx.notices, 1);
	ck_assert_str_eq(fx.notice_text,
			 "1 request was submitted and never seen to complete");
	/* Said once, also if the stream is then said to be over. */
	decoder_end(fx.d, fx.now);
	ck_assert_int_eq(fx.notices, 1);
}
END_TEST

START_TEST(stream_is_cut)
{
	submit1(IOCB_CMD_POLL, 0, 0);
	decoder_end(fx.d, fx.now);
	e = &fx.last;
	check_unseen("aio_poll", 1);
	ck_assert_int_eq(fx.notices, 1);
}
END_TEST

/* What may have completed in the records that are missing is not waited for. */
START_TEST(records_lost)
{
	submit1(IOCB_CMD_PREAD, 1, 0);
	fx_start(&fx, RAW_LOST);
	e = fx_send(&fx);
	check_unseen("aio_pread", 1);
	submit1(IOCB_CMD_PREAD, 1, 7);
	complete(CB, 1);
	ck_assert_int_eq(e->ev.offset, 7);
}
END_TEST

START_TEST(more_than_recorded)
{
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 1, 0);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	submit_of(&cb, &ref, 1, 5, O_RDONLY);
	fx_send(&fx);
	complete(CB, 1);
	end_stream();
	ck_assert_int_eq(fx.notices, 1);
	ck_assert_str_eq(fx.notice_text,
			 "4 submitted requests could not be recorded and have no row");
}
END_TEST

START_TEST(not_selected)
{
	static unsigned char sel[4096];
	struct decode_cfg cfg = { .selected = sel };
	memset(sel, 0, sizeof(sel));
	sel[SYS_io_getevents] = 1;
	fx_close(&fx);
	fx_open(&fx, &cfg);
	submit1(IOCB_CMD_PREAD, 1, 0);
	ck_assert_ptr_null(e);
	complete(CB, 1);
	ck_assert_ptr_null(e);
	end_stream();
	ck_assert_int_eq(fx.notices, 0);
	fx_close(&fx);
	/* The other way round it is there. */
	sel[SYS_io_getevents] = 0;
	sel[SYS_io_submit] = 1;
	fx_open(&fx, &cfg);
	submit1(IOCB_CMD_PREAD, 1, 0);
	struct io_event done = { .obj = CB, .res = 1 };
	getevents(0, &done, 1);
	ck_assert_str_eq(e->syscall, "aio_pread");
	ck_assert(!HAS(e, args));
}
END_TEST

/* Blobs shorter than what they stand for, or missing. */
START_TEST(hostile)
{
	struct iocb cb = block(IOCB_CMD_PREAD, 3, 1, 0);
	struct raw_iocb_ref ref = { CB, UINT64_MAX };
	fx_call(&fx, SYS_io_submit, INT64_MAX, CTX, 1, 0x3000, 0, 0, 0);
	fx_send(&fx);
	fx_call(&fx, SYS_io_submit, 2, CTX, 1, 0x3000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_IOCBS, 2, &cb, sizeof(cb) - 1);
	fx_blob(&fx, RAW_BLOB_IOCB_REFS, 2, &ref, sizeof(ref));
	fx_send(&fx);
	fx_call(&fx, SYS_io_submit, 1, CTX, 1, 0x3000, 0, 0, 0);
	fx_blob(&fx, RAW_BLOB_IOCBS, 2, &cb, sizeof(cb));
	fx_blob(&fx, RAW_BLOB_IOCB_REFS, 2, &ref, 3);
	ck_assert_str_eq(fx_send(&fx)->syscall, "io_submit");
	fx_start(&fx, RAW_COMPLETIONS);
	ck_assert_ptr_null(fx_send(&fx));
	fx_start(&fx, RAW_COMPLETIONS);
	fx.rec->args[0] = RAW_RING_AIO;
	fx_blob(&fx, RAW_BLOB_OUT, 0, &cb, 31);
	ck_assert_ptr_null(fx_send(&fx));
	/* A number that is not open. */
	cb.aio_fildes = UINT32_MAX;
	submit_of(&cb, &ref, 1, 1, O_RDONLY);
	fx_send(&fx);
	complete(CB, 1);
	ck_assert(!HAS(e, fd) && !HAS(e, file) && !HAS(e, offset));
}
END_TEST

START_TEST(names)
{
	ck_assert_ptr_eq(request_find("aio_fsync"), request_desc(REQUEST_aio_fsync));
	ck_assert_ptr_null(request_find("aio_"));
	ck_assert(request_is_submitter(SYS_io_submit));
	ck_assert(!request_is_submitter(SYS_io_getevents));
	for (unsigned op = 0; op < REQUEST_COUNT; op++) {
		const struct syscall_desc *d = request_desc(op);
		ck_assert_ptr_null(syscall_find(d->name));
		ck_assert(d->flags & SYSCALL_REQUEST);
		ck_assert_int_eq(d->kind, KIND_request);
	}
}
END_TEST

int
main(void)
{
	TCase *c = tcase_create("aio");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, one_read);
	tcase_add_test(c, gap_of_thread);
	tcase_add_test(c, operations);
	tcase_add_test(c, errors);
	tcase_add_test(c, vectored);
	tcase_add_test(c, eventfd);
	tcase_add_test(c, appending);
	tcase_add_test(c, closed_and_reused);
	tcase_add_test(c, partial);
	tcase_add_test(c, resubmitted);
	tcase_add_test(c, completed_early);
	tcase_add_test(c, early_ones_are_bounded);
	tcase_add_test(c, returned_by_getevents);
	tcase_add_test(c, cancelled);
	tcase_add_test(c, destroyed);
	tcase_add_test(c, set_up_again);
	tcase_add_test(c, process_ends);
	tcase_add_test(c, not_inherited);
	tcase_add_test(c, stream_ends);
	tcase_add_test(c, stream_is_cut);
	tcase_add_test(c, records_lost);
	tcase_add_test(c, more_than_recorded);
	tcase_add_test(c, not_selected);
	tcase_add_test(c, hostile);
	tcase_add_test(c, names);
	Suite *s = suite_create("decode aio");
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
