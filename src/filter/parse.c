/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions of --filter, by recursive descent:
 *
 *   or         = and { ("or" | "||") and }
 *   and        = not { ("and" | "&&") not }
 *   not        = { "not" | "!" } ( "(" or ")" | comparison )
 *   comparison = column operator value
 *
 * and, or make one node with all their operands and a chain of nots is counted, so only
 * parentheses recurse, FILTER_DEPTH_MAX deep at most. What a value means is decided by
 * the column: 10m is ten minutes of latency and ten mebibytes of bytes. A value that
 * could never match (an unknown errno or syscall) is a mistake and said.
 */
#include "filter/filter_impl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "table/flags.h"
#include "table/requests.h"
#include "table/syscall_desc.h"

struct parser {
	struct lexer lex;
	struct filter *f;
	struct filter_error *err;
	unsigned depth;
};

/* A comparison while it is read. */
struct comparison {
	int field;
	struct token column, op, value;
	struct text text; /* the value without quotes */
};

static struct filter_node *parse_or(struct parser *);

/* How much of a token a message shows. */
#define SHOWN_MAX 24

/* A token for a message: cut, no control bytes. */
struct shown {
	char s[SHOWN_MAX + 8];
};

static struct shown
show(const struct token *tok)
{
	struct shown out = { "the end" };
	if (tok->kind == TOK_END)
		return out;
	size_t n = tok->len < SHOWN_MAX ? tok->len : SHOWN_MAX;
	while (n < tok->len && n > 1 && (tok->p[n] & 0xc0) == 0x80)
		n--; /* not within a UTF-8 sequence */
	char *to = out.s;
	*to++ = '\'';
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)tok->p[i];
		*to++ = c < 0x20 || c == 0x7f ? '?' : (char)c;
	}
	const char *end = n < tok->len ? "...'" : "'";
	memcpy(to, end, strlen(end) + 1);
	return out;
}

/* Notes the mistake at TOK; NULL, so that a parser can return it. */
IT_PRINTF(3, 4)
static struct filter_node *
fail(struct parser *ps, const struct token *tok, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(ps->err->text, sizeof(ps->err->text), fmt, ap);
	va_end(ap);
	ps->err->column = (size_t)(tok->p - ps->lex.src) + 1;
	return NULL;
}

/* Something other than what must come at TOK: WANTED. */
static struct filter_node *
fail_wanted(struct parser *ps, const struct token *tok, const char *wanted)
{
	if (tok->kind == TOK_BAD)
		return fail(ps, tok, "%s", ps->lex.wrong);
	return fail(ps, tok, "expected %s, found %s", wanted, show(tok).s);
}

int
filter_column_find(const char *name, size_t len)
{
	int id = event_field_find(name, len);
	for (int i = 0; id < 0 && i < EV_FIELD_COUNT; i++) {
		const char *full = event_fields[i].name;
		if (!strncmp(full, name, len) && !strcmp(full + len, "_ns"))
			id = i;
	}
	return id;
}

const char *
filter_column_nearest(const char *name, size_t len, char *buf, size_t size)
{
	struct nearest near;
	nearest_init(&near, name, len);
	/* as filter_column_find also takes it: latency for latency_ns */
	char bare[EV_FIELD_COUNT][32];
	for (int i = 0; i < EV_FIELD_COUNT; i++) {
		const char *column = event_fields[i].name;
		size_t n = strlen(column);
		if (n > 3 && !strcmp(column + n - 3, "_ns"))
			n -= 3;
		snprintf(bare[i], sizeof(bare[i]), "%.*s", (int)n, column);
		nearest_offer(&near, bare[i]);
	}
	return nearest_text(&near, buf, size);
}

static struct filter_node *
fail_column(struct parser *ps, const struct token *tok)
{
	char near[80];
	if (*filter_column_nearest(tok->p, tok->len, near, sizeof(near)))
		return fail(ps, tok, "unknown column %s: did you mean %s?", show(tok).s,
			    near);
	return fail(ps, tok,
		    "unknown column %s: a comparison begins with a column (as in "
		    "--help), then operator and value",
		    show(tok).s);
}

static bool
is_time(int field)
{
	return !strcmp(event_fields[field].unit, "ns");
}

/* The errno a value names in ret: -ENOENT. 1 if it is one, 0 if it is none, -1 after
 * saying what is wrong. */
static int
parse_ret_errno(struct parser *ps, const struct comparison *c, struct number *num)
{
	const char *name = c->text.p + (c->text.p[0] == '-');
	if (name[0] != 'E')
		return 0;
	int errnum = errno_find(name, strlen(name));
	if (!errnum) {
		fail(ps, &c->value, "unknown errno %s", show(&c->value).s);
		return -1;
	}
	if (name == c->text.p) {
		fail(ps, &c->value, "ret is negative for an error: -%s, or error == %s",
		     name, name);
		return -1;
	}
	*num = (struct number){ .negative = true, .magnitude = (uint64_t)errnum };
	return 1;
}

static bool
parse_number(struct parser *ps, const struct comparison *c, struct number *num)
{
	if (c->field == EV_ret) {
		int found = parse_ret_errno(ps, c, num);
		if (found)
			return found > 0;
	}
	bool negative = c->text.p[0] == '-';
	const char *digits = c->text.p + negative;
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	uint64_t v = 0;
	int err = is_time(c->field) && !hex ? parse_time_ns(digits, true, &v)
					    : parse_size(digits, &v);
	if (!err) {
		*num = (struct number){ .negative = negative && v, .magnitude = v };
		return true;
	}
	const char *name = event_fields[c->field].name;
	if (err == -ERANGE)
		fail(ps, &c->value, "%s is more than 64 bits hold", show(&c->value).s);
	else if (is_time(c->field))
		fail(ps, &c->value,
		     "%s takes a time such as 100us (ns us ms s m h), not %s", name,
		     show(&c->value).s);
	else if (c->field == EV_ret)
		fail(ps, &c->value,
		     "ret takes a number or an errno such as -ENOENT, not %s",
		     show(&c->value).s);
	else
		fail(ps, &c->value,
		     "%s takes a number such as 4096, 0x1000 or 4K, not %s", name,
		     show(&c->value).s);
	return false;
}

/* Is it the name of a call that a table newer than ours has: syscall_500? */
static bool
is_numbered(const char *name)
{
	static const char prefix[] = "syscall_";
	size_t n = sizeof(prefix) - 1;
	return !strncmp(name, prefix, n) && name[n] &&
	       strspn(name + n, "0123456789") == strlen(name + n);
}

/* The word for NAME in events; NULL if they cannot have it, and then the words that they
 * can have were offered to NEAR. */
static const char *
canonical_word(int field, const char *name, struct nearest *near)
{
	if (field == EV_syscall) {
		const struct syscall_desc *desc = syscall_find(name);
		if (desc)
			return desc->name;
		if (request_find(name))
			return name;
		for (unsigned nr = 0; nr <= syscall_nr_max; nr++)
			if (syscall_desc(nr)->name)
				nearest_offer(near, syscall_desc(nr)->name);
		for (unsigned op = 0; op < REQUEST_COUNT; op++)
			nearest_offer(near, request_desc(op)->name);
		return is_numbered(name) ? name : NULL;
	}
	bool family = field == EV_family;
	int id = family ? family_find(name) : kind_find(name);
	if (id >= 0)
		return family ? family_name((unsigned)id) : kind_name((unsigned)id);
	for (unsigned i = 0; i < (family ? (unsigned)FAMILY_COUNT : (unsigned)KIND_COUNT);
	     i++)
		nearest_offer(near, family ? family_name(i) : kind_name(i));
	return NULL;
}

/* Settles the value of == and != for columns that hold names out of a table; false after
 * saying what is wrong. */
static bool
check_word(struct parser *ps, struct comparison *c)
{
	if (c->field == EV_error) {
		if (errno_find(c->text.p, c->text.len))
			return true;
		fail(ps, &c->value,
		     "error takes the name of an errno such as ENOENT, not %s",
		     show(&c->value).s);
		return false;
	}
	if (c->field != EV_syscall && c->field != EV_family && c->field != EV_kind)
		return true;
	struct nearest near;
	nearest_init(&near, c->text.p, c->text.len);
	const char *word = canonical_word(c->field, c->text.p, &near);
	if (word) {
		c->text.len = strlen(word);
		c->text.p = arena_memdup0(&ps->f->arena, word, c->text.len);
		return true;
	}
	char names[80];
	nearest_text(&near, names, sizeof(names));
	fail(ps, &c->value, "unknown %s %s%s%s%s", event_fields[c->field].name,
	     show(&c->value).s, *names ? ": did you mean " : "", names,
	     *names ? "?" : "");
	return false;
}

/* The CMP of an operator; -1 if it is none. */
static int
compare_of(enum token_kind kind)
{
	static const struct {
		enum token_kind kind;
		enum compare cmp;
	} map[] = {
		{ TOK_EQ, CMP_EQ },   { TOK_NE, CMP_NE },	{ TOK_LT, CMP_LT },
		{ TOK_LE, CMP_LE },   { TOK_GT, CMP_GT },	{ TOK_GE, CMP_GE },
		{ TOK_GLOB, CMP_EQ }, { TOK_NOT_GLOB, CMP_NE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].kind == kind)
			return (int)map[i].cmp;
	return -1;
}

/* Makes the node of a comparison whose parts were read. */
static struct filter_node *
compare_node(struct parser *ps, struct comparison *c)
{
	const char *name = event_fields[c->field].name;
	bool is_text = event_fields[c->field].type == FIELD_TEXT;
	bool glob = c->op.kind == TOK_GLOB || c->op.kind == TOK_NOT_GLOB;
	bool exact = c->op.kind == TOK_EQ || c->op.kind == TOK_NE;
	if (is_text && !glob && !exact)
		return fail(ps, &c->op,
			    "%s compares numbers and %s is text: use == != ~ !~",
			    show(&c->op).s, name);
	if (!is_text && glob)
		return fail(ps, &c->op,
			    "%s matches text and %s is a number: use == != < <= > >=",
			    show(&c->op).s, name);
	struct filter_node *node = filter_node_new(ps->f, NODE_NUM);
	node->field = (enum event_field_id)c->field;
	node->cmp = (enum compare)compare_of(c->op.kind);
	if (!is_text)
		return parse_number(ps, c, &node->num) ? node : NULL;
	node->kind = glob ? NODE_GLOB : NODE_TEXT;
	if (exact && !check_word(ps, c))
		return NULL;
	node->text = c->text;
	return node;
}

static struct filter_node *
parse_comparison(struct parser *ps)
{
	struct comparison c = { .column = ps->lex.tok };
	if (c.column.kind != TOK_WORD)
		return fail_wanted(ps, &c.column, "a column, 'not' or '('");
	c.field = filter_column_find(c.column.p, c.column.len);
	if (c.field < 0)
		return fail_column(ps, &c.column);
	lex_next(&ps->lex);
	c.op = ps->lex.tok;
	if (compare_of(c.op.kind) < 0)
		return fail_wanted(ps, &c.op, "an operator (== != < <= > >= ~ !~)");
	lex_next(&ps->lex);
	c.value = ps->lex.tok;
	if (c.value.kind != TOK_WORD && c.value.kind != TOK_STRING)
		return fail_wanted(ps, &c.value, "a value (in quotes if it is special)");
	c.text = lex_value(&c.value, &ps->f->arena);
	lex_next(&ps->lex);
	return compare_node(ps, &c);
}

static struct filter_node *
parse_group(struct parser *ps)
{
	struct token open = ps->lex.tok;
	if (ps->depth == FILTER_DEPTH_MAX)
		return fail(ps, &open, "parentheses nest more than %d deep",
			    FILTER_DEPTH_MAX);
	lex_next(&ps->lex);
	ps->depth++;
	struct filter_node *node = parse_or(ps);
	ps->depth--;
	if (!node)
		return NULL;
	if (ps->lex.tok.kind == TOK_END)
		return fail(ps, &ps->lex.tok, "expected ')' for the '(' in column %zu",
			    (size_t)(open.p - ps->lex.src) + 1);
	if (ps->lex.tok.kind != TOK_CLOSE)
		return fail_wanted(ps, &ps->lex.tok, "'and', 'or' or ')'");
	lex_next(&ps->lex);
	return node;
}

static struct filter_node *
parse_not(struct parser *ps)
{
	bool negate = false;
	for (; ps->lex.tok.kind == TOK_NOT; lex_next(&ps->lex))
		negate = !negate;
	struct filter_node *node =
		ps->lex.tok.kind == TOK_OPEN ? parse_group(ps) : parse_comparison(ps);
	if (!node || !negate)
		return node;
	struct filter_node *not = filter_node_new(ps->f, NODE_NOT);
	not ->child = node;
	return not ;
}

/* One or more OPERANDs with OP between them. */
static struct filter_node *
parse_chain(struct parser *ps, enum token_kind op, enum node_kind kind,
	    struct filter_node *(*operand)(struct parser *))
{
	struct filter_node *first = operand(ps), *last = first;
	if (!first || ps->lex.tok.kind != op)
		return first;
	struct filter_node *all = filter_node_new(ps->f, kind);
	all->child = first;
	while (ps->lex.tok.kind == op) {
		lex_next(&ps->lex);
		last->next = operand(ps);
		if (!last->next)
			return NULL;
		last = last->next;
	}
	return all;
}

static struct filter_node *
parse_and(struct parser *ps)
{
	return parse_chain(ps, TOK_AND, NODE_AND, parse_not);
}

static struct filter_node *
parse_or(struct parser *ps)
{
	return parse_chain(ps, TOK_OR, NODE_OR, parse_and);
}

int
filter_add_expr(struct filter *f, const char *expr, struct filter_error *err)
{
	struct parser ps = { .f = f, .err = err };
	*err = (struct filter_error){ 0 };
	lex_init(&ps.lex, expr);
	struct filter_node *node;
	if (ps.lex.tok.kind == TOK_END)
		node = fail(&ps, &ps.lex.tok, "the expression is empty");
	else
		node = parse_or(&ps);
	if (node && ps.lex.tok.kind == TOK_CLOSE)
		node = fail(&ps, &ps.lex.tok, "this ')' has no '('");
	else if (node && ps.lex.tok.kind != TOK_END)
		node = fail_wanted(&ps, &ps.lex.tok, "'and', 'or' or the end");
	if (!node)
		return -EINVAL;
	filter_narrow(f, node);
	return 0;
}
