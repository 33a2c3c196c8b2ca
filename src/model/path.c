/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joining of paths.
 */
#include "model/path.h"

#include <string.h>

/* Appends the components of PATH to the N bytes in OUT; returns the new length. */
static size_t
add_components(char *out, size_t n, const char *path, size_t len)
{
	for (size_t i = 0; i < len;) {
		const char *slash = memchr(path + i, '/', len - i);
		size_t end = slash ? (size_t)(slash - path) : len;
		size_t part = end - i;
		if (part && !(part == 1 && path[i] == '.')) {
			out[n++] = '/';
			memcpy(out + n, path + i, part);
			n += part;
		}
		i = end + 1;
	}
	return n;
}

size_t
path_join(char *out, const char *base, size_t baselen, const char *path, size_t pathlen)
{
	size_t n = add_components(out, 0, base, baselen);
	n = add_components(out, n, path, pathlen);
	if (!n)
		out[n++] = '/';
	out[n] = '\0';
	return n;
}

bool
path_below(const char *path, size_t len, const char *dir, size_t dirlen)
{
	return len >= dirlen && !memcmp(path, dir, dirlen) &&
	       (len == dirlen || path[dirlen] == '/');
}
