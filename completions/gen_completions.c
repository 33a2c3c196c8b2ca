/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gen_completions SHELL < TEMPLATE: what bash, zsh or fish needs to complete our command
 * line, from the tables that the program itself works by. The template is the shell's own
 * part; lines in it that are
 *
 *	@words@		become a list of words for each kind of value,
 *	@options@	the options of each form of the command line,
 *	@values@	which kind of value an option takes (bash).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agg/flame.h"
#include "base/strbuf.h"
#include "cli/options_impl.h"
#include "event/event.h"
#include "sink/sink.h"
#include "sink/summary.h"
#include "table/syscall_desc.h"

/* Kinds of values that can be completed; those with words first. */
enum value {
	VALUE_calls,
	VALUE_rates, /* as calls, =N behind */
	VALUE_columns,
	VALUE_formats,
	VALUE_sort,
	VALUE_by,
	VALUE_metrics,
	VALUE_modes,
	VALUE_engines,
	VALUE_LISTS,
	VALUE_output = VALUE_LISTS, /* [FORMAT:]FILE */
	VALUE_pids,
	VALUE_none, /* anything goes */
};

static const char *const value_names[] = {
	[VALUE_calls] = "calls",     [VALUE_rates] = "rates",	  [VALUE_columns] = "columns",
	[VALUE_formats] = "formats", [VALUE_sort] = "sort",	  [VALUE_by] = "by",
	[VALUE_metrics] = "metrics", [VALUE_modes] = "modes",	  [VALUE_engines] = "engines",
	[VALUE_output] = "output",   [VALUE_pids] = "pids",	  [VALUE_none] = "none",
};

static enum value
option_value(int id)
{
	switch (id) {
	case OPT_trace:
		return VALUE_calls;
	case OPT_sample:
		return VALUE_rates;
	case OPT_columns:
		return VALUE_columns;
	case OPT_format:
		return VALUE_formats;
	case OPT_output:
		return VALUE_output;
	case OPT_sort:
		return VALUE_sort;
	case OPT_by:
		return VALUE_by;
	case OPT_metric:
		return VALUE_metrics;
	case OPT_io_uring:
		return VALUE_modes;
	case OPT_engine:
		return VALUE_engines;
	case OPT_attach:
		return VALUE_pids;
	default:
		return VALUE_none;
	}
}

static const struct {
	const char *name;
	unsigned form;
} forms[] = { { "run", FORM_RUN },	 { "report", FORM_REPORT }, { "deps", FORM_DEPS },
	      { "syscalls", FORM_LIST }, { "doctor", FORM_DOCTOR } };

/* --- words --- */

static void
add_word(struct strbuf *b, const char *word)
{
	strbuf_addf(b, "%s%s", b->len ? " " : "", word);
}

static void
add_calls(struct strbuf *b)
{
	static const char *const families[] = {
#define FAMILY(name) #name,
#include "table/families.def"
#undef FAMILY
	};
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		add_word(b, families[i]);
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		const struct syscall_desc *d = syscall_desc(nr);
		if (!(d->flags & SYSCALL_UNKNOWN))
			add_word(b, d->name);
	}
}

/* "a, b, c" */
static void
add_list(struct strbuf *b, const char *list)
{
	for (const char *p = list; *p; p += strspn(p, ", ")) {
		size_t len = strcspn(p, ", ");
		strbuf_addf(b, "%s%.*s", b->len ? " " : "", (int)len, p);
		p += len;
	}
}

static void
add_words(struct strbuf *b, enum value value)
{
	switch (value) {
	case VALUE_calls:
		add_word(b, "all");
		add_calls(b);
		break;
	case VALUE_rates:
		add_calls(b);
		break;
	case VALUE_columns:
		for (int i = 0; i < EV_FIELD_COUNT; i++)
			add_word(b, event_fields[i].name);
		break;
	case VALUE_formats:
		for (size_t i = 0; sink_formats[i]; i++)
			add_word(b, sink_formats[i]->name);
		break;
	case VALUE_sort:
		add_list(b, summary_sort_names());
		break;
	case VALUE_by:
		for (int i = 0; i < FLAME_KEYS; i++)
			add_word(b, flame_key_names[i]);
		break;
	case VALUE_metrics:
		for (int i = 0; i < FLAME_METRICS; i++)
			add_word(b, flame_metrics[i].name);
		break;
	case VALUE_modes:
		add_list(b, "trace, deny, ignore");
		break;
	case VALUE_engines:
		add_list(b, "auto, stop, inline");
		break;
	case VALUE_LISTS:
	case VALUE_pids:
	case VALUE_none:
		break;
	}
}

static void
print_words(const char *assignment, const char *end)
{
	for (int value = 0; value < VALUE_LISTS; value++) {
		struct strbuf b = { 0 };
		add_words(&b, (enum value)value);
		printf(assignment[0] == 's' ? "set -g __iotrace_%s %s%s\n"
					    : "\tlocal %s='%s'%s\n",
		       value_names[value], strbuf_str(&b), end);
		strbuf_fini(&b);
	}
}

/* --- bash --- */

static void
bash_options(void)
{
	for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
		printf("\t%s) options='", forms[f].name);
		const char *blank = "";
		for (int i = 0; i < OPT_COUNT; i++) {
			const struct option_row *row = &option_rows[i];
			if (!(row->where & forms[f].form))
				continue;
			if (row->letter)
				printf("%s-%c", blank, row->letter);
			blank = " ";
			printf("%s--%s%s", row->letter ? " " : blank, row->name,
			       row->argument ? "=" : "");
		}
		printf("' ;;\n");
	}
}

static void
bash_values(void)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		if (!row->argument)
			continue;
		printf("\t");
		if (row->letter)
			printf("-%c | ", row->letter);
		printf("--%s) value=%s ;;\n", row->name, value_names[option_value(i)]);
	}
}

/* --- zsh and fish --- */

/* TEXT inside single quotes, ESCAPES behind a backslash. */
static void
print_quoted(const char *text, const char *quote, const char *escapes)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("%s", quote);
		else if (strchr(escapes, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

/* One specification of _arguments: all of an option's names exclude each other only where
 * it may not be repeated. */
static void
zsh_option(const struct option_row *row, enum value value)
{
	bool repeatable = strstr(row->help, "repeatable");
	for (int is_long = row->letter ? 0 : 1; is_long < 2; is_long++) {
		printf("\t\t'");
		if (repeatable)
			printf("*");
		else if (row->letter)
			printf("(-%c --%s)", row->letter, row->name);
		if (is_long)
			printf("--%s%s[", row->name, row->argument ? "=" : "");
		else
			printf("-%c%s[", row->letter, row->argument ? "+" : "");
		print_quoted(row->help, "'\\''", "[]:\\");
		printf("]");
		if (row->argument) {
			printf(":");
			print_quoted(row->argument, "", "[]:\\");
			printf(":%s%s", value == VALUE_none ? "" : "_iotrace_",
			       value == VALUE_none ? "_default" : value_names[value]);
		}
		printf("'\n");
	}
}

static void
zsh_options(void)
{
	for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
		printf("\t%s) options=(\n", forms[f].name);
		for (int i = 0; i < OPT_COUNT; i++)
			if (option_rows[i].where & forms[f].form)
				zsh_option(&option_rows[i], option_value(i));
		printf("\t) ;;\n");
	}
}

static void
fish_option(const struct option_row *row, enum value value)
{
	printf("complete -c iotrace -n '__iotrace_takes");
	for (size_t f = 0; f < ARRAY_SIZE(forms); f++)
		if (row->where & forms[f].form)
			printf(" %s", forms[f].name);
	printf("'");
	if (row->letter)
		printf(" -s %c", row->letter);
	printf(" -l %s", row->name);
	if (row->argument && value == VALUE_none)
		printf(" -r");
	else if (row->argument)
		printf(" -x -a '(__iotrace_value %s)'", value_names[value]);
	printf(" -d '");
	print_quoted(row->help, "\\'", "\\");
	printf("'\n");
}

static void
fish_options(void)
{
	for (int i = 0; i < OPT_COUNT; i++)
		fish_option(&option_rows[i], option_value(i));
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	bool bash = !strcmp(argv[1], "bash"), fish = !strcmp(argv[1], "fish");
	char line[1024];
	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "@words@\n"))
			print_words(fish ? "set" : "local", "");
		else if (!strcmp(line, "@values@\n"))
			bash_values();
		else if (strcmp(line, "@options@\n") != 0)
			fputs(line, stdout);
		else if (bash)
			bash_options();
		else if (fish)
			fish_options();
		else
			zsh_options();
	}
	return fflush(stdout) || ferror(stdout);
}
