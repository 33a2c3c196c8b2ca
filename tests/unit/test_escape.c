/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escaping: the dialects byte for byte, and for every pair of bytes that escape_c can be
 * read back by the rules of C and that nothing unprintable comes out.
 */
#include <check.h>
#include <string.h>

#include "base/escape.h"

/* For loops: ck_assert() reports each pass to its parent, which takes a microsecond. */
static void
must(bool ok, const char *what)
{
	if (!ok)
		ck_abort_msg("%s", what);
}

static const struct {
	const char *in;
	size_t len;
	const char *want;
} c_cases[] = {
#define CASE(in, want) \
	{ \
		in, sizeof(in) - 1, want \
	}
	/* As strace 6.1 prints these bytes. */
	CASE("\0018\0019\0017\001a\0371\3770\377x\177z\\\"'\a\b\033\t\n\v\f\r\0",
	     "\\18\\19\\0017\\1a\\0371\\3770\\377x\\177z\\\\\\\"'"
	     "\\7\\10\\33\\t\\n\\v\\f\\r\\0"),
	CASE("\00001", "\\00001"),
	CASE("\200\0", "\\200\\0"),
	CASE("", ""),
	CASE("plain /path text", "plain /path text"),
	CASE("\xc3\xa9", "\\303\\251"),
};

static const struct {
	const char *in;
	size_t len;
	const char *want;
} terminal_cases[] = {
	CASE("", ""),
	CASE("a\\b\"c", "a\\b\"c"),
	CASE("caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x98\x80",
	     "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x98\x80"),
	CASE("\033[2Jx\n\t\177\0y", "\\x1b[2Jx\\x0a\\x09\\x7f\\x00y"),
	CASE("\xc2\x9b"
	     "31m",
	     "\\xc2\\x9b31m"), /* C1 CSI */
	CASE("\xe2\x80\xaetxt.exe",
	     "\\xe2\\x80\\xaetxt.exe"), /* right-to-left override */
	CASE("a\xe2\x80\x8b"
	     "b\xef\xbb\xbf",
	     "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf"),
	CASE("\xff\xc3", "\\xff\\xc3"),
	CASE("\xed\xa0\x80", "\\xed\\xa0\\x80"),	  /* surrogate */
	CASE("\xf3\xa0\x80\x81", "\\xf3\\xa0\\x80\\x81"), /* tag character */
};

static const struct {
	const char *in;
	size_t len;
	const char *want;
} json_cases[] = {
	CASE("", ""),
	CASE("a\"b\\c/d", "a\\\"b\\\\c/d"),
	CASE("\b\f\n\r\t\0\001\037", "\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f"),
	CASE("\177\xc2\x80", "\\u007f\\u0080"),
	CASE("\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80"),
	CASE("\xe2\x80\xae\xf3\xa0\x80\x81", "\\u202e\\udb40\\udc01"),
	CASE("x\xff\xfey", "x\xef\xbf\xbd\xef\xbf\xbdy"),
	CASE("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"), /* cut: each byte */
	CASE("\xef\xbf\xbd", "\xef\xbf\xbd"),
#undef CASE
};

START_TEST(escape_c_cases)
{
	struct strbuf sb = { 0 };
	escape_c(&sb, c_cases[_i].in, c_cases[_i].len);
	ck_assert_str_eq(strbuf_str(&sb), c_cases[_i].want);
	strbuf_fini(&sb);
}
END_TEST

START_TEST(escape_xml_cases)
{
	static const char in[] = "a<b>&\"'\n\0\xff\xc3\xa9\xef\xbf\xbe]]>";
	struct strbuf sb = { 0 };
	escape_xml(&sb, in, sizeof(in) - 1);
	ck_assert_str_eq(strbuf_str(&sb),
			 "a&lt;b&gt;&amp;&quot;&#39;\\x0a\\x00\\xff\xc3\xa9\\xef\\xbf"
			 "\\xbe]]&gt;");
	strbuf_fini(&sb);
}
END_TEST

START_TEST(escape_terminal_cases)
{
	struct strbuf sb = { 0 };
	escape_terminal(&sb, terminal_cases[_i].in, terminal_cases[_i].len);
	ck_assert_str_eq(strbuf_str(&sb), terminal_cases[_i].want);
	strbuf_fini(&sb);
}
END_TEST

START_TEST(escape_json_cases)
{
	struct strbuf sb = { 0 };
	escape_json(&sb, json_cases[_i].in, json_cases[_i].len);
	ck_assert_str_eq(strbuf_str(&sb), json_cases[_i].want);
	strbuf_fini(&sb);
}
END_TEST

/* What a C compiler makes of the inside of a literal. */
static size_t
c_unescape(const char *p, size_t len, char *out)
{
	static const char letters[] = "tnvfr\"\\", bytes[] = "\t\n\v\f\r\"\\";
	size_t n = 0;
	for (size_t i = 0; i < len;) {
		if (p[i] != '\\') {
			out[n++] = p[i++];
			continue;
		}
		i++;
		const char *letter = memchr(letters, p[i], sizeof(letters) - 1);
		if (letter) {
			out[n++] = bytes[letter - letters];
			i++;
			continue;
		}
		unsigned v = 0, digits = 0;
		for (; i < len && digits < 3 && p[i] >= '0' && p[i] <= '7'; digits++)
			v = v * 8 + (unsigned)(p[i++] - '0');
		must(digits > 0, "a letter C does not know");
		out[n++] = (char)v;
	}
	return n;
}

START_TEST(escape_c_reads_back)
{
	struct strbuf sb = { 0 };
	for (int i = 0; i < 65536; i++) {
		char in[3] = { (char)(i >> 8), (char)i, '7' }, out[16];
		strbuf_reset(&sb);
		escape_c(&sb, in, 3);
		for (size_t k = 0; k < sb.len; k++)
			must(sb.p[k] >= 0x20 && sb.p[k] < 0x7f, "printable");
		must(c_unescape(sb.p, sb.len, out) == 3 && !memcmp(out, in, 3), sb.p);
	}
	strbuf_fini(&sb);
}
END_TEST

/* No byte that is neither printable ASCII nor part of valid UTF-8 comes out. */
START_TEST(shown_text_is_always_valid)
{
	struct strbuf sb = { 0 };
	for (int i = 0; i < 65536; i++) {
		char in[4] = { (char)(i >> 8), (char)i, (char)0x80, (char)(i >> 4) };
		strbuf_reset(&sb);
		escape_terminal(&sb, in, 4);
		escape_json(&sb, in, 4);
		must(utf8_valid(sb.p, sb.len), "valid UTF-8");
		for (size_t k = 0; k < sb.len; k++)
			must((unsigned char)sb.p[k] >= 0x20 && sb.p[k] != 0x7f,
			     "no control");
	}
	strbuf_fini(&sb);
}
END_TEST

static size_t
encode(unsigned cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)((0xf00u >> n & 0xf0) | cp);
	return n;
}

START_TEST(utf8_every_code_point)
{
	for (unsigned cp = 0; cp < 0x200000; cp++) {
		char p[5];
		unsigned got = ~0u;
		size_t n = encode(cp, p);
		bool valid = cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
		must(utf8_decode(p, n, &got) == (valid ? n : 0), "length");
		must(!valid || got == cp, "code point");
		must(n == 1 || utf8_decode(p, n - 1, &got) == 0, "cut");
	}
}
END_TEST

START_TEST(utf8_refuses)
{
	static const char *const bad[] = { "\xc0\x80",	   "\xc1\xbf",
					   "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
					   "\x80",	   "\xf8\x88\x80\x80\x80",
					   "\xc3(",	   "\xe2\x82(",
					   "ok\xff" };
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert(!utf8_valid(bad[i], strlen(bad[i])));
	ck_assert(utf8_valid("", 0));
	ck_assert(utf8_valid("a\0b", 3));
	unsigned cp;
	ck_assert_uint_eq(utf8_decode("", 0, &cp), 0);
}
END_TEST

START_TEST(utf8_replaced)
{
	static const struct {
		const char *in, *want;
	} v[] = { { "", "" },
		  { "plain", "plain" },
		  { "\xc3\xa4\xf0\x9f\x98\x80", "\xc3\xa4\xf0\x9f\x98\x80" },
		  { "a\xff" "b", "a\xef\xbf\xbd" "b" },
		  { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		  { "ok\xc3", "ok\xef\xbf\xbd" } };
	struct strbuf sb = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		strbuf_reset(&sb);
		utf8_replace(&sb, v[i].in, strlen(v[i].in));
		ck_assert_str_eq(strbuf_str(&sb), v[i].want);
	}
	strbuf_fini(&sb);
}
END_TEST

/* A bad byte at every place of a text longer than what is looked at in one go. */
START_TEST(utf8_valid_places)
{
	for (size_t len = 1; len < 40; len++)
		for (size_t at = 0; at < len; at++) {
			char text[40];
			memset(text, 'x', len);
			must(utf8_valid(text, len), "ASCII is valid");
			text[at] = '\xe4';
			must(!utf8_valid(text, len), "a lone byte is not");
		}
}
END_TEST

/* RFC 4648 section 10, and bytes that use the last digits. */
START_TEST(base64_vectors)
{
	static const struct {
		const char *in, *want;
	} v[] = { { "", "" },
		  { "f", "Zg==" },
		  { "fo", "Zm8=" },
		  { "foo", "Zm9v" },
		  { "foob", "Zm9vYg==" },
		  { "fooba", "Zm9vYmE=" },
		  { "foobar", "Zm9vYmFy" },
		  { "\xff\xfe\xfb", "//77" } };
	struct strbuf sb = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		strbuf_reset(&sb);
		base64_encode(&sb, v[i].in, strlen(v[i].in));
		ck_assert_str_eq(strbuf_str(&sb), v[i].want);
	}
	strbuf_fini(&sb);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("escape");
	TCase *tc = tcase_create("escape");
	suite_add_tcase(suite, tc);
	tcase_add_loop_test(tc, escape_c_cases, 0, (int)ARRAY_SIZE(c_cases));
	tcase_add_loop_test(tc, escape_terminal_cases, 0,
			    (int)ARRAY_SIZE(terminal_cases));
	tcase_add_test(tc, escape_xml_cases);
	tcase_add_loop_test(tc, escape_json_cases, 0, (int)ARRAY_SIZE(json_cases));
	tcase_add_test(tc, escape_c_reads_back);
	tcase_add_test(tc, shown_text_is_always_valid);
	tcase_add_test(tc, utf8_every_code_point);
	tcase_add_test(tc, utf8_refuses);
	tcase_add_test(tc, utf8_replaced);
	tcase_add_test(tc, utf8_valid_places);
	tcase_add_test(tc, base64_vectors);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
