/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which calls a user asked for: the LIST of -e/--trace and of --sample.
 */
#ifndef IOTRACE_TABLE_SELECTION_H
#define IOTRACE_TABLE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct selection {
	/* A byte a number, [0, syscall_nr_max]; the last stands for all unknown ones. */
	unsigned char *on; /* owned */
	size_t n;
};

/* Nothing selected. */
void selection_init(struct selection *);
void selection_fini(struct selection *);

/*
 * Applies one LIST: items separated by commas, spaces allowed; an item is a family, a
 * kind (kind:NAME), a call by name or alias, or "all"; with '!' in front it removes, and
 * a LIST that begins with a removal starts from all if nothing was selected before.
 * 0, or -EINVAL with one line in ERR naming the bad item and the nearest valid ones.
 */
int selection_add(struct selection *, const char *list, char *err, size_t errlen) IT_MUST_CHECK;

bool selection_has(const struct selection *, unsigned nr);
bool selection_is_empty(const struct selection *);

/*
 * Sampling rates from LIST (name=N or family=N, comma-separated; a name beats its family)
 * into RATE, an array as selection.on of n elements, which the caller has set to 1.
 * 0 or -EINVAL with ERR.
 */
int sampling_parse(const char *list, uint32_t *rate, size_t n, char *err, size_t errlen)
	IT_MUST_CHECK;

#endif
