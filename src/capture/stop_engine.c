/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stop engine: one tracer thread that waits for ptrace-stops and turns them into raw
 * records.
 *
 * Waiting is what costs, so it is done in batches: one wait that may block, then all that
 * is ready, then each is handled. That is also what keeps many busy threads from starving
 * the others: each gets one turn per batch.
 */
#include "capture/stop_engine.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "capture/inline.h"
#include "capture/unwind.h"
#include "table/foreign.h"
#include "table/syscall_desc.h"

/* Descriptors of /proc that are kept open, at most, for all tracees together. */
#define KEEP_MAX 8192

struct raw_rec *
stop_engine_record(struct stop_engine *e, unsigned kind, const struct tracee *t)
{
	return raw_build_start(&e->scratch, kind, t ? t->pid : 0, t ? t->tid : 0);
}

void
stop_engine_queue(struct stop_engine *e, const struct tracee *t, const struct raw_rec *rec)
{
	if (e->quiet || (t && t->muted))
		return;
	outq_put(&e->out, rec);
}

void
stop_engine_note(struct stop_engine *e, const char *text)
{
	struct raw_rec *rec = stop_engine_record(e, RAW_NOTE, NULL);
	rec->enter_ns = rec->exit_ns = clock_boot_ns();
	raw_build_add(&e->scratch, RAW_BLOB_TEXT_NOTE, 0, 0, text, strlen(text));
	stop_engine_queue(e, NULL, e->scratch.rec);
}

unsigned long
stop_engine_ptrace_options(const struct stop_engine *e, bool launched)
{
	unsigned long o = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;
	/* Only with our filter: a TRACE of the program's own shall fail as it would. */
	if (launched && e->use_seccomp)
		o |= PTRACE_O_TRACESECCOMP;
	/* A launched program carries the filter, and so do its children: they are always
	 * followed, and with --no-follow not recorded. */
	if (launched || e->cfg->follow)
		o |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	if (launched)
		o |= PTRACE_O_EXITKILL;
	return o;
}

/* --- what to stop for --- */

/* Calls that the records cannot do without, whatever is selected. */
static const unsigned always[] = {
	SYS_restart_syscall, /* how an interrupted sleep goes on */
	SYS_connect, SYS_accept, SYS_accept4, SYS_bind, /* who is at the other end */
	SYS_chroot, SYS_pivot_root, SYS_setns, SYS_unshare, /* what "/" is */
};

/* A stack can only be taken at a stop; and where /proc is missing the agent cannot ask it
 * what a new descriptor is. */
static bool
wants_agent(const struct stop_engine *e)
{
	return e->cfg->agent && e->cfg->argv && e->use_proc && !e->cfg->stack &&
	       !e->cfg->no_seccomp;
}

static void
choose_calls(struct stop_engine *e)
{
	e->nwant = syscall_nr_max + 2;
	e->want = xcalloc(e->nwant, 1);
	for (unsigned nr = 0; nr < e->nwant; nr++) {
		if (e->cfg->selected[nr])
			e->want[nr] |= WANT_EVENT;
		/* With /proc the descriptors of a call are looked up at its stop; without
		 * it the model must have seen every change. */
		if (!e->use_proc && syscall_desc(nr)->flags & SYSCALL_STATE)
			e->want[nr] |= WANT_STATE;
	}
	if (wants_agent(e))
		inline_want_calls(e->want);
	if (!e->use_proc) /* what a task's name becomes */
		e->want[SYS_execve] = e->want[SYS_execveat] = e->want[SYS_execve] | WANT_STATE;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		e->want[always[i]] |= WANT_STATE;
	e->want[SYS_clone3] |= WANT_PEEK; /* see keep_child_traced in calls.c */
	e->want[SYS_prctl] |= WANT_PEEK;  /* PR_SET_NAME, PR_SET_SECCOMP */
	e->want[SYS_seccomp] |= WANT_PEEK; /* see own_filter.h */
	if (e->want[SYS_io_submit] & WANT_EVENT)
		aio_want_calls(e->want);
	if (e->cfg->io_uring == IO_URING_DENY)
		e->want[SYS_io_uring_setup] |= WANT_STATE;
	if (e->cfg->io_uring == IO_URING_TRACE && e->want[SYS_io_uring_enter] & WANT_EVENT)
		uring_want_calls(e->want);
	e->comm_watch = !e->want[SYS_openat] || !e->want[SYS_open] || !e->want[SYS_openat2];
	if (e->cfg->stack)
		unwind_want_calls(e->want);
}

/* --- waiting --- */

static bool
has_message(int status)
{
	int event = status >> 16;
	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_EXEC;
}

int
stop_engine_collect(struct stop_engine *e, int flags)
{
	int status;
	pid_t tid = wait4(-1, &status, __WALL | flags, NULL);
	if (tid < 0)
		return -errno;
	if (tid == 0)
		return 0;
	struct stop *s = &e->batch[e->nbatch++];
	*s = (struct stop){ .tid = tid, .status = status, .when_ns = clock_boot_ns() };
	unsigned long msg = 0;
	/* Read now: a SIGKILL later on would take it away. */
	if (WIFSTOPPED(status) && has_message(status) &&
	    ptrace(PTRACE_GETEVENTMSG, tid, 0, &msg) == 0)
		s->message = msg;
	return 1;
}

void
stop_engine_put_back(struct stop_engine *e, pid_t tid, int status)
{
	assert(e->nbatch < ARRAY_SIZE(e->batch));
	e->batch[e->nbatch++] = (struct stop){ .tid = tid, .status = status,
					       .when_ns = clock_boot_ns() };
}

/* Polls for a stop for a short while. As stop_engine_collect. */
static int
poll_for_stop(struct stop_engine *e)
{
	uint64_t until = clock_boot_ns() + PACE_POLL_NS;
	do {
		int n = stop_engine_collect(e, WNOHANG);
		if (n)
			return n;
	} while (clock_boot_ns() < until);
	return 0;
}

/* Waits for stops, at least one. 1; 0 when no tracee is left; -EINTR. */
static int
fill_batch(struct stop_engine *e)
{
	e->nbatch = e->nextbatch = 0;
	int n = e->pace.poll ? poll_for_stop(e) : 0;
	if (!n)
		n = stop_engine_collect(e, 0);
	if (n > 0)
		pace_waited(&e->pace, e->batch[0].when_ns);
	if (n == -EINTR)
		inline_drain(e);
	if (n < 0)
		return n == -ECHILD ? 0 : n;
	while (e->nbatch < BATCH_MAX && tracees_count(&e->tracees) > 1 &&
	       stop_engine_collect(e, WNOHANG) > 0)
		;
	return 1;
}

/* --- ending --- */

/* The stream is over; tracees that are left go on in silence (see stop_finish). */
static void
end_stream(struct stop_engine *e)
{
	inline_drain(e);
	struct raw_rec *rec = stop_engine_record(e, RAW_END, NULL);
	rec->enter_ns = rec->exit_ns = rec->args[0] = clock_boot_ns();
	rec->args[1] = clock_cpu_ns();
	rec->args[2] = e->command_status < 0 ? UINT64_MAX : (uint64_t)(unsigned)e->command_status;
	rec->args[3] = e->stops;
	rec->args[4] = e->agent_calls;
	outq_put(&e->out, rec);
	e->ended = true;
	e->quiet = true;
}

/* SIGNO was sent to us and is meant for the command; when that has ended, for the processes
 * that it left behind. */
static void
forward(const struct stop_engine *e, int signo)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	if (e->command_status < 0) {
		if (e->command)
			kill(e->command, signo);
		return;
	}
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v)) {
		const struct tracee *t = v;
		if (t->tid == t->pid)
			kill(t->pid, signo);
	}
}

static void
obey_interrupts(struct stop_engine *e)
{
	int signo = e->forward_signal;
	if (signo) {
		e->forward_signal = 0;
		forward(e, signo);
	}
	if (e->interrupt_stop && !e->ended) {
		faults_report_all(e, clock_boot_ns());
		detach_all(e);
		end_stream(e);
	}
}

/* Handles the next stop, or waits for some. As fill_batch. */
static int
step(struct stop_engine *e)
{
	obey_interrupts(e);
	if (e->nextbatch == e->nbatch)
		return fill_batch(e);
	stops_handle(e, &e->batch[e->nextbatch++]);
	return 1;
}

void
stop_engine_run_until(struct stop_engine *e, bool (*done)(const struct stop_engine *))
{
	while (!done(e) && step(e))
		;
}

static int
stop_next(struct engine *base, const struct raw_rec **rec)
{
	struct stop_engine *e = container_of(base, struct stop_engine, base);
	for (;;) {
		*rec = outq_take(&e->out);
		if (*rec)
			return 1;
		if (e->ended)
			return 0;
		obey_interrupts(e);
		if (e->ended)
			continue;
		if (e->cfg->stall_ns)
			stall_check(e, clock_boot_ns());
		if (e->nextbatch < e->nbatch) {
			stops_handle(e, &e->batch[e->nextbatch++]);
			continue;
		}
		int n = fill_batch(e);
		if (n == 0)
			end_stream(e);
		else if (n < 0)
			return n;
	}
}

/* --- opening and closing --- */

static void
queue_text(struct stop_engine *e, unsigned kind, const char *text)
{
	raw_build_add(&e->scratch, kind, 0, 0, text, strlen(text));
}

static void
queue_session(struct stop_engine *e)
{
	struct utsname host;
	struct raw_rec *rec = stop_engine_record(e, RAW_SESSION, NULL);
	rec->args[0] = (uint64_t)clock_epoch_offset_ns();
	rec->enter_ns = rec->exit_ns = rec->args[1] = clock_boot_ns();
	rec->args[2] = (e->cfg->npids ? RAW_SESSION_ATTACHED : 0u) |
		       (e->use_proc && !e->agent ? 0u : RAW_SESSION_STATE);
	if (!uname(&host))
		queue_text(e, RAW_BLOB_TEXT_HOST, host.nodename);
	queue_text(e, RAW_BLOB_TEXT_VERSION, PACKAGE_VERSION);
	queue_text(e, RAW_BLOB_TEXT_ENGINE, e->agent ? "inline" : "stop");
	queue_text(e, RAW_BLOB_TEXT_SELECT, e->cfg->select_text);
	struct strbuf argv = { 0 };
	for (char *const *a = e->cfg->argv; a && *a; a++)
		strbuf_addmem(&argv, *a, strlen(*a) + 1);
	size_t len = argv.len < 65536 ? argv.len : 65536;
	if (len)
		raw_build_add(&e->scratch, RAW_BLOB_TEXT_COMMAND, 0,
			      len < argv.len ? RAW_BLOB_TRUNC : 0u, argv.p, len);
	strbuf_fini(&argv);
	char *cwd = e->cfg->argv ? getcwd(NULL, 0) : NULL;
	if (cwd)
		queue_text(e, RAW_BLOB_TEXT_CWD, cwd);
	free(cwd);
	outq_put(&e->out, e->scratch.rec);
}

/* CPUs this process may run on. */
static int
count_cpus(void)
{
	cpu_set_t set;
	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

/* Tracees cost a few descriptors of /proc each: takes all there may be, after the command
 * was forked, and leaves half of them for everything else. */
static void
raise_fd_limit(struct stop_engine *e)
{
	struct rlimit lim;
	if (getrlimit(RLIMIT_NOFILE, &lim))
		return;
	lim.rlim_cur = lim.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &lim) && getrlimit(RLIMIT_NOFILE, &lim))
		return;
	e->tracees.keep_below = lim.rlim_cur < 2 * KEEP_MAX ? (int)lim.rlim_cur / 2 : KEEP_MAX;
}

/* Goes on continuing the stops of a launched program: its calls meet the filter, and
 * without a tracer they would fail. */
static void
stop_finish(struct engine *base, void (*poll)(void *arg, struct engine *), void *arg)
{
	struct stop_engine *e = container_of(base, struct stop_engine, base);
	if (!e->command)
		return;
	do
		poll(arg, base);
	while (step(e));
}

static void
stop_close(struct engine *base)
{
	struct stop_engine *e = container_of(base, struct stop_engine, base);
	detach_all(e);
	tracees_fini(&e->tracees);
	inline_close(e->agent);
	outq_fini(&e->out);
	aio_rings_fini(&e->aio);
	urings_fini(&e->urings);
	raw_build_fini(&e->scratch);
	unwinder_free(e->unwinder);
	foreign_table_free(e->foreign);
	free(e->want);
	free(e);
}

static int
stop_open(struct capture_cfg *cfg, struct engine **out)
{
	struct stop_engine *e = xcalloc(1, sizeof(*e));
	e->base.ops = &engine_stop_ops;
	e->cfg = cfg;
	e->command_status = -1;
	e->use_proc = !cfg->no_proc && proc_usable();
	pace_init(&e->pace, count_cpus());
	cfg->exit_code = 125;
	choose_calls(e);
	e->foreign = foreign_table_new();
	if (cfg->stack)
		e->unwinder = unwinder_new();
	if (wants_agent(e))
		e->agent = inline_open(e);
	e->tracees.keep_below = 256; /* until raise_fd_limit */
	queue_session(e);
	int err = cfg->argv ? launch_command(e) : 0;
	raise_fd_limit(e);
	if (!err && cfg->npids)
		err = attach_processes(e);
	if (err) {
		stop_close(&e->base);
		return err;
	}
	*out = &e->base;
	return 0;
}

static void
stop_interrupt(struct engine *base, enum engine_interrupt what, int signo)
{
	struct stop_engine *e = container_of(base, struct stop_engine, base);
	if (what == ENGINE_END)
		e->interrupt_stop = 1;
	else
		e->forward_signal = signo;
}

static int
stop_status(const struct engine *base)
{
	const struct stop_engine *e = container_of(base, const struct stop_engine, base);
	return e->command_status;
}

const struct engine_ops engine_stop_ops = {
	.name = "stop",
	.help = "ptrace stops at the calls that a seccomp filter picks out",
	.open = stop_open,
	.next = stop_next,
	.interrupt = stop_interrupt,
	.finish = stop_finish,
	.status = stop_status,
	.close = stop_close,
};
