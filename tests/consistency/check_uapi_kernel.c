/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's headers say. The list of names is generated from flags.tbl.
 */
#include "check_uapi.h"

#include <linux/version.h>

#define CHECK_HEADERS
#include <flags_kernel.inc>
#undef CHECK_HEADERS

#include <asm/ldt.h>
#include <asm/msgbuf.h>
#include <asm/shmbuf.h>
#include <asm/siginfo.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/capability.h>
#include <linux/mqueue.h>
#include <linux/sched/types.h>
#include <linux/socket.h>
#include <linux/sysctl.h>
#include <linux/sysinfo.h>
#include <linux/times.h>
#include <linux/timex.h>
#include <linux/types.h>
#include <linux/utime.h>
#include <linux/utsname.h>

#include "base/compiler.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define CHECK_ENUMERATORS
#endif

/* clang-format off */
const struct flag_check kernel_flags[] = {
#define CHECK(set, name, expression, value) \
	{ set, name, (uint64_t)(expression), (uint64_t)(value) },
#include <flags_kernel.inc>
};
/* clang-format on */

const size_t n_kernel_flags = ARRAY_SIZE(kernel_flags);

const struct size_check kernel_sizes[] = {
	{ "timespec", sizeof(struct __kernel_timespec), 0 },
	{ "timespec2", sizeof(struct __kernel_timespec[2]), 0 },
	{ "timeval", sizeof(struct timeval), 0 },
	{ "timeval2", sizeof(struct timeval[2]), 0 },
	{ "timezone", sizeof(struct timezone), 0 },
	{ "itimerval", sizeof(struct itimerval), 0 },
	{ "itimerspec", sizeof(struct itimerspec), 0 },
	{ "timex", sizeof(struct __kernel_timex), 0 },
	{ "tms", sizeof(struct tms), 0 },
	{ "utimbuf", sizeof(struct utimbuf), 0 },
	{ "stat", sizeof(struct stat), 0 },
	{ "statx", sizeof(struct statx), 0 },
	{ "statfs", sizeof(struct statfs), 0 },
	{ "open_how", sizeof(struct open_how), 1 },
	{ "mount_attr", sizeof(struct mount_attr), 1 },
	{ "pollfd", sizeof(struct pollfd), 0 },
	{ "epoll_event", sizeof(struct epoll_event), 0 },
	{ "sigset_argpack", sizeof(void *) + sizeof(__kernel_size_t), 0 },
	{ "futex_waitv", sizeof(struct futex_waitv), 0 },
	{ "futex_waitv2", sizeof(struct futex_waitv[2]), 0 },
	{ "iocb", sizeof(struct iocb), 0 },
	{ "io_event", sizeof(struct io_event), 0 },
	{ "io_uring_params", sizeof(struct io_uring_params), 1 },
	{ "sockaddr", sizeof(struct __kernel_sockaddr_storage), 0 },
	{ "sigset", sizeof(sigset_t), 0 },
	{ "siginfo", sizeof(siginfo_t), 0 },
	{ "sigaction", sizeof(struct sigaction), 0 },
	{ "stack_t", sizeof(stack_t), 0 },
	{ "sigevent", sizeof(struct sigevent), 0 },
	{ "rlimit", sizeof(struct rlimit), 0 },
	{ "rusage", sizeof(struct rusage), 0 },
	{ "clone_args", sizeof(struct clone_args), 1 },
	{ "sched_param", sizeof(struct sched_param), 0 },
	{ "sched_attr", sizeof(struct sched_attr), 1 },
	{ "rseq", sizeof(struct rseq), 1 },
	{ "user_desc", sizeof(struct user_desc), 0 },
	{ "shmid_ds", sizeof(struct shmid64_ds), 0 },
	{ "msqid_ds", sizeof(struct msqid64_ds), 0 },
	{ "sembuf", sizeof(struct sembuf), 0 },
	{ "mq_attr", sizeof(struct mq_attr), 0 },
	{ "utsname", sizeof(struct new_utsname), 0 },
	{ "sysinfo", sizeof(struct sysinfo), 0 },
	{ "cap_header", sizeof(struct __user_cap_header_struct), 0 },
	{ "cap_data", sizeof(struct __user_cap_data_struct[2]), 0 },
	{ "bpf_attr", sizeof(union bpf_attr), 1 },
	{ "perf_event_attr", sizeof(struct perf_event_attr), 1 },
	{ "landlock_ruleset_attr", sizeof(struct landlock_ruleset_attr), 1 },
	{ "kexec_segment", sizeof(struct kexec_segment), 0 },
	{ "sysctl_args", sizeof(struct __sysctl_args), 0 },
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	{ "cachestat", sizeof(struct cachestat), 1 },
	{ "cachestat_range", sizeof(struct cachestat_range), 0 },
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	{ "mnt_id_req", sizeof(struct mnt_id_req), 1 },
	{ "statmount", sizeof(struct statmount), 1 },
	{ "lsm_ctx", sizeof(struct lsm_ctx), 0 },
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	{ "xattr_args", sizeof(struct xattr_args), 1 },
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	{ "file_attr", sizeof(struct file_attr), 1 },
#endif
};
const size_t n_kernel_sizes = ARRAY_SIZE(kernel_sizes);
