/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw records by hand, fed to a decoder, and what came out, for the tests of decode.
 * Every record goes through raw_check() first, as in the program.
 */
#ifndef IOTRACE_TESTS_UNIT_RECORDS_H
#define IOTRACE_TESTS_UNIT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/decode.h"
#include "raw/raw_build.h"

struct event_copy {
	struct event ev; /* numbers and has; its texts are void, see below */
	char syscall[64], family[32], kind[32], comm[32], error[32], file[9000];
	char old_file[9000], asked[9000], source[9000], flags[256], peer[128], epoll_op[32], args[512];
};

struct fixture {
	struct decoder *d;
	struct raw_build b;
	struct raw_rec *rec; /* the record being built */
	int pid, tid;	     /* of the next records */
	uint64_t now;	     /* enter time of the next record */
	uint64_t seq;
	uint32_t flags; /* of the next records, e.g. RAW_FDS_KNOWN */
	int events, notices;
	int in_flight; /* events of calls that go on; they too are left in last */
	struct event_copy last;
	struct notice last_notice;
	char notice_text[256], program[256], interpreter[256];
};

/* A decoder with one task, pid = tid = 100, comm "first", cwd "/proj"; 0..2 not known. */
void fx_open(struct fixture *, const struct decode_cfg *);
void fx_close(struct fixture *);

/* Starts a record. Times: entry now, exit 10 later; now moves on by 100. */
void fx_start(struct fixture *, unsigned kind);
void fx_call(struct fixture *, unsigned nr, int64_t ret, uint64_t a0, uint64_t a1,
	     uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

void fx_str(struct fixture *, unsigned arg, const char *);
void fx_blob(struct fixture *, unsigned kind, unsigned arg, const void *, size_t len);
/* An FD blob; with flags and pos if POS >= 0, with mode if MODE. */
void fx_fd(struct fixture *, unsigned arg, int fd, const char *name, unsigned flags,
	   int64_t pos, unsigned mode);
void fx_raw_fd(struct fixture *, unsigned arg, const struct raw_fd *, const char *name);

/* Feeds it; the event that came of it, or NULL. */
const struct event_copy *fx_send(struct fixture *);

/* Common calls, sent: */
const struct event_copy *fx_openat(struct fixture *, const char *path, unsigned flags,
				   int64_t ret);
const struct event_copy *fx_read(struct fixture *, int fd, uint64_t count, int64_t ret);
const struct event_copy *fx_close_fd(struct fixture *, int fd, int64_t ret);

/* Task records, sent. */
void fx_fork(struct fixture *, int pid, int tid, uint64_t clone_flags);
void fx_exec(struct fixture *, int pid, int former, const char *comm);
void fx_exit(struct fixture *, int pid, int tid);

#define HAS(e, field) ((e)->ev.has >> EV_##field & 1)

#endif
