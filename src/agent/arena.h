/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent inside a tracee and the supervisor outside share: System V segments at
 * fixed, low addresses, which code reaches with 32-bit displacements.
 *
 *   agent   readable and executable, one for all tracees: code, and what to capture
 *   arena   writable, one for each program image and its forks: a slot for each task
 *   pool    readable and executable, one for each arena: a trampoline for each patched
 *           system call instruction
 *
 * The arena is the tracee's to write: the supervisor copies before it checks, and believes
 * nothing. Included by the agent, so without libc.
 */
#ifndef IOTRACE_AGENT_ARENA_H
#define IOTRACE_AGENT_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "raw/raw.h"
#include "table/capspec.h"

#define AGENT_ADDR 0x6fff0000ul
#define AGENT_BYTES 0x10000ul
#define AGENT_TABLES 0x2000ul /* offset of struct agent_tables in the segment */
#define AGENT_CALLS 480u

#define ARENA_ADDR 0x70000000ul
#define ARENA_SLOTS 32u
#define SLOT_BYTES 0x20000ul
#define ARENA_BYTES (ARENA_SLOTS * SLOT_BYTES)
#define SLOT_MAGIC 0x696f7472u
#define SLOT_RECORDS 4096ul /* in front of it: the header, and the agent's stack */
/* No record is begun unless so much room is left: two whole paths, a name, and some. */
#define SLOT_RECORD_MAX 16384ul

enum slot_phase {
	SLOT_IDLE,
	SLOT_BEFORE, /* the call is about to be made, or is being made */
	SLOT_AFTER,  /* it returned, and its record is not committed yet */
};

/* Head of a slot; the supervisor sets all, the agent changes those marked with *. gs_base
 * of a task is the address of its slot. The last slot has no magic and serves nobody: it
 * is for the tasks that get none. */
struct slot {
	uint32_t magic;
	uint32_t phase;	    /* * enum slot_phase */
	uint64_t rsp;	    /* * the program's stack pointer */
	uint64_t stack;	    /* where the agent's begins */
	uint64_t begin;	    /* * cur when the agent was entered: committed if it differs */
	uint64_t cur;	    /* * offset in the slot where the next record goes */
	uint64_t limit;	    /* ends the room for records; 0: serve no call */
	uint64_t entry_tsc; /* * of the call in flight */
	uint64_t ret;	    /* * its result, from SLOT_AFTER on */
	uint64_t own_ret;   /* * of calls that the agent makes for itself */
	uint32_t own_phase; /* * nobody's */
	uint32_t reserved;
};

/* The program's registers at its call, at the top of the agent's stack. */
struct agent_frame {
	uint64_t r15, r14, r13, r12, flags, r10, r9, r8, rbp, rbx, rdi, rsi, rdx, rax;
	uint64_t trampoline; /* which one led here */
	uint64_t next;	     /* address behind the system call instruction */
};

/* First in the agent segment. */
struct agent_head {
	uint64_t enter; /* address where trampolines lead */
	/* Addresses where a task may stand: */
	uint64_t saved;	  /* from here on the frame is complete */
	uint64_t blessed; /* behind the one instruction whose calls do not stop */
	uint64_t told;	  /* up to here the result is in rax alone */
	uint64_t end;	  /* of the code */
};

enum agent_serve {
	SERVE_NOT,  /* the call must stop */
	SERVE,	    /* the agent makes it, and its record */
	SERVE_FCNTL, /* the same for those commands that take no pointer */
};

struct agent_tables {
	uint8_t serve[AGENT_CALLS]; /* enum agent_serve */
	struct capspec spec[AGENT_CALLS];
};

/* A trampoline; r11 and rcx are free, for a system call overwrites them. */
#define TRAMPOLINE_BYTES 32u
#define TRAMPOLINE_FALLBACK 14u /* offset of a system call that may stop */
#define TRAMPOLINE_NEXT 24u	/* offset of the address behind the patched instruction */
#define POOL_BYTES 0x8000ul
#define POOL_TRAMPOLINES (POOL_BYTES / TRAMPOLINE_BYTES)

_Static_assert(offsetof(struct slot, rsp) == 8, "enter.S");
_Static_assert(offsetof(struct slot, stack) == 16, "enter.S");
_Static_assert(offsetof(struct slot, begin) == 24, "enter.S");
_Static_assert(offsetof(struct slot, cur) == 32, "enter.S");
_Static_assert(sizeof(struct agent_tables) + AGENT_TABLES <= AGENT_BYTES, "fits");

#endif
