/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "deps/rules.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "deps/names.h"
#include "filter/glob.h"

static const struct rule_form {
	const char *name;
	bool takes_glob, takes_outside;
} forms[] = {
	[DEPS_RULE_NO_WRITE] = { "no-write", true, true },
	[DEPS_RULE_NO_READ] = { "no-read", true, true },
	[DEPS_RULE_NO_NETWORK] = { "no-network", false, false },
	[DEPS_RULE_NO_FAILED_LOOKUPS] = { "no-failed-lookups", true, false },
};

static const char outside[] = "outside:";

/* The form called WORD of LEN bytes, or -1 after saying which is near. */
static int
find_form(const char *word, size_t len, char *err, size_t errlen)
{
	struct nearest near;
	char names[96];
	nearest_init(&near, word, len);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (strlen(forms[i].name) == len && !memcmp(forms[i].name, word, len))
			return (int)i;
		nearest_offer(&near, forms[i].name);
	}
	nearest_text(&near, names, sizeof(names));
	if (*names)
		snprintf(err, errlen, "unknown rule '%.*s': did you mean %s?",
			 len < 40 ? (int)len : 40, word, names);
	else
		snprintf(err, errlen,
			 "unknown rule '%.*s': choose no-write, no-read, no-network or "
			 "no-failed-lookups",
			 len < 40 ? (int)len : 40, word);
	return -1;
}

static void
add_name(struct deps_rule *rule, const char *p, size_t len)
{
	rule->names = xreallocarray(rule->names, rule->nnames + 1, sizeof(*rule->names));
	rule->names[rule->nnames++] = xmemdup0(p, len);
}

/* DIR[,DIR]... */
static bool
take_directories(struct deps_rule *rule, const char *list)
{
	rule->outside = true;
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");
		if (!len)
			return false;
		add_name(rule, p, len);
		p += len;
		if (!*p)
			return true;
	}
}

static bool
take_argument(struct deps_rule *rule, const char *arg, char *err, size_t errlen)
{
	const struct rule_form *form = &forms[rule->kind];
	if (!form->takes_glob) {
		snprintf(err, errlen, "%s takes no argument, not '%.60s'", form->name,
			 arg);
		return false;
	}
	if (strncmp(arg, outside, strlen(outside)) != 0) {
		add_name(rule, arg, strlen(arg));
		return true;
	}
	if (form->takes_outside && take_directories(rule, arg + strlen(outside)))
		return true;
	if (form->takes_outside)
		snprintf(err, errlen,
			 "%s: '%.60s' misses a directory: outside:DIR[,DIR]...",
			 form->name, arg);
	else
		snprintf(err, errlen, "%s takes a GLOB, not outside:", form->name);
	return false;
}

static void
rule_fini(struct deps_rule *rule)
{
	for (size_t i = 0; i < rule->nnames; i++)
		free(rule->names[i]);
	free(rule->names);
	free(rule->text);
}

int
deps_rules_add(struct deps_rules *rules, const char *text, char *err, size_t errlen)
{
	const char *p = text + strspn(text, " \t");
	size_t len = strcspn(p, " \t");
	if (!len) {
		snprintf(err, errlen,
			 "a rule is missing, such as 'no-network' or "
			 "'no-write outside:build,/tmp'");
		return -EINVAL;
	}
	int kind = find_form(p, len, err, errlen);
	if (kind < 0)
		return -EINVAL;
	struct deps_rule rule = { .kind = (enum deps_rule_kind)kind,
				  .text = xstrdup(text) };
	const char *arg = p + len + strspn(p + len, " \t");
	if (*arg && !take_argument(&rule, arg, err, errlen)) {
		rule_fini(&rule);
		return -EINVAL;
	}
	rules->rules = xreallocarray(rules->rules, rules->n + 1, sizeof(*rules->rules));
	rules->rules[rules->n++] = rule;
	return 0;
}

void
deps_rules_fini(struct deps_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		rule_fini(&rules->rules[i]);
	free(rules->rules);
	*rules = (struct deps_rules){ 0 };
}

/* A word that begins with '*' matches anywhere. */
static bool
is_relative(const struct deps_rule *rule, const char *word)
{
	return word[0] != '/' && (rule->outside || word[0] != '*');
}

bool
deps_rule_is_relative(const struct deps_rule *rule)
{
	for (size_t i = 0; i < rule->nnames; i++)
		if (is_relative(rule, rule->names[i]))
			return true;
	return false;
}

/* Is NAME the directory DIR, as a user wrote it, or below it? */
static bool
is_within(struct text name, const char *dir, struct text cwd)
{
	struct strbuf full = { 0 }, folded = { 0 };
	if (dir[0] != '/') {
		strbuf_addmem(&full, cwd.p, cwd.len);
		strbuf_addch(&full, '/');
	}
	strbuf_adds(&full, dir);
	names_fold(&folded, (struct text){ full.p, full.len });
	bool hit = names_below(name, (struct text){ folded.p, folded.len });
	strbuf_fini(&full);
	strbuf_fini(&folded);
	return hit;
}

/* Does NAME match the glob, a relative one what of NAME is below CWD? */
static bool
matches(struct text name, const char *glob, bool relative, struct text cwd)
{
	if (!relative)
		return glob_match(glob, strlen(glob), name.p, name.len);
	if (!strncmp(glob, "./", 2))
		glob += 2;
	size_t root = cwd.len > 1 ? cwd.len : 0;
	if (!names_below(name, cwd) || name.len == root)
		return false;
	return glob_match(glob, strlen(glob), name.p + root + 1, name.len - root - 1);
}

bool
deps_rule_breaks(const struct deps_rule *rule, struct text name, struct text cwd)
{
	bool any = false;
	for (size_t i = 0; i < rule->nnames && !any; i++) {
		const char *word = rule->names[i];
		bool relative = is_relative(rule, word);
		if (relative && !cwd.p)
			continue;
		any = rule->outside ? is_within(name, word, cwd)
				    : matches(name, word, relative, cwd);
	}
	if (rule->nnames && !rule->outside)
		return any;
	return !any && !names_is_kernel(name);
}

static bool
starts_with(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);
	return t.len >= n && !memcmp(t.p, prefix, n);
}

bool
deps_peer_is_remote(struct text peer)
{
	/* inet(7), ipv6(7): all of 127/8 is loopback; to the unspecified address goes
	 * what is meant for this machine. */
	static const char *const local[] = { "127.",	 "0.0.0.0:", "[::1]:",
					     "[::]:",	 "[::1%",    "[::ffff:127.",
					     "netlink:", "family:1:" };
	for (size_t i = 0; i < ARRAY_SIZE(local); i++)
		if (starts_with(peer, local[i]))
			return false;
	if (starts_with(peer, "family:"))
		return true;
	/* An address and a port; what else there is are names of AF_UNIX. */
	const char *colon = memrchr(peer.p, ':', peer.len);
	if (!colon)
		return false;
	if (peer.p[0] == '[')
		return colon[-1] == ']';
	size_t dots = 0;
	for (const char *p = peer.p; p < colon; p++) {
		if (*p != '.' && !isdigit((unsigned char)*p))
			return false;
		dots += *p == '.';
	}
	return dots == 3;
}
