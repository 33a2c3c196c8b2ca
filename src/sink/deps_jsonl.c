/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dependencies for programs: one object a file, with all that is known of it.
 */
#include <errno.h>
#include <string.h>

#include "base/escape.h"
#include "sink/deps_sink.h"
#include "sink/json.h"
#include "sink/outfile.h"
#include "table/flags.h"

static const struct {
	unsigned use;
	const char *name;
} uses[] = {
	{ DEPS_USE_READ, "read" },	   { DEPS_USE_WRITTEN, "written" },
	{ DEPS_USE_EXECUTED, "executed" }, { DEPS_USE_LISTED, "listed" },
	{ DEPS_USE_LOOKED, "looked" },	   { DEPS_USE_OPENED, "opened" },
	{ DEPS_USE_DELETED, "deleted" },
};

/* The one word that says most. */
static const char *
class_of(const struct deps_file *f)
{
	if (deps_is_missing(f))
		return "missing";
	switch (f->uses & (DEPS_USE_READ | DEPS_USE_WRITTEN)) {
	case DEPS_USE_READ | DEPS_USE_WRITTEN:
		return "both";
	case DEPS_USE_WRITTEN:
		return "output";
	case DEPS_USE_READ:
		return "input";
	default:
		break;
	}
	if (f->uses & DEPS_USE_EXECUTED)
		return "executed";
	if (f->uses & DEPS_USE_DELETED)
		return "deleted";
	if (f->uses & DEPS_USE_LISTED)
		return "listed";
	return f->uses & DEPS_USE_OPENED ? "opened" : "looked";
}

static void
put_who(struct strbuf *b, const char *key, const struct deps_who *who)
{
	if (!who->pid)
		return;
	strbuf_addf(b, ",\"%s\":{\"pid\":%d,\"comm\":", key, (int)who->pid);
	json_add_text(b, "comm", (struct text){ who->comm, strlen(who->comm) });
	strbuf_addf(b, ",\"syscall\":\"%s\"}", who->call);
}

static void
put_uses(struct strbuf *b, const struct deps_file *f)
{
	const char *separator = "";
	strbuf_adds(b, ",\"uses\":[");
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++) {
		if (!(f->uses & uses[i].use))
			continue;
		strbuf_addf(b, "%s\"%s\"", separator, uses[i].name);
		separator = ",";
	}
	strbuf_addch(b, ']');
	if (f->uses & DEPS_USE_DIRECTORY)
		strbuf_adds(b, ",\"directory\":true");
	if (f->place == DEPS_KERNEL)
		strbuf_adds(b, ",\"kernel\":true");
}

/* Names in an array have no key of their own for their exact bytes. */
static void
put_asked(struct strbuf *b, const struct deps_file *f)
{
	if (!f->nasked)
		return;
	strbuf_adds(b, ",\"asked\":[");
	for (size_t i = 0; i < f->nasked; i++) {
		strbuf_adds(b, i ? ",\"" : "\"");
		escape_json(b, f->asked[i].p, f->asked[i].len);
		strbuf_addch(b, '"');
	}
	strbuf_addch(b, ']');
}

static void
put_file(struct strbuf *b, const struct deps_file *f)
{
	strbuf_adds(b, "{\"file\":");
	json_add_text(b, "file", f->name);
	strbuf_addf(b, ",\"class\":\"%s\"", class_of(f));
	put_uses(b, f);
	if (f->errnum)
		strbuf_addf(b, ",\"error\":\"%s\"", errno_name(f->errnum));
	if (f->was.p) {
		strbuf_adds(b, ",\"was\":");
		json_add_text(b, "was", f->was);
	}
	put_asked(b, f);
	put_who(b, "reader", &f->reader);
	put_who(b, "writer", &f->writer);
	put_who(b, "seeker", &f->seeker);
	strbuf_adds(b, "}\n");
}

static int
deps_jsonl_open(const struct sink_cfg *cfg, struct outfile *out, struct sink **sink)
{
	return deps_sink_open(&sink_deps_jsonl_ops, cfg, out, sink);
}

static int
deps_jsonl_close(struct sink *sink, const struct session_end *end)
{
	struct deps_sink *s = container_of(sink, struct deps_sink, sink);
	int err = 0;
	size_t n;
	const struct deps_file *const *files = deps_files(s->cfg.deps, &n);
	for (size_t i = 0; end && i < n && !err; i++) {
		put_file(outfile_buf(sink->out), files[i]);
		err = outfile_room(sink->out);
	}
	deps_sink_free(s);
	return err;
}

const struct sink_ops sink_deps_jsonl_ops = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.help = "one JSON object a file, kernel file systems included",
	.open = deps_jsonl_open,
	.session = deps_sink_session,
	.close = deps_jsonl_close,
};
