/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry of output formats. The list is written once, in sinks.def; names and
 * suffixes are the formats' own.
 */
#include "sink/sink.h"

#include <string.h>

#include "base/xalloc.h"

#include "sink/outfile.h"

const struct sink_ops *const sink_formats[] = {
#define SINK(id) &sink_##id##_ops,
#include "sink/sinks.def"
#undef SINK
	NULL
};

const struct sink_ops *const sink_deps_formats[] = {
	&sink_deps_text_ops, &sink_deps_jsonl_ops, &sink_deps_make_ops,
	&sink_recording_ops, &sink_summary_ops,	   NULL
};

const struct sink_ops *const sink_diff_formats[] = { &sink_diff_text_ops,
						     &sink_diff_jsonl_ops,
						     &sink_diff_html_ops, NULL };

const struct sink_ops *
sink_list_find(const struct sink_ops *const *list, const char *name, size_t len)
{
	for (size_t i = 0; list[i]; i++)
		if (strlen(list[i]->name) == len && !memcmp(list[i]->name, name, len))
			return list[i];
	return NULL;
}

const struct sink_ops *
sink_list_of(const struct sink_ops *const *list, const char *file)
{
	const struct sink_ops *best = NULL;
	size_t best_len = 0, file_len = strlen(file);
	for (size_t i = 0; list[i]; i++) {
		const char *suffix = list[i]->suffix;
		size_t len = suffix ? strlen(suffix) : 0;
		if (len > best_len && len <= file_len &&
		    !memcmp(file + file_len - len, suffix, len)) {
			best = list[i];
			best_len = len;
		}
	}
	return best;
}

const struct sink_ops *
sink_format_find(const char *name, size_t len)
{
	return sink_list_find(sink_formats, name, len);
}

const struct sink_ops *
sink_format_of(const char *file)
{
	return sink_list_of(sink_formats, file);
}

void
sink_say(const struct sink_cfg *cfg, const struct outfile *out, const char *line)
{
	if (cfg->say)
		cfg->say(cfg->say_arg, outfile_name(out), line);
}

char *
session_command(const struct session_info *info)
{
	size_t len = info->command.len;
	while (len && !info->command.p[len - 1])
		len--;
	if (!len)
		return NULL;
	char *words = xmemdup0(info->command.p, len);
	for (size_t i = 0; i < len; i++)
		if (!words[i])
			words[i] = ' ';
	return words;
}

int
sink_tick_live(struct sink *s)
{
	return outfile_is_live(s->out) ? outfile_flush(s->out) : 0;
}
