/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * attachee MODE: what the tests of attaching attach to. Every mode says "ready PID" on
 * standard output once it stands as described, goes on until a line comes in on standard input, and
 * then tells by its exit status whether anything was disturbed.
 */
#ifndef IOTRACE_TESTS_ATTACHEE_H
#define IOTRACE_TESTS_ATTACHEE_H

/* Says what went wrong, with errno, and ends the process with 1. */
_Noreturn void die(const char *what);

/* Says "ready" and waits for the line. */
void ready_and_wait(void);

/* Returns once thread TID sleeps in call NR: proc_pid_syscall(5). */
void wait_asleep(int tid, long nr);

/* A thread in each call that sleeps; each must return what it was woken for (naps.c). */
int naps_main(void);

#endif
