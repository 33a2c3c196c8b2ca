/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inline side of capture where it needs no tracee: padding, the clock, the agent's head. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "capture/inline_impl.h"

extern const unsigned char agent_code[], agent_code_end[];

#define SYSCALL 0x0f, 0x05
#define NOP5 0x0f, 0x1f, 0x44, 0x00, 0x00
#define PAD(...) inline_find_pad((const unsigned char[]){ __VA_ARGS__ }, \
				 sizeof((const unsigned char[]){ __VA_ARGS__ }))

START_TEST(padding_behind_a_return)
{
	ck_assert_uint_eq(PAD(SYSCALL, 0xc3, NOP5), 3);
	ck_assert_uint_eq(PAD(SYSCALL, 0xc3, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc), 3);
	ck_assert_uint_eq(PAD(SYSCALL, 0x48, 0x85, 0xc0, 0x78, 0x05, 0xc3, 0x66, 0x90, 0x0f, 0x1f, 0x00), 8);
	/* jmp rel8, jmp rel32, ud2 */
	ck_assert_uint_eq(PAD(SYSCALL, 0xeb, 0x10, NOP5), 4);
	ck_assert_uint_eq(PAD(SYSCALL, 0xe9, 1, 2, 3, 4, NOP5), 7);
	ck_assert_uint_eq(PAD(SYSCALL, 0x0f, 0x0b, NOP5), 4);
}
END_TEST

START_TEST(what_is_no_padding)
{
	/* Too short; reached by falling through; the bytes of another instruction. */
	ck_assert_uint_eq(PAD(SYSCALL, 0xc3, 0x90, 0x90, 0x90, 0x90), 0);
	ck_assert_uint_eq(PAD(SYSCALL, NOP5, 0xc3, 0x55), 0);
	ck_assert_uint_eq(PAD(SYSCALL, 0x48, 0xb8, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90), 0);
	/* A call may come back, a conditional jump may go on. */
	ck_assert_uint_eq(PAD(SYSCALL, 0xe8, 0, 0, 0, 0, NOP5), 0);
	ck_assert_uint_eq(PAD(SYSCALL, 0x74, 0x05, NOP5), 0);
	ck_assert_uint_eq(PAD(SYSCALL), 0);
}
END_TEST

START_TEST(reach_of_a_short_jump)
{
	unsigned char code[160];
	for (size_t ret = 2; ret < 150; ret++) {
		memset(code, 0x50, sizeof(code)); /* push %rax */
		code[0] = 0x0f;
		code[1] = 0x05;
		code[ret] = 0xc3;
		memset(code + ret + 1, 0xcc, 5);
		size_t pad = inline_find_pad(code, sizeof(code));
		ck_assert_uint_eq(pad, ret + 1 <= 2 + 127 ? ret + 1 : 0);
	}
}
END_TEST

START_TEST(clock_goes_through_its_readings)
{
	struct tsc_clock c = { 0 };
	ck_assert_uint_eq(tsc_clock_ns(&c, 7), 0);
	tsc_clock_add(&c, 1000, 50);
	ck_assert_uint_eq(tsc_clock_ns(&c, 7), 50);
	tsc_clock_add(&c, 3000, 1050);
	ck_assert_uint_eq(tsc_clock_ns(&c, 1000), 50);
	ck_assert_uint_eq(tsc_clock_ns(&c, 2000), 550);
	ck_assert_uint_eq(tsc_clock_ns(&c, 3000), 1050);
	ck_assert_uint_eq(tsc_clock_ns(&c, 0), 50);
	/* Another slope from now on; what was said stays. A step back is none. */
	tsc_clock_add(&c, 5000, 1150);
	tsc_clock_add(&c, 6000, 1100);
	ck_assert_uint_eq(tsc_clock_ns(&c, 2000), 550);
	ck_assert_uint_eq(tsc_clock_ns(&c, 4000), 1100);
	/* Years later: no overflow on the way. */
	tsc_clock_add(&c, UINT64_C(1) << 60, UINT64_C(1) << 59);
	ck_assert_uint_lt(tsc_clock_ns(&c, (UINT64_C(1) << 60) - 100), UINT64_C(1) << 59);
}
END_TEST

START_TEST(clock_keeps_order)
{
	struct tsc_clock c = { 0 };
	uint64_t last = 0;
	for (uint64_t k = 1; k <= 3 * TSC_KNOTS; k++) {
		tsc_clock_add(&c, k * 1000, k * 400 + k % 7 * 50);
		for (uint64_t t = (k - 1) * 1000; k > 1 && t <= k * 1000; t += 100) {
			uint64_t ns = tsc_clock_ns(&c, t);
			ck_assert_uint_ge(ns, last);
			last = ns;
		}
	}
	/* Older than all knots that are left. */
	ck_assert_uint_eq(tsc_clock_ns(&c, 5), tsc_clock_ns(&c, 7));
}
END_TEST

START_TEST(agent_is_where_it_says)
{
	struct agent_head h;
	memcpy(&h, agent_code, sizeof(h));
	size_t len = (size_t)(agent_code_end - agent_code);
	ck_assert_uint_ge(h.enter, AGENT_ADDR + sizeof(h));
	ck_assert_uint_lt(h.enter, h.saved);
	ck_assert_uint_lt(h.blessed, h.told);
	ck_assert_uint_lt(h.told, h.end);
	ck_assert_uint_le(h.end, AGENT_ADDR + len);
	ck_assert_uint_le(len, AGENT_TABLES);
	ck_assert_uint_eq(h.blessed, inline_blessed_ip());
	ck_assert_int_eq(memcmp(agent_code + (h.blessed - AGENT_ADDR) - 2, "\x0f\x05", 2), 0);
	/* It has no other system call instruction. */
	size_t found = 0;
	for (size_t i = sizeof(h); i + 1 < len; i++)
		found += agent_code[i] == 0x0f && agent_code[i + 1] == 0x05;
	ck_assert_uint_eq(found, 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("inline");
	TCase *c = tcase_create("inline");
	tcase_add_test(c, padding_behind_a_return);
	tcase_add_test(c, what_is_no_padding);
	tcase_add_test(c, reach_of_a_short_jump);
	tcase_add_test(c, clock_goes_through_its_readings);
	tcase_add_test(c, clock_keeps_order);
	tcase_add_test(c, agent_is_where_it_says);
	suite_add_tcase(s, c);
	SRunner *r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
