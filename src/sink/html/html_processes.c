/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes as a tree, each with a bar that shows when it lived. Of very many the
 * busiest are shown, below the nearest ancestor that is.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/escape.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/html/html.h"
#include "sink/html/html_put.h"

#define SHOWN_MAX 400u
#define DEPTH_MAX 24u /* what is deeper stands at this depth: browsers have limits, too \
		       */

/* Links by number of the process; NONE ends a list. */
#define NONE UINT32_MAX

struct node {
	bool shown;
	uint32_t first, last, next; /* children that are shown; brothers */
};

struct tree {
	const struct html *h;
	const struct proctree *t;
	struct node *nodes; /* owned; the one behind the last is the root */
	size_t left_out;
};

/* A process that does nothing is shown for its children's sake. */
static int
busier(const void *va, const void *vb)
{
	const struct process *a = *(const struct process *const *)va;
	const struct process *b = *(const struct process *const *)vb;
	if (a->calls != b->calls)
		return a->calls < b->calls ? 1 : -1;
	return a < b ? -1 : a > b;
}

static void
choose(struct tree *tree)
{
	const struct proctree *t = tree->t;
	const struct process **sorted = xcalloc(t->n + 1, sizeof(*sorted));
	for (size_t i = 0; i < t->n; i++)
		sorted[i] = &t->p[i];
	qsort(sorted, t->n, sizeof(sorted[0]), busier);
	for (size_t i = 0; i < t->n && i < SHOWN_MAX; i++)
		tree->nodes[sorted[i] - t->p].shown = true;
	tree->left_out = t->n > SHOWN_MAX ? t->n - SHOWN_MAX : 0;
	free(sorted);
}

static void
link_nodes(struct tree *tree)
{
	const struct proctree *t = tree->t;
	for (size_t i = 0; i <= t->n; i++)
		tree->nodes[i].first = tree->nodes[i].last = tree->nodes[i].next = NONE;
	for (size_t i = 0; i < t->n; i++) {
		if (!tree->nodes[i].shown)
			continue;
		uint32_t above = t->p[i].parent; /* plus 1 */
		while (above && !tree->nodes[above - 1].shown)
			above = t->p[above - 1].parent;
		struct node *parent = &tree->nodes[above ? above - 1 : t->n];
		if (parent->first == NONE)
			parent->first = (uint32_t)i;
		else
			tree->nodes[parent->last].next = (uint32_t)i;
		parent->last = (uint32_t)i;
	}
}

static void
put_life(struct strbuf *b, const struct html *h, const struct process *p)
{
	uint64_t end = p->end_ns ? p->end_ns : h->start_ns + h->wall_ns;
	if (!h->wall_ns || p->start_ns < h->start_ns || end < p->start_ns)
		return;
	double from = 100 * (double)(p->start_ns - h->start_ns) / (double)h->wall_ns;
	double len = 100 * (double)(end - p->start_ns) / (double)h->wall_ns;
	if (from > 100)
		from = 100;
	if (from + len > 100)
		len = 100 - from;
	strbuf_addf(b,
		    "<span class=\"life\" aria-hidden=\"true\"><span style=\"margin-left:"
		    "%.2f%%;width:%.2f%%\"></span></span>",
		    from, len);
}

static void
put_status(struct strbuf *b, const struct process *p)
{
	if (!p->end_ns)
		strbuf_adds(b, ", still running at the end");
	else if (WIFSIGNALED(p->status))
		strbuf_addf(b, ", <b>killed by SIG%s</b>",
			    sigabbrev_np(WTERMSIG(p->status))
				    ? sigabbrev_np(WTERMSIG(p->status))
				    : "?");
	else if (WIFEXITED(p->status) && WEXITSTATUS(p->status))
		strbuf_addf(b, ", <b>exit status %d</b>", WEXITSTATUS(p->status));
}

static void
put_process(struct strbuf *b, const struct html *h, const struct process *p)
{
	strbuf_adds(b, "<span class=\"line\"><span class=\"words\"><b><bdi>");
	if (p->comm[0])
		escape_xml(b, p->comm, strlen(p->comm));
	else
		strbuf_adds(b, "process");
	strbuf_addf(b, "</bdi></b> <small>(%d)</small> <span class=\"detail\">", p->pid);
	if (p->program) {
		html_name(b, (struct text){ p->program, strlen(p->program) });
		strbuf_adds(b, " ");
	}
	if (p->end_ns > p->start_ns) {
		units_add_time(b, p->end_ns - p->start_ns);
		strbuf_adds(b, ", ");
	}
	html_n(b, p->calls, "call");
	if (p->threads > 1) {
		strbuf_adds(b, ", ");
		html_n(b, p->threads, "thread");
	}
	if (p->bytes_read) {
		strbuf_adds(b, ", read ");
		units_add_bytes(b, p->bytes_read);
	}
	if (p->bytes_written) {
		strbuf_adds(b, ", wrote ");
		units_add_bytes(b, p->bytes_written);
	}
	if (p->ns) {
		strbuf_adds(b, ", in calls ");
		units_add_time(b, p->ns);
	}
	put_status(b, p);
	strbuf_adds(b, "</span></span>");
	put_life(b, h, p);
	strbuf_adds(b, "</span>");
}

/* Depth first; UP is the way back to the root. */
static void
put_nodes(struct strbuf *b, const struct tree *tree)
{
	uint32_t *up = xcalloc(tree->t->n + 1, sizeof(*up));
	uint32_t at = tree->nodes[tree->t->n].first;
	size_t depth = 0;
	strbuf_adds(b, "<ul class=\"tree\">\n");
	while (at != NONE) {
		const struct node *node = &tree->nodes[at];
		bool opens = node->first != NONE;
		strbuf_adds(b, opens && depth < DEPTH_MAX ? "<li><details open><summary>"
							  : "<li>");
		put_process(b, tree->h, &tree->t->p[at]);
		if (opens && depth < DEPTH_MAX)
			strbuf_adds(b, "</summary><ul>\n");
		else
			strbuf_adds(b, "</li>\n");
		if (opens) {
			up[depth++] = at;
			at = node->first;
			continue;
		}
		at = node->next;
		while (at == NONE && depth) {
			if (depth-- <= DEPTH_MAX)
				strbuf_adds(b, "</ul></details></li>\n");
			at = tree->nodes[up[depth]].next;
		}
	}
	strbuf_adds(b, "</ul>\n");
	free(up);
}

void
html_processes(struct strbuf *b, const struct html *h)
{
	struct tree tree = { .h = h, .t = h->proctree };
	strbuf_adds(b, "<section id=\"processes\" aria-labelledby=\"processes-h\">\n"
		       "<h2 id=\"processes-h\">Process tree</h2>\n");
	if (!tree.t->n) {
		strbuf_adds(b, "<p>None.</p>\n</section>\n");
		return;
	}
	strbuf_adds(b, "<p>Who started whom, in the order of their starts. The bar is a "
		       "process&#8217;s life within the run.</p>\n");
	tree.nodes = xcalloc(tree.t->n + 1, sizeof(*tree.nodes));
	choose(&tree);
	link_nodes(&tree);
	put_nodes(b, &tree);
	if (tree.left_out || tree.t->more) {
		strbuf_adds(b, "<p>");
		units_add_count(b, tree.left_out + tree.t->more);
		strbuf_adds(
			b, " processes with fewer calls are not shown; where a parent is "
			   "among them, its children stand below the next one up.</p>\n");
	}
	strbuf_adds(b, "</section>\n");
	free(tree.nodes);
}
