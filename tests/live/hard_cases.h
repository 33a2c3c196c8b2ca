/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ways of hard_cases share: tasks that count their calls in memory that outlives
 * them, by a place ("slot") of each task's own.
 */
#ifndef IOTRACE_TESTS_HARD_CASES_H
#define IOTRACE_TESTS_HARD_CASES_H

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

enum { STATUS_GOOD = 7 };

/* Says WHAT failed, with errno; ends the process with 1. */
_Noreturn void die(const char *what);

/* N counted calls of the calling task; a slot serves one thread, also behind an exec. */
void count(size_t slot, unsigned n);

/* Prints the line of each task that counted, when no task does any more. */
void counts_print(void);

/* As pthread_create and fork; never fail. */
pthread_t thread(void *(*fn)(void *), size_t slot);
pid_t checked_fork(void);

/* This program again, with the same counts. Does not return. */
_Noreturn void execute_again(const char *way, size_t slot);

/* ---- SIGKILL at any stop (hard_kills.c) ---- */

/* Where the moments of the kills come from; any number. */
void moments_seed(unsigned seed);

/* N victims, of each kind in turn, are killed at some moment. */
int kills(size_t n);

/* This process is killed by a child, which tells when it is gone. */
int killed(size_t n);

/* What victims execute. */
_Noreturn void with_execs(size_t slot);
_Noreturn void with_thread_execs(size_t slot);

#endif
