/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deps/violations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
violations_init(struct violations *v, const struct deps_rules *rules)
{
	*v = (struct violations){ .rules = rules };
}

void
violations_fini(struct violations *v)
{
	arena_fini(&v->texts);
	free(v->all);
	*v = (struct violations){ 0 };
}

static struct deps_violation *
find(const struct violations *v, const struct deps_violation *like)
{
	for (size_t i = v->n; i-- > 0;) {
		struct deps_violation *w = &v->all[i];
		if (w->rule == like->rule && w->pid == like->pid &&
		    w->call == like->call && w->what.len == like->what.len &&
		    !memcmp(w->what.p, like->what.p, like->what.len))
			return w;
	}
	return NULL;
}

static void
add(struct violations *v, const struct deps_violation *new)
{
	struct deps_violation *old = find(v, new);
	if (old) {
		old->times++;
		return;
	}
	if (v->n == VIOLATIONS_MAX) {
		v->more++;
		return;
	}
	if (v->n == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 16;
		v->all = xreallocarray(v->all, v->cap, sizeof(*v->all));
	}
	v->all[v->n] = *new;
	v->all[v->n].what.p = arena_memdup0(&v->texts, new->what.p, new->what.len);
	v->all[v->n++].times = 1;
}

static void
add_event(struct violations *v, const struct deps_rule *rule, const struct event *ev,
	  struct text what)
{
	struct deps_violation new = {
		.rule = rule, .pid = ev->pid, .call = ev->desc->name, .what = what
	};
	if (event_has(ev, EV_comm))
		snprintf(new.comm, sizeof(new.comm), "%s", ev->comm.p);
	add(v, &new);
}

/* Checks the rules of KIND for a file. */
static void
check(struct violations *v, enum deps_rule_kind kind, const struct event *ev,
      struct text name, struct text cwd)
{
	for (size_t i = 0; v->rules && i < v->rules->n; i++) {
		const struct deps_rule *rule = &v->rules->rules[i];
		if (rule->kind == kind && deps_rule_breaks(rule, name, cwd))
			add_event(v, rule, ev, name);
	}
}

void
violations_read(struct violations *v, const struct event *ev, struct text name,
		struct text cwd)
{
	check(v, DEPS_RULE_NO_READ, ev, name, cwd);
}

void
violations_written(struct violations *v, const struct event *ev, struct text name,
		   struct text cwd)
{
	check(v, DEPS_RULE_NO_WRITE, ev, name, cwd);
}

void
violations_network(struct violations *v, const struct event *ev)
{
	static const char packet[] = "(raw packets)";
	struct text peer = { packet, sizeof(packet) - 1 };
	if (event_has(ev, EV_peer))
		peer = ev->peer;
	for (size_t i = 0; v->rules && i < v->rules->n; i++)
		if (v->rules->rules[i].kind == DEPS_RULE_NO_NETWORK)
			add_event(v, &v->rules->rules[i], ev, peer);
}

void
violations_missing(struct violations *v, const struct deps_file *file, struct text cwd)
{
	for (size_t i = 0; v->rules && i < v->rules->n; i++) {
		const struct deps_rule *rule = &v->rules->rules[i];
		if (rule->kind != DEPS_RULE_NO_FAILED_LOOKUPS ||
		    !deps_rule_breaks(rule, file->name, cwd))
			continue;
		struct deps_violation new = { .rule = rule,
					      .pid = file->seeker.pid,
					      .call = file->seeker.call,
					      .what = file->name };
		memcpy(new.comm, file->seeker.comm, sizeof(new.comm));
		add(v, &new);
	}
}
