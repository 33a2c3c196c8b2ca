/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rows_tsv ROWS.jsonl: the rows as strace-rows.awk gives strace's lines, with two columns
 * more, the file and the old file:
 *
 *	TID <tab> CALL <tab> ARGUMENTS <tab> RESULT <tab> FILE <tab> OLD_FILE
 */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Text in one field of one line. */
static void
put(const char *s)
{
	for (; s && *s; s++) {
		if (*s == '\t' || *s == '\n' || *s == '\\')
			printf("\\%o", (unsigned)(unsigned char)*s);
		else
			putchar(*s);
	}
}

/* The result in strace's words, as far as it is compared. */
static void
put_result(const struct row *row)
{
	int64_t ret = row_num(row, COL_ret, 0);

	if (!row->col[COL_ret])
		fputs("?", stdout);
	else if (row->col[COL_error])
		printf("-1 %s", row->col[COL_error]);
	else if (ret <= -512 && ret >= -516)
		fputs("? ERESTART", stdout);
	else
		printf("%lld", (long long)ret);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	if (argc != 2)
		die("usage: rows_tsv ROWS.jsonl");
	rows_read(&rows, argv[1]);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *row = &rows.at[i];
		printf("%s\t%s\t", row->col[COL_tid], row->col[COL_syscall]);
		put(row->col[COL_args]);
		putchar('\t');
		put_result(row);
		putchar('\t');
		put(row->col[COL_file]);
		putchar('\t');
		put(row->col[COL_old_file]);
		putchar('\n');
	}
	return fflush(stdout) != 0;
}
