/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of --help, put together from the tables, so that it cannot miss an option, a
 * format or a column.
 */
#include <stdio.h>
#include <string.h>

#include "base/layout.h"
#include "base/strbuf.h"
#include "cli/options_impl.h"

#define WIDTH	79
#define HELP_AT 30 /* column where the right-hand text begins */

/* clang-format off */
static const char forms[] =
	"Usage: iotrace [OPTION]... [--] COMMAND [ARG]...   run COMMAND and trace it\n"
	"  or:  iotrace [OPTION]... -p PID[,PID]...         attach to running processes\n"
	"  or:  iotrace report [OPTION]... RECORDING        read a recording\n"
	"  or:  iotrace diff [OPTION]... BEFORE AFTER       compare two recordings\n"
	"  or:  iotrace deps [OPTION]... [--] COMMAND...    list what COMMAND depends on\n"
	"  or:  iotrace syscalls [--json] [LIST]            print the table of calls\n"
	"  or:  iotrace doctor [--json]                     can tracing work here?\n"
	"\n"
	"Each I/O system call of COMMAND and of all it starts becomes an event: which\n"
	"file, how many bytes, what came of it, how long it took. No privileges needed.\n";

static const char closing[] =
	"\n"
	"An EXPR: 'comm ~ \"cc*\" and latency >= 100us and not (ret == -ENOENT)'.\n"
	"~ is glob. Times take ns us ms s m h, sizes K M G T; columns in ns may go\n"
	"without their _ns. A comparison with a column that an event lacks is false.\n"
	"\n"
	"Exit status: COMMAND's own, or its signal; 125 if iotrace failed, 126 if\n"
	"COMMAND cannot be run, 127 if it was not found.\n"
	"\n"
	"Examples:\n"
	"  iotrace -o build.csv make\n"
	"  iotrace -c -e FS --failed-only python3 app.py\n"
	"  iotrace -o run.iotrace ./server\n"
	"  iotrace report --slower-than=10ms run.iotrace\n";
/* clang-format on */

static const char *const group_titles[GROUP_COUNT] = {
#define OPTION_GROUP(id, title) [GROUP_##id] = title,
#include "cli/options.def"
};

static void
add_option(struct strbuf *out, const struct option_row *row)
{
	size_t start = out->len;
	if (row->letter)
		strbuf_addf(out, "  -%c, --%s", row->letter, row->name);
	else
		strbuf_addf(out, "      --%s", row->name);
	if (row->argument)
		strbuf_addf(out, "=%s", row->argument);
	layout_wrap(out, row->help, out->len - start, HELP_AT, WIDTH);
}

static void
add_formats(struct strbuf *out)
{
	strbuf_adds(out, "\nFormats (the suffix of FILE chooses one):\n");
	for (size_t i = 0; sink_formats[i]; i++) {
		const struct sink_ops *ops = sink_formats[i];
		size_t start = out->len;
		strbuf_addf(out, "  %-10s %s", ops->name, ops->suffix ? ops->suffix : "");
		layout_wrap(out, ops->help, out->len - start, HELP_AT, WIDTH);
	}
}

static void
add_columns(struct strbuf *out)
{
	struct strbuf names = { 0 };
	for (int i = 0; i < EV_FIELD_COUNT; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", event_fields[i].name);
	strbuf_adds(out, "\nColumns, for --columns and --filter:\n");
	layout_wrap(out, strbuf_str(&names), 0, 2, WIDTH);
	strbuf_fini(&names);
}

void
usage_print(void)
{
	struct strbuf out = { 0 };
	strbuf_adds(&out, forms);
	for (int g = 0; g < GROUP_COUNT; g++) {
		strbuf_addf(&out, "\n%s:\n", group_titles[g]);
		for (int i = 0; i < OPT_COUNT; i++)
			if ((int)option_rows[i].group == g)
				add_option(&out, &option_rows[i]);
	}
	add_formats(&out);
	add_columns(&out);
	strbuf_adds(&out, closing);
	fputs(strbuf_str(&out), stdout);
	strbuf_fini(&out);
}
