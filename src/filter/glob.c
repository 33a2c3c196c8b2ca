/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The glob of the filter. Names on Linux are bytes, so fnmatch(3), which decodes by the
 * locale and refuses what does not decode, cannot be used. After a mismatch only the last
 * star needs another try (all before it matched at the earliest place possible), which
 * keeps the worst case at length times length.
 */
#include "filter/glob.h"

#include <ctype.h>
#include <string.h>

#include "base/escape.h"

/* A byte that is no valid UTF-8 is its own character, above all code points. */
#define BAD_BYTE 0x110000u

struct cursor {
	const char *p, *end;
};

/* Takes the character at C, which is not at its end. */
static unsigned
next_char(struct cursor *c)
{
	unsigned cp;
	size_t len = utf8_decode(c->p, (size_t)(c->end - c->p), &cp);
	if (!len) {
		cp = BAD_BYTE + (unsigned char)*c->p;
		len = 1;
	}
	c->p += len;
	return cp;
}

/* Takes "[:name:]" at C and says in *HIT if CP is of that class; false if there is none.
 * The classes hold ASCII only. */
static bool
take_class(struct cursor *c, unsigned cp, bool *hit)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank },
		{ "cntrl", iscntrl }, { "digit", isdigit }, { "graph", isgraph },
		{ "lower", islower }, { "print", isprint }, { "punct", ispunct },
		{ "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
	};
	size_t left = (size_t)(c->end - c->p);
	if (left < 4 || c->p[0] != '[' || c->p[1] != ':')
		return false;
	const char *name = c->p + 2;
	const char *end = memmem(name, left - 2, ":]", 2);
	if (!end)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (strlen(classes[i].name) == (size_t)(end - name) &&
		    !memcmp(classes[i].name, name, (size_t)(end - name)))
			*hit |= cp < 0x80 && classes[i].is((int)cp);
	c->p = end + 2;
	return true;
}

/* Takes one end of a range or a lone character; '\' takes the meaning of the next one. */
static unsigned
take_member(struct cursor *c)
{
	if (*c->p == '\\' && c->p + 1 < c->end)
		c->p++;
	return next_char(c);
}

/*
 * Takes the rest of a bracket expression, C being behind its '['. Returns 1 if CP is in
 * it, 0 if not, -1 if no ']' closes it (then '[' is an ordinary character).
 */
static int
match_bracket(struct cursor *c, unsigned cp)
{
	bool negate = c->p < c->end && (*c->p == '!' || *c->p == '^');
	if (negate)
		c->p++;
	const char *first = c->p;
	bool hit = false;
	while (c->p < c->end && (*c->p != ']' || c->p == first)) {
		if (take_class(c, cp, &hit))
			continue;
		unsigned lo = take_member(c), hi = lo;
		if (c->end - c->p >= 2 && c->p[0] == '-' && c->p[1] != ']') {
			c->p++;
			hi = take_member(c);
		}
		hit |= lo <= cp && cp <= hi;
	}
	if (c->p == c->end)
		return -1;
	c->p++;
	return hit != negate;
}

/* Takes one pattern element other than '*' and says if it matches the character CP. */
static bool
match_one(struct cursor *pat, unsigned cp)
{
	struct cursor at;
	switch (*pat->p) {
	case '?':
		pat->p++;
		return true;
	case '[':
		at = (struct cursor){ pat->p + 1, pat->end };
		int in = match_bracket(&at, cp);
		if (in >= 0) {
			*pat = at;
			return in;
		}
		break;
	case '\\':
		pat->p++;
		if (pat->p == pat->end)
			return false; /* as fnmatch(3): it quotes nothing */
		break;
	default:
		break;
	}
	return next_char(pat) == cp;
}

bool
glob_match(const char *pat, size_t patlen, const char *s, size_t len)
{
	struct cursor p = { pat, pat + patlen }, t = { s, s + len };
	struct cursor star = { 0 },
		      retry = { 0 }; /* behind the last '*'; where it ends */
	for (;;) {
		if (p.p < p.end && *p.p == '*') {
			p.p++;
			star = p;
			retry = t;
			continue;
		}
		if (t.p == t.end && p.p == p.end)
			return true;
		if (t.p == t.end)
			return false; /* a later start would leave even less */
		if (p.p < p.end && match_one(&p, next_char(&t)))
			continue;
		if (!star.p)
			return false;
		next_char(&retry);
		p = star;
		t = retry;
	}
}
