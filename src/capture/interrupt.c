/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/interrupt.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "base/compiler.h"

#define ERESTARTNOHAND 514 /* include/linux/errno.h */

/* Calls that return EINTR where others restart, and that have had no effect if they do:
 * making them again is what a program does that gets EINTR. */
static const unsigned again[] = {
	SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2,
	SYS_semop, SYS_semtimedop,
	SYS_rt_sigtimedwait,
	SYS_io_getevents, SYS_io_pgetevents, SYS_io_uring_enter,
	/* sockets with SO_RCVTIMEO or SO_SNDTIMEO: net/core/sock.c, sock_intr_errno */
	SYS_read, SYS_readv, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg,
	SYS_write, SYS_writev, SYS_sendto, SYS_sendmsg, SYS_sendmmsg,
	SYS_accept, SYS_accept4,
};

bool
interrupt_ask(struct tracee *t)
{
	if (ptrace(PTRACE_INTERRUPT, t->tid, 0, 0) < 0)
		return false;
	t->interrupting = true;
	return true;
}

void
interrupt_mend(struct tracee *t, struct syscall_regs *r)
{
	if (!t->interrupting || r->abi || r->ret != -EINTR)
		return;
	/* At an exit stop PTRACE_GET_SYSCALL_INFO does not tell the number. */
	errno = 0;
	long nr = ptrace(PTRACE_PEEKUSER, t->tid, offsetof(struct user, regs.orig_rax), 0);
	if (errno)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(again); i++) {
		if (again[i] != (unsigned long)nr)
			continue;
		if (ptrace(PTRACE_POKEUSER, t->tid, offsetof(struct user, regs.rax),
			   (long)-ERESTARTNOHAND) == 0)
			r->ret = -ERESTARTNOHAND;
		return;
	}
}
