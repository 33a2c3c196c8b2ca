/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Major page faults: what a program reads through a mapping makes no call, but the pages
 * that had to be fetched for it are counted by the kernel, per thread. A thread still has
 * its count when it stops at PTRACE_EVENT_EXIT, and touches no file behind that. (The
 * rusage of wait4(2) would come without /proc, but it is that of the whole process and of
 * the children it waited for: kernel/exit.c, getrusage(p, RUSAGE_BOTH).)
 */
#include "capture/stop_engine.h"

void
faults_seized(const struct stop_engine *e, struct tracee *t)
{
	t->faults_before = e->use_proc ? proc_major_faults(&t->proc) : -1;
}

void
faults_report(struct stop_engine *e, struct tracee *t, uint64_t when_ns)
{
	if (!e->use_proc || !t->known || t->faults_before < 0)
		return;
	int64_t now = proc_major_faults(&t->proc);
	if (now < t->faults_before)
		return;
	struct raw_rec *rec = stop_engine_record(e, RAW_TASK_FAULTS, t);
	rec->enter_ns = rec->exit_ns = when_ns;
	rec->args[0] = (uint64_t)(now - t->faults_before);
	stop_engine_queue(e, t, rec);
	t->faults_before = -1;
}

void
faults_report_all(struct stop_engine *e, uint64_t when_ns)
{
	size_t pos = 0;
	uint64_t tid;
	void *v;
	while (hash_next(&e->tracees.by_tid, &pos, &tid, &v))
		faults_report(e, v, when_ns);
}
