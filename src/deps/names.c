/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deps/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/xalloc.h"

void
names_fini(struct names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->aliases[i].from);
		free(names->aliases[i].to);
	}
	free(names->aliases);
	*names = (struct names){ 0 };
}

/* Takes the last component off OUT. */
static void
drop_component(struct strbuf *out)
{
	while (out->len && out->p[out->len - 1] != '/')
		out->len--;
	if (out->len)
		out->len--;
	out->p[out->len] = '\0';
}

void
names_fold(struct strbuf *out, struct text name)
{
	const char *p = name.p, *end = name.p + name.len;
	strbuf_reset(out);
	strbuf_reserve(out, name.len + 1)[0] = '\0';
	while (p < end) {
		while (p < end && *p == '/')
			p++;
		const char *slash = memchr(p, '/', (size_t)(end - p));
		size_t len = (size_t)((slash ? slash : end) - p);
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			drop_component(out);
		} else if (len && !(len == 1 && p[0] == '.')) {
			strbuf_addch(out, '/');
			strbuf_addmem(out, p, len);
		}
		p += len;
	}
	if (!out->len)
		strbuf_addch(out, '/');
}

bool
names_below(struct text name, struct text dir)
{
	size_t len = dir.len;
	while (len && dir.p[len - 1] == '/')
		len--; /* of the root nothing is left */
	return name.len >= len && !memcmp(name.p, dir.p, len) &&
	       (name.len == len || name.p[len] == '/');
}

/* Takes the components off the ends that A and B have in common, but not A's first. */
static void
drop_common(struct text *a, struct text *b)
{
	size_t n = 0, common = 0;
	while (n + 1 < a->len && n < b->len &&
	       a->p[a->len - 1 - n] == b->p[b->len - 1 - n]) {
		n++;
		if (a->p[a->len - n] == '/')
			common = n;
	}
	a->len -= common;
	b->len -= common;
}

void
names_learn(struct names *names, struct text asked, struct text real)
{
	struct text from = asked, to = real;
	drop_common(&from, &to);
	/* Nothing in common: the last component itself is a symbolic link. */
	if (from.len == asked.len || names->n == NAMES_ALIASES_MAX)
		return;
	for (size_t i = 0; i < names->n; i++) {
		const struct names_alias *a = &names->aliases[i];
		if (a->from_len == from.len && !memcmp(a->from, from.p, from.len))
			return;
	}
	names->aliases =
		xreallocarray(names->aliases, names->n + 1, sizeof(*names->aliases));
	names->aliases[names->n++] = (struct names_alias){
		.from = xmemdup0(from.p, from.len),
		.to = xmemdup0(to.p, to.len),
		.from_len = from.len,
		.to_len = to.len,
	};
}

void
names_resolve(const struct names *names, struct strbuf *out, struct text name)
{
	names_fold(out, name);
	const struct text folded = { out->p, out->len };
	const struct names_alias *best = NULL;
	for (size_t i = 0; i < names->n; i++) {
		const struct names_alias *a = &names->aliases[i];
		if (names_below(folded, (struct text){ a->from, a->from_len }) &&
		    (!best || a->from_len > best->from_len))
			best = a;
	}
	if (!best)
		return;
	char *rest = xmemdup0(out->p + best->from_len, out->len - best->from_len);
	size_t len = out->len - best->from_len;
	strbuf_reset(out);
	strbuf_addmem(out, best->to, best->to_len);
	strbuf_addmem(out, rest, len);
	if (!out->len)
		strbuf_addch(out, '/');
	free(rest);
}

bool
names_is_kernel(struct text name)
{
	static const struct text dirs[] = { { "/proc", 5 },
					    { "/sys", 4 },
					    { "/dev", 4 } };
	static const struct text memory = { "/dev/shm", 8 };
	if (names_below(name, memory))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (names_below(name, dirs[i]))
			return true;
	return false;
}
