/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the command line: the options as rows, and what is known while parsing.
 */
#ifndef IOTRACE_CLI_OPTIONS_IMPL_H
#define IOTRACE_CLI_OPTIONS_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/strbuf.h"
#include "cli/options.h"

enum option_id {
#define OPTION(id, short_, long_, argument, where, group, help) OPT_##id,
#include "cli/options.def"
	OPT_COUNT
};

enum option_group {
#define OPTION_GROUP(id, title) GROUP_##id,
#include "cli/options.def"
	GROUP_COUNT
};

/* Forms of the command line. */
enum form {
	FORM_RUN = 0x1u,    /* COMMAND or -p */
	FORM_REPORT = 0x2u, /* report */
	FORM_LIST = 0x4u,   /* syscalls */
	FORM_DOCTOR = 0x8u, /* doctor */
	FORM_DEPS = 0x10u,  /* deps */
	FORM_DIFF = 0x20u,  /* diff */
};

/* Which forms take an option. */
enum option_where {
	WHERE_RUN = FORM_RUN | FORM_DEPS,
	WHERE_BOTH = FORM_RUN | FORM_REPORT | FORM_DEPS,
	WHERE_EVENTS = FORM_RUN | FORM_REPORT,
	WHERE_ANY = FORM_RUN | FORM_REPORT | FORM_DEPS | FORM_DIFF,
	WHERE_CHOICE = FORM_RUN | FORM_REPORT | FORM_DIFF,
	WHERE_DIFF = FORM_DIFF,
	WHERE_DEPS = FORM_DEPS | FORM_REPORT,
	WHERE_REPORT = FORM_REPORT,
	WHERE_LIST = FORM_LIST | FORM_DOCTOR,
	WHERE_ALL =
		FORM_RUN | FORM_REPORT | FORM_LIST | FORM_DOCTOR | FORM_DEPS | FORM_DIFF,
};

/* Room for the reason that selection, sampling and filter give. */
#define REASON_MAX 256

struct parse;

struct option_row {
	int letter;	      /* 0: none */
	const char *flag;     /* "--name" */
	const char *name;     /* behind "--" */
	const char *argument; /* as help shows it; NULL: a switch */
	unsigned where;	      /* enum option_where */
	enum option_group group;
	const char *help;
	/* Notes the option; ARG is NULL for a switch, else lives as long as argv. False
	 * after options_fail. */
	bool (*set)(struct parse *, const char *arg);
};

/* options.def. */
extern const struct option_row option_rows[OPT_COUNT];

#define OPTION(id, short_, long_, argument, where, group, help) \
	bool option_set_##id(struct parse *, const char *arg);
#include "cli/options.def"

struct words {
	const char **p; /* owned array of borrowed strings */
	size_t n;
};

struct parse {
	struct options *opt; /* borrowed */
	char *err;	     /* borrowed */
	size_t errlen;
	struct strbuf select, sample; /* the LISTs given, joined with commas */
	struct words paths, comms, outputs;
	const char *format_name;       /* --format, or NULL */
	const struct sink_ops *format; /* that one */
	const char *columns;	       /* --columns, or NULL */
	bool successful, failed, summary, summary_only;
	bool metric; /* --metric was used */
};

/* Says what is wrong, in one line; returns false for the caller to return. */
bool options_fail(struct parse *, const char *fmt, ...) IT_PRINTF(2, 3);

/* Makes opt->outputs and opt->columns of what was given; false after saying why not. */
bool outputs_resolve(struct parse *);

#endif
