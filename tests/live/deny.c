/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deny CALL... -- COMMAND [ARG]...: runs COMMAND under a seccomp filter that lets the
 * calls fail with EPERM, as the profiles of containers do. 77 where that cannot be done.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int i = 1;
	if (!ctx)
		return 77;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		int nr = seccomp_syscall_resolve_name(argv[i]);
		if (nr == __NR_SCMP_ERROR ||
		    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), nr, 0)) {
			fprintf(stderr, "deny: %s: cannot be denied\n", argv[i]);
			return 99;
		}
	}
	if (i + 1 >= argc) {
		fprintf(stderr, "usage: deny CALL... -- COMMAND [ARG]...\n");
		return 99;
	}
	if (seccomp_load(ctx)) {
		fprintf(stderr, "deny: seccomp filters are refused here\n");
		return 77;
	}
	seccomp_release(ctx);
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 99;
}
