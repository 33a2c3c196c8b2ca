/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTRACE_CLI_CMD_DOCTOR_H
#define IOTRACE_CLI_CMD_DOCTOR_H

#include <stdbool.h>

/* iotrace doctor [--json]: tries what tracing needs and says on standard output what was
 * found, as lines or as a JSON object. Returns the exit status: 0 if a COMMAND can be
 * traced here, 1 if not, 125 if that could not be said. */
int cmd_doctor(bool json);

#endif
