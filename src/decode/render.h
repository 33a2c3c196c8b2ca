/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind args.h share: bounded views of a record's blobs, the words of
 * strace's dialect (pointers, strings, descriptors, flags), and structs as tables of
 * fields.
 *
 * A record's bytes are the tracee's, or of a file from anywhere: lengths are checked in
 * one place for each way of reading (render_blob, render_fields, render_load), counts
 * inside of the data are never trusted, and what does not fit is left out.
 */
#ifndef IOTRACE_DECODE_RENDER_H
#define IOTRACE_DECODE_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "decode/args.h"
#include "raw/raw.h"
#include "table/flagset_table.h"
#include "table/structs.h"
#include "table/syscall_desc.h"

/* Elements of an array that are shown, as strace -s 32. */
#define RENDER_ELEMS 32u

/* One call being turned to text. */
struct render {
	struct strbuf *sb;		 /* borrowed */
	const struct raw_rec *rec;	 /* borrowed; raw_check() passed it */
	const struct syscall_desc *desc; /* const forever */
	const struct arg_names *names;	 /* borrowed; NULL: the record tells all */
	bool ok; /* it returned, and no error: blobs of exit hold what the call stored */
};

/* Some bytes of a record; p is NULL if there are none. */
struct bytes {
	const unsigned char *p; /* borrowed of the record; any alignment */
	size_t len;
	unsigned flags; /* enum raw_blob_flag */
};

/* ---- render.c: words ---- */

/* Is RET an errno? */
static inline bool
render_is_errno(int64_t ret)
{
	return ret < 0 && ret >= -4095; /* MAX_ERRNO, include/linux/err.h */
}

/* Did the call of the record return, and without an error? */
static inline bool
render_succeeded(const struct raw_rec *rec)
{
	return rec->kind == RAW_SYSCALL && !(rec->flags & RAW_NO_RET) &&
	       !render_is_errno(rec->ret);
}

/* The first blob of KIND for argument ARG. */
struct bytes render_blob(const struct render *, unsigned kind, unsigned arg);

/* The part of B from AT on, at most LEN bytes; shorter where B ends. */
struct bytes render_part(struct bytes b, size_t at, size_t len);

/* The integer of 1, 2, 4 or 8 bytes at AT of B; 0 where B is too short. */
uint64_t render_load(struct bytes b, size_t at, size_t size);

/* NULL or 0x... */
void render_ptr(struct strbuf *, uint64_t);

/* LEN bytes in quotes; "..." behind them where MORE. */
void render_quoted(struct strbuf *, const void *, size_t len, bool more);

/* The same in hex, for what is never text. */
void render_quoted_hex(struct strbuf *, const void *, size_t len, bool more);

/* Descriptor NUM, with the name that the FD blob ARG gives it: 3</tmp/x>(deleted). */
void render_fd(const struct render *, unsigned arg, int num);

/* Descriptor NUM, with the name that an FD blob of RAW_ARG_DATA gives it. */
void render_fd_data(const struct render *, int num);

/* Descriptor NUM, a duplicate of the one that the FD blob ARG describes. */
void render_fd_as(const struct render *, unsigned arg, int num);

/* VALUE in the names of a set of flags.tbl. */
void render_set(struct strbuf *, enum flagset_id, uint64_t value);

/* Permission bits: 0644, 000. */
void render_perm(struct strbuf *, uint64_t mode);

/* File type and permission bits: S_IFREG|0644. */
void render_mode(struct strbuf *, uint32_t mode);

/* makedev(0x8, 0x1) of the kernel's encoding in user space. */
void render_dev(struct strbuf *, uint64_t dev);

/* SIGINT, or the number. */
void render_signal(struct strbuf *, int signo);

/* [INT USR1], or ~[...] where most of the 64 signals are set. */
void render_sigset(struct strbuf *, uint64_t mask);

/* A comment with the time in UTC, DIGITS of FRACTION behind the second. */
void render_date(struct strbuf *, int64_t sec, uint64_t fraction, int digits);

/* ---- render_fields.c and render_views.c: structs as tables ---- */

enum field_fmt {
	FMT_U,	    /* decimal */
	FMT_I,	    /* signed decimal */
	FMT_X,	    /* hex */
	FMT_PTR,    /* hex or NULL */
	FMT_SET,    /* names of the set */
	FMT_PERM,   /* octal */
	FMT_SIG,    /* signal number */
	FMT_SIGSET, /* 64 signals */
	FMT_STR,    /* characters up to a NUL */
	FMT_STRUCT, /* another struct */
	FMT_LIST64, /* all 64-bit words of the field: [1, 2, 3] */
	FMT_FSID,   /* fsid_t: {val=[0x1, 0x2]} */
	FMT_MORE,   /* "...": strace does not show the rest either */
};

struct field {
	const char *label;	   /* "st_size=" */
	const struct flagset *set; /* of FMT_SET */
	uint16_t at, size;
	uint8_t fmt;
	uint8_t nest; /* enum struct_id of FMT_STRUCT */
	bool nonzero; /* shown only if it is not 0 */
};

/* clang-format off */
#define SET(set) &flagset_table[FLAGSET_##set]
#define FIELD_AT(type, member) offsetof(type, member), sizeof(((type *)0)->member)
#define F(type, member, fmt) { #member "=", NULL, FIELD_AT(type, member), FMT_##fmt, 0, false }
#define F_NONZERO(type, member, fmt) \
	{ #member "=", NULL, FIELD_AT(type, member), FMT_##fmt, 0, true }
#define F_SET(type, member, set) \
	{ #member "=", SET(set), FIELD_AT(type, member), FMT_SET, 0, false }
#define F_STRUCT(type, member, id) \
	{ #member "=", NULL, FIELD_AT(type, member), FMT_STRUCT, STRUCT_##id, false }
#define F_MORE { "...", NULL, 0, 0, FMT_MORE, 0, false }
/* clang-format on */

/* Fields that lie within B, without braces: "a=1, b=2". */
void render_fields(const struct render *, const struct field *, size_t n, struct bytes b);

/* One value of a field. */
void render_field(const struct render *, const struct field *, struct bytes b);

/*
 * How a struct is shown: by its fields, or by a function where they depend on each other.
 * B holds at least min bytes.
 */
struct struct_view {
	const struct field *fields;
	size_t nfields;
	void (*fn)(const struct render *, struct bytes b);
	uint16_t min;	/* bytes without which there is nothing to show */
	bool is_scalar; /* a single value: [5] behind a pointer, 5 in an array */
};

/* The view of a struct; NULL where it has none and its pointer must do. */
const struct struct_view *render_view(unsigned struct_id);

/* B as the struct of that id; false, and nothing added, if it is too short. */
bool render_struct(const struct render *, unsigned struct_id, struct bytes b);

/* B as elements of SIZE bytes: [a, b, ...]. */
void render_array(const struct render *, unsigned struct_id, size_t size, struct bytes b);

/* ---- render_structs.c: fields that depend on others; struct_view.fn ---- */

void render_stat(const struct render *, struct bytes);
void render_statx(const struct render *, struct bytes);
void render_file_handle(const struct render *, struct bytes);
void render_timespec2(const struct render *, struct bytes);
void render_timeval2(const struct render *, struct bytes);
void render_utimbuf(const struct render *, struct bytes);
void render_rlimit(const struct render *, struct bytes);
void render_sigaction(const struct render *, struct bytes);
void render_siginfo(const struct render *, struct bytes);
void render_sigevent(const struct render *, struct bytes);
void render_clone_args(const struct render *, struct bytes);
void render_cap_data(const struct render *, struct bytes);
void render_pollfd(const struct render *, struct bytes);
void render_epoll_event(const struct render *, struct bytes);
void render_iocb(const struct render *, struct bytes);
void render_uring_params(const struct render *, struct bytes);

/* A handle that the call stored where there was room for ROOM bytes. */
void render_handle_filled(const struct render *, uint32_t room, struct bytes);

/* wait4(2)'s status: {WIFEXITED(s) && WEXITSTATUS(s) == 3}. */
void render_wait_status(struct strbuf *, int status);

/* ---- render_sockaddr.c ---- */

/* {sa_family=AF_INET, ...}; false, and nothing added, without a whole family. */
bool render_sockaddr(const struct render *, struct bytes);

/* ---- render_msg.c ---- */

/* [{iov_base=0x7f..., iov_len=10}] of COUNT elements; ADDR where they are not known. */
void render_iovec(const struct render *, unsigned arg, uint64_t addr, uint64_t count);
void render_msghdr(const struct render *, unsigned arg, bool received);
void render_mmsghdrs(const struct render *, unsigned arg);

/* The name of a socket option, or of a control message, of a level. */
void render_option_name(struct strbuf *, int level, int name, bool is_cmsg);

/* The value of a socket option of get/setsockopt(2). */
void render_sockopt(const struct render *, struct bytes b, int level, int name);

/* ---- render_calls.c: what the type of an argument cannot tell ---- */

/* Exceptions of a call; members that are NULL have none. */
struct call_rule {
	unsigned (*nargs)(const struct render *); /* how many arguments mean something */
	unsigned skip; /* bit i: argument i means nothing on this architecture */
	void (*all)(const struct render *); /* the whole list, in another order */
	void (*arg[SYSCALL_ARGS])(const struct render *, unsigned i);
	void (*ret)(const struct render *); /* the result, if it is no error */
};

/* The rules of a call; NULL if it has none. */
const struct call_rule *render_call_rule(const struct syscall_desc *);

/* ---- render_fcntl.c: the rules of fcntl(2) and ioctl(2) ---- */

unsigned render_nargs_fcntl(const struct render *);
void render_arg_fcntl(const struct render *, unsigned i);
void render_ret_fcntl(const struct render *);
unsigned render_nargs_ioctl(const struct render *);
void render_arg_ioctl_cmd(const struct render *, unsigned i);
void render_arg_ioctl(const struct render *, unsigned i);

/* ---- render_process.c: the rules of calls about processes ---- */

void render_all_clone(const struct render *);
void render_arg_clone_args(const struct render *, unsigned i);
void render_arg_wait_status(const struct render *, unsigned i);
void render_arg_wait_rusage(const struct render *, unsigned i);
unsigned render_nargs_prctl(const struct render *);
void render_arg_personality(const struct render *, unsigned i);
void render_arg_cpuset(const struct render *, unsigned i);

/* ---- render_aio.c ---- */

/* The ring of io_uring_enter(2) or _register(2): a descriptor, or the place of a
 * registered ring, which is a number and nothing else. */
void render_arg_ring(const struct render *, unsigned i);

/* ---- render_wait.c: calls that wait for descriptors ---- */

/* The descriptors of an fd_set of NFDS bits: [3 5]. */
void render_fdset(struct strbuf *, struct bytes, uint64_t nfds);

/* What is ready, as a remark behind the result: struct call_rule.ret. */
void render_ret_poll(const struct render *);
void render_ret_select(const struct render *);

/* ---- args.c ---- */

/* Argument I by its type alone. */
void render_arg(const struct render *, unsigned i);

/* ---- render_ret.c ---- */

/* The result of a call that did not fail, by its kind alone. */
void render_ret_plain(const struct render *);

#endif
