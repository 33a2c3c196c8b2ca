/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System V and POSIX queues, shared memory, semaphores; processes as descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "scenario.h"

static void
shm_run(struct run *r)
{
	long shm = need(sys(SYS_shmget, (long)IPC_PRIVATE, 4096L, 0600), "shmget"), at;

	(void)r;
	at = want_ok(sys(SYS_shmat, shm, NULL, 0), "shmat");
	want(sys(SYS_shmdt, at), 0, "shmdt");
	want(sys(SYS_shmctl, shm, IPC_RMID, NULL), 0, "shmctl");
	want(sys(SYS_shmat, -1, NULL, 0), -EINVAL, "shmat");
}

const struct scenario sc_sysv_shm_basic = {
	.name = "sysv-shm-basic",
	.help = "System V shared memory",
	.needs = "CONFIG_SYSVIPC",
	.run = shm_run,
	.expect = "shmget IPC sysv-id ret=>=0\n"
		  "shmat IPC sysv-op ret=>0\n"
		  "shmdt IPC sysv-op\n"
		  "shmctl IPC sysv-op\n"
		  "shmat IPC sysv-op ret=-EINVAL\n",
};

static void
msg_run(struct run *r)
{
	struct {
		long type;
		char text[12];
	} m = { 1, "twelve chars" };
	long msg = need(sys(SYS_msgget, (long)IPC_PRIVATE, 0600), "msgget");

	(void)r;
	want(sys(SYS_msgsnd, msg, &m, 12L, 0), 0, "msgsnd");
	want(sys(SYS_msgrcv, msg, &m, 12L, 0L, 0), 12, "msgrcv");
	want(sys(SYS_msgctl, msg, IPC_RMID, NULL), 0, "msgctl");
}

const struct scenario sc_sysv_msg_basic = {
	.name = "sysv-msg-basic",
	.help = "a System V message: only receiving returns bytes",
	.needs = "CONFIG_SYSVIPC",
	.run = msg_run,
	.expect = "msgget IPC sysv-id ret=>=0\n"
		  "msgsnd IPC sysv-op\n"
		  "msgrcv IPC sysv-op ret=12 bytes=12\n"
		  "msgctl IPC sysv-op\n",
};

static void
sem_run(struct run *r)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
	long sem = need(sys(SYS_semget, (long)IPC_PRIVATE, 1, 0600), "semget");

	(void)r;
	want(sys(SYS_semop, sem, &up, 1L), 0, "semop");
	want(sys(SYS_semop, sem, &down, 1L), 0, "semop");
	want(sys(SYS_semctl, sem, 0, IPC_RMID, 0L), 0, "semctl");
}

const struct scenario sc_sysv_sem_basic = {
	.name = "sysv-sem-basic",
	.help = "a System V semaphore up and down",
	.needs = "CONFIG_SYSVIPC",
	.run = sem_run,
	.expect = "semget IPC sysv-id ret=>=0\n"
		  "2* semop IPC sysv-op\n"
		  "semctl IPC sysv-op\n",
};

static void
mq_run(struct run *r)
{
	char buf[8192], name[64];
	uint64_t attr[8];
	long q;

	(void)r;
	snprintf(name, sizeof(name), "ioworkload-%ld", sys(SYS_getpid));
	q = need(sys(SYS_mq_open, name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL),
		 "mq_open");
	want(sys(SYS_mq_getsetattr, q, NULL, attr), 0, "mq_getsetattr");
	want(sys(SYS_mq_notify, q, NULL), 0, "mq_notify");
	want(sys(SYS_mq_timedsend, q, "fourteen bytes", 14L, 0, NULL), 0, "mq_timedsend");
	want(sys(SYS_mq_timedreceive, q, buf, 8192L, NULL, NULL), 14, "mq_timedreceive");
	want(sys(SYS_mq_unlink, name), 0, "mq_unlink");
	want(sys(SYS_close, q), 0, "close");
	/* mq_overview(7): the C library takes the slash away, the kernel refuses it */
	want(sys(SYS_mq_open, "/slash", O_RDWR | O_CREAT, 0600, NULL), -EACCES,
	     "mq_open of a slash");
}

#define QUEUE "file=~*ioworkload-*"

const struct scenario sc_mq_posix_basic = {
	.name = "mq-posix-basic",
	.help = "a POSIX message queue: only receiving returns bytes",
	.needs = "CONFIG_POSIX_MQUEUE",
	.run = mq_run,
	.expect = "getpid Process null ret=$main\n"
		  "mq_open IPC mq-open ret=$q fd=$q " QUEUE "\n"
		  "mq_getsetattr IPC fd fd=$q " QUEUE "\n"
		  "mq_notify IPC fd fd=$q " QUEUE "\n"
		  "mq_timedsend IPC fd fd=$q " QUEUE "\n"
		  "mq_timedreceive IPC fd ret=14 bytes=14 fd=$q " QUEUE "\n"
		  "mq_unlink IPC pathname " QUEUE "\n"
		  "close FS fd fd=$q " QUEUE "\n"
		  "mq_open IPC mq-open ret=-EACCES file=~*/slash\n",
};

/* ---- processes as descriptors ---- */

static void
pidfd_run(struct run *r)
{
	long pid = sys(SYS_getpid), fd = need(sys(SYS_pidfd_open, pid, 0), "pidfd_open"),
	     got;

	(void)r;
	got = need(sys(SYS_pidfd_getfd, fd, fd, 0), "pidfd_getfd");
	want(sys(SYS_pidfd_getfd, fd, 99999, 0), -EBADF, "pidfd_getfd of nothing");
	want(sys(SYS_pidfd_send_signal, fd, 0, NULL, 0L), 0, "pidfd_send_signal");
	want(sys(SYS_close, got), 0, "close");
	want(sys(SYS_close, fd), 0, "close");
	want(sys(SYS_pidfd_open, -1, 0), -EINVAL, "pidfd_open of no process");
}

const struct scenario sc_pidfd_basic = {
	.name = "pidfd-basic",
	.help = "a process as a descriptor, and a descriptor of a process",
	.needs = "Linux 5.6",
	.run = pidfd_run,
	.expect = "getpid Process null ret=$main\n"
		  "pidfd_open IPC pidfd ret=$a fd=$a file=$n~*pidfd*\n"
		  "pidfd_getfd IPC fd ret=$b fd=$b file=$n\n"
		  "pidfd_getfd IPC fd ret=-EBADF fd=? file=?\n"
		  "pidfd_send_signal IPC fd fd=$a file=$n\n"
		  "close FS fd fd=$b file=$n\n"
		  "close FS fd fd=$a file=$n\n"
		  "pidfd_open IPC pidfd ret=-EINVAL\n",
};

static void
getfd_run(struct run *r)
{
	long fd = want_ok(sys(SYS_openat, AT_FDCWD, "shared.txt", O_RDWR | O_CREAT, 0600),
			  "openat");
	long pidfd = need(sys(SYS_pidfd_open, sys(SYS_getpid), 0), "pidfd_open"), got;

	(void)r;
	got = need(sys(SYS_pidfd_getfd, pidfd, fd, 0), "pidfd_getfd");
	want(sys(SYS_write, got, "x", 1L), 1, "write");
	want(sys(SYS_close, got), 0, "close");
}

const struct scenario sc_pidfd_getfd_success = {
	.name = "pidfd-getfd-success",
	.help = "the row of pidfd_getfd names the file that came over",
	.needs = "Linux 5.6",
	.run = getfd_run,
	.expect = "openat FS open ret=$f fd=$f file=@/shared.txt\n"
		  "getpid Process null ret=$main\n"
		  "pidfd_open IPC pidfd ret=$a fd=$a file=~*pidfd*\n"
		  "pidfd_getfd IPC fd ret=$b fd=$b file=@/shared.txt\n"
		  "write FS fd ret=1 bytes=1 fd=$b file=@/shared.txt\n"
		  "close FS fd fd=$b file=@/shared.txt\n",
};

static void
getfd_fails_run(struct run *r)
{
	long fd = need(sys(SYS_pidfd_open, sys(SYS_getpid), 0), "pidfd_open");

	(void)r;
	want(sys(SYS_pidfd_getfd, fd, 99999, 0), -EBADF, "pidfd_getfd of nothing");
	want(sys(SYS_pidfd_getfd, 99999, 0, 0), -EBADF, "pidfd_getfd by nothing");
	want(sys(SYS_pidfd_getfd, fd, 0, 99), -EINVAL, "pidfd_getfd with flags");
	want(sys(SYS_close, fd), 0, "close");
}

const struct scenario sc_pidfd_getfd_failure = {
	.name = "pidfd-getfd-failure",
	.help = "pidfd_getfd of nothing, by nothing, with bad flags",
	.needs = "Linux 5.6",
	.run = getfd_fails_run,
	.expect = "getpid Process null ret=$main\n"
		  "pidfd_open IPC pidfd ret=$a fd=$a file=$n~*pidfd*\n"
		  "pidfd_getfd IPC fd ret=-EBADF fd=? file=?\n"
		  "pidfd_getfd IPC fd ret=-EBADF fd=?\n"
		  "pidfd_getfd IPC fd ret=-EINVAL fd=? file=?\n"
		  "close FS fd fd=$a file=$n\n",
};
