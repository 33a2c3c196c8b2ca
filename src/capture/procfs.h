/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc says of a stopped task. All reads of /proc are here; what they find travels
 * in raw records, so decode needs none (proc(5), proc_pid_fd(5), proc_pid_fdinfo(5)).
 */
#ifndef IOTRACE_CAPTURE_PROCFS_H
#define IOTRACE_CAPTURE_PROCFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "raw/raw.h"

#define PROC_SLOTS 16

/*
 * /proc/TID/fdinfo/NUM and the link /proc/TID/fd/NUM kept open: each read of them shows
 * what the number means by then (fs/proc/fd.c looks it up anew each time). The type of the file is asked for again when
 * anything of mount, inode and flags differs, or proc_fd_forget was called.
 */
struct proc_slot {
	int num;
	int info_fd; /* owned; -1: free slot */
	int link_fd; /* owned: O_PATH of the link itself; -1: none */
	bool typed;  /* mode, dev, ino and what follows are set */
	uint32_t mode, flags;
	uint64_t dev, ino, mnt_id;
};

/* A handle on /proc/TID, which also exists for threads that are not leaders. */
struct procdir {
	pid_t tid;
	int fd;      /* O_PATH of /proc/TID, or -1: then paths are spelled out */
	int comm_fd; /* /proc/TID/comm kept open: it shows the name of now; or -1 */
	int keep_below; /* descriptors of ours from this number on are not kept open */
	struct proc_slot slots[PROC_SLOTS];
};

/* Opens what can be opened; cannot fail (a missing handle only costs time). Descriptors
 * numbered KEEP_BELOW or higher are closed at once, so that many tracees do not use up
 * what the tracer may open. */
void procdir_open(struct procdir *, pid_t tid, int keep_below);
void procdir_close(struct procdir *);

/* Number NUM was opened anew: nothing that was learned about it counts any more. */
void proc_fd_forget(struct procdir *, int num);

/* The name of the task, at most 15 bytes, into COMM[16]; false if it cannot be read. */
bool proc_comm(struct procdir *, char comm[16]) IT_MUST_CHECK;

/* A link such as "cwd", "root" or "exe" into BUF of CAP bytes: its length, or -errno. */
ssize_t proc_link(const struct procdir *, const char *link, char *buf, size_t cap);

/* The first file mapped that is not EXE, from /proc/TID/maps, into NAME of CAP bytes with a
 * NUL: its length, 0 if there is none or it cannot be read. A newline in it stays the \012
 * that the kernel writes. */
size_t proc_other_map(const struct procdir *, const char *exe, char *name, size_t cap);

enum proc_fd_want {
	PROC_FD_INFO = 0x1u, /* flags and position */
	PROC_FD_STAT = 0x2u, /* type and identity, if the name is a path */
};

/*
 * Describes descriptor NUM: *FD and its name in NAME of CAP bytes. Returns the length of
 * the name; -EBADF: not open; -EACCES, -ENOENT, ...: /proc cannot tell.
 */
ssize_t proc_fd(struct procdir *, int num, unsigned want, struct raw_fd *fd, char *name,
                size_t cap);

/* The file position of descriptor NUM now, or -errno. */
int64_t proc_fd_pos(struct procdir *, int num);

/* Major page faults of the task so far, of this thread alone (majflt of
 * /proc/TID/task/TID/stat; that of /proc/TID/stat is the whole process's), or -errno. */
int64_t proc_major_faults(const struct procdir *);

/* Open descriptors of the task, for seeds: calls EACH for every number. */
void proc_each_fd(const struct procdir *, void (*each)(void *arg, int num), void *arg);

struct proc_status {
	pid_t tgid, ppid, tracer;
	int no_new_privs, seccomp; /* -1: not told */
	unsigned uid;
	char state; /* R S D T t Z X */
	uint64_t switches;  /* how often it gave up its CPU or lost it */
	bool kernel_thread; /* Linux 6.8 and later tell */
};

/* /proc/TID/status. 0 or -errno. */
int proc_status(pid_t tid, struct proc_status *) IT_MUST_CHECK;

/* Has the process of TID a handler for SIGNO (SigCgt of /proc/TID/status)? 1, 0, or -1
 * where that cannot be told. */
int proc_catches(pid_t tid, int signo);

/* Has this process the capability in effect (CapEff of /proc/self/status)? */
bool proc_have_capability(int cap);

/* Is /proc mounted, and is it of our PID namespace? */
bool proc_usable(void);

/* Largest name a link of /proc gives, with " (deleted)". */
#define PROC_NAME_MAX (PATH_MAX + 16)

#endif
