/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments of a call as text, in strace's dialect: what the program passed, flags by
 * name, strings quoted and escaped, descriptors with what they named (3</etc/passwd>).
 */
#ifndef IOTRACE_DECODE_ARGS_H
#define IOTRACE_DECODE_ARGS_H

#include "base/strbuf.h"
#include "event/event.h"
#include "raw/raw.h"
#include "table/syscall_desc.h"

/* Names of descriptors that a record itself does not tell, by argument; p NULL: none. */
struct arg_names {
	struct text of[SYSCALL_ARGS];
};

/* Appends the arguments of REC, a RAW_SYSCALL or RAW_UNFINISHED record that raw_check()
 * passed, without parentheses: "3</tmp/x>, \"hello\"..., 4096". Reads nothing else than
 * the record, and NAMES unless that is NULL. */
void args_render(struct strbuf *, const struct raw_rec *, const struct syscall_desc *,
		 const struct arg_names *names);

/* Appends what follows the "=": "3</tmp/x>", "-1 ENOENT (No such file or directory)",
 * "0x7f...", "?" for no return, "? ERESTARTSYS (To be restarted if SA_RESTART is set)",
 * and for some calls strace's remark: "1 ([{fd=3, revents=POLLIN}])". */
void args_render_ret(struct strbuf *, const struct raw_rec *, const struct syscall_desc *);

/* Appends the result of a request in the same form: "4096", "-1 EIO (...)". */
void args_render_value(struct strbuf *, int64_t res);

/* Appends a socket address of LEN bytes as "127.0.0.1:80", "[::1]:80", "/run/x.sock",
 * "@abstract", "netlink:PID", "family:N" - the form of the column peer. Nothing for an
 * unnamed one. */
void sockaddr_render_short(struct strbuf *, const void *addr, size_t len);

#endif
