/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a stopped tracee's memory. What the tracee passed may point anywhere: a read
 * gives what is there up to the first byte that is not, and never more.
 */
#ifndef IOTRACE_CAPTURE_MEM_H
#define IOTRACE_CAPTURE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Up to LEN bytes at ADDR of TID, which must be in a ptrace-stop of ours. Returns how many
 * were read: LEN, fewer where the rest is not readable, 0 where nothing is. Uses
 * process_vm_readv(2); PTRACE_PEEKDATA where that is refused.
 */
size_t mem_read(pid_t tid, uint64_t addr, void *buf, size_t len);

/*
 * A NUL-terminated string of at most CAP bytes. Returns the bytes before the NUL, or all
 * that could be read; *END tells which: MEM_NUL, MEM_CUT (CAP bytes without a NUL) or
 * MEM_FAULT (unreadable before a NUL).
 */
enum mem_end { MEM_NUL, MEM_CUT, MEM_FAULT };
size_t mem_read_cstr(pid_t tid, uint64_t addr, char *buf, size_t cap, enum mem_end *end);

/* Writes LEN bytes at ADDR of the stopped TID; false where that is not possible. */
bool mem_write(pid_t tid, uint64_t addr, const void *buf, size_t len);

#endif
