/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deps/actions.h"

#include <assert.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/xalloc.h"
#include "table/requests.h"

static const struct {
	const char *name;
	enum deps_action action;
} rows[] = {
#define ACTION(action, name) { #name, DEPS_##action },
#include "deps/actions.def"
};

static size_t
request_index(const struct syscall_desc *desc)
{
	return syscall_nr_max + 1 + (size_t)(desc - request_desc((enum request_op)0));
}

void
deps_actions_init(struct deps_actions *a)
{
	a->n = syscall_nr_max + 1 + (size_t)REQUEST_COUNT;
	a->of = xcalloc(a->n, sizeof(*a->of));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct syscall_desc *call = syscall_find(rows[i].name);
		const struct syscall_desc *request = request_find(rows[i].name);
		assert(call || request);
		a->of[call ? call->nr : request_index(request)] =
			(unsigned char)rows[i].action;
	}
}

void
deps_actions_fini(struct deps_actions *a)
{
	free(a->of);
	*a = (struct deps_actions){ 0 };
}

enum deps_action
deps_action(const struct deps_actions *a, const struct event *ev)
{
	if (ev->desc->flags & SYSCALL_UNKNOWN)
		return DEPS_NOTHING;
	if (ev->desc->flags & SYSCALL_REQUEST)
		return (enum deps_action)a->of[request_index(ev->desc)];
	return ev->words ? (enum deps_action)a->of[ev->desc->nr] : DEPS_NOTHING;
}

void
deps_actions_list(struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (syscall_find(rows[i].name))
			strbuf_addf(out, "%s,", rows[i].name);
	/* What hands requests to the kernel. */
	strbuf_adds(out, "AIO");
}
