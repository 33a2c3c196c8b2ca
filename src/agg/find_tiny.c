/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tiny transfers: a call costs as much for a byte as for a page. A file counts when at
 * least 100 of its transfers, and half of them, are below PATTERN_TINY_BYTES. For reads
 * it is what was asked for that matters: the rest of a file may well be small.
 */
#include "agg/find.h"
#include "base/units.h"

#define CALLS_MIN  100u
#define GOOD_BYTES 65536u /* a buffer that nobody would call small */

struct tiny {
	struct pattern_sum sum;
	uint64_t all, enough; /* transfers; calls that GOOD_BYTES would have needed */
	struct top top;
};

static struct tiny
tiny_of(const struct patterns *p, enum pattern_dir dir)
{
	struct tiny t = { .all = 0 };
	for (size_t i = 0; i < p->nfiles; i++) {
		const struct pattern_file *f = p->files[i];
		if (!f)
			continue;
		const struct pattern_flow *flow = &f->flow[dir];
		t.all += flow->all.calls;
		if (flow->tiny.calls < CALLS_MIN ||
		    flow->tiny.calls * 2 < flow->all.calls)
			continue;
		t.sum.calls += flow->tiny.calls;
		t.sum.bytes += flow->tiny.bytes;
		t.sum.ns += flow->tiny.ns;
		t.enough += flow->tiny.bytes / GOOD_BYTES + 1;
		top_offer(&t.top, flow->tiny.calls, i);
	}
	return t;
}

static void
add_items(const struct findings_input *in, struct finding *f, const struct top *top,
	  enum pattern_dir dir)
{
	struct finding_list *list = find_list(f, "Files, pipes and sockets", top);
	struct strbuf b = { 0 };
	for (size_t i = 0; i < top->n; i++) {
		const struct pattern_flow *flow =
			&patterns_file(in->patterns, top->e[i].row)->flow[dir];
		strbuf_reset(&b);
		find_say_n(&b, flow->tiny.calls, dir == PATTERN_IN ? "read" : "write");
		strbuf_adds(&b, " of ");
		units_add_bytes(&b, flow->tiny.bytes / flow->tiny.calls);
		strbuf_adds(&b, " on average, ");
		units_add_time(&b, flow->tiny.ns);
		find_say_who(&b, in, &flow->who_tiny);
		find_item(list, &in->agg->tables[AGG_FILE], top->e[i].row, &b);
	}
	strbuf_fini(&b);
}

static bool
judge(const struct findings_input *in, struct finding *f, enum pattern_dir dir)
{
	struct tiny t = tiny_of(in->patterns, dir);
	if (!t.top.n)
		return false;
	const char *noun = dir == PATTERN_IN ? "read" : "write";
	struct strbuf b = { 0 };
	find_say_n(&b, t.sum.calls, noun);
	strbuf_adds(&b,
		    dir == PATTERN_IN ? " asked for less than " : " passed less than ");
	strbuf_addf(&b, "%u bytes each and moved ", PATTERN_TINY_BYTES);
	units_add_bytes(&b, t.sum.bytes);
	strbuf_adds(&b, " together. That is ");
	units_add_share(&b, t.sum.calls, t.all);
	strbuf_addf(&b, " of all %ss; they took ", noun);
	find_say_cost(&b, in, t.sum.ns);
	strbuf_adds(&b, ", waiting at pipes and sockets not counted. With 64 KiB at a "
			"time the same data would have needed about ");
	find_say_n(&b, t.enough, "call");
	strbuf_addch(&b, '.');
	f->what = b.p;
	f->cost_ns = t.sum.ns;
	add_items(in, f, &t.top, dir);
	return true;
}

static bool
judge_reads(const struct findings_input *in, struct finding *f)
{
	f->advice =
		"Read through a buffer (stdio, BufReader, a larger count) and take the "
		"small "
		"pieces from there. A shell's read takes a pipe byte by byte: let one "
		"program read all of it instead.";
	return judge(in, f, PATTERN_IN);
}

static bool
judge_writes(const struct findings_input *in, struct finding *f)
{
	f->advice =
		"Collect output in a buffer and write it when it is full or must be seen "
		"(setvbuf, BufWriter, one writev). Where each write is a message that "
		"somebody waits for, it is right as it is.";
	return judge(in, f, PATTERN_OUT);
}

const struct finding_kind finding_tiny_reads = {
	.id = "tiny-reads",
	.title = "Many tiny reads",
	.looked_at = "reads of less than 512 bytes",
	.judge = judge_reads,
};

const struct finding_kind finding_tiny_writes = {
	.id = "tiny-writes",
	.title = "Many tiny writes",
	.looked_at = "writes of less than 512 bytes",
	.judge = judge_writes,
};
