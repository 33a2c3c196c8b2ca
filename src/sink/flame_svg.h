/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flame graph as SVG, root on top. As a file it carries its style and script; in a page
 * it is an element, and the page has style and script once for all its graphs. Without a
 * script it is a picture with tooltips, with it one can zoom, search and walk by
 * keyboard.
 */
#ifndef IOTRACE_SINK_FLAME_SVG_H
#define IOTRACE_SINK_FLAME_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "agg/flame.h"
#include "base/strbuf.h"

struct outfile;

#define FLAME_SVG_FRAMES 6000u /* a file of about 1.5 MB */

struct flame_svg_opts {
	enum flame_metric metric;
	const char *title; /* any bytes; NULL: none */
	size_t max_frames; /* the largest are drawn; 0: FLAME_SVG_FRAMES */
	size_t max_name;   /* bytes of a frame's name, the last ones; 0: all */
	bool embedded;	   /* the element alone, for a page */
};

/*
 * Writes the graph of FLAME. What max_frames leaves out is one frame "(N smaller)" on
 * each parent, so widths stay exact. 0 or -errno of the outfile.
 */
int flame_svg_write(struct outfile *, const struct flame *,
		    const struct flame_svg_opts *) IT_MUST_CHECK;

/* The style sheet of all graphs, for the <style> of a page. All selectors start with
 * .itf, the class of the svg elements. */
void flame_svg_style(struct strbuf *);

/* The script, for a <script> at the end of a page: it finds all graphs by itself. */
const char *flame_svg_script(void);

/* V in the unit of METRIC: "1234 calls", "1.23ms (1234567 ns)", "1.2KiB (1234 bytes)". */
void flame_svg_add_value(struct strbuf *, enum flame_metric, uint64_t v);

#endif
