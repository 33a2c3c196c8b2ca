/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters: numbers that a scenario lets the user choose, as "name=number" behind its
 * name, so that one scenario is both a quick test and a long load.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

/* The text behind "NAME=" in the words of TEXT, or NULL. */
static const char *
value_in(const char *text, const char *name, size_t len)
{
	while (text && *text) {
		if (strncmp(text, name, len) == 0 && text[len] == '=')
			return text + len + 1;
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	return NULL;
}

const char *
params_check(const struct run *r)
{
	for (char *const *p = r->params; p && *p; p++) {
		size_t len = strcspn(*p, "=");
		char *end;

		if ((*p)[len] != '=')
			return "a parameter is name=number";
		if (!value_in(r->sc->params, *p, len))
			return "the scenario has no such parameter";
		if (strtol(*p + len + 1, &end, 10) <= 0 || *end)
			return "the value of a parameter is a number above 0";
	}
	return NULL;
}

long
param(const struct run *r, const char *name, size_t len)
{
	const char *value = NULL;

	for (char *const *p = r->params; p && *p && !value; p++)
		value = value_in(*p, name, len);
	if (!value)
		value = value_in(r->sc->params, name, len);
	if (!value)
		fail(name, 0, 1);
	return strtol(value, NULL, 10);
}
