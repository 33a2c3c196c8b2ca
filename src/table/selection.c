/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the lists of calls that a user gives. Families come before calls of the same
 * name in other letters ("time" is the family Time, which has the call): a list then
 * selects too much rather than too little.
 */
#include "table/selection.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "table/requests.h"
#include "table/suggest.h"
#include "table/syscall_desc.h"

/* The longest item looked at; all valid ones are shorter. */
#define ITEM_MAX    64

#define KIND_PREFIX "kind:"

enum item_type { ITEM_ALL, ITEM_FAMILY, ITEM_KIND, ITEM_CALL };

struct item {
	enum item_type type;
	unsigned id; /* family, kind or number */
};

static int fail(char *err, size_t errlen, const char *fmt, ...) IT_PRINTF(3, 4);

static int
fail(char *err, size_t errlen, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errlen, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Cuts the next item, without blanks around it, off *LIST into BUF. False at the end; an
 * empty item is one. Too long ones come cut: they are not valid anyway. */
static bool
next_item(const char **list, char buf[ITEM_MAX])
{
	const char *p = *list;
	size_t len, keep;

	if (!p)
		return false;
	len = strcspn(p, ",");
	*list = p[len] ? p + len + 1 : NULL;
	while (len && is_blank(*p)) {
		p++;
		len--;
	}
	while (len && is_blank(p[len - 1]))
		len--;
	keep = len < ITEM_MAX ? len : ITEM_MAX - 1;
	memcpy(buf, p, keep);
	buf[keep] = '\0';
	return true;
}

/* What NAME stands for; false if for nothing. */
static bool
item_find(const char *name, struct item *item)
{
	const struct syscall_desc *desc;
	int id;

	if (strcasecmp(name, "all") == 0) {
		*item = (struct item){ ITEM_ALL, 0 };
		return true;
	}
	if (strncasecmp(name, KIND_PREFIX, strlen(KIND_PREFIX)) == 0) {
		id = kind_find(name + strlen(KIND_PREFIX));
		*item = (struct item){ ITEM_KIND, (unsigned)id };
		return id >= 0;
	}
	id = family_find(name);
	if (id >= 0) {
		*item = (struct item){ ITEM_FAMILY, (unsigned)id };
		return true;
	}
	desc = syscall_find(name);
	if (desc)
		*item = (struct item){ ITEM_CALL, desc->nr };
	return desc != NULL;
}

static bool
item_matches(const struct item *item, unsigned nr)
{
	const struct syscall_desc *desc = syscall_desc(nr);

	switch (item->type) {
	case ITEM_ALL:
		return true;
	case ITEM_FAMILY:
		return desc->family == item->id;
	case ITEM_KIND:
		/* No call is a request: those are meant that submit some. */
		return item->id == KIND_request ? request_is_submitter(nr)
						: desc->kind == item->id;
	case ITEM_CALL:
		return nr == item->id;
	}
	return false;
}

/* Finds what WORD may have been meant to be: a kind if KINDS, else a call or a family. */
static void
suggest_words(struct suggest *near, const char *word, bool kinds)
{
	suggest_init(near, word);
	if (kinds) {
		for (unsigned i = 0; i < KIND_COUNT; i++)
			suggest_try(near, kind_name(i));
		return;
	}
	for (unsigned i = 0; i < FAMILY_COUNT; i++)
		suggest_try(near, family_name(i));
	for (unsigned nr = 0; nr <= syscall_nr_max; nr++) {
		const struct syscall_desc *desc = syscall_desc(nr);

		if (desc->name)
			suggest_try(near, desc->name);
		if (desc->alias)
			suggest_try(near, desc->alias);
	}
}

/* All names of NAME(i), i < N, separated by ", ". */
static void
add_names(struct strbuf *b, const char *(*name)(unsigned), unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		strbuf_addf(b, "%s%s", i ? ", " : "", name(i));
}

/* Says that NAME is unknown, with what it may have been meant to be, or what there is. */
static int
fail_unknown(char *err, size_t errlen, const char *name, bool sampling)
{
	bool is_kind = strncasecmp(name, KIND_PREFIX, strlen(KIND_PREFIX)) == 0;
	const char *word = is_kind ? name + strlen(KIND_PREFIX) : name;
	struct strbuf b = { 0 };
	struct suggest near;

	suggest_words(&near, word, is_kind);
	strbuf_addf(&b, "unknown %s \"", is_kind ? "kind" : "call or family");
	suggest_add_printable(&b, word);
	strbuf_addch(&b, '"');
	if (is_kind && sampling) {
		strbuf_adds(&b, ": rates are for calls and families");
	} else if (!is_kind && request_find(word)) {
		strbuf_addf(&b, ": requests come with the call that submits them, %s",
			    syscall_desc(request_find(word)->nr)->name);
	} else if (!is_kind && !sampling && kind_find(word) >= 0) {
		strbuf_addf(&b, "; did you mean " KIND_PREFIX "%s?", word);
	} else if (suggest_is_close(&near)) {
		strbuf_adds(&b, "; did you mean ");
		suggest_add(&b, &near);
		strbuf_addch(&b, '?');
	} else if (is_kind) {
		strbuf_adds(&b, "; there are ");
		add_names(&b, kind_name, KIND_COUNT);
	} else {
		strbuf_adds(&b, "; the families are ");
		add_names(&b, family_name, FAMILY_COUNT);
	}
	fail(err, errlen, "%s", strbuf_str(&b));
	strbuf_fini(&b);
	return -EINVAL;
}

void
selection_init(struct selection *sel)
{
	sel->n = (size_t)syscall_nr_max + 2;
	sel->on = xcalloc(sel->n, 1);
}

void
selection_fini(struct selection *sel)
{
	free(sel->on);
	sel->on = NULL;
	sel->n = 0;
}

int
selection_add(struct selection *sel, const char *list, char *err, size_t errlen)
{
	char buf[ITEM_MAX];
	bool first = true;

	while (next_item(&list, buf)) {
		bool remove = buf[0] == '!';
		const char *name = buf + remove;
		struct item item;

		while (is_blank(*name))
			name++;
		if (!*name)
			return fail(err, errlen, "empty item in the list of calls");
		if (!item_find(name, &item))
			return fail_unknown(err, errlen, name, false);
		if (first && remove && selection_is_empty(sel))
			memset(sel->on, 1, sel->n);
		first = false;
		for (unsigned nr = 0; nr < sel->n; nr++) {
			if (item_matches(&item, nr))
				sel->on[nr] = !remove;
		}
	}
	return 0;
}

bool
selection_has(const struct selection *sel, unsigned nr)
{
	return sel->on[nr < sel->n ? nr : sel->n - 1];
}

bool
selection_is_empty(const struct selection *sel)
{
	return memchr(sel->on, 1, sel->n) == NULL;
}

/* The rate behind '=' in decimal, [0, UINT32_MAX]. */
static bool
parse_rate(const char *text, uint32_t *rate)
{
	uint64_t value = 0;

	while (is_blank(*text))
		text++;
	if (!*text)
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*rate = (uint32_t)value;
	return !*text;
}

/* Takes NAME=N in BUF apart, in place. */
static int
parse_sample(char *buf, struct item *item, uint32_t *rate, char *err, size_t errlen)
{
	char *equals = strchr(buf, '=');
	size_t len;

	if (!*buf)
		return fail(err, errlen, "empty item in the list of sampling rates");
	if (equals) {
		len = (size_t)(equals - buf);
		while (len && is_blank(buf[len - 1]))
			len--;
		buf[len] = '\0';
	}
	if (!item_find(buf, item) || item->type == ITEM_ALL || item->type == ITEM_KIND)
		return fail_unknown(err, errlen, buf, true);
	if (!equals)
		return fail(err, errlen, "no sampling rate for %s: write %s=N", buf, buf);
	if (!parse_rate(equals + 1, rate))
		return fail(err, errlen,
			    "bad sampling rate for %s: a number from 0 to %u", buf,
			    UINT32_MAX);
	return 0;
}

int
sampling_parse(const char *list, uint32_t *rate, size_t n, char *err, size_t errlen)
{
	/* Families first, so that names beat them in whatever order they come. */
	static const enum item_type passes[] = { ITEM_FAMILY, ITEM_CALL };

	for (size_t i = 0; i < ARRAY_SIZE(passes); i++) {
		const char *rest = list;
		char buf[ITEM_MAX];

		while (next_item(&rest, buf)) {
			struct item item;
			uint32_t value = 0;
			int r = parse_sample(buf, &item, &value, err, errlen);

			if (r < 0)
				return r;
			for (unsigned nr = 0; item.type == passes[i] && nr < n; nr++) {
				if (item_matches(&item, nr))
					rate[nr] = value;
			}
		}
	}
	return 0;
}
