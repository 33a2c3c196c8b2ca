/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter: what each operator and short option lets pass, where each mistake is
 * reported, globs against fnmatch(3) as the oracle, units.
 */
#include <check.h>
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "filter/filter.h"
#include "filter/filter_impl.h"

static void
set_text(struct event *ev, enum event_field_id id, const char *s)
{
	struct text t = { s, strlen(s) };
	memcpy((char *)ev + event_fields[id].at, &t, sizeof(t));
	ev->has |= UINT64_C(1) << id;
}

static void
set_num(struct event *ev, enum event_field_id id, int64_t v)
{
	/* little-endian: the low bytes of v are the narrower value */
	bool wide =
		event_fields[id].type == FIELD_U64 || event_fields[id].type == FIELD_I64;
	memcpy((char *)ev + event_fields[id].at, &v, wide ? 8 : 4);
	ev->has |= UINT64_C(1) << id;
}

/* A read of 4096 bytes that took 250 us. */
static struct event
event_read(void)
{
	struct event ev = { 0 };
	set_num(&ev, EV_seq, 7);
	set_num(&ev, EV_time_ns, INT64_MIN); /* as U64: 2^63 */
	set_num(&ev, EV_latency_ns, 250000);
	set_text(&ev, EV_comm, "bash");
	set_num(&ev, EV_pid, 100);
	set_num(&ev, EV_tid, 101);
	set_text(&ev, EV_syscall, "read");
	set_text(&ev, EV_family, "FS");
	set_text(&ev, EV_kind, "fd");
	set_num(&ev, EV_fd, 3);
	set_num(&ev, EV_ret, 4096);
	set_num(&ev, EV_bytes, 4096);
	set_num(&ev, EV_offset, -5);
	set_text(&ev, EV_file, "/tmp/a b/\xff.log");
	set_num(&ev, EV_epoll_events, 0x80000001);
	set_num(&ev, EV_requested_sleep_ns, -1);
	return ev;
}

/* An open that failed with ENOENT. */
static struct event
event_enoent(void)
{
	struct event ev = { 0 };
	set_num(&ev, EV_latency_ns, 900);
	set_text(&ev, EV_comm, "cc1");
	set_text(&ev, EV_syscall, "openat");
	set_text(&ev, EV_family, "FS");
	set_text(&ev, EV_file, "/usr/include/x.h");
	set_text(&ev, EV_old_file, "/old/x.h");
	set_num(&ev, EV_ret, -ENOENT);
	set_text(&ev, EV_error, "ENOENT");
	ev.errnum = ENOENT;
	return ev;
}

static bool
passes(const struct event *ev, const char *expr)
{
	struct filter *f = filter_new();
	struct filter_error err;
	int rc = filter_add_expr(f, expr, &err);
	ck_assert_msg(!rc, "%s: column %zu: %s", expr, err.column, err.text);
	bool pass = filter_pass(f, ev);
	filter_free(f);
	return pass;
}

struct expectation {
	const char *expr;
	bool pass;
};

static const struct expectation on_read[] = {
	/* every operator, both ways */
	{ "pid == 100", true },
	{ "pid == 101", false },
	{ "pid != 101", true },
	{ "pid != 100", false },
	{ "pid < 101", true },
	{ "pid < 100", false },
	{ "pid <= 100", true },
	{ "pid <= 99", false },
	{ "pid > 99", true },
	{ "pid > 100", false },
	{ "pid >= 100", true },
	{ "pid >= 101", false },
	{ "comm == bash", true },
	{ "comm == bas", false },
	{ "comm == BASH", false },
	{ "comm != sh", true },
	{ "comm != bash", false },
	{ "comm ~ ba*", true },
	{ "comm ~ ba", false },
	{ "comm !~ c*", true },
	{ "comm !~ b*", false },
	/* spelling */
	{ "comm~bash", true },
	{ "pid==100&&tid==101", true },
	{ "pid==1||tid==101", true },
	{ "!pid==1", true },
	{ "! ! pid==1", false },
	{ "NOT pid==1 AND pid == 1 or pid==100", true },
	{ "(pid==100)", true },
	{ " \t( ( pid == 100 ) )\n", true },
	{ "comm == 'bash' and comm == \"bash\"", true },
	{ "file == \"/tmp/a b/\xff.log\"", true },
	{ "file == '/tmp/a b/\xff.log'", true },
	{ "file ~ *[!x].log", true },
	{ "file ~ '* b/?.log'", true },
	{ "file ~ \"*\\\"*\"", false },
	/* precedence: not before and before or */
	{ "pid == 100 or pid == 1 and pid == 2", true },
	{ "(pid == 100 or pid == 1) and pid == 2", false },
	{ "pid == 1 and pid == 2 or pid == 100", true },
	{ "not pid == 1 and pid == 100", true },
	{ "not (pid == 1 or pid == 100)", false },
	{ "not pid == 100 or pid == 100", true },
	{ "not pid == 1 and not pid == 2 and not not pid == 100", true },
	/* units and numbers */
	{ "latency >= 250us", true },
	{ "latency > 250us", false },
	{ "latency_ns == 250000", true },
	{ "latency == 250000ns", true },
	{ "latency == 0.25ms", true },
	{ "latency < 1s and latency < 1m and latency < 1h", true },
	{ "bytes == 4K", true },
	{ "bytes == 0x1000", true },
	{ "bytes >= 1M", false },
	{ "ret == 4096", true },
	{ "ret > -1", true },
	{ "offset == -5", true },
	{ "offset < -4", true },
	{ "offset < -5", false },
	{ "offset >= -0", false },
	{ "requested_sleep == -1", true },
	{ "requested_sleep > -1s", true },
	/* U64 and U32 are not signed */
	{ "time > 9223372036854775807", true },
	{ "time == 9223372036854775808", true },
	{ "time > 18446744073709551615", false },
	{ "time > -1", true },
	{ "epoll_events == 0x80000001", true },
	{ "epoll_events > 2147483648", true },
	/* names with more than one spelling */
	{ "family == fs", true },
	{ "family == Network", false },
	{ "syscall == read or syscall == newstat", true },
	{ "syscall == syscall_999", false },
	/* an absent column fails every comparison, so its negation holds */
	{ "nfds == 0", false },
	{ "nfds != 0", false },
	{ "nfds < 1", false },
	{ "nfds >= 0", false },
	{ "not nfds == 0", true },
	{ "old_file == x", false },
	{ "old_file != x", false },
	{ "old_file ~ *", false },
	{ "old_file !~ x", false },
	{ "error != ENOENT", false },
	{ "not error == ENOENT", true },
	{ "bytes > 0 and not (syscall == close or ret == -ENOENT)", true },
	{ "comm ~ \"bash\" and latency >= 100us and bytes > 0 and "
	  "not (syscall == close or ret == -ENOENT)",
	  true },
};

START_TEST(test_read)
{
	struct event ev = event_read();
	const struct expectation *e = &on_read[_i];
	ck_assert_msg(passes(&ev, e->expr) == e->pass, "%s", e->expr);
}
END_TEST

static const struct expectation on_enoent[] = {
	{ "ret == -ENOENT", true },
	{ "ret == -2", true },
	{ "ret != -ENOENT", false },
	{ "ret < 0", true },
	{ "ret == -EACCES", false },
	{ "error == ENOENT", true },
	{ "error == EACCES", false },
	{ "error != EACCES", true },
	{ "error ~ E*", true },
	{ "error ~ \"*\"", true },
	{ "syscall ~ open*", true },
	{ "bytes > 0 and not (syscall == close or ret == -ENOENT)", false },
};

START_TEST(test_enoent)
{
	struct event ev = event_enoent();
	const struct expectation *e = &on_enoent[_i];
	ck_assert_msg(passes(&ev, e->expr) == e->pass, "%s", e->expr);
}
END_TEST

static const struct mistake {
	const char *expr;
	size_t column;
	const char *says; /* some part of the message */
} mistakes[] = {
	{ "", 1, "the expression is empty" },
	{ "   ", 4, "the expression is empty" },
	{ "lat >= 1", 1, "unknown column 'lat': did you mean latency?" },
	{ "pid == 1 and sycsall == read", 14, "did you mean syscall?" },
	{ "qwertz == 1", 1,
	  "unknown column 'qwertz': a comparison begins with a column" },
	{ "100 == pid", 1, "unknown column '100'" },
	{ "\"pid\" == 1", 1, "expected a column, 'not' or '(', found '\"pid\"'" },
	{ "pid", 4, "expected an operator (== != < <= > >= ~ !~), found the end" },
	{ "pid 1", 5, "expected an operator (== != < <= > >= ~ !~), found '1'" },
	{ "pid = 1", 5, "a single '=' is no operator: '==' compares" },
	{ "pid == 1 & tid == 1", 10, "a single '&'" },
	{ "pid == 1 | tid == 1", 10, "a single '|'" },
	{ "flags == O_RDONLY|O_SYNC", 18, "quote text that contains it" },
	{ "pid ==", 7, "expected a value" },
	{ "pid == == 1", 8, "expected a value" },
	{ "comm == and", 9,
	  "expected a value (in quotes if it is special), found 'and'" },
	{ "pid == 1 tid == 2", 10, "expected 'and', 'or' or the end, found 'tid'" },
	{ "pid == 1 and", 13, "expected a column, 'not' or '(', found the end" },
	{ "and pid == 1", 1, "expected a column, 'not' or '(', found 'and'" },
	{ "not", 4, "expected a column, 'not' or '(', found the end" },
	{ "(pid == 1", 10, "expected ')' for the '(' in column 1" },
	{ "pid == 1 and (tid == 1 or (fd == 2)", 36, "for the '(' in column 14" },
	{ "()", 2, "expected a column, 'not' or '(', found ')'" },
	{ "pid == 1)", 9, "this ')' has no '('" },
	{ "(pid == 1 tid == 1)", 11, "expected 'and', 'or' or ')', found 'tid'" },
	{ "comm == \"bash", 9, "no closing \" for this one" },
	{ "comm == 'bash", 9, "no closing ' for this one" },
	{ "comm == \"bash\\\"", 9, "no closing \" for this one" },
	{ "comm < bash", 6, "'<' compares numbers and comm is text: use == != ~ !~" },
	{ "pid ~ 1*", 5, "'~' matches text and pid is a number" },
	{ "pid !~ 1*", 5, "'!~' matches text and pid is a number" },
	{ "pid == bash", 8, "pid takes a number such as 4096, 0x1000 or 4K, not 'bash'" },
	{ "pid == ''", 8, "pid takes a number" },
	{ "pid == --1", 8, "pid takes a number" },
	{ "pid == 1x", 8, "pid takes a number" },
	{ "pid == 0x", 8, "pid takes a number" },
	{ "bytes > 10ms", 9, "bytes takes a number" },
	{ "bytes > 99999999999999999999", 9, "is more than 64 bits hold" },
	{ "bytes > 0x1ffffffffffffffff", 9, "is more than 64 bits hold" },
	{ "latency > 10K", 11, "latency_ns takes a time such as 100us (ns us ms s m h)" },
	{ "latency > 10 ms", 14, "expected 'and', 'or' or the end, found 'ms'" },
	{ "latency > 9999999999h", 11, "is more than 64 bits hold" },
	{ "ret == -ENOENTT", 8, "unknown errno '-ENOENTT'" },
	{ "ret == ENOENT", 8,
	  "ret is negative for an error: -ENOENT, or error == ENOENT" },
	{ "ret == ok", 8, "ret takes a number or an errno such as -ENOENT, not 'ok'" },
	{ "error == 2", 10, "error takes the name of an errno such as ENOENT, not '2'" },
	{ "error == -ENOENT", 10, "error takes the name of an errno" },
	{ "error == ''", 10, "error takes the name of an errno" },
	{ "syscall == opneat", 12, "unknown syscall 'opneat': did you mean openat" },
	{ "syscall == syscall_", 12, "unknown syscall 'syscall_'" },
	{ "family == Netwrok", 11, "unknown family 'Netwrok': did you mean Network" },
	{ "kind == zzzzzzzz", 9, "unknown kind 'zzzzzzzz'" },
	{ "a\x01\x1b[31m == 1", 1, "unknown column 'a??[31m'" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == 1", 1,
	  "'aaaaaaaaaaaaaaaaaaaaaaaa...'" },
};

START_TEST(test_mistake)
{
	const struct mistake *m = &mistakes[_i];
	struct filter *f = filter_new();
	struct filter_error err;
	ck_assert_int_eq(filter_add_expr(f, m->expr, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, m->says) != NULL, "%s: %s", m->expr, err.text);
	ck_assert_msg(err.column == m->column, "%s: column %zu: %s", m->expr, err.column,
		      err.text);
	ck_assert(!strchr(err.text, '\n'));
	/* what did not parse narrows nothing */
	struct event ev = event_read();
	ck_assert(filter_pass(f, &ev));
	ck_assert(!filter_reads(f, EV_pid));
	filter_free(f);
}
END_TEST

/* "(((...x...)))" with N pairs; the caller frees. */
static char *
nested(size_t n)
{
	static const char inner[] = "pid == 100";
	char *s = malloc(2 * n + sizeof(inner));
	memset(s, '(', n);
	memcpy(s + n, inner, sizeof(inner) - 1);
	memset(s + n + sizeof(inner) - 1, ')', n);
	s[2 * n + sizeof(inner) - 1] = '\0';
	return s;
}

START_TEST(test_nesting)
{
	struct event ev = event_read();
	char *s = nested(FILTER_DEPTH_MAX);
	ck_assert(passes(&ev, s));
	free(s);

	static const size_t hostile[] = { FILTER_DEPTH_MAX + 1, 1000000 };
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct filter *f = filter_new();
		struct filter_error err;
		s = nested(hostile[i]);
		ck_assert_int_eq(filter_add_expr(f, s, &err), -EINVAL);
		ck_assert_uint_eq(err.column, FILTER_DEPTH_MAX + 1);
		ck_assert_msg(strstr(err.text, "more than 64 deep") != NULL, "%s",
			      err.text);
		free(s);
		filter_free(f);
	}
}
END_TEST

/* N times PART, then LAST; the caller frees. */
static char *
repeated(const char *part, size_t n, const char *last)
{
	size_t len = strlen(part);
	char *s = malloc(n * len + strlen(last) + 1);
	for (size_t i = 0; i < n; i++)
		memcpy(s + i * len, part, len);
	strcpy(s + n * len, last);
	return s;
}

START_TEST(test_long_chains)
{
	static const struct {
		const char *part;
		size_t n;
		bool pass;
	} chains[] = {
		{ "pid == 100 and ", 100000, true },
		{ "pid == 1 or ", 100000, true },
		{ "pid == 1 and ", 100000, false },
		{ "not ", 100000, true },
		{ "!", 100001, false },
	};
	struct event ev = event_read();
	for (size_t i = 0; i < ARRAY_SIZE(chains); i++) {
		char *s = repeated(chains[i].part, chains[i].n, "pid == 100");
		ck_assert_msg(passes(&ev, s) == chains[i].pass, "%s", chains[i].part);
		free(s);
	}
}
END_TEST

START_TEST(test_conditions_add_up)
{
	struct event ev = event_read();
	struct filter *f = filter_new();
	struct filter_error err;
	ck_assert(filter_pass(f, &ev));
	ck_assert_int_eq(filter_add_expr(f, "pid == 100 or pid == 1", &err), 0);
	ck_assert(filter_pass(f, &ev));
	ck_assert_int_eq(filter_add_expr(f, "tid == 101 or tid == 1", &err), 0);
	ck_assert(filter_pass(f, &ev));
	ck_assert(filter_reads(f, EV_pid) && filter_reads(f, EV_tid));
	ck_assert(!filter_reads(f, EV_args));
	ck_assert_int_eq(filter_add_expr(f, "fd == 4 or not args ~ x", &err), 0);
	ck_assert(filter_pass(f, &ev));
	ck_assert(filter_reads(f, EV_args));
	filter_add_slower(f, 249999);
	ck_assert(filter_pass(f, &ev));
	ck_assert(filter_reads(f, EV_latency_ns));
	filter_add_slower(f, 250000);
	ck_assert(!filter_pass(f, &ev));
	filter_free(f);
	filter_free(NULL);
}
END_TEST

static bool
passes_paths(const struct event *ev, const char *a, const char *b)
{
	const char *globs[] = { a, b };
	struct filter *f = filter_new();
	filter_add_paths(f, globs, b ? 2 : 1);
	ck_assert(filter_reads(f, EV_file) && filter_reads(f, EV_old_file));
	bool pass = filter_pass(f, ev);
	filter_free(f);
	return pass;
}

START_TEST(test_paths_and_comms)
{
	struct event ev = event_enoent(), none = event_read();
	none.has &= ~(UINT64_C(1) << EV_file);
	ck_assert(passes_paths(&ev, "/usr/*", NULL));
	ck_assert(passes_paths(&ev, "/old/*", NULL));
	ck_assert(passes_paths(&ev, "nothing", "*.h"));
	ck_assert(passes_paths(&ev, "*.h", "nothing"));
	ck_assert(!passes_paths(&ev, "/usr", "*.c"));
	ck_assert(!passes_paths(&none, "*", NULL));

	const char *comms[] = { "x*", "cc?" };
	struct filter *f = filter_new();
	filter_add_comms(f, comms, 0);
	ck_assert(filter_pass(f, &none));
	filter_add_comms(f, comms, 2);
	ck_assert(filter_pass(f, &ev));
	ck_assert(!filter_pass(f, &none));
	filter_free(f);
}
END_TEST

START_TEST(test_success_and_failure)
{
	struct event good = event_read(), bad = event_enoent();
	struct event cut = event_read(), gone = event_read();
	set_num(&cut, EV_ret, -512);
	cut.event_flags |= EVENT_INTERRUPTED;
	gone.has &= ~(UINT64_C(1) << EV_ret); /* exit_group */

	struct filter *z = filter_new(), *Z = filter_new();
	filter_add_successful(z);
	filter_add_failed(Z);
	ck_assert(filter_pass(z, &good) && !filter_pass(Z, &good));
	ck_assert(!filter_pass(z, &bad) && filter_pass(Z, &bad));
	ck_assert(!filter_pass(z, &cut) && !filter_pass(Z, &cut));
	ck_assert(!filter_pass(z, &gone) && !filter_pass(Z, &gone));
	ck_assert(filter_reads(z, EV_ret) && filter_reads(Z, EV_error));
	filter_free(z);
	filter_free(Z);
}
END_TEST

static bool
glob(const char *pat, const char *s)
{
	return glob_match(pat, strlen(pat), s, strlen(s));
}

START_TEST(test_glob_corners)
{
	ck_assert(glob("", ""));
	ck_assert(!glob("", "a"));
	ck_assert(!glob("a", ""));
	ck_assert(glob("*", ""));
	ck_assert(glob("*", "/a/.b"));
	ck_assert(glob("**a**", "xay"));
	ck_assert(glob("*.c", "a.c.c"));
	ck_assert(glob("*ab*cd", "abababcdcd"));
	ck_assert(!glob("*ab*cd", "ababcdc"));
	ck_assert(glob("a[b", "a[b"));
	ck_assert(glob("[]a]", "]"));
	ck_assert(glob("[!]a]", "b"));
	ck_assert(!glob("[!]a]", "]"));
	ck_assert(glob("[a-]", "-"));
	ck_assert(glob("[\\]x]", "]"));
	ck_assert(glob("\\*", "*"));
	ck_assert(!glob("\\*", "a"));
	ck_assert(!glob("a\\", "a\\"));
	ck_assert(glob("[[:digit:]x]*", "7"));
	ck_assert(glob("[[:digit:]x]*", "x"));
	ck_assert(!glob("[[:digit:]x]*", "d"));
	ck_assert(!glob("[[:nonsense:]]", "n"));
	ck_assert(!glob("[z-a]", "m"));
	/* a character is a UTF-8 sequence or a stray byte */
	ck_assert(glob("?", "\xc3\xa4"));
	ck_assert(!glob("??", "\xc3\xa4"));
	ck_assert(glob("[\xc3\xa4-\xc3\xb6]", "\xc3\xa5"));
	ck_assert(!glob("[\xc3\xa4]", "\xc3"));
	ck_assert(glob("?", "\xff"));
	ck_assert(glob("a?b", "a\xc3"
			      "b"));
	ck_assert(glob("\xff*", "\xff\xfe\xfd"));
	ck_assert(!glob("\xff", "\xc3\xbf"));
	ck_assert(!glob("[[:alpha:]]", "\xc3\xa4"));
}
END_TEST

/* The pattern whose i-th character is the i-th digit of CODE over ALPHABET. */
static void
spell(char *out, size_t len, const char *alphabet, uint64_t code)
{
	size_t base = strlen(alphabet);
	for (size_t i = 0; i < len; i++, code /= base)
		out[i] = alphabet[code % base];
	out[len] = '\0';
}

/* Every pattern up to 5 characters of a small alphabet against texts, fnmatch(3) being
 * the judge. */
START_TEST(test_glob_against_fnmatch)
{
	static const char alphabet[] = "ab*?[]\\!-";
	static const char *const texts[] = { "",     "a",   "b",   "ab", "ba", "aab",
					     "abb",  "bab", "[a",  "a]", "[]", "!a]",
					     "a-b]", "-",   "\\a", "*" };
	char pat[8];
	uint64_t n = 1;
	for (size_t len = 0; len <= 5; len++, n *= sizeof(alphabet) - 1)
		for (uint64_t code = 0; code < n; code++) {
			spell(pat, len, alphabet, code);
			for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
				ck_assert_msg(glob(pat, texts[i]) ==
						      !fnmatch(pat, texts[i], 0),
					      "%s on %s", pat, texts[i]);
		}
}
END_TEST

/* Backtracking over each star in turn would take longer than the age of the universe. */
START_TEST(test_glob_no_blow_up)
{
	char *text = repeated("a", 4096, "");
	char *pat = repeated("*a", 500, "*b");
	ck_assert(!glob(pat, text));
	text[4095] = 'b';
	ck_assert(glob(pat, text));
	free(text);
	free(pat);
}
END_TEST

static const struct {
	const char *s;
	bool bare_ns;
	int rc;
	uint64_t ns;
} times[] = {
	{ "0", false, 0, 0 },
	{ "5", false, 0, UINT64_C(5000000000) },
	{ "5", true, 0, 5 },
	{ "100us", false, 0, 100000 },
	{ "100ns", false, 0, 100 },
	{ "500ms", true, 0, 500000000 },
	{ "2.5s", false, 0, UINT64_C(2500000000) },
	{ ".5", false, 0, 500000000 },
	{ "1.", false, 0, 1000000000 },
	{ "2m", false, 0, UINT64_C(120000000000) },
	{ "1h", false, 0, UINT64_C(3600000000000) },
	{ "0.000000001", false, 0, 1 },
	{ "0.0000000019", false, 0, 1 },
	{ "1.9999999999999999999999999h", false, 0, UINT64_C(7199999999999) },
	{ "18446744073709551615ns", false, 0, UINT64_MAX },
	{ "18446744073.709551615", false, 0, UINT64_MAX },
	{ "18446744073.709551616", false, -ERANGE, 0 },
	{ "18446744073709551616ns", false, -ERANGE, 0 },
	{ "18446744073709551615", false, -ERANGE, 0 },
	{ "", false, -EINVAL, 0 },
	{ ".", false, -EINVAL, 0 },
	{ "s", false, -EINVAL, 0 },
	{ "-1", false, -EINVAL, 0 },
	{ "+1", false, -EINVAL, 0 },
	{ " 1", false, -EINVAL, 0 },
	{ "1 s", false, -EINVAL, 0 },
	{ "1S", false, -EINVAL, 0 },
	{ "1ss", false, -EINVAL, 0 },
	{ "1.2.3", false, -EINVAL, 0 },
	{ "1K", false, -EINVAL, 0 },
};

START_TEST(test_time)
{
	uint64_t ns = 0;
	ck_assert_int_eq(parse_time_ns(times[_i].s, times[_i].bare_ns, &ns),
			 times[_i].rc);
	ck_assert_msg(ns == times[_i].ns, "%s: %" PRIu64, times[_i].s, ns);
}
END_TEST

static const struct {
	const char *s;
	int rc;
	uint64_t v;
} sizes[] = {
	{ "0", 0, 0 },
	{ "4096", 0, 4096 },
	{ "010", 0, 10 },
	{ "64K", 0, 65536 },
	{ "64k", 0, 65536 },
	{ "1M", 0, 1048576 },
	{ "2G", 0, UINT64_C(2147483648) },
	{ "1T", 0, UINT64_C(1) << 40 },
	{ "0xfF", 0, 255 },
	{ "0xffffffffffffffff", 0, UINT64_MAX },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "0x10000000000000000", -ERANGE, 0 },
	{ "16777216T", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "K", -EINVAL, 0 },
	{ "1KB", -EINVAL, 0 },
	{ "1.5K", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "0xg", -EINVAL, 0 },
	{ "12a", -EINVAL, 0 },
};

START_TEST(test_size)
{
	uint64_t v = 0;
	ck_assert_int_eq(parse_size(sizes[_i].s, &v), sizes[_i].rc);
	ck_assert_msg(v == sizes[_i].v, "%s: %" PRIu64, sizes[_i].s, v);
}
END_TEST

static void
check_nearest(const char *word, const char *expected)
{
	static const char *const names[] = { "read", "pread64", "readv", "write",
					     "openat" };
	char buf[64];
	struct nearest near;
	nearest_init(&near, word, strlen(word));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		nearest_offer(&near, names[i]);
	ck_assert_str_eq(nearest_text(&near, buf, sizeof(buf)), expected);
}

START_TEST(test_nearest)
{
	check_nearest("raed", "read or readv");
	check_nearest("wirte", "write");
	check_nearest("OPENAT", "openat");
	check_nearest("re", "read or readv");
	check_nearest("readvv", "readv or read");
	check_nearest("zzz", "");
	check_nearest("", "");
	check_nearest("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr", "");
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("filter");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_read, 0, ARRAY_SIZE(on_read));
	tcase_add_loop_test(tc, test_enoent, 0, ARRAY_SIZE(on_enoent));
	tcase_add_loop_test(tc, test_mistake, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tc, test_nesting);
	tcase_add_test(tc, test_long_chains);
	tcase_add_test(tc, test_conditions_add_up);
	tcase_add_test(tc, test_paths_and_comms);
	tcase_add_test(tc, test_success_and_failure);
	tcase_add_test(tc, test_glob_corners);
	tcase_add_test(tc, test_glob_against_fnmatch);
	tcase_add_test(tc, test_glob_no_blow_up);
	tcase_add_loop_test(tc, test_time, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(tc, test_size, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, test_nearest);
	Suite *suite = suite_create("filter");
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
