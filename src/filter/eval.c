/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter as an object: conditions are added to one conjunction, events are tried
 * against it. Per event nothing is allocated; the recursion is as deep as the tree, which
 * FILTER_DEPTH_MAX bounds.
 */
#include "filter/filter_impl.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct filter *
filter_new(void)
{
	struct filter *f = xcalloc(1, sizeof(*f));
	f->root = filter_node_new(f, NODE_AND);
	return f;
}

void
filter_free(struct filter *f)
{
	if (!f)
		return;
	arena_fini(&f->arena);
	free(f);
}

struct filter_node *
filter_node_new(struct filter *f, enum node_kind kind)
{
	struct filter_node *node = arena_alloc(&f->arena, sizeof(*node));
	*node = (struct filter_node){ .kind = kind };
	return node;
}

/* The columns NODE and what is below it read, as bits. */
static uint64_t
node_reads(const struct filter_node *node)
{
	uint64_t reads = 0;
	switch (node->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
		for (const struct filter_node *c = node->child; c; c = c->next)
			reads |= node_reads(c);
		break;
	case NODE_NUM:
	case NODE_TEXT:
	case NODE_GLOB:
		reads = UINT64_C(1) << node->field;
		break;
	case NODE_SUCCEEDED:
	case NODE_FAILED:
		reads = UINT64_C(1) << EV_ret | UINT64_C(1) << EV_error;
		break;
	}
	return reads;
}

void
filter_narrow(struct filter *f, struct filter_node *node)
{
	f->reads |= node_reads(node);
	if (f->last)
		f->last->next = node;
	else
		f->root->child = node;
	f->last = node;
}

static struct filter_node *
glob_node(struct filter *f, enum event_field_id field, const char *glob)
{
	struct filter_node *node = filter_node_new(f, NODE_GLOB);
	node->field = field;
	node->cmp = CMP_EQ;
	node->text.len = strlen(glob);
	node->text.p = arena_memdup0(&f->arena, glob, node->text.len);
	return node;
}

/* Narrows by: any of the N globs matches any of the NFIELDS columns. */
static void
add_globs(struct filter *f, const enum event_field_id *fields, size_t nfields,
	  const char *const *globs, size_t n)
{
	if (!n)
		return;
	struct filter_node *any = filter_node_new(f, NODE_OR);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < nfields; k++) {
			struct filter_node *node = glob_node(f, fields[k], globs[i]);
			node->next = any->child;
			any->child = node;
		}
	filter_narrow(f, any);
}

void
filter_add_paths(struct filter *f, const char *const *globs, size_t n)
{
	static const enum event_field_id fields[] = { EV_old_file, EV_file };
	add_globs(f, fields, ARRAY_SIZE(fields), globs, n);
}

void
filter_add_comms(struct filter *f, const char *const *globs, size_t n)
{
	static const enum event_field_id fields[] = { EV_comm };
	add_globs(f, fields, ARRAY_SIZE(fields), globs, n);
}

void
filter_add_successful(struct filter *f)
{
	filter_narrow(f, filter_node_new(f, NODE_SUCCEEDED));
}

void
filter_add_failed(struct filter *f)
{
	filter_narrow(f, filter_node_new(f, NODE_FAILED));
}

void
filter_add_slower(struct filter *f, uint64_t ns)
{
	struct filter_node *node = filter_node_new(f, NODE_NUM);
	node->field = EV_latency_ns;
	node->cmp = CMP_GT;
	node->num.magnitude = ns;
	filter_narrow(f, node);
}

bool
filter_reads(const struct filter *f, enum event_field_id id)
{
	return f->reads >> id & 1;
}

static struct number
column_number(const struct event *ev, enum event_field_id id)
{
	int64_t v = event_field_num(ev, id);
	if (event_fields[id].type != FIELD_U64 && v < 0)
		return (struct number){ .negative = true, .magnitude = -(uint64_t)v };
	return (struct number){ .magnitude = (uint64_t)v };
}

/* Below, at or above 0 as A is less than, equal to or more than B. */
static int
number_cmp(struct number a, struct number b)
{
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	int up = (a.magnitude > b.magnitude) - (a.magnitude < b.magnitude);
	return a.negative ? -up : up;
}

static bool
compare_holds(enum compare cmp, int order)
{
	switch (cmp) {
	case CMP_EQ:
		return order == 0;
	case CMP_NE:
		return order != 0;
	case CMP_LT:
		return order < 0;
	case CMP_LE:
		return order <= 0;
	case CMP_GT:
		return order > 0;
	case CMP_GE:
		return order >= 0;
	}
	assert(0 && "no such comparison");
	return false;
}

static bool
text_holds(const struct filter_node *node, const struct event *ev)
{
	struct text v = event_field_text(ev, node->field);
	if (!v.p)
		return false;
	bool same;
	if (node->kind == NODE_GLOB)
		same = glob_match(node->text.p, node->text.len, v.p, v.len);
	else
		same = v.len == node->text.len && !memcmp(v.p, node->text.p, v.len);
	return same == (node->cmp == CMP_EQ);
}

static bool
node_holds(const struct filter_node *node, const struct event *ev)
{
	switch (node->kind) {
	case NODE_AND:
		for (const struct filter_node *c = node->child; c; c = c->next)
			if (!node_holds(c, ev))
				return false;
		return true;
	case NODE_OR:
		for (const struct filter_node *c = node->child; c; c = c->next)
			if (node_holds(c, ev))
				return true;
		return false;
	case NODE_NOT:
		return !node_holds(node->child, ev);
	case NODE_NUM:
		return event_has(ev, node->field) &&
		       compare_holds(node->cmp, number_cmp(column_number(ev, node->field),
							   node->num));
	case NODE_TEXT:
	case NODE_GLOB:
		return text_holds(node, ev);
	case NODE_SUCCEEDED:
		/* the program of an interrupted call got EINTR: neither success nor,
		 * by its return code, failure */
		return event_has(ev, EV_ret) && !ev->errnum &&
		       !(ev->event_flags & EVENT_INTERRUPTED);
	case NODE_FAILED:
		return ev->errnum != 0;
	}
	assert(0 && "no such node");
	return false;
}

bool
filter_pass(const struct filter *f, const struct event *ev)
{
	return node_holds(f->root, ev);
}
