/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory for one test program to write in, removed at its end, and the few file
 * helpers that the tests of files share. All fail the running test on any error.
 */
#ifndef IOTRACE_TESTS_SCRATCH_H
#define IOTRACE_TESTS_SCRATCH_H

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes a directory and goes there; *DIR (a char array) names it. */
static inline void
scratch_enter(char *dir, size_t size)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(dir, size, "%s/iotrace-test-XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

/* Removes what is in the directory and the directory. */
static inline void
scratch_leave(const char *dir)
{
	DIR *d = opendir(dir);
	ck_assert_ptr_nonnull(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			if (unlinkat(dirfd(d), e->d_name, 0) < 0)
				unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	closedir(d);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* How many names are in the current directory. */
static inline int
scratch_count(void)
{
	DIR *d = opendir(".");
	ck_assert_ptr_nonnull(d);
	int n = 0;
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static inline void
file_put(const char *name, const void *mem, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, mem, len), (int)len);
	ck_assert_int_eq(close(fd), 0);
}

/* The whole file as a string; the caller frees. */
static inline char *
file_get(const char *name, size_t *len)
{
	struct stat st;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	char *p = malloc((size_t)st.st_size + 1);
	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq((int)read(fd, p, (size_t)st.st_size), (int)st.st_size);
	p[st.st_size] = '\0';
	close(fd);
	if (len)
		*len = (size_t)st.st_size;
	return p;
}

static inline void
file_must_hold(const char *name, const char *want)
{
	char *p = file_get(name, NULL);
	ck_assert_str_eq(p, want);
	free(p);
}

#endif
