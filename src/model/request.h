/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request: an operation that a program handed to the kernel (io_submit(2), a submission
 * queue of io_uring(7)) and that is on its way until its completion shows. What a row
 * says of its beginning is kept here from the submission on; decode/request.h makes the
 * row.
 */
#ifndef IOTRACE_MODEL_REQUEST_H
#define IOTRACE_MODEL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct istr;
struct ofd;
struct syscall_desc;

/* Requests in flight over all: a recording cannot make more, a system does not have (the
 * sysctl fs.aio-max-nr allows 65536). */
#define MODEL_MAX_REQUESTS ((size_t)1 << 20)

struct request {
	const struct syscall_desc *desc; /* of requests.h: the operation */
	uint64_t key;	    /* what the completion names it by: iocb address, user_data */
	uint64_t id;	    /* column aio_id */
	uint64_t submit_ns; /* entry of the call that took it */
	int32_t pid, tid;   /* who submitted it */
	struct istr *comm;  /* counted; his name then, or NULL */
	int32_t fd;	    /* -1: none */
	struct ofd *ofd;    /* counted: what fd was; or NULL */
	struct istr *file, *old_file, *peer; /* counted, as of the submission; or NULL */
	uint32_t flags;			     /* O_* of the file */
	bool has_flags, deleted, file_is_path, has_requested;
	bool seekable;	      /* file: transfers have an offset */
	uint64_t requested;   /* bytes asked for */
	int64_t offset;	      /* -1: none or not known */
	char *args;	      /* owned: the column args; NULL: nobody reads it */
	struct request *next; /* of those in flight under one key: the next younger one */
};

/* One with nothing known, or NULL where MODEL_MAX_REQUESTS are in flight already; then
 * the caller counts it as unseen. */
struct request *request_new(size_t *in_flight);

/* Undoes request_new with the same counter; NULL is allowed. */
void request_free(struct request *, size_t *in_flight);

/* Requests in flight by key, oldest first where a key is in use twice. Zero is empty. */
struct requests {
	struct hash by_key; /* key to the oldest, owned */
};

/* Takes R over. */
void requests_add(struct requests *, struct request *);

/* The oldest with KEY, or NULL; it stays. */
struct request *requests_find(const struct requests *, uint64_t key);

/* Takes the oldest with KEY out, or NULL; the caller's from now on. */
struct request *requests_take(struct requests *, uint64_t key);

/* Takes all out: a list by next, in the order of their ids. */
struct request *requests_take_all(struct requests *);

#endif
