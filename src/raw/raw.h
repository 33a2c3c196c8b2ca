/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The raw record: what a capture engine saw of one call (or of one task's life), as plain
 * bytes. It is the only thing that crosses from capture to decode, the content of a
 * recording, and what an in-process engine writes into shared memory. Hence the rules:
 *
 *  - no pointers, fixed layout, host byte order, sizes multiples of 8;
 *  - includable without libc (only <stdint.h>-class headers);
 *  - hostile until raw_check() has passed it: a tracee or a file may have written it;
 *  - self-contained: the names that descriptors had at the call's entry travel with the
 *    record (RAW_BLOB_FD), so a reader needs no state to name them. An engine that cannot
 *    tell them leaves the blobs out, and decode falls back on its model.
 *
 * All times are CLOCK_BOOTTIME ns taken by the producer.
 */
#ifndef IOTRACE_RAW_RAW_H
#define IOTRACE_RAW_RAW_H

#include <stddef.h>
#include <stdint.h>

#define RAW_VERSION 1u

/* A record with its blobs is never larger; a producer cuts blobs to stay below. */
#define RAW_RECORD_MAX 131072u

enum raw_kind {
	/* First record of a stream. args: [0] ns to add to reach the epoch, [1] start time
	 * (boot ns), [2] capture flags, enum raw_session_flag. Blobs: TEXT_* below. */
	RAW_SESSION = 1,
	/* First record of a task. args: [0] tid of the creator or 0, [1] CLONE_* flags,
	 * [2] enum raw_task_origin. Blob COMM; FD seeds follow as their own records. */
	RAW_TASK_NEW,
	/* Last record of a task. args: [0] wait status (waitpid(2)), [1] 1 if the group is
	 * gone with it, [2] tid of the thread whose exec took its place, or 0. */
	RAW_TASK_EXIT,
	/* A successful exec. tid is the task afterwards (= pid); args: [0] former tid.
	 * Blobs COMM (the new name), PATH arg 0 (the executable, as /proc/PID/exe), PATH arg 1
	 * (the ELF interpreter, if the kernel mapped one). */
	RAW_TASK_EXEC,
	/* A task has another name from now on. Blob COMM. */
	RAW_TASK_COMM,
	/* A finished call: ret, times and blobs are complete. */
	RAW_SYSCALL,
	/* A call that death, exec by another thread or detach cut short: no ret. */
	RAW_UNFINISHED,
	/* A signal about to be delivered. args: [0] signo, [1] si_code, [2] si_pid,
	 * [3] si_uid, [4] si_addr or si_status; enter_ns. */
	RAW_SIGNAL,
	/* What a descriptor named before anybody traced it. Blob FD arg 0. */
	RAW_FD_SEED,
	/* Working and root directory of the task. Blobs PATH arg 0 cwd, arg 1 root. */
	RAW_FS_SEED,
	/* Something the user should be told once. Blob TEXT_NOTE. */
	RAW_NOTE,
	/* Records are missing. args: [0] how many or 0 for unknown. Blob TEXT_NOTE: why. */
	RAW_LOST,
	/* Last record of a stream that ended in order. args: [0] end time (boot ns),
	 * [1] CPU ns the tracer used, [2] wait status of the command or ~0, [3] stops,
	 * [4] selected calls with RAW_BY_AGENT. */
	RAW_END,
	/* Completions that showed in a ring of the task, each in one record only. exit_ns
	 * is when they were seen. args: [0] enum raw_ring_kind, [1] which: the AIO context. Blob
	 * OUT arg 0: struct io_event of 32 bytes each. */
	RAW_COMPLETIONS,
	/* The last descriptor of a ring that was known is closed: nothing more will show in
	 * it. args as for RAW_COMPLETIONS. */
	RAW_RING_END,
	/* Major page faults of a task while it was traced. args: [0] how many. In front of
	 * its RAW_TASK_EXIT, or of RAW_END for one that goes on; missing where /proc cannot
	 * tell. */
	RAW_TASK_FAULTS,
	/* What a task was in when a call of some task had not returned for too long. As
	 * RAW_UNFINISHED, exit_ns is when that was seen; where the entry was not seen enter_ns
	 * is when the task was first found in the call. nr ~0: in no call, args: [0]
	 * enum raw_idle. */
	RAW_IN_FLIGHT,
	RAW_KIND_MAX
};

enum raw_session_flag {
	RAW_SESSION_ATTACHED = 0x1u, /* -p: what came before the trace is unknown */
	/* Every call that changes descriptors or directories is recorded: what the model
	 * knows may stand for what a record does not tell. */
	RAW_SESSION_STATE = 0x2u,
};

enum raw_idle {
	RAW_IDLE_RUNNING = 1,
	RAW_IDLE_STOPPED, /* by a signal */
	RAW_IDLE_BLOCKED, /* in the kernel, but in no call that could be told */
};

enum raw_ring_kind {
	RAW_RING_AIO = 1, /* fs/aio.c: struct aio_ring */
	RAW_RING_URING,   /* io_uring; args [1] is the ring's number, the blob CQES */
};

enum raw_task_origin {
	RAW_ORIGIN_LAUNCH = 1, /* the command itself */
	RAW_ORIGIN_CHILD,      /* fork, vfork, clone, clone3 of a traced task */
	RAW_ORIGIN_ATTACH,     /* was running already */
};

/* flags of a record */
enum raw_flag {
	/* ret is void: the call does not return (exit, exit_group, rt_sigreturn), or the
	 * task was cut short in it. exit_ns is enter_ns or the time of the cut. */
	RAW_NO_RET = 0x1u,
	/* The call was made through a foreign ABI; nr is in that ABI's table and args are
	 * its words, unless RAW_AS_NATIVE. */
	RAW_ABI_I386 = 0x2u,
	RAW_ABI_X32 = 0x4u,
	/* The task was inside the call when the trace began: enter_ns is the attach time,
	 * args are what the registers still held. */
	RAW_NO_ENTER = 0x8u,
	/* ret is a restart code and the program was given EINTR: seen, not guessed. */
	RAW_INTERRUPTED = 0x10u,
	/* /proc named the descriptors of this record; a missing FD blob then means that
	 * the number was not open, not that it is unknown. */
	RAW_FDS_KNOWN = 0x20u,
	/* The completions that this call returned were read from their ring and are in a
	 * RAW_COMPLETIONS record, this one's or an earlier one. */
	RAW_RING_READ = 0x40u,
	/* With RAW_ABI_*: nr, args and blobs are those of the x86_64 call that means the
	 * same; abi_nr is what was called. */
	RAW_AS_NATIVE = 0x80u,
	/* RAW_IN_FLIGHT: it is this call that lasts too long. */
	RAW_STALLED = 0x100u,
	/* Made in the tracee, without a stop (src/agent/): /proc was not asked. */
	RAW_BY_AGENT = 0x200u,
};

enum raw_blob_kind {
	RAW_BLOB_CSTR = 1, /* string argument without its NUL; arg = index */
	RAW_BLOB_BYTES,    /* buffer or struct, read at entry; arg = index */
	RAW_BLOB_OUT,      /* the same, read at exit */
	RAW_BLOB_STRV,     /* argv: NUL-terminated strings back to back */
	RAW_BLOB_IOVEC,    /* array of struct iovec (16 bytes each) of the argument, or of the
	                    * message header that the argument points to */
	RAW_BLOB_NAME,     /* socket address a message header points to (entry or exit) */
	RAW_BLOB_CONTROL,  /* control data of a received or sent message */
	RAW_BLOB_FD,       /* struct raw_fd, then the name; arg = index or RAW_ARG_* */
	RAW_BLOB_COMM,     /* task name, at most 15 bytes */
	RAW_BLOB_PATH,     /* see the record kinds */
	RAW_BLOB_STACK,    /* user stack: text, a frame a line, innermost first */
	RAW_BLOB_IOCBS,    /* io_submit: the struct iocb of each pointer, 64 bytes each */
	RAW_BLOB_TEXT_NOTE,
	RAW_BLOB_TEXT_HOST,    /* RAW_SESSION: host name */
	RAW_BLOB_TEXT_COMMAND, /* RAW_SESSION: argv, NUL-separated */
	RAW_BLOB_TEXT_VERSION, /* RAW_SESSION: iotrace version */
	RAW_BLOB_TEXT_ENGINE,  /* RAW_SESSION: engine name */
	RAW_BLOB_TEXT_SELECT,  /* RAW_SESSION: the selection, as --trace took it */
	RAW_BLOB_IOCB_REFS,    /* io_submit: a struct raw_iocb_ref for each of IOCBS */
	/* io_uring: structs of raw/raw_uring.h, and what follows each there */
	RAW_BLOB_RING,       /* io_uring_setup, _register: struct raw_ring */
	RAW_BLOB_SQES,       /* io_uring_enter: struct raw_ring, submissions */
	RAW_BLOB_SQE_DATA,   /* struct raw_sqe_data, its bytes */
	RAW_BLOB_CQES,       /* RAW_COMPLETIONS: struct raw_ring, completions */
	RAW_BLOB_RING_FILES, /* io_uring_register: struct raw_ring_files, descriptors */
	RAW_BLOB_TEXT_CWD,   /* RAW_SESSION: where the command was started */
	RAW_BLOB_KIND_MAX
};

/* Values of raw_blob.arg that are not argument indices. */
enum raw_arg {
	RAW_ARG_RET = 8,  /* the descriptor that the call returned */
	RAW_ARG_NEW0 = 9, /* the descriptors that the call stored (pipe, socketpair, */
	RAW_ARG_NEW1,     /* CLONE_PIDFD) */
	RAW_ARG_CWD = 12, /* working directory, for relative paths without a dirfd */
	RAW_ARG_ROOT,     /* root directory, where it is not "/" */
	/* A descriptor that the data of the call name (iocbs): raw_fd.fd says which. There
	 * may be many. */
	RAW_ARG_DATA,
	RAW_ARG_SCM = 16, /* first descriptor received by SCM_RIGHTS; the next is +1 */
	RAW_ARG_MAX = 64,
};

enum raw_blob_flag {
	RAW_BLOB_TRUNC = 0x1u, /* the object goes on behind len bytes */
	RAW_BLOB_FAULT = 0x2u, /* the tracee's memory could not be read (all or the rest) */
};

struct raw_blob {
	uint16_t kind; /* enum raw_blob_kind */
	uint8_t arg;
	uint8_t flags; /* enum raw_blob_flag */
	uint32_t len;  /* bytes behind this header, before padding to 8 */
};

enum raw_fd_flag {
	RAW_FD_DELETED = 0x1u, /* the name is no longer in a directory */
	RAW_FD_INFO = 0x2u,    /* flags and pos are the kernel's (proc_pid_fdinfo(5)) */
	RAW_FD_STAT = 0x4u,    /* mode, dev and ino are the kernel's (statx(2)) */
	RAW_FD_POS_EXIT = 0x8u, /* pos_exit is set: the position when the call returned */
};

/* A descriptor as the kernel described it while the task stood still; the name follows,
 * raw_blob.len - sizeof(struct raw_fd) bytes without NUL, "pipe:[N]" and the like as
 * readlink(2) of /proc/TID/fd/N gives it, but without " (deleted)". */
struct raw_fd {
	int32_t fd; /* the number; AT_FDCWD for a working directory */
	uint32_t bits;
	uint32_t flags; /* O_*, of open file description and descriptor (O_CLOEXEC) */
	uint32_t mode;  /* S_IFMT bits */
	int64_t pos;    /* file position at entry */
	int64_t pos_exit;
	uint64_t dev;
	uint64_t ino;
};

/* What a struct iocb does not hold of itself. */
struct raw_iocb_ref {
	uint64_t addr;  /* the pointer that was submitted; completions name it */
	uint64_t bytes; /* sum of the iovec of a vectored operation, or ~0 */
};

struct raw_rec {
	uint32_t size; /* of header, blobs and padding; a multiple of 8 */
	uint16_t kind; /* enum raw_kind */
	uint16_t nblob;
	int32_t pid; /* thread group id */
	int32_t tid;
	uint64_t seq; /* 1, 2, ... over the stream: a gap is loss */
	uint64_t enter_ns;
	uint64_t exit_ns;
	int64_t ret;
	uint64_t args[6];
	uint32_t nr;    /* syscall number, without the ABI's marker bits */
	uint32_t flags; /* enum raw_flag */
	uint64_t ip;    /* instruction pointer behind the syscall instruction */
	uint32_t restarts; /* how often the kernel carried the call on */
	/* With RAW_AS_NATIVE: the number in the ABI's table, and above 16 bits that of
	 * the sub-call if this is socketcall(2) or ipc(2). */
	uint32_t abi_nr;
};

_Static_assert(sizeof(struct raw_blob) == 8, "wire format");
_Static_assert(sizeof(struct raw_fd) == 48, "wire format");
_Static_assert(sizeof(struct raw_iocb_ref) == 16, "wire format");
_Static_assert(sizeof(struct raw_rec) == 120, "wire format");
_Static_assert(offsetof(struct raw_rec, seq) == 16, "wire format");
_Static_assert(offsetof(struct raw_rec, args) == 48, "wire format");
_Static_assert(offsetof(struct raw_rec, nr) == 96, "wire format");

/* LEN rounded up to the record's alignment. */
static inline uint32_t
raw_pad(uint32_t len)
{
	return (len + 7u) & ~7u;
}

/* The first blob of a record, or NULL. Only for records that raw_check() has passed. */
static inline const struct raw_blob *
raw_blob_first(const struct raw_rec *rec)
{
	return rec->nblob ? (const struct raw_blob *)(const void *)(rec + 1) : (const void *)0;
}

/* The blob behind B, or NULL. */
static inline const struct raw_blob *
raw_blob_next(const struct raw_rec *rec, const struct raw_blob *b)
{
	const char *p = (const char *)(b + 1) + raw_pad(b->len);
	return p < (const char *)rec + rec->size ? (const struct raw_blob *)(const void *)p
	                                         : (const void *)0;
}

static inline const void *
raw_blob_data(const struct raw_blob *b)
{
	return b + 1;
}

/* The first blob of KIND and ARG, or NULL. */
static inline const struct raw_blob *
raw_blob_find(const struct raw_rec *rec, unsigned kind, unsigned arg)
{
	const struct raw_blob *b = raw_blob_first(rec);
	while (b && (b->kind != kind || b->arg != arg))
		b = raw_blob_next(rec, b);
	return b;
}

#endif
