/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole writes and reads. A pipe that is full, or empty, is waited for even if it is
 * non-blocking: that flag belongs to the open file, which other processes share.
 */
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* After a failed call on FD: 0 if it is worth another try, else -errno. */
static int
wait_or_fail(int fd, short events)
{
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return -errno;
	struct pollfd pfd = { .fd = fd, .events = events };
	return poll(&pfd, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

int
io_write_all(int fd, const void *mem, size_t len)
{
	const char *p = mem;
	while (len) {
		ssize_t n = write(fd, p, len);
		if (n == 0)
			return -EIO;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		int rc = wait_or_fail(fd, POLLOUT);
		if (rc < 0)
			return rc;
	}
	return 0;
}

ssize_t
io_read(int fd, void *mem, size_t len)
{
	for (;;) {
		ssize_t n = read(fd, mem, len);
		if (n >= 0)
			return n;
		int rc = wait_or_fail(fd, POLLIN);
		if (rc < 0)
			return rc;
	}
}
