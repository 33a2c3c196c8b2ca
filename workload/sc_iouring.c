/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io_uring by its three calls, the ring mapped by hand.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "scenario.h"

#define RING "file=anon_inode:[io_uring]"

static long
ring_setup(void)
{
	struct io_uring_params p;

	memset(&p, 0, sizeof(p));
	return need(sys(SYS_io_uring_setup, 4L, &p), "io_uring_setup");
}

static void
setup_run(struct run *r)
{
	struct io_uring_params p;
	long fd = ring_setup();

	(void)r;
	memset(&p, 0, sizeof(p));
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_io_uring_setup, 0L, &p), -EINVAL, "io_uring_setup of nothing");
	want(sys(SYS_io_uring_setup, 4L, NULL), -EFAULT, "io_uring_setup without params");
}

const struct scenario sc_iouring_setup = {
	.name = "iouring-setup",
	.help = "a ring made and closed; two that cannot be",
	.needs = "io_uring",
	.run = setup_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "close FS fd fd=$a " RING "\n"
		  "io_uring_setup AIO null ret=-EINVAL\n"
		  "io_uring_setup AIO null ret=-EFAULT\n",
};

static void
enter_run(struct run *r)
{
	long fd = ring_setup();

	(void)r;
	for (int i = 0; i < 3; i++)
		want(sys(SYS_io_uring_enter, fd, 0, 0, 0, NULL, 0L), 0, "io_uring_enter");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_iouring_enter = {
	.name = "iouring-enter",
	.help = "io_uring_enter with nothing to do",
	.needs = "io_uring",
	.run = enter_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "3* io_uring_enter AIO fd fd=$a " RING "\n"
		  "close FS fd fd=$a " RING "\n",
};

static void
register_run(struct run *r)
{
	static union {
		struct io_uring_probe p;
		char room[sizeof(struct io_uring_probe) +
			  8 * sizeof(struct io_uring_probe_op)];
	} probe;
	long fd = ring_setup();

	(void)r;
	want(need(sys(SYS_io_uring_register, fd, IORING_REGISTER_PROBE, &probe, 8),
		  "IORING_REGISTER_PROBE"),
	     0, "io_uring_register");
	want(sys(SYS_io_uring_register, fd, 9999, NULL, 0), -EINVAL, "io_uring_register");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_iouring_register = {
	.name = "iouring-register",
	.help = "io_uring_register: a probe, and no such operation",
	.needs = "io_uring",
	.run = register_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "io_uring_register AIO fd fd=$a " RING "\n"
		  "io_uring_register AIO fd ret=-EINVAL fd=$a " RING "\n"
		  "close FS fd fd=$a " RING "\n",
};

static void
enter_ebadf_run(struct run *r)
{
	long ret = sys(SYS_io_uring_enter, 99999, 0, 0, 0, NULL, 0L);

	(void)r;
	if (ret == -ENOSYS || ret == -EPERM)
		need(ret, "io_uring_enter");
	want(ret, -EBADF, "io_uring_enter");
	for (int i = 0; i < 4; i++)
		want(sys(SYS_io_uring_enter, 99999, 0, 0, 0, NULL, 0L), -EBADF,
		     "io_uring_enter");
}

const struct scenario sc_iouring_enter_ebadf = {
	.name = "iouring-enter-ebadf",
	.help = "io_uring_enter on no descriptor, five times",
	.needs = "io_uring",
	.run = enter_ebadf_run,
	.expect = "5* io_uring_enter AIO fd ret=-EBADF fd=99999\n",
};

static void
register_ebadf_run(struct run *r)
{
	long ret = sys(SYS_io_uring_register, 99999, IORING_UNREGISTER_BUFFERS, NULL, 0);

	(void)r;
	if (ret == -ENOSYS || ret == -EPERM)
		need(ret, "io_uring_register");
	want(ret, -EBADF, "io_uring_register");
	for (int i = 0; i < 4; i++)
		want(sys(SYS_io_uring_register, 99999, IORING_UNREGISTER_BUFFERS, NULL,
			 0),
		     -EBADF, "io_uring_register");
}

const struct scenario sc_iouring_register_ebadf = {
	.name = "iouring-register-ebadf",
	.help = "io_uring_register on no descriptor, five times",
	.needs = "io_uring",
	.run = register_ebadf_run,
	.expect = "5* io_uring_register AIO fd ret=-EBADF fd=99999\n",
};

/* What of a ring is needed to submit one request. */
struct ring {
	long fd;
	char *sq;
	struct io_uring_sqe *sqes;
	struct io_uring_params p;
};

static void
read_setup(struct run *r)
{
	file_make("ring.txt", "through the ring");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "ring.txt", O_RDONLY, 0), "open");
}

static void *
ring_map(const struct ring *ring, size_t len, long off)
{
	return (void *)want_ok(sys(SYS_mmap, NULL, len, PROT_READ | PROT_WRITE,
				   MAP_SHARED, ring->fd, off),
			       "mmap of the ring");
}

static void
read_run(struct run *r)
{
	static char buf[32];
	struct ring ring;
	uint32_t *tail, *array;

	memset(&ring, 0, sizeof(ring));
	ring.fd = need(sys(SYS_io_uring_setup, 4L, &ring.p), "io_uring_setup");
	ring.sq = ring_map(&ring,
			   ring.p.sq_off.array + ring.p.sq_entries * sizeof(uint32_t),
			   IORING_OFF_SQ_RING);
	ring.sqes =
		ring_map(&ring, ring.p.sq_entries * sizeof(*ring.sqes), IORING_OFF_SQES);
	ring.sqes[0] = (struct io_uring_sqe){ .opcode = IORING_OP_READ,
					      .fd = r->fd[0],
					      .addr = (uintptr_t)buf,
					      .len = 32 };
	array = (uint32_t *)(void *)(ring.sq + ring.p.sq_off.array);
	tail = (uint32_t *)(void *)(ring.sq + ring.p.sq_off.tail);
	array[0] = 0;
	__atomic_store_n(tail, 1, __ATOMIC_RELEASE);
	want(sys(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0L), 1,
	     "io_uring_enter");
	want(sys(SYS_close, ring.fd), 0, "close");
	want(memcmp(buf, "through the ring", 16), 0, "what was read");
}

const struct scenario sc_iouring_read = {
	.name = "iouring-read",
	.help = "one read through the ring: one io_uring_enter, no read",
	.needs = "io_uring",
	.setup = read_setup,
	.run = read_run,
	.expect = "io_uring_setup AIO null ret=$a fd=$a " RING "\n"
		  "2* mmap Memory mmap ret=>0 fd=$a " RING " address_space_bytes=4096\n"
		  "io_uring_enter AIO fd ret=1 fd=$a " RING "\n"
		  "uring_read AIO request ret=16 bytes=16 requested=32 offset=0 fd=? "
		  "file=@/ring.txt\n"
		  "close FS fd fd=$a " RING "\n",
};
