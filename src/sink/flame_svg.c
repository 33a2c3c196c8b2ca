/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames are drawn depth first, largest child first, which flame.js relies on. Each is an
 * <svg> of its own, so that no text, however odd, leaves its frame. Names are of traced
 * programs: they pass through escape_xml() and stand in text only, never in script, style
 * or attributes.
 */
#include "sink/flame_svg.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/hash.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "sink/outfile.h"

#define WIDTH	   1200u /* of the picture; the script fits it to the window */
#define MARGIN	   10u
#define ROW	   18u
#define HEAD	   74u	/* above the first row */
#define THIN	   4u	/* px from which a frame has room for a border */
#define HEAD_SIZE  1.25 /* of the title, see flame.css */
#define CELL_WIDTH 7.23 /* of a character at 12px: 0.602 em in most monospace fonts */

#define ELLIPSIS   "\xe2\x80\xa6"

static const char script[] =
#include <flame.js.inc>
	;

static const char style[] =
#include <flame.css.inc>
	;

/* Hues of the keys, apart from each other; names are told apart by SHADES of it. */
static const struct {
	unsigned hue, saturation;
} fills[FLAME_KEYS + 1] = {
	[FLAME_KEY_comm] = { 265, 50 },	  [FLAME_KEY_path] = { 205, 60 },
	[FLAME_KEY_file] = { 205, 60 },	  [FLAME_KEY_tree] = { 205, 60 },
	[FLAME_KEY_dir] = { 175, 45 },	  [FLAME_KEY_syscall] = { 28, 75 },
	[FLAME_KEY_family] = { 340, 55 }, [FLAME_KEY_pid] = { 95, 40 },
	[FLAME_KEY_tid] = { 130, 35 },	  [FLAME_KEY_stack] = { 46, 80 },
	[FLAME_KEY_flags] = { 300, 35 },  [FLAME_KEYS] = { 220, 8 },
};

#define SHADES 6u

void
flame_svg_style(struct strbuf *b)
{
	strbuf_adds(b, style);
	for (unsigned dark = 0; dark < 2; dark++) {
		if (dark)
			strbuf_adds(b, "@media (prefers-color-scheme: dark) {\n");
		for (unsigned k = 0; k <= FLAME_KEYS; k++)
			for (unsigned s = 0; s < SHADES; s++)
				strbuf_addf(b, ".itf .k%uc%u{fill:hsl(%u,%u%%,%u%%)}\n",
					    k, s, fills[k].hue + 4 * s - 10,
					    dark ? fills[k].saturation * 3 / 4
						 : fills[k].saturation,
					    dark ? 24 + 2 * s : 72 + 2 * s);
		if (dark)
			strbuf_adds(b, "}\n");
	}
}

const char *
flame_svg_script(void)
{
	return script;
}

void
flame_svg_add_value(struct strbuf *b, enum flame_metric metric, uint64_t v)
{
	switch (metric) {
	case FLAME_METRIC_latency:
		units_add_time(b, v);
		if (v >= 1000)
			strbuf_addf(b, " (%" PRIu64 " ns)", v);
		return;
	case FLAME_METRIC_bytes:
	case FLAME_METRIC_requested:
		if (v >= 1000) {
			units_add_size(b, v);
			strbuf_addf(b, "%sB (%" PRIu64 " bytes)", v < 1024 ? "" : "i", v);
			return;
		}
		break;
	case FLAME_METRIC_count:
	case FLAME_METRICS:
		break;
	}
	strbuf_addf(b, "%" PRIu64 " %.*s", v,
		    (int)strlen(flame_metrics[metric].noun) - (v == 1),
		    flame_metrics[metric].noun);
}

/* --- which frames are drawn --- */

/* The largest ones: those above `least`, and so many of those equal to it. */
struct keep {
	uint64_t least;
	size_t equal;
};

static int
compare_falling(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;
	return a > b ? -1 : a < b;
}

static struct keep
choose(const struct flame *f, enum flame_metric metric, size_t max)
{
	size_t n = flame_size(f);
	if (n <= max)
		return (struct keep){ .least = 0, .equal = SIZE_MAX };
	uint64_t *values = xcalloc(n, sizeof(*values));
	for (size_t i = 0; i < n; i++)
		values[i] = flame_node(f, (uint32_t)i)->v[metric];
	qsort(values, n, sizeof(*values), compare_falling);
	struct keep keep = { .least = values[max - 1] };
	for (size_t i = max; i && values[i - 1] == keep.least; i--)
		keep.equal++;
	free(values);
	return keep;
}

static bool
is_kept(struct keep *keep, uint64_t v)
{
	if (v != keep->least)
		return v > keep->least;
	if (!keep->equal)
		return false;
	keep->equal--;
	return true;
}

/* A frame that is drawn: a node, or the rest of its parent's children. */
struct box {
	uint32_t node;	       /* FLAME_NONE: the rest */
	unsigned level;	       /* 0: the root */
	uint64_t start, value; /* in units of the metric */
	size_t rest;	       /* how many children the rest stands for */
};

/* The boxes in drawing order. */
struct drawing {
	const struct flame *flame;
	enum flame_metric metric;
	struct box *boxes; /* owned */
	size_t n, cap;
	size_t max_name; /* as in flame_svg_opts */
	unsigned levels;
	size_t left_out;
};

static void
add_box(struct box **boxes, size_t *n, size_t *cap, const struct box *box)
{
	if (*n == *cap) {
		*cap = *cap ? *cap * 2 : 64;
		*boxes = xreallocarray(*boxes, *cap, sizeof(**boxes));
	}
	(*boxes)[(*n)++] = *box;
}

/* Children of BOX that are drawn, pushed so that the first one comes off first. */
static void
push_children(struct drawing *d, struct keep *keep, const struct box *box,
	      const uint32_t *kids, size_t nkids, struct box **todo, size_t *n,
	      size_t *cap)
{
	size_t first = *n;
	struct box rest = { .node = FLAME_NONE, .level = box->level + 1 };
	uint64_t at = box->start;
	for (size_t i = 0; i < nkids; i++) {
		uint64_t v = flame_node(d->flame, kids[i])->v[d->metric];
		if (is_kept(keep, v)) {
			const struct box kid = { .node = kids[i],
						 .level = box->level + 1,
						 .start = at,
						 .value = v };
			add_box(todo, n, cap, &kid);
			at += v;
		} else {
			rest.value += v;
			rest.rest++;
		}
	}
	rest.start = at;
	d->left_out += rest.rest;
	if (rest.rest)
		add_box(todo, n, cap, &rest);
	for (size_t a = first, z = *n; a + 1 < z; a++, z--) {
		struct box swap = (*todo)[a];
		(*todo)[a] = (*todo)[z - 1];
		(*todo)[z - 1] = swap;
	}
}

static void
draw(struct drawing *d, size_t max_frames)
{
	struct keep keep = choose(d->flame, d->metric, max_frames);
	struct box *todo = NULL;
	uint32_t *kids = NULL;
	size_t n = 0, cap = 0, kids_cap = 0;
	const struct box root = {
		.value = flame_node(d->flame, FLAME_ROOT)->v[d->metric]
	};
	if (root.value)
		add_box(&todo, &n, &cap, &root);
	while (n) {
		struct box box = todo[--n];
		add_box(&d->boxes, &d->n, &d->cap, &box);
		if (box.level + 1 > d->levels)
			d->levels = box.level + 1;
		if (box.node == FLAME_NONE)
			continue;
		size_t nkids =
			flame_children(d->flame, box.node, d->metric, &kids, &kids_cap);
		push_children(d, &keep, &box, kids, nkids, &todo, &n, &cap);
	}
	free(todo);
	free(kids);
}

/* --- writing them --- */

static bool
is_path(unsigned key)
{
	return key == FLAME_KEY_path || key == FLAME_KEY_file || key == FLAME_KEY_tree ||
	       key == FLAME_KEY_dir;
}

/* Where code point N of the text begins, counted from its start; len if it has fewer. */
static size_t
utf8_at(const char *p, size_t len, size_t n)
{
	size_t i = 0;
	for (; n && i < len; n--) {
		unsigned cp;
		size_t step = utf8_decode(p + i, len - i, &cp);
		i += step ? step : 1;
	}
	return i;
}

static size_t
utf8_count(const char *p, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; n++)
		i += utf8_at(p + i, len - i, 1);
	return n;
}

/* Where the last component of a path begins. */
static size_t
base_at(const char *p, size_t len)
{
	if (len < 2)
		return 0;
	const char *slash = memrchr(p, '/', len - 1);
	return slash ? (size_t)(slash + 1 - p) : 0;
}

/* What of the LEN bytes at P, safe to show, fits into CELLS, at least 3. The last
 * component of a path says most; what is left over shows where it is. As flame.js does
 * it. */
static void
put_fitting(struct strbuf *b, const char *p, size_t len, bool path, size_t cells)
{
	size_t count = utf8_count(p, len);
	if (count > cells && path) {
		size_t at = base_at(p, len);
		size_t base = utf8_count(p + at, len - at);
		if (base < cells) {
			strbuf_adds(b, ELLIPSIS);
			at = utf8_at(p, len, count - cells + 1);
		}
		p += at;
		len -= at;
		count = base < cells ? cells : base;
	}
	if (count <= cells) {
		escape_xml(b, p, len);
		return;
	}
	escape_xml(b, p, utf8_at(p, len, cells - 1));
	strbuf_adds(b, ELLIPSIS);
}

static void
put_label(struct strbuf *b, const struct strbuf *name, bool path, double width_px)
{
	size_t cells = width_px > 6 ? (size_t)((width_px - 6) / CELL_WIDTH) : 0;
	if (cells < 3 && utf8_count(name->p, name->len) > cells)
		return;
	strbuf_adds(b, "<text x=\"3\" y=\"13\">");
	put_fitting(b, name->p, name->len, path, cells);
	strbuf_adds(b, "</text>");
}

/* The way to NODE through the directories below it in the graph. */
static void
name_tree(const struct flame *f, const struct flame_node *node, struct strbuf *name)
{
	const struct flame_node *way[FLAME_DEPTH_MAX];
	size_t n = 0;
	for (; node->key == FLAME_KEY_tree && n < ARRAY_SIZE(way);
	     node = flame_node(f, node->parent))
		way[n++] = node;
	while (n) {
		struct text t = flame_name(way[--n]);
		escape_terminal(name, t.p, t.len);
	}
}

/* The name of BOX, safe to show, into NAME. */
static void
name_box(const struct flame *f, const struct box *box, const struct flame_node *node,
	 struct strbuf *name)
{
	strbuf_reset(name);
	if (!node) {
		strbuf_addf(name, "(%zu smaller)", box->rest);
	} else if (box->level == 0) {
		strbuf_adds(name, "all");
	} else if (node->key == FLAME_KEY_tree) {
		name_tree(f, node, name);
	} else {
		struct text t = flame_name(node);
		if (node->key == FLAME_KEY_pid || node->key == FLAME_KEY_tid)
			strbuf_addf(name, "%s ", flame_key_names[node->key]);
		escape_terminal(name, t.p, t.len);
	}
}

/* Leaves the last MAX bytes of a longer name, whole characters, behind an ellipsis. */
static void
keep_end(struct strbuf *name, size_t max)
{
	static const size_t mark = sizeof(ELLIPSIS) - 1;
	if (!max || name->len <= max + mark)
		return;
	size_t from = name->len - max;
	while (from < name->len && ((unsigned char)name->p[from] & 0xc0) == 0x80)
		from++;
	memcpy(name->p, ELLIPSIS, mark);
	memmove(name->p + mark, name->p + from, name->len - from + 1);
	name->len -= from - mark;
}

static void
put_box(struct strbuf *b, const struct drawing *d, const struct box *box,
	struct strbuf *name)
{
	const struct flame_node *node =
		box->node == FLAME_NONE ? NULL : flame_node(d->flame, box->node);
	unsigned key = node ? node->key : FLAME_KEYS;
	bool path = node && is_path(key);
	uint64_t all = d->boxes[0].value;
	double scale = (WIDTH - 2.0 * MARGIN) / (double)all;
	double width_px = (double)box->value * scale;
	name_box(d->flame, box, node, name);
	keep_end(name, d->max_name);
	unsigned shade = node ? (unsigned)(hash_bytes(name->p, name->len) % SHADES) : 0;
	strbuf_addf(
		b,
		"<svg class=\"f%s%s\" x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%u\"",
		!node  ? " rest"
		: path ? " path"
		       : "",
		width_px < THIN ? " thin" : "", MARGIN + (double)box->start * scale,
		HEAD + box->level * ROW, width_px, ROW);
	strbuf_addf(b, " data-v=\"%" PRIu64 "\"><title>", box->value);
	escape_xml(b, name->p, name->len);
	strbuf_addch(b, '\n');
	flame_svg_add_value(b, d->metric, box->value);
	strbuf_adds(b, ", ");
	units_add_share(b, box->value, all);
	strbuf_addf(b, "</title><rect class=\"k%uc%u\" width=\"100%%\" height=\"%u\"/>",
		    key, shade, ROW);
	put_label(b, name, path, width_px);
	strbuf_adds(b, "</svg>\n");
}

/* "by comm, path, syscall; 1234 calls" and what a reader must know of what is missing. */
static void
put_subtitle(struct strbuf *b, const struct drawing *d)
{
	const struct flame_by *by = flame_by(d->flame);
	for (size_t i = 0; i < by->n; i++) {
		strbuf_adds(b, i ? " &#8250; " : "");
		strbuf_adds(b, flame_key_names[by->keys[i]]);
	}
	strbuf_adds(b, ": ");
	if (d->n)
		flame_svg_add_value(b, d->metric, d->boxes[0].value);
	else if (!flame_node(d->flame, FLAME_ROOT)->v[FLAME_METRIC_count])
		strbuf_adds(b, "no calls");
	else
		strbuf_addf(b, "no call has a value for %s",
			    flame_metrics[d->metric].name);
	if (d->left_out)
		strbuf_addf(b, "; %zu small frames are joined, sums are exact",
			    d->left_out);
	uint64_t folded = flame_folded(d->flame);
	if (folded)
		strbuf_addf(b,
			    "; %" PRIu64 " events found no room and are in " FLAME_OTHER,
			    folded);
}

/* All of it to read, and so much to see as there is room for. */
static void
put_title(struct strbuf *b, const char *title)
{
	struct strbuf safe = { 0 };
	escape_terminal(&safe, title, strlen(title));
	if (safe.len) {
		strbuf_adds(b, "<title>");
		escape_xml(b, safe.p, safe.len);
		strbuf_adds(b, "</title>");
		put_fitting(b, safe.p, safe.len, false,
			    (size_t)((WIDTH - 2 * MARGIN) / (CELL_WIDTH * HEAD_SIZE)));
	}
	strbuf_fini(&safe);
}

static void
put_head(struct strbuf *b, const struct drawing *d, const struct flame_svg_opts *opts)
{
	unsigned height = HEAD + d->levels * ROW + MARGIN;
	if (!opts->embedded)
		strbuf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"itf\" width=\"%u\""
		    " height=\"%u\" viewBox=\"0 0 %u %u\" role=\"group\""
		    " aria-label=\"flame graph\">\n",
		    WIDTH, height, WIDTH, height);
	if (!opts->embedded) {
		strbuf_adds(b, "<style><![CDATA[\n");
		flame_svg_style(b);
		strbuf_adds(b, "]]></style>\n");
	}
	strbuf_addf(b, "<text class=\"head\" x=\"%u\" y=\"24\">", MARGIN);
	if (opts->title)
		put_title(b, opts->title);
	strbuf_addf(b, "</text>\n<text class=\"sub\" x=\"%u\" y=\"43\">", MARGIN);
	put_subtitle(b, d);
	strbuf_addf(b,
		    "</text>\n<text class=\"say\" x=\"%u\" y=\"62\"></text>\n"
		    "<g class=\"tree\">\n",
		    MARGIN);
}

int
flame_svg_write(struct outfile *out, const struct flame *flame,
		const struct flame_svg_opts *opts)
{
	struct drawing d = { .flame = flame,
			     .metric = opts->metric,
			     .max_name = opts->max_name };
	struct strbuf *b = outfile_buf(out), name = { 0 };
	draw(&d, opts->max_frames ? opts->max_frames : FLAME_SVG_FRAMES);
	put_head(b, &d, opts);
	int err = 0;
	for (size_t i = 0; i < d.n && !err; i++) {
		put_box(b, &d, &d.boxes[i], &name);
		err = outfile_room(out);
	}
	strbuf_adds(b, "</g>\n");
	if (!opts->embedded) {
		strbuf_adds(b, "<script><![CDATA[\n");
		strbuf_adds(b, script);
		strbuf_adds(b, "]]></script>\n");
	}
	strbuf_adds(b, "</svg>\n");
	strbuf_fini(&name);
	free(d.boxes);
	return err ? err : outfile_room(out);
}
