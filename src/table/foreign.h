/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls through another ABI than x86_64's: their names, and what they are in terms of the
 * x86_64 calls, so that capture and decode need know one table of calls only. int $0x80
 * and sysenter make i386 calls, numbers with the bit 30 x32 calls (linux/unistd.h:
 * __X32_SYSCALL_BIT).
 */
#ifndef IOTRACE_TABLE_FOREIGN_H
#define IOTRACE_TABLE_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "table/syscall_desc.h"

enum foreign_abi { FOREIGN_I386, FOREIGN_X32, FOREIGN_ABIS };

/* Numbers from here on have no name in any ABI. */
#define FOREIGN_NR_MAX 1024u

/* Where the words of a call are. */
enum foreign_form {
	FOREIGN_WORDS,	    /* in the registers */
	FOREIGN_BLOCK,	    /* in memory, where word 0 points */
	FOREIGN_SOCKETCALL, /* word 0 is the sub-call; its words are where word 1 points
			     */
	FOREIGN_IPC,	    /* the low half of word 0 is the sub-call */
};

/* What becomes one argument of the x86_64 call; see foreign.def. */
struct foreign_word {
	uint8_t low, high; /* words; FOREIGN_NO_WORD */
	char how;	   /* a letter of foreign.def, or 0 */
};

#define FOREIGN_NO_WORD 255u

struct foreign_call {
	const char *name;		 /* NULL: the ABI has no such call */
	const struct syscall_desc *desc; /* of the same family and kind; maybe unknown */
	bool translates;		 /* and of the same meaning: see foreign_arg */
	bool time64;			 /* its structs of time are x86_64's */
	uint8_t form;			 /* enum foreign_form */
	struct foreign_word words[SYSCALL_ARGS];
};

struct foreign_table;

/* A table fills as it is asked. The caller frees it with foreign_table_free. */
struct foreign_table *foreign_table_new(void);
void foreign_table_free(struct foreign_table *);

/*
 * The call of number NR (without the x32 bit) in ABI; never NULL; lives as long as the
 * table. x32 calls have a name that begins with "x32:" and do not translate.
 */
const struct foreign_call *foreign_call(struct foreign_table *, enum foreign_abi abi,
					uint32_t nr);

/* What C, of form SOCKETCALL or IPC, does for this value of word 0; C itself if that is
 * no sub-call, or if C has none. */
const struct foreign_call *foreign_subcall(struct foreign_table *,
					   const struct foreign_call *c, uint64_t word0);

/* The sub-calls of C in turn, from *POS = 0; NULL at the end. */
const struct foreign_call *
foreign_next_subcall(struct foreign_table *, const struct foreign_call *c, unsigned *pos);

/* Argument I of C->desc, which C translates to, from C's own WORDS. */
uint64_t foreign_arg(const struct foreign_call *c, unsigned i,
		     const uint64_t words[SYSCALL_ARGS]);

#endif
