/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A siginfo_t means different things by its signal and code (sigaction(2)); shown is what
 * the record carries of it: the sender, the status of a child, the address of a fault.
 */
#include "sink/notice_text.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/escape.h"
#include "table/flags.h"

struct code_name {
	int signo; /* 0: any signal */
	int code;
	const char *name;
};

/* clang-format off */
#define CODE(signo, name) { signo, name, #name }
static const struct code_name code_names[] = {
	CODE(0, SI_USER), CODE(0, SI_KERNEL), CODE(0, SI_QUEUE), CODE(0, SI_TIMER),
	CODE(0, SI_MESGQ), CODE(0, SI_ASYNCIO), CODE(0, SI_SIGIO), CODE(0, SI_TKILL),
	CODE(0, SI_ASYNCNL),
	CODE(SIGCHLD, CLD_EXITED), CODE(SIGCHLD, CLD_KILLED), CODE(SIGCHLD, CLD_DUMPED),
	CODE(SIGCHLD, CLD_TRAPPED), CODE(SIGCHLD, CLD_STOPPED),
	CODE(SIGCHLD, CLD_CONTINUED),
	CODE(SIGSEGV, SEGV_MAPERR), CODE(SIGSEGV, SEGV_ACCERR),
	CODE(SIGSEGV, SEGV_BNDERR), CODE(SIGSEGV, SEGV_PKUERR),
	CODE(SIGBUS, BUS_ADRALN), CODE(SIGBUS, BUS_ADRERR), CODE(SIGBUS, BUS_OBJERR),
	CODE(SIGBUS, BUS_MCEERR_AR), CODE(SIGBUS, BUS_MCEERR_AO),
	CODE(SIGILL, ILL_ILLOPC), CODE(SIGILL, ILL_ILLOPN), CODE(SIGILL, ILL_ILLADR),
	CODE(SIGILL, ILL_ILLTRP), CODE(SIGILL, ILL_PRVOPC), CODE(SIGILL, ILL_PRVREG),
	CODE(SIGILL, ILL_COPROC), CODE(SIGILL, ILL_BADSTK),
	CODE(SIGFPE, FPE_INTDIV), CODE(SIGFPE, FPE_INTOVF), CODE(SIGFPE, FPE_FLTDIV),
	CODE(SIGFPE, FPE_FLTOVF), CODE(SIGFPE, FPE_FLTUND), CODE(SIGFPE, FPE_FLTRES),
	CODE(SIGFPE, FPE_FLTINV), CODE(SIGFPE, FPE_FLTSUB),
	CODE(SIGTRAP, TRAP_BRKPT), CODE(SIGTRAP, TRAP_TRACE),
	CODE(SIGTRAP, TRAP_BRANCH), CODE(SIGTRAP, TRAP_HWBKPT),
	CODE(SIGPOLL, POLL_IN), CODE(SIGPOLL, POLL_OUT), CODE(SIGPOLL, POLL_MSG),
	CODE(SIGPOLL, POLL_ERR), CODE(SIGPOLL, POLL_PRI), CODE(SIGPOLL, POLL_HUP),
};
#undef CODE
/* clang-format on */

static void
put_signal(struct strbuf *b, int signo)
{
	const char *name = signal_name(signo);
	if (name)
		strbuf_adds(b, name);
	else
		strbuf_addi64(b, signo);
}

static void
put_code(struct strbuf *b, int signo, int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(code_names); i++) {
		const struct code_name *c = &code_names[i];
		if (c->code == code && (!c->signo || c->signo == signo)) {
			strbuf_adds(b, c->name);
			return;
		}
	}
	strbuf_addhex(b, (unsigned)code);
}

static bool
is_fault(const struct notice *n)
{
	return n->si_code > 0 &&
	       (n->signo == SIGSEGV || n->signo == SIGBUS || n->signo == SIGILL ||
		n->signo == SIGFPE || n->signo == SIGTRAP);
}

/* The members behind si_code that this signal's siginfo_t has. */
static void
put_details(struct strbuf *b, const struct notice *n)
{
	if (is_fault(n)) {
		strbuf_adds(b, ", si_addr=");
		if (n->sig_value)
			strbuf_addhex(b, (uint64_t)n->sig_value);
		else
			strbuf_adds(b, "NULL");
		return;
	}
	bool child = n->signo == SIGCHLD && n->si_code > 0;
	bool sender = n->si_code <= 0 && n->si_code != SI_TIMER && n->si_code != SI_SIGIO;
	if (!child && !sender)
		return;
	strbuf_adds(b, ", si_pid=");
	strbuf_addi64(b, n->sender_pid);
	strbuf_adds(b, ", si_uid=");
	strbuf_addi64(b, (unsigned)n->sender_uid);
	if (!child)
		return;
	strbuf_adds(b, ", si_status=");
	if (n->si_code == CLD_EXITED)
		strbuf_addi64(b, n->sig_value);
	else
		put_signal(b, (int)n->sig_value);
}

static void
put_exit(struct strbuf *b, int status)
{
	if (!WIFSIGNALED(status)) {
		strbuf_adds(b, "+++ exited with ");
		strbuf_addi64(b, WEXITSTATUS(status));
	} else {
		strbuf_adds(b, "+++ killed by ");
		put_signal(b, WTERMSIG(status));
		if (WCOREDUMP(status))
			strbuf_adds(b, " (core dumped)");
	}
	strbuf_adds(b, " +++");
}

void
notice_render(struct strbuf *b, const struct notice *n)
{
	switch (n->kind) {
	case NOTICE_SIGNAL:
		strbuf_adds(b, "--- ");
		put_signal(b, n->signo);
		strbuf_adds(b, " {si_signo=");
		put_signal(b, n->signo);
		strbuf_adds(b, ", si_code=");
		put_code(b, n->signo, n->si_code);
		put_details(b, n);
		strbuf_adds(b, "} ---");
		break;
	case NOTICE_EXIT:
		put_exit(b, n->status);
		break;
	case NOTICE_EXEC_SUPERSEDED:
		strbuf_adds(b, "+++ superseded by execve in pid ");
		strbuf_addi64(b, n->other_tid);
		strbuf_adds(b, " +++");
		break;
	case NOTICE_FAULTS:
		strbuf_adds(b, "--- ");
		strbuf_addu64(b, n->faults);
		strbuf_adds(b, " major page faults ---");
		break;
	case NOTICE_TEXT:
		strbuf_adds(b, "--- iotrace: ");
		if (n->text.p)
			escape_terminal(b, n->text.p, n->text.len);
		strbuf_adds(b, " ---");
		break;
	}
}
