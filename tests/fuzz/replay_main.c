/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for libFuzzer where that is not linked: runs the target once over every file
 * of the directories given, so that what once crashed is tried in every build. A corpus
 * that is missing or empty is a failure: nothing would have been tested.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

/* Runs the file PATH. 1, 0 if it is not a regular file, -1 if it cannot be read. */
static int
run_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	if (!f || fstat(fileno(f), &st) < 0) {
		perror(path);
		if (f)
			fclose(f);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		fclose(f);
		return 0;
	}
	/* Of exactly the size, so that a sanitizer sees each byte read beyond. */
	size_t size = (size_t)st.st_size;
	uint8_t *data = malloc(size ? size : 1);
	int rc = data && fread(data, 1, size, f) == size ? 1 : -1;
	fclose(f);
	if (rc < 0) {
		perror(path);
	} else {
		/* The name first: the last one printed is the one that crashed. */
		printf("%s\n", path);
		fflush(stdout);
		LLVMFuzzerTestOneInput(data, size);
	}
	free(data);
	return rc;
}

/* How many files of DIR were run, or -1. */
static int
run_directory(const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort), ran = 0;
	if (n < 0) {
		perror(dir);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		int rc = ran < 0 ? -1 : run_file(path);
		ran = rc < 0 ? -1 : ran + rc;
		free(names[i]);
	}
	free(names);
	if (ran == 0)
		fprintf(stderr, "%s: no inputs\n", dir);
	return ran;
}

int
main(int argc, char **argv)
{
	int failed = argc < 2;
	if (failed)
		fputs("usage: fuzz_TARGET [-FLAG]... DIRECTORY...\n", stderr);
	for (int i = 1; i < argc; i++) {
		/* libFuzzer's flags, which replay.sh gives, mean nothing here. */
		if (argv[i][0] == '-')
			continue;
		int ran = run_directory(argv[i]);
		if (ran <= 0)
			failed = 1;
		else
			printf("%s: %d inputs\n", argv[i], ran);
	}
	return failed;
}
