/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events added up as a tree of frames: what flame graphs and collapsed stacks are made
 * of. Each event is a path from the root, a frame for each item of --by; a node holds the
 * sum of the events below it in every metric. Memory is bounded whatever the traced
 * programs do: frames that find no room join their parent's child FLAME_OTHER, and no sum
 * is lost.
 */
#ifndef IOTRACE_AGG_FLAME_H
#define IOTRACE_AGG_FLAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "event/event.h"

enum flame_key {
#define FLAME_KEY(id, help) FLAME_KEY_##id,
#include "agg/flame_keys.def"
	FLAME_KEYS
};

enum flame_metric {
#define FLAME_METRIC(id, noun, help) FLAME_METRIC_##id,
#include "agg/flame_keys.def"
	FLAME_METRICS
};

struct flame_metric_desc {
	const char *name;
	const char *noun; /* what its numbers are: "calls", "ns", "bytes" */
	const char *help;
};

extern const struct flame_metric_desc flame_metrics[FLAME_METRICS];
/* Names of the keys, as in --by. */
extern const char *const flame_key_names[FLAME_KEYS];

/* The metric called NAME, or -1. */
int flame_metric_find(const char *name);

/* The key called NAME of LEN bytes, or -1. */
int flame_key_find(const char *name, size_t len);

/* Frames from the root on: which and how many. */
struct flame_by {
	enum flame_key keys[FLAME_KEYS]; /* each at most once */
	size_t n;			 /* at least 1 */
};

/* comm,path,syscall: who did what to which file. And comm,tree,syscall for pictures,
 * where thousands of files of one directory need a frame that tells them. */
extern const struct flame_by flame_by_default, flame_by_picture;

bool flame_by_has(const struct flame_by *, enum flame_key) IT_PURE;

/* The columns that flame_add reads, for sink_ops.reads. */
#define FLAME_READS \
	(EVENT_BIT(latency_ns) | EVENT_BIT(comm) | EVENT_BIT(pid) | EVENT_BIT(tid) | \
	 EVENT_BIT(syscall) | EVENT_BIT(family) | EVENT_BIT(ret) | EVENT_BIT(bytes) | \
	 EVENT_BIT(requested) | EVENT_BIT(file) | EVENT_BIT(flags) | EVENT_BIT(stack))

struct flame_limits {
	size_t max_nodes;  /* FLAME_OTHER nodes come on top, at most one a node */
	size_t name_bytes; /* of frames' names, each kept once */
	size_t max_depth; /* frames of an event, up to FLAME_DEPTH_MAX; the rest is cut */
};

#define FLAME_DEPTH_MAX 512u	   /* the default, and the most */
#define FLAME_NONE	UINT32_MAX /* no node */
#define FLAME_ROOT	0u	   /* the node of all events; it has no name */
#define FLAME_OTHER	"[other]"  /* what found no room */

struct istr;

struct flame_node {
	struct istr *name;		    /* counted; NULL: the root */
	uint32_t parent, first_child, next; /* nodes, or FLAME_NONE; children unsorted */
	uint32_t recent;		    /* the child last asked for, or FLAME_NONE */
	uint8_t key; /* enum flame_key that made it; FLAME_KEYS: the root, FLAME_OTHER */
	uint64_t v[FLAME_METRICS]; /* of this frame and all on top of it */
};

struct flame;

/* LIMITS may be NULL for those that keep a tree below 48 MiB. */
struct flame *flame_new(const struct flame_by *, const struct flame_limits *limits);
void flame_free(struct flame *); /* NULL is allowed */

/*
 * Adds an event. Frames that it has no value for are left out; one that has none at all
 * is [unknown]. A call that was sampled out (EVENT_COUNTED_ONLY) adds to count and
 * latency alone, and stands under [counted only] in place of its file, flags and stack.
 * Latency is that of calls that returned.
 */
void flame_add(struct flame *, const struct event *);

const struct flame_by *flame_by(const struct flame *) IT_PURE;

/* Nodes are numbered 0 to flame_size - 1, a parent always before its children. */
size_t flame_size(const struct flame *) IT_PURE;

/* Node I; borrowed until the next flame_add. */
const struct flame_node *flame_node(const struct flame *, uint32_t i) IT_PURE;

/* The bytes of a frame as the traced program chose them; borrowed. */
struct text flame_name(const struct flame_node *) IT_PURE;

/* How many events found no room and went to FLAME_OTHER. */
uint64_t flame_folded(const struct flame *) IT_PURE;

/*
 * The children of node I with a value of METRIC, largest first, equal ones by name:
 * writes their numbers to *CHILDREN, an array of *CAP that is grown as needed (owned by
 * the caller, NULL and 0 at first). Returns how many there are.
 */
size_t flame_children(const struct flame *, uint32_t i, enum flame_metric,
		      uint32_t **children, size_t *cap);

/* What node I has of METRIC that no child of it has: events that end there. */
uint64_t flame_self(const struct flame *, uint32_t i, enum flame_metric) IT_PURE;

#endif
