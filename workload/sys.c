/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls without libc between, and the verdict on their results. A scenario whose
 * own calls do not do what it says has no truth to tell: it ends at once.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "scenario.h"

long
sys(long nr, ...)
{
	long a[6], ret;
	va_list ap;

	/* Reads six whatever was passed, as syscall(2) does: on x86-64 they come from
	 * registers and the caller's frame, and the kernel ignores what it does not use.
	 */
	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	register long r10 __asm__("r10") = a[3];
	register long r8 __asm__("r8") = a[4];
	register long r9 __asm__("r9") = a[5];
	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* In a child or a raw thread stdio is not ours: one write to stderr. */
static void
say(const char *text, int len)
{
	if (len > 0)
		sys(SYS_write, 2, text, (long)len);
}

void
fail(const char *what, long got, long wanted)
{
	char line[512];

	say(line, snprintf(line, sizeof(line), "ioworkload: %s: got %ld, wanted %ld\n",
			   what, got, wanted));
	for (;;)
		sys(SYS_exit_group, 1L);
}

void
skip(const char *why)
{
	char line[512];

	say(line, snprintf(line, sizeof(line), "ioworkload: skipped: %s\n", why));
	for (;;)
		sys(SYS_exit_group, 77L);
}

long
want_ok(long ret, const char *what)
{
	if (ret < 0 && ret >= -4095)
		fail(what, ret, 0);
	return ret;
}

void
want(long ret, long wanted, const char *what)
{
	if (ret != wanted)
		fail(what, ret, wanted);
}

long
need(long ret, const char *what)
{
	char why[256];

	if (ret == -ENOSYS || ret == -EPERM || ret == -EACCES || ret == -EOPNOTSUPP) {
		snprintf(why, sizeof(why), "%s: %s", what, strerror((int)-ret));
		skip(why);
	}
	return want_ok(ret, what);
}
