/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies for people: a line on the whole, then a section for each thing that can be
 * said of a file. Names below the start directory are shown without it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "sink/deps_sink.h"
#include "sink/outfile.h"
#include "table/flags.h"

static bool
has(const struct deps_file *f, unsigned yes, unsigned no)
{
	return (f->uses & yes) == yes && !(f->uses & no);
}

static bool
is_input(const struct deps_file *f)
{
	return has(f, DEPS_USE_READ, DEPS_USE_WRITTEN | DEPS_USE_EXECUTED);
}

static bool
is_both(const struct deps_file *f)
{
	return has(f, DEPS_USE_READ | DEPS_USE_WRITTEN, 0);
}

static bool
is_output(const struct deps_file *f)
{
	return has(f, DEPS_USE_WRITTEN, DEPS_USE_READ | DEPS_USE_DIRECTORY);
}

static bool
is_made_directory(const struct deps_file *f)
{
	return has(f, DEPS_USE_WRITTEN | DEPS_USE_DIRECTORY, 0);
}

static bool
is_executed(const struct deps_file *f)
{
	return has(f, DEPS_USE_EXECUTED, 0);
}

static bool
is_listed(const struct deps_file *f)
{
	return has(f, DEPS_USE_LISTED, 0);
}

static bool
is_deleted(const struct deps_file *f)
{
	return has(f, DEPS_USE_DELETED, 0);
}

static bool
is_only_opened(const struct deps_file *f)
{
	return has(f, DEPS_USE_OPENED,
		   DEPS_USE_READ | DEPS_USE_WRITTEN | DEPS_USE_EXECUTED |
			   DEPS_USE_LISTED | DEPS_USE_DELETED);
}

static bool
is_only_looked_at(const struct deps_file *f)
{
	return has(f, DEPS_USE_LOOKED,
		   DEPS_USE_READ | DEPS_USE_WRITTEN | DEPS_USE_EXECUTED |
			   DEPS_USE_LISTED | DEPS_USE_OPENED | DEPS_USE_DELETED) &&
	       !deps_is_missing(f);
}

static const struct section {
	const char *title;
	const char *one, *many; /* in the headline; NULL: not there */
	bool (*has)(const struct deps_file *);
} sections[] = {
	{ "Inputs", "input", "inputs", is_input },
	{ "Read and written", "file read and written", "files read and written",
	  is_both },
	{ "Outputs", "output", "outputs", is_output },
	{ "Directories made", NULL, NULL, is_made_directory },
	{ "Deleted", "file deleted", "files deleted", is_deleted },
	{ "Executed", "program", "programs", is_executed },
	{ "Directories listed", NULL, NULL, is_listed },
	{ "Opened, neither read nor written", NULL, NULL, is_only_opened },
	{ "Looked at only", NULL, NULL, is_only_looked_at },
	{ "Looked for in vain", "failed look-up", "failed look-ups", deps_is_missing },
};

/* Files of the kernel's own file systems are left out unless asked for. */
static bool
is_shown(const struct deps_sink *s, const struct deps_file *f)
{
	return s->cfg.deps_all || f->place != DEPS_KERNEL;
}

static size_t
count(const struct deps_sink *s, const struct section *section)
{
	size_t n, found = 0;
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	for (size_t i = 0; i < n; i++)
		found += is_shown(s, files[i]) && section->has(files[i]);
	return found;
}

static void
put_name(struct strbuf *b, const struct deps_sink *s, const struct deps_file *f)
{
	struct text name = deps_sink_relative(s, f->name);
	strbuf_adds(b, "  ");
	escape_terminal(b, name.p, name.len);
	if (f->was.p && f->uses & DEPS_USE_WRITTEN) {
		struct text was = deps_sink_relative(s, f->was);
		strbuf_adds(b, "  (written as ");
		escape_terminal(b, was.p, was.len);
		strbuf_addch(b, ')');
	}
	if (deps_is_missing(f)) {
		strbuf_addf(b, "  (%s; %s by ", errno_name(f->errnum), f->seeker.call);
		escape_terminal(b, f->seeker.comm, strlen(f->seeker.comm));
		strbuf_addch(b, ')');
	}
	strbuf_addch(b, '\n');
}

static void
put_section(struct strbuf *b, const struct deps_sink *s, const struct section *section)
{
	size_t n, found = count(s, section);
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	if (!found)
		return;
	strbuf_addf(b, "\n%s%s (%zu)%s\n", s->cfg.colour ? "\033[1m" : "", section->title,
		    found, s->cfg.colour ? "\033[0m" : "");
	for (size_t i = 0; i < n; i++)
		if (is_shown(s, files[i]) && section->has(files[i]))
			put_name(b, s, files[i]);
}

static void
put_head(struct strbuf *b, const struct deps_sink *s)
{
	const char *separator = "";
	if (s->command)
		escape_terminal(b, s->command, strlen(s->command));
	else
		strbuf_adds(b, "This run");
	strbuf_adds(b, ": ");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct section *section = &sections[i];
		size_t n = section->one ? count(s, section) : 0;
		if (!n)
			continue;
		strbuf_addf(b, "%s%zu %s", separator, n,
			    n == 1 ? section->one : section->many);
		separator = ", ";
	}
	strbuf_adds(b, *separator ? "\n" : "no files\n");
}

static void
put_kernel_note(struct strbuf *b, const struct deps_sink *s)
{
	size_t n, left_out = 0;
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	for (size_t i = 0; i < n; i++)
		left_out += !is_shown(s, files[i]);
	if (left_out)
		strbuf_addf(b,
			    "\nNot listed: %zu name%s below /proc, /sys and /dev "
			    "(--all lists them).\n",
			    left_out, left_out == 1 ? "" : "s");
}

static int
deps_text_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	return deps_sink_open(&sink_deps_text_ops, cfg, out, sink);
}

static int
deps_text_close(struct sink *sink, const struct session_end *end)
{
	struct deps_sink *s = container_of(sink, struct deps_sink, sink);
	int err = 0;
	if (end) {
		struct strbuf *b = outfile_buf(sink->out);
		put_head(b, s);
		for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
			put_section(b, s, &sections[i]);
		put_kernel_note(b, s);
		if (!end->complete)
			strbuf_adds(
				b, "\nIncomplete: the records end before the run did.\n");
		err = outfile_room(sink->out);
	}
	deps_sink_free(s);
	return err;
}

const struct sink_ops sink_deps_text_ops = {
	.name = "text",
	.suffix = ".txt",
	.help = "a section for each thing that can be said of a file",
	.open = deps_text_open,
	.session = deps_sink_session,
	.close = deps_text_close,
};
