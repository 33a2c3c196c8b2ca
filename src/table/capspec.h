/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture half of the syscall table: numbers only, so that an engine inside a tracee
 * can link it. It says for each argument what to copy, when, and how long it is.
 */
#ifndef IOTRACE_TABLE_CAPSPEC_H
#define IOTRACE_TABLE_CAPSPEC_H

#include <stdint.h>

enum cap_how {
	CAP_NONE,     /* the register value is all */
	CAP_FD,       /* a descriptor: describe it (RAW_BLOB_FD) */
	CAP_DIRFD,    /* a directory descriptor: describe it if the path next to it, the
	               * following CAP_PATH argument, is relative, empty or NULL; always
	               * if no path follows */
	CAP_PATH,     /* a path: string, and cwd if it is relative without a dirfd */
	CAP_CSTR,     /* another string */
	CAP_STRV,     /* a NULL-terminated array of strings */
	CAP_BUF,      /* data: at most CAP_DATA_BYTES of len(len_arg); at exit with
	               * CAP_RET_BYTES, of the lesser of that and ret */
	CAP_TEXT,     /* text in a buffer that ret measures (readlink, getcwd): whole */
	CAP_FIXED,    /* a struct of size bytes */
	CAP_ARRAY,    /* elements of size bytes; count by len_arg, at exit with CAP_RET_COUNT
	               * by the lesser of that and ret */
	CAP_BITS,     /* (value of len_arg + 7) / 8 bytes: fd_set */
	CAP_SIZED,    /* bytes measured by len_arg: socket address in, struct with usize */
	CAP_SIZED_PTR, /* the same, measured by the int that len_arg points to (at exit) */
	CAP_IOVEC,    /* array of struct iovec, count in len_arg */
	CAP_MSGHDR,   /* struct msghdr: itself, its iovec, name and control data */
	CAP_MMSGHDR,  /* array of struct mmsghdr, count in len_arg */
	CAP_IOCBS,    /* array of pointers to struct iocb, count in len_arg */
	CAP_FDPAIR,   /* two ints stored at exit: new descriptors (RAW_ARG_NEW0/1) */
};

enum cap_when { CAP_AT_ENTRY = 0x1u, CAP_AT_EXIT = 0x2u };

/* Bytes of plain data that args shows, as strace -s 32. */
#define CAP_DATA_BYTES 32u
/* PATH_MAX with its NUL: longer ones fail with ENAMETOOLONG; one more byte tells. */
#define CAP_PATH_BYTES 4097u
#define CAP_NO_LEN 7u

struct cap_arg {
	uint8_t how;     /* enum cap_how */
	uint8_t when;    /* enum cap_when, or'ed */
	uint8_t len_arg; /* the argument that measures this one, or CAP_NO_LEN */
	uint8_t reserved;
	uint16_t size; /* bytes of the struct or of one element */
};

enum cap_flag {
	CAP_RET_FD = 0x1u,    /* a result >= 0 is a new descriptor: describe it at exit */
	CAP_TRANSFER = 0x2u,  /* moves data at the file position: pos at entry matters */
	CAP_NORETURN = 0x4u,
	CAP_RET_COUNT = 0x8u, /* the result counts the elements of an output array */
	CAP_RET_BYTES = 0x10u, /* the result counts bytes */
};

struct capspec {
	uint8_t nargs;
	uint8_t flags; /* enum cap_flag */
	struct cap_arg arg[6];
};

#endif
