/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the tables know of the calls, and of the requests that come with those that
 * submit them. Whatever is needed to read a trace's columns
 * family, kind and bytes is here; how arguments are captured is not.
 */
#include "cli/cmd_syscalls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/complain.h"
#include "base/escape.h"
#include "base/strbuf.h"
#include "table/flags.h"
#include "table/requests.h"
#include "table/selection.h"
#include "table/structs.h"
#include "table/syscall_desc.h"

#define EXIT_FAILED 125

/* One argument as the table writes it: "statbuf:out:stat". */
static void
add_arg_text(struct strbuf *b, const struct arg_desc *arg)
{
	strbuf_addf(b, "%s:%s", arg->name, arg_type_name(arg->type));
	if (arg->set)
		strbuf_addf(b, ":%s", arg->set->name);
	else if (arg->type == ARG_struct || arg->type == ARG_out ||
		 arg->type == ARG_inout)
		strbuf_addf(b, ":%s", struct_name(arg->struct_id));
}

static void
add_row_text(struct strbuf *b, const struct syscall_desc *desc)
{
	strbuf_addf(b, "%-4u %-23s %-8s %-17s %-8s ", desc->nr, desc->name,
		    family_name(desc->family), kind_name(desc->kind),
		    bytes_class_name(desc->bytes));
	if (desc->flags & SYSCALL_OBSOLETE)
		strbuf_adds(b, "(obsolete)");
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (i || desc->flags & SYSCALL_OBSOLETE)
			strbuf_addch(b, ' ');
		add_arg_text(b, &desc->args[i]);
	}
	while (b->len && b->p[b->len - 1] == ' ')
		b->p[--b->len] = '\0';
	strbuf_addch(b, '\n');
}

static void
add_json_string(struct strbuf *b, const char *key, const char *value)
{
	strbuf_addf(b, "\"%s\":\"", key);
	escape_json(b, value, strlen(value));
	strbuf_addch(b, '"');
}

static void
add_arg_json(struct strbuf *b, const struct arg_desc *arg)
{
	strbuf_addch(b, '{');
	add_json_string(b, "name", arg->name);
	strbuf_addch(b, ',');
	add_json_string(b, "type", arg_type_name(arg->type));
	if (arg->set) {
		strbuf_addch(b, ',');
		add_json_string(b, "set", arg->set->name);
	}
	if (struct_name(arg->struct_id)) {
		strbuf_addch(b, ',');
		add_json_string(b, "struct", struct_name(arg->struct_id));
	}
	strbuf_addch(b, '}');
}

static void
add_row_json(struct strbuf *b, const struct syscall_desc *desc)
{
	strbuf_addf(b, "{\"nr\":%u,", desc->nr);
	add_json_string(b, "name", desc->name);
	strbuf_addch(b, ',');
	if (desc->alias) {
		add_json_string(b, "alias", desc->alias);
		strbuf_addch(b, ',');
	}
	add_json_string(b, "family", family_name(desc->family));
	strbuf_addch(b, ',');
	add_json_string(b, "kind", kind_name(desc->kind));
	strbuf_addch(b, ',');
	add_json_string(b, "bytes", bytes_class_name(desc->bytes));
	strbuf_addch(b, ',');
	add_json_string(b, "ret", ret_kind_name(desc->ret));
	strbuf_addf(b, ",\"obsolete\":%s",
		    desc->flags & SYSCALL_OBSOLETE ? "true" : "false");
	strbuf_adds(b, ",\"args\":[");
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (i)
			strbuf_addch(b, ',');
		add_arg_json(b, &desc->args[i]);
	}
	strbuf_addch(b, ']');
	if (desc->note) {
		strbuf_addch(b, ',');
		add_json_string(b, "note", desc->note);
	}
	strbuf_addch(b, '}');
}

/* The requests that the selected calls submit: they have no numbers. */
static void
add_requests_text(struct strbuf *b, const struct selection *sel)
{
	bool first = true;

	for (unsigned op = 0; op < REQUEST_COUNT; op++) {
		const struct syscall_desc *desc = request_desc((enum request_op)op);

		if (!selection_has(sel, desc->nr))
			continue;
		if (first)
			strbuf_addf(b, "\n%-23s %-8s %-17s %-8s %-15s %s\n", "REQUEST",
				    "FAMILY", "KIND", "BYTES", "SELECTED BY", "WHAT");
		first = false;
		strbuf_addf(b, "%-23s %-8s %-17s %-8s %-15s %s\n", desc->name,
			    family_name(desc->family), kind_name(desc->kind),
			    bytes_class_name(desc->bytes), syscall_desc(desc->nr)->name,
			    desc->note);
	}
}

static void
add_request_json(struct strbuf *b, const struct syscall_desc *desc)
{
	strbuf_addch(b, '{');
	add_json_string(b, "request", desc->name);
	strbuf_addch(b, ',');
	add_json_string(b, "selected_by", syscall_desc(desc->nr)->name);
	strbuf_addch(b, ',');
	add_json_string(b, "family", family_name(desc->family));
	strbuf_addch(b, ',');
	add_json_string(b, "kind", kind_name(desc->kind));
	strbuf_addch(b, ',');
	add_json_string(b, "bytes", bytes_class_name(desc->bytes));
	strbuf_addch(b, ',');
	add_json_string(b, "ret", ret_kind_name(desc->ret));
	strbuf_addch(b, ',');
	add_json_string(b, "note", desc->note);
	strbuf_addch(b, '}');
}

static void
add_requests_json(struct strbuf *b, const struct selection *sel)
{
	for (unsigned op = 0; op < REQUEST_COUNT; op++) {
		const struct syscall_desc *desc = request_desc((enum request_op)op);

		if (!selection_has(sel, desc->nr))
			continue;
		strbuf_adds(b, ",\n");
		add_request_json(b, desc);
	}
}

static void
add_table(struct strbuf *b, const struct selection *sel, bool json)
{
	bool first = true;

	if (json)
		strbuf_addch(b, '[');
	else
		strbuf_addf(b, "%-4s %-23s %-8s %-17s %-8s %s\n", "NR", "NAME", "FAMILY",
			    "KIND", "BYTES", "ARGUMENTS");
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		const struct syscall_desc *desc = syscall_desc(nr);

		if (!desc->name || !selection_has(sel, nr))
			continue;
		if (json) {
			strbuf_adds(b, first ? "\n" : ",\n");
			add_row_json(b, desc);
		} else {
			add_row_text(b, desc);
		}
		first = false;
	}
	if (json) {
		add_requests_json(b, sel);
		strbuf_adds(b, "\n]\n");
	} else {
		add_requests_text(b, sel);
	}
}

int
cmd_syscalls(const char *list, bool json)
{
	struct selection sel;
	struct strbuf b = { 0 };
	char err[512];
	int status = 0;

	selection_init(&sel);
	if (selection_add(&sel, list ? list : "all", err, sizeof(err)) < 0) {
		complain("%s", err);
		status = EXIT_FAILED;
	} else if (selection_is_empty(&sel)) {
		complain("%s selects no call", list);
		status = EXIT_FAILED;
	} else {
		add_table(&b, &sel, json);
		if (fwrite(b.p, 1, b.len, stdout) != b.len || fflush(stdout) != 0) {
			complain("standard output: %s", strerror(errno));
			status = EXIT_FAILED;
		}
	}
	strbuf_fini(&b);
	selection_fini(&sel);
	return status;
}
