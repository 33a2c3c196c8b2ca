/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text and numbers in HTML. What traced programs chose goes through here, or through
 * escape_xml() itself.
 */
#ifndef IOTRACE_SINK_HTML_HTML_PUT_H
#define IOTRACE_SINK_HTML_HTML_PUT_H

#include <stddef.h>
#include <stdint.h>

#include "agg/agg_table.h"
#include "base/strbuf.h"
#include "event/event.h"

/* How many of the first MAX bytes of S are whole characters. */
size_t html_whole(const char *s, size_t max);

/* A file name, in its own direction; a very long one is cut in its middle, with the
 * number of bytes that are missing. */
void html_name(struct strbuf *, struct text);

/* The name of a process from its key in AGG_PROCESS: "make (123)". */
void html_process(struct strbuf *, const char *key, size_t len);

/* Arguments with NULs between them as words, cut like a name. */
void html_command(struct strbuf *, const char *command);

/* Cells of a table: what is shown, and the number to sort by. */
void html_td_count(struct strbuf *, uint64_t n);
void html_td_bytes(struct strbuf *, uint64_t bytes);
void html_td_time(struct strbuf *, uint64_t ns);

/* "3.4%", "less than 0.1%" */
void html_share(struct strbuf *, uint64_t part, uint64_t whole);

/* "in 3 files", where the plural has an s */
void html_n(struct strbuf *, uint64_t n, const char *noun);

/* A bar as long as PART of WHOLE. */
void html_bar(struct strbuf *, uint64_t part, uint64_t whole);

#endif
