/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens of a filter expression. A bare word is all bytes up to a blank, a parenthesis, a
 * quote or an operator, so that globs, paths and addresses rarely need quotes:
 *
 *   file ~ *.so      peer == 127.0.0.1:80      file ~ "/tmp/a b*"      comm == 'a"b'
 *
 * In "..." a backslash takes the meaning of " and of itself and stays before anything
 * else (the glob wants it); in '...' nothing is special.
 */
#include "filter/filter_impl.h"

#include <string.h>
#include <strings.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Does a bare word end before P? A '!' within one is literal ([!a]) unless it starts an
 * operator. */
static bool
ends_word(const char *p)
{
	if (!*p || is_blank(*p) || strchr("()\"'=<>~&|", *p))
		return true;
	return *p == '!' && (p[1] == '=' || p[1] == '~');
}

static const struct {
	char text[4];
	enum token_kind kind;
} operators[] = {
	/* longer before their beginnings */
	{ "==", TOK_EQ },	{ "!=", TOK_NE },  { "<=", TOK_LE }, { ">=", TOK_GE },
	{ "!~", TOK_NOT_GLOB }, { "&&", TOK_AND }, { "||", TOK_OR }, { "<", TOK_LT },
	{ ">", TOK_GT },	{ "~", TOK_GLOB }, { "!", TOK_NOT }, { "(", TOK_OPEN },
	{ ")", TOK_CLOSE },
};

static const struct {
	char text[4];
	enum token_kind kind;
} keywords[] = {
	{ "and", TOK_AND },
	{ "or", TOK_OR },
	{ "not", TOK_NOT },
};

static void
bad(struct lexer *lx, const char *wrong)
{
	lx->tok.kind = TOK_BAD;
	lx->wrong = wrong;
}

static void
lex_quoted(struct lexer *lx)
{
	char quote = *lx->p;
	const char *p = lx->p + 1;
	while (*p && *p != quote) {
		if (quote == '"' && *p == '\\' && p[1])
			p++;
		p++;
	}
	if (!*p) {
		bad(lx, quote == '"' ? "no closing \" for this one"
				     : "no closing ' for this one");
		return;
	}
	lx->tok.kind = TOK_STRING;
	lx->tok.len = (size_t)(p + 1 - lx->p);
}

static void
lex_word(struct lexer *lx)
{
	const char *p = lx->p;
	do
		p++;
	while (!ends_word(p));
	lx->tok.kind = TOK_WORD;
	lx->tok.len = (size_t)(p - lx->p);
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (strlen(keywords[i].text) == lx->tok.len &&
		    !strncasecmp(lx->p, keywords[i].text, lx->tok.len))
			lx->tok.kind = keywords[i].kind;
}

static bool
lex_operator(struct lexer *lx)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		size_t len = strlen(operators[i].text);
		if (strncmp(lx->p, operators[i].text, len) != 0)
			continue;
		lx->tok.kind = operators[i].kind;
		lx->tok.len = len;
		return true;
	}
	return false;
}

void
lex_next(struct lexer *lx)
{
	if (lx->tok.kind == TOK_BAD)
		return;
	while (is_blank(*lx->p))
		lx->p++;
	lx->tok = (struct token){ .kind = TOK_END, .p = lx->p };
	switch (*lx->p) {
	case '\0':
		return;
	case '"':
	case '\'':
		lex_quoted(lx);
		break;
	case '=':
		if (lx->p[1] != '=')
			bad(lx, "a single '=' is no operator: '==' compares");
		else
			lex_operator(lx);
		break;
	case '&':
		if (lx->p[1] != '&')
			bad(lx, "a single '&' is no operator: write 'and' or '&&'");
		else
			lex_operator(lx);
		break;
	case '|':
		if (lx->p[1] != '|')
			bad(lx, "a single '|' is no operator: write 'or' or '||', "
				"and quote text that contains it");
		else
			lex_operator(lx);
		break;
	default:
		if (!lex_operator(lx))
			lex_word(lx);
		break;
	}
	lx->p += lx->tok.len;
}

void
lex_init(struct lexer *lx, const char *src)
{
	*lx = (struct lexer){ .src = src, .p = src };
	lex_next(lx);
}

struct text
lex_value(const struct token *tok, struct arena *arena)
{
	if (tok->kind != TOK_STRING) {
		char *copy = arena_memdup0(arena, tok->p, tok->len);
		return (struct text){ .p = copy, .len = tok->len };
	}
	char *copy = arena_memdup0(arena, tok->p + 1, tok->len - 2);
	if (tok->p[0] == '\'')
		return (struct text){ .p = copy, .len = tok->len - 2 };
	size_t to = 0;
	for (size_t from = 0; from < tok->len - 2; from++) {
		if (copy[from] == '\\' &&
		    (copy[from + 1] == '"' || copy[from + 1] == '\\'))
			from++;
		copy[to++] = copy[from];
	}
	copy[to] = '\0';
	return (struct text){ .p = copy, .len = to };
}
