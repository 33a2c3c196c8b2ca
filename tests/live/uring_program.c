/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uring_program DIR: a program as its users write them, with liburing, in the directory DIR.
 * It prints what it did, a line "OPERATION,RET,BYTES,FILE" for each request and for each
 * plain call on a descriptor that the ring opened: the rows that a tracer must show. FILE is
 * what the program itself opened; sockets and pipes are called what its own /proc says.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define ROUNDS 20

static char dir[PATH_MAX], one[PATH_MAX + 8], two[PATH_MAX + 8];
static char buf[4096];

static _Noreturn void
die(const char *what, int err)
{
	fprintf(stderr, "uring_program: %s: %s\n", what, strerror(err));
	/* Not in this kernel, or forbidden: nothing to compare. */
	exit(err == ENOSYS || err == EPERM || err == EOPNOTSUPP ? 77 : 1);
}

static int
ok(int ret, const char *what)
{
	if (ret < 0)
		die(what, -ret);
	return ret;
}

static void
say(const char *op, int ret, int transfers, const char *file)
{
	if (transfers)
		printf("%s,%d,%d,%s\n", op, ret, ret > 0 ? ret : 0, file);
	else
		printf("%s,%d,,%s\n", op, ret, file);
}

/* The kernel's name of descriptor FD. */
static const char *
name_of(int fd)
{
	static char name[PATH_MAX];
	char link[32];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, name, sizeof(name) - 1);
	if (n < 0)
		die(link, errno);
	name[n] = '\0';
	return name;
}

static struct io_uring_sqe *
next(struct io_uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	if (!sqe)
		die("queue", EAGAIN);
	return sqe;
}

/* The result of the next completion; *MORE: others of its request follow. */
static int
reap(struct io_uring *ring, int *more)
{
	struct io_uring_cqe *cqe;

	ok(io_uring_wait_cqe(ring, &cqe), "io_uring_wait_cqe");
	int res = cqe->res;
	if (more)
		*more = (cqe->flags & IORING_CQE_F_MORE) != 0;
	io_uring_cqe_seen(ring, cqe);
	return res;
}

/* Submits what was prepared last, waits for it, and says so. */
static int
run(struct io_uring *ring, const char *op, int transfers, const char *file)
{
	ok(io_uring_submit(ring), "io_uring_submit");
	int res = reap(ring, NULL);
	say(op, res, transfers, file);
	return res;
}

static int
open_by_ring(struct io_uring *ring, const char *name)
{
	io_uring_prep_openat(next(ring), AT_FDCWD, name, O_RDWR | O_CREAT, 0600);
	return ok(run(ring, "uring_openat", 0, name), name);
}

static void
close_by_ring(struct io_uring *ring, int fd, const char *name)
{
	io_uring_prep_close(next(ring), fd);
	ok(run(ring, "uring_close", 0, name), "close");
}

static void
transfers(struct io_uring *ring)
{
	struct iovec iov[2] = { { buf, 100 }, { buf + 100, 200 } };
	struct statx stx;
	int fd = open_by_ring(ring, one);

	io_uring_prep_write(next(ring), fd, buf, 1000, 0);
	run(ring, "uring_write", 1, one);
	io_uring_prep_writev(next(ring), fd, iov, 2, 1000);
	run(ring, "uring_writev", 1, one);
	io_uring_prep_read(next(ring), fd, buf, sizeof(buf), 0);
	run(ring, "uring_read", 1, one);
	io_uring_prep_readv(next(ring), fd, iov, 2, 1200);
	run(ring, "uring_readv", 1, one);
	io_uring_prep_fsync(next(ring), fd, 0);
	run(ring, "uring_fsync", 0, one);
	io_uring_prep_statx(next(ring), AT_FDCWD, one, 0, STATX_SIZE, &stx);
	run(ring, "uring_statx", 0, one);
	close_by_ring(ring, fd, one);
	io_uring_prep_read(next(ring), fd, buf, 10, 0);
	run(ring, "uring_read", 1, "");
}

/* The same number means one file, then the other: in every row the right one. */
static void
reopen(struct io_uring *ring)
{
	for (int i = 0; i < ROUNDS; i++) {
		const char *name = i % 2 ? two : one;
		int fd = open_by_ring(ring, name);

		say("pwrite64", (int)pwrite(fd, buf, (size_t)i + 1, 0), 1, name);
		say("pread64", (int)pread(fd, buf, (size_t)i + 1, 0), 1, name);
		close_by_ring(ring, fd, name);
	}
}

static void
fixed_buffers(struct io_uring *ring)
{
	struct iovec iov = { buf, sizeof(buf) };
	int fd = open_by_ring(ring, one);

	ok(io_uring_register_buffers(ring, &iov, 1), "io_uring_register_buffers");
	io_uring_prep_write_fixed(next(ring), fd, buf, 512, 0, 0);
	run(ring, "uring_write_fixed", 1, one);
	io_uring_prep_read_fixed(next(ring), fd, buf, 256, 0, 0);
	run(ring, "uring_read_fixed", 1, one);
	ok(io_uring_unregister_buffers(ring), "io_uring_unregister_buffers");
	close_by_ring(ring, fd, one);
}

/* A read of registered file I. */
static void
read_place(struct io_uring *ring, int i, const char *name)
{
	struct io_uring_sqe *sqe = next(ring);

	io_uring_prep_read(sqe, i, buf, 20, 0);
	sqe->flags |= IOSQE_FIXED_FILE;
	run(ring, "uring_read", 1, name);
}

static void
registered_files(struct io_uring *ring)
{
	int fds[3] = { open_by_ring(ring, one), open_by_ring(ring, two), -1 };

	ok(io_uring_register_files(ring, fds, 3), "io_uring_register_files");
	read_place(ring, 0, one);
	read_place(ring, 1, two);
	ok(io_uring_register_files_update(ring, 1, fds, 1), "update");
	read_place(ring, 1, one);
	/* Files of the ring alone, without a descriptor. */
	io_uring_prep_openat_direct(next(ring), AT_FDCWD, two, O_RDONLY, 0, 2);
	ok(run(ring, "uring_openat", 0, two), "open direct");
	read_place(ring, 2, two);
	io_uring_prep_close_direct(next(ring), 2);
	ok(run(ring, "uring_close", 0, two), "close direct");
	read_place(ring, 2, "");
	close_by_ring(ring, fds[0], one);
	close_by_ring(ring, fds[1], two);
	read_place(ring, 0, one);
	ok(io_uring_unregister_files(ring), "io_uring_unregister_files");
}

static void
linked(struct io_uring *ring)
{
	int fd = open_by_ring(ring, one);
	struct io_uring_sqe *sqe = next(ring);

	io_uring_prep_write(sqe, fd, buf, 64, 0);
	sqe->flags |= IOSQE_IO_LINK;
	sqe = next(ring);
	io_uring_prep_fsync(sqe, fd, IORING_FSYNC_DATASYNC);
	sqe->flags |= IOSQE_IO_LINK;
	io_uring_prep_read(next(ring), fd, buf, 64, 0);
	ok(io_uring_submit(ring), "io_uring_submit");
	say("uring_write", reap(ring, NULL), 1, one);
	say("uring_fsync", reap(ring, NULL), 0, one);
	say("uring_read", reap(ring, NULL), 1, one);
	/* A failure cancels what is linked to it. */
	sqe = next(ring);
	io_uring_prep_read(sqe, -1, buf, 64, 0);
	sqe->flags |= IOSQE_IO_LINK;
	io_uring_prep_read(next(ring), fd, buf, 64, 0);
	ok(io_uring_submit(ring), "io_uring_submit");
	say("uring_read", reap(ring, NULL), 1, "");
	say("uring_read", reap(ring, NULL), 1, one);
	close_by_ring(ring, fd, one);
}

/* A client connects and is accepted, both by the ring. */
static void
meet(struct io_uring *ring, const struct sockaddr_un *sa)
{
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), more;

	io_uring_prep_connect(next(ring), client, (const struct sockaddr *)sa, sizeof(*sa));
	ok(io_uring_submit(ring), "io_uring_submit");
	/* Two completions in either order: that of connect is 0, the other a descriptor. */
	int a = reap(ring, &more), b = reap(ring, &more);
	int peer = a > b ? a : b;
	say("uring_connect", ok(a < b ? a : b, "connect"), 0, name_of(client));
	say("uring_accept", peer, 0, name_of(peer));
	io_uring_prep_send(next(ring), client, buf, 33, 0);
	run(ring, "uring_send", 1, name_of(client));
	io_uring_prep_recv(next(ring), peer, buf, sizeof(buf), 0);
	run(ring, "uring_recv", 1, name_of(peer));
	close_by_ring(ring, client, strdup(name_of(client)));
	close_by_ring(ring, peer, strdup(name_of(peer)));
}

/* One accept for all clients, until it is cancelled. */
static void
sockets(struct io_uring *ring)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX, .sun_path = "ring.sock" };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct io_uring_sqe *sqe = next(ring);

	if (s < 0 || bind(s, (struct sockaddr *)&sa, sizeof(sa)) || listen(s, 4))
		die("listening socket", errno);
	io_uring_prep_multishot_accept(sqe, s, NULL, NULL, SOCK_CLOEXEC);
	io_uring_sqe_set_data64(sqe, 77);
	ok(io_uring_submit(ring), "io_uring_submit");
	meet(ring, &sa);
	meet(ring, &sa);
	sqe = next(ring);
	io_uring_prep_cancel64(sqe, 77, 0);
	io_uring_sqe_set_data64(sqe, 78);
	ok(io_uring_submit(ring), "io_uring_submit");
	/* Both in either order: 0 and -ECANCELED. */
	int a = reap(ring, NULL), b = reap(ring, NULL);
	say("uring_async_cancel", a > b ? a : b, 0, "");
	say("uring_accept", a < b ? a : b, 0, name_of(s));
	close_by_ring(ring, s, strdup(name_of(s)));
}

static void
multishot_poll(struct io_uring *ring)
{
	int p[2], more;

	if (pipe2(p, O_CLOEXEC))
		die("pipe2", errno);
	struct io_uring_sqe *sqe = next(ring);
	io_uring_prep_poll_multishot(sqe, p[0], POLLIN);
	io_uring_sqe_set_data64(sqe, 79);
	ok(io_uring_submit(ring), "io_uring_submit");
	for (int i = 0; i < 3; i++) {
		if (write(p[1], "x", 1) != 1)
			die("write", errno);
		say("uring_poll_add", reap(ring, &more), 0, name_of(p[0]));
		if (!more)
			die("multishot poll ended", EPROTO);
	}
	sqe = next(ring);
	io_uring_prep_cancel_fd(sqe, p[0], 0);
	io_uring_sqe_set_data64(sqe, 80);
	ok(io_uring_submit(ring), "io_uring_submit");
	int a = reap(ring, NULL), b = reap(ring, NULL);
	/* It is about requests, not about a file. */
	say("uring_async_cancel", a > b ? a : b, 0, "");
	say("uring_poll_add", a < b ? a : b, 0, name_of(p[0]));
}

/* All of it through a ring with these flags; false if this kernel has none. */
static int
with_ring(unsigned flags)
{
	struct io_uring ring;
	int err = io_uring_queue_init(16, &ring, flags);

	if (err == -EINVAL && flags)
		return 0;
	ok(err, "io_uring_queue_init");
	transfers(&ring);
	reopen(&ring);
	fixed_buffers(&ring);
	registered_files(&ring);
	linked(&ring);
	sockets(&ring);
	multishot_poll(&ring);
	unlink("ring.sock");
	io_uring_queue_exit(&ring);
	return 1;
}

int
main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]) || !realpath(".", dir))
		die("usage: uring_program DIR", EINVAL);
	snprintf(one, sizeof(one), "%s/one", dir);
	snprintf(two, sizeof(two), "%s/two", dir);
	memset(buf, 'u', sizeof(buf));
	with_ring(0);
	with_ring(IORING_SETUP_SQE128);
	with_ring(IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
	return fflush(stdout) != 0;
}
