/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event: one finished call with everything a row of any output may want, and the
 * notice: what is not a call but belongs into the stream (signals, exits, remarks).
 * Decode builds them in an arena that is reset per record, so a consumer borrows an event
 * for the length of one call and copies what it keeps.
 */
#ifndef IOTRACE_EVENT_EVENT_H
#define IOTRACE_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/syscall_desc.h"

/* Bytes with a length, as the tracee passed them: any byte but NUL, not always UTF-8. */
struct text {
	const char *p; /* borrowed; NUL-terminated; NULL: absent */
	size_t len;
};

enum event_field_id {
#define FIELD(name, type, absent, unit, help) EV_##name,
#include "event/fields.def"
#undef FIELD
	EV_FIELD_COUNT
};

enum event_flag {
	EVENT_FILE_DELETED = 0x1u, /* file's name was gone when the call entered */
	EVENT_FILE_IS_PATH = 0x2u, /* file comes from a path argument, not a descriptor */
	EVENT_INTERRUPTED = 0x4u,  /* ret is a restart code and the program got EINTR */
	EVENT_UNFINISHED = 0x8u,   /* cut short by death, exec elsewhere or detach: no ret */
	EVENT_COUNTED_ONLY = 0x10u, /* sampled out: goes to totals, not to rows */
	/* Of calls in flight (decode_out.in_flight): */
	EVENT_STALLED = 0x20u, /* lasts too long */
	EVENT_NO_CALL = 0x40u, /* no call at all: syscall says what else */
};

struct event {
	uint64_t has; /* bit EV_x: the field applies and is known */
	uint32_t event_flags;
	const struct syscall_desc *desc; /* never NULL */

	uint64_t seq; /* 1, 2, ... over the events of a run, before filters */
	uint64_t time_ns;
	uint64_t gap_ns;
	uint64_t latency_ns;
	struct text comm;
	int32_t pid, tid;
	struct text syscall, family, kind;
	int32_t fd;
	int64_t ret;
	int errnum; /* positive errno if the call failed, else 0; the column error names it */
	struct text error;
	uint64_t bytes;
	uint64_t requested;
	int64_t offset;
	struct text file, old_file;
	struct text flags;
	struct text peer;
	uint64_t address_space_bytes;
	int64_t requested_sleep_ns;
	int32_t nfds;
	int64_t timeout_ns;
	struct text epoll_op;
	int32_t epoll_target_fd;
	uint32_t epoll_events;
	uint32_t restarts;
	uint64_t aio_id;
	struct text args;
	struct text stack; /* a frame a line, innermost first */

	/* Not columns: what views of a whole run need beside them. */
	struct text asked;  /* an open that succeeded: the absolute name it was given, its
			     * symbolic links not followed; else absent */
	struct text source; /* a transfer between two descriptors: what it read from */
	const uint64_t *words; /* SYSCALL_ARGS argument words of a call, borrowed; NULL:
				* a request, a call of another ABI */

	/* Not a column: what strace prints behind the "=", "3</x>" or "-1 ENOENT (...)"
	 * or "?" (args_render_ret). Made together with args, for the text output. */
	struct text ret_text;
};

/* The bit of struct event.has and of sink_ops.reads; a macro for static initialisers. */
#define EVENT_BIT(id) (UINT64_C(1) << EV_##id)
#define EVENT_ALL_BITS ((UINT64_C(1) << EV_FIELD_COUNT) - 1)

static inline bool
event_has(const struct event *ev, enum event_field_id id)
{
	return ev->has >> id & 1;
}

enum field_type { FIELD_U64, FIELD_I64, FIELD_U32, FIELD_I32, FIELD_TEXT };

struct field_desc {
	const char *name;   /* column name, cli.md section 5 */
	const char *absent; /* how CSV shows it when it does not apply: "" or "-1" */
	const char *unit, *help;
	enum field_type type;
	bool any_bytes; /* a text that a tracee chose: not always UTF-8 */
	size_t at; /* offset in struct event */
};

/* The columns in their order. */
extern const struct field_desc event_fields[EV_FIELD_COUNT];

/* The column called NAME of LEN bytes, or -1. */
int event_field_find(const char *name, size_t len);

/* The value of a numeric column, widened; 0 where it is absent. U64 keeps its bits. */
int64_t event_field_num(const struct event *, enum event_field_id);

/* The value of a text column; p is NULL where it is absent. */
struct text event_field_text(const struct event *, enum event_field_id);

enum notice_kind {
	NOTICE_SIGNAL, /* a signal is delivered to tid: signo and what siginfo_t says */
	NOTICE_EXIT,   /* tid ended: status as waitpid(2) */
	NOTICE_EXEC_SUPERSEDED, /* tid vanished in the exec of other_tid, its sibling */
	NOTICE_FAULTS, /* major page faults of tid, told at its end or the trace's */
	NOTICE_TEXT,   /* a remark about the trace itself (what could not be traced, loss)
			*/
};

struct notice {
	enum notice_kind kind;
	uint64_t time_ns;
	int32_t pid, tid;
	int32_t other_tid; /* NOTICE_EXEC_SUPERSEDED: who called execve */
	struct text comm;
	int status; /* NOTICE_EXIT */
	uint64_t faults; /* NOTICE_FAULTS */
	/* NOTICE_SIGNAL. si_pid, si_uid and si_value would be macros of <signal.h>. */
	int signo, si_code, sender_pid, sender_uid;
	int64_t sig_value; /* si_addr of a fault, si_status of SIGCHLD, else 0 */
	struct text text;
};

/* A process executes another program; known whatever calls are selected. */
struct program {
	int32_t pid;
	struct text comm;	 /* its name from now on */
	struct text file;	 /* as /proc/PID/exe names it: of a script the interpreter */
	struct text interpreter; /* the ELF interpreter; absent: static, or not known */
};

#endif
