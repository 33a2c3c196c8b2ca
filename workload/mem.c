/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Awkward memory: objects that end at an unmapped page, so that a tracer that reads one
 * byte too many is found out, and addresses that are mapped nowhere.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

enum { PAGE = 4096 };

char *
tail_alloc(size_t len)
{
	size_t room = (len + PAGE - 1) / PAGE * PAGE;
	char *p = mmap(NULL, room + PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || munmap(p + room, PAGE) != 0)
		fail("tail_alloc", -1, 0);
	return p + room - len;
}

char *
tail_str(const char *s)
{
	size_t len = strlen(s) + 1;

	return memcpy(tail_alloc(len), s, len);
}

void *
bad_addr(void)
{
	return tail_alloc(PAGE) + PAGE;
}

void
file_make(const char *name, const char *data)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t len = (ssize_t)strlen(data);

	if (fd < 0 || write(fd, data, (size_t)len) != len || close(fd) != 0)
		fail(name, -1, 0);
}
