/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd_doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/complain.h"
#include "base/escape.h"
#include "base/strbuf.h"
#include "capture/doctor.h"
#include "capture/host.h"
#include "capture/probes.h"

#define EXIT_UNTRACEABLE 1
#define EXIT_FAILED	 125

static const char *const verdict_names[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_LIMITED] = "limited",
	[VERDICT_BROKEN] = "problem",
};

static void
add_text(struct strbuf *b, const struct check *c)
{
	strbuf_addf(b, "%-8s %-10s ", verdict_names[c->verdict], c->name);
	/* The release of the kernel may be anything in a container. */
	escape_terminal(b, c->state, strlen(c->state));
	if (*c->effect)
		strbuf_addf(b, ": %s", c->effect);
	if (*c->remedy)
		strbuf_addf(b, "; remedy: %s", c->remedy);
	strbuf_addch(b, '\n');
}

static void
add_json(struct strbuf *b, const char *key, const char *value)
{
	strbuf_addf(b, ",\"%s\":\"", key);
	escape_json(b, value, strlen(value));
	strbuf_addch(b, '"');
}

static void
add_object(struct strbuf *b, const struct check *c)
{
	strbuf_addf(b, "{\"check\":\"%s\"", c->name);
	add_json(b, "status", verdict_names[c->verdict]);
	add_json(b, "found", c->state);
	if (*c->effect)
		add_json(b, "effect", c->effect);
	if (*c->remedy)
		add_json(b, "remedy", c->remedy);
	strbuf_addch(b, '}');
}

static void
add_all(struct strbuf *b, const struct check *checks, unsigned broken, bool json)
{
	if (json)
		strbuf_addf(b, "{\"works\":%s,\"checks\":[", broken ? "false" : "true");
	for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
		if (!json) {
			add_text(b, &checks[i]);
			continue;
		}
		strbuf_adds(b, i ? ",\n" : "\n");
		add_object(b, &checks[i]);
	}
	if (json)
		strbuf_adds(b, "\n]}\n");
	else
		strbuf_adds(b, broken ? "Tracing does not work here.\n"
				      : "Tracing works here: iotrace -- COMMAND\n");
}

int
cmd_doctor(bool json)
{
	struct host host;
	struct probes probes;
	struct check checks[DOCTOR_CHECKS];
	struct strbuf b = { 0 };
	host_read(&host, "");
	probes_run(&probes);
	unsigned broken = doctor_judge(&host, &probes, checks);
	add_all(&b, checks, broken, json);
	int status = broken ? EXIT_UNTRACEABLE : 0;
	if (fwrite(b.p, 1, b.len, stdout) != b.len || fflush(stdout) != 0) {
		complain("standard output: %s", strerror(errno));
		status = EXIT_FAILED;
	}
	strbuf_fini(&b);
	return status;
}
