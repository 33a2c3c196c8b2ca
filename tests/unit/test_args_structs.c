/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structs behind arguments, and the calls whose arguments depend on each other, as text.
 */
#include <check.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>

#include "call.h"

START_TEST(test_stat)
{
	struct stat st = { .st_mode = S_IFREG | S_ISUID | 0755, .st_size = 2996 };
	struct call c = call("fstat", 0, ARGS(3, PTR));
	add(&c, RAW_BLOB_OUT, 1, &st, sizeof(st));
	expect(&c, "3, {st_mode=S_IFREG|S_ISUID|0755, st_size=2996, ...} = 0");
	st.st_mode = S_IFCHR | 0666;
	st.st_rdev = makedev(1, 3);
	c = call("newfstatat", 0, ARGS(3, PTR, PTR, AT_EMPTY_PATH));
	add_str(&c, 1, "");
	add(&c, RAW_BLOB_OUT, 2, &st, sizeof(st));
	expect(&c, "3, \"\", {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}, "
		   "AT_EMPTY_PATH = 0");
	c = call("fstat", -9, ARGS(3, PTR));
	add(&c, RAW_BLOB_OUT, 1, &st, sizeof(st));
	expect(&c, "3, 0x7f0012345000 = -1 EBADF (Bad file descriptor)");
	c = call("fstat", 0, ARGS(3, PTR));
	add(&c, RAW_BLOB_OUT, 1, &st, sizeof(st) - 1);
	expect(&c, "3, 0x7f0012345000 = 0");
	struct statx sx = { .stx_mask = 0xfff,
			    .stx_mode = S_IFDIR | 01777,
			    .stx_size = 7 };
	c = call("statx", 0, ARGS(u64(AT_FDCWD), PTR, AT_SYMLINK_NOFOLLOW, 0x7ff, PTR));
	add_str(&c, 1, "/tmp");
	add(&c, RAW_BLOB_OUT, 4, &sx, sizeof(sx));
	expect(&c, "AT_FDCWD, \"/tmp\", AT_STATX_SYNC_AS_STAT|AT_SYMLINK_NOFOLLOW, "
		   "STATX_BASIC_STATS, "
		   "{stx_mask=STATX_ALL, stx_attributes=0, "
		   "stx_mode=S_IFDIR|S_ISVTX|0777, stx_size=7, ...} = 0");
	struct statfs sf = { .f_type = 0xef53, .f_bsize = 4096, .f_flags = 0x1020 };
	sf.f_fsid.__val[0] = 1;
	c = call("statfs", 0, ARGS(PTR, PTR));
	add_str(&c, 0, "/");
	add(&c, RAW_BLOB_OUT, 1, &sf, sizeof(sf));
	expect(&c,
	       "\"/\", {f_type=EXT2_SUPER_MAGIC, f_bsize=4096, f_blocks=0, f_bfree=0, "
	       "f_bavail=0, f_files=0, f_ffree=0, f_fsid={val=[0x1, 0]}, f_namelen=0, "
	       "f_frsize=0, f_flags=ST_VALID|ST_RELATIME} = 0");
}
END_TEST

START_TEST(test_file_structs)
{
	struct open_how how = { .flags = O_DIRECTORY, .resolve = RESOLVE_NO_SYMLINKS };
	struct call c = call("openat2", -2, ARGS(3, PTR, PTR, 24));
	add_str(&c, 1, "x");
	add(&c, RAW_BLOB_BYTES, 2, &how, sizeof(how));
	expect(&c, "3, \"x\", {flags=O_RDONLY|O_DIRECTORY, resolve=RESOLVE_NO_SYMLINKS}, "
		   "24 = "
		   "-1 ENOENT (No such file or directory)");
	c = call("openat2", -22, ARGS(3, PTR, PTR, 4));
	add_str(&c, 1, "x");
	add(&c, RAW_BLOB_BYTES, 2, &how, 4);
	expect(&c, "3, \"x\", 0x7f0012345000, 4 = -1 EINVAL (Invalid argument)");
	uint32_t handle[4] = { 128, 0, 0, 0 };
	c = call("name_to_handle_at", 0, ARGS(3, PTR, PTR, PTR, 0));
	add_str(&c, 1, "x");
	add(&c, RAW_BLOB_BYTES, 2, handle, 16);
	handle[0] = 8, handle[1] = 1, handle[2] = 0xff;
	add(&c, RAW_BLOB_OUT, 2, handle, 16);
	add(&c, RAW_BLOB_OUT, 3, (int[]){ 27 }, 4);
	expect(&c, "3, \"x\", {handle_bytes=128 => 8, handle_type=1, "
		   "f_handle=\"\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"}, [27], 0 = 0");
	handle[0] = UINT32_MAX;
	c = call("open_by_handle_at", -116, ARGS(3, PTR, 0));
	add(&c, RAW_BLOB_BYTES, 1, handle, 10);
	expect(&c,
	       "3, {handle_bytes=4294967295, handle_type=1, f_handle=\"\\xff\\x00\"...}, "
	       "O_RDONLY = -1 ESTALE (Stale file handle)");
	struct timespec ts[2] = { { 1, 2 }, { 0, UTIME_OMIT } };
	c = call("utimensat", 0, ARGS(u64(AT_FDCWD), 0, PTR, 0));
	add(&c, RAW_BLOB_BYTES, 2, ts, sizeof(ts));
	expect(&c, "AT_FDCWD, NULL, [{tv_sec=1, tv_nsec=2} "
		   "/* 1970-01-01T00:00:01.000000002+0000 */, UTIME_OMIT], 0 = 0");
	c = call("mknod", 0, ARGS(PTR, S_IFIFO | 0600, 0x103));
	add_str(&c, 0, "p");
	expect(&c, "\"p\", S_IFIFO|0600 = 0");
	c = call("mknodat", 0, ARGS(3, PTR, S_IFBLK | 0600, 0x103));
	add_str(&c, 1, "p");
	expect(&c, "3, \"p\", S_IFBLK|0600, makedev(0x1, 0x3) = 0");
	c = call("sendfile", 10, ARGS(4, 3, PTR, 10));
	add(&c, RAW_BLOB_BYTES, 2, (int64_t[]){ 3 }, 8);
	add(&c, RAW_BLOB_OUT, 2, (int64_t[]){ 13 }, 8);
	expect(&c, "4, 3, [3] => [13], 10 = 10");
	c = call("sendfile", -9, ARGS(4, 3, PTR, 10));
	add(&c, RAW_BLOB_BYTES, 2, (int64_t[]){ 3 }, 8);
	expect(&c, "4, 3, [3], 10 = -1 EBADF (Bad file descriptor)");
}
END_TEST

START_TEST(test_fcntl)
{
	struct call c = call("fcntl", 0x8402, ARGS(3, F_GETFL, 77));
	expect(&c, "3, F_GETFL = 0x8402 (flags O_RDWR|O_APPEND|O_LARGEFILE)");
	c = call("fcntl", 0, ARGS(3, F_GETFL));
	expect(&c, "3, F_GETFL = 0 (flags O_RDONLY)");
	c = call("fcntl", 1, ARGS(3, F_GETFD));
	expect(&c, "3, F_GETFD = 0x1 (flags FD_CLOEXEC)");
	c = call("fcntl", 0, ARGS(3, F_GETFD));
	expect(&c, "3, F_GETFD = 0");
	c = call("fcntl", 20, ARGS(3, F_DUPFD_CLOEXEC, 20));
	add_fd(&c, 0, 3, 0, "/f");
	expect(&c, "3</f>, F_DUPFD_CLOEXEC, 20 = 20</f>");
	c = call("fcntl", 0, ARGS(3, F_SETFL, O_RDONLY | O_NONBLOCK));
	expect(&c, "3, F_SETFL, O_RDONLY|O_NONBLOCK = 0");
	c = call("fcntl", 0, ARGS(3, F_SETLK, PTR));
	expect(&c, "3, F_SETLK, 0x7f0012345000 = 0");
	c = call("fcntl", -22, ARGS(3, 9999, 3));
	expect(&c, "3, 0x270f /* F_??? */, 0x3 = -1 EINVAL (Invalid argument)");
	c = call("ioctl", 0, ARGS(3, FIONREAD, PTR));
	expect(&c, "3, FIONREAD, 0x7f0012345000 = 0");
	c = call("ioctl", 0, ARGS(3, FIOCLEX, PTR));
	expect(&c, "3, FIOCLEX = 0");
	c = call("ioctl", -25, ARGS(3, 0x80047a03, 7));
	expect(&c, "3, _IOC(_IOC_READ, 0x7a, 0x3, 0x4), 0x7 = "
		   "-1 ENOTTY (Inappropriate ioctl for device)");
}
END_TEST

START_TEST(test_poll)
{
	struct pollfd p[3] = { { 7, POLLIN, POLLIN },
			       { 8, POLLOUT, 0 },
			       { -1, POLLIN, 0 } };
	struct call c = call("poll", 1, ARGS(PTR, 3, u64(-1)));
	add(&c, RAW_BLOB_BYTES, 0, p, sizeof(p));
	add(&c, RAW_BLOB_OUT, 0, p, sizeof(p));
	expect(&c, "[{fd=7, events=POLLIN}, {fd=8, events=POLLOUT}, {fd=-1}], 3, -1 = "
		   "1 ([{fd=7, revents=POLLIN}])");
	c = call("poll", 0, ARGS(PTR, 1, 100));
	add(&c, RAW_BLOB_BYTES, 0, p, 8);
	expect(&c, "[{fd=7, events=POLLIN}], 1, 100 = 0 (Timeout)");
	c = call("poll", 0, ARGS(PTR, 0, 100));
	expect(&c, "[], 0, 100 = 0 (Timeout)");
	c = call("poll", -14, ARGS(8, 1, 100));
	add_flagged(&c, RAW_BLOB_BYTES, 0, RAW_BLOB_FAULT, p, 0);
	expect(&c, "0x8, 1, 100 = -1 EFAULT (Bad address)");
	/* Elements that only the record's length knows, one of them cut. */
	c = call("poll", 2, ARGS(PTR, 1, 100));
	add_flagged(&c, RAW_BLOB_BYTES, 0, RAW_BLOB_TRUNC, p, 20);
	add(&c, RAW_BLOB_OUT, 0, p, 15);
	expect(&c, "[{fd=7, events=POLLIN}, {fd=8, events=POLLOUT}, ...], 1, 100 = "
		   "2 ([{fd=7, revents=POLLIN}])");
	c = call("ppoll", 1, ARGS(PTR, 1, PTR, PTR, 8));
	add(&c, RAW_BLOB_BYTES, 0, p, 8);
	add(&c, RAW_BLOB_BYTES, 2, (int64_t[]){ 0, 5 }, 16);
	add(&c, RAW_BLOB_BYTES, 3, (uint64_t[]){ 0x202 }, 8);
	add(&c, RAW_BLOB_OUT, 0, p, 8);
	add(&c, RAW_BLOB_OUT, 2, (int64_t[]){ 0, 4 }, 16);
	expect(&c, "[{fd=7, events=POLLIN}], 1, {tv_sec=0, tv_nsec=5}, [INT USR1], 8 = "
		   "1 ([{fd=7, revents=POLLIN}], left {tv_sec=0, tv_nsec=4})");
}
END_TEST

START_TEST(test_select)
{
	uint64_t in = 1u << 3 | 1u << 5, out = 1u << 5;
	struct call c = call("select", 1, ARGS(8, PTR, 0, PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 1, &in, 1);
	add(&c, RAW_BLOB_BYTES, 3, "", 1);
	add(&c, RAW_BLOB_BYTES, 4, (int64_t[]){ 1, 5 }, 16);
	add(&c, RAW_BLOB_OUT, 1, &out, 1);
	add(&c, RAW_BLOB_OUT, 4, (int64_t[]){ 1, 4 }, 16);
	expect(&c, "8, [3 5], NULL, [], {tv_sec=1, tv_usec=5} = "
		   "1 (in [5], left {tv_sec=1, tv_usec=4})");
	/* Bits from nfds on are not asked for. */
	c = call("select", 0, ARGS(5, PTR, 0, 0, 0));
	add(&c, RAW_BLOB_BYTES, 1, &in, 8);
	expect(&c, "5, [3], NULL, NULL, NULL = 0 (Timeout)");
	c = call("select", -22, ARGS(0xffffffff, PTR, 0, 0, 0));
	expect(&c, "-1, 0x7f0012345000, NULL, NULL, NULL = -1 EINVAL (Invalid "
		   "argument)");
	c = call("select", -14, ARGS(8, 8, 0, 0, 0));
	add_flagged(&c, RAW_BLOB_BYTES, 1, RAW_BLOB_FAULT, NULL, 0);
	expect(&c, "8, 0x8, NULL, NULL, NULL = -1 EFAULT (Bad address)");
	c = call("select", 2, ARGS(8, 0, 0, 0, 0));
	expect(&c, "8, NULL, NULL, NULL, NULL = 2");
	c = call("pselect6", 0, ARGS(0, 0, 0, 0, 0, PTR));
	add(&c, RAW_BLOB_BYTES, 5, (uint64_t[]){ 0x10, 8 }, 16);
	expect(&c,
	       "0, NULL, NULL, NULL, NULL, {sigmask=0x10, sigsetsize=8} = 0 (Timeout)");
}
END_TEST

START_TEST(test_epoll)
{
	struct epoll_event ev[2] = { { EPOLLIN | EPOLLET, { .u64 = 0x1234567812345678 } },
				     { EPOLLOUT, { .u64 = 8 } } };
	struct call c = call("epoll_ctl", 0, ARGS(4, EPOLL_CTL_ADD, 7, PTR));
	add_fd(&c, 2, 7, 0, "pipe:[9]");
	add(&c, RAW_BLOB_BYTES, 3, ev, 12);
	expect(&c, "4, EPOLL_CTL_ADD, 7<pipe:[9]>, {events=EPOLLIN|EPOLLET, "
		   "data={u32=305419896, u64=1311768465173141112}} = 0");
	c = call("epoll_ctl", 0, ARGS(4, EPOLL_CTL_DEL, 7, PTR));
	add(&c, RAW_BLOB_BYTES, 3, ev, 12);
	expect(&c, "4, EPOLL_CTL_DEL, 7, 0x7f0012345000 = 0");
	c = call("epoll_wait", 2, ARGS(4, PTR, 9, 0));
	add(&c, RAW_BLOB_OUT, 1, ev, 24);
	expect(&c,
	       "4, [{events=EPOLLIN|EPOLLET, data={u32=305419896, "
	       "u64=1311768465173141112}}, {events=EPOLLOUT, data={u32=8, u64=8}}], 9, 0 "
	       "= 2");
	c = call("epoll_wait", 0, ARGS(4, PTR, 9, 0));
	expect(&c, "4, [], 9, 0 = 0");
	c = call("epoll_wait", 2, ARGS(4, PTR, 9, 0));
	add(&c, RAW_BLOB_OUT, 1, ev, 11);
	expect(&c, "4, 0x7f0012345000, 9, 0 = 2");
}
END_TEST

START_TEST(test_aio)
{
	struct iocb cb[3] = {
		{ .aio_data = 0x55,
		  .aio_fildes = 4,
		  .aio_buf = 0x10,
		  .aio_nbytes = 100,
		  .aio_offset = 3 },
		{ .aio_lio_opcode = IOCB_CMD_FSYNC, .aio_fildes = 4 },
		{ .aio_lio_opcode = IOCB_CMD_PWRITE,
		  .aio_reqprio = 2,
		  .aio_nbytes = 5,
		  .aio_flags = IOCB_FLAG_RESFD,
		  .aio_resfd = 9 },
	};
	struct call c = call("io_submit", 3, ARGS(0x7000, 3, PTR));
	add(&c, RAW_BLOB_IOCBS, 2, cb, sizeof(cb));
	expect(&c,
	       "0x7000, 3, [{aio_data=0x55, aio_lio_opcode=IOCB_CMD_PREAD, aio_fildes=4, "
	       "aio_buf=0x10, aio_nbytes=100, aio_offset=3}, {aio_data=0, "
	       "aio_lio_opcode=IOCB_CMD_FSYNC, aio_fildes=4}, {aio_data=0, "
	       "aio_lio_opcode=IOCB_CMD_PWRITE, aio_reqprio=2, aio_fildes=0, "
	       "aio_buf=NULL, aio_nbytes=5, aio_offset=0, aio_flags=IOCB_FLAG_RESFD, "
	       "aio_resfd=9}] = 3");
	c = call("io_submit", -14, ARGS(0x7000, 1, 8));
	expect(&c, "0x7000, 1, 0x8 = -1 EFAULT (Bad address)");
	c = call("io_submit", 0, ARGS(0x7000, 0, PTR));
	expect(&c, "0x7000, 0, [] = 0");
	c = call("io_setup", 0, ARGS(32, PTR));
	add(&c, RAW_BLOB_OUT, 1, (uint64_t[]){ 0x7f01 }, 8);
	expect(&c, "32, [0x7f01] = 0");
	c = call("io_getevents", 1, ARGS(0x7000, 1, 5, PTR, PTR));
	add(&c, RAW_BLOB_OUT, 3, (int64_t[]){ 0x55, 0x66, 100, -1 }, 32);
	add(&c, RAW_BLOB_BYTES, 4, (int64_t[]){ 1, 100 }, 16);
	expect(&c, "0x7000, 1, 5, [{data=0x55, obj=0x66, res=100, res2=-1}], "
		   "{tv_sec=1, tv_nsec=100} = 1");
	c = call("io_getevents", 0, ARGS(0x7000, 1, 5, PTR, 0));
	expect(&c, "0x7000, 1, 5, [], NULL = 0");
}
END_TEST

START_TEST(test_uring)
{
	struct io_uring_params p = { .flags = IORING_SETUP_CQSIZE, .resv = { 1 } };
	struct call c = call("io_uring_setup", -22, ARGS(8, PTR));
	add(&c, RAW_BLOB_BYTES, 1, &p, sizeof(p));
	expect(&c, "8, {flags=IORING_SETUP_CQSIZE, sq_thread_cpu=0, sq_thread_idle=0, "
		   "resv=[0x1, 0, 0]} = -1 EINVAL (Invalid argument)");
	p.resv[0] = 0;
	p.sq_entries = 8;
	p.cq_entries = 64;
	p.features = IORING_FEAT_SINGLE_MMAP;
	p.sq_off.array = 1088;
	p.cq_off.cqes = 64;
	c = call("io_uring_setup", 5, ARGS(8, PTR));
	add(&c, RAW_BLOB_OUT, 1, &p, sizeof(p));
	add_fd(&c, RAW_ARG_RET, 5, 0, "anon_inode:[io_uring]");
	expect(&c,
	       "8, {flags=IORING_SETUP_CQSIZE, sq_thread_cpu=0, sq_thread_idle=0, "
	       "sq_entries=8, cq_entries=64, features=IORING_FEAT_SINGLE_MMAP, "
	       "sq_off={head=0, tail=0, ring_mask=0, ring_entries=0, flags=0, dropped=0, "
	       "array=1088}, cq_off={head=0, tail=0, ring_mask=0, ring_entries=0, "
	       "overflow=0, cqes=64, flags=0}} = 5<anon_inode:[io_uring]>");
	c = call("io_uring_enter", 0, ARGS(5, 1, 2, IORING_ENTER_GETEVENTS, 0, 8));
	expect(&c, "5, 1, 2, IORING_ENTER_GETEVENTS, NULL, 8 = 0");
	/* The place of a registered ring is not the descriptor with that number. */
	c = call("io_uring_enter", 0, ARGS(5, 1, 0, 16 /* _REGISTERED_RING */, 0, 8));
	add_fd(&c, 0, 5, 0, "/decoy");
	expect(&c, "5, 1, 0, IORING_ENTER_REGISTERED_RING, NULL, 8 = 0");
	c = call("io_uring_register", 0, ARGS(5, IORING_REGISTER_EVENTFD, PTR, 1));
	expect(&c, "5, IORING_REGISTER_EVENTFD, 0x7f0012345000, 1 = 0");
}
END_TEST

START_TEST(test_signals)
{
	uint64_t act[4] = { 0x1234, SA_RESTART | 0x04000000, 0x5678, 1u << 13 };
	struct call c = call("rt_sigaction", 0, ARGS(SIGALRM, PTR, PTR, 8));
	add(&c, RAW_BLOB_BYTES, 1, act, sizeof(act));
	add(&c, RAW_BLOB_OUT, 2, (uint64_t[4]){ 1 }, 32);
	expect(&c, "SIGALRM, {sa_handler=0x1234, sa_mask=[ALRM], "
		   "sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x5678}, "
		   "{sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, 8 = 0");
	c = call("rt_sigprocmask", 0, ARGS(SIG_BLOCK, PTR, 0, 8));
	add(&c, RAW_BLOB_BYTES, 1, (uint64_t[]){ ~(UINT64_C(3) << 31) }, 8);
	expect(&c, "SIG_BLOCK, ~[RTMIN RT_1], NULL, 8 = 0");
	siginfo_t si = { .si_signo = SIGUSR2, .si_code = SI_USER };
	si.si_pid = 7;
	c = call("rt_sigtimedwait", 12, ARGS(PTR, PTR, 0, 8));
	add(&c, RAW_BLOB_BYTES, 0, (uint64_t[]){ 1u << 11 }, 8);
	add(&c, RAW_BLOB_OUT, 1, &si, sizeof(si));
	expect(&c, "[USR2], {si_signo=SIGUSR2, si_code=SI_USER, si_pid=7, si_uid=0}, "
		   "NULL, 8 = "
		   "12 (SIGUSR2)");
	si = (siginfo_t){ .si_signo = SIGCHLD, .si_code = CLD_EXITED };
	si.si_pid = 7;
	si.si_status = 3;
	c = call("waitid", 0, ARGS(1, 7, PTR, 4, 0));
	add(&c, RAW_BLOB_OUT, 2, &si, sizeof(si));
	expect(&c, "P_PID, 7, {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=0, "
		   "si_status=3, si_utime=0, si_stime=0}, WEXITED, NULL = 0");
	si = (siginfo_t){ .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	si.si_value.sival_int = 9;
	c = call("rt_sigqueueinfo", 0, ARGS(7, SIGUSR1, PTR));
	add(&c, RAW_BLOB_BYTES, 2, &si, sizeof(si));
	expect(&c, "7, SIGUSR1, {si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=0, si_uid=0, "
		   "si_int=9, si_ptr=0x9} = 0");
	struct sigevent se = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	se.sigev_value.sival_int = 5;
	c = call("timer_create", 0, ARGS(CLOCK_MONOTONIC, PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 1, &se, sizeof(se));
	add(&c, RAW_BLOB_OUT, 2, (int[]){ 1 }, 4);
	expect(&c, "CLOCK_MONOTONIC, {sigev_value={sival_int=5, sival_ptr=0x5}, "
		   "sigev_signo=SIGUSR1, sigev_notify=SIGEV_SIGNAL}, [1] = 0");
}
END_TEST

START_TEST(test_processes)
{
	struct call c = call("wait4", 9, ARGS(9, PTR, 0, PTR));
	struct rusage ru = { .ru_utime = { 1, 2 } };
	add(&c, RAW_BLOB_OUT, 1, (int[]){ 3 << 8 }, 4);
	add(&c, RAW_BLOB_OUT, 3, &ru, sizeof(ru));
	expect(&c, "9, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, "
		   "{ru_utime={tv_sec=1, tv_usec=2}, ru_stime={tv_sec=0, tv_usec=0}, "
		   "...} = 9");
	static const struct {
		int status;
		const char *text;
	} waits[] = {
		{ 9, "9, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL = 9" },
		{ 0x86,
		  "9, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGABRT && WCOREDUMP(s)}], 0, "
		  "NULL = 9" },
		{ 0x137f, "9, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], 0, NULL = 9" },
		{ 0xffff, "9, [{WIFCONTINUED(s)}], 0, NULL = 9" },
	};
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		c = call("wait4", 9, ARGS(9, PTR, 0, 0));
		add(&c, RAW_BLOB_OUT, 1, &waits[i].status, 4);
		expect(&c, waits[i].text);
	}
	c = call("wait4", 0, ARGS(9, PTR, 1, 0));
	add(&c, RAW_BLOB_OUT, 1, (int[]){ 3 << 8 }, 4);
	expect(&c, "9, 0x7f0012345000, WNOHANG, NULL = 0");
	c = call("clone", 9, ARGS(0x1200011, 0, 0, 0x77, 0));
	expect(&c,
	       "child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
	       "child_tidptr=0x77 = 9");
	c = call("clone", 9, ARGS(CLONE_PIDFD, 0x10, PTR, 0, 0));
	add(&c, RAW_BLOB_OUT, 2, (int[]){ 4 }, 4);
	add_fd(&c, RAW_ARG_NEW0, 4, 0, "anon_inode:[pidfd]");
	expect(&c, "child_stack=0x10, flags=CLONE_PIDFD, "
		   "parent_tid=[4<anon_inode:[pidfd]>] = 9");
	struct clone_args ca = { .flags = CLONE_PIDFD,
				 .pidfd = 0x99,
				 .exit_signal = SIGCHLD };
	c = call("clone3", 9, ARGS(PTR, 88));
	add(&c, RAW_BLOB_BYTES, 0, &ca, sizeof(ca));
	add_fd(&c, RAW_ARG_NEW0, 4, 0, "anon_inode:[pidfd]");
	expect(&c, "{flags=CLONE_PIDFD, pidfd=0x99, exit_signal=SIGCHLD, stack=NULL, "
		   "stack_size=0} => {pidfd=[4<anon_inode:[pidfd]>]}, 88 = 9");
	c = call("clone3", -22, ARGS(PTR, 4));
	add(&c, RAW_BLOB_BYTES, 0, &ca, 4);
	expect(&c, "0x7f0012345000, 4 = -1 EINVAL (Invalid argument)");
	c = call("setrlimit", 0, ARGS(RLIMIT_NOFILE, PTR));
	add(&c, RAW_BLOB_BYTES, 1, (uint64_t[]){ 1 << 20, UINT64_MAX }, 16);
	expect(&c, "RLIMIT_NOFILE, {rlim_cur=1024*1024, rlim_max=RLIM64_INFINITY} = 0");
	c = call("futex", 0, ARGS(PTR, 0x81, 1, 2, 3, 4));
	expect(&c, "0x7f0012345000, FUTEX_WAKE_PRIVATE, 1 = 0");
	c = call("futex", 0, ARGS(PTR, 0x189, 99, 0, 0, 0xffffffff));
	expect(&c, "0x7f0012345000, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 99, "
		   "NULL, "
		   "NULL, FUTEX_BITSET_MATCH_ANY = 0");
	c = call("prctl", 0, ARGS(1, 9, 8, 7, 6));
	expect(&c, "PR_SET_PDEATHSIG, 0x9 = 0");
	c = call("exit_group", 0, ARGS(3));
	c.b.rec->flags |= RAW_NO_RET;
	expect(&c, "3 = ?");
}
END_TEST

START_TEST(test_other_structs)
{
	struct call c = call("nanosleep", 0, ARGS(PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 0, (int64_t[]){ 1, -5 }, 16);
	expect(&c, "{tv_sec=1, tv_nsec=-5}, 0x7f0012345000 = 0");
	c = call("timerfd_settime", 0, ARGS(3, 1, PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 2, (int64_t[]){ 1, 2, 3, 4 }, 32);
	add(&c, RAW_BLOB_OUT, 3, (int64_t[]){ 0, 0, 0, 9 }, 32);
	expect(&c, "3, TFD_TIMER_ABSTIME, {it_interval={tv_sec=1, tv_nsec=2}, "
		   "it_value={tv_sec=3, tv_nsec=4}}, {it_interval={tv_sec=0, tv_nsec=0}, "
		   "it_value={tv_sec=0, tv_nsec=9}} = 0");
	struct utsname un = { .sysname = "Linux", .nodename = "h\n" };
	c = call("uname", 0, ARGS(PTR));
	add(&c, RAW_BLOB_OUT, 0, &un, sizeof(un));
	expect(&c, "{sysname=\"Linux\", nodename=\"h\\n\", ...} = 0");
	/* A name without its NUL ends with its array. */
	memset(&un, 'x', sizeof(un));
	c = call("uname", 0, ARGS(PTR));
	add(&c, RAW_BLOB_OUT, 0, &un, sizeof(un));
	struct strbuf sb = { 0 };
	struct raw_rec *rec = exact(&c.b);
	args_render(&sb, rec, c.desc, NULL);
	ck_assert_uint_eq(sb.len, strlen("{sysname=\"\", nodename=\"\", ...}") + 2 * 65);
	free(rec);
	strbuf_fini(&sb);
	raw_build_fini(&c.b);
	struct sysinfo in = { .uptime = 5, .loads = { 1, 2, 3 }, .mem_unit = 1 };
	c = call("sysinfo", 0, ARGS(PTR));
	add(&c, RAW_BLOB_OUT, 0, &in, sizeof(in));
	expect(&c,
	       "{uptime=5, loads=[1, 2, 3], totalram=0, freeram=0, sharedram=0, "
	       "bufferram=0, totalswap=0, freeswap=0, procs=0, totalhigh=0, freehigh=0, "
	       "mem_unit=1} = 0");
	c = call("semop", 0, ARGS(4, PTR, 1));
	add(&c, RAW_BLOB_BYTES, 1, (int16_t[]){ 0, -1, 0x1000 }, 6);
	expect(&c, "4, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}], 1 = 0");
	c = call("msgsnd", 0, ARGS(4, PTR, 40, 0));
	add(&c, RAW_BLOB_BYTES, 1, "\1\0\0\0\0\0\0\0abc", 11);
	expect(&c, "4, {mtype=1, mtext=\"abc\"...}, 40, 0 = 0");
	c = call("getgroups", 2, ARGS(10, PTR));
	add(&c, RAW_BLOB_OUT, 1, (int[]){ 4, 5 }, 8);
	expect(&c, "10, [4, 5] = 2");
	uint32_t caps[6] = { 1, 2, 3, 4, 0, 0 };
	c = call("capset", 0, ARGS(PTR, PTR));
	add(&c, RAW_BLOB_BYTES, 0, (uint32_t[]){ 0x20080522, 0 }, 8);
	add(&c, RAW_BLOB_BYTES, 1, caps, sizeof(caps));
	expect(&c, "{version=0x20080522, pid=0}, {effective=0x400000001, permitted=0x2, "
		   "inheritable=0x3} = 0");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("args_structs");
	TCase *tc = tcase_create("args_structs");
	tcase_add_test(tc, test_stat);
	tcase_add_test(tc, test_file_structs);
	tcase_add_test(tc, test_fcntl);
	tcase_add_test(tc, test_poll);
	tcase_add_test(tc, test_select);
	tcase_add_test(tc, test_epoll);
	tcase_add_test(tc, test_aio);
	tcase_add_test(tc, test_uring);
	tcase_add_test(tc, test_signals);
	tcase_add_test(tc, test_processes);
	tcase_add_test(tc, test_other_structs);
	suite_add_tcase(s, tc);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
