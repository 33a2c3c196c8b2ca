/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/complain.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/strbuf.h"

void
complain_va(const char *fmt, va_list ap)
{
	struct strbuf line = { 0 };
	char *text;
	int len = vasprintf(&text, fmt, ap);
	if (len < 0)
		return;
	strbuf_adds(&line, "iotrace: ");
	escape_terminal(&line, text, (size_t)len);
	strbuf_addch(&line, '\n');
	fputs(strbuf_str(&line), stderr);
	strbuf_fini(&line);
	free(text);
}

void
complain(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	complain_va(fmt, ap);
	va_end(ap);
}
