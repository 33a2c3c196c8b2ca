/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: small programs with a known truth. Each makes some syscalls between two
 * marker calls and says, without asking any tracer, which rows must be seen for them. The
 * live tests compare that with what iotrace wrote; doc/adding-a-scenario.md says how to
 * add one.
 *
 * Rules for run(): every call is made by sys() so that libc adds none; the result of each
 * is checked by a want function; no timing, no dependence on the environment beyond what
 * needs says; children and threads are waited for. What setup() does comes before the
 * first marker and needs no expectation.
 *
 * The language of expect is in expect.c and printed by `ioworkload --expect`.
 */
#ifndef IOTRACE_WORKLOAD_SCENARIO_H
#define IOTRACE_WORKLOAD_SCENARIO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The marker calls: access(2) of names that nobody else asks for. */
#define MARK_BEGIN "/ioworkload-begin"
#define MARK_END   "/ioworkload-end"
/* In a program that a scenario executes: its own start-up calls end here. */
#define MARK_RESUME "/ioworkload-resume"

#define RUN_FDS	    16

/* What one run carries from setup() to run(). */
struct run {
	const char *self;  /* absolute name of this program */
	const char *dir;   /* absolute, canonical scratch directory; also the cwd */
	int fd[RUN_FDS];   /* for the scenario's use; -1 */
	long val[RUN_FDS]; /* likewise; 0 */
	unsigned nthreads; /* started so far */
	char *stacks;	   /* for thread_start() */
	const struct scenario *sc;
	char *const *params; /* "name=number" as the user gave them; ends with NULL */
};

struct scenario {
	const char *name, *help;
	const char *needs; /* what else must be there, or NULL; run() checks by need() */
	const char *params; /* "name=default ..." of what param() may ask for, or NULL */
	const char *options; /* for iotrace; NULL: "-e all" */
	const char *totals;  /* "CALL=NUMBER ...": of the whole run, counted only or not */
	int status;	     /* that the run ends with, as a shell tells it */
	unsigned how;	     /* enum how */
	const char *ignore;  /* calls and file=GLOB that are not compared, or NULL */
	void (*setup)(struct run *);
	void (*run)(struct run *);
	/* Runs untraced beside the scenario, started by the driver before it. */
	void (*helper)(struct run *);
	/* What the scenario executes itself as: ioworkload --part NAME ARG... */
	void (*part)(struct run *, int argc, char **argv);
	const char *expect;
};

extern const struct scenario *const scenarios[]; /* ends with NULL */

const struct scenario *scenario_find(const char *name);

enum how {
	HOW_WHOLE = 0x1u,  /* not only what is between the markers is compared */
	HOW_ATTACH = 0x2u, /* iotrace comes when setup() is done */
};

/* Prints what a tracer must see of R's scenario with R's parameters. */
void expect_print(const struct run *r);

/* ---- parameters (params.c) ---- */

/* What is wrong with R's parameters, or NULL. */
const char *params_check(const struct run *r);

/* The value of parameter NAME, given or default; fails if there is none. */
long param(const struct run *r, const char *name, size_t len);

/* ---- calls (sys.c) ---- */

/* A system call, straight: the kernel's return value, -errno for an error. Does not touch
 * errno, so that threads without a TLS of their own may use it. */
long sys(long nr, ...);

/* Says what went wrong and ends this process with status 1. */
_Noreturn void fail(const char *what, long got, long wanted);

/* Ends the whole scenario with 77, "skipped", and the reason. */
_Noreturn void skip(const char *why);

/* RET if it is no error, otherwise fail(). */
long want_ok(long ret, const char *what);

/* Fails unless RET is exactly WANTED (-ENOENT for an error). */
void want(long ret, long wanted, const char *what);

/* RET if it is no error; skips for ENOSYS, EPERM, EACCES, EOPNOTSUPP; else fails. */
long need(long ret, const char *what);

/* ---- threads and processes (task.c) ---- */

struct thread {
	volatile uint32_t alive; /* the tid; the kernel clears it at the end */
	volatile uint32_t step;	 /* for step_*() */
	int (*fn)(struct thread *);
	struct run *run;
	long arg;
};

/* Starts a thread with one clone(2); it ends with one exit(2). It shares the TLS of its
 * creator: only sys() and the functions here may be used in it. Returns the tid. */
long thread_start(struct run *, struct thread *, int (*fn)(struct thread *), long arg);

/* Waits for its end (futex). */
void thread_join(struct thread *);

/* Sets the step counter and wakes who waits for it; waits until it is at least STEP. */
void step_set(struct thread *, uint32_t step);
void step_wait(struct thread *, uint32_t step);

/* Waits until thread TID of process PID sleeps in call NR: reads /proc, yields. */
void wait_blocked(long pid, long tid, long nr);

/* One fork(2): 0 in the child. */
long child_fork(void);
/* Ends a child without any libc clean-up. */
_Noreturn void child_exit(int status);
/* One wait4(2); fails unless the child exited with 0. */
void child_wait(long pid);

/* execve(2) of this program as `--part NAME ARGS...` (ends with NULL). */
long exec_part(struct run *, const char *arg1, const char *arg2);

/* ---- memory (mem.c) ---- */

/* LEN bytes that end exactly at an unmapped page. */
char *tail_alloc(size_t len);
/* The same with a copy of S, its NUL as the last byte. */
char *tail_str(const char *s);
/* An address that is mapped nowhere. */
void *bad_addr(void);

/* Writes a whole file with DATA; for setup(). */
void file_make(const char *name, const char *data);

/* ---- iovec by hand ---- */
struct iov {
	void *base;
	size_t len;
};

#endif
