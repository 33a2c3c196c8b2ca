/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line. getopt_long(3) finds the options, in tables made of options.def, and
 * option_set.c notes what each says. What several options decide together (selection,
 * filter, outputs) is settled after the last one.
 */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/xalloc.h"
#include "cli/options_impl.h"
#include "deps/deps.h"

#define SELECT_DEFAULT "FS,AIO,Network"

/* What getopt_long returns for the long option of a row, above all short ones. */
#define LONG_BASE 0x100

const struct option_row option_rows[OPT_COUNT] = {
#define OPTION(id_, short_, long_, argument_, where_, group_, help_) \
	[OPT_##id_] = { .letter = short_, \
			.flag = "--" long_, \
			.name = long_, \
			.argument = argument_, \
			.where = WHERE_##where_, \
			.group = GROUP_##group_, \
			.help = help_, \
			.set = option_set_##id_ },
#include "cli/options.def"
};

bool
options_fail(struct parse *ps, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(ps->err, ps->errlen, fmt, ap);
	va_end(ap);
	/* what is quoted came from the command line: keep it one harmless line */
	for (char *p = ps->err; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	return false;
}

/* The tables of getopt_long; LONGS has OPT_COUNT + 1 elements. */
static void
make_tables(enum form form, struct strbuf *shorts, struct option *longs)
{
	/* options of a COMMAND are not ours; a recording may stand before options.
	 * With ':' a missing argument is told from an unknown option. */
	strbuf_adds(shorts, form & (FORM_RUN | FORM_DEPS) ? "+:" : ":");
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		int has_arg = row->argument ? required_argument : no_argument;
		if (row->letter)
			strbuf_addf(shorts, "%c%s", row->letter, has_arg ? ":" : "");
		longs[i] = (struct option){ row->name, has_arg, NULL, LONG_BASE + i };
	}
	longs[OPT_COUNT] = (struct option){ 0 };
}

/* The row of what getopt_long returned or left in optopt; NULL if it is none. */
static const struct option_row *
row_of(int c)
{
	if (c >= LONG_BASE && c < LONG_BASE + OPT_COUNT)
		return &option_rows[c - LONG_BASE];
	for (int i = 0; i < OPT_COUNT; i++)
		if (c && option_rows[i].letter == c)
			return &option_rows[i];
	return NULL;
}

/* The long option WORD ("--foo" or "--foo=bar") is none, or the beginning of several. */
static bool
fail_long(struct parse *ps, enum form form, const char *word)
{
	int len = (int)strcspn(word, "=");
	struct nearest near;
	nearest_init(&near, word, (size_t)len);
	struct strbuf many = { 0 };
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		if (row->where & form)
			nearest_offer(&near, row->flag);
		if (!strncmp(row->flag, word, (size_t)len))
			strbuf_addf(&many, "%s%s", many.len ? ", " : "", row->flag);
	}
	char names[128];
	nearest_text(&near, names, sizeof(names));
	if (many.len)
		options_fail(ps, "option '%.*s' may be %s", len, word, strbuf_str(&many));
	else
		options_fail(ps, "unknown option '%.*s'%s%s%s", len, word,
			     *names ? ": did you mean " : "", names, *names ? "?" : "");
	strbuf_fini(&many);
	return false;
}

/* An option was found that does not belong to this form of the command line. */
static bool
fail_form(struct parse *ps, enum form form, const struct option_row *row)
{
	const char *name = row->name;
	if (row->where == WHERE_LIST)
		return options_fail(ps, "--%s is for 'iotrace syscalls' and 'iotrace doctor'",
				    name);
	if (row->where == WHERE_DEPS)
		return options_fail(ps, "--%s is for 'iotrace deps'", name);
	if (row->where == WHERE_DIFF)
		return options_fail(ps, "--%s is for 'iotrace diff'", name);
	if (row->where == WHERE_REPORT)
		return options_fail(ps, "--%s is for 'iotrace report'", name);
	switch (form) {
	case FORM_DOCTOR:
		return options_fail(ps, "--%s is not for 'iotrace doctor', which takes --json",
				    name);
	case FORM_REPORT:
		return options_fail(
			ps,
			"--%s is for tracing a COMMAND or PID: 'iotrace report' "
			"runs nothing",
			name);
	case FORM_DEPS:
		return options_fail(ps,
				    "--%s is not for 'iotrace deps', which needs all "
				    "calls that it selects",
				    name);
	case FORM_DIFF:
		return options_fail(ps, "--%s is not for 'iotrace diff'", name);
	case FORM_RUN:
	case FORM_LIST:
		break;
	}
	return options_fail(ps,
			    "--%s is not for 'iotrace syscalls', which takes --json and "
			    "a LIST",
			    name);
}

/* getopt_long returned C, which is no option. WORD is what it looked at last. */
static bool
fail_getopt(struct parse *ps, enum form form, int c, const char *word)
{
	const struct option_row *row = row_of(optopt);
	if (c == ':' && row)
		return options_fail(ps, "--%s needs an argument: --%s=%s", row->name,
				    row->name, row->argument);
	if (row)
		return options_fail(ps, "--%s takes no argument", row->name);
	if (optopt)
		return options_fail(ps, "unknown option '-%c'",
				    (unsigned)optopt < 0x7f ? optopt : '?');
	return fail_long(ps, form, word);
}

/* Reads the options of ARGV; *FIRST is the index of what follows them. */
static bool
read_options(struct parse *ps, enum form form, int argc, char **argv, int *first)
{
	struct strbuf shorts = { 0 };
	struct option longs[OPT_COUNT + 1];
	make_tables(form, &shorts, longs);
	opterr = 0;
	optind = 0; /* glibc: forget an earlier command line */
	bool ok = true;
	while (ok && ps->opt->command != CMD_HELP && ps->opt->command != CMD_VERSION) {
		int c = getopt_long(argc, argv, strbuf_str(&shorts), longs, NULL);
		if (c == -1)
			break;
		const struct option_row *row = c == '?' || c == ':' ? NULL : row_of(c);
		if (!row)
			ok = fail_getopt(ps, form, c, argv[optind - 1]);
		else if (!(row->where & form))
			ok = fail_form(ps, form, row);
		else
			ok = row->set(ps, optarg);
	}
	strbuf_fini(&shorts);
	*first = optind;
	return ok;
}

/* COMMAND, RECORDING or LIST: what stands behind the options. */
static bool
take_operands(struct parse *ps, enum form form, int argc, char **argv)
{
	struct options *opt = ps->opt;
	opt->argc = argc;
	opt->argv = argc ? argv : NULL;
	switch (form) {
	case FORM_RUN:
	case FORM_DEPS:
		if (argc && opt->npids)
			return options_fail(
				ps,
				"-p attaches to running processes: it cannot be "
				"combined with a COMMAND ('%s')",
				argv[0]);
		if (!argc && !opt->npids)
			return options_fail(ps,
					    "nothing to trace: give a COMMAND or -p PID");
		if (opt->tree && !opt->npids)
			return options_fail(ps,
					    "--tree goes with -p PID; of a COMMAND all that "
					    "it starts is traced anyway");
		return true;
	case FORM_REPORT:
		if (!argc)
			return options_fail(
				ps, "report needs a RECORDING: iotrace report FILE");
		if (argc > 1)
			return options_fail(
				ps, "report reads one RECORDING: '%s' is too many",
				argv[1]);
		return true;
	case FORM_DIFF:
		if (argc != 2)
			return options_fail(ps,
					    "diff compares two recordings: iotrace diff "
					    "BEFORE AFTER");
		return true;
	case FORM_LIST:
		if (argc > 1)
			return options_fail(
				ps,
				"syscalls takes one LIST, its items separated by "
				"commas: '%s' is too many",
				argv[1]);
		return true;
	case FORM_DOCTOR:
		if (argc)
			return options_fail(ps, "doctor takes no arguments: '%s'", argv[0]);
		return true;
	}
	return true;
}

/* Settles which calls are selected. */
static bool
settle_selection(struct parse *ps, enum form form)
{
	struct options *opt = ps->opt;
	const char *list = NULL;
	if (form == FORM_LIST)
		list = opt->argc ? opt->argv[0] : "all";
	else if (!opt->select_given && form != FORM_DEPS)
		list = SELECT_DEFAULT;
	if (form == FORM_DEPS) {
		deps_selection(&ps->select);
		list = strbuf_str(&ps->select);
	} else if (list) {
		strbuf_adds(&ps->select, list);
	}
	if (list) {
		char why[REASON_MAX];
		if (selection_add(&opt->selection, list, why, sizeof(why)))
			return options_fail(ps, "%s", why);
	}
	opt->select_text = xstrdup(strbuf_str(&ps->select));
	if (selection_is_empty(&opt->selection))
		return options_fail(ps, "'%s' selects no call", opt->select_text);
	return true;
}

/* Options of the list of dependencies, and those that would leave gaps in it. */
static bool
settle_deps(struct parse *ps)
{
	struct options *opt = ps->opt;
	opt->formats = opt->deps		  ? sink_deps_formats
		       : opt->command == CMD_DIFF ? sink_diff_formats
						  : sink_formats;
	const char *alone = opt->rules.n       ? "assert"
			    : opt->deps_target ? "target"
			    : opt->deps_all    ? "all"
					       : NULL;
	if (alone && !opt->deps)
		return options_fail(ps, "--%s is for dependencies: add --deps", alone);
	if (opt->deps && (opt->select_given || ps->sample.p))
		return options_fail(ps,
				    "--%s would leave gaps in the list of dependencies",
				    ps->sample.p ? "sample" : "trace");
	return true;
}

static bool
settle_sampling(struct parse *ps)
{
	struct options *opt = ps->opt;
	if (!ps->sample.p)
		return true;
	opt->sample = xcalloc(opt->selection.n, sizeof(*opt->sample));
	for (size_t i = 0; i < opt->selection.n; i++)
		opt->sample[i] = 1;
	char why[REASON_MAX];
	if (sampling_parse(ps->sample.p, opt->sample, opt->selection.n, why, sizeof(why)))
		return options_fail(ps, "--sample: %s", why);
	return true;
}

static bool
settle_filter(struct parse *ps)
{
	struct options *opt = ps->opt;
	if (ps->successful && ps->failed)
		return options_fail(
			ps, "-z and -Z exclude each other: no call both succeeds and "
			    "fails");
	if (ps->successful)
		filter_add_successful(opt->filter);
	if (ps->failed)
		filter_add_failed(opt->filter);
	filter_add_paths(opt->filter, ps->paths.p, ps->paths.n);
	filter_add_comms(opt->filter, ps->comms.p, ps->comms.n);
	return true;
}

static bool
parse_all(struct parse *ps, int argc, char **argv)
{
	struct options *opt = ps->opt;
	enum form form = FORM_RUN;
	if (argc > 1 && !strcmp(argv[1], "report")) {
		form = FORM_REPORT;
		opt->command = CMD_REPORT;
	} else if (argc > 1 && !strcmp(argv[1], "diff")) {
		form = FORM_DIFF;
		opt->command = CMD_DIFF;
	} else if (argc > 1 && !strcmp(argv[1], "deps")) {
		form = FORM_DEPS;
		opt->deps = true;
	} else if (argc > 1 && !strcmp(argv[1], "syscalls")) {
		form = FORM_LIST;
		opt->command = CMD_SYSCALLS;
	} else if (argc > 1 && !strcmp(argv[1], "doctor")) {
		form = FORM_DOCTOR;
		opt->command = CMD_DOCTOR;
	}
	int shift = form != FORM_RUN; /* the sub-command stands for the program's name */
	int first;
	if (!read_options(ps, form, argc - shift, argv + shift, &first))
		return false;
	if (opt->command == CMD_HELP || opt->command == CMD_VERSION)
		return true;
	first += shift;
	if (!take_operands(ps, form, argc - first, argv + first))
		return false;
	if (!settle_selection(ps, form))
		return false;
	return form == FORM_LIST || form == FORM_DOCTOR ||
	       (settle_deps(ps) && settle_sampling(ps) && settle_filter(ps) &&
		outputs_resolve(ps));
}

int
options_parse(int argc, char **argv, struct options *opt, char *err, size_t errlen)
{
	*opt = (struct options){ .command = CMD_TRACE,
				 .follow = true,
				 .threshold_pct = 10,
				 .engine = ENGINE_AUTO };
	selection_init(&opt->selection);
	opt->filter = filter_new();
	struct parse ps = { .opt = opt, .err = err, .errlen = errlen };
	bool ok = parse_all(&ps, argc, argv);
	strbuf_fini(&ps.select);
	strbuf_fini(&ps.sample);
	free(ps.paths.p);
	free(ps.comms.p);
	free(ps.outputs.p);
	if (ok)
		return 0;
	options_fini(opt);
	return -EINVAL;
}

void
options_fini(struct options *opt)
{
	free(opt->pids);
	selection_fini(&opt->selection);
	free(opt->select_text);
	free(opt->sample);
	filter_free(opt->filter);
	deps_rules_fini(&opt->rules);
	free(opt->outputs);
	free(opt->columns);
	*opt = (struct options){ 0 };
}
