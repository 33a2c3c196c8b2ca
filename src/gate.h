/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdict on the rules of --assert, once a run is over.
 */
#ifndef IOTRACE_GATE_H
#define IOTRACE_GATE_H

#include <stdint.h>

#include "deps/deps.h"

#define EXIT_ASSERT  124
#define EXIT_TROUBLE 125

/*
 * Says on standard error what broke a rule, one line each. 0: nothing did, or there are
 * no RULES; EXIT_ASSERT: something did; EXIT_TROUBLE: nobody can know, because LOST
 * records are missing or a rule is relative to a directory that is not known, which has
 * been said. DEPS may be NULL where there are no rules.
 */
int gate_verdict(const struct deps_rules *rules, const struct deps *deps, uint64_t lost);

#endif
