/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own asynchronous I/O, by raw calls: what fio with ioengine=libaio and
 * databases do, without the library.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>

#include "scenario.h"

static void
aio_setup_run(struct run *r)
{
	aio_context_t ctx = 0;

	(void)r;
	need(sys(SYS_io_setup, 32L, &ctx), "io_setup");
	want(sys(SYS_io_destroy, ctx), 0, "io_destroy");
}

const struct scenario sc_aio_setup = {
	.name = "aio-setup",
	.help = "io_setup of 32 events and io_destroy",
	.needs = "CONFIG_AIO",
	.run = aio_setup_run,
	.expect = "io_setup AIO null\n"
		  "io_destroy AIO null\n",
};

static void
aio_setup_einval_run(struct run *r)
{
	aio_context_t ctx = 0;
	long ret;

	(void)r;
	for (int i = 0; i < 5; i++) {
		ret = sys(SYS_io_setup, 0L, &ctx);
		want(ret == -ENOSYS ? need(ret, "io_setup") : ret, -EINVAL,
		     "io_setup(0)");
	}
}

const struct scenario sc_aio_setup_einval = {
	.name = "aio-setup-einval",
	.help = "io_setup of no events, five times",
	.needs = "CONFIG_AIO",
	.run = aio_setup_einval_run,
	.expect = "5* io_setup AIO null ret=-EINVAL\n",
};

static void
aio_submit_setup(struct run *r)
{
	file_make("aio.txt", "sixteen bytes ok");
	r->fd[0] =
		(int)want_ok(sys(SYS_openat, AT_FDCWD, "aio.txt", O_RDONLY, 0L), "open");
}

static void
aio_submit_run(struct run *r)
{
	static char buf[16];
	aio_context_t ctx = 0;
	struct io_event done;
	struct iocb cb, *list[1] = { &cb };

	memset(&cb, 0, sizeof(cb));
	cb.aio_lio_opcode = IOCB_CMD_PREAD;
	cb.aio_fildes = (uint32_t)r->fd[0];
	cb.aio_buf = (uintptr_t)buf;
	cb.aio_nbytes = sizeof(buf);
	need(sys(SYS_io_setup, 8L, &ctx), "io_setup");
	want(sys(SYS_io_submit, ctx, 1L, list), 1, "io_submit");
	want(sys(SYS_io_getevents, ctx, 1L, 1L, &done, NULL), 1, "io_getevents");
	want((long)done.res, 16, "result of the read");
	want(sys(SYS_io_destroy, ctx), 0, "io_destroy");
}

const struct scenario sc_aio_submit = {
	.name = "aio-submit",
	.help = "one read submitted and reaped",
	.needs = "CONFIG_AIO",
	.setup = aio_submit_setup,
	.run = aio_submit_run,
	.expect = "io_setup AIO null\n"
		  "io_submit AIO null ret=1\n"
		  "aio_pread AIO request ret=16 bytes=16 requested=16 offset=0 aio_id=* "
		  "fd=$f file=@/aio.txt flags=O_RDONLY\n"
		  "io_getevents AIO null ret=1\n"
		  "io_destroy AIO null\n",
};
