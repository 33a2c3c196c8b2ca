/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/deps_sink.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

int
deps_sink_open(const struct sink_ops *ops, const struct sink_cfg *cfg,
	       struct outfile *out, struct sink **sink)
{
	struct deps_sink *s = xcalloc(1, sizeof(*s));
	s->sink = (struct sink){ .ops = ops, .out = out };
	s->cfg = *cfg;
	*sink = &s->sink;
	return 0;
}

int
deps_sink_session(struct sink *sink, const struct session_info *info)
{
	struct deps_sink *s = container_of(sink, struct deps_sink, sink);
	free(s->command);
	s->command = session_command(info);
	return 0;
}

void
deps_sink_free(struct deps_sink *s)
{
	free(s->command);
	free(s);
}

struct text
deps_sink_relative(const struct deps_sink *s, struct text name)
{
	struct text cwd = deps_cwd(s->cfg.deps);
	if (cwd.len > 1 && name.len > cwd.len + 1 && !memcmp(name.p, cwd.p, cwd.len) &&
	    name.p[cwd.len] == '/')
		return (struct text){ name.p + cwd.len + 1, name.len - cwd.len - 1 };
	return name;
}
