/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run added up under names that another run has, too: processes by their name alone,
 * files without what chance put into theirs.
 */
#include <stdlib.h>

#include "diff/diff.h"
#include "diff/normal.h"

void
diff_side_init(struct diff_side *s, const char *file, bool exact_names)
{
	*s = (struct diff_side){ .file = file, .exact_names = exact_names };
	s->agg = agg_new(NULL);
}

void
diff_side_fini(struct diff_side *s)
{
	agg_free(s->agg);
	free(s->command);
	strbuf_fini(&s->name);
	*s = (struct diff_side){ 0 };
}

void
diff_side_add(struct diff_side *s, const struct event *ev)
{
	struct event copy = *ev;
	copy.pid = 0;
	if (event_has(ev, EV_file) && !s->exact_names) {
		normal_name(&s->name, ev->file);
		copy.file = (struct text){ strbuf_str(&s->name), s->name.len };
	}
	agg_add(s->agg, &copy);
}
