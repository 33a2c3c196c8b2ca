/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names put together the way path_resolution(7) walks them, as text: no file system is
 * asked.
 */
#ifndef IOTRACE_MODEL_PATH_H
#define IOTRACE_MODEL_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * PATH below the directory BASE into OUT, which has room for baselen + pathlen + 2 bytes;
 * returns the length without the NUL. BASE is absolute (the root directory for an
 * absolute PATH). Empty and "." components and trailing slashes go; ".." stays, because
 * the component in front of it may be a symbolic link, and then "a/.." is not ".".
 */
size_t path_join(char *out, const char *base, size_t baselen, const char *path,
		 size_t pathlen);

/* Is PATH the directory DIR or below it? */
bool path_below(const char *path, size_t len, const char *dir, size_t dirlen);

#endif
