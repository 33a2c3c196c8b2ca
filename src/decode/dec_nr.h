/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of calls that the installed kernel headers may be too old to name
 * (arch/x86/entry/syscalls/syscall_64.tbl).
 */
#ifndef IOTRACE_DECODE_DEC_NR_H
#define IOTRACE_DECODE_DEC_NR_H

#include <asm/unistd_64.h>

#ifndef __NR_setxattrat
#define __NR_setxattrat	   463
#define __NR_getxattrat	   464
#define __NR_listxattrat   465
#define __NR_removexattrat 466
#endif
#ifndef __NR_open_tree_attr
#define __NR_open_tree_attr 467
#endif

#endif
