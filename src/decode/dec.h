/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of decode: one call on its way from record to event, and the rows that say what
 * is special about single calls. The order for every record:
 *
 *   1. the model takes in what the record says of descriptors at the call's entry;
 *   2. fill: the event's columns, from the table (dec_event.c), then from the call's row;
 *   3. apply: what the call changed, if it succeeded;
 *   4. the columns of what the call made, then the event goes out.
 *
 * 2 and 4 are left out for calls that nobody selected. Texts of the event are copied into
 * the arena, so 3 may free what 2 has read.
 */
#ifndef IOTRACE_DECODE_DEC_H
#define IOTRACE_DECODE_DEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "decode/decode.h"
#include "event/event.h"
#include "model/model.h"
#include "raw/raw.h"
#include "table/syscall_desc.h"

struct call;
struct foreign_table;

enum dec_row_flag {
	DEC_EVEN_FAILED = 0x1u, /* apply also for calls that failed or did not end */
	DEC_AFTER = 0x2u,	/* apply behind the event: it makes rows of requests */
};

/* What the table cannot say of a call. */
struct dec_row {
	uint16_t nr;
	uint16_t flags;		      /* enum dec_row_flag */
	void (*fill)(struct call *);  /* or NULL */
	void (*apply)(struct call *); /* or NULL */
};

/* The rows of each theme, ended by one without functions. */
extern const struct dec_row dec_open_rows[], dec_fd_rows[], dec_rw_rows[], dec_net_rows[],
	dec_path_rows[], dec_mem_rows[], dec_poll_rows[], dec_proc_rows[],
	dec_anon_rows[], dec_uring_rows[], dec_aio_rows[];

/* Rows cover numbers below this; unistd_64.h is at 472 (Linux 7.0). */
#define DEC_NR_MAX 512u

/* Rendered O_* words, found by value: a run has few different ones. */
#define FLAG_CACHE 64u
struct flag_text {
	uint32_t word;
	bool valid;
	uint16_t len;
	char s[248];
};

/* What the model may answer by itself: that depends on which calls are in the stream. */
struct trust {
	bool bindings;	/* what a number was bound to, it still is */
	bool dirs;	/* cwd and root */
	bool positions; /* file positions */
};

struct decoder {
	struct decode_cfg cfg;
	struct decode_out out;
	struct model *model; /* owned */
	struct arena arena;  /* what the event at hand points to */
	struct strbuf args, ret_text, tmp;
	const struct flagset *open_set;
	uint64_t events;
	uint64_t request_ids; /* the last one given out */
	/* Requests whose completion nobody saw, and those that could not be kept. */
	uint64_t requests_unseen, requests_unkept;
	uint64_t aio_unknown; /* completions of AIO without a submission */
	struct {
		uint64_t overwritten; /* completions that were gone before they were read */
		uint64_t polled;      /* those of rings whose submissions cannot be seen */
		uint64_t unknown;     /* others without a submission */
	} uring;
	struct trust trust;
	struct foreign_table *foreign; /* owned */
	const struct dec_row *rows[DEC_NR_MAX];
	struct flag_text flag_cache[FLAG_CACHE];
};

/* What a descriptor argument named when the call entered. */
struct fdinfo {
	int32_t fd;
	bool open; /* it named something, and we know at least that */
	bool deleted, has_flags, has_pos_exit;
	bool kernel;	       /* from the record, not from the model */
	uint32_t flags;	       /* O_*, with O_CLOEXEC */
	uint32_t mode;	       /* S_IFMT bits, 0 unknown */
	int64_t pos, pos_exit; /* pos -1: unknown */
	struct text name;      /* in the arena or the record; p NULL: unknown */
	struct ofd *ofd;       /* the model's; counted until the call is done; or NULL */
};

struct call {
	struct decoder *d;
	struct model *m;
	const struct raw_rec *rec;
	const struct syscall_desc *desc;
	struct task *task;
	struct event *ev; /* NULL: not selected */
	bool foreign;	  /* of another ABI: arguments mean nothing here */
	struct text foreign_name; /* in another ABI; p NULL: called as desc is */
	bool finished; /* has a result */
	bool ok;       /* and that is no error */
	uint64_t end_ns;
	bool asked_flags; /* column flags holds what an open call asked for: it stays */
	int32_t made_fd;  /* first descriptor that the call made, or -1 */
	unsigned fd_done, path_done; /* bit per argument: the caches below are filled */
	struct fdinfo fds[SYSCALL_ARGS];
	struct text paths[SYSCALL_ARGS];
};

/* ---- dec_common.c: what arguments mean ---- */

/* Blob KIND of argument ARG if it holds at least MIN readable bytes, else NULL. */
const struct raw_blob *dec_blob(const struct call *, unsigned kind, unsigned arg,
				size_t min);

/* Unsigned values of 4 and 8 bytes at OFF of a blob that is known to be long enough. */
uint32_t dec_u32(const struct raw_blob *, size_t off);
uint64_t dec_u64(const struct raw_blob *, size_t off);

/* A NUL-terminated copy in the arena, cut at the first NUL. */
struct text dec_text(struct call *, const char *, size_t len);

/* Argument ARG as a descriptor. Valid until the call is done. */
const struct fdinfo *dec_fd(struct call *, unsigned arg);

/* Descriptor FD that the call's data name, as RAW_ARG_DATA or else the model has it. The
 * caller unrefs info->ofd. */
void dec_fd_number(const struct call *, int32_t fd, struct fdinfo *);

/* Argument ARG as an absolute path; p NULL if it is NULL, empty or unreadable; relative
 * if the directory is not known; as it is if the table says that it is no path. */
struct text dec_path(struct call *, unsigned arg);

/* PATH, which the call's data name, below DIRFD (or AT_FDCWD), or below the root if it is
 * absolute. An empty one is the directory itself. */
struct text dec_path_at(struct call *, int32_t dirfd, struct text path);

/* The directory that a relative path argument ARG starts from. *INFO is its descriptor,
 * NULL for the working directory. */
struct text dec_dir(struct call *, unsigned arg, const struct fdinfo **info);

/* Is path argument ARG empty or NULL in a call that then acts on the directory? */
bool dec_path_is_dirfd(struct call *, unsigned arg);

/* Facts of an FD blob. The name points into the record. */
struct ofd_facts dec_facts(const struct raw_fd *, const struct raw_blob *);

/* The model takes in what the record says of descriptors at entry. */
void dec_observe(struct call *);

/* ---- dec_make.c: new descriptors ---- */

struct made {
	const char *name; /* borrowed; or NULL: unknown */
	size_t len;
	uint32_t flags; /* O_*, with O_CLOEXEC */
	bool no_flags;	/* flags are unknown */
	bool deleted;
	int64_t pos; /* -1 unknown */
};

/* FD is new: what the blob with ARG says, or else MADE. Returns the description,
 * borrowed from the table; NULL if there is no room. */
struct ofd *dec_make(struct call *, int32_t fd, unsigned blob_arg, const struct made *);

/* FD is another descriptor for OFD. */
void dec_make_dup(struct call *, int32_t fd, unsigned blob_arg, struct ofd *,
		  bool cloexec);

/* ---- dec_trust.c ---- */

/* SELECTED calls (NULL: all) are in the stream, and if STATE those with SYSCALL_STATE. */
struct trust dec_trust(const unsigned char *selected, bool state);

/* Is NR, any number, one of the SELECTED? */
bool dec_selected(const unsigned char *selected, uint32_t nr);

/* ---- dec_event.c: columns ---- */

/* Columns that the record and the table give for any call; then the row's own. */
void dec_fill(struct call *);

/* Columns of the descriptor that the call made. */
void dec_fill_made(struct call *);

void dec_set_fd(struct call *, int32_t fd);
void dec_set_file(struct call *, struct text, unsigned event_flags);
void dec_set_flags(struct call *, uint32_t word);
/* The words for O_* flags, and for an errno; they live as long as the event. */
struct text dec_flags_text(struct decoder *, uint32_t word);
struct text dec_errno_text(struct decoder *, int errnum);
void dec_set_peer(struct call *, struct text);
/* file, flags and peer of a descriptor, and its number. */
void dec_set_fdinfo(struct call *, const struct fdinfo *);
/* Takes columns back. */
void dec_unset(struct call *, enum event_field_id);

/* ---- dec_bytes.c ---- */
void dec_fill_bytes(struct call *);

/* The sum of an argument's iovec lengths; false if it is not known. */
bool dec_iov_sum(const struct call *, unsigned arg, uint64_t count, uint64_t *sum);

/* ---- dec_foreign.c ---- */

/* Sets desc, foreign and foreign_name of a call whose record has RAW_ABI_* flags. */
void dec_foreign(struct call *);

/* ---- dec_aio.c ---- */

/* A RAW_COMPLETIONS record. */
void dec_aio_completions(struct decoder *, const struct raw_rec *);

/* Rows for requests of contexts that have ended; of all contexts. */
void dec_aio_settle(struct decoder *);
void dec_aio_end(struct decoder *);

/* Says what could not be shown, once. */
void dec_aio_remarks(struct decoder *, uint64_t ns);

/* ---- dec_uring_req.c, dec_uring_done.c, dec_uring_args.c ---- */

struct uring_flight;
struct uring_ring;
struct uring_sqe;

/* The row of io_uring_enter: operations that it took in. */
void dec_uring_submit(struct call *);

/* A RAW_COMPLETIONS record of a ring, and its end. */
void dec_uring_completions(struct decoder *, const struct raw_rec *);
void dec_uring_ring_end(struct decoder *, const struct raw_rec *);

/* Completions of an operation that were seen before it was. */
void dec_uring_take_early(struct decoder *, const struct raw_rec *, struct uring_ring *,
			  uint64_t key);

/* All rings end; then the remarks. */
void dec_uring_end(struct decoder *);
void dec_uring_remarks(struct decoder *, uint64_t ns);

/* The column args of an operation, in d->tmp. */
void dec_uring_args(struct call *, const struct uring_sqe *, const char *path,
		    const char *path2);

/* ---- shared by rows ---- */

static inline void
dec_has(struct call *c, enum event_field_id id)
{
	c->ev->has |= UINT64_C(1) << id;
}

static inline struct text
dec_literal(const char *s, size_t len)
{
	return (struct text){ .p = s, .len = len };
}

#define DEC_LITERAL(s) dec_literal(s, sizeof(s) - 1)

#endif
