/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line as data. options.def lists every option once: names, argument, help;
 * getopt, --help, the completions and the man page check come from it.
 */
#ifndef IOTRACE_CLI_OPTIONS_H
#define IOTRACE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agg/flame.h"
#include "base/compiler.h"
#include "capture/engine.h"
#include "deps/rules.h"
#include "filter/filter.h"
#include "sink/sink.h"
#include "table/selection.h"

enum command {
	CMD_TRACE,
	CMD_REPORT,
	CMD_DIFF,
	CMD_SYSCALLS,
	CMD_DOCTOR,
	CMD_HELP,
	CMD_VERSION
};

enum engine_choice { ENGINE_AUTO, ENGINE_STOP, ENGINE_INLINE };

/* One -o, or the default output. */
struct output_spec {
	const struct sink_ops *format;
	const char *target; /* borrowed from argv; "-" stdout; NULL stderr */
};

struct options {
	enum command command;
	char **argv; /* COMMAND and its arguments, or what a form takes; NULL: none */
	int argc;
	pid_t *pids; /* owned */
	size_t npids;
	bool tree; /* their descendants too */
	struct selection selection; /* what --trace asked for, or the default */
	char *select_text;	    /* owned: the LISTs joined, for the session record */
	bool select_given;	    /* --trace was used */
	uint32_t *sample;      /* owned: a rate a number, as selection.on; NULL: none */
	struct filter *filter; /* owned */
	struct output_spec *outputs; /* owned; at least one unless quiet */
	size_t noutputs;
	int *columns; /* owned: enum event_field_id, or NULL for all */
	size_t ncolumns;
	bool follow;
	bool stack;
	bool quiet;
	bool json; /* iotrace syscalls --json */
	bool detach_on_exit;
	uint64_t duration_ns; /* 0: none */
	uint64_t stall_ns;    /* 0: none */
	uint64_t limit;	      /* 0: none */
	const struct sink_ops *const *formats; /* that -o and --format may name */
	bool deps;			       /* deps, or report --deps */
	bool deps_all;
	bool exact_names;	/* diff: names as they are */
	unsigned threshold_pct; /* diff */
	unsigned fail_on;	/* diff: enum diff_fail */
	const char *deps_target;
	struct deps_rules rules; /* owned */
	struct flame_by by; /* n is 0: the default */
	enum flame_metric metric;
	unsigned top;
	const char *sort;
	enum engine_choice engine;
	bool no_proc, no_seccomp;
	enum io_uring_mode io_uring;
};

/*
 * Parses ARGV (main's) into *OPT. 0, or -EINVAL after one line on ERR (at most ERRLEN - 1
 * bytes, without "iotrace: " and newline) that says what is wrong and what is valid;
 * then *OPT needs no options_fini. With CMD_HELP and CMD_VERSION
 * nothing else of *OPT is settled.
 */
int options_parse(int argc, char **argv, struct options *opt, char *err,
		  size_t errlen) IT_MUST_CHECK;

void options_fini(struct options *);

/* The --help text on standard output. */
void usage_print(void);

#endif
