/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which output goes where in which format: the rules of cli.md section 4 for -o,
 * --format, --columns, -q, -c and -C. Nothing is opened here.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "cli/options_impl.h"

/* "text, csv (.csv), ..." */
static void
list_formats(struct strbuf *out, const struct sink_ops *const *list)
{
	for (size_t i = 0; list[i]; i++) {
		strbuf_adds(out, i ? ", " : "");
		strbuf_adds(out, list[i]->name);
		if (list[i]->suffix)
			strbuf_addf(out, " (%s)", list[i]->suffix);
	}
}

/* Settles --format. */
static bool
resolve_format(struct parse *ps)
{
	const struct sink_ops *const *list = ps->opt->formats;
	const char *name = ps->format_name;
	if (!name)
		return true;
	ps->format = sink_list_find(list, name, strlen(name));
	if (ps->format)
		return true;
	struct strbuf formats = { 0 };
	for (size_t i = 0; list[i]; i++) {
		strbuf_adds(&formats, i ? ", " : "");
		strbuf_adds(&formats, list[i]->name);
	}
	options_fail(ps, "unknown format '%s': choose %s", name, strbuf_str(&formats));
	strbuf_fini(&formats);
	return false;
}

/* A format that the rules themselves name. */
static const struct sink_ops *
known_format(const struct parse *ps, const char *name)
{
	const struct sink_ops *format =
		sink_list_find(ps->opt->formats, name, strlen(name));
	assert(format);
	return format;
}

static void
add_output(struct options *opt, const struct sink_ops *format, const char *target)
{
	opt->outputs =
		xreallocarray(opt->outputs, opt->noutputs + 1, sizeof(*opt->outputs));
	opt->outputs[opt->noutputs++] =
		(struct output_spec){ .format = format, .target = target };
}

static bool
fail_suffix(struct parse *ps, const char *file)
{
	struct strbuf formats = { 0 };
	list_formats(&formats, ps->opt->formats);
	options_fail(
		ps,
		"no format has the suffix of '%s': use -o FORMAT:FILE or a suffix of %s",
		file, strbuf_str(&formats));
	strbuf_fini(&formats);
	return false;
}

/* Is FILE a device or pipe, whose name says nothing of a format? */
static bool
is_stream(const char *file)
{
	struct stat st;
	return !stat(file, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* One -o. A colon counts only behind the name of a format: "./we:ird.csv" is a file. */
static bool
resolve_output(struct parse *ps, const char *spec)
{
	const struct sink_ops *format = NULL;
	const char *file = spec, *colon = strchr(spec, ':');
	if (colon)
		format = sink_list_find(ps->opt->formats, spec, (size_t)(colon - spec));
	if (format)
		file = colon + 1;
	if (!*file)
		return options_fail(ps,
				    "-o '%s' names no file: use [FORMAT:]FILE, '-' is "
				    "standard output",
				    spec);
	if (!format && strcmp(file, "-") != 0)
		format = sink_list_of(ps->opt->formats, file);
	if (!format)
		format = ps->format;
	if (!format && (!strcmp(file, "-") || is_stream(file)))
		format = known_format(ps, "text");
	if (!format)
		return fail_suffix(ps, file);
	add_output(ps->opt, format, file);
	return true;
}

/* The device and inode of FILE's directory; false if there is none. */
static bool
stat_parent(const char *file, struct stat *st)
{
	const char *slash = strrchr(file, '/');
	cleanup_free char *dir =
		slash ? xmemdup0(file, (size_t)(slash + 1 - file)) : xstrdup(".");
	return !stat(dir, st);
}

/* Are A and B the same file, which only one output can be? A device such as /dev/null
 * may serve many. */
static bool
is_same_target(const char *a, const char *b)
{
	struct stat sa, sb;
	if (strcmp(a, "-") != 0 && !stat(a, &sa) && S_ISCHR(sa.st_mode))
		return false;
	if (!strcmp(a, b))
		return true;
	const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
	return !strcmp(slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b) &&
	       stat_parent(a, &sa) && stat_parent(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

static bool
check_targets(struct parse *ps)
{
	const struct options *opt = ps->opt;
	for (size_t i = 0; i < opt->noutputs; i++)
		for (size_t k = 0; k < i; k++)
			if (is_same_target(opt->outputs[k].target,
					   opt->outputs[i].target))
				return options_fail(
					ps,
					"two outputs go to '%s': give each -o its "
					"own file",
					opt->outputs[i].target);
	return true;
}

static bool
has_format(const struct options *opt, const char *name)
{
	for (size_t i = 0; i < opt->noutputs; i++)
		if (!strcmp(opt->outputs[i].format->name, name))
			return true;
	return false;
}

/* One item of --columns. */
static bool
add_column(struct parse *ps, const char *name, size_t len)
{
	struct options *opt = ps->opt;
	int id = filter_column_find(name, len);
	if (id < 0) {
		char near[80];
		filter_column_nearest(name, len, near, sizeof(near));
		return options_fail(ps, "--columns: unknown column '%.*s'%s%s%s",
				    (int)len, name, *near ? ": did you mean " : "", near,
				    *near ? "?" : "");
	}
	for (size_t i = 0; i < opt->ncolumns; i++)
		if (opt->columns[i] == id)
			return options_fail(ps, "--columns: %s is there twice",
					    event_fields[id].name);
	opt->columns =
		xreallocarray(opt->columns, opt->ncolumns + 1, sizeof(*opt->columns));
	opt->columns[opt->ncolumns++] = id;
	return true;
}

static bool
resolve_columns(struct parse *ps)
{
	if (!ps->columns)
		return true;
	for (const char *p = ps->columns;; p++) {
		p += strspn(p, " ");
		size_t len = strcspn(p, ", ");
		if (!len)
			return options_fail(ps,
					    "--columns '%s': a name is missing (as in "
					    "--columns=time_ns,syscall,file)",
					    ps->columns);
		if (!add_column(ps, p, len))
			return false;
		p += len + strspn(p + len, " ");
		if (!*p)
			break;
		if (*p != ',')
			return options_fail(
				ps, "--columns '%s': names are separated by commas",
				ps->columns);
	}
	for (size_t i = 0; i < ps->opt->noutputs; i++)
		if (ps->opt->outputs[i].format->takes_columns)
			return true;
	return options_fail(ps,
			    "--columns is for csv and parquet, and no output is one: add "
			    "-o FILE.csv, -o FILE.parquet or --format=csv");
}

/* --by and --metric need an output that is drawn of frames, and stacks need -k. */
static bool
check_flame(struct parse *ps)
{
	const struct options *opt = ps->opt;
	bool used = false;
	for (size_t i = 0; i < opt->noutputs; i++)
		used |= opt->outputs[i].format->takes_by;
	if ((opt->by.n || ps->metric) && !used)
		return options_fail(ps,
				    "%s is for flame graphs: add -o FILE.svg or -o FILE.folded",
				    opt->by.n ? "--by" : "--metric");
	if (flame_by_has(&opt->by, FLAME_KEY_stack) && !opt->stack &&
	    opt->command != CMD_REPORT)
		return options_fail(ps, "--by=stack needs the stacks: add -k");
	return true;
}

bool
outputs_resolve(struct parse *ps)
{
	struct options *opt = ps->opt;
	if (!resolve_format(ps))
		return false;
	for (size_t i = 0; i < ps->outputs.n; i++)
		if (!resolve_output(ps, ps->outputs.p[i]))
			return false;
	if (!check_targets(ps))
		return false;
	bool summary = ps->summary || ps->summary_only;
	if (ps->format && (ps->outputs.n || ps->summary_only) &&
	    !has_format(opt, ps->format->name))
		return options_fail(ps, "--format=%s has no effect: %s", ps->format->name,
				    ps->outputs.n
					    ? "every -o has a format of its own"
					    : "with -c only the summary is printed");
	/* quiet drops what nobody asked for by name */
	if (!ps->outputs.n && !ps->summary_only && (ps->format || !opt->quiet))
		add_output(opt, ps->format ? ps->format : known_format(ps, "text"),
			   opt->command == CMD_DIFF ? "-" : NULL);
	if (summary)
		add_output(opt, known_format(ps, "summary"), NULL);
	if (!resolve_columns(ps) || !check_flame(ps))
		return false;
	if (opt->command != CMD_DIFF && (opt->top || opt->sort) &&
	    !has_format(opt, "summary"))
		return options_fail(
			ps, "%s is for the summary: add -c, -C or -o FILE.summary",
			opt->top ? "--top" : "--sort");
	return true;
}
