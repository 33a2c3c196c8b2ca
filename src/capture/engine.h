/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How calls are captured: a source of raw records. The contract every engine keeps:
 *
 *  1. RAW_SESSION first, RAW_END last. Per task RAW_TASK_NEW first, RAW_TASK_EXIT last; a
 *     child's NEW precedes its first call. seq counts 1, 2, ... over the stream: a gap is
 *     loss and is also said by RAW_LOST.
 *  2. Only finished calls are RAW_SYSCALL; one cut short is RAW_UNFINISHED. Restarts are
 *     folded by the engine, which has the proof. Nobody downstream pairs anything.
 *  3. Times are CLOCK_BOOTTIME ns: entry as late as possible before the call runs, exit as
 *     early as possible after it ran.
 *  4. Nothing that goes wrong with a tracee is an error of the engine.
 */
#ifndef IOTRACE_CAPTURE_ENGINE_H
#define IOTRACE_CAPTURE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "raw/raw.h"

struct engine;

enum io_uring_mode {
	IO_URING_TRACE,	 /* read the rings: operations become requests */
	IO_URING_DENY,	 /* io_uring_setup fails with ENOSYS: programs do without */
	IO_URING_IGNORE, /* only the calls */
};

struct capture_cfg {
	/* Launch: the command, NULL-terminated; or NULL. Borrowed. */
	char *const *argv;
	/* Attach: processes, all their threads. Borrowed. */
	const pid_t *pids;
	size_t npids;
	bool tree; /* and all their descendants */
	/* Says a line that is an error to the user, of a process that cannot be attached to
	 * while others can. */
	void (*complain)(const char *line);
	/* Calls to capture, a byte per number; the last element stands for all numbers
	 * beyond the table. Calls that the model needs are added by the engine. Borrowed. */
	const unsigned char *selected;
	const char *select_text; /* for the session record. borrowed */
	bool follow;             /* trace children too */
	uint64_t stall_ns;       /* report calls that last longer; 0: never */
	bool stack;              /* unwind the user stack of each call */
	bool no_proc;            /* do as if /proc were not there: names from the model */
	bool agent;		 /* serve calls inside the program where that is possible */
	bool no_seccomp;         /* stop on every call, as where filters are refused */
	enum io_uring_mode io_uring;
	/* Read from stdin/stdout by outputs: keep them open in the tracer. */
	bool keep_stdin, keep_stdout;
	char err[512]; /* out: one line for the user when open fails */
	int exit_code; /* out: with a failed open: 125, 126 or 127 (cli.md section 9) */
};

enum engine_interrupt {
	ENGINE_END,     /* end the stream of records now; attached programs are let go,
	                 * launched ones run on: see finish */
	ENGINE_FORWARD, /* pass a signal on to the command, or to what it left running */
};

struct engine_ops {
	const char *name, *help;
	/* 0, or -errno with cfg->err and cfg->exit_code set. */
	int (*open)(struct capture_cfg *, struct engine **out);
	/* 1: *rec is valid until the next call; 0: the end; -EINTR: call again (a signal
	 * came); else -errno. */
	int (*next)(struct engine *, const struct raw_rec **rec);
	/* Async-signal-safe. */
	void (*interrupt)(struct engine *, enum engine_interrupt, int signo);
	/* After the end of the stream: keeps a launched program running until it and all that it
	 * started has ended. POLL is called as by pipeline_run. Returns at once where nothing
	 * runs. NULL: nothing ever does. */
	void (*finish)(struct engine *, void (*poll)(void *arg, struct engine *), void *arg);
	/* The command's wait status after the end, or -1 if there was none. */
	int (*status)(const struct engine *);
	/* Lets go of every tracee: attached ones run on, launched ones have ended or die.
	 * Frees. */
	void (*close)(struct engine *);
};

/* Every engine's struct begins with this. */
struct engine {
	const struct engine_ops *ops;
};

extern const struct engine_ops engine_stop_ops;   /* ptrace stops */
extern const struct engine_ops engine_replay_ops; /* a recording; see replay.h */

#endif
