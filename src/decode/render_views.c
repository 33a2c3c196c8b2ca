/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structs as tables of fields. Most structs behind an argument are numbers in a row: a
 * table of where they are and how strace writes them is all there is to know, and one
 * function (render_fields.c) can check every access against the bytes that were captured.
 * To show another struct, give it a row in views[] and a table of fields or a function.
 * A struct without a row is shown as its pointer.
 */
#include "decode/render.h"

#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/sched/types.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>

/* clang-format off */

/* Single values behind a pointer. */
static const struct field i32_field[] = { { "", NULL, 0, 4, FMT_I, 0, false } };
static const struct field u32_field[] = { { "", NULL, 0, 4, FMT_U, 0, false } };
static const struct field i64_field[] = { { "", NULL, 0, 8, FMT_I, 0, false } };
static const struct field u64_field[] = { { "", NULL, 0, 8, FMT_U, 0, false } };
static const struct field x64_field[] = { { "", NULL, 0, 8, FMT_X, 0, false } };
static const struct field ptr_field[] = { { "", NULL, 0, 8, FMT_PTR, 0, false } };
static const struct field sigset_field[] = { { "", NULL, 0, 8, FMT_SIGSET, 0, false } };

/* Time. */
static const struct field timespec_fields[] = {
	F(struct timespec, tv_sec, I), F(struct timespec, tv_nsec, I),
};
static const struct field timeval_fields[] = {
	F(struct timeval, tv_sec, I), F(struct timeval, tv_usec, I),
};
static const struct field timezone_fields[] = {
	F(struct timezone, tz_minuteswest, I), F(struct timezone, tz_dsttime, I),
};
static const struct field itimerspec_fields[] = {
	F_STRUCT(struct itimerspec, it_interval, timespec),
	F_STRUCT(struct itimerspec, it_value, timespec),
};
static const struct field itimerval_fields[] = {
	F_STRUCT(struct itimerval, it_interval, timeval),
	F_STRUCT(struct itimerval, it_value, timeval),
};
static const struct field timex_fields[] = {
	F(struct timex, modes, X), F(struct timex, offset, I),
	F(struct timex, freq, I), F(struct timex, maxerror, I), F(struct timex, esterror, I),
	F(struct timex, status, X), F(struct timex, constant, I),
	F(struct timex, precision, I), F(struct timex, tolerance, I),
	F_STRUCT(struct timex, time, timeval), F(struct timex, tick, I),
	F(struct timex, ppsfreq, I), F(struct timex, jitter, I), F(struct timex, shift, I),
	F(struct timex, stabil, I), F(struct timex, jitcnt, I), F(struct timex, calcnt, I),
	F(struct timex, errcnt, I), F(struct timex, stbcnt, I), F(struct timex, tai, I),
};
static const struct field tms_fields[] = {
	F(struct tms, tms_utime, I), F(struct tms, tms_stime, I),
	F(struct tms, tms_cutime, I), F(struct tms, tms_cstime, I),
};

/* Files. */
static const struct field statfs_fields[] = {
	F_SET(struct statfs, f_type, fsmagic), F(struct statfs, f_bsize, U),
	F(struct statfs, f_blocks, U), F(struct statfs, f_bfree, U),
	F(struct statfs, f_bavail, U), F(struct statfs, f_files, U),
	F(struct statfs, f_ffree, U), F(struct statfs, f_fsid, FSID),
	F(struct statfs, f_namelen, U), F(struct statfs, f_frsize, U),
	F_SET(struct statfs, f_flags, statfs),
};
static const struct field ustat_fields[] = { /* struct ustat, linux/types.h */
	{ "f_tfree=", NULL, 0, 4, FMT_I, 0, false },
	{ "f_tinode=", NULL, 8, 8, FMT_U, 0, false },
};
static const struct field open_how_fields[] = {
	F_SET(struct open_how, flags, open), F_NONZERO(struct open_how, mode, PERM),
	F_SET(struct open_how, resolve, resolve),
};
static const struct field file_attr_fields[] = { /* struct file_attr, linux/fs.h */
	{ "fa_xflags=", NULL, 0, 8, FMT_X, 0, false },
	{ "fa_extsize=", NULL, 8, 4, FMT_U, 0, false },
	{ "fa_nextents=", NULL, 12, 4, FMT_U, 0, false },
	{ "fa_projid=", NULL, 16, 4, FMT_U, 0, false },
	{ "fa_cowextsize=", NULL, 20, 4, FMT_U, 0, false },
};
static const struct field xattr_args_fields[] = { /* struct xattr_args, linux/xattr.h */
	{ "value=", NULL, 0, 8, FMT_PTR, 0, false },
	{ "size=", NULL, 8, 4, FMT_U, 0, false },
	{ "flags=", SET(xattr), 12, 4, FMT_SET, 0, false },
};
static const struct field mount_attr_fields[] = { /* struct mount_attr, linux/mount.h */
	{ "attr_set=", SET(mountattr), 0, 8, FMT_SET, 0, false },
	{ "attr_clr=", SET(mountattr), 8, 8, FMT_SET, 0, false },
	{ "propagation=", SET(mount), 16, 8, FMT_SET, 0, false },
	{ "userns_fd=", NULL, 24, 8, FMT_U, 0, false },
};
static const struct field mnt_id_req_fields[] = { /* struct mnt_id_req, linux/mount.h */
	{ "size=", NULL, 0, 4, FMT_U, 0, false },
	{ "mnt_id=", NULL, 8, 8, FMT_X, 0, false },
	{ "param=", NULL, 16, 8, FMT_X, 0, false },
	{ "mnt_ns_id=", NULL, 24, 8, FMT_X, 0, true },
};
static const struct field cachestat_fields[] = { /* struct cachestat, linux/mman.h */
	{ "nr_cache=", NULL, 0, 8, FMT_U, 0, false },
	{ "nr_dirty=", NULL, 8, 8, FMT_U, 0, false },
	{ "nr_writeback=", NULL, 16, 8, FMT_U, 0, false },
	{ "nr_evicted=", NULL, 24, 8, FMT_U, 0, false },
	{ "nr_recently_evicted=", NULL, 32, 8, FMT_U, 0, false },
};
static const struct field cachestat_range_fields[] = {
	{ "off=", NULL, 0, 8, FMT_U, 0, false }, { "len=", NULL, 8, 8, FMT_U, 0, false },
};

/* Waiting. */
static const struct field argpack_fields[] = { /* struct sigset_argpack, fs/select.c */
	{ "sigmask=", NULL, 0, 8, FMT_PTR, 0, false },
	{ "sigsetsize=", NULL, 8, 8, FMT_U, 0, false },
};
static const struct field futex_waitv_fields[] = { /* struct futex_waitv, linux/futex.h */
	{ "val=", NULL, 0, 8, FMT_X, 0, false }, { "uaddr=", NULL, 8, 8, FMT_PTR, 0, false },
	{ "flags=", SET(futex2), 16, 4, FMT_SET, 0, false },
};
static const struct field io_event_fields[] = {
	F(struct io_event, data, X), F(struct io_event, obj, X),
	F(struct io_event, res, I), F(struct io_event, res2, I),
};

/* Processes. */
static const struct field rusage_fields[] = {
	F_STRUCT(struct rusage, ru_utime, timeval), F_STRUCT(struct rusage, ru_stime, timeval),
	F_MORE,
};
static const struct field stack_fields[] = {
	F(stack_t, ss_sp, PTR), F_SET(stack_t, ss_flags, sigaltstack),
	F(stack_t, ss_size, U),
};
static const struct field sched_attr_fields[] = {
	F(struct sched_attr, size, U), F_SET(struct sched_attr, sched_policy, sched),
	F(struct sched_attr, sched_flags, X), F(struct sched_attr, sched_nice, I),
	F(struct sched_attr, sched_priority, U), F(struct sched_attr, sched_runtime, U),
	F(struct sched_attr, sched_deadline, U), F(struct sched_attr, sched_period, U),
};
static const struct field cap_header_fields[] = {
	F(struct __user_cap_header_struct, version, X),
	F(struct __user_cap_header_struct, pid, I),
};

/* IPC. */
static const struct field sembuf_fields[] = {
	F(struct sembuf, sem_num, U), F(struct sembuf, sem_op, I),
	F_SET(struct sembuf, sem_flg, semflg),
};
static const struct field mq_attr_fields[] = {
	F_SET(struct mq_attr, mq_flags, oflags), F(struct mq_attr, mq_maxmsg, I),
	F(struct mq_attr, mq_msgsize, I), F(struct mq_attr, mq_curmsgs, I),
};
static const struct field shmid_fields[] = {
	F(struct shmid_ds, shm_segsz, U), F(struct shmid_ds, shm_cpid, I),
	F(struct shmid_ds, shm_lpid, I), F(struct shmid_ds, shm_nattch, U), F_MORE,
};
static const struct field msqid_fields[] = {
	F(struct msqid_ds, msg_qnum, U), F(struct msqid_ds, msg_qbytes, U),
	F(struct msqid_ds, msg_lspid, I), F(struct msqid_ds, msg_lrpid, I), F_MORE,
};

/* The rest. */
static const struct field utsname_fields[] = {
	F(struct utsname, sysname, STR), F(struct utsname, nodename, STR), F_MORE,
};
static const struct field sysinfo_fields[] = {
	F(struct sysinfo, uptime, I), F(struct sysinfo, loads, LIST64),
	F(struct sysinfo, totalram, U), F(struct sysinfo, freeram, U),
	F(struct sysinfo, sharedram, U), F(struct sysinfo, bufferram, U),
	F(struct sysinfo, totalswap, U), F(struct sysinfo, freeswap, U),
	F(struct sysinfo, procs, U), F(struct sysinfo, totalhigh, U),
	F(struct sysinfo, freehigh, U), F(struct sysinfo, mem_unit, U),
};
static const struct field perf_event_attr_fields[] = {
	F(struct perf_event_attr, type, U), F(struct perf_event_attr, size, X),
	F(struct perf_event_attr, config, X), F_MORE,
};
static const struct field landlock_fields[] = { /* linux/landlock.h */
	{ "handled_access_fs=", NULL, 0, 8, FMT_X, 0, false },
	{ "handled_access_net=", NULL, 8, 8, FMT_X, 0, true },
};

/* A struct shown by its table, by a function, and a single value. MIN is 0 where the
 * program says how long the struct is, so that a short one shows what it has. */
#define BY_FIELDS(f, min) { f, ARRAY_SIZE(f), NULL, min, false }
#define BY_FN(fn, min) { NULL, 0, fn, min, false }
#define SCALAR(f, min) { f, 1, NULL, min, true }

static const struct struct_view views[STRUCT_COUNT] = {
	[STRUCT_int] = SCALAR(i32_field, 4),
	[STRUCT_uint] = SCALAR(u32_field, 4),
	[STRUCT_long] = SCALAR(i64_field, 8),
	[STRUCT_ptr] = SCALAR(ptr_field, 8),
	[STRUCT_size] = SCALAR(u64_field, 8),
	[STRUCT_off] = SCALAR(i64_field, 8),
	[STRUCT_uid] = SCALAR(i32_field, 4),
	[STRUCT_gid] = SCALAR(i32_field, 4),
	[STRUCT_timerid] = SCALAR(i32_field, 4),
	[STRUCT_aioctx] = SCALAR(x64_field, 8),
	[STRUCT_gids] = SCALAR(u32_field, 4),
	[STRUCT_ints] = SCALAR(i32_field, 4),
	[STRUCT_u64s] = SCALAR(x64_field, 8),
	[STRUCT_pages] = SCALAR(ptr_field, 8),
	[STRUCT_sched_param] = SCALAR(i32_field, 4),

	[STRUCT_timespec] = BY_FIELDS(timespec_fields, sizeof(struct timespec)),
	[STRUCT_timespec2] = BY_FN(render_timespec2, 2 * sizeof(struct timespec)),
	[STRUCT_timeval] = BY_FIELDS(timeval_fields, sizeof(struct timeval)),
	[STRUCT_timeval2] = BY_FN(render_timeval2, 2 * sizeof(struct timeval)),
	[STRUCT_timezone] = BY_FIELDS(timezone_fields, sizeof(struct timezone)),
	[STRUCT_itimerval] = BY_FIELDS(itimerval_fields, sizeof(struct itimerval)),
	[STRUCT_itimerspec] = BY_FIELDS(itimerspec_fields, sizeof(struct itimerspec)),
	[STRUCT_timex] = BY_FIELDS(timex_fields, sizeof(struct timex)),
	[STRUCT_tms] = BY_FIELDS(tms_fields, sizeof(struct tms)),
	[STRUCT_utimbuf] = BY_FN(render_utimbuf, 16),

	[STRUCT_stat] = BY_FN(render_stat, sizeof(struct stat)),
	[STRUCT_statx] = BY_FN(render_statx, 256),
	[STRUCT_statfs] = BY_FIELDS(statfs_fields, sizeof(struct statfs)),
	[STRUCT_ustat] = BY_FIELDS(ustat_fields, 32),
	[STRUCT_file_handle] = BY_FN(render_file_handle, 8),
	[STRUCT_open_how] = BY_FIELDS(open_how_fields, sizeof(struct open_how)),
	[STRUCT_file_attr] = BY_FIELDS(file_attr_fields, 0),
	[STRUCT_xattr_args] = BY_FIELDS(xattr_args_fields, 0),
	[STRUCT_mount_attr] = BY_FIELDS(mount_attr_fields, 0),
	[STRUCT_mnt_id_req] = BY_FIELDS(mnt_id_req_fields, 0),
	[STRUCT_cachestat] = BY_FIELDS(cachestat_fields, 40),
	[STRUCT_cachestat_range] = BY_FIELDS(cachestat_range_fields, 16),

	[STRUCT_pollfd] = BY_FN(render_pollfd, 8),
	[STRUCT_epoll_event] = BY_FN(render_epoll_event, 12),
	[STRUCT_sigset_argpack] = BY_FIELDS(argpack_fields, 16),
	[STRUCT_futex_waitv] = BY_FIELDS(futex_waitv_fields, 24),

	[STRUCT_iocb] = BY_FN(render_iocb, sizeof(struct iocb)),
	[STRUCT_io_event] = BY_FIELDS(io_event_fields, sizeof(struct io_event)),
	[STRUCT_io_uring_params] = BY_FN(render_uring_params, 120),

	[STRUCT_sigset] = { sigset_field, 1, NULL, 8, false },
	[STRUCT_siginfo] = BY_FN(render_siginfo, sizeof(siginfo_t)),
	[STRUCT_sigaction] = BY_FN(render_sigaction, 32),
	[STRUCT_stack_t] = BY_FIELDS(stack_fields, sizeof(stack_t)),
	[STRUCT_sigevent] = BY_FN(render_sigevent, 64),
	[STRUCT_rlimit] = BY_FN(render_rlimit, 16),
	[STRUCT_rusage] = BY_FIELDS(rusage_fields, sizeof(struct rusage)),
	[STRUCT_clone_args] = BY_FN(render_clone_args, 64),
	[STRUCT_sched_attr] = BY_FIELDS(sched_attr_fields, 0),

	[STRUCT_shmid_ds] = BY_FIELDS(shmid_fields, sizeof(struct shmid_ds)),
	[STRUCT_msqid_ds] = BY_FIELDS(msqid_fields, sizeof(struct msqid_ds)),
	[STRUCT_sembuf] = BY_FIELDS(sembuf_fields, sizeof(struct sembuf)),
	[STRUCT_mq_attr] = BY_FIELDS(mq_attr_fields, sizeof(struct mq_attr)),

	[STRUCT_utsname] = BY_FIELDS(utsname_fields, sizeof(struct utsname)),
	[STRUCT_sysinfo] = BY_FIELDS(sysinfo_fields, sizeof(struct sysinfo)),
	[STRUCT_cap_header] = BY_FIELDS(cap_header_fields, 8),
	[STRUCT_cap_data] = BY_FN(render_cap_data, 24),
	[STRUCT_perf_event_attr] = BY_FIELDS(perf_event_attr_fields, 0),
	[STRUCT_landlock_ruleset_attr] = BY_FIELDS(landlock_fields, 0),
};

/* clang-format on */

const struct struct_view *
render_view(unsigned struct_id)
{
	if (struct_id >= STRUCT_COUNT)
		return NULL;
	const struct struct_view *v = &views[struct_id];
	return v->fields || v->fn ? v : NULL;
}
