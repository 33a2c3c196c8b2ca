/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel AIO by hand, without a library: every call is one of the scenario.
 */
#ifndef IOTRACE_WORKLOAD_AIO_H
#define IOTRACE_WORKLOAD_AIO_H

#include <linux/aio_abi.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario.h"

/* For setup(): r->fd[0] is aio.dat of 64 bytes, r->val[0] the address of a page that must
 * not be touched. */
void aio_file_setup(struct run *);

/* The same, and an empty pipe: r->fd[1] to read, r->fd[2] to write. */
void aio_pipe_setup(struct run *);

/* One io_setup; skips where the kernel lacks it. */
aio_context_t aio_context(void);

/* One io_destroy. */
void aio_destroy(aio_context_t);

/* A control block; its aio_data is 0xd00d. */
struct iocb aio_block(int op, int fd, const void *data, size_t len, long long offset);

/* Reaps N completions, a call each; each must have the result WANTED. */
void aio_reap(aio_context_t, int n, long wanted);

/* Waits, without a call, until N completions have come in all. Then a submission of
 * nothing lets a tracer look. */
void aio_settle(aio_context_t, uint32_t n);

/* Rows that they make, and what rows of requests on those files have. */
#define SETUP	"io_setup AIO null\n"
#define SUBMIT	"io_submit AIO null ret=1\n"
#define REAP	"io_getevents AIO null ret=1\n"
#define LOOK	"io_submit AIO null ret=0\n"
#define DESTROY "io_destroy AIO null\n"
#define ON_FILE " aio_id=* fd=$f file=@/aio.dat flags=O_RDWR\n"
#define ON_PIPE " aio_id=* fd=$p file=~pipe:* flags=O_RDONLY\n"

#endif
