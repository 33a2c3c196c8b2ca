/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes lie in one array and are found by parent, key and name through an open-addressing
 * index of node numbers. Events come in runs that look alike, so each node remembers the
 * child that was last asked for, which spares most look-ups.
 */
#include "agg/flame.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agg/agg.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#define INDEX_FIRST 64u

static const struct flame_limits default_limits = {
	.max_nodes = 1u << 18,
	.name_bytes = 16u << 20,
	.max_depth = FLAME_DEPTH_MAX,
};

const struct flame_metric_desc flame_metrics[FLAME_METRICS] = {
#define FLAME_METRIC(id, noun_, help_) [FLAME_METRIC_##id] = { #id, noun_, help_ },
#include "agg/flame_keys.def"
};

const char *const flame_key_names[FLAME_KEYS] = {
#define FLAME_KEY(id, help) [FLAME_KEY_##id] = #id,
#include "agg/flame_keys.def"
};

const struct flame_by flame_by_default = {
	.keys = { FLAME_KEY_comm, FLAME_KEY_path, FLAME_KEY_syscall },
	.n = 3,
};

const struct flame_by flame_by_picture = {
	.keys = { FLAME_KEY_comm, FLAME_KEY_tree, FLAME_KEY_syscall },
	.n = 3,
};

struct flame {
	struct flame_by by;
	struct flame_limits limits;
	struct intern_pool *pool; /* owned */
	struct flame_node *nodes; /* owned */
	size_t n, cap;
	size_t others;	   /* of n: FLAME_OTHER nodes */
	size_t name_bytes; /* of distinct names */
	uint32_t *index;   /* owned: node numbers by hash, FLAME_ROOT is free */
	size_t index_cap;  /* a power of two */
	uint64_t folded;
	struct strbuf scratch; /* a name being built */
};

int
flame_metric_find(const char *name)
{
	for (int i = 0; i < FLAME_METRICS; i++)
		if (!strcmp(flame_metrics[i].name, name))
			return i;
	return -1;
}

int
flame_key_find(const char *name, size_t len)
{
	for (int i = 0; i < FLAME_KEYS; i++)
		if (strlen(flame_key_names[i]) == len &&
		    !memcmp(flame_key_names[i], name, len))
			return i;
	return -1;
}

bool
flame_by_has(const struct flame_by *by, enum flame_key key)
{
	for (size_t i = 0; i < by->n; i++)
		if (by->keys[i] == key)
			return true;
	return false;
}

/* --- the tree --- */

static struct flame_node *
node_new(struct flame *f, uint32_t parent, unsigned key, struct istr *name)
{
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : INDEX_FIRST;
		f->nodes = xreallocarray(f->nodes, f->cap, sizeof(f->nodes[0]));
	}
	struct flame_node *node = &f->nodes[f->n++];
	*node = (struct flame_node){ .name = name,
				     .parent = parent,
				     .first_child = FLAME_NONE,
				     .next = FLAME_NONE,
				     .recent = FLAME_NONE,
				     .key = (uint8_t)key };
	if (parent != FLAME_NONE) {
		node->next = f->nodes[parent].first_child;
		f->nodes[parent].first_child = (uint32_t)f->n - 1;
	}
	return node;
}

struct flame *
flame_new(const struct flame_by *by, const struct flame_limits *limits)
{
	struct flame *f = xcalloc(1, sizeof(*f));
	f->by = *by;
	f->limits = limits ? *limits : default_limits;
	assert(f->limits.max_depth <= FLAME_DEPTH_MAX);
	f->pool = intern_pool_new();
	node_new(f, FLAME_NONE, FLAME_KEYS, NULL);
	return f;
}

void
flame_free(struct flame *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		istr_unref(f->nodes[i].name);
	intern_pool_free(f->pool);
	free(f->nodes);
	free(f->index);
	strbuf_fini(&f->scratch);
	free(f);
}

/* Names are interned, so a child is known by three words. */
static size_t
child_hash(uint32_t parent, unsigned key, const struct istr *name)
{
	uint64_t h = (uint64_t)parent * FLAME_KEYS + key;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + name->hash;
	h ^= h >> 29;
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(h ^ h >> 32);
}

/* The index slot of the child, or the free one where it would go. Never full. */
static uint32_t *
index_slot(const struct flame *f, uint32_t parent, unsigned key, const struct istr *name)
{
	size_t i = child_hash(parent, key, name) & (f->index_cap - 1);
	for (; f->index[i]; i = (i + 1) & (f->index_cap - 1)) {
		const struct flame_node *node = &f->nodes[f->index[i]];
		if (node->parent == parent && node->key == key && node->name == name)
			break;
	}
	return &f->index[i];
}

static void
index_grow(struct flame *f)
{
	f->index_cap = f->index_cap ? f->index_cap * 2 : INDEX_FIRST;
	free(f->index);
	f->index = xcalloc(f->index_cap, sizeof(*f->index));
	for (uint32_t i = 1; i < f->n; i++) {
		const struct flame_node *node = &f->nodes[i];
		*index_slot(f, node->parent, node->key, node->name) = i;
	}
}

static bool
name_is(const struct istr *name, struct text t)
{
	return name->len == t.len && !memcmp(name->s, t.p, t.len);
}

/* The child of PARENT for KEY called NAME; FLAME_NONE if there is no room to make it. The
 * child FLAME_OTHER, of key FLAME_KEYS, is always made. */
static uint32_t
child_get(struct flame *f, uint32_t parent, unsigned key, struct text name)
{
	uint32_t recent = f->nodes[parent].recent;
	if (recent != FLAME_NONE && f->nodes[recent].key == key &&
	    name_is(f->nodes[recent].name, name))
		return recent;
	if (f->n * 4 >= f->index_cap * 3)
		index_grow(f);
	struct istr *s = intern(f->pool, name.p, name.len);
	uint32_t *slot = index_slot(f, parent, key, s);
	if (!*slot) {
		size_t bytes = s->refs == 1 ? sizeof(*s) + s->len + 1 : 0;
		bool full = f->n - f->others >= f->limits.max_nodes ||
			    f->name_bytes + bytes > f->limits.name_bytes;
		if (full && key != FLAME_KEYS) {
			istr_unref(s);
			return FLAME_NONE;
		}
		f->name_bytes += bytes;
		f->others += key == FLAME_KEYS;
		*slot = (uint32_t)f->n;
		node_new(f, parent, key, istr_ref(s));
	}
	istr_unref(s);
	f->nodes[parent].recent = *slot;
	return *slot;
}

/* --- an event's way through it --- */

/* Where an event is on its way, and what it brings along. */
struct walk {
	struct flame *f;
	uint32_t at;
	size_t depth;
	bool full; /* it met no room: it ends here */
	uint64_t v[FLAME_METRICS];
};

static void
enter(struct walk *w, uint32_t child)
{
	w->at = child;
	w->depth++;
	for (size_t i = 0; i < FLAME_METRICS; i++)
		w->f->nodes[child].v[i] += w->v[i];
}

static void
put_frame(struct walk *w, unsigned key, struct text name)
{
	if (w->full || !name.p || !name.len)
		return;
	uint32_t child = FLAME_NONE;
	if (w->depth < w->f->limits.max_depth)
		child = child_get(w->f, w->at, key, name);
	if (child == FLAME_NONE) {
		w->full = true;
		w->f->folded++;
		child = child_get(w->f, w->at, FLAME_KEYS,
				  (struct text){ FLAME_OTHER, strlen(FLAME_OTHER) });
	}
	enter(w, child);
}

static void
put_literal(struct walk *w, unsigned key, const char *name)
{
	put_frame(w, key, (struct text){ name, strlen(name) });
}

/* A frame's line is "MODULE(SYMBOL+0xOFF) [0xADDRESS]" (capture/unwind.h): the function
 * is what adds up. Without a symbol it is "[MODULE]", without the directory. */
static void
put_stack_frame(struct walk *w, const char *line, size_t len)
{
	struct text whole = { line, len };
	const char *end = memrchr(line, '[', len);
	if (!end || end < line + 2 || memcmp(end - 2, ") ", 2) != 0) {
		put_frame(w, FLAME_KEY_stack, whole);
		return;
	}
	end -= 2; /* at the closing parenthesis */
	const char *open = memrchr(line, '(', (size_t)(end - line));
	if (!open) {
		put_frame(w, FLAME_KEY_stack, whole);
		return;
	}
	const char *symbol = open + 1;
	const char *plus = memrchr(symbol, '+', (size_t)(end - symbol));
	size_t n = (size_t)((plus ? plus : end) - symbol);
	if (n) {
		put_frame(w, FLAME_KEY_stack, (struct text){ symbol, n });
		return;
	}
	const char *slash = memrchr(line, '/', (size_t)(open - line));
	const char *module = slash ? slash + 1 : line;
	struct strbuf *b = &w->f->scratch;
	strbuf_reset(b);
	bool bracketed = *module == '['; /* [vdso] */
	strbuf_adds(b, bracketed ? "" : "[");
	strbuf_addmem(b, module, (size_t)(open - module));
	strbuf_adds(b, bracketed ? "" : "]");
	put_frame(w, FLAME_KEY_stack, (struct text){ b->p, b->len });
}

/* The lines come innermost first. */
static void
put_stack(struct walk *w, struct text stack)
{
	size_t end = stack.len;
	while (end && !w->full) {
		const char *nl = memrchr(stack.p, '\n', end);
		size_t start = nl ? (size_t)(nl + 1 - stack.p) : 0;
		if (start < end)
			put_stack_frame(w, stack.p + start, end - start);
		end = nl ? start - 1 : 0;
	}
}

/* "/a/b" as "/", "a/", "b"; what is not absolute below what agg_directory() makes of it.
 */
static void
put_tree(struct walk *w, struct text file)
{
	struct text dir = agg_directory(file, &w->f->scratch);
	if (dir.p[0] != '/') {
		put_frame(w, FLAME_KEY_dir, dir);
		put_frame(w, FLAME_KEY_tree, file);
		return;
	}
	const char *p = file.p, *end = file.p + file.len;
	while (p < end) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		const char *next = slash ? slash + 1 : end;
		put_frame(w, FLAME_KEY_tree, (struct text){ p, (size_t)(next - p) });
		p = next;
	}
}

static void
put_id(struct walk *w, unsigned key, int32_t id)
{
	char s[16];
	int n = snprintf(s, sizeof(s), "%d", (int)id);
	put_frame(w, key, (struct text){ s, (size_t)n });
}

static void
put_key(struct walk *w, enum flame_key key, const struct event *ev)
{
	switch (key) {
	case FLAME_KEY_comm:
		put_frame(w, key, event_field_text(ev, EV_comm));
		break;
	case FLAME_KEY_path:
	case FLAME_KEY_file:
		put_frame(w, key, event_field_text(ev, EV_file));
		break;
	case FLAME_KEY_tree:
		if (event_has(ev, EV_file))
			put_tree(w, ev->file);
		break;
	case FLAME_KEY_dir:
		if (event_has(ev, EV_file))
			put_frame(w, key, agg_directory(ev->file, &w->f->scratch));
		break;
	case FLAME_KEY_syscall:
		put_frame(w, key, event_field_text(ev, EV_syscall));
		break;
	case FLAME_KEY_family:
		put_frame(w, key, event_field_text(ev, EV_family));
		break;
	case FLAME_KEY_pid:
		put_id(w, key, ev->pid);
		break;
	case FLAME_KEY_tid:
		put_id(w, key, ev->tid);
		break;
	case FLAME_KEY_stack:
		if (event_has(ev, EV_stack))
			put_stack(w, ev->stack);
		break;
	case FLAME_KEY_flags:
		put_frame(w, key, event_field_text(ev, EV_flags));
		break;
	case FLAME_KEYS:
		break;
	}
}

/* What is known of every call, also of those that only count. */
static bool
key_is_of_call(enum flame_key key)
{
	return key == FLAME_KEY_comm || key == FLAME_KEY_syscall ||
	       key == FLAME_KEY_family || key == FLAME_KEY_pid || key == FLAME_KEY_tid;
}

static void
take_values(struct walk *w, const struct event *ev)
{
	w->v[FLAME_METRIC_count] = 1;
	/* A call without a result has no time either: it never came back. */
	if (event_has(ev, EV_ret) && event_has(ev, EV_latency_ns))
		w->v[FLAME_METRIC_latency] = ev->latency_ns;
	if (ev->event_flags & EVENT_COUNTED_ONLY)
		return;
	if (event_has(ev, EV_bytes))
		w->v[FLAME_METRIC_bytes] = ev->bytes;
	if (event_has(ev, EV_requested))
		w->v[FLAME_METRIC_requested] = ev->requested;
}

void
flame_add(struct flame *f, const struct event *ev)
{
	struct walk w = { .f = f, .at = FLAME_ROOT };
	struct flame_node *root = &f->nodes[FLAME_ROOT];
	take_values(&w, ev);
	/* No node exceeds the root, so no sum runs over, whatever a recording claims. */
	for (size_t i = 0; i < FLAME_METRICS; i++) {
		if (w.v[i] > UINT64_MAX - root->v[i])
			w.v[i] = UINT64_MAX - root->v[i];
		root->v[i] += w.v[i];
	}
	bool counted_only = ev->event_flags & EVENT_COUNTED_ONLY, said = false;
	for (size_t i = 0; i < f->by.n; i++) {
		enum flame_key key = f->by.keys[i];
		if (!counted_only || key_is_of_call(key)) {
			put_key(&w, key, ev);
		} else if (!said) {
			put_literal(&w, key, "[counted only]");
			said = true;
		}
	}
	if (w.at == FLAME_ROOT)
		put_literal(&w, f->by.keys[0], "[unknown]");
}

/* --- reading it --- */

const struct flame_by *
flame_by(const struct flame *f)
{
	return &f->by;
}

size_t
flame_size(const struct flame *f)
{
	return f->n;
}

const struct flame_node *
flame_node(const struct flame *f, uint32_t i)
{
	assert(i < f->n);
	return &f->nodes[i];
}

struct text
flame_name(const struct flame_node *node)
{
	if (!node->name)
		return (struct text){ "", 0 };
	return (struct text){ node->name->s, node->name->len };
}

uint64_t
flame_folded(const struct flame *f)
{
	return f->folded;
}

struct order {
	const struct flame_node *nodes;
	enum flame_metric metric;
};

static int
compare(const void *pa, const void *pb, void *arg)
{
	const struct order *o = arg;
	const struct flame_node *a = &o->nodes[*(const uint32_t *)pa];
	const struct flame_node *b = &o->nodes[*(const uint32_t *)pb];
	if (a->v[o->metric] != b->v[o->metric])
		return a->v[o->metric] > b->v[o->metric] ? -1 : 1;
	size_t n = a->name->len < b->name->len ? a->name->len : b->name->len;
	int c = memcmp(a->name->s, b->name->s, n);
	if (c)
		return c;
	if (a->name->len != b->name->len)
		return a->name->len < b->name->len ? -1 : 1;
	return (int)a->key - (int)b->key;
}

size_t
flame_children(const struct flame *f, uint32_t i, enum flame_metric metric,
	       uint32_t **children, size_t *cap)
{
	size_t n = 0;
	for (uint32_t c = f->nodes[i].first_child; c != FLAME_NONE;
	     c = f->nodes[c].next) {
		if (!f->nodes[c].v[metric])
			continue;
		if (n == *cap) {
			*cap = *cap ? *cap * 2 : INDEX_FIRST;
			*children = xreallocarray(*children, *cap, sizeof(**children));
		}
		(*children)[n++] = c;
	}
	struct order order = { .nodes = f->nodes, .metric = metric };
	if (n > 1)
		qsort_r(*children, n, sizeof(**children), compare, &order);
	return n;
}

uint64_t
flame_self(const struct flame *f, uint32_t i, enum flame_metric metric)
{
	uint64_t self = f->nodes[i].v[metric];
	for (uint32_t c = f->nodes[i].first_child; c != FLAME_NONE; c = f->nodes[c].next)
		self -= f->nodes[c].v[metric];
	return self;
}
