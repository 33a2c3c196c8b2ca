/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals: what reaches iotrace is meant for the program, unless it comes a second time
 * or there is no program of ours. Handlers only note it; a timer makes sure that a note
 * taken just before a blocking wait is read soon.
 */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/complain.h"
#include "capture/engine.h"
#include "capture/replay.h"
#include "gate.h"
#include "pipeline.h"

#define TICK_US 200000

/* The last signal that asks for an end, and how many came; set by the handler. */
static volatile sig_atomic_t asked_signo;
static volatile sig_atomic_t asked_by_process;
static volatile sig_atomic_t asked_times;
/* The timer has ticked. */
static volatile sig_atomic_t tick_due;

static void
on_signal(int signo, siginfo_t *si, void *context)
{
	(void)context;
	asked_signo = signo;
	asked_by_process = si->si_code == SI_USER || si->si_code == SI_QUEUE;
	asked_times = asked_times + 1;
}

static void
on_tick(int signo)
{
	(void)signo;
	tick_due = 1;
}

/* A signal that was ignored when we started stays ignored (nohup, background jobs). */
static void
handle(int signo)
{
	struct sigaction old;
	struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	if (!sigaction(signo, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(signo, &act, NULL);
}

/* A program that we start must not inherit any of this: after it was started. */
static void
install_signals(uint64_t duration_ns)
{
	struct sigaction tick = { .sa_handler = on_tick };
	handle(SIGINT);
	handle(SIGTERM);
	handle(SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	sigaction(SIGALRM, &tick, NULL);
	long us = TICK_US;
	if (duration_ns && duration_ns / 1000 < (uint64_t)us)
		us = (long)(duration_ns / 1000) + 1;
	struct itimerval timer = { .it_interval.tv_usec = us, .it_value.tv_usec = us };
	setitimer(ITIMER_REAL, &timer, NULL);
}

struct control {
	const struct options *opt;
	struct pipeline *pipeline;
	uint64_t deadline_ns; /* 0: none */
	int answered;         /* of asked_times */
	bool stopping;
};

/* Called between records: does what signals and the clock ask for. */
static void
poll_control(void *arg, struct engine *engine)
{
	struct control *c = arg;
	if (tick_due) {
		tick_due = 0;
		pipeline_tick(c->pipeline);
		if (c->opt->command == CMD_REPORT) {
			uint64_t done, total;
			replay_progress(engine, &done, &total);
			pipeline_show_progress(c->pipeline, done, total);
		}
	}
	if (c->stopping) {
		/* Recording is over; what comes now is for the program alone. */
		if (asked_times != c->answered && asked_by_process)
			engine->ops->interrupt(engine, ENGINE_FORWARD, asked_signo);
		c->answered = asked_times;
		return;
	}
	bool stop = c->deadline_ns && clock_boot_ns() >= c->deadline_ns;
	if (asked_times != c->answered) {
		bool first = c->answered == 0;
		c->answered = asked_times;
		stop |= !c->opt->argv || c->opt->detach_on_exit || !first;
		/* From the terminal the program has got the signal as well. */
		if (!stop && asked_by_process)
			engine->ops->interrupt(engine, ENGINE_FORWARD, asked_signo);
	}
	if (stop) {
		c->stopping = true;
		engine->ops->interrupt(engine, ENGINE_END, 0);
	}
}

/* Ends as the command did: with its status, or of the same signal, without a core. */
static int
end_as(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (!WIFSIGNALED(status))
		return EXIT_TROUBLE;
	int signo = WTERMSIG(status);
	const struct rlimit none = { 0, 0 };
	sigset_t set;
	setrlimit(RLIMIT_CORE, &none);
	signal(signo, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signo);
	return 128 + signo;
}

static bool
writes_to_stdout(const struct options *opt)
{
	for (size_t i = 0; i < opt->noutputs; i++)
		if (opt->outputs[i].target && !strcmp(opt->outputs[i].target, "-"))
			return true;
	return false;
}

static void
complain_line(const char *line)
{
	complain("%s", line);
}

static int
trouble(const char *text)
{
	complain("%s", text);
	return EXIT_TROUBLE;
}

int
run_trace(const struct options *opt)
{
	struct pipeline *p;
	struct engine *engine;
	char err[512];
	if (pipeline_open(opt, &p, err, sizeof(err)))
		return trouble(err);
	struct capture_cfg cfg = {
		.argv = opt->argv,
		.pids = opt->pids,
		.npids = opt->npids,
		.tree = opt->tree,
		.complain = complain_line,
		.selected = opt->selection.on,
		.select_text = opt->select_text,
		.follow = opt->follow,
		.stall_ns = opt->stall_ns,
		.stack = opt->stack,
		.no_proc = opt->no_proc,
		.agent = opt->engine == ENGINE_INLINE,
		.no_seccomp = opt->no_seccomp,
		.io_uring = opt->io_uring,
		.keep_stdout = writes_to_stdout(opt),
	};
	/* A tracer that dies while it attaches leaves calls interrupted. */
	if (!opt->argv)
		install_signals(opt->duration_ns);
	if (engine_stop_ops.open(&cfg, &engine)) {
		pipeline_free(p);
		trouble(cfg.err);
		return cfg.exit_code;
	}
	if (opt->argv)
		install_signals(opt->duration_ns);
	struct control control = { .opt = opt, .pipeline = p };
	if (opt->duration_ns)
		control.deadline_ns = clock_boot_ns() + opt->duration_ns;
	bool ok = pipeline_run(p, engine, poll_control, &control);
	ok &= pipeline_finish(p);
	control.stopping = true;
	engine->ops->finish(engine, poll_control, &control);
	int verdict =
		gate_verdict(&opt->rules, pipeline_deps(p), pipeline_totals(p)->lost);
	pipeline_free(p);
	int status = engine->ops->status(engine);
	engine->ops->close(engine);
	if (!ok)
		verdict = EXIT_TROUBLE;
	if (!opt->argv)
		return verdict;
	bool failed_itself = !WIFEXITED(status) || WEXITSTATUS(status);
	return !verdict || failed_itself ? end_as(status) : verdict;
}

int
run_report(const struct options *opt)
{
	struct pipeline *p;
	struct engine *engine;
	char err[512];
	if (replay_open(opt->argv[0], &engine, err, sizeof(err)))
		return trouble(err);
	if (pipeline_open(opt, &p, err, sizeof(err))) {
		engine->ops->close(engine);
		return trouble(err);
	}
	install_signals(0);
	struct control control = { .opt = opt, .pipeline = p };
	bool ok = pipeline_run(p, engine, poll_control, &control);
	ok &= pipeline_finish(p);
	if (ok && !pipeline_complete(p) && !replay_damage(engine))
		fprintf(stderr, "iotrace: %s has no end: the run that wrote it was killed, or still "
			"writes it; what is there is shown\n", opt->argv[0]);
	int verdict =
		gate_verdict(&opt->rules, pipeline_deps(p), pipeline_totals(p)->lost);
	pipeline_free(p);
	const char *damage = replay_damage(engine);
	if (damage) {
		fprintf(stderr, "iotrace: %s: %s; what comes before is shown\n", opt->argv[0],
			damage);
		ok = false;
	}
	engine->ops->close(engine);
	return ok ? verdict : EXIT_TROUBLE;
}
