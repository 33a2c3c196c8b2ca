/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts in JSON: JSON is UTF-8, file names are bytes. A text that is not UTF-8 is shown
 * with U+FFFD for each bad byte and given once more, exact, in base64 under <name>_raw.
 */
#ifndef IOTRACE_SINK_JSON_H
#define IOTRACE_SINK_JSON_H

#include "base/strbuf.h"
#include "event/event.h"

/* Appends the quoted value of the key NAME, and the key NAME_raw with its value if T is
 * not UTF-8. */
void json_add_text(struct strbuf *, const char *name, struct text t);

#endif
