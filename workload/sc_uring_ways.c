/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the operations of a ring do to descriptors and names, how they end or do not, by
 * which ways a ring is reached, and what --io-uring makes of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "scenario.h"
#include "uring.h"

static char buf[64];

/* ---- names ---- */

static void
names_run(struct run *r)
{
	struct io_uring_sqe open = uring_sqe(IORING_OP_OPENAT, AT_FDCWD, "b.txt", 0, 0);
	struct io_uring_sqe move = uring_sqe(IORING_OP_RENAMEAT, AT_FDCWD, "b.txt", 0, 0);
	struct uring u;

	uring_open(&u, 0);
	uring_one(&u, uring_sqe(IORING_OP_CLOSE, r->fd[0], NULL, 0, 0), 0);
	uring_one(&u, open, r->fd[0]);
	want(sys(SYS_read, r->fd[0], buf, 2L), 2, "read");
	uring_one(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 4, 0), 4);
	want(sys(SYS_close, r->fd[0]), 0, "close");
	open.addr = (uintptr_t) "missing";
	uring_one(&u, open, -ENOENT);
	move.len = (uint32_t)AT_FDCWD;
	move.off = (uintptr_t) "c.txt";
	uring_one(&u, move, 0);
	want(sys(SYS_pread64, r->fd[1], buf, 2L, 0L), 2, "pread64");
	uring_one(&u, uring_sqe(IORING_OP_UNLINKAT, AT_FDCWD, "c.txt", 0, 0), 0);
	uring_close(&u);
}

const struct scenario sc_iouring_openat_close = {
	.name = "iouring-openat-close",
	.help = "a number closed and opened anew by the ring; a file renamed and removed",
	.needs = "io_uring, Linux 5.11",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = names_run,
	.expect = SETUP ENTER
	"uring_close AIO request ret=0" ON_A ENTER
	"uring_openat AIO request ret=$f fd=$f file=@/b.txt flags=O_RDONLY\n"
	"read FS fd ret=2 bytes=2 fd=$f file=@/b.txt\n" ENTER
	"uring_read AIO request ret=4 bytes=4 offset=0 fd=$f file=@/b.txt\n"
	"close FS fd fd=$f file=@/b.txt\n" ENTER
	"uring_openat AIO request ret=-ENOENT file=@/missing\n" ENTER
	"uring_renameat AIO request ret=0 file=@/c.txt old_file=@/b.txt\n"
	"pread64 FS fd ret=2 bytes=2 fd=$g file=@/c.txt\n" ENTER
	"uring_unlinkat AIO request ret=0 file=@/c.txt\n" CLOSE,
};

/* ---- operations that go on, and that never end ---- */

static void
pipe_setup(struct run *r)
{
	want(sys(SYS_pipe2, r->fd, 0L), 0, "pipe2");
}

/* struct io_uring_sync_cancel_reg */
struct sync_cancel {
	uint64_t addr;
	int32_t fd;
	uint32_t flags;
	int64_t sec, nsec;
	uint64_t pad[4];
};
enum { REGISTER_SYNC_CANCEL = 24 };

static void
multishot_run(struct run *r)
{
	struct io_uring_sqe poll = uring_sqe(IORING_OP_POLL_ADD, r->fd[0], NULL, 0, 0);
	struct sync_cancel end = { .fd = -1, .sec = -1, .nsec = -1 };
	struct uring u;

	uring_open(&u, 0);
	poll.len = IORING_POLL_ADD_MULTI;
	poll.poll32_events = POLLIN;
	end.addr = poll.user_data;
	uring_queue(&u, poll);
	uring_enter(&u, 0);
	for (int i = 0; i < 2; i++) {
		want(sys(SYS_write, r->fd[1], "x", 1L), 1, "write");
		uring_enter(&u, 1);
		want(uring_reap(&u, poll.user_data, POLLIN) & IORING_CQE_F_MORE,
		     IORING_CQE_F_MORE, "IORING_CQE_F_MORE");
		want(sys(SYS_read, r->fd[0], buf, 1L), 1, "read");
	}
	want(need(sys(SYS_io_uring_register, u.fd, REGISTER_SYNC_CANCEL, &end, 1),
		  "IORING_REGISTER_SYNC_CANCEL"),
	     0, "IORING_REGISTER_SYNC_CANCEL");
	uring_reap(&u, poll.user_data, -ECANCELED);
	uring_close(&u);
}

#define ON_PIPE " fd=$f file=~pipe:*"

const struct scenario sc_iouring_multishot_poll = {
	.name = "iouring-multishot-poll",
	.help = "one poll that completes again and again until it is removed",
	.needs = "io_uring, Linux 6.0",
	.ignore = "mmap munmap",
	.setup = pipe_setup,
	.run = multishot_run,
	.expect = SETUP ENTER
	"write FS fd ret=1 bytes=1 fd=$g file=~pipe:*\n"
	"uring_poll_add AIO request ret=1 aio_id=$i" ON_PIPE "\n" LOOK
	"read FS fd ret=1 bytes=1" ON_PIPE "\n"
	"write FS fd ret=1 bytes=1 fd=$g file=~pipe:*\n"
	"uring_poll_add AIO request ret=1 aio_id=$i" ON_PIPE "\n" LOOK
	"read FS fd ret=1 bytes=1" ON_PIPE "\n"
	"io_uring_register AIO fd fd=$a " RING "\n"
	"uring_poll_add AIO request ret=-ECANCELED aio_id=$i" ON_PIPE "\n" CLOSE,
};

static void
unfinished_run(struct run *r)
{
	struct uring u;

	uring_open(&u, 0);
	uring_queue(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 8, 0));
	uring_enter(&u, 0);
	uring_close(&u);
}

const struct scenario sc_iouring_unfinished = {
	.name = "iouring-unfinished",
	.help = "a read that is still on its way when its ring is closed",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap munmap",
	.setup = pipe_setup,
	.run = unfinished_run,
	.expect = SETUP ENTER CLOSE
	"uring_read AIO request ret=- requested=8 offset=- aio_id=*" ON_PIPE "\n",
};

/* ---- who else uses the ring ---- */

static void
unmapped_run(struct run *r)
{
	struct uring u;

	uring_open(&u, 0);
	uring_queue(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 8, 0));
	uring_enter(&u, 0);
	want(sys(SYS_write, r->fd[1], "12345678", 8L), 8, "write");
	uring_reap(&u, 0x100 + IORING_OP_READ, 8);
	uring_close(&u);
}

const struct scenario sc_iouring_unmapped = {
	.name = "iouring-unmapped",
	.help = "a completion that shows without a call, in a ring that is then unmapped",
	.needs = "io_uring, Linux 5.6",
	.options = "-e FS,AIO",
	.setup = pipe_setup,
	.run = unmapped_run,
	.expect = SETUP ENTER "write FS fd ret=8 bytes=8 fd=$g file=~pipe:*\n"
			      "uring_read AIO request ret=8 bytes=8 requested=8" ON_PIPE
			      "\n" CLOSE,
};

static void
copied_run(struct run *r)
{
	struct uring u;
	long pid, copy;

	uring_open(&u, 0);
	copy = want_ok(sys(SYS_dup, u.fd), "dup");
	uring_queue(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 4, 0));
	want(sys(SYS_io_uring_enter, copy, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0L), 1,
	     "io_uring_enter");
	u.queued = 0;
	uring_reap(&u, 0x100 + IORING_OP_READ, 4);
	pid = child_fork();
	if (pid == 0) {
		uring_one(&u, uring_sqe(IORING_OP_READ, r->fd[1], buf, 5, 0), 5);
		child_exit(0);
	}
	child_wait(pid);
	uring_close(&u);
}

const struct scenario sc_iouring_copied = {
	.name = "iouring-copied",
	.help = "a ring by a copy of its descriptor, and in a child",
	.needs = "io_uring, Linux 5.6",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = copied_run,
	.expect = SETUP
	"dup FS fd ret=$d fd=$d " RING "\n"
	"io_uring_enter AIO fd ret=1 fd=$d " RING "\n"
	"uring_read AIO request ret=4 bytes=4" ON_A "fork Process proc ret=$p1\n"
	"p1: " ENTER "p1: uring_read AIO request ret=5 bytes=5 fd=$g file=@/b.txt\n"
	"p1: exit_group Process null ret=-\n"
	"wait4 Process proc ret=$p1\n" CLOSE,
};

/* ---- what is not looked at ---- */

static void
sqpoll_run(struct run *r)
{
	struct uring u;
	uint32_t *flags;

	uring_open(&u, IORING_SETUP_SQPOLL);
	flags = (uint32_t *)(void *)(u.sq + u.p.sq_off.flags);
	uring_queue(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 4, 0));
	if (__atomic_load_n(flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
		want(sys(SYS_io_uring_enter, u.fd, 0, 0, IORING_ENTER_SQ_WAKEUP, NULL,
			 0L),
		     0, "io_uring_enter");
	uring_reap(&u, 0x100 + IORING_OP_READ, 4);
	uring_close(&u);
}

const struct scenario sc_iouring_sqpoll = {
	.name = "iouring-sqpoll",
	.help = "a kernel thread takes the submissions: nobody can see them",
	.needs = "io_uring, Linux 5.11",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = sqpoll_run,
	.expect = SETUP "0-1* " LOOK CLOSE,
};

static void
ignore_run(struct run *r)
{
	struct uring u;

	uring_open(&u, 0);
	uring_one(&u, uring_sqe(IORING_OP_READ, r->fd[0], buf, 4, 0), 4);
	uring_close(&u);
}

const struct scenario sc_iouring_ignore = {
	.name = "iouring-ignore",
	.help = "with --io-uring=ignore a ring has only its calls",
	.needs = "io_uring, Linux 5.6",
	.options = "-e all --io-uring=ignore",
	.ignore = "mmap munmap",
	.setup = uring_files,
	.run = ignore_run,
	.expect = SETUP ENTER CLOSE,
};

static void
deny_run(struct run *r)
{
	struct io_uring_params p;
	long ret;

	(void)r;
	memset(&p, 0, sizeof(p));
	ret = sys(SYS_io_uring_setup, 4L, &p);
	/* Without a tracer there is a ring. */
	if (ret >= 0)
		skip("nobody denies io_uring");
	want(ret, -ENOSYS, "io_uring_setup");
	want(sys(SYS_io_uring_setup, 4L, &p), -ENOSYS, "io_uring_setup");
}

const struct scenario sc_iouring_deny = {
	.name = "iouring-deny",
	.help = "with --io-uring=deny there is no ring",
	.options = "-e all --io-uring=deny",
	.run = deny_run,
	.expect = "2* io_uring_setup AIO null ret=-ENOSYS\n",
};

const struct scenario sc_iouring_deny_unseen = {
	.name = "iouring-deny-unseen",
	.help = "the same where the call is not selected",
	.options = "-e FS --io-uring=deny",
	.run = deny_run,
	.expect = "",
};
