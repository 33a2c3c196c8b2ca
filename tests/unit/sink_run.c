/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink_run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

struct sink_run
sink_run_start(const char *name, const struct sink_cfg *cfg)
{
	struct sink_run r = { .ops = sink_format_find(name, strlen(name)) };
	ck_assert_ptr_nonnull(r.ops);
	snprintf(r.path, sizeof(r.path), "/tmp/iotrace-test-%ld-%s", (long)getpid(),
		 name);
	ck_assert_int_eq(outfile_open(r.path, &r.out, NULL), 0);
	const struct sink_cfg none = { 0 };
	ck_assert_int_eq(r.ops->open(cfg ? cfg : &none, r.out, &r.sink), 0);
	return r;
}

void
sink_run_emit(struct sink_run *r, const struct event *ev)
{
	ck_assert_int_eq(r->ops->emit(r->sink, ev), 0);
}

char *
sink_run_end(struct sink_run *r, const struct session_end *end)
{
	ck_assert_int_eq(r->ops->close(r->sink, end), 0);
	ck_assert_int_eq(outfile_commit(r->out), 0);
	FILE *f = fopen(r->path, "r");
	ck_assert_ptr_nonnull(f);
	struct stat st;
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	size_t size = (size_t)st.st_size;
	char *bytes = xcalloc(1, size + 1);
	ck_assert_uint_eq(fread(bytes, 1, size, f), size);
	fclose(f);
	unlink(r->path);
	return bytes;
}

size_t
occurrences(const char *in, const char *what)
{
	/* Not strstr(): under ASan each call would look at the whole rest. */
	size_t n = 0, len = strlen(what);
	for (const char *p = in; (p = strchr(p, what[0])); p++)
		n += !strncmp(p, what, len);
	return n;
}
