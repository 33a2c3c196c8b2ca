/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A comparison in words and numbers for people, and what makes it a failure.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/nearest.h"
#include "base/units.h"
#include "diff/diff.h"

const char *
diff_kind_name(enum diff_change_kind kind)
{
	static const char *const names[] = {
		[DIFF_APPEARED] = "appeared",
		[DIFF_VANISHED] = "vanished",
		[DIFF_INCREASED] = "increased",
		[DIFF_DECREASED] = "decreased",
	};
	return names[kind];
}

void
diff_add_value(struct strbuf *b, enum diff_metric metric, uint64_t value)
{
	switch (diff_metrics[metric].unit) {
	case DIFF_COUNT:
		units_add_count(b, value);
		break;
	case DIFF_BYTES:
		units_add_size(b, value);
		break;
	case DIFF_TIME:
		units_add_time(b, value);
		break;
	}
}

static void
add_step(struct strbuf *b, uint64_t before, uint64_t after)
{
	double x = (double)before, y = (double)after;
	double pct = 100 * (y - x) / x;
	if (y >= 10 * x)
		strbuf_addf(b, "x%.0f", y / x);
	else
		strbuf_addf(b, pct > -1 && pct < 1 ? "%+.1f%%" : "%+.0f%%", pct);
}

void
diff_add_percent(struct strbuf *b, const struct diff_change *c)
{
	if (c->kind == DIFF_VANISHED)
		strbuf_adds(b, "gone");
	else if (!c->before)
		strbuf_adds(b, "new");
	else
		add_step(b, c->before, c->after);
}

/* "1,382 calls instead of 1,234 (+12%)" */
static void
add_total(struct strbuf *b, const struct diff *d, enum diff_metric metric,
	  const char *before_words, const char *after_words)
{
	uint64_t x = diff_value(&d->before->agg->total, metric);
	uint64_t y = diff_value(&d->after->agg->total, metric);
	strbuf_adds(b, before_words);
	diff_add_value(b, metric, y);
	if (diff_metrics[metric].unit == DIFF_BYTES)
		strbuf_addch(b, 'B');
	strbuf_adds(b, after_words);
	if (x == y) {
		strbuf_adds(b, " as before");
		return;
	}
	strbuf_adds(b, " instead of ");
	diff_add_value(b, metric, x);
	if (diff_metrics[metric].unit == DIFF_BYTES)
		strbuf_addch(b, 'B');
	if (!x)
		return;
	strbuf_adds(b, " (");
	add_step(b, x, y);
	strbuf_addch(b, ')');
}

static size_t
count(const struct diff *d, unsigned table, enum diff_change_kind kind)
{
	size_t n, found = 0;
	const struct diff_change *c = diff_of_table(d, table, &n);
	for (size_t i = 0; i < n; i++)
		found += c[i].kind == kind;
	return found;
}

/* What weighs most among the calls that changed, if more than times did. */
static void
add_chief(struct strbuf *b, const struct diff *d)
{
	size_t n;
	const struct diff_change *c = diff_of_table(d, AGG_SYSCALL, &n);
	bool counted = false;
	for (size_t i = 0; i < d->n; i++)
		counted |= diff_metrics[d->changes[i].metric].unit != DIFF_TIME;
	if (!counted) {
		strbuf_adds(b, " Only times differ.");
		return;
	}
	if (!n || diff_metrics[c->metric].unit == DIFF_TIME)
		return;
	strbuf_addf(b, " Most of it: %.*s, ", (int)c->name.len, c->name.p);
	diff_add_value(b, c->metric, c->after);
	strbuf_addf(b, " %s instead of ", diff_metrics[c->metric].name);
	diff_add_value(b, c->metric, c->before);
	strbuf_addch(b, '.');
}

/* "took 1.2s instead of 1.1s (+9%), " */
static void
add_wall(struct strbuf *b, const struct diff *d)
{
	uint64_t x = d->before->wall_ns, y = d->after->wall_ns;
	if (!x || !y)
		return;
	strbuf_adds(b, "took ");
	units_add_time(b, y);
	strbuf_adds(b, " instead of ");
	units_add_time(b, x);
	strbuf_adds(b, " (");
	add_step(b, x, y);
	strbuf_adds(b, "), ");
}

void
diff_add_headline(struct strbuf *b, const struct diff *d)
{
	if (!d->n) {
		strbuf_addf(b, "No difference beyond %u%%.", d->threshold_pct);
		return;
	}
	strbuf_adds(b, "The second run ");
	add_wall(b, d);
	add_total(b, d, DIFF_CALLS, "made ", " calls");
	add_total(b, d, DIFF_ERRORS, ", ", " of them failed");
	add_total(b, d, DIFF_READ, "; it read ", "");
	add_total(b, d, DIFF_WRITTEN, ", wrote ", "");
	add_total(b, d, DIFF_LATENCY, ", and spent ", " in calls");
	strbuf_adds(b, ".");
	size_t appeared = count(d, AGG_FILE, DIFF_APPEARED);
	size_t vanished = count(d, AGG_FILE, DIFF_VANISHED);
	if (appeared || vanished)
		strbuf_addf(b, " %zu file%s appeared, %zu vanished.", appeared,
			    appeared == 1 ? "" : "s", vanished);
	add_chief(b, d);
}

/* ---- --fail-on ---- */

static const struct {
	const char *name;
	unsigned what;
} fails[] = {
	{ "calls", DIFF_FAIL_CALLS },	      { "bytes", DIFF_FAIL_BYTES },
	{ "errors", DIFF_FAIL_ERRORS },	      { "latency", DIFF_FAIL_LATENCY },
	{ "new-files", DIFF_FAIL_NEW_FILES },
};

static int
find_fail(const char *word, size_t len, char *err, size_t errlen)
{
	struct nearest near;
	char names[96];
	nearest_init(&near, word, len);
	for (size_t i = 0; i < ARRAY_SIZE(fails); i++) {
		if (strlen(fails[i].name) == len && !memcmp(fails[i].name, word, len))
			return (int)i;
		nearest_offer(&near, fails[i].name);
	}
	nearest_text(&near, names, sizeof(names));
	snprintf(err, errlen, "unknown item '%.*s': %s%s%s", len < 40 ? (int)len : 40,
		 word,
		 *names ? "did you mean "
			: "choose calls, bytes, errors, latency, new-files",
		 names, *names ? "?" : "");
	return -1;
}

int
diff_fail_parse(const char *list, unsigned *what, char *err, size_t errlen)
{
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");
		int i = find_fail(p, len, err, errlen);
		if (i < 0)
			return -EINVAL;
		*what |= fails[i].what;
		p += len;
		if (!*p)
			return 0;
	}
}

static bool
is_kernel_file(struct text t)
{
	static const char *const dirs[] = { "/proc/", "/sys/", "/dev/" };
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (t.len >= strlen(dirs[i]) && !memcmp(t.p, dirs[i], strlen(dirs[i])))
			return true;
	return !t.len || t.p[0] != '/';
}

static unsigned
fail_of_metric(enum diff_metric metric)
{
	switch (metric) {
	case DIFF_CALLS:
		return DIFF_FAIL_CALLS;
	case DIFF_ERRORS:
		return DIFF_FAIL_ERRORS;
	case DIFF_READ:
	case DIFF_WRITTEN:
		return DIFF_FAIL_BYTES;
	case DIFF_LATENCY:
	case DIFF_P95:
		return DIFF_FAIL_LATENCY;
	case DIFF_METRICS:
		break;
	}
	return 0;
}

const char *
diff_fails(const struct diff_change *c, unsigned what)
{
	unsigned is = 0;
	bool more = c->kind == DIFF_APPEARED || c->kind == DIFF_INCREASED;
	if (c->kind == DIFF_APPEARED && c->table == AGG_FILE && !is_kernel_file(c->name))
		is = DIFF_FAIL_NEW_FILES;
	else if (more && c->table == AGG_ERRNO && c->metric == DIFF_CALLS)
		is = DIFF_FAIL_ERRORS;
	else if (more && (c->table == AGG_SYSCALL || c->table == DIFF_TOTAL))
		is = fail_of_metric(c->metric);
	for (size_t i = 0; i < ARRAY_SIZE(fails); i++)
		if (fails[i].what & is & what)
			return fails[i].name;
	return NULL;
}
