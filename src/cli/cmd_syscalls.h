/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTRACE_CLI_CMD_SYSCALLS_H
#define IOTRACE_CLI_CMD_SYSCALLS_H

#include <stdbool.h>

/* iotrace syscalls [--json] [LIST]: the table of calls on standard output, all or what
 * LIST selects (selection.h; NULL: all), as aligned columns or as a JSON array. Errors go
 * to standard error. Returns the exit status, 0 or 125. */
int cmd_syscalls(const char *list, bool json);

#endif
