/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

static void
say(const struct deps_violation *v)
{
	struct strbuf b = { 0 };
	strbuf_adds(&b, "iotrace: assertion '");
	escape_terminal(&b, v->rule->text, strlen(v->rule->text));
	strbuf_adds(&b, "' broken by ");
	escape_terminal(&b, v->comm, strlen(v->comm));
	strbuf_addf(&b, " (pid %d): %s ", (int)v->pid, v->call);
	escape_terminal(&b, v->what.p, v->what.len);
	if (v->times > 1)
		strbuf_addf(&b, " (%" PRIu64 " times)", v->times);
	fprintf(stderr, "%s\n", strbuf_str(&b));
	strbuf_fini(&b);
}

int
gate_verdict(const struct deps_rules *rules, const struct deps *deps, uint64_t lost)
{
	size_t n;
	uint64_t more;
	if (!rules->n)
		return 0;
	const struct deps_violation *all = deps_violations(deps, &n, &more);
	for (size_t i = 0; i < n; i++)
		say(&all[i]);
	if (more)
		fprintf(stderr, "iotrace: and %" PRIu64 " more like these\n", more);
	if (n)
		return EXIT_ASSERT;
	if (lost)
		fprintf(stderr,
			"iotrace: %" PRIu64 " records were lost: whether the assertions "
			"hold is not known\n",
			lost);
	if (deps_rules_unanswered(deps))
		fprintf(stderr, "iotrace: where the command was started is not known: "
				"use absolute "
				"names in --assert\n");
	return lost || deps_rules_unanswered(deps) ? EXIT_TROUBLE : 0;
}
