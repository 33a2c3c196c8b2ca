/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the filter: the tree that lex.c and parse.c build and eval.c walks.
 */
#ifndef IOTRACE_FILTER_FILTER_IMPL_H
#define IOTRACE_FILTER_FILTER_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "filter/filter.h"
#include "filter/glob.h"

/* How deep parentheses may nest: bounds the recursion of parser and evaluation. A chain
 * of and, or, not does not nest. */
#define FILTER_DEPTH_MAX 64

enum compare { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };

/* Any value of a numeric column, signed or not. 0 is never negative. */
struct number {
	bool negative;
	uint64_t magnitude;
};

enum node_kind {
	NODE_AND,  /* of all children; true without any */
	NODE_OR,   /* of all children */
	NODE_NOT,  /* of the one child */
	NODE_NUM,  /* numeric column CMP num */
	NODE_TEXT, /* text column CMP text; CMP_EQ or CMP_NE */
	NODE_GLOB, /* text column matches (CMP_EQ) or does not match (CMP_NE) text */
	NODE_SUCCEEDED,
	NODE_FAILED,
};

struct filter_node {
	enum node_kind kind;
	enum event_field_id field;
	enum compare cmp;
	struct number num;
	struct text text;		  /* in the filter's arena */
	struct filter_node *child, *next; /* first child, next sibling */
};

struct filter {
	struct arena arena;	  /* owns all nodes and texts */
	struct filter_node *root; /* a NODE_AND */
	struct filter_node *last; /* of root's children */
	uint64_t reads;		  /* bit EV_x: some node reads the column */
};

/* A zeroed node in the filter's arena. */
struct filter_node *filter_node_new(struct filter *, enum node_kind);

/* Makes NODE one more condition that must hold. */
void filter_narrow(struct filter *, struct filter_node *);

enum token_kind {
	TOK_END,
	TOK_WORD,
	TOK_STRING, /* quoted */
	TOK_OPEN,
	TOK_CLOSE,
	TOK_AND,
	TOK_OR,
	TOK_NOT,
	TOK_EQ,
	TOK_NE,
	TOK_LT,
	TOK_LE,
	TOK_GT,
	TOK_GE,
	TOK_GLOB,
	TOK_NOT_GLOB,
	TOK_BAD, /* lexer.wrong says what it is */
};

struct token {
	enum token_kind kind;
	const char *p; /* where it begins in the source */
	size_t len;    /* in the source, quotes included */
};

struct lexer {
	const char *src, *p;
	struct token tok;  /* the current token */
	const char *wrong; /* of a TOK_BAD: a literal */
};

/* Starts on SRC; the first token is current. */
void lex_init(struct lexer *, const char *src);

/* Makes the next token current; stays at TOK_END and TOK_BAD. */
void lex_next(struct lexer *);

/* What a word or string token means, quotes and escapes taken away: a copy in ARENA. */
struct text lex_value(const struct token *, struct arena *);

#endif
