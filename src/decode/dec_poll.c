/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting: polls, their time-outs, sleeps, and epoll's interest list.
 */
#include <sys/epoll.h>
#include <time.h>

#include "decode/dec.h"
#include "decode/dec_nr.h"

#define NS_PER_SEC	INT64_C(1000000000)

#define TIMEOUT_FOREVER INT64_C(-1)
#define TIMEOUT_INVALID INT64_C(-2)

/* SEC and NSEC in ns, INT64_MAX if that is more than 292 years; BAD if no valid time. */
static int64_t
to_ns(int64_t sec, int64_t nsec, int64_t bad)
{
	if (sec < 0 || nsec < 0 || nsec >= NS_PER_SEC)
		return bad;
	int64_t ns;
	if (__builtin_mul_overflow(sec, NS_PER_SEC, &ns) ||
	    __builtin_add_overflow(ns, nsec, &ns))
		return INT64_MAX;
	return ns;
}

/* The struct timespec of argument ARG at entry; BAD if it is unreadable or invalid. */
static int64_t
timespec_ns(const struct call *c, unsigned arg, int64_t bad)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, arg, 16);
	return b ? to_ns((int64_t)dec_u64(b, 0), (int64_t)dec_u64(b, 8), bad) : bad;
}

static void
set_poll(struct call *c, uint64_t nfds, int64_t timeout_ns)
{
	c->ev->nfds = (int32_t)nfds;
	c->ev->timeout_ns = timeout_ns;
	c->ev->has |= EVENT_BIT(nfds) | EVENT_BIT(timeout_ns);
}

/* Argument NFDS counts, argument ARG is a time-out in ms. */
static void
set_poll_ms(struct call *c, unsigned nfds, unsigned arg)
{
	int32_t ms = (int32_t)c->rec->args[arg];
	set_poll(c, c->rec->args[nfds], ms < 0 ? TIMEOUT_FOREVER : ms * INT64_C(1000000));
}

static void
set_poll_timespec(struct call *c, unsigned nfds, unsigned arg)
{
	set_poll(c, c->rec->args[nfds],
		 c->rec->args[arg] ? timespec_ns(c, arg, TIMEOUT_INVALID)
				   : TIMEOUT_FOREVER);
}

static void
fill_poll(struct call *c)
{
	set_poll_ms(c, 1, 2);
}

static void
fill_ppoll(struct call *c)
{
	set_poll_timespec(c, 1, 2);
}

static void
fill_pselect6(struct call *c)
{
	set_poll_timespec(c, 0, 4);
}

/* A struct timeval, whose microseconds may exceed a second (fs/select.c,
 * kern_select()). */
static void
fill_select(struct call *c)
{
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 4, 16);
	int64_t ns = c->rec->args[4] ? TIMEOUT_INVALID : TIMEOUT_FOREVER;
	if (b && c->rec->args[4]) {
		int64_t sec = (int64_t)dec_u64(b, 0), usec = (int64_t)dec_u64(b, 8);
		if (usec >= 0 && !__builtin_add_overflow(sec, usec / 1000000, &sec))
			ns = to_ns(sec, usec % 1000000 * 1000, TIMEOUT_INVALID);
	}
	set_poll(c, c->rec->args[0], ns);
}

static void
fill_epoll_wait(struct call *c)
{
	set_poll_ms(c, 2, 3);
}

static void
fill_epoll_pwait2(struct call *c)
{
	set_poll_timespec(c, 2, 3);
}

static struct text
epoll_op_name(struct call *c, int op)
{
	switch (op) {
	case EPOLL_CTL_ADD:
		return DEC_LITERAL("ADD");
	case EPOLL_CTL_DEL:
		return DEC_LITERAL("DEL");
	case EPOLL_CTL_MOD:
		return DEC_LITERAL("MOD");
	default:
		strbuf_reset(&c->d->tmp);
		strbuf_addi64(&c->d->tmp, op);
		return dec_text(c, strbuf_str(&c->d->tmp), c->d->tmp.len);
	}
}

static void
fill_epoll_ctl(struct call *c)
{
	struct event *ev = c->ev;
	int op = (int)c->rec->args[1];
	ev->epoll_op = epoll_op_name(c, op);
	ev->epoll_target_fd = (int32_t)c->rec->args[2];
	ev->has |= EVENT_BIT(epoll_op) | EVENT_BIT(epoll_target_fd);
	const struct raw_blob *b = dec_blob(c, RAW_BLOB_BYTES, 3, 4);
	bool none = op == EPOLL_CTL_DEL || !c->rec->args[3];
	if (!none && !b)
		return;
	ev->epoll_events = none ? 0 : dec_u32(b, 0);
	ev->has |= EVENT_BIT(epoll_events);
}

static void
set_sleep(struct call *c, int64_t ns)
{
	c->ev->requested_sleep_ns = ns;
	c->ev->has |= EVENT_BIT(requested_sleep_ns);
}

static void
fill_nanosleep(struct call *c)
{
	set_sleep(c, timespec_ns(c, 0, -1));
}

static void
fill_clock_nanosleep(struct call *c)
{
	set_sleep(c, c->rec->args[1] & TIMER_ABSTIME ? -1 : timespec_ns(c, 2, -1));
}

const struct dec_row dec_poll_rows[] = {
	{ __NR_poll, 0, fill_poll, NULL },
	{ __NR_ppoll, 0, fill_ppoll, NULL },
	{ __NR_select, 0, fill_select, NULL },
	{ __NR_pselect6, 0, fill_pselect6, NULL },
	{ __NR_epoll_wait, 0, fill_epoll_wait, NULL },
	{ __NR_epoll_pwait, 0, fill_epoll_wait, NULL },
	{ __NR_epoll_pwait2, 0, fill_epoll_pwait2, NULL },
	{ __NR_epoll_ctl, 0, fill_epoll_ctl, NULL },
	{ __NR_nanosleep, 0, fill_nanosleep, NULL },
	{ __NR_clock_nanosleep, 0, fill_clock_nanosleep, NULL },
	{ 0 },
};
