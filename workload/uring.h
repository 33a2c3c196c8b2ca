/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring of io_uring driven by hand, without a library: every call is one of the
 * scenario.
 */
#ifndef IOTRACE_WORKLOAD_URING_H
#define IOTRACE_WORKLOAD_URING_H

#include <linux/io_uring.h>
#include <stdint.h>

#define URING_ENTRIES 8

/* Newer than the headers of some systems. */
#define URING_NO_SQARRAY (1u << 16)
#define URING_NO_MMAP	 (1u << 14)
#define URING_NO_FD	 (1u << 15) /* IORING_SETUP_REGISTERED_FD_ONLY */
#define URING_BY_INDEX	 16L	    /* IORING_ENTER_REGISTERED_RING */

struct uring {
	long fd; /* or the place of a registered ring, see URING_NO_FD */
	char *sq, *cq;
	char *sqes; /* of 64 or 128 bytes each */
	struct io_uring_params p;
	uint32_t queued; /* submissions that no call has handed over yet */
};

/* One io_uring_setup with FLAGS, two mmaps, of the ring or with URING_NO_MMAP of memory
 * for it. Skips where the kernel lacks it. */
void uring_open(struct uring *, uint32_t flags);

/* Two munmaps, and one close where there is a descriptor. */
void uring_close(struct uring *);

/* Puts a submission into the queue: no call. */
void uring_queue(struct uring *, struct io_uring_sqe sqe);

/* One io_uring_enter that hands over what is queued and waits for N completions. Fails
 * unless all were taken. */
void uring_enter(struct uring *, unsigned n);

/* Takes the next completion out of the queue, waiting for it awake: no call. Fails unless
 * its user_data is KEY and its result RES. Returns its flags. */
uint32_t uring_reap(struct uring *, uint64_t key, long res);

/* The same for any result, which it returns. */
long uring_result(struct uring *, uint64_t key);

/* A submission; its user_data is 0x100 and OP. */
struct io_uring_sqe uring_sqe(int op, int fd, const void *addr, uint32_t len,
			      uint64_t off);

/* One submission, one io_uring_enter, and its completion. */
void uring_one(struct uring *, struct io_uring_sqe sqe, long res);

/* setup(): a.txt in fd[0], for reading and writing, b.txt in fd[1]. */
struct run;
void uring_files(struct run *);

/* Rows of scenarios. */
#define RING   "file=anon_inode:[io_uring]"
#define SETUP  "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
#define ENTER  "io_uring_enter AIO fd ret=1 fd=$a " RING "\n"
#define ENTER2 "io_uring_enter AIO fd ret=2 fd=$a " RING "\n"
#define ENTER3 "io_uring_enter AIO fd ret=3 fd=$a " RING "\n"
#define LOOK   "io_uring_enter AIO fd ret=0 fd=$a " RING "\n"
#define CLOSE  "close FS fd fd=$a " RING "\n"
#define ON_A   " fd=$f file=@/a.txt\n"

#endif
