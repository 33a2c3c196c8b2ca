/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io_uring in raw records: what a ring's queues held at a stop. The engine gives every
 * ring a number at its io_uring_setup; all that is known of a ring later names it by
 * that.
 *
 * The entries are the kernel's own structs (include/uapi/linux/io_uring.h), declared here
 * because headers of older systems lack their newer members, and cut to what every layout
 * of a ring has: the first 64 bytes of a submission, the first 16 of a completion.
 */
#ifndef IOTRACE_RAW_RAW_URING_H
#define IOTRACE_RAW_RAW_URING_H

#include <stddef.h>
#include <stdint.h>

/* In front of the entries of RAW_BLOB_SQES and RAW_BLOB_CQES; RAW_BLOB_RING is it alone.
 */
struct raw_ring {
	uint32_t ring;	/* its number, 1, 2, ... */
	uint32_t setup; /* IORING_SETUP_* */
	uint32_t first; /* position of the first entry in its queue, which counts on and
			   on */
	uint32_t count; /* entries there were; fewer follow where not all could be copied
			 */
	uint32_t lost;	/* completions in front of the first that nobody will see */
	uint32_t reserved;
};

/* In front of what a submission points to, or names in its own way: RAW_BLOB_SQE_DATA. */
struct raw_sqe_data {
	uint32_t index; /* of the submission in RAW_BLOB_SQES */
	uint32_t what;	/* enum raw_sqe_what */
};

enum raw_sqe_what {
	RAW_SQE_PATH,  /* string of the (first) path, or of the text, without its NUL */
	RAW_SQE_PATH2, /* of the second */
	RAW_SQE_IOVEC, /* its array of struct iovec, or that of its message header */
	RAW_SQE_ADDR,  /* socket address */
	RAW_SQE_HOW,   /* struct open_how */
	RAW_SQE_FDS,   /* descriptors (int32_t) to register */
};

/* RAW_BLOB_RING_FILES: the call registers these descriptors from place OFFSET on. int32_t
 * follow, -1 for an empty place, -2 for one that stays as it is. */
struct raw_ring_files {
	uint32_t ring;
	uint32_t offset;
	uint32_t count; /* places; where fewer descriptors follow the rest are empty */
	uint32_t reserved;
};

struct uring_sqe {
	uint8_t opcode;
	uint8_t flags; /* IOSQE_* */
	uint16_t ioprio;
	int32_t fd;
	uint64_t off; /* or addr2 */
	uint64_t addr;
	uint32_t len;
	uint32_t op_flags;
	uint64_t user_data;
	uint16_t buf_index;
	uint16_t personality;
	uint32_t file_index; /* or splice_fd_in, or addr_len in the lower half */
	uint64_t addr3;
	uint64_t pad;
};

struct uring_cqe {
	uint64_t user_data;
	int32_t res;
	uint32_t flags; /* IORING_CQE_F_* */
};

_Static_assert(sizeof(struct raw_ring) == 24, "wire format");
_Static_assert(sizeof(struct raw_sqe_data) == 8, "wire format");
_Static_assert(sizeof(struct raw_ring_files) == 16, "wire format");
_Static_assert(sizeof(struct uring_sqe) == 64, "kernel's layout");
_Static_assert(sizeof(struct uring_cqe) == 16, "kernel's layout");

/* struct io_uring_params (io_uring_setup(2)). */
struct uring_sq_offsets {
	uint32_t head, tail, ring_mask, ring_entries, flags, dropped, array, resv1;
	uint64_t user_addr; /* IORING_SETUP_NO_MMAP: of the submission entries */
};

struct uring_cq_offsets {
	uint32_t head, tail, ring_mask, ring_entries, overflow, cqes, flags, resv1;
	uint64_t user_addr; /* IORING_SETUP_NO_MMAP: of the rings */
};

struct uring_params {
	uint32_t sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
	uint32_t wq_fd, resv[3];
	struct uring_sq_offsets sq_off;
	struct uring_cq_offsets cq_off;
};

_Static_assert(sizeof(struct uring_params) == 120, "kernel's layout");

#define URING_SETUP_SQPOLL	       (1u << 1)
#define URING_SETUP_SQE128	       (1u << 10)
#define URING_SETUP_CQE32	       (1u << 11)
#define URING_SETUP_NO_MMAP	       (1u << 14)
#define URING_SETUP_REGISTERED_FD_ONLY (1u << 15)
#define URING_SETUP_NO_SQARRAY	       (1u << 16)
#define URING_SETUP_CQE_MIXED	       (1u << 18)
#define URING_SETUP_SQE_MIXED	       (1u << 19)
#define URING_SETUP_SQ_REWIND	       (1u << 20)

#define URING_FEAT_SINGLE_MMAP	       (1u << 0)

#define URING_ENTER_REGISTERED_RING    (1u << 4)
#define URING_REGISTER_BY_INDEX	       (1u << 31)

#define URING_OFF_SQ_RING	       UINT64_C(0)
#define URING_OFF_CQ_RING	       UINT64_C(0x8000000)
#define URING_OFF_SQES		       UINT64_C(0x10000000)

/* uring_sqe.flags */
#define URING_SQE_FIXED_FILE	0x1u
#define URING_SQE_BUFFER_SELECT 0x20u
#define URING_SQE_SKIP_SUCCESS	0x40u

/* uring_cqe.flags */
#define URING_CQE_MORE	0x2u
#define URING_CQE_NOTIF 0x8u
#define URING_CQE_SKIP	0x20u
#define URING_CQE_32	0x8000u

/* io_uring_register(2), opcodes */
enum uring_register {
	URING_REGISTER_FILES = 2,
	URING_UNREGISTER_FILES = 3,
	URING_REGISTER_FILES_UPDATE = 6,
	URING_REGISTER_FILES2 = 13,
	URING_REGISTER_FILES_UPDATE2 = 14,
	URING_REGISTER_RING_FDS = 20,
	URING_UNREGISTER_RING_FDS = 21,
	URING_REGISTER_RESIZE_RINGS = 33,
};

#define URING_FILE_INDEX_ALLOC UINT32_MAX

#endif
