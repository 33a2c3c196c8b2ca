/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparing names for every event would be slow: what was found is kept by the call's
 * description, which lives as long as the program.
 */
#include "agg/roles.h"

#include <string.h>

#include "base/compiler.h"

struct role_entry {
	const char *call;
	enum role role;
};

static const struct role_entry entries[] = {
#define ROLE(call_, role_) { .call = call_, .role = ROLE_##role_ },
#include "agg/roles.def"
#undef ROLE
};

static const struct role_entry other = { "", ROLE_OTHER };

void
roles_fini(struct roles *r)
{
	hash_fini(&r->by_desc);
}

static const struct role_entry *
entry_of(struct text call)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		if (strlen(entries[i].call) == call.len &&
		    !memcmp(entries[i].call, call.p, call.len))
			return &entries[i];
	return &other;
}

enum role
role_of(struct roles *r, const struct event *ev)
{
	if (ev->desc->flags & SYSCALL_UNKNOWN || !ev->syscall.p)
		return ROLE_OTHER;
	uint64_t key = (uintptr_t)ev->desc;
	const struct role_entry *e = hash_find(&r->by_desc, key);
	if (!e) {
		e = entry_of(ev->syscall);
		/* The map does not change its values. */
		hash_put(&r->by_desc, key, (void *)(uintptr_t)e);
	}
	return e->role;
}

static bool
starts_with(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);
	return t.len >= n && !memcmp(t.p, prefix, n);
}

enum file_class
file_class_of(struct text file)
{
	static const struct {
		const char *prefix;
		enum file_class class;
	} prefixes[] = {
		{ "/dev/shm/", FILE_REGULAR }, { "/dev/", FILE_DEVICE },
		{ "/proc/", FILE_KERNEL },     { "/sys/", FILE_KERNEL },
		{ "/", FILE_REGULAR },	       { "pipe:[", FILE_PIPE },
		{ "socket:[", FILE_SOCKET },
	};
	if (!file.p)
		return FILE_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (starts_with(file, prefixes[i].prefix))
			return prefixes[i].class;
	return FILE_OTHER;
}
