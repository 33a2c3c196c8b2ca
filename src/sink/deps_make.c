/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies as a depfile, which make includes and ninja takes by depfile=. Both must
 * read the same names out of it, so escapes are those that GNU make 4.3 and ninja 1.11
 * agree on; what has none is left out, and said:
 *
 *	blank	\ before it, and backslashes before that doubled
 *	$	$$
 *	# :	\ before it; a colon at the end has no escape
 *
 * make also takes a name with '=' for a variable, with '(' for an archive member, with
 *';' for a recipe and '*' '?' for a pattern; ninja ends a name at & | < > " ' and others.
 */
#include <string.h>

#include "base/escape.h"
#include "sink/deps_sink.h"
#include "sink/outfile.h"

#define LINE_WIDTH 78

struct depfile {
	struct strbuf *out; /* borrowed */
	size_t column;
	size_t left_out;      /* names that cannot be written */
	struct text left_one; /* one of them */
};

/* Appends NAME escaped; false if that cannot be. TARGET: '%' would make it a pattern. */
static bool
escape_name(struct strbuf *b, struct text name, bool target)
{
	size_t slashes = 0;
	if (!name.len || name.p[0] == '~')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool last = i + 1 == name.len;
		if (strchr("\t\n\r=();|&<>*?\"'`^", c) || (unsigned char)c < 0x20 ||
		    (target && c == '%') || (last && (c == ':' || c == '\\')) ||
		    (slashes && strchr("#:", c)))
			return false;
		if (c == ' ')
			for (size_t k = 0; k < slashes; k++)
				strbuf_addch(b, '\\');
		if (strchr(" #:", c))
			strbuf_addch(b, '\\');
		if (c == '$')
			strbuf_addch(b, '$');
		strbuf_addch(b, c);
		slashes = c == '\\' ? slashes + 1 : 0;
	}
	return true;
}

static void
put_name(struct depfile *df, struct text name, bool target)
{
	struct strbuf escaped = { 0 };
	if (!escape_name(&escaped, name, target)) {
		df->left_out++;
		df->left_one = name;
	} else {
		if (df->column && df->column + escaped.len + 3 > LINE_WIDTH) {
			strbuf_adds(df->out, " \\\n ");
			df->column = 1;
		} else if (df->column) {
			strbuf_addch(df->out, ' ');
			df->column++;
		}
		strbuf_addmem(df->out, escaped.p, escaped.len);
		df->column += escaped.len;
	}
	strbuf_fini(&escaped);
}

static bool
is_target(const struct deps_file *f)
{
	return f->uses & DEPS_USE_WRITTEN &&
	       !(f->uses & (DEPS_USE_READ | DEPS_USE_DIRECTORY)) &&
	       f->place != DEPS_KERNEL;
}

static bool
is_prerequisite(const struct deps_file *f)
{
	return f->uses & DEPS_USE_READ && !(f->uses & DEPS_USE_WRITTEN) &&
	       f->place != DEPS_KERNEL && !(f->uses & DEPS_USE_DELETED);
}

/* Calls PUT for every name of a file that stands in front of the colon, or behind. Files
 * stand with the names they were asked for by: those are what a Makefile knows. */
static void
each_prerequisite(struct deps_sink *s, struct depfile *df,
		  void (*put)(struct depfile *, struct text))
{
	size_t n;
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	for (size_t i = 0; i < n; i++) {
		const struct deps_file *f = files[i];
		if (!is_prerequisite(f))
			continue;
		if (f->asked_by_name || !f->nasked)
			put(df, deps_sink_relative(s, f->name));
		for (size_t k = 0; k < f->nasked; k++)
			put(df, deps_sink_relative(s, f->asked[k]));
	}
}

static void
put_prerequisite(struct depfile *df, struct text name)
{
	put_name(df, name, false);
}

/* A rule without recipe for each: a file that is gone is no error then, but a reason to
 * build anew (what gcc -MP does). */
static void
put_phony(struct depfile *df, struct text name)
{
	struct strbuf escaped = { 0 };
	if (escape_name(&escaped, name, true))
		strbuf_addf(df->out, "\n%s:\n", strbuf_str(&escaped));
	strbuf_fini(&escaped);
}

static void
put_targets(struct deps_sink *s, struct depfile *df)
{
	size_t n;
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	if (s->cfg.deps_target) {
		struct text target = { s->cfg.deps_target, strlen(s->cfg.deps_target) };
		put_name(df, target, true);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (is_target(files[i]))
			put_name(df, deps_sink_relative(s, files[i]->name), true);
}

static void
say_left_out(const struct deps_sink *s, const struct depfile *df)
{
	if (!df->left_out)
		return;
	struct strbuf line = { 0 };
	strbuf_addf(&line, "left out %zu name%s that make or ninja cannot read, such as ",
		    df->left_out, df->left_out == 1 ? "" : "s");
	escape_terminal(&line, df->left_one.p, df->left_one.len);
	sink_say(&s->cfg, s->sink.out, strbuf_str(&line));
	strbuf_fini(&line);
}

static int
deps_make_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	return deps_sink_open(&sink_deps_make_ops, cfg, out, sink);
}

static int
deps_make_close(struct sink *sink, const struct session_end *end)
{
	struct deps_sink *s = container_of(sink, struct deps_sink, sink);
	int err = 0;
	if (end) {
		struct depfile df = { .out = outfile_buf(sink->out) };
		put_targets(s, &df);
		if (!df.column) {
			/* A rule without a target is a syntax error. */
			sink_say(&s->cfg, sink->out,
				 "no output to make rules for: --target=NAME names one");
		} else {
			strbuf_addch(df.out, ':');
			each_prerequisite(s, &df, put_prerequisite);
			strbuf_addch(df.out, '\n');
			each_prerequisite(s, &df, put_phony);
		}
		say_left_out(s, &df);
		err = outfile_room(sink->out);
	}
	deps_sink_free(s);
	return err;
}

const struct sink_ops sink_deps_make_ops = {
	.name = "make",
	.suffix = ".d",
	.help = "a depfile: outputs: inputs, as make and ninja read it",
	.open = deps_make_open,
	.session = deps_sink_session,
	.close = deps_make_close,
};
