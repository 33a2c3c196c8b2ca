/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests on their way to rows. A submitting call makes requests (request_begin), fills in
 * what its data say and keeps them in the model; a record that shows a completion takes
 * one out and ends it. Rows of requests follow the row of the call whose record showed them,
 * so the functions of such calls are run behind their event: DEC_AFTER in struct dec_row.
 */
#ifndef IOTRACE_DECODE_REQUEST_H
#define IOTRACE_DECODE_REQUEST_H

#include "decode/dec.h"
#include "model/request.h"
#include "table/requests.h"

/*
 * A request of operation OP (enum request_op) that call C took in: submitter, time and id
 * are filled in. NULL if nobody wants its row (the call is not selected) or too many are in
 * flight, which is counted.
 */
struct request *request_begin(struct call *c, enum request_op op, uint64_t key);

/* fd, file, flags and peer of what FD of the submitter is: descriptions that the record
 * gives for RAW_ARG_DATA come first, then the model's. */
void request_set_fd(struct call *c, struct request *, int32_t fd);

/* Takes what was rendered into the decoder's tmp as the args column. Only to be made if
 * d->cfg.want_args. */
void request_set_args(struct request *, const struct strbuf *);

/* A row of one that goes on: it had the result RES at NS, one of many. */
void request_progress(struct decoder *, const struct request *r, int64_t res, uint64_t ns);

/* The row: completed with RES at NS. Frees R. */
void request_complete(struct decoder *, struct request *r, int64_t res, uint64_t ns);

/* The row of one that nobody saw complete: EVENT_UNFINISHED, neither ret nor latency.
 * Counted for the remark at the end. Frees R. */
void request_unseen(struct decoder *, struct request *r);

/* At the end of the stream: the remarks. Counts of each family start anew. */
void request_remarks(struct decoder *, uint64_t ns);

/* One remark: N and behind it ONE or, where N is not 1, MANY. Nothing for 0. */
void request_remark(struct decoder *, uint64_t ns, uint64_t n, const char *one,
		    const char *many);

#endif
