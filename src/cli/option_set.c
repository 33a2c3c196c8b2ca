/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each option of options.def does with its argument: notes it, or says in one line
 * why it cannot be.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cli/options_impl.h"
#include "diff/diff.h"
#include "sink/summary.h"

static void
words_add(struct words *words, const char *word)
{
	words->p = xreallocarray(words->p, words->n + 1, sizeof(*words->p));
	words->p[words->n++] = word;
}

static void
join(struct strbuf *list, const char *more)
{
	if (list->len)
		strbuf_addch(list, ',');
	strbuf_adds(list, more);
}

/* The value of a count, 1 to MAX. */
static bool
take_count(struct parse *ps, const char *option, const char *arg, uint64_t max,
	   uint64_t *v)
{
	int err = parse_size(arg, v);
	if (err == -ERANGE || (!err && *v > max))
		return options_fail(ps, "%s '%s' is more than %llu", option, arg,
				    (unsigned long long)max);
	if (err || !*v)
		return options_fail(
			ps, "%s takes a number from 1, such as 1000 or 64K, not '%s'",
			option, arg);
	return true;
}

static bool
take_time(struct parse *ps, const char *option, const char *arg, uint64_t *ns)
{
	int err = parse_time_ns(arg, false, ns);
	if (err == -ERANGE)
		return options_fail(ps,
				    "%s '%s' is more than 64 bits of nanoseconds hold",
				    option, arg);
	if (err)
		return options_fail(
			ps,
			"%s takes a time such as 5, 500ms or 2m (ns us ms s m h; "
			"seconds without), not '%s'",
			option, arg);
	return true;
}

bool
option_set_trace(struct parse *ps, const char *arg)
{
	char why[REASON_MAX];
	if (selection_add(&ps->opt->selection, arg, why, sizeof(why)))
		return options_fail(ps, "--trace: %s", why);
	join(&ps->select, arg);
	ps->opt->select_given = true;
	return true;
}

bool
option_set_no_follow(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->follow = false;
	return true;
}

bool
option_set_sample(struct parse *ps, const char *arg)
{
	join(&ps->sample, arg);
	return true;
}

bool
option_set_duration(struct parse *ps, const char *arg)
{
	if (!take_time(ps, "--duration", arg, &ps->opt->duration_ns))
		return false;
	return ps->opt->duration_ns || options_fail(ps, "--duration must be more than 0");
}

bool
option_set_stall(struct parse *ps, const char *arg)
{
	if (!take_time(ps, "--stall", arg, &ps->opt->stall_ns))
		return false;
	return ps->opt->stall_ns || options_fail(ps, "--stall must be more than 0");
}

bool
option_set_limit(struct parse *ps, const char *arg)
{
	return take_count(ps, "--limit", arg, UINT64_MAX, &ps->opt->limit);
}

bool
option_set_stack(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->stack = true;
	return true;
}

bool
option_set_path(struct parse *ps, const char *arg)
{
	words_add(&ps->paths, arg);
	return true;
}

bool
option_set_comm(struct parse *ps, const char *arg)
{
	words_add(&ps->comms, arg);
	return true;
}

bool
option_set_successful(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->successful = true;
	return true;
}

bool
option_set_failed(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->failed = true;
	return true;
}

bool
option_set_slower(struct parse *ps, const char *arg)
{
	uint64_t ns;
	if (!take_time(ps, "--slower-than", arg, &ns))
		return false;
	filter_add_slower(ps->opt->filter, ns);
	return true;
}

bool
option_set_filter(struct parse *ps, const char *arg)
{
	struct filter_error err;
	if (filter_add_expr(ps->opt->filter, arg, &err))
		return options_fail(ps, "--filter, column %zu: %s", err.column, err.text);
	return true;
}

bool
option_set_output(struct parse *ps, const char *arg)
{
	words_add(&ps->outputs, arg);
	return true;
}

bool
option_set_format(struct parse *ps, const char *arg)
{
	ps->format_name = arg;
	return true;
}

bool
option_set_columns(struct parse *ps, const char *arg)
{
	ps->columns = arg;
	return true;
}

/* One item of --by. */
static bool
add_by(struct parse *ps, const char *name, size_t len)
{
	struct flame_by *by = &ps->opt->by;
	int key = flame_key_find(name, len);
	if (key < 0) {
		struct strbuf names = { 0 };
		for (size_t i = 0; i < FLAME_KEYS; i++)
			strbuf_addf(&names, "%s%s", i ? ", " : "", flame_key_names[i]);
		options_fail(ps, "--by: unknown frame '%.*s': choose %s", (int)len, name,
			     strbuf_str(&names));
		strbuf_fini(&names);
		return false;
	}
	if (flame_by_has(by, (enum flame_key)key))
		return options_fail(ps, "--by: %s is there twice", flame_key_names[key]);
	by->keys[by->n++] = (enum flame_key)key;
	return true;
}

bool
option_set_by(struct parse *ps, const char *arg)
{
	ps->opt->by.n = 0; /* the last --by counts */
	for (const char *p = arg;; p++) {
		p += strspn(p, " ");
		size_t len = strcspn(p, ", ");
		if (!len)
			return options_fail(ps,
					    "--by '%s': a name is missing (as in "
					    "--by=comm,path,syscall)",
					    arg);
		if (!add_by(ps, p, len))
			return false;
		p += len + strspn(p + len, " ");
		if (!*p)
			return true;
		if (*p != ',')
			return options_fail(ps, "--by '%s': names are separated by commas",
					    arg);
	}
}

bool
option_set_metric(struct parse *ps, const char *arg)
{
	int metric = flame_metric_find(arg);
	if (metric < 0)
		return options_fail(
			ps,
			"unknown metric '%s': choose count, latency, bytes or requested",
			arg);
	ps->opt->metric = (enum flame_metric)metric;
	ps->metric = true;
	return true;
}

bool
option_set_quiet(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->quiet = true;
	return true;
}

bool
option_set_summary_only(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->summary_only = true;
	return true;
}

bool
option_set_summary(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->summary = true;
	return true;
}

bool
option_set_top(struct parse *ps, const char *arg)
{
	uint64_t v;
	if (!take_count(ps, "--top", arg, UINT_MAX, &v))
		return false;
	ps->opt->top = (unsigned)v;
	return true;
}

bool
option_set_sort(struct parse *ps, const char *arg)
{
	ps->opt->sort = arg;
	return summary_sort_valid(arg) ||
	       options_fail(ps, "--sort: unknown column '%s': choose %s", arg,
			    summary_sort_names());
}

/* Takes the decimal number at *P. */
static bool
take_pid(const char **p, pid_t *pid)
{
	int64_t v = 0;
	for (; isdigit((unsigned char)**p) && v <= INT_MAX; ++*p)
		v = v * 10 + (**p - '0');
	*pid = (pid_t)v;
	return v >= 1 && v <= INT_MAX;
}

static void
add_pid(struct options *opt, pid_t pid)
{
	for (size_t i = 0; i < opt->npids; i++)
		if (opt->pids[i] == pid)
			return;
	opt->pids = xreallocarray(opt->pids, opt->npids + 1, sizeof(*opt->pids));
	opt->pids[opt->npids++] = pid;
}

bool
option_set_attach(struct parse *ps, const char *arg)
{
	static const char separators[] = ", \t\n"; /* blanks too: -p "$(pidof x)" */
	const char *p = arg + strspn(arg, separators);
	if (!*p)
		return options_fail(ps, "-p '%s' names no process", arg);
	while (*p) {
		pid_t pid;
		if (!take_pid(&p, &pid) || (*p && !strchr(separators, *p)))
			return options_fail(
				ps, "-p '%s': a process id is a number from 1", arg);
		add_pid(ps->opt, pid);
		p += strspn(p, separators);
	}
	return true;
}

bool
option_set_tree(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->tree = true;
	return true;
}

bool
option_set_detach_on_exit(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->detach_on_exit = true;
	return true;
}

bool
option_set_engine(struct parse *ps, const char *arg)
{
	if (!strcmp(arg, "auto"))
		ps->opt->engine = ENGINE_AUTO;
	else if (!strcmp(arg, "stop"))
		ps->opt->engine = ENGINE_STOP;
	else if (!strcmp(arg, "inline"))
		ps->opt->engine = ENGINE_INLINE;
	else
		return options_fail(ps, "unknown engine '%s': choose auto, stop or inline", arg);
	return true;
}

bool
option_set_io_uring(struct parse *ps, const char *arg)
{
	if (!strcmp(arg, "trace"))
		ps->opt->io_uring = IO_URING_TRACE;
	else if (!strcmp(arg, "deny"))
		ps->opt->io_uring = IO_URING_DENY;
	else if (!strcmp(arg, "ignore"))
		ps->opt->io_uring = IO_URING_IGNORE;
	else
		return options_fail(
			ps, "unknown mode '%s' for --io-uring: choose trace, deny or ignore",
			arg);
	return true;
}

bool
option_set_no_proc(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->no_proc = true;
	return true;
}

bool
option_set_no_seccomp(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->no_seccomp = true;
	return true;
}

bool
option_set_threshold(struct parse *ps, const char *arg)
{
	char *end;
	unsigned long v = strtoul(arg, &end, 10);
	if (!isdigit((unsigned char)arg[0]) || strcmp(end, *end == '%' ? "%" : "") != 0 ||
	    v > 1000000)
		return options_fail(
			ps, "--threshold takes a percentage such as 10, not '%s'", arg);
	ps->opt->threshold_pct = (unsigned)v;
	return true;
}

bool
option_set_fail_on(struct parse *ps, const char *arg)
{
	char why[REASON_MAX];
	if (diff_fail_parse(arg, &ps->opt->fail_on, why, sizeof(why)))
		return options_fail(ps, "--fail-on: %s", why);
	return true;
}

bool
option_set_exact_names(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->exact_names = true;
	return true;
}

bool
option_set_deps(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->deps = true;
	return true;
}

bool
option_set_assert(struct parse *ps, const char *arg)
{
	char why[REASON_MAX];
	if (deps_rules_add(&ps->opt->rules, arg, why, sizeof(why)))
		return options_fail(ps, "--assert: %s", why);
	return true;
}

bool
option_set_target(struct parse *ps, const char *arg)
{
	ps->opt->deps_target = arg;
	return *arg || options_fail(ps, "--target names no file");
}

bool
option_set_all(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->deps_all = true;
	return true;
}

bool
option_set_json(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->json = true;
	return true;
}

bool
option_set_help(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->command = CMD_HELP;
	return true;
}

bool
option_set_version(struct parse *ps, IT_UNUSED const char *arg)
{
	ps->opt->command = CMD_VERSION;
	return true;
}
